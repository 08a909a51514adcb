// Records: what goes in comes out, and bytes that mean nothing poison the reader.
#include "database/database_inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct text new_text(struct arena *mem)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    return text;
}

static void varints_at_their_boundaries(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    const uint64_t values[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct text text = new_text(mem);
        put_varint(&text, values[i]);
        reader in = reader_of(text_span(&text));
        assert_true(get_varint(&in) == values[i]);
        assert_true(read_end(&in));

        reader cut = reader_of(span_first(text_span(&text), text.len - 1));
        (void)get_varint(&cut);
        assert_false(read_ok(&cut));
    }
    reader endless = reader_of(S("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"));
    (void)get_varint(&endless);
    assert_false(read_ok(&endless));
}

static void scores_keep_their_decimals(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    const struct flaw flaws[] = {
        {.score = -1, .epss = -1, .epss_percentile = -1},
        {.score = 0, .epss = 0, .epss_percentile = 0},
        {.score = 9.8, .epss = 0.00043, .epss_percentile = 0.12345},
        {.score = 10, .epss = 1, .epss_percentile = 1},
        {.score = 7.3, .epss = 0.97565, .epss_percentile = 0.99998},
    };
    for (size_t i = 0; i < sizeof flaws / sizeof *flaws; i++) {
        struct text text = new_text(mem);
        put_flaw(&text, &flaws[i]);
        reader in = reader_of(text_span(&text));
        struct flaw flaw = {0};
        struct err err = {0};
        assert_true(get_flaw(&in, mem, &flaw, &err));
        assert_true(read_end(&in));
        assert_true(flaw.score == flaws[i].score && flaw.epss == flaws[i].epss);
        assert_true(flaw.epss_percentile == flaws[i].epss_percentile);
    }
}

static void a_score_that_is_no_number_is_none(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct flaw odd = {.score = __builtin_nan(""), .epss = __builtin_inf()};
    struct text text = new_text(mem);
    put_flaw(&text, &odd);
    reader in = reader_of(text_span(&text));
    struct flaw flaw = {0};
    struct err err = {0};
    assert_true(get_flaw(&in, mem, &flaw, &err));
    assert_true(flaw.score == -1 && flaw.epss == 1);
}

static void enums_out_of_range_poison(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    const span affected[] = {
        S("\x06\0"), S("\x30\0"), S("\x80\0"), S("\xff\0"), S("\0\x40"), S("\0\x80"),
    };
    for (size_t i = 0; i < sizeof affected / sizeof *affected; i++) {
        reader in = reader_of(affected[i]);
        (void)get_affected(&in, NULL);
        assert_false(read_ok(&in));
    }
    const span flaws[] = {S("\x07\0\0"), S("\x80\x10\0"), S("\x80\xff\0")};
    for (size_t i = 0; i < sizeof flaws / sizeof *flaws; i++) {
        reader in = reader_of(flaws[i]);
        struct flaw flaw = {0};
        struct err err = {0};
        assert_true(get_flaw(&in, mem, &flaw, &err));
        assert_false(read_ok(&in));
    }
    reader key = reader_of(S("\x05\0\0"));
    (void)get_key(&key, NULL);
    assert_false(read_ok(&key));
}

static void words_out_of_range_are_none(void **state)
{
    (void)state;
    struct word_table words = {.index = S("\2\0\0\0\1\0\0\0\377\0\0\0"), .bytes = S("ab")};
    span word = {0};
    assert_true(word_at(&words, 0, &word));
    assert_true(span_equal(word, S("ab")));
    assert_false(word_at(&words, 1, &word)); // ends before it starts
    assert_false(word_at(&words, 2, &word)); // ends past the table
    assert_false(word_at(&words, 3, &word));
    assert_false(word_at(&words, UINT64_MAX, &word));
}

static void counts_larger_than_the_record_poison(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct err err = {0};
    struct advisory advisory = {0};
    reader in = reader_of(S("\1x\0\0\xff\xff\xff\xff\x0f\0"));
    assert_true(get_head(&in, mem, &advisory, &err));
    assert_false(read_ok(&in));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(varints_at_their_boundaries),
        cmocka_unit_test(scores_keep_their_decimals),
        cmocka_unit_test(a_score_that_is_no_number_is_none),
        cmocka_unit_test(enums_out_of_range_poison),
        cmocka_unit_test(words_out_of_range_are_none),
        cmocka_unit_test(counts_larger_than_the_record_poison),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
