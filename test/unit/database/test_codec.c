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
        struct claim_reader in = {.from = reader_of(affected[i])};
        (void)get_affected(&in);
        assert_false(read_ok(&in.from));
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
    struct word_table words = {.index = S("\0\0\0\0\3\0\0\0\377\0\0\0"), .bytes = S("\2ab\2c")};
    span word = {0};
    assert_true(word_at(&words, 0, &word));
    assert_true(span_equal(word, S("ab")));
    assert_false(word_at(&words, 1, &word)); // ends past the table
    assert_false(word_at(&words, 2, &word)); // starts there
    assert_false(word_at(&words, 3, &word));
    assert_false(word_at(&words, UINT64_MAX, &word));
}

static void names_of_flaws_come_back(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    const struct {
        span id;
        size_t packed;
    } ids[] = {
        {S("CVE-2024-1234"), 5},
        {S("CVE-1999-0001"), 5},
        {S("CVE-2024-0000"), 5},
        {S("CVE-2024-9999"), 5},
        {S("CVE-2024-10000"), 5},
        {S("CVE-2024-16777215"), 5},
        {S("CVE-2245-1000"), 5},
        {S("CVE-2024-16777216"), 17}, // too large
        {S("CVE-2024-123"), 12},      // too short
        {S("CVE-2024-01234"), 14},    // would come back as another
        {S("CVE-1989-1234"), 13},
        {S("CVE-2246-1234"), 13},
        {S("CVE-24-1234"), 11},
        {S("CVE-2024-12x4"), 13},
        {S("CVE-"), 4},
        {S("GHSA-39qc-96h7-956f"), 19},
        {S(""), 0},
        {S("\1abcd"), 6}, // as if it were packed
        {S("\2"), 2},
    };
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        span packed = {0};
        span id = {0};
        assert_true(id_pack(ids[i].id, mem, &packed));
        assert_int_equal(packed.len, ids[i].packed);
        assert_true(id_unpack(packed, mem, &id));
        assert_true(span_equal(id, ids[i].id));
    }
}

static void vectors_come_back(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    const struct {
        span vector;
        size_t most; // bytes
    } vectors[] = {
        {S("AV:N/AC:L/Au:N/C:P/I:P/A:P"), 3},
        {S("CVSS:3.0/AV:P/AC:H/PR:H/UI:R/S:C/C:H/I:H/A:H"), 3},
        {S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"), 3},
        {S("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"), 4},
        {S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N/E:P"), 60},
        {S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N/"), 60},
        {S("CVSS:3.1/AC:L/AV:N/PR:N/UI:N/S:U/C:N/I:N/A:N"), 60},
        {S("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N"), 60},
        {S("CVSS:3.1/AV:n/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"), 60},
        {S("CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"), 60},
        {S("(AV:N/AC:L/Au:N/C:P/I:P/A:P)"), 60},
        {S("CVSS:3.1/"), 60},
        {S(""), 2},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct text text = new_text(mem);
        span vector = {0};
        struct err err = {0};
        put_vector(&text, vectors[i].vector);
        assert_true(text_ok(&text) && text.len <= vectors[i].most);
        reader in = reader_of(text_span(&text));
        assert_true(get_vector(&in, mem, &vector, &err));
        assert_true(read_end(&in));
        assert_true(span_equal(vector, vectors[i].vector));
    }
    const span bad[] = {S("\5\0"), S("\xff\0"), S("\1\xff\xff\xff\x0f"), S("\2")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        reader in = reader_of(bad[i]);
        span vector = {0};
        struct err err = {0};
        assert_true(get_vector(&in, mem, &vector, &err));
        assert_false(read_ok(&in));
    }
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
        cmocka_unit_test(names_of_flaws_come_back),
        cmocka_unit_test(vectors_come_back),
        cmocka_unit_test(counts_larger_than_the_record_poison),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
