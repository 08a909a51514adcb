// Lines that are appended, and addresses.
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "/tmp/plimsoll-lines-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(directory) && chdir(directory) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return unlink("lines") == 0 && unlink("pipe") == 0 && unlink("link") == 0 && chdir("/") == 0 &&
                   rmdir(directory) == 0
               ? 0
               : -1;
}

static void is_now(const char *expected)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    span content = {0};
    assert_true(os_read_file("lines", 1000, mem, &content, NULL));
    assert_true(span_equal(content, span_of_text(expected)));
}

static void test_lines(void **state)
{
    struct stat st = {0};
    (void)state;
    assert_true(os_append_line("lines", S("one"), NULL));
    is_now("one\n");
    assert_int_equal(stat("lines", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(os_append_line("lines", S(""), NULL));
    is_now("one\n\n");
    assert_int_equal(truncate("lines", 2), 0); // as a crash may leave it
    assert_true(os_append_line("lines", S("two"), NULL));
    is_now("on\ntwo\n");
}

static void test_no_plain_file(void **state)
{
    struct err err = {0};
    (void)state;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(symlink("lines", "link"), 0);
    assert_false(os_append_line("pipe", S("x"), &err));
    assert_false(os_append_line("link", S("x"), &err));
    assert_false(os_append_line(".", S("x"), &err));
    assert_false(os_append_line("absent/x", S("x"), &err));
    is_now("on\ntwo\n");
}

// Writers side by side do not mix.
static void append_many(void *self, size_t index)
{
    char line[500];
    (void)self;
    memset(line, 'a' + (int)(index % 8), sizeof line);
    assert_true(os_append_line("lines", span_of(line, sizeof line), NULL));
}

static void test_many(void **state)
{
    enum { LINES = 64 };
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    span content = {0};
    size_t count = 0;
    (void)state;
    assert_int_equal(unlink("lines"), 0);
    os_parallel(8, LINES, append_many, NULL);
    assert_true(os_read_file("lines", 1 << 20, mem, &content, NULL));
    for (; content.len; count++) {
        span line = span_cut_line(&content);
        assert_int_equal(line.len, 500);
        for (size_t i = 1; i < line.len; i++)
            assert_int_equal(line.ptr[i], line.ptr[0]);
    }
    assert_int_equal(count, LINES);
}

static void test_addresses(void **state)
{
    static const char *const bad[] = {"",         "1",   "1.2.3",   "1.2.3.4.5", "256.1.1.1",
                                      "1.2.3.4 ", "::g", "1::2::3", "[::1]",     "fe80::1%eth0",
                                      "localhost"};
    struct os_address one = {0};
    struct os_address two = {0};
    struct sockaddr short_one = {.sa_family = AF_INET6};
    (void)state;
    assert_true(os_address_parse(S("192.0.2.1"), &one));
    assert_true(os_address_parse(S("::ffff:192.0.2.1"), &two));
    assert_memory_equal(&one, &two, sizeof one);
    assert_true(os_address_is_v4(one));
    assert_true(os_address_parse(S("2001:db8::1"), &one));
    assert_false(os_address_is_v4(one));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(os_address_parse(span_of_text(bad[i]), &one));
    assert_false(os_address_parse(S("1.2.3.4\0"), &one));
    assert_false(os_address_of(&short_one, sizeof short_one, &one));
    assert_false(os_address_of(&short_one, 1, &one));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_no_plain_file),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
