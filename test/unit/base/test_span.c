#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void null_and_empty_are_the_same(void **state)
{
    (void)state;
    assert_int_equal(span_of(NULL, 5).len, 0);
    assert_null(span_of("x", 0).ptr);
    assert_int_equal(span_of_text(NULL).len, 0);
    assert_int_equal(span_of_text("").len, 0);
    assert_true(span_equal((span){0}, S("")));
    assert_int_equal(span_compare((span){0}, S("")), 0);
    assert_true(span_starts_with((span){0}, S("")));
    assert_true(span_ends_with((span){0}, (span){0}));
    assert_true(span_contains((span){0}, S("")));
    assert_int_equal(span_find((span){0}, 'a'), SPAN_NONE);
    assert_int_equal(span_find_last((span){0}, 'a'), SPAN_NONE);
    assert_int_equal(span_trim((span){0}).len, 0);
}

static void order_is_by_unsigned_bytes(void **state)
{
    (void)state;
    const span sorted[] = {S(""), S("\0"), S("A"), S("A\0"), S("AB"), S("a"), S("\x80"), S("\xff")};
    const size_t count = sizeof sorted / sizeof *sorted;
    for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b < count; b++) {
            assert_int_equal(span_compare(sorted[a], sorted[b]), (a > b) - (a < b));
            assert_int_equal(span_equal(sorted[a], sorted[b]), a == b);
        }
}

static void case_is_ascii_only(void **state)
{
    (void)state;
    assert_true(span_equal_nocase(S("OpenSSL-1@["), S("openssl-1@[")));
    assert_false(span_equal_nocase(S("a"), S("ab")));
    assert_false(span_equal_nocase(S("@"), S("`")));
    assert_false(span_equal_nocase(S("["), S("{")));
    assert_false(span_equal_nocase(S("\xc4"), S("\xe4")));
}

static void prefixes_suffixes_parts(void **state)
{
    (void)state;
    assert_true(span_starts_with(S("abc"), S("ab")));
    assert_true(span_starts_with(S("abc"), S("abc")));
    assert_false(span_starts_with(S("abc"), S("abcd")));
    assert_false(span_starts_with(S("abc"), S("b")));
    assert_true(span_ends_with(S("abc"), S("bc")));
    assert_false(span_ends_with(S("abc"), S("zabc")));
    assert_false(span_ends_with(S("abc"), S("b")));
    assert_true(span_contains(S("a\0bc"), S("\0b")));
    assert_false(span_contains(S("ab"), S("abc")));
    assert_false(span_contains(S("abc"), S("ac")));
}

