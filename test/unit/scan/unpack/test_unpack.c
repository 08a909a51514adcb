#include "format/tar/tar.h"
#include "os/os.h"
#include "scan/unpack/unpack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { MOST_LAYERS = 8 };

// Layers under construction, and what becomes of them.
struct scene {
    struct arena *mem;
    struct limits limits;
    struct wants wants;
    struct text tars[MOST_LAYERS];
    size_t count;
    struct extract extracts[MOST_LAYERS];
    struct tree tree;
};

static const span everything[] = {{(const uint8_t *)"**", 2}};

static int set_up(void **state)
{
    static struct scene scene;
    scene = (struct scene){
        .mem = arena_new(256 << 20), .limits = limits_default(), .wants = {everything, 1}};
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    arena_free(((struct scene *)*state)->mem);
    return 0;
}

// ---------------------------------------------------------------- making layers

static void begin_layer(struct scene *scene)
{
    assert_true(scene->count < MOST_LAYERS);
    text_init(&scene->tars[scene->count++], scene->mem, 64 << 20);
}

static void add(struct scene *scene, const struct tar_entry *entry, span content)
{
    struct text *tar = &scene->tars[scene->count - 1];
    tar_write_header(tar, entry);
    text_add(tar, content);
    tar_write_padding(tar, content.len);
}

static void add_file(struct scene *scene, const char *path, const char *content)
{
    span bytes = span_of_text(content);
    add(scene, &(struct tar_entry){.path = span_of_text(path), .size = bytes.len}, bytes);
}

static void add_typed(struct scene *scene, enum tar_type type, const char *path, const char *link)
{
    add(scene,
        &(struct tar_entry){.type = type, .path = span_of_text(path), .link = span_of_text(link)},
        (span){0});
}

static bool unpack_bytes(struct scene *scene, span bytes, span stored, span diff_id,
                         struct extract *ret, struct err *err)
{
    CLEANUP(os_close) int fd = memfd_create("layer", MFD_CLOEXEC);
    assert_true(fd >= 0 && os_write_all(fd, bytes, NULL));
    const struct layer_input input = {
        .file = {.fd = fd, .seekable = true, .length = bytes.len},
        .digest = stored,
        .diff_id = diff_id,
    };
    return unpack_layer(&input, &scene->wants, &scene->limits, NULL, scene->mem, ret, err);
}

static struct extract *unpack_one(struct scene *scene, size_t index)
{
    struct text *tar = &scene->tars[index];
    tar_write_end(tar);
    assert_true(text_ok(tar));
    assert_true(
        unpack_bytes(scene, text_span(tar), (span){0}, (span){0}, &scene->extracts[index], NULL));
    return &scene->extracts[index];
}

static void merge(struct scene *scene)
{
    const struct extract *extracts[MOST_LAYERS];
    for (size_t i = 0; i < scene->count; i++)
        extracts[i] = unpack_one(scene, i);
    assert_true(
        unpack_merge(extracts, scene->count, &scene->limits, 1, scene->mem, &scene->tree, NULL));
}

// The merged tree: "path=content path->link path/ path!", in path order.
static void tree_is(struct scene *scene, const char *expected)
{
    struct text out;
    text_init(&out, scene->mem, 1 << 20);
    merge(scene);
    for (size_t i = 0; i < scene->tree.count; i++) {
        const struct file *file = &scene->tree.files[i];
        text_add(&out, i ? S(" ") : S(""));
        text_add(&out, file->path);
        text_add(&out, file->type == FILE_REGULAR     ? S("=")
                       : file->type == FILE_SYMLINK   ? S("->")
                       : file->type == FILE_HARDLINK  ? S("=>")
                       : file->type == FILE_DIRECTORY ? S("/")
                                                      : S("!"));
        text_add(&out, file->type == FILE_REGULAR ? file->content : file->link);
    }
    if (!span_equal(text_span(&out), span_of_text(expected)))
        fail_msg("tree is '%.*s', expected '%s'", (int)out.len, (const char *)out.ptr, expected);
}

