// What was read of layers: kept once, dropped when there is too much of it, and in no backup.
#include "fresh.h"
#include "place.h"
#include "service/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { NOW = 100000, PLENTY = 1 << 20 };

static int set_up(void **state)
{
    *state = place_new("extracts");
    return 0;
}

static void keep(const struct place *place, const char *key, span content, uint64_t now,
                 uint64_t most)
{
    struct err err = {0};
    ok(store_keep_extract(place->store, span_of_text(key), content, now, most, &err), &err);
}

static span find(const struct place *place, const char *key, uint64_t now)
{
    struct err err = {0};
    span content = {0};
    ok(store_find_extract(place->store, span_of_text(key), now, place->mem, &content, &err), &err);
    return content;
}

static void assert_kept(const struct place *place, const char *key, span content)
{
    assert_true(span_equal(find(place, key, NOW), content));
}

static void what_is_kept_is_found(void **state)
{
    const struct place *place = *state;
    assert_kept(place, "one", S(""));
    keep(place, "one", span_of("\0\xff'\n", 4), NOW, PLENTY);
    keep(place, "two", S("2"), NOW, PLENTY);
    assert_kept(place, "one", span_of("\0\xff'\n", 4));
    assert_kept(place, "two", S("2"));
    assert_kept(place, "'; DROP TABLE layer_extract; --", S(""));
}

static void what_made_no_sense_is_replaced(void **state)
{
    const struct place *place = *state;
    keep(place, "one", S("damaged"), NOW, PLENTY);
    keep(place, "one", S("sound"), NOW, PLENTY);
    assert_kept(place, "one", S("sound"));
}

static void what_was_not_used_for_longest_goes(void **state)
{
    const struct place *place = *state;
    keep(place, "a", S("aaaa"), NOW, 12);
    keep(place, "b", S("bbbb"), NOW + 1, 12);
    keep(place, "c", S("cccc"), NOW + 2, 12); // 12 bytes: all that may be
    assert_kept(place, "a", S("aaaa"));
    (void)find(place, "a", NOW + 7200); // long enough after the last time to be noted
    keep(place, "d", S("d"), NOW + 7201, 12);
    assert_kept(place, "a", S("aaaa"));
    assert_kept(place, "b", S(""));
    assert_kept(place, "c", S("cccc"));
    assert_kept(place, "d", S("d"));
}

static void what_is_too_large_is_refused(void **state)
{
    const struct place *place = *state;
    struct err err = {0};
    uint8_t *large = arena_alloc(place->mem, EXTRACT_MOST + 1);
    assert_non_null(large);
    keep(place, "first", S("x"), NOW, 8);
    assert_false(store_keep_extract(place->store, S("nine"), S("123456789"), NOW, 8, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    err = (struct err){0};
    assert_false(store_keep_extract(place->store, S("huge"), span_of(large, EXTRACT_MOST + 1), NOW,
                                    UINT32_MAX, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_kept(place, "first", S("x")); // nobody had to make room for them
    keep(place, "most", span_of(large, EXTRACT_MOST), NOW, UINT32_MAX);
    assert_int_equal(find(place, "most", NOW).len, EXTRACT_MOST);
}

static void nothing_of_it_is_backed_up(void **state)
{
    const struct place *place = *state;
    struct err err = {0};
    struct store_copied before = {0};
    struct store_copied after = {0};
    ok(store_backup(place->store, "extracts.backup", &before, &err), &err);
    keep(place, "one", S("content"), NOW, PLENTY);
    ok(store_backup(place->store, "extracts.backup", &after, &err), &err);
    assert_int_equal(before.rows, after.rows);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, place_tear_down)

int main(int argc, char **argv)
{
    int status = fresh_start(argc, argv);
    if (status)
        return status;
    const struct CMUnitTest tests[] = {
        TEST(what_is_kept_is_found),
        TEST(what_made_no_sense_is_replaced),
        TEST(what_was_not_used_for_longest_goes),
        TEST(what_is_too_large_is_refused),
        TEST(nothing_of_it_is_backed_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
