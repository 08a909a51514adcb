#include "scene.h"

#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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

// Nothing is between the blob and the tar, and still each has a digest of its own.
static void a_plain_layer_may_have_digests_of_two_algorithms(void **state)
{
    struct scene *scene = *state;
    begin_layer(scene);
    add_file(scene, "a", "1");
    tar_write_end(&scene->tars[0]);
    span tar = text_span(&scene->tars[0]);
    digest long_digest = {0};
    assert_true(digest_of(DIGEST_SHA512, tar, &long_digest, NULL));
    struct digest_text text = digest_text(long_digest);
    span sha512 = span_of_text(text.text);
    span sha256 = digest_text_of(scene, tar);
    struct extract extract = {0};
    struct err err = {0};
    assert_true(unpack_bytes(scene, tar, sha512, sha256, &extract, &err));
    assert_true(span_equal(extract.digest, sha512) && span_equal(extract.diff_id, sha256));
    assert_true(unpack_bytes(scene, tar, sha256, sha512, &extract, &err));
    assert_false(
        unpack_bytes(scene, tar, sha512, digest_text_of(scene, S("other")), &extract, &err));
    assert_int_equal(err.kind, ERR_UNTRUSTED);
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
        TEST(a_truncated_layer_keeps_what_was_whole),
        TEST(digests_are_checked),
        TEST(a_plain_layer_may_have_digests_of_two_algorithms),
        TEST(a_damaged_tar_must_have_its_diff_id_all_the_same),
        TEST(what_does_not_decompress_has_no_diff_id),
        TEST(limits_are_noted_and_never_an_error),
        TEST(an_arena_full_of_names_is_noted),
        TEST(what_unpack_writes_extract_read_reads),
    };
    return cmocka_run_group_tests_name("unpack damage", tests, NULL, NULL);
}