static bool noted(const struct extract *extract, enum note_kind kind, span location, span text)
{
    for (size_t i = 0; i < extract->notes.items.count; i++) {
        const struct note *note = LIST_AT(&extract->notes.items, struct note, i);
        if (note->kind == kind && span_equal(note->location, location) &&
            span_contains(note->text, text))
            return true;
    }
    return false;
}

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
    assert_true(
        unpack_missing(&scene->tree, &scene->wants, &scene->limits, scene->mem, &missing, NULL));
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
    assert_true(
        unpack_missing(&scene->tree, &scene->wants, &scene->limits, scene->mem, &missing, NULL));
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

// ---------------------------------------------------------------- damage and limits

static void a_truncated_layer_keeps_what_was_whole(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "a", "first");
    size_t whole = scene->tars[0].len;
    add_file(scene, "b", "second");
    span tar = text_span(&scene->tars[0]);
    for (size_t len = whole + 1; len < tar.len; len++) {
        struct extract extract = {0};
        assert_true(
            unpack_bytes(scene, span_first(tar, len), (span){0}, (span){0}, &extract, NULL));
        bool b_is_whole = len >= whole + 512 + 6;
        assert_int_equal(extract.notes.incomplete, !b_is_whole);
        const struct file *a = LIST_AT(&extract.files, struct file, 0);
        assert_true(a->has_content && span_equal(a->content, S("first")));
        if (!b_is_whole)
            assert_true(noted(&extract, NOTE_DAMAGED, extract.digest, S("ends in the middle")));
        if (extract.files.count > 1)
            assert_int_equal(LIST_AT(&extract.files, struct file, 1)->has_content, b_is_whole);
    }
}

static span digest_text_of(struct scene *scene, span bytes)
{
    digest value = {0};
    span text = {0};
    assert_true(digest_of(DIGEST_SHA256, bytes, &value, NULL));
    assert_true(arena_span(scene->mem, span_of_text(digest_text(value).text), &text));
    return text;
}

static void digests_are_checked(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "a", "1");
    tar_write_end(&scene->tars[0]);
    span tar = text_span(&scene->tars[0]);
    span right = digest_text_of(scene, tar);
    span wrong = digest_text_of(scene, S("other"));
    struct extract extract = {0};
    struct err err = {0};
    assert_true(unpack_bytes(scene, tar, right, right, &extract, &err));
    assert_true(span_equal(extract.digest, right) && span_equal(extract.diff_id, right));
    assert_false(unpack_bytes(scene, tar, wrong, right, &extract, &err));
    assert_int_equal(err.kind, ERR_UNTRUSTED);
    assert_false(unpack_bytes(scene, tar, right, wrong, &extract, &err));
    assert_int_equal(err.kind, ERR_UNTRUSTED);
    assert_non_null(strstr(err.text, "diffID"));
}

// A damaged tar that claims another layer's diffID would answer for that layer from the cache.
static void a_damaged_tar_must_have_its_diff_id_all_the_same(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "a", "1");
    text_add(&scene->tars[0], S("this is no header, however long the reader looks at it"));
    span tar = text_span(&scene->tars[0]);
    struct extract extract = {0};
    struct err err = {0};
    assert_false(
        unpack_bytes(scene, tar, (span){0}, digest_text_of(scene, S("x")), &extract, &err));
    assert_int_equal(err.kind, ERR_UNTRUSTED);
    assert_true(unpack_bytes(scene, tar, (span){0}, digest_text_of(scene, tar), &extract, &err));
    assert_true(extract.notes.incomplete);
}

static void what_does_not_decompress_has_no_diff_id(void **state)
{
    struct scene *scene = *state;
    struct extract extract = {0};
    span broken = S("\x1f\x8b\x08\0\0\0\0\0\0\x03 no deflate data at all");
    span claimed = digest_text_of(scene, S("x"));
    assert_true(
        unpack_bytes(scene, broken, digest_text_of(scene, broken), claimed, &extract, NULL));
    assert_int_equal(extract.diff_id.len, 0);
    assert_true(noted(&extract, NOTE_DAMAGED, digest_text_of(scene, broken), S("gzip")));
}

