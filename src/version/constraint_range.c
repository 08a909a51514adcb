// Ranges, and the numbers of operands that need not be whole versions.
#include "version/constraint_inner.h"

#include <string.h>

// ---------------------------------------------------------------- bounds

void bound_add(struct bound *bound, span text)
{
    bound->is_set = true;
    if (text.len > sizeof bound->bytes - bound->len)
        bound->failed = true;
    if (bound->failed || text.len == 0)
        return;
    memcpy(bound->bytes + bound->len, text.ptr, text.len);
    bound->len += text.len;
}

void bound_add_number(struct bound *bound, uint64_t number)
{
    uint8_t digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (uint8_t)('0' + number % 10);
        number /= 10;
    } while (number);
    bound_add(bound, span_of(digits + at, sizeof digits - at));
}

void bound_set(struct bound *bound, bool is_inclusive, span version)
{
    *bound = (struct bound){.is_inclusive = is_inclusive};
    bound_add(bound, version);
}

span bound_span(const struct bound *bound)
{
    return span_of(bound->bytes, bound->len);
}

bool range_plain(const struct term *term, struct range *ret)
{
    *ret = (struct range){0};
    switch (term->kind) {
    case OPERATOR_LESS:
    case OPERATOR_LESS_EQUAL:
        bound_set(&ret->high, term->kind == OPERATOR_LESS_EQUAL, term->operand);
        return true;
    case OPERATOR_GREATER:
    case OPERATOR_GREATER_EQUAL:
        bound_set(&ret->low, term->kind == OPERATOR_GREATER_EQUAL, term->operand);
        return true;
    case OPERATOR_NONE:
    case OPERATOR_EQUAL:
    case OPERATOR_IDENTICAL:
    case OPERATOR_NOT_EQUAL:
        bound_set(&ret->low, true, term->operand);
        bound_set(&ret->high, true, term->operand);
        ret->outside = term->kind == OPERATOR_NOT_EQUAL;
        return true;
    case OPERATOR_TILDE:
    case OPERATOR_PESSIMISTIC:
    case OPERATOR_COMPATIBLE:
    case OPERATOR_CARET:
    case OPERATOR_STARTS_WITH:
        return false;
    }
    return false;
}

// ---------------------------------------------------------------- partial versions

static bool take_wildcard(span *rest)
{
    bool there = rest->len && (rest->ptr[0] == '*' || ascii_lower(rest->ptr[0]) == 'x');
    if (there)
        *rest = span_from(*rest, 1);
    return there;
}

bool partial_of(span text, struct partial *ret)
{
    struct partial partial = {.rest = span_cut(&text, '+')};
    while (partial.rest.len && span_find(S("vV="), partial.rest.ptr[0]) != SPAN_NONE)
        partial.rest = span_from(partial.rest, 1);
    if (partial.rest.len == 0)
        return false;
    do {
        bool wildcard = take_wildcard(&partial.rest);
        span digits = span_cut_digits(&partial.rest);
        if (wildcard == (digits.len > 0) || (partial.has_wildcard && !wildcard))
            return false;
        partial.has_wildcard = wildcard;
        if (wildcard)
            continue;
        if (partial.count == MOST_PARTS || !span_to_u64(digits, &partial.parts[partial.count]))
            return false;
        partial.count++;
    } while (version_take_byte(&partial.rest, '.'));
    if (partial.has_wildcard)
        partial.rest = (span){0}; // "1.x-alpha" is "1.x"
    *ret = partial;
    return true;
}

static void write_parts(const struct partial *partial, size_t given, size_t count,
                        struct bound *bound)
{
    for (size_t i = 0; i < count; i++) {
        bound_add(bound, i ? S(".") : (span){0});
        bound_add_number(bound, i < given ? partial->parts[i] : 0);
    }
}

void partial_write(const struct partial *partial, size_t count, struct bound *bound)
{
    write_parts(partial, partial->count, count, bound);
}

bool partial_write_next(const struct partial *partial, size_t at, size_t count, struct bound *bound)
{
    struct partial next = *partial;
    if (at >= MOST_PARTS || next.parts[at] == UINT64_MAX)
        return false;
    next.parts[at]++;
    write_parts(&next, at + 1, count, bound);
    return true;
}
