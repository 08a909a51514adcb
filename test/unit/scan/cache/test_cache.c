#include "os/os.h"
#include "scan/cache/cache.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct limits *standard(void)
{
    static struct limits limits;
    limits = limits_default();
    return &limits;
}

struct scene {
    struct arena *mem;
    char directory[64];
    struct cache *cache;
};

static void remove_all(const char *directory)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    CLEANUP(os_close) int fd = -1;
    struct os_names names = {0};
    assert_true(os_open_directory(directory, &fd, NULL));
    assert_true(os_list_directory(fd, 10000, mem, &names, NULL));
    for (size_t i = 0; i < names.count; i++)
        assert_int_equal(unlinkat(fd, arena_text(mem, names.items[i]), 0), 0);
    assert_int_equal(rmdir(directory), 0);
}

static int set_up(void **state)
{
    static struct scene scene;
    scene = (struct scene){.mem = arena_new(64 << 20), .directory = "/tmp/plimsoll-cache-XXXXXX"};
    assert_non_null(mkdtemp(scene.directory));
    assert_true(cache_open(scene.directory, standard(), &scene.cache, NULL));
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    cache_close(scene->cache);
    remove_all(scene->directory);
    arena_free(scene->mem);
    return 0;
}

static digest key_of(struct scene *scene, const char *diff_id)
{
    const span patterns[] = {S("etc/os-release"), S("var/lib/dpkg/**")};
    digest key = {0};
    const struct cache_question question = {.diff_id = span_of_text(diff_id),
                                            .wants = {patterns, 2}};
    assert_true(cache_key(scene->cache, &question, scene->mem, &key, NULL));
    return key;
}

static bool holds(struct scene *scene, struct cache *cache, digest key, span expected)
{
    bool found = false;
    span bytes = {0};
    assert_true(cache_get(cache, key, scene->mem, &found, &bytes, NULL));
    assert_true(!found || span_equal(bytes, expected));
    return found;
}

static void path_of(const struct scene *scene, digest key, char *out, size_t size)
{
    assert_true(snprintf(out, size, "%s/%s", scene->directory,
                         strchr(digest_text(key).text, ':') + 1) < (int)size);
}

