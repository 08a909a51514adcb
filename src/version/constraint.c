// Constraints: alternatives of conjunctions of terms. Each packaging system's grammar turns a term
// into a range; here they are cut, and asked whether a version lies in them.
#include "version/constraint_inner.h"

struct sign {
    span text;
    enum operator_kind kind;
};

// Longer signs first: the first that fits is taken.
static const struct sign signs[] = {
    {S("==="), OPERATOR_IDENTICAL},    {S("<<"), OPERATOR_LESS},
    {S("<="), OPERATOR_LESS_EQUAL},    {S("=<"), OPERATOR_LESS_EQUAL},
    {S(">>"), OPERATOR_GREATER},       {S(">="), OPERATOR_GREATER_EQUAL},
    {S("=>"), OPERATOR_GREATER_EQUAL}, {S("=="), OPERATOR_EQUAL},
    {S("!="), OPERATOR_NOT_EQUAL},     {S("<>"), OPERATOR_NOT_EQUAL},
    {S("=~"), OPERATOR_STARTS_WITH},   {S("~>"), OPERATOR_PESSIMISTIC},
    {S("~="), OPERATOR_COMPATIBLE},    {S("<"), OPERATOR_LESS},
    {S(">"), OPERATOR_GREATER},        {S("="), OPERATOR_EQUAL},
    {S("~"), OPERATOR_TILDE},          {S("^"), OPERATOR_CARET},
};

static enum operator_kind take_operator(const struct constraint_grammar *grammar, span *text)
{
    if (!grammar->is_loose &&
        (span_starts_with(*text, S("=>")) || span_starts_with(*text, S("=<"))))
        return OPERATOR_EQUAL; // of what is no version
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (span_starts_with(*text, signs[i].text)) {
            *text = span_from(*text, signs[i].text.len);
            return signs[i].kind;
        }
    }
    return OPERATOR_NONE;
}

static span skip_spaces(span text)
{
    while (text.len && ascii_is_space(text.ptr[0]))
        text = span_from(text, 1);
    return text;
}

// ---------------------------------------------------------------- one term

// What a constraint is judged by, and what is found on the way.
struct question {
    enum scheme scheme;
    const struct constraint_grammar *grammar;
    span version;
    const struct version_key *key;
    bool admitted; // a guarded version, by one of the ranges so far
    bool all;      // terms of this alternative hold so far
    bool any;      // alternative held
};

static bool compare_to(const struct question *question, const struct bound *bound, int *ret)
{
    struct version_key key;
    if (bound->failed || !version_key_of(question->scheme, bound_span(bound), &key))
        return false;
    *ret = version_key_compare(question->scheme, key_span(question->key), key_span(&key));
    return true;
}

// False when a bound is no version.
static bool is_inside(struct question *question, const struct range *range, bool *ret)
{
    int low = 1;
    int high = -1;
    if (range->low.is_set && !compare_to(question, &range->low, &low))
        return false;
    if (range->high.is_set && !compare_to(question, &range->high, &high))
        return false;
    bool above = range->low.is_set && range->low.is_inclusive ? low >= 0 : low > 0;
    bool below = range->high.is_set && range->high.is_inclusive ? high <= 0 : high < 0;
    *ret = (above && below) != range->outside;
    if (question->grammar->admits)
        question->admitted =
            question->admitted || question->grammar->admits(question->version, range);
    return true;
}

static bool starts_with(const struct question *question, span prefix, bool *ret)
{
    struct version_key key;
    if (!version_key_of(question->scheme, prefix, &key))
        return false;
    key.len--; // its last byte says that it ends
    *ret = span_starts_with(key_span(question->key), key_span(&key));
    return true;
}

bool constraint_is_prefix(const struct constraint_grammar *grammar, const struct term *term)
{
    return grammar->has_prefixes &&
           (term->kind == OPERATOR_STARTS_WITH || term->kind == OPERATOR_COMPATIBLE ||
            term->kind == OPERATOR_TILDE);
}

static bool term_holds(struct question *question, const struct term *term, bool *ret)
{
    struct range range;
    if (constraint_is_prefix(question->grammar, term))
        return starts_with(question, term->operand, ret);
    return question->grammar->range_of(term, &range) && is_inside(question, &range, ret);
}

// ---------------------------------------------------------------- cutting

// An operand ends at a comma or, where spaces join terms, at a space. In an interval it ends at the
// bracket.
static span cut_operand(const struct constraint_grammar *grammar, span *rest)
{
    size_t len = 0;
    bool interval = rest->len && (rest->ptr[0] == '[' || rest->ptr[0] == '(');
    if (interval && grammar->has_intervals) {
        while (len < rest->len && rest->ptr[len] != ']' && rest->ptr[len] != ')')
            len++;
        len += len < rest->len;
    } else {
        while (len < rest->len && rest->ptr[len] != ',' &&
               !(grammar->spaces_join && ascii_is_space(rest->ptr[len])))
            len++;
    }
    span operand = span_trim(span_first(*rest, len));
    *rest = skip_spaces(span_from(*rest, len));
    return operand;
}

