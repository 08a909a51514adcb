#include "testing.h"

#include <stdio.h>

// ---------------------------------------------------------------- trees to test with

static struct file regular(const char *path, const char *content)
{
    span bytes = span_of_text(content);
    return (struct file){.type = FILE_REGULAR,
                         .path = span_of_text(path),
                         .content = bytes,
                         .size = bytes.len,
                         .has_content = true};
}

static struct file link_to(enum file_type type, const char *path, const char *target)
{
    return (struct file){.type = type, .path = span_of_text(path), .link = span_of_text(target)};
}

static int compare_files(const void *a, const void *b)
{
    return span_compare(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static struct tree tree_of(struct file *files, size_t count)
{
    sort_items(files, count, sizeof *files, compare_files);
    return (struct tree){.files = files, .count = count};
}

// What tree_find says of `path`: the content, "(nothing)", with the path reached.
static void expect(const struct tree *tree, const char *path, const char *content, const char *real)
{
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    span reached = {0};
    const struct file *file = tree_find(tree, span_of_text(path), &limits, mem, &reached);
    assert_span(file ? file->content : S("(nothing)"), span_of_text(content));
    assert_span(reached, span_of_text(real));
}

// ---------------------------------------------------------------- finding

static void exact_paths_are_found_without_following(void **state)
{
    (void)state;
    struct file files[] = {regular("b", "B"), link_to(FILE_SYMLINK, "a", "b"), regular("b.x", ""),
                           regular("b/c", "C")};
    struct tree tree = tree_of(files, COUNT_OF(files));
    assert_span(tree_at(&tree, S("a"))->link, S("b"));
    assert_span(tree_at(&tree, S("b/c"))->content, S("C"));
    assert_null(tree_at(&tree, S("")));
    assert_null(tree_at(&tree, S("c")));
    assert_null(tree_at(&(struct tree){0}, S("a")));
}

static void links_are_followed_inside_the_root(void **state)
{
    (void)state;
    struct file files[] = {
        regular("usr/lib/os-release", "OS"),
        link_to(FILE_SYMLINK, "etc/os-release", "../usr/lib/os-release"),
        link_to(FILE_SYMLINK, "lib", "usr/lib"),
        link_to(FILE_SYMLINK, "abs", "/usr/lib/os-release"),
        link_to(FILE_SYMLINK, "out", "../../../usr/lib/os-release"),
        link_to(FILE_SYMLINK, "var/lib/dpkg", "../../data/dpkg"),
        link_to(FILE_SYMLINK, "chain", "lib/../lib/os-release"),
        link_to(FILE_SYMLINK, "dangling", "nowhere/x"),
        link_to(FILE_SYMLINK, "self", "self"),
        link_to(FILE_SYMLINK, "ping", "pong"),
        link_to(FILE_SYMLINK, "pong", "ping"),
        regular("data/dpkg/status", "ST"),
    };
    struct tree tree = tree_of(files, COUNT_OF(files));
    expect(&tree, "usr/lib/os-release", "OS", "usr/lib/os-release");
    expect(&tree, "etc/os-release", "OS", "usr/lib/os-release");
    expect(&tree, "/lib//./os-release", "OS", "usr/lib/os-release");
    expect(&tree, "abs", "OS", "usr/lib/os-release");
    expect(&tree, "out", "OS", "usr/lib/os-release");
    expect(&tree, "chain", "OS", "usr/lib/os-release");
    expect(&tree, "lib/../x", "(nothing)", "usr/x"); // ".." is that of the link's target
    expect(&tree, "var/lib/dpkg/status", "ST", "data/dpkg/status");
    expect(&tree, "var/lib/dpkg/other", "(nothing)", "data/dpkg/other");
    expect(&tree, "dangling", "(nothing)", "nowhere/x");
    expect(&tree, "self", "(nothing)", "");
    expect(&tree, "ping/x", "(nothing)", "");
    expect(&tree, "usr/lib/os-release/x", "(nothing)", "");
    expect(&tree, "", "(nothing)", "");
}

static void hard_links_are_the_files_that_they_name(void **state)
{
    (void)state;
    struct file files[] = {
        regular("a/x", "X"),
        link_to(FILE_HARDLINK, "b/hard", "a/x"),
        link_to(FILE_HARDLINK, "b/twice", "b/hard"),
        link_to(FILE_SYMLINK, "a/soft", "x"),
        link_to(FILE_HARDLINK, "b/hard-to-soft", "a/soft"),
        regular("b/x", "BX"),
        link_to(FILE_HARDLINK, "b/lost", "a/unwanted"),
        link_to(FILE_HARDLINK, "b/self", "b/self"),
    };
    struct tree tree = tree_of(files, COUNT_OF(files));
    expect(&tree, "b/hard", "X", "a/x");
    expect(&tree, "b/twice", "X", "a/x");
    expect(&tree, "b/hard-to-soft", "BX", "b/x");
    expect(&tree, "b/lost", "(nothing)", "a/unwanted");
    expect(&tree, "b/self", "(nothing)", "");
}

static void the_number_of_links_is_limited(void **state)
{
    (void)state;
    struct file files[] = {
        link_to(FILE_SYMLINK, "1", "2"),
        link_to(FILE_SYMLINK, "2", "3"),
        link_to(FILE_SYMLINK, "3", "4"),
        regular("4", "4"),
    };
    struct tree tree = tree_of(files, COUNT_OF(files));
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    for (limits.depth = 0; limits.depth < 5; limits.depth++) {
        assert_int_equal(tree_find(&tree, S("1"), &limits, mem, NULL) != NULL, limits.depth >= 3);
        assert_non_null(tree_find(&tree, S("4"), &limits, mem, NULL));
    }
}

static void long_paths_lead_nowhere(void **state)
{
    (void)state;
    struct file files[] = {link_to(FILE_SYMLINK, "a", "bcd"), regular("bcd/e", "E"),
                           regular("bcd/ef", "EF")};
    struct tree tree = tree_of(files, COUNT_OF(files));
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct limits limits = limits_default();
    limits.path_bytes = 5;
    assert_non_null(tree_find(&tree, S("bcd/e"), &limits, mem, NULL));
    assert_non_null(tree_find(&tree, S("a/e"), &limits, mem, NULL));
    assert_null(tree_find(&tree, S("bcd/ef"), &limits, mem, NULL));
    assert_null(tree_find(&tree, S("a/ef"), &limits, mem, NULL));
}

// ---------------------------------------------------------------- an oracle, recursive

struct oracle {
    const struct tree *tree;
    char done[4096];
    unsigned links;
};

static bool oracle_walk(struct oracle *o, const char *path);

static bool oracle_arrive(struct oracle *o)
{
    char directory[4096];
    (void)snprintf(directory, sizeof directory, "%s", o->done);
    char *slash = strrchr(directory, '/');
    *(slash ? slash : directory) = '\0';
    for (;;) {
        const struct file *file = tree_at(o->tree, span_of_text(o->done));
        if (!file || (file->type != FILE_HARDLINK && file->type != FILE_SYMLINK))
            return true;
        if (o->links-- == 0)
            return false;
        char link[64];
        (void)snprintf(link, sizeof link, "%.*s", (int)file->link.len,
                       (const char *)file->link.ptr);
        if (file->type == FILE_SYMLINK) {
            (void)snprintf(o->done, sizeof o->done, "%s", link[0] == '/' ? "" : directory);
            return oracle_walk(o, link);
        }
        (void)snprintf(o->done, sizeof o->done, "%s", link);
    }
}

static bool oracle_step(struct oracle *o, const char *name, size_t len)
{
    if (len == 0 || (len == 1 && name[0] == '.'))
        return true;
    const struct file *file = tree_at(o->tree, span_of_text(o->done));
    if (file && file->type != FILE_DIRECTORY && file->type != FILE_HARDLINK)
        return false;
    if (len == 2 && name[0] == '.' && name[1] == '.') {
        char *slash = strrchr(o->done, '/');
        *(slash ? slash : o->done) = '\0';
        return true;
    }
    size_t used = strlen(o->done);
    (void)snprintf(o->done + used, sizeof o->done - used, "%s%.*s", used ? "/" : "", (int)len,
                   name);
    return oracle_arrive(o);
}

static bool oracle_walk(struct oracle *o, const char *path)
{
    while (*path) {
        size_t len = strcspn(path, "/");
        if (!oracle_step(o, path, len))
            return false;
        path += len + (path[len] == '/');
    }
    return true;
}

static struct tree random_tree(uint64_t *seed, struct arena *mem)
{
    enum { MOST = 12 };
    const struct limits limits = limits_default();
    struct file *files = arena_array(mem, MOST, sizeof *files);
    assert_non_null(files);
    size_t count = 0;
    for (size_t i = 0; i < MOST; i++) {
        struct file file = {.type = (enum file_type)random_below(seed, FILE_HARDLINK + 1)};
        bool escapes = false;
        span text = random_text(seed, S("ab/"), 4, mem);
        assert_true(path_normalise(text, &limits, mem, &file.path, &escapes));
        file.link = random_text(seed, S("ab/."), 4, mem);
        if (file.type == FILE_HARDLINK)
            assert_true(path_normalise(file.link, &limits, mem, &file.link, &escapes));
        bool known = file.path.len == 0 || (file.type == FILE_HARDLINK && file.link.len == 0);
        for (size_t j = 0; j < count; j++)
            known |= span_equal(files[j].path, file.path);
        if (!known)
            files[count++] = file;
    }
    return tree_of(files, count);
}

static void random_trees_agree_with_the_oracle(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 22);
    const struct limits limits = limits_default();
    uint64_t seed = 3;
    size_t found = 0;
    for (size_t i = 0; i < 30000; i++) {
        arena_reset(mem);
        struct tree tree = random_tree(&seed, mem);
        span path = random_text(&seed, S("ab/."), 8, mem);
        char *text = arena_text(mem, path);
        struct oracle oracle = {.tree = &tree, .links = (unsigned)limits.depth};
        bool ok = oracle_walk(&oracle, text);
        span real = S("untouched");
        const struct file *file = tree_find(&tree, path, &limits, mem, &real);
        assert_span(real, ok ? span_of_text(oracle.done) : S(""));
        assert_ptr_equal(file, ok ? tree_at(&tree, real) : NULL);
        found += file != NULL;
    }
    assert_true(found > 1000);
}

// What one question leaves behind changes no other's answer.
static void questions_in_a_row_are_answered_as_single_ones(void **state)
{
    (void)state;
    enum { QUESTIONS = 8 };
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 22);
    const struct limits limits = limits_default();
    uint64_t seed = 4;
    size_t remembered = 0;
    for (size_t i = 0; i < 10000; i++) {
        arena_reset(mem);
        struct tree tree = random_tree(&seed, mem);
        struct tree_way way = {0};
        for (size_t j = 0; j < QUESTIONS; j++) {
            span path = random_text(&seed, S("ab/."), 8, mem);
            span alone = {0};
            span real = {0};
            const struct file *file = tree_find(&tree, path, &limits, mem, &alone);
            struct tree_way fresh = {0};
            bool nowhere = tree_leads_nowhere(&tree, path, &limits, mem, &fresh);
            remembered += way.plain.len > 0;
            assert_ptr_equal(tree_find_next(&tree, path, &limits, mem, &way, &real), file);
            assert_span(real, alone);
            assert_int_equal(tree_leads_nowhere(&tree, path, &limits, mem, &way), nowhere);
        }
    }
    assert_true(remembered > 1000);
}

