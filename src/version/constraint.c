// Constraints: alternatives of conjunctions of "OPERATOR VERSION".
#include "version/version_inner.h"

enum operator_kind {
    OPERATOR_LESS,
    OPERATOR_LESS_EQUAL,
    OPERATOR_EQUAL,
    OPERATOR_NOT_EQUAL,
    OPERATOR_GREATER_EQUAL,
    OPERATOR_GREATER,
    OPERATOR_STARTS_WITH,
};

struct sign {
    span text;
    enum operator_kind kind;
};

// Longer signs first: the first that fits is taken.
static const struct sign signs[] = {
    {S("<<"), OPERATOR_LESS},        {S("<="), OPERATOR_LESS_EQUAL},
    {S(">>"), OPERATOR_GREATER},     {S(">="), OPERATOR_GREATER_EQUAL},
    {S("=="), OPERATOR_EQUAL},       {S("!="), OPERATOR_NOT_EQUAL},
    {S("=~"), OPERATOR_STARTS_WITH}, {S("~="), OPERATOR_STARTS_WITH},
    {S("<"), OPERATOR_LESS},         {S(">"), OPERATOR_GREATER},
    {S("="), OPERATOR_EQUAL},        {S("~"), OPERATOR_STARTS_WITH},
};

static enum operator_kind take_operator(span *term)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (span_starts_with(*term, signs[i].text)) {
            *term = span_trim(span_from(*term, signs[i].text.len));
            return signs[i].kind;
        }
    }
    return OPERATOR_EQUAL;
}

static bool operator_holds(enum operator_kind kind, int order)
{
    switch (kind) {
    case OPERATOR_LESS:
        return order < 0;
    case OPERATOR_LESS_EQUAL:
        return order <= 0;
    case OPERATOR_EQUAL:
    case OPERATOR_STARTS_WITH:
        return order == 0;
    case OPERATOR_NOT_EQUAL:
        return order != 0;
    case OPERATOR_GREATER_EQUAL:
        return order >= 0;
    case OPERATOR_GREATER:
        return order > 0;
    }
    return false;
}

static bool starts_with(const struct version_key *key, const struct version_key *prefix)
{
    size_t len = prefix->len - 1; // its last byte says that it ends
    return key->len > len && span_equal(span_of(key->bytes, len), span_of(prefix->bytes, len));
}

static bool term_holds(enum scheme scheme, span term, const struct version_key *key, bool *ret,
                       struct err *err)
{
    span bound = term;
    struct version_key limit;
    enum operator_kind kind = take_operator(&bound);
    if (!version_key_of(scheme, bound, &limit))
        return err_set(err, ERR_INPUT, "%s: \"%s\" is no constraint", scheme_name(scheme),
                       quote(term).text);
    if (kind == OPERATOR_STARTS_WITH && scheme != SCHEME_APK)
        return err_set(err, ERR_INPUT, "%s: has no operator ~", scheme_name(scheme));
    *ret = kind == OPERATOR_STARTS_WITH
               ? starts_with(key, &limit)
               : operator_holds(kind, version_key_compare(scheme, span_of(key->bytes, key->len),
                                                          span_of(limit.bytes, limit.len)));
    return true;
}

// Every term is read even where the answer is known: a constraint is valid or not, whatever the
// version.
static bool all_hold(enum scheme scheme, span terms, const struct version_key *key, bool *ret,
                     struct err *err)
{
    bool all = true;
    for (bool more = true; more;) {
        more = span_find(terms, ',') != SPAN_NONE;
        bool holds = false;
        if (!term_holds(scheme, span_trim(span_cut(&terms, ',')), key, &holds, err))
            return false;
        all = all && holds;
    }
    *ret = all;
    return true;
}

// Cuts at the first "||" as span_cut does at a byte.
static span cut_alternative(span *rest, bool *ret_more)
{
    for (size_t i = 0; i + 1 < rest->len; i++) {
        if (rest->ptr[i] == '|' && rest->ptr[i + 1] == '|') {
            span head = span_first(*rest, i);
            *rest = span_from(*rest, i + 2);
            *ret_more = true;
            return head;
        }
    }
    span all = *rest;
    *rest = (span){0};
    *ret_more = false;
    return all;
}

bool version_satisfies(enum scheme scheme, span constraint, span version, bool *ret,
                       struct err *err)
{
    struct version_key key;
    if (!version_key_of(scheme, version, &key))
        return err_set(err, ERR_INPUT, "%s: \"%s\" is no version", scheme_name(scheme),
                       quote(version).text);
    span rest = span_trim(constraint);
    bool any = rest.len == 0 || span_equal(rest, S("*"));
    for (bool more = !any; more;) {
        bool holds = false;
        if (!all_hold(scheme, cut_alternative(&rest, &more), &key, &holds, err))
            return false;
        any = any || holds;
    }
    *ret = any;
    return true;
}
