// The constraints of the systems that compare whole versions, with what each has beside that.
#include "version/constraint_inner.h"

// ---------------------------------------------------------------- gems and whatever has no system

// From the operand to before the next value of the number before the last: "~> 1.4" ends before 2,
// "~> 1.4.4" before 1.5. `before` makes it end before the pre-releases of that.
static bool pessimistic(span operand, span before, struct range *ret)
{
    struct partial partial;
    *ret = (struct range){0};
    if (!partial_of(operand, &partial) || partial.has_wildcard || partial.count == 0)
        return false;
    size_t at = partial.count < 2 ? 0 : partial.count - 2;
    bound_set(&ret->low, true, operand);
    if (!partial_write_next(&partial, at, at + 1, &ret->high))
        return false;
    bound_add(&ret->high, before);
    return true;
}

// "A" sorts before every word that gems use.
static bool range_of_gem(const struct term *term, struct range *ret)
{
    struct term copy = *term;
    span operand = term->operand;
    if (term->kind != OPERATOR_PESSIMISTIC)
        return range_plain(term, ret);
    // Only the numbers before the first word count: "~> 5.a" ends before 6.
    size_t len = 0;
    while (len < operand.len && (ascii_is_digit(operand.ptr[len]) || operand.ptr[len] == '.'))
        len++;
    copy.operand = span_trim_end(span_first(operand, len), '.');
    if (!pessimistic(copy.operand, S(".A"), ret))
        return false;
    bound_set(&ret->low, true, operand);
    return true;
}

static bool caret(span operand, struct range *ret)
{
    struct partial partial;
    *ret = (struct range){0};
    if (!partial_of(operand, &partial) || partial.has_wildcard || partial.count == 0)
        return false;
    size_t at = 0;
    while (at + 1 < partial.count && partial.parts[at] == 0)
        at++;
    bound_set(&ret->low, true, operand);
    return partial_write_next(&partial, at, at + 1, &ret->high);
}

// "~1.2.3" ends before 1.3; of more than three numbers the one before the last may not grow.
static bool tilde(span operand, struct range *ret)
{
    struct partial partial;
    *ret = (struct range){0};
    if (!partial_of(operand, &partial) || partial.has_wildcard || partial.count == 0)
        return false;
    size_t at = partial.count < 2 ? 0 : partial.count < 4 ? 1 : partial.count - 2;
    bound_set(&ret->low, true, operand);
    return partial_write_next(&partial, at, at + 1, &ret->high);
}

static bool range_of_generic(const struct term *term, struct range *ret)
{
    if (term->kind == OPERATOR_PESSIMISTIC)
        return pessimistic(term->operand, (span){0}, ret);
    if (term->kind == OPERATOR_CARET)
        return caret(term->operand, ret);
    if (term->kind == OPERATOR_TILDE)
        return tilde(term->operand, ret);
    return range_plain(term, ret);
}

// ---------------------------------------------------------------- Composer

// Composer counts the development versions of a bound to what is on its far side: "<1.0" leaves
// 1.0-beta out, ">=1.0" takes it in.
static void add_dev(struct bound *bound, span operand)
{
    if (span_find(operand, '-') == SPAN_NONE)
        bound_add(bound, S("-dev"));
}

static bool composer_within(const struct partial *partial, size_t at, struct range *ret)
{
    ret->low.is_inclusive = true;
    partial_write(partial, partial->count, &ret->low);
    bound_add(&ret->low, partial->rest.len ? partial->rest : S("-dev"));
    if (!partial_write_next(partial, at, at + 1, &ret->high))
        return false;
    bound_add(&ret->high, S("-dev"));
    return true;
}

static bool composer_hyphen(const struct term *term, struct range *ret)
{
    struct partial high;
    if (!partial_of(term->upto, &high) || high.count == 0)
        return false;
    bound_set(&ret->low, true, term->operand);
    add_dev(&ret->low, term->operand);
    if (high.count >= 3 || high.rest.len) {
        bound_set(&ret->high, true, term->upto);
        return true;
    }
    if (!partial_write_next(&high, high.count - 1, high.count, &ret->high))
        return false;
    bound_add(&ret->high, S("-dev"));
    return true;
}

