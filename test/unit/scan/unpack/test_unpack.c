#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

// ---------------------------------------------------------------- whiteouts

static void whiteouts_hide_lower_layers_only(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "a", "1");
    add_file(scene, "d/x", "1");
    add_file(scene, "d/y", "1");
    begin_layer(scene);
    add_file(scene, "a", "2"); // before and behind its whiteout: the order does not matter
    add_typed(scene, TAR_REGULAR, ".wh.a", "");
    add_typed(scene, TAR_REGULAR, "d/.wh.x", "");
    add_file(scene, "d/x", "2");
    add_typed(scene, TAR_REGULAR, "d/.wh.y", "");
    add_typed(scene, TAR_REGULAR, "d/.wh.never-there", "");
    tree_is(scene, "a=2 d/x=2");
}

static void a_whiteout_of_a_directory_hides_what_is_in_it(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "d/e/f", "1");
    begin_layer(scene);
    add_typed(scene, TAR_REGULAR, ".wh.d", "");
    begin_layer(scene);
    add_file(scene, "d/g", "3");
    tree_is(scene, "d/g=3");
}

static void opaque_directories_keep_their_own_layer(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "d/old", "1");
    add_file(scene, "d/e/old", "1");
    begin_layer(scene);
    add_file(scene, "d/new", "2");
    add_typed(scene, TAR_REGULAR, "d/.wh..wh..opq", "");
    tree_is(scene, "d/new=2");
}

static void overlayfs_marks_are_whiteouts_too(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "a", "1");
    add_file(scene, "d/old", "1");
    begin_layer(scene);
    add_typed(scene, TAR_CHARACTER, "a", "");
    add(scene, &(struct tar_entry){.type = TAR_DIRECTORY, .path = S("d"), .opaque = true},
        (span){0});
    add_file(scene, "d/new", "2");
    tree_is(scene, "d/ d/new=2");
}

static void whiteouts_that_name_nothing_are_noted(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_typed(scene, TAR_REGULAR, "d/.wh.", "");
    add_typed(scene, TAR_REGULAR, "d/.wh..", "");
    add_typed(scene, TAR_REGULAR, "d/.wh...", "");
    add_typed(scene, TAR_REGULAR, "d/.wh..wh.aufs", "");
    const struct extract *extract = unpack_one(scene, 0);
    assert_int_equal(extract->files.count, 0);
    assert_true(noted(extract, NOTE_SUSPICIOUS, S("d/.wh."), S("names no file")));
    assert_true(noted(extract, NOTE_SUSPICIOUS, S("d/.wh.."), S("names no file")));
    assert_true(noted(extract, NOTE_SUSPICIOUS, S("d/.wh..."), S("names no file")));
    assert_int_equal(extract->notes.items.count, 3);
}

// ---------------------------------------------------------------- one thing over another

static void a_file_over_a_directory_and_back(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "d/below", "1");
    add_file(scene, "f", "1");
    begin_layer(scene);
    add_file(scene, "d", "file");
    add_typed(scene, TAR_DIRECTORY, "f/", "");
    add_file(scene, "f/below", "2");
    begin_layer(scene);
    add_typed(scene, TAR_DIRECTORY, "d/", "");
    tree_is(scene, "d/ f/ f/below=2");
}

static void a_directory_over_a_directory_keeps_what_is_in_it(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "d/below", "1");
    begin_layer(scene);
    add_typed(scene, TAR_DIRECTORY, "d/", "");
    tree_is(scene, "d/ d/below=1");
}

static void a_directory_over_a_symbolic_link_replaces_it(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "real/x", "1");
    add_typed(scene, TAR_SYMLINK, "d", "real");
    begin_layer(scene);
    add_typed(scene, TAR_DIRECTORY, "d/", "");
    add_file(scene, "d/x", "2");
    tree_is(scene, "d/ d/x=2 real/x=1");
}

static void a_file_below_a_symbolic_link_goes_where_it_leads(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "usr/lib/a", "1");
    add_typed(scene, TAR_SYMLINK, "lib", "usr/lib");
    add_typed(scene, TAR_SYMLINK, "out", "../../../../usr/lib");
    add_typed(scene, TAR_SYMLINK, "loop", "loop");
    begin_layer(scene);
    add_file(scene, "lib/b", "2");
    add_file(scene, "out/c", "2");
    add_file(scene, "loop/d", "2");
    add_typed(scene, TAR_REGULAR, "lib/.wh.a", "");
    tree_is(scene, "lib->usr/lib loop->loop out->../../../../usr/lib usr/lib/b=2 usr/lib/c=2");
}

static void within_a_layer_the_last_one_counts(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "a", "first");
    add_file(scene, "a", "last");
    add_typed(scene, TAR_SYMLINK, "b", "a");
    add_file(scene, "b", "file");
    tree_is(scene, "a=last b=file");
}

// ---------------------------------------------------------------- hard links

static void a_hard_link_keeps_the_content_when_its_other_name_goes(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "a", "old");
    add_typed(scene, TAR_HARDLINK, "b", "a");
    add_file(scene, "c", "gone");
    add_typed(scene, TAR_HARDLINK, "d", "/c");
    begin_layer(scene);
    add_file(scene, "a", "new");
    add_typed(scene, TAR_REGULAR, ".wh.c", "");
    tree_is(scene, "a=new b=old d=gone");
}