static void write_file(const char *path, span bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void an_entry_can_be_handed_over(void **state)
{
    struct scene *scene = *state;
    digest key = key_of(scene, "sha256:a");
    CLEANUP(os_close) int fd = -1;
    uint64_t size = 0;
    span file = {0};
    span bytes = {0};
    assert_true(cache_open_entry(scene->cache, key, &fd, &size, NULL));
    assert_int_equal(fd, -1);
    assert_true(cache_put(scene->cache, key, S("extract"), NULL));
    assert_true(cache_open_entry(scene->cache, key, &fd, &size, NULL));
    assert_true(os_read_all(fd, 1 << 20, scene->mem, &file, NULL));
    assert_int_equal(file.len, size);
    assert_true(cache_entry(file, &bytes, NULL));
    assert_true(span_equal(bytes, S("extract")));
    assert_false(cache_entry(span_first(file, file.len - 1), &bytes, NULL));
    assert_false(cache_entry(span_first(file, 20), &bytes, NULL));
    assert_false(cache_entry((span){0}, &bytes, NULL));
    struct text written;
    text_init(&written, scene->mem, SIZE_MAX);
    assert_true(cache_entry_write(bytes, &written, NULL));
    assert_true(span_equal(text_span(&written), file));
}

static void what_was_put_is_found(void **state)
{
    struct scene *scene = *state;
    digest key = key_of(scene, "sha256:a");
    assert_false(holds(scene, scene->cache, key, S("")));
    assert_true(cache_put(scene->cache, key, S("extract"), NULL));
    assert_true(holds(scene, scene->cache, key, S("extract")));
    assert_true(cache_put(scene->cache, key, S(""), NULL));
    assert_true(holds(scene, scene->cache, key, S("")));
    cache_drop(scene->cache, key);
    assert_false(holds(scene, scene->cache, key, S("")));
}

static void a_key_depends_on_all_that_was_asked(void **state)
{
    struct scene *scene = *state;
    const span a[] = {S("a"), S("b")};
    const span b[] = {S("ab")};
    const span c[] = {S("b"), S("a")};
    const struct wants wants[] = {{a, 2}, {a, 1}, {b, 1}, {c, 2}, {NULL, 0}};
    digest keys[64] = {0};
    size_t count = 0;
    for (size_t i = 0; i < 25; i++)
        for (size_t j = 0; j < 2; j++) {
            const struct cache_question question = {
                .diff_id = j ? S("sha256:x") : S("sha256:xa"),
                .wants = wants[i % 5],
                .roster = wants[i / 5],
            };
            assert_true(cache_key(scene->cache, &question, scene->mem, &keys[count++], NULL));
        }
    const struct cache_question others[] = {{.diff_id = S("sha256:x"), .inspector = S("a")},
                                            {.diff_id = S("sha256:x"), .lowest = true}};
    for (size_t i = 0; i < 2; i++)
        assert_true(cache_key(scene->cache, &others[i], scene->mem, &keys[count++], NULL));
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_false(digest_equal(keys[i], keys[j]));
}

// What a small limit cut short must not be given to a scan with a larger one.
static void a_key_depends_on_the_limits(void **state)
{
    struct scene *scene = *state;
    CLEANUP(cache_cleanup) struct cache *other = NULL;
    struct limits small = limits_default();
    small.file_bytes = 1;
    digest key = {0};
    assert_true(cache_open(scene->directory, &small, &other, NULL));
    const struct cache_question question = {.diff_id = S("sha256:a")};
    assert_true(cache_key(other, &question, scene->mem, &key, NULL));
    digest usual = {0};
    assert_true(cache_key(scene->cache, &question, scene->mem, &usual, NULL));
    assert_false(digest_equal(key, usual));
}

static void a_damaged_entry_is_never_believed(void **state)
{
    struct scene *scene = *state;
    digest key = key_of(scene, "sha256:a");
    char path[256];
    span sound = {0};
    path_of(scene, key, path, sizeof path);
    assert_true(cache_put(scene->cache, key, S("extract"), NULL));
    assert_true(os_read_file(path, 1000, scene->mem, &sound, NULL));
    for (size_t i = 0; i < sound.len; i++) {
        uint8_t damaged[256];
        memcpy(damaged, sound.ptr, sound.len);
        damaged[i] ^= (uint8_t)(1 << (i % 8));
        write_file(path, span_of(damaged, sound.len));
        assert_false(holds(scene, scene->cache, key, S("extract")));
        assert_false(exists(path)); // it is gone, to be rebuilt
        write_file(path, span_first(sound, i));
        assert_false(holds(scene, scene->cache, key, S("extract")));
        assert_false(exists(path));
    }
    write_file(path, sound);
    assert_true(holds(scene, scene->cache, key, S("extract")));
}

static void an_entry_past_the_limit_is_dropped(void **state)
{
    struct scene *scene = *state;
    CLEANUP(cache_cleanup) struct cache *small = NULL;
    struct limits limits = limits_default();
    limits.kept_bytes = 100;
    digest key = key_of(scene, "sha256:a");
    static const uint8_t large[1000];
    assert_true(cache_put(scene->cache, key, span_of(large, sizeof large), NULL));
    assert_true(cache_open(scene->directory, &limits, &small, NULL));
    assert_false(holds(scene, small, key, S("")));
}

static void set_age(const char *path, time_t seconds)
{
    const struct timespec times[] = {{.tv_sec = (time_t)os_now() - seconds},
                                     {.tv_sec = (time_t)os_now() - seconds}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void the_oldest_entries_go_first(void **state)
{
    struct scene *scene = *state;
    struct limits limits = limits_default();
    limits.cache_bytes = 3500;
    static const uint8_t payload[1000];
    struct cache *cache = NULL;
    char paths[5][256];
    assert_true(cache_open(scene->directory, &limits, &cache, NULL));
    for (int i = 0; i < 5; i++) {
        char name[] = {(char)('a' + i), '\0'};
        digest key = key_of(scene, name);
        path_of(scene, key, paths[i], sizeof paths[i]);
        assert_true(cache_put(cache, key, span_of(payload, sizeof payload), NULL));
        set_age(paths[i], i == 0 ? 0 : 1000 * (6 - i)); // the first was used last
    }
    cache_close(cache);
    const bool kept[] = {true, false, false, true, true};
    for (int i = 0; i < 5; i++)
        assert_int_equal(exists(paths[i]), kept[i]);
}

// The directory may be anything: --cache-dir names it.
static void only_what_is_named_like_an_entry_is_tidied(void **state)
{
    struct scene *scene = *state;
    struct limits limits = limits_default();
    limits.cache_bytes = 0;
    const char *names[] = {"thesis.tex", "0123456789abcdef", "notes"};
    char paths[3][256];
    for (int i = 0; i < 3; i++) {
        (void)snprintf(paths[i], sizeof paths[i], "%s/%s", scene->directory, names[i]); // fits
        write_file(paths[i], S("precious"));
        set_age(paths[i], 100000);
    }
    struct cache *cache = NULL;
    assert_true(cache_open(scene->directory, &limits, &cache, NULL));
    assert_true(cache_put(cache, key_of(scene, "a"), S("x"), NULL));
    cache_close(cache);
    for (int i = 0; i < 3; i++)
        assert_true(exists(paths[i]));
}

static void temporary_files_of_the_dead_are_tidied(void **state)
{
    struct scene *scene = *state;
    char old[256];
    char fresh[256];
    char path[200];
    path_of(scene, key_of(scene, "a"), path, sizeof path);
    (void)snprintf(old, sizeof old, "%s.abcdef", path);     // fits
    (void)snprintf(fresh, sizeof fresh, "%s.ghijkl", path); // fits
    write_file(old, S("half"));
    write_file(fresh, S("half"));
    set_age(old, 100000);
    struct cache *cache = NULL;
    assert_true(cache_open(scene->directory, standard(), &cache, NULL));
    assert_true(cache_put(cache, key_of(scene, "b"), S("x"), NULL));
    cache_close(cache);
    assert_false(exists(old));
    assert_true(exists(fresh)); // somebody may be writing it
}

static void a_directory_that_cannot_be_written_is_an_error_of_put_only(void **state)
{
    struct scene *scene = *state;
    struct cache *cache = NULL;
    struct err err = {0};
    char gone[128];
    (void)snprintf(gone, sizeof gone, "%s-gone", scene->directory); // fits
    assert_true(cache_open(gone, standard(), &cache, NULL));
    assert_int_equal(rmdir(gone), 0);
    digest key = key_of(scene, "a");
    assert_false(cache_put(cache, key, S("x"), &err));
    assert_false(holds(scene, cache, key, S("x")));
    cache_close(cache);
    assert_false(cache_open("/dev/null/cache", standard(), &cache, &err));
}

// ---------------------------------------------------------------- many processes

enum { PROCESSES = 16, ROUNDS = 60, KEYS = 4 };

static void damage(const char *path, unsigned round)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (round % 2)
        (void)!ftruncate(fd, (off_t)(round % 70)); // whatever comes of it
    else
        (void)!pwrite(fd, "?", 1, (off_t)(round % 90));
    (void)close(fd);
}

static _Noreturn void live_one_life(struct scene *scene, unsigned seed)
{
    struct limits limits = limits_default();
    limits.cache_bytes = 200;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct cache *cache = NULL;
        unsigned which = (seed * 7 + round * 3) % KEYS;
        char name[] = {(char)('a' + which), '\0'};
        char path[256];
        digest key = key_of(scene, name);
        path_of(scene, key, path, sizeof path);
        span value = span_slice(S("first value/second value/third value/fourth"), which * 8, 18);
        if (!cache_open(scene->directory, &limits, &cache, NULL))
            _exit(2);
        if (!holds(scene, cache, key, value) && !cache_put(cache, key, value, NULL))
            _exit(3);
        if (round % 5 == seed % 5)
            damage(path, round);
        cache_close(cache);
    }
    _exit(0);
}

static void many_processes_share_a_directory_that_is_damaged(void **state)
{
    struct scene *scene = *state;
    pid_t children[PROCESSES];
    for (unsigned i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0)
            live_one_life(scene, i);
    }
    for (unsigned i = 0; i < PROCESSES; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_put_is_found),
        TEST(an_entry_can_be_handed_over),
        TEST(a_key_depends_on_all_that_was_asked),
        TEST(a_key_depends_on_the_limits),
        TEST(a_damaged_entry_is_never_believed),
        TEST(an_entry_past_the_limit_is_dropped),
        TEST(the_oldest_entries_go_first),
        TEST(only_what_is_named_like_an_entry_is_tidied),
        TEST(temporary_files_of_the_dead_are_tidied),
        TEST(a_directory_that_cannot_be_written_is_an_error_of_put_only),
        TEST(many_processes_share_a_directory_that_is_damaged),
    };
    return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
