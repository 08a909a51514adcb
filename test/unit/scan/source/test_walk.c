#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os.h"
#include "scan/source/walk_inner.h"

static char directory[] = "/tmp/plimsoll-walk-XXXXXX";

static const char *const directories[] = {"a", "a/b", "a/b/c", "a/d", "usr", "usr/lib"};
static const char *const files[] = {"a/one.txt", "a/two.txt", "a/b/one.txt", "a/b/c/one.txt",
                                    "usr/lib/release"};
static const char *const links[][2] = {
    {"lib", "usr/lib"},         {"a/loop", "loop"}, {"a/up", "../../../.."},
    {"release", "lib/release"}, {"a/d/self", ".."}, {"a/out", "/etc/passwd"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int make_tree(void **state)
{
    (void)state;
    if (!mkdtemp(directory) || chdir(directory) != 0)
        return -1;
    for (size_t i = 0; i < COUNT(directories); i++)
        if (mkdir(directories[i], 0700) != 0)
            return -1;
    for (size_t i = 0; i < COUNT(files); i++) {
        FILE *file = fopen(files[i], "w");
        if (!file || fputs(files[i], file) < 0 || fclose(file) != 0)
            return -1;
    }
    for (size_t i = 0; i < COUNT(links); i++)
        if (symlink(links[i][1], links[i][0]) != 0)
            return -1;
    return 0;
}

static int remove_tree(void **state)
{
    (void)state;
    int failed = 0;
    for (size_t i = 0; i < COUNT(links); i++)
        failed |= unlink(links[i][0]);
    for (size_t i = 0; i < COUNT(files); i++)
        failed |= unlink(files[i]);
    for (size_t i = COUNT(directories); i-- > 0;)
        failed |= rmdir(directories[i]);
    return failed | chdir("/") | rmdir(directory);
}

static void walk(const char *pattern, const struct limits *limits, struct arena *mem,
                 struct extract *ret)
{
    CLEANUP(os_close) int root = -1;
    span text = span_of_text(pattern);
    struct wants wants = {.patterns = &text, .count = 1};
    struct err err = {0};
    assert_true(os_open_directory(directory, &root, &err));
    assert_true(walk_wanted(root, &wants, false, limits, mem, ret, &err));
}

static void expect(const char *pattern, const char *const *paths, size_t count)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(4 << 20);
    struct limits limits = limits_default();
    struct extract extract = {0};
    walk(pattern, &limits, mem, &extract);
    for (size_t i = 0; i < extract.files.count; i++) {
        const struct file *file = LIST_AT(&extract.files, struct file, i);
        if (i >= count || !span_equal(file->path, span_of_text(paths[i])))
            fail_msg("%s: '%s' is there", pattern, quote(file->path).text);
        if (file->type == FILE_REGULAR)
            assert_true(file->has_content && span_equal(file->content, file->path));
    }
    assert_int_equal(extract.files.count, count);
}

#define EXPECT(pattern, ...) \
    expect(pattern, (const char *const[]){__VA_ARGS__}, COUNT(((const char *const[]){__VA_ARGS__})))

static void finds_what_patterns_say(void **state)
{
    (void)state;
    EXPECT("a/one.txt", "a/one.txt");
    EXPECT("a/*.txt", "a/one.txt", "a/two.txt");
    EXPECT("a/*/one.txt", "a/b/one.txt", "a/loop", "a/out", "a/up");
    expect("absent", NULL, 0);
    expect("a/absent/x", NULL, 0);
    expect("a/one.txt/x", NULL, 0);
    expect("a/b", NULL, 0);
    EXPECT("**/one.txt", "a/one.txt", "a/b/one.txt", "a/b/c/one.txt");
}

static void follows_links_inside_the_root(void **state)
{
    (void)state;
    EXPECT("lib/release", "lib", "usr/lib/release");
    EXPECT("release", "release", "lib", "usr/lib/release");
    EXPECT("a/up/usr/lib/release", "a/up", "usr/lib/release");
    EXPECT("a/out", "a/out"); // etc/passwd is looked for inside the root
    EXPECT("a/d/self/one.txt", "a/d/self", "a/one.txt");
    EXPECT("a/loop", "a/loop");
}

static void says_what_limits_left_out(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(4 << 20);
    struct limits limits = limits_default();
    struct extract extract = {0};
    limits.file_bytes = 8;
    walk("a/*.txt", &limits, mem, &extract);
    assert_int_equal(extract.files.count, 2);
    assert_false(LIST_AT(&extract.files, struct file, 0)->has_content);
    assert_int_equal(extract.notes.items.count, 2);
    assert_true(extract.notes.incomplete);

    limits = limits_default();
    limits.kept_entries = 1;
    walk("a/*.txt", &limits, mem, &extract);
    assert_int_equal(extract.files.count, 1);
    assert_true(extract.notes.incomplete);

    limits = limits_default();
    limits.layer_entries = 3;
    walk("**/one.txt", &limits, mem, &extract);
    assert_true(extract.notes.incomplete);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_patterns_say),
        cmocka_unit_test(follows_links_inside_the_root),
        cmocka_unit_test(says_what_limits_left_out),
    };
    return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
