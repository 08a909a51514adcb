// PEP 440, "Version specifiers": ~=, ==1.2.*, and bounds that leave out what belongs to them: >1.0
// takes no post-release of 1.0, <2.0 no pre-release of 2.0, neither a local version of theirs.
#include "version/constraint_inner.h"

// Behind every local version that there will be: a number is behind all words.
#define PAST_LOCALS S("+99999999999999999999999999999999999999999999999999")
#define PAST_POSTS S(".post99999999999999999999")

static bool has_word(span text, span word)
{
    for (size_t i = 0; i + word.len <= text.len; i++)
        if (span_equal_nocase(span_slice(text, i, word.len), word))
            return true;
    return false;
}

static bool is_prerelease(span text)
{
    static const span words[] = {S("a"), S("b"), S("c"), S("dev"), S("pre")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (has_word(text, words[i]))
            return true;
    return false;
}

static bool is_post(span text)
{
    return has_word(text, S("post")) || has_word(text, S("rev")) ||
           (has_word(text, S("r")) && !has_word(text, S("rc")) && !has_word(text, S("pre")));
}

// The epoch stays in front: "1!2.0".
static span take_epoch(span *text)
{
    size_t mark = span_find(*text, '!');
    size_t len = mark == SPAN_NONE ? 0 : mark + 1;
    span epoch = span_first(*text, len);
    *text = span_from(*text, len);
    return epoch;
}

// From the first development release of `numbers` to before that of the next.
static bool series(span text, size_t drop, span low, struct range *ret)
{
    struct partial partial;
    span epoch = take_epoch(&text);
    if (!partial_of(text, &partial) || partial.has_wildcard || partial.count <= drop)
        return false;
    ret->low.is_inclusive = true;
    if (low.len) {
        bound_add(&ret->low, low);
    } else {
        bound_add(&ret->low, epoch);
        partial_write(&partial, partial.count, &ret->low);
        bound_add(&ret->low, S(".dev0"));
    }
    bound_add(&ret->high, epoch);
    size_t at = partial.count - 1 - drop;
    if (!partial_write_next(&partial, at, at + 1, &ret->high))
        return false;
    bound_add(&ret->high, S(".dev0"));
    return !partial.rest.len || drop;
}

// "2.0.post1.*" and "2.0a1.*": with what is developed towards it and what was put right of it.
static bool release_and_relatives(span text, struct range *ret)
{
    if (has_word(text, S("dev")))
        return false;
    bound_set(&ret->low, true, text);
    bound_add(&ret->low, S(".dev0"));
    bound_set(&ret->high, true, text);
    bound_add(&ret->high, is_post(text) ? (span){0} : PAST_POSTS);
    bound_add(&ret->high, PAST_LOCALS);
    return true;
}

// The operand of "==1.2.*" without the star.
static bool prefix(span text, struct range *ret)
{
    if (is_post(text) || is_prerelease(text))
        return release_and_relatives(text, ret);
    return series(text, 0, (span){0}, ret);
}

static bool range_of(const struct term *term, struct range *ret)
{
    span operand = term->operand;
    bool star = operand.len > 2 && span_equal(span_from(operand, operand.len - 2), S(".*"));
    bool local = span_find(operand, '+') != SPAN_NONE;
    *ret = (struct range){0};
    switch (term->kind) {
    case OPERATOR_NONE:
    case OPERATOR_EQUAL:
    case OPERATOR_NOT_EQUAL:
        ret->outside = term->kind == OPERATOR_NOT_EQUAL;
        if (star)
            return !local && prefix(span_first(operand, operand.len - 2), ret);
        if (!range_plain(term, ret))
            return false;
        if (!local) // local versions are equal to their public one
            bound_add(&ret->high, PAST_LOCALS);
        return true;
    case OPERATOR_COMPATIBLE:
        return !local && !star && series(operand, 1, operand, ret);
    case OPERATOR_LESS_EQUAL:
        bound_set(&ret->high, true, operand);
        bound_add(&ret->high, PAST_LOCALS);
        return !local && !star;
    case OPERATOR_GREATER_EQUAL:
        bound_set(&ret->low, true, operand);
        return !local && !star;
    case OPERATOR_LESS:
        bound_set(&ret->high, false, operand);
        bound_add(&ret->high, is_prerelease(operand) || is_post(operand) ? (span){0} : S(".dev0"));
        return !local && !star;
    case OPERATOR_GREATER:
        bound_set(&ret->low, false, operand);
        bound_add(&ret->low,
                  is_post(operand) || has_word(operand, S("dev")) ? PAST_LOCALS : PAST_POSTS);
        return !local && !star;
    case OPERATOR_IDENTICAL:
        return range_plain(term, ret);
    case OPERATOR_TILDE:
    case OPERATOR_PESSIMISTIC:
    case OPERATOR_CARET:
    case OPERATOR_STARTS_WITH:
        return false;
    }
    return false;
}

const struct constraint_grammar constraint_pep440 = {.range_of = range_of};