static void patterns_match_whole_spans(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *pattern;
        bool matches;
    } rows[] = {
        {"", "", true},
        {"", "*", true},
        {"", "**", true},
        {"", "?", false},
        {"a", "", false},
        {"a", "a", true},
        {"a", "?", true},
        {"ab", "?", false},
        {"team/app", "team/*", true},
        {"team/", "team/*", true},
        {"team", "team/*", false},
        {"a/b/c", "a*c", true},
        {"a/b/cd", "a*c", false},
        {"aXbXc", "*X*", true},
        {"aab", "*ab", true},
        {"abab", "*ab*ab", true},
        {"ab", "*ab*ab", false},
        {"a*", "a*", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (span_matches(span_of_text(rows[i].text), span_of_text(rows[i].pattern)) !=
            rows[i].matches)
            fail_msg("'%s' and '%s'", rows[i].text, rows[i].pattern);
}

static void slices_are_clamped(void **state)
{
    (void)state;
    span s = S("abc");
    assert_true(span_equal(span_from(s, 1), S("bc")));
    assert_int_equal(span_from(s, 3).len, 0);
    assert_int_equal(span_from(s, SIZE_MAX).len, 0);
    assert_true(span_equal(span_first(s, 2), S("ab")));
    assert_true(span_equal(span_first(s, SIZE_MAX), s));
    assert_true(span_equal(span_slice(s, 1, 1), S("b")));
    assert_true(span_equal(span_slice(s, 1, SIZE_MAX), S("bc")));
    assert_int_equal(span_slice(s, SIZE_MAX, SIZE_MAX).len, 0);
}

static void trimming(void **state)
{
    (void)state;
    assert_true(span_equal(span_trim(S(" \t\r\n\v\fa b ")), S("a b")));
    assert_int_equal(span_trim(S(" \n ")).len, 0);
    assert_true(span_equal(span_trim(S("\0 ")), S("\0")));
    assert_true(span_equal(span_trim_end(S("a//"), '/'), S("a")));
    assert_int_equal(span_trim_end(S("//"), '/').len, 0);
    assert_int_equal(span_indent(S("  a b")), 2);
    assert_int_equal(span_indent(S("\ta")), 0);
    assert_int_equal(span_indent(S("   ")), 3);
    assert_int_equal(span_indent((span){0}), 0);
}

static void finding(void **state)
{
    (void)state;
    assert_int_equal(span_find(S("a,b,"), ','), 1);
    assert_int_equal(span_find_last(S("a,b,"), ','), 3);
    assert_int_equal(span_find(S("a"), ','), SPAN_NONE);
    assert_int_equal(span_find(S("a\0"), '\0'), 1);
}

static void cutting(void **state)
{
    (void)state;
    span s = S("a,,b,");
    assert_true(span_equal(span_cut(&s, ','), S("a")));
    assert_int_equal(span_cut(&s, ',').len, 0);
    assert_true(span_equal(span_cut(&s, ','), S("b")));
    assert_int_equal(s.len, 0);
    assert_int_equal(span_cut(&s, ',').len, 0);

    span lines = S("one\r\ntwo\n\r\n\rthree\r");
    assert_true(span_equal(span_cut_line(&lines), S("one")));
    assert_true(span_equal(span_cut_line(&lines), S("two")));
    assert_int_equal(span_cut_line(&lines).len, 0);
    assert_true(span_equal(span_cut_line(&lines), S("\rthree")));
    assert_int_equal(lines.len, 0);
}

struct number {
    const char *text;
    bool valid;
    uint64_t value;
};

static void check_numbers(bool (*convert)(span, uint64_t *), const struct number *table,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t value = 4711;
        assert_int_equal(convert(span_of_text(table[i].text), &value), table[i].valid);
        assert_int_equal(value, table[i].valid ? table[i].value : 4711);
    }
}

static void numbers_in_three_radices(void **state)
{
    (void)state;
    const struct number decimal[] = {
        {"0", true, 0},    {"007", true, 7},
        {"", false, 0},    {"18446744073709551614", true, UINT64_MAX - 1},
        {"+1", false, 0},  {"18446744073709551615", true, UINT64_MAX},
        {"-1", false, 0},  {"18446744073709551616", false, 0},
        {" 1", false, 0},  {"99999999999999999999", false, 0},
        {"1 ", false, 0},  {"a", false, 0},
        {"0x1", false, 0}, {"1.0", false, 0},
        {"1:", false, 0},  {"1/", false, 0},
    };
    check_numbers(span_to_u64, decimal, sizeof decimal / sizeof *decimal);
    const struct number octal[] = {
        {"0755", true, 0755},
        {"8", false, 0},
        {"1777777777777777777777", true, UINT64_MAX},
        {"2000000000000000000000", false, 0},
    };
    check_numbers(span_to_u64_octal, octal, sizeof octal / sizeof *octal);
    const struct number hex[] = {
        {"dEaD", true, 0xdead},
        {"g", false, 0},
        {"@", false, 0},
        {"ffffffffffffffff", true, UINT64_MAX},
        {"10000000000000000", false, 0},
    };
    check_numbers(span_to_u64_hex, hex, sizeof hex / sizeof *hex);
}

// The hash stands in files that we write: these values may never change.
static void the_hash_is_stable(void **state)
{
    (void)state;
    assert_int_equal(span_hash((span){0}, 0), UINT64_C(0x48218226ff3cd4bf));
    assert_int_equal(span_hash(S("openssl"), 0), UINT64_C(0x3c6a9755d980ed02));
    assert_int_equal(span_hash(S("debian:12/openssl"), 1), UINT64_C(0x763bbf7cddd16283));
}