// ---------------------------------------------------------------- matching

static void expect_matches(const struct tree *tree, const char *pattern, const char *paths)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct file **files = NULL;
    size_t count = 0;
    assert_true(tree_match(tree, span_of_text(pattern), mem, &files, &count));
    struct text all = {0};
    text_init(&all, mem, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(files[i]->type, FILE_REGULAR);
        text_add(&all, files[i]->path);
        text_add_byte(&all, '=');
        text_add(&all, files[i]->content);
        text_add_byte(&all, ' ');
    }
    assert_span(text_span(&all), span_of_text(paths));
}

static void patterns_find_regular_files_in_order(void **state)
{
    (void)state;
    struct file unread = regular("d/unread", "");
    unread.has_content = false;
    struct file files[] = {
        regular("d/b", "B"),
        regular("d/a", "A"),
        regular("d/c/deep", "D"),
        regular("d.x", "DX"),
        link_to(FILE_HARDLINK, "d/hard", "d/a"),
        link_to(FILE_HARDLINK, "d/hard-lost", "d/none"),
        link_to(FILE_SYMLINK, "d/soft", "a"),
        link_to(FILE_SYMLINK, "e", "d"),
        link_to(FILE_SYMLINK, "loop", "loop"),
        unread,
    };
    struct tree tree = tree_of(files, COUNT_OF(files));
    expect_matches(&tree, "d/*", "d/a=A d/b=B d/hard=A ");
    expect_matches(&tree, "e/*", "d/a=A d/b=B d/hard=A ");
    expect_matches(&tree, "e/c/*", "d/c/deep=D ");
    expect_matches(&tree, "d/**", "d/a=A d/b=B d/c/deep=D d/hard=A ");
    expect_matches(&tree, "**/deep", "d/c/deep=D ");
    expect_matches(&tree, "d/ha*", "d/hard=A ");
    expect_matches(&tree, "d/a", "d/a=A ");
    expect_matches(&tree, "d/soft", "d/a=A ");
    expect_matches(&tree, "d/unread", "");
    expect_matches(&tree, "loop/*", "");
    expect_matches(&tree, "nothing/*", "");
    expect_matches(&tree, "*.x", "d.x=DX ");
    expect_matches(&(struct tree){0}, "**", "");
}

