#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/tar/tar.h"
#include "os/os.h"
#include "scan/source/walk_inner.h"

static char directory[] = "/tmp/plimsoll-walk-XXXXXX";

static const char *const directories[] = {"a",       "a/b", "proc",    "usr",
                                          "usr/lib", "var", "var/lib", "var/lib/docker"};
static const char *const files[] = {"a/one.txt",    "a/two.bin",       "a/b/one.txt",
                                    "proc/one.txt", "usr/lib/one.txt", "var/lib/docker/one.txt"};
static const char *const links[][2] = {{"a/loop", "loop"}, {"a/out", "/etc/passwd"}};

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
        mode_t mode = strstr(files[i], ".bin") ? 0755 : 0644;
        if (!file || fputs(files[i], file) < 0 || fclose(file) != 0 || chmod(files[i], mode) != 0)
            return -1;
    }
    for (size_t i = 0; i < COUNT(links); i++)
        if (symlink(links[i][1], links[i][0]) != 0)
            return -1;
    return mkfifo("a/pipe", 0600);
}

static int remove_tree(void **state)
{
    (void)state;
    int failed = unlink("a/pipe");
    for (size_t i = 0; i < COUNT(links); i++)
        failed |= unlink(links[i][0]);
    for (size_t i = 0; i < COUNT(files); i++)
        failed |= unlink(files[i]);
    for (size_t i = COUNT(directories); i-- > 0;)
        failed |= rmdir(directories[i]);
    return failed | chdir("/") | rmdir(directory);
}

// ---------------------------------------------------------------- a walk and what it wrote

struct scene {
    struct arena *mem;
    struct limits limits;
    struct notes notes;
    struct text names; // " path" of each entry, " path=target" of links
    span suffix;       // of the files that are wanted
    span passed_over;  // what nobody considers starts like this; empty: nothing
};

static void open_scene(struct scene *scene)
{
    *scene = (struct scene){.mem = arena_new(1 << 24), .limits = limits_default()};
    scene->suffix = S(".txt");
    notes_init(&scene->notes, scene->mem, &scene->limits);
    text_init(&scene->names, scene->mem, SIZE_MAX);
}

static bool considers_file(const void *self, span path, uint64_t size, uint32_t mode)
{
    const struct scene *scene = self;
    assert_int_equal(size, path.len);
    assert_int_equal(mode, span_ends_with(path, S(".bin")) ? 0755 : 0644);
    return !scene->passed_over.len || !span_starts_with(path, scene->passed_over);
}

static bool wants_file(const void *self, span path, uint64_t size, span start)
{
    const struct scene *scene = self;
    // Each file of the tree holds its own path.
    assert_true(span_equal(start, span_first(path, 64)));
    assert_int_equal(size, path.len);
    return span_ends_with(path, scene->suffix);
}

static void list_entry(struct scene *scene, const struct tar_entry *entry)
{
    text_add_byte(&scene->names, ' ');
    text_add(&scene->names, entry->path);
    if (entry->type == TAR_SYMLINK) {
        text_add_byte(&scene->names, '=');
        text_add(&scene->names, entry->link);
    }
}

static void read_archive(struct scene *scene, span bytes)
{
    CLEANUP(arena_cleanup) struct arena *headers = arena_new(1 << 24);
    struct tar_reader *tar = NULL;
    enum tar_event event = TAR_MORE;
    assert_true(tar_new(scene->mem, headers, &scene->limits, &tar, NULL));
    while (event != TAR_END) {
        uint64_t offset = 0;
        assert_true(tar_step(tar, &bytes, &event, NULL));
        assert_int_not_equal(event, TAR_MORE);
        if (event == TAR_ENTRY)
            list_entry(scene, tar_entry(tar));
        else if (event == TAR_DATA)
            assert_true(span_equal(tar_data(tar, &offset), tar_entry(tar)->path));
    }
}