static struct term cut_term(const struct constraint_grammar *grammar, span *rest)
{
    struct term term = {.kind = take_operator(grammar, rest)};
    *rest = skip_spaces(*rest);
    term.operand = cut_operand(grammar, rest);
    bool hyphen = grammar->has_hyphens && term.kind == OPERATOR_NONE && rest->len > 1 &&
                  rest->ptr[0] == '-' && ascii_is_space(rest->ptr[1]);
    if (hyphen) {
        *rest = skip_spaces(span_from(*rest, 1));
        term.upto = cut_operand(grammar, rest);
    }
    return term;
}

static bool is_anything(span terms)
{
    return terms.len == 0 || span_equal(terms, S("*"));
}

static bool walk_terms(const struct constraint_grammar *grammar, span terms,
                       const struct constraint_visitor *visitor)
{
    span rest = span_trim(terms);
    if (!visitor->begin(visitor->self))
        return false;
    for (bool more = !is_anything(rest); more;) {
        struct term term = cut_term(grammar, &rest);
        if (!visitor->term(visitor->self, &term))
            return false;
        bool comma = version_take_byte(&rest, ',');
        rest = skip_spaces(rest);
        if (comma ? rest.len == 0 : rest.len && !grammar->spaces_join)
            return false;
        more = rest.len > 0;
    }
    return visitor->end(visitor->self);
}

// Cuts at the first "||" (or "|") as span_cut does at a byte.
static span cut_alternative(const struct constraint_grammar *grammar, span *rest, bool *ret_more)
{
    for (size_t i = 0; i < rest->len; i++) {
        bool twice = i + 1 < rest->len && rest->ptr[i + 1] == '|';
        if (rest->ptr[i] == '|' && (twice || grammar->single_or)) {
            span head = span_first(*rest, i);
            *rest = span_from(*rest, i + 1 + twice);
            *ret_more = true;
            return head;
        }
    }
    span all = *rest;
    *rest = (span){0};
    *ret_more = false;
    return all;
}

// Maven and NuGet write alternatives as intervals one behind the other: "[1,2),[3,4)".
static bool is_union(const struct constraint_grammar *grammar, span text)
{
    return grammar->has_intervals && text.len && (text.ptr[0] == '[' || text.ptr[0] == '(');
}

static bool walk_intervals(const struct constraint_grammar *grammar, span rest,
                           const struct constraint_visitor *visitor)
{
    for (bool more = true; more;) {
        struct term term = {.operand = cut_operand(grammar, &rest)};
        if (!visitor->begin(visitor->self) || !visitor->term(visitor->self, &term) ||
            !visitor->end(visitor->self))
            return false;
        more = version_take_byte(&rest, ',');
        rest = skip_spaces(rest);
    }
    return rest.len == 0;
}

bool constraint_walk(const struct constraint_grammar *grammar, span constraint,
                     const struct constraint_visitor *visitor)
{
    bool is_alone = true;
    for (bool more = true; more;) {
        span terms = span_trim(cut_alternative(grammar, &constraint, &more));
        is_alone = is_alone && !more;
        if (terms.len == 0 && !is_alone && !grammar->is_loose)
            return false;
        bool valid = is_union(grammar, terms) ? walk_intervals(grammar, terms, visitor)
                                              : walk_terms(grammar, terms, visitor);
        if (!valid)
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- judging

static bool begin_alternative(void *self)
{
    struct question *question = self;
    question->all = true;
    question->admitted = false;
    return true;
}

// Every term is read even where the answer is known: a constraint is valid or not, whatever the
// version.
static bool take_term(void *self, const struct term *term)
{
    struct question *question = self;
    bool holds = false;
    if (!term_holds(question, term, &holds))
        return false;
    question->all = question->all && holds;
    return true;
}

static bool end_alternative(void *self)
{
    struct question *question = self;
    const struct constraint_grammar *grammar = question->grammar;
    bool guarded = grammar->guarded && grammar->guarded(question->version);
    question->any = question->any || (question->all && (!guarded || question->admitted));
    return true;
}

bool version_satisfies(enum scheme scheme, span constraint, span version, bool *ret,
                       struct err *err)
{
    struct version_key key;
    if (!version_key_of(scheme, version, &key))
        return err_set(err, ERR_INPUT, "%s: \"%s\" is no version", scheme_name(scheme),
                       quote(version).text);
    struct question question = {
        .scheme = scheme,
        .grammar = version_order_of(scheme)->grammar,
        .version = version,
        .key = &key,
    };
    const struct constraint_visitor visitor = {
        .self = &question,
        .begin = begin_alternative,
        .term = take_term,
        .end = end_alternative,
    };
    if (!constraint_walk(question.grammar, constraint, &visitor))
        return err_set(err, ERR_INPUT, "%s: \"%s\" is no constraint", scheme_name(scheme),
                       quote(constraint).text);
    *ret = question.any;
    return true;
}