static void limits_are_noted_and_never_an_error(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "a", "12345");
    add_file(scene, "b", "12345");
    add_file(scene, "c", "12345");
    tar_write_end(&scene->tars[0]);
    span tar = text_span(&scene->tars[0]);
    struct extract extract = {0};

    scene->limits.file_bytes = 4;
    assert_true(unpack_bytes(scene, tar, (span){0}, (span){0}, &extract, NULL));
    assert_true(noted(&extract, NOTE_LIMIT, S("a"), S("5 bytes")));
    assert_int_equal(extract.files.count, 3);

    scene->limits = limits_default();
    scene->limits.kept_entries = 2;
    assert_true(unpack_bytes(scene, tar, (span){0}, (span){0}, &extract, NULL));
    assert_true(noted(&extract, NOTE_LIMIT, extract.digest, S("2 entries")));
    assert_int_equal(extract.notes.items.count, 1);

    scene->limits = limits_default();
    scene->limits.kept_bytes = 13; // two names and contents, and a name
    assert_true(unpack_bytes(scene, tar, (span){0}, (span){0}, &extract, NULL));
    assert_true(noted(&extract, NOTE_LIMIT, S("c"), S("5 bytes")));

    scene->limits = limits_default();
    scene->limits.layer_entries = 2;
    assert_true(unpack_bytes(scene, tar, (span){0}, (span){0}, &extract, NULL));
    assert_true(noted(&extract, NOTE_LIMIT, extract.digest, S("more than 2 members")));

    scene->limits = limits_default();
    scene->limits.layer_bytes = 100;
    assert_true(unpack_bytes(scene, tar, (span){0}, (span){0}, &extract, NULL));
    assert_true(noted(&extract, NOTE_LIMIT, extract.digest, S("more than 100 bytes")));

    scene->limits = limits_default();
    scene->limits.path_bytes = 3;
    begin_layer(scene);
    add_file(scene, "abcd", "1");
    add_file(scene, "abc", "1");
    assert_int_equal(unpack_one(scene, 1)->files.count, 1);
}

// Names fill the arena: that is the layer's doing, so the scan goes on.
static void an_arena_full_of_names_is_noted(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    for (char c = 'a'; c <= 'z'; c++)
        for (int i = 0; i < 50; i++)
            add_file(scene, (char[]){c, (char)('0' + i), '\0'}, "");
    tar_write_end(&scene->tars[0]);
    CLEANUP(arena_cleanup) struct arena *small = arena_new(65536);
    struct arena *mem = scene->mem;
    struct extract extract = {0};
    scene->mem = small;
    bool ok = unpack_bytes(scene, text_span(&scene->tars[0]), (span){0}, (span){0}, &extract, NULL);
    scene->mem = mem;
    assert_true(ok);
    assert_true(extract.notes.incomplete);
    assert_true(extract.digest.len && extract.diff_id.len);
}

static void what_unpack_writes_extract_read_reads(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    for (int i = 0; i < 20; i++)
        add_file(scene, (char[]){(char)('a' + i), '\0'}, "0123456789");
    tar_write_end(&scene->tars[0]);
    for (uint64_t most = 0; most < 250; most++) {
        struct extract extract = {0};
        struct text out;
        scene->limits.kept_bytes = most;
        assert_true(
            unpack_bytes(scene, text_span(&scene->tars[0]), (span){0}, (span){0}, &extract, NULL));
        text_init(&out, scene->mem, 1 << 20);
        extract_write(&extract, &out);
        assert_true(extract_read(text_span(&out), &scene->limits, scene->mem, &extract, NULL));
    }
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
        TEST(a_truncated_layer_keeps_what_was_whole),
        TEST(digests_are_checked),
        TEST(a_damaged_tar_must_have_its_diff_id_all_the_same),
        TEST(what_does_not_decompress_has_no_diff_id),
        TEST(limits_are_noted_and_never_an_error),
        TEST(an_arena_full_of_names_is_noted),
        TEST(what_unpack_writes_extract_read_reads),
    };
    return cmocka_run_group_tests_name("unpack", tests, NULL, NULL);
}
