#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os.h"

static char directory[] = "/tmp/plimsoll-names-XXXXXX";

static int make_directory(void **state)
{
    (void)state;
    return !mkdtemp(directory) || chdir(directory) != 0 || mkdir("inner", 0700) != 0 ||
           mkfifo("fifo", 0640) != 0 || symlink("/etc/passwd", "link") != 0;
}

static int remove_directory(void **state)
{
    (void)state;
    return unlink("link") | unlink("fifo") | rmdir("inner") | chdir("/") | rmdir(directory);
}

static void names_are_not_followed(void **state)
{
    (void)state;
    CLEANUP(os_close) int fd = -1;
    CLEANUP(os_close) int opened = -1;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(4096);
    struct os_stat stat = {0};
    struct err err = {0};
    span target = {0};
    assert_true(os_open_directory(directory, &fd, &err));
    assert_true(os_stat_name(fd, S("link"), &stat, &err));
    assert_int_equal(stat.kind, OS_SYMLINK);
    assert_false(os_open_name(fd, S("link"), &opened, &err));
    assert_true(os_read_link(fd, S("link"), mem, &target, &err));
    assert_true(span_equal(target, S("/etc/passwd")));
    assert_true(os_stat_name(fd, S("inner"), &stat, &err));
    assert_int_equal(stat.kind, OS_DIRECTORY);
    assert_false(os_read_link(fd, S("inner"), mem, &target, &err));
    assert_true(os_open_name(fd, S("fifo"), &opened, &err)); // and does not wait for a writer
    assert_true(os_stat_fd(opened, &stat, &err));
    assert_int_equal(stat.kind, OS_OTHER);
    assert_int_equal(stat.mode, 0640);
    assert_false(os_stat_name(fd, S("missing"), &stat, &err));
    assert_int_equal(err.kind, ERR_MISSING);
}

static void only_one_component_is_a_name(void **state)
{
    (void)state;
    CLEANUP(os_close) int fd = -1;
    static const span no_names[] = {S(""),       S("."),      S(".."),  S("/"),
                                    S("inner/"), S("../etc"), S("a\0b")};
    struct os_stat stat = {0};
    struct err err = {0};
    int opened = -1;
    assert_true(os_open_directory(directory, &fd, &err));
    for (size_t i = 0; i < sizeof no_names / sizeof *no_names; i++) {
        assert_false(os_stat_name(fd, no_names[i], &stat, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_false(os_open_name(fd, no_names[i], &opened, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
    char longest[256];
    memset(longest, 'a', sizeof longest);
    assert_false(os_stat_name(fd, span_of(longest, 255), &stat, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    assert_false(os_stat_name(fd, span_of(longest, 256), &stat, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_not_followed),
        cmocka_unit_test(only_one_component_is_a_name),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