static bool range_of_composer(const struct term *term, struct range *ret)
{
    struct partial partial;
    *ret = (struct range){0};
    if (term->upto.len)
        return composer_hyphen(term, ret);
    bool numbers = partial_of(term->operand, &partial) && partial.count;
    bool ranges = term->kind == OPERATOR_TILDE || term->kind == OPERATOR_CARET ||
                  term->kind == OPERATOR_PESSIMISTIC;
    if ((ranges || (numbers && partial.has_wildcard)) && !numbers)
        return false;
    if (term->kind == OPERATOR_CARET) {
        size_t at = 0;
        while (at + 1 < partial.count && partial.parts[at] == 0)
            at++;
        return composer_within(&partial, at, ret);
    }
    if (ranges)
        return composer_within(&partial, partial.count < 2 ? 0 : partial.count - 2, ret);
    if (numbers && partial.has_wildcard) {
        ret->outside = term->kind == OPERATOR_NOT_EQUAL;
        return composer_within(&partial, partial.count - 1, ret);
    }
    if (!range_plain(term, ret))
        return false;
    if (term->kind == OPERATOR_LESS)
        add_dev(&ret->high, term->operand);
    if (term->kind == OPERATOR_GREATER_EQUAL)
        add_dev(&ret->low, term->operand);
    return true;
}

// ---------------------------------------------------------------- Portage

// "=1.2*": all versions that begin so; "~1.2": any revision of 1.2. Both as the numbers say it.
static bool range_of_portage(const struct term *term, struct range *ret)
{
    struct partial partial;
    span operand = term->operand;
    bool star = operand.len > 1 && operand.ptr[operand.len - 1] == '*';
    *ret = (struct range){0};
    if (term->kind == OPERATOR_TILDE) {
        bound_set(&ret->low, true, operand);
        bound_set(&ret->high, true, operand);
        bound_add(&ret->high, S("-r999999999"));
        return true;
    }
    if (!star)
        return range_plain(term, ret);
    if (!partial_of(span_first(operand, operand.len - 1), &partial) || partial.rest.len ||
        term->kind != OPERATOR_EQUAL)
        return false;
    bound_set(&ret->low, true, span_first(operand, operand.len - 1));
    bound_add(&ret->low, S("_alpha"));
    return partial_write_next(&partial, partial.count - 1, partial.count, &ret->high);
}

// ---------------------------------------------------------------- intervals

static bool no_bracket(span version)
{
    for (size_t i = 0; i < version.len; i++)
        if (span_find(S("[]()<>=!|\\\"?"), version.ptr[i]) != SPAN_NONE)
            return false;
    return true;
}

// "[1.0,2.0)", "(,1.0]", "[1.0]".
static bool interval(span text, struct range *ret)
{
    uint8_t first = text.ptr[0];
    uint8_t last = text.ptr[text.len - 1];
    if (text.len < 3 || (last != ']' && last != ')'))
        return false;
    span inner = span_slice(text, 1, text.len - 2);
    bool single = span_find(inner, ',') == SPAN_NONE;
    span low = span_trim(span_cut(&inner, ','));
    span high = single ? low : span_trim(inner);
    if (!no_bracket(low) || !no_bracket(high) || span_find(high, ',') != SPAN_NONE)
        return false;
    if (low.len)
        bound_set(&ret->low, first == '[' || single, low);
    if (high.len)
        bound_set(&ret->high, last == ']' || single, high);
    return true;
}

static bool range_of_maven(const struct term *term, struct range *ret)
{
    span operand = term->operand;
    *ret = (struct range){0};
    if (operand.len && (operand.ptr[0] == '[' || operand.ptr[0] == '('))
        return term->kind == OPERATOR_NONE && interval(operand, ret);
    return no_bracket(operand) && range_plain(term, ret);
}

// A version alone is the least that will do.
static bool range_of_nuget(const struct term *term, struct range *ret)
{
    struct term copy = *term;
    if (term->kind == OPERATOR_NONE && term->operand.len && ascii_is_digit(term->operand.ptr[0]))
        copy.kind = OPERATOR_GREATER_EQUAL;
    return range_of_maven(&copy, ret);
}

const struct constraint_grammar constraint_plain = {.range_of = range_plain};
const struct constraint_grammar constraint_apk = {.has_prefixes = true, .range_of = range_plain};
const struct constraint_grammar constraint_gem = {.spaces_join = true, .range_of = range_of_gem};
const struct constraint_grammar constraint_generic = {
    .is_loose = true, .spaces_join = true, .range_of = range_of_generic};
const struct constraint_grammar constraint_conan = {.spaces_join = true,
                                                    .range_of = range_of_generic};
const struct constraint_grammar constraint_composer = {
    .spaces_join = true, .has_hyphens = true, .single_or = true, .range_of = range_of_composer};
const struct constraint_grammar constraint_portage = {.spaces_join = true,
                                                      .range_of = range_of_portage};
const struct constraint_grammar constraint_maven = {
    .has_intervals = true, .is_loose = true, .spaces_join = true, .range_of = range_of_maven};
const struct constraint_grammar constraint_nuget = {
    .has_intervals = true, .is_loose = true, .spaces_join = true, .range_of = range_of_nuget};