static void the_hash_sees_every_byte(void **state)
{
    (void)state;
    uint8_t bytes[40] = {0};
    for (size_t len = 1; len <= sizeof bytes; len++) {
        uint64_t plain = span_hash(span_of(bytes, len), 0);
        assert_true(plain != span_hash(span_of(bytes, len - 1), 0));
        assert_true(plain != span_hash(span_of(bytes, len), 1));
        for (size_t i = 0; i < len; i++) {
            bytes[i] = 1;
            assert_true(plain != span_hash(span_of(bytes, len), 0));
            bytes[i] = 0;
        }
    }
}

static void classes_of_ascii(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 256; c++) {
        assert_int_equal(ascii_is_digit((uint8_t)c), c < 128 && c && strchr("0123456789", (int)c));
        assert_int_equal(ascii_is_space((uint8_t)c), c < 128 && c && strchr(" \t\n\v\f\r", (int)c));
        bool upper = c >= 'A' && c <= 'Z';
        assert_int_equal(ascii_is_alpha((uint8_t)c), upper || (c >= 'a' && c <= 'z'));
        assert_int_equal(ascii_lower((uint8_t)c), upper ? c + 32 : c);
        bool hex = c && strchr("0123456789abcdefABCDEF", (int)c);
        assert_int_equal(ascii_is_hex((uint8_t)c), c < 128 && hex);
        uint8_t byte = (uint8_t)c;
        assert_int_equal(span_is_lower_hex(span_of(&byte, 1)), c < 128 && hex && !upper);
    }
    assert_true(span_is_lower_hex((span){0}));
    assert_false(span_is_lower_hex(S("00g")));
}

static void utf8_is_what_rfc_3629_allows(void **state)
{
    (void)state;
    assert_true(utf8_is_valid((span){0}));
    assert_true(utf8_is_valid(S("a\xc3\xbc\xe2\x82\xac\xf4\x8f\xbf\xbf")));
    static const char *const bad[] = {"\x80",         "\xc3",         "\xc0\x80",
                                      "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                      "\xff",         "a\xe2\x82"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(utf8_is_valid(span_of_text(bad[i])));
    assert_int_equal(utf8_sequence((span){0}), 0);
    assert_int_equal(utf8_sequence(S("\xe2\x82\xac!")), 3);
}

static void quoting_escapes_and_shortens(void **state)
{
    (void)state;
    assert_string_equal(quote((span){0}).text, "");
    assert_string_equal(quote(S("a\x1b[31m\\\n\xc3\xa4\x7f")).text,
                        "a\\x1b[31m\\x5c\\x0a\\xc3\\xa4\\x7f");
    char long_text[200];
    memset(long_text, 'x', sizeof long_text);
    struct quoted quoted = quote(span_of(long_text, sizeof long_text));
    size_t len = strlen(quoted.text);
    assert_true(len < sizeof quoted.text);
    assert_string_equal(quoted.text + len - 4, "x...");
    memset(long_text, '\n', sizeof long_text);
    quoted = quote(span_of(long_text, sizeof long_text));
    len = strlen(quoted.text);
    assert_true(len < sizeof quoted.text);
    assert_string_equal(quoted.text + len - 7, "\\x0a...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_and_empty_are_the_same),
        cmocka_unit_test(order_is_by_unsigned_bytes),
        cmocka_unit_test(case_is_ascii_only),
        cmocka_unit_test(prefixes_suffixes_parts),
        cmocka_unit_test(patterns_match_whole_spans),
        cmocka_unit_test(slices_are_clamped),
        cmocka_unit_test(trimming),
        cmocka_unit_test(finding),
        cmocka_unit_test(cutting),
        cmocka_unit_test(numbers_in_three_radices),
        cmocka_unit_test(the_hash_is_stable),
        cmocka_unit_test(the_hash_sees_every_byte),
        cmocka_unit_test(classes_of_ascii),
        cmocka_unit_test(utf8_is_what_rfc_3629_allows),
        cmocka_unit_test(quoting_escapes_and_shortens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
