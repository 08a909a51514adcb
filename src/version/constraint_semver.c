// Constraints over three numbers, as node-semver defines them ("Ranges"): operands may be partial
// (1.2) or end in a wildcard (1.x), ~ and ^ leave room behind, "1.0 - 2.0" includes both.
#include "version/constraint_inner.h"

enum { NUMBERS = 3 };

// "-0" is the first of all pre-releases: below it are those that belong to versions before.
static bool set_before(const struct partial *partial, size_t at, struct bound *bound)
{
    if (!partial_write_next(partial, at, NUMBERS, bound))
        return false;
    bound_add(bound, S("-0"));
    return true;
}

static void set_from(const struct partial *partial, bool is_inclusive, struct bound *bound)
{
    bound->is_inclusive = is_inclusive;
    partial_write(partial, NUMBERS, bound);
    bound_add(bound, partial->rest);
}

static bool is_whole(const struct partial *partial)
{
    return partial->count == NUMBERS;
}

static bool nothing(struct range *ret)
{
    bound_set(&ret->high, false, S("0.0.0-0"));
    return true;
}

// The number behind which ^ ends: the first that is not zero, or the last that is given.
static size_t caret_place(const struct partial *partial)
{
    size_t at = 0;
    while (at + 1 < partial->count && partial->parts[at] == 0)
        at++;
    return at;
}

static bool less_than(const struct partial *partial, struct range *ret)
{
    if (partial->count == 0)
        return nothing(ret);
    set_from(partial, false, &ret->high);
    bound_add(&ret->high, is_whole(partial) ? (span){0} : S("-0"));
    return true;
}

static bool greater_than(const struct partial *partial, struct range *ret)
{
    if (partial->count == 0)
        return nothing(ret);
    if (is_whole(partial)) {
        set_from(partial, false, &ret->low);
        return true;
    }
    ret->low.is_inclusive = true;
    return partial_write_next(partial, partial->count - 1, NUMBERS, &ret->low);
}

static bool up_to(const struct partial *partial, struct range *ret)
{
    if (partial->count == 0)
        return true;
    if (!is_whole(partial))
        return set_before(partial, partial->count - 1, &ret->high);
    set_from(partial, true, &ret->high);
    return true;
}

// From the operand to before the next value of number `at`.
static bool within(const struct partial *partial, size_t at, struct range *ret)
{
    if (partial->count == 0)
        return true;
    set_from(partial, true, &ret->low);
    return set_before(partial, at, &ret->high);
}

static bool equal_to(const struct partial *partial, struct range *ret)
{
    if (!is_whole(partial))
        return within(partial, partial->count - 1, ret);
    set_from(partial, true, &ret->low);
    set_from(partial, true, &ret->high);
    return true;
}

static bool hyphen_range(const struct term *term, const struct partial *low, struct range *ret)
{
    struct partial high;
    if (!partial_of(term->upto, &high) || high.count > NUMBERS)
        return false;
    if (low->count)
        set_from(low, true, &ret->low);
    return up_to(&high, ret);
}

static bool range_of(const struct term *term, struct range *ret)
{
    struct partial partial;
    *ret = (struct range){0};
    if (!partial_of(term->operand, &partial) || partial.count > NUMBERS)
        return false;
    if (partial.rest.len && partial.rest.ptr[0] != '-' && !ascii_is_alpha(partial.rest.ptr[0]))
        return false;
    if (term->upto.len)
        return hyphen_range(term, &partial, ret);
    size_t last = partial.count ? partial.count - 1 : 0;
    switch (term->kind) {
    case OPERATOR_LESS:
        return less_than(&partial, ret);
    case OPERATOR_LESS_EQUAL:
        return up_to(&partial, ret);
    case OPERATOR_GREATER:
        return greater_than(&partial, ret);
    case OPERATOR_GREATER_EQUAL:
        if (partial.count)
            set_from(&partial, true, &ret->low);
        return true;
    case OPERATOR_NOT_EQUAL:
        ret->outside = true;
        return equal_to(&partial, ret);
    case OPERATOR_NONE:
    case OPERATOR_EQUAL:
        return equal_to(&partial, ret);
    case OPERATOR_TILDE:
    case OPERATOR_PESSIMISTIC:
        return within(&partial, last < 1 ? last : 1, ret);
    case OPERATOR_CARET:
        return within(&partial, caret_place(&partial), ret);
    case OPERATOR_COMPATIBLE:
    case OPERATOR_STARTS_WITH:
    case OPERATOR_IDENTICAL:
        return false;
    }
    return false;
}

// ---------------------------------------------------------------- node's guard

// node-semver leaves pre-releases out unless the constraint names one of the same three numbers.
static span numbers_of(span version)
{
    return span_cut(&version, '-');
}

static bool is_prerelease(span version)
{
    span main = span_cut(&version, '+');
    return span_find(main, '-') != SPAN_NONE;
}

static bool names(span version, const struct bound *bound)
{
    span text = bound_span(bound);
    int order = 1;
    return bound->is_set && is_prerelease(text) &&
           version_compare(SCHEME_SEMVER, numbers_of(text), numbers_of(version), &order) &&
           order == 0;
}

static bool admits(span version, const struct range *range)
{
    return names(version, &range->low) || names(version, &range->high);
}

// Elixir's "~> 2.1" ends before 3.0, "~> 2.1.0" before 2.2.
static bool range_of_hex(const struct term *term, struct range *ret)
{
    struct partial partial;
    if (term->kind != OPERATOR_PESSIMISTIC)
        return range_of(term, ret);
    *ret = (struct range){0};
    if (!partial_of(term->operand, &partial) || partial.has_wildcard || partial.count > NUMBERS ||
        partial.count < 2)
        return false;
    return within(&partial, partial.count - 2, ret);
}

// Dart's ^0.0.3 ends before 0.1.0.
static bool range_of_pub(const struct term *term, struct range *ret)
{
    struct partial partial;
    if (term->kind != OPERATOR_CARET)
        return range_of(term, ret);
    *ret = (struct range){0};
    if (!partial_of(term->operand, &partial) || partial.has_wildcard || partial.count != NUMBERS)
        return false;
    return within(&partial, partial.parts[0] ? 0 : 1, ret);
}

const struct constraint_grammar constraint_semver = {
    .is_loose = true, .spaces_join = true, .has_hyphens = true, .range_of = range_of};
const struct constraint_grammar constraint_npm = {
    .is_loose = true,
    .spaces_join = true,
    .has_hyphens = true,
    .range_of = range_of,
    .admits = admits,
    .guarded = is_prerelease,
};
const struct constraint_grammar constraint_hex = {
    .is_loose = true, .spaces_join = true, .range_of = range_of_hex};
const struct constraint_grammar constraint_pub = {
    .is_loose = true, .spaces_join = true, .range_of = range_of_pub};