static void run_walk(struct scene *scene, int root, bool is_host, span only)
{
    CLEANUP(os_close) int out = -1;
    struct err err = {0};
    span bytes = {0};
    struct file_filter filter = {.self = scene, .considers = considers_file, .wants = wants_file};
    assert_true(os_spool_file("/tmp", &out, &err));
    struct walk walk = {
        .root_fd = root,
        .out = out,
        .is_host = is_host,
        .filter = &filter,
        .limits = &scene->limits,
        .notes = &scene->notes,
    };
    assert_true(only.len ? walk_file(&walk, only, &err) : walk_tree(&walk, &err));
    assert_int_equal(lseek(out, 0, SEEK_SET), 0);
    assert_true(os_read_all(out, 1 << 20, scene->mem, &bytes, &err));
    read_archive(scene, bytes);
}

static void walk(struct scene *scene, bool is_host)
{
    CLEANUP(os_close) int root = -1;
    assert_true(os_open_directory(directory, &root, NULL));
    run_walk(scene, root, is_host, (span){0});
}

static void walk_one(struct scene *scene, const char *path)
{
    CLEANUP(os_close) int file = -1;
    assert_true(os_open_read(path, &file, NULL));
    run_walk(scene, file, false, span_of_text(path));
}

static void expect(const struct scene *scene, span names)
{
    span got = text_span(&scene->names);
    if (!span_equal(got, names))
        fail_msg("got%.*s", (int)got.len, (const char *)got.ptr);
}

// ---------------------------------------------------------------- tests

static void brings_links_and_what_is_wanted(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    walk(&scene, false);
    expect(&scene, S(" a/out=/etc/passwd a/one.txt a/loop=loop a/b/one.txt proc/one.txt"
                     " usr/lib/one.txt var/lib/docker/one.txt"));
    assert_int_equal(scene.notes.items.count, 0);
    arena_free(scene.mem);
}

static void what_nobody_considers_is_not_opened(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.passed_over = S("a/b/");
    walk(&scene, true);
    expect(&scene, S(" a/out=/etc/passwd a/one.txt a/loop=loop usr/lib/one.txt"));
    arena_free(scene.mem);
}

static void a_host_has_files_that_are_not_its_own(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    walk(&scene, true);
    expect(&scene, S(" a/out=/etc/passwd a/one.txt a/loop=loop a/b/one.txt usr/lib/one.txt"));
    arena_free(scene.mem);
}

static void says_what_limits_left_out(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.limits.layer_entries = 5;
    walk(&scene, false);
    assert_true(scene.notes.incomplete);
    arena_free(scene.mem);

    open_scene(&scene);
    scene.limits.path_bytes = 9;
    walk(&scene, false);
    expect(&scene, S(" a/out=/etc/passwd a/one.txt a/loop=loop"));
    assert_true(scene.notes.incomplete);
    arena_free(scene.mem);
}

static void fails_when_nobody_reads(void **state)
{
    (void)state;
    CLEANUP(os_close) int root = -1;
    CLEANUP(os_close) int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct scene scene;
    struct err err = {0};
    open_scene(&scene);
    struct file_filter filter = {.self = &scene, .considers = considers_file, .wants = wants_file};
    assert_true(os_open_directory(directory, &root, &err));
    struct walk walk = {.root_fd = root,
                        .out = full,
                        .filter = &filter,
                        .limits = &scene.limits,
                        .notes = &scene.notes};
    assert_false(walk_tree(&walk, &err));
    assert_int_equal(err.kind, ERR_IO);
    arena_free(scene.mem);
}

static void one_file_stands_alone(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    walk_one(&scene, "a/one.txt");
    expect(&scene, S(" a/one.txt"));
    assert_int_equal(scene.notes.items.count, 0);
    walk_one(&scene, "a/two.bin");
    expect(&scene, S(" a/one.txt"));
    assert_int_equal(scene.notes.items.count, 1);
    assert_true(scene.notes.incomplete);
    arena_free(scene.mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_file_stands_alone),
        cmocka_unit_test(brings_links_and_what_is_wanted),
        cmocka_unit_test(what_nobody_considers_is_not_opened),
        cmocka_unit_test(a_host_has_files_that_are_not_its_own),
        cmocka_unit_test(says_what_limits_left_out),
        cmocka_unit_test(fails_when_nobody_reads),
    };
    return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
