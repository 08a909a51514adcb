// Numbers, dates and booleans: checked, not converted, since no reader needs more than their text.
#include "format/toml/toml_inner.h"

// ---------------------------------------------------------------- numbers

static bool skip_byte(span *s, uint8_t a, uint8_t b)
{
    if (s->len == 0 || (s->ptr[0] != a && s->ptr[0] != b))
        return false;
    *s = span_from(*s, 1);
    return true;
}

static unsigned digit_value(uint8_t c)
{
    if (ascii_is_digit(c))
        return c - '0';
    uint8_t lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

// Takes digits with single underscores between them. *ret_value, which stops at UINT64_MAX, may be
// null. False if there is no digit or an underscore stands elsewhere.
static bool skip_digits(span *s, unsigned base, uint64_t *ret_value)
{
    uint64_t value = 0;
    size_t at = 0;
    bool was_digit = false;
    for (; at < s->len; at++) {
        bool is_digit = digit_value(s->ptr[at]) < base;
        if (!is_digit && (s->ptr[at] != '_' || !was_digit))
            break;
        was_digit = is_digit;
        if (is_digit && (__builtin_mul_overflow(value, base, &value) ||
                         __builtin_add_overflow(value, digit_value(s->ptr[at]), &value)))
            value = UINT64_MAX;
    }
    *s = span_from(*s, at);
    if (ret_value)
        *ret_value = value;
    return at > 0 && was_digit;
}

static bool is_based_integer(span word)
{
    static const struct {
        span prefix;
        unsigned base;
    } bases[] = {{S("0x"), 16}, {S("0o"), 8}, {S("0b"), 2}};
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        if (!span_starts_with(word, bases[i].prefix))
            continue;
        uint64_t value = 0;
        span digits = span_from(word, bases[i].prefix.len);
        return skip_digits(&digits, bases[i].base, &value) && digits.len == 0 && value <= INT64_MAX;
    }
    return false;
}

// A decimal number without leading zeros, up to what follows it.
static bool skip_whole_part(span *s, uint64_t *ret_value)
{
    bool has_zero =
        s->len > 1 && s->ptr[0] == '0' && (ascii_is_digit(s->ptr[1]) || s->ptr[1] == '_');
    return !has_zero && skip_digits(s, 10, ret_value);
}

static bool is_integer(span word)
{
    uint64_t value = 0;
    bool negative = span_starts_with(word, S("-"));
    if (is_based_integer(word))
        return true;
    (void)skip_byte(&word, '-', '+'); // a sign need not be there
    return skip_whole_part(&word, &value) && word.len == 0 &&
           value <= (uint64_t)INT64_MAX + negative;
}

static bool is_float(span word)
{
    (void)skip_byte(&word, '-', '+'); // a sign need not be there
    if (span_equal(word, S("inf")) || span_equal(word, S("nan")))
        return true;
    if (!skip_whole_part(&word, NULL) || word.len == 0) // without more it is an integer
        return false;
    if (skip_byte(&word, '.', '.') && !skip_digits(&word, 10, NULL))
        return false;
    if (skip_byte(&word, 'e', 'E')) {
        (void)skip_byte(&word, '-', '+'); // as above
        if (!skip_digits(&word, 10, NULL))
            return false;
    }
    return word.len == 0;
}

// ---------------------------------------------------------------- dates (RFC 3339, section 5.6)

// Exactly `count` digits, a value between `low` and `high`.
static bool skip_number(span *s, size_t count, uint64_t low, uint64_t high, uint64_t *ret)
{
    span digits = span_first(*s, count);
    if (digits.len != count || !span_to_u64(digits, ret) || *ret < low || *ret > high)
        return false;
    *s = span_from(*s, count);
    return true;
}

static bool skip_date(span *s)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint64_t year = 0;
    uint64_t month = 0;
    uint64_t day = 0;
    if (!skip_number(s, 4, 0, 9999, &year) || !skip_byte(s, '-', '-') ||
        !skip_number(s, 2, 1, 12, &month) || !skip_byte(s, '-', '-') ||
        !skip_number(s, 2, 1, 31, &day))
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= days[month - 1] + (leap && month == 2 ? 1U : 0U);
}

static bool skip_time(span *s)
{
    uint64_t value = 0;
    if (!skip_number(s, 2, 0, 23, &value) || !skip_byte(s, ':', ':') ||
        !skip_number(s, 2, 0, 59, &value) || !skip_byte(s, ':', ':') ||
        !skip_number(s, 2, 0, 60, &value)) // 60: a leap second
        return false;
    if (!skip_byte(s, '.', '.'))
        return true;
    size_t digits = 0;
    while (digits < s->len && ascii_is_digit(s->ptr[digits]))
        digits++;
    *s = span_from(*s, digits);
    return digits > 0;
}

static bool is_offset(span s)
{
    uint64_t value = 0;
    if (skip_byte(&s, 'z', 'Z'))
        return s.len == 0;
    return skip_byte(&s, '+', '-') && skip_number(&s, 2, 0, 23, &value) &&
           skip_byte(&s, ':', ':') && skip_number(&s, 2, 0, 59, &value) && s.len == 0;
}

static bool is_date(span word)
{
    span time = word;
    if (skip_time(&time))
        return time.len == 0;
    if (!skip_date(&word))
        return false;
    if (word.len == 0)
        return true;
    if (!skip_byte(&word, 't', 'T') && !skip_byte(&word, ' ', ' '))
        return false;
    return skip_time(&word) && (word.len == 0 || is_offset(word));
}

// ---------------------------------------------------------------- all together

bool toml_classify(span word, enum toml_kind *ret)
{
    if (span_equal(word, S("true")) || span_equal(word, S("false")))
        *ret = TOML_BOOLEAN;
    else if (is_integer(word))
        *ret = TOML_INTEGER;
    else if (is_float(word))
        *ret = TOML_FLOAT;
    else if (is_date(word))
        *ret = TOML_DATE;
    else
        return false;
    return true;
}