// A view of a hard link has the name and the layer of the link, and nothing else of it.
static void a_view_of_a_hard_link_is_where_the_link_is(void **state)
{
    (void)state;
    struct file files[] = {regular("a", "A"), link_to(FILE_HARDLINK, "d/b", "a")};
    files[0].mode = 0644;
    files[1].layer = 2;
    struct tree tree = tree_of(files, COUNT_OF(files));
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct file **matches = NULL;
    size_t count = 0;
    assert_true(tree_match(&tree, S("d/*"), mem, &matches, &count));
    assert_int_equal(count, 1);
    assert_int_equal(matches[0]->layer, 2);
    assert_int_equal(matches[0]->mode, 0644);
    assert_int_equal(matches[0]->size, 1);
    assert_span(matches[0]->link, S(""));
}

static void a_full_arena_finds_nothing_or_fails(void **state)
{
    (void)state;
    struct file files[] = {regular("a/b", "B"), link_to(FILE_HARDLINK, "a/c", "a/b"),
                           link_to(FILE_SYMLINK, "s", "a")};
    struct tree tree = tree_of(files, COUNT_OF(files));
    const struct limits limits = limits_default();
    bool ok = false;
    for (uint64_t budget = 0; budget < 4096; budget++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
        const struct file **matches = NULL;
        size_t count = 0;
        (void)tree_find(&tree, S("s/c"), &limits, mem, NULL); // found or not: no crash
        ok = tree_match(&tree, S("s/*"), mem, &matches, &count);
        assert_int_equal(count, ok ? 2 : 0);
    }
    assert_true(ok);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_paths_are_found_without_following),
        cmocka_unit_test(links_are_followed_inside_the_root),
        cmocka_unit_test(hard_links_are_the_files_that_they_name),
        cmocka_unit_test(the_number_of_links_is_limited),
        cmocka_unit_test(long_paths_lead_nowhere),
        cmocka_unit_test(random_trees_agree_with_the_oracle),
        cmocka_unit_test(questions_in_a_row_are_answered_as_single_ones),
        cmocka_unit_test(patterns_find_regular_files_in_order),
        cmocka_unit_test(a_view_of_a_hard_link_is_where_the_link_is),
        cmocka_unit_test(a_full_arena_finds_nothing_or_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