static void a_hard_link_to_a_link_is_that_link(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_typed(scene, TAR_SYMLINK, "a", "target");
    add_typed(scene, TAR_HARDLINK, "b", "a");
    add_file(scene, "real/x", "1");
    add_typed(scene, TAR_SYMLINK, "s", "real");
    add_typed(scene, TAR_HARDLINK, "c", "s/x"); // through a symbolic link on the way
    tree_is(scene, "a->target b->target c=1 real/x=1 s->real");
}

static void a_hard_link_to_nothing_stays_one(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_typed(scene, TAR_HARDLINK, "b", "nowhere");
    add_typed(scene, TAR_HARDLINK, "c", "../../etc/shadow");
    tree_is(scene, "b=>nowhere c=>etc/shadow");
    assert_true(noted(&scene->extracts[0], NOTE_SUSPICIOUS, S("c"), S("outside of the root")));
}

static void missing_links_are_asked_for(void **state)
{
    struct scene *scene = *state;
    static const span patterns[] = {S("etc/os-release"), S("pkg/*/record")};
    scene->wants = (struct wants){patterns, 2};
    begin_layer(scene);
    add_file(scene, "store/1", "content");
    add_typed(scene, TAR_HARDLINK, "pkg/a/record", "store/1");
    add_typed(scene, TAR_HARDLINK, "pkg/b/record", "store/1");
    add_typed(scene, TAR_HARDLINK, "pkg/c/record", "store/*");
    add_typed(scene, TAR_SYMLINK, "etc/os-release", "../opt/release");
    merge(scene);
    struct spans missing = {0};
    assert_true(unpack_missing(&scene->tree, &scene->wants, NULL, &scene->limits, scene->mem,
                               &missing, NULL));
    assert_int_equal(missing.count, 2);
    assert_true(span_equal(missing.items[0], S("opt/release")));
    assert_true(span_equal(missing.items[1], S("store/1")));
}

static void a_link_too_long_for_a_path_is_not_asked_for(void **state)
{
    struct scene *scene = *state;
    static const span patterns[] = {S("etc/os-release")};
    char target[20000];
    memset(target, 'x', sizeof target - 1);
    target[sizeof target - 1] = '\0';
    scene->wants = (struct wants){patterns, 1};
    begin_layer(scene);
    add_typed(scene, TAR_SYMLINK, "etc/os-release", target);
    merge(scene);
    struct spans missing = {0};
    assert_true(unpack_missing(&scene->tree, &scene->wants, NULL, &scene->limits, scene->mem,
                               &missing, NULL));
    assert_int_equal(missing.count, 0);
}

// ---------------------------------------------------------------- hostile names and types

static void names_stay_inside_the_root(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "../../etc/passwd", "climbs");
    add_file(scene, "/abs", "absolute");
    add_file(scene, "./d//./e/../f", "normalised");
    add_file(scene, "/", "root");
    tree_is(scene, "abs=absolute d/f=normalised etc/passwd=climbs");
    const struct extract *extract = &scene->extracts[0];
    assert_true(noted(extract, NOTE_SUSPICIOUS, S("../../etc/passwd"), S("climbs out")));
    assert_true(noted(extract, NOTE_INFORMATION, S("/abs"), S("absolute")));
}

static void what_is_no_file_has_no_content(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "etc/os-release", "ID=x");
    begin_layer(scene);
    add_typed(scene, TAR_FIFO, "etc/os-release", "");
    add_typed(scene, TAR_BLOCK, "dev/sda", "");
    add(scene, &(struct tar_entry){.type = TAR_CHARACTER, .path = S("dev/null"), .device_major = 1},
        (span){0});
    tree_is(scene, "dev/null! dev/sda! etc/os-release!");
}

static void only_what_is_wanted_is_kept(void **state)
{
    struct scene *scene = *state;
    static const span patterns[] = {S("a/*/c")};
    scene->wants = (struct wants){patterns, 1};
    begin_layer(scene);
    add_file(scene, "a/b/c", "yes");
    add_file(scene, "a/b/d", "no");
    add_file(scene, "unrelated", "no");
    const struct extract *extract = unpack_one(scene, 0);
    assert_int_equal(extract->files.count, 1);
    assert_int_equal(extract->entries, 3);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whiteouts_hide_lower_layers_only),
        TEST(a_whiteout_of_a_directory_hides_what_is_in_it),
        TEST(opaque_directories_keep_their_own_layer),
        TEST(overlayfs_marks_are_whiteouts_too),
        TEST(whiteouts_that_name_nothing_are_noted),
        TEST(a_file_over_a_directory_and_back),
        TEST(a_directory_over_a_directory_keeps_what_is_in_it),
        TEST(a_directory_over_a_symbolic_link_replaces_it),
        TEST(a_file_below_a_symbolic_link_goes_where_it_leads),
        TEST(within_a_layer_the_last_one_counts),
        TEST(a_hard_link_keeps_the_content_when_its_other_name_goes),
        TEST(a_hard_link_to_a_link_is_that_link),
        TEST(a_hard_link_to_nothing_stays_one),
        TEST(missing_links_are_asked_for),
        TEST(a_link_too_long_for_a_path_is_not_asked_for),
        TEST(names_stay_inside_the_root),
        TEST(what_is_no_file_has_no_content),
        TEST(only_what_is_wanted_is_kept),
    };
    return cmocka_run_group_tests_name("unpack", tests, NULL, NULL);
}
