#include "testing.h"

static const struct listed_file files[] = {
    {.name = S("bash"), .package = 1},
    {.name = S("ls"), .package = 2},
    {.name = S("ls"), .package = 7},
    {.name = S("true"), .package = 2},
};
static const struct listed_directory directories[] = {
    {.path = {0}, .files = &files[3], .count = 1},
    {.path = S("usr/bin"), .files = files, .count = 4},
    {.path = S("usr/empty")},
};
static const struct listing listing = {.directories = directories, .count = 3};

static void a_path_gives_all_who_list_it(void **state)
{
    (void)state;
    size_t count = 0;
    const struct listed_file *found = listing_at(&listing, S("usr/bin/ls"), &count);
    assert_int_equal(count, 2);
    assert_int_equal(found[0].package, 2);
    assert_int_equal(found[1].package, 7);
    assert_ptr_equal(listing_at(&listing, S("usr/bin/bash"), &count), &files[0]);
    assert_ptr_equal(listing_at(&listing, S("true"), &count), &files[3]);
    assert_int_equal(count, 1);
}

static void what_nobody_lists_is_not_there(void **state)
{
    (void)state;
    const char *const paths[] = {"",           "usr",         "usr/bin", "usr/bin/a", "usr/bin/lsx",
                                 "usr/bin/zz", "usr/empty/x", "usr/a/x", "zzz/x"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        size_t count = 9;
        assert_null(listing_at(&listing, span_of_text(paths[i]), &count));
        assert_int_equal(count, 0);
    }
    const struct listing none = {0};
    size_t count = 9;
    assert_null(listing_at(&none, S("a/b"), &count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_gives_all_who_list_it),
        cmocka_unit_test(what_nobody_lists_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
