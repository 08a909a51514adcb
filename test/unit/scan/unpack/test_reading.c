// Files that are looked into and digested while their layer is read.
#include "scene.h"

#include "crypto/crypto.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <zstd.h>

#include <cmocka.h>

// ---------------------------------------------------------------- an inspector that remembers

// It wants whatever is called "…seen" or starts with a '!', and gives the SHA-256 of what it read
// in pieces as a licence.
static bool wants_file(const void *self, span path, uint64_t size, span start)
{
    (void)self;
    (void)size;
    return span_ends_with(path, S("seen")) || span_starts_with(start, S("!"));
}

static span text_of_digest(digest value, struct arena *mem)
{
    span text = {0};
    assert_true(arena_span(mem, span_of_text(digest_text(value).text), &text));
    return text;
}

static bool look(const void *self, span path, const struct content *content, struct arena *mem,
                 struct arena *scratch, struct notes *notes, const struct insight **ret,
                 struct err *err)
{
    enum { PIECE = 100000 };
    CLEANUP(hasher_cleanup) struct hasher *hasher = NULL;
    struct insight *insight = ARENA_NEW(mem, struct insight);
    (void)self;
    (void)path;
    (void)notes;
    if (!hasher_new(DIGEST_SHA256, &hasher, err))
        return false;
    for (uint64_t at = 0; at < content->size; at += PIECE) {
        uint64_t left = content->size - at;
        span piece = {0};
        if (!content_read(content, at, left < PIECE ? left : PIECE, scratch, &piece, err))
            return false;
        hasher_add(hasher, piece);
    }
    assert_non_null(insight);
    insight->licenses = text_of_digest(hasher_finish(hasher), mem);
    *ret = insight;
    return true;
}

static const struct inspector inspector = {.wants = wants_file, .look = look};

static span expected_insight(struct scene *scene, span content)
{
    digest value = {0};
    assert_true(digest_of(DIGEST_SHA256, content, &value, NULL));
    return text_of_digest(value, scene->mem);
}

static const span roster_patterns[] = {S("usr/**")};
static const span wanted_patterns[] = {S("**/kept*")};

static void look_at_all(struct scene *scene)
{
    scene->inspector = &inspector;
    scene->roster = (struct wants){roster_patterns, 1};
    scene->wants = (struct wants){wanted_patterns, 1};
    scene->scratch_fd = memfd_create("scratch", MFD_CLOEXEC);
    assert_true(scene->scratch_fd >= 0);
}

static span bytes_of(struct scene *scene, size_t len)
{
    uint8_t *bytes = arena_alloc(scene->mem, len);
    assert_non_null(bytes);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i * 7 + i / 251);
    if (len)
        bytes[0] = '!';
    return span_of(bytes, len);
}

static const struct file *file_at(const struct extract *extract, span path)
{
    for (size_t i = 0; i < extract->files.count; i++) {
        const struct file *file = LIST_AT(&extract->files, struct file, i);
        if (span_equal(file->path, path))
            return file;
    }
    return NULL;
}

static void was_seen(struct scene *scene, const struct extract *extract, span path, span content)
{
    const struct file *file = file_at(extract, path);
    if (!file || !file->insight)
        fail_msg("'%s' was not looked into", quote(path).text);
    assert_true(file->type == FILE_HARDLINK || file->size == content.len);
    assert_true(span_equal(file->insight->licenses, expected_insight(scene, content)));
}

static void is_rostered(const struct extract *extract, span path, span content)
{
    CLEANUP(file_hasher_cleanup) struct file_hasher *hasher = NULL;
    struct file_digests digests = {0};
    const struct roster_file *file = roster_at(&extract->roster, path);
    if (!file)
        fail_msg("'%s' is not on the roster", quote(path).text);
    assert_true(file_hasher_new(&hasher, NULL));
    file_hasher_add(hasher, content);
    file_hasher_finish(hasher, &digests);
    assert_int_equal(file->size, content.len);
    assert_non_null(file->digests);
    assert_memory_equal(roster_md5(file).ptr, digests.md5, sizeof digests.md5);
    assert_memory_equal(roster_sha1(file).ptr, digests.sha1, sizeof digests.sha1);
    assert_memory_equal(roster_sha256(file).ptr, digests.sha256, sizeof digests.sha256);
}

static void add_bytes(struct scene *scene, const char *path, span content)
{
    add(scene, &(struct tar_entry){.path = span_of_text(path), .size = content.len, .mode = 0755},
        content);
}

// ---------------------------------------------------------------- sizes

static void contents_of_every_size_are_seen_whole(void **state)
{
    static const size_t sizes[] = {1,       2,
                                   63,      64,
                                   65,      511,
                                   512,     513,
                                   262143,  262144,
                                   262145,  (1 << 20) - 1,
                                   1 << 20, (1 << 20) + 1,
                                   3000001};
    struct scene *scene = *state;
    look_at_all(scene);
    begin_layer(scene);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char path[64];
        (void)snprintf(path, sizeof path, "usr/%zu", i);
        add_bytes(scene, path, bytes_of(scene, sizes[i]));
        (void)snprintf(path, sizeof path, "usr/kept%zu", i);
        add_bytes(scene, path, bytes_of(scene, sizes[i]));
    }
    const struct extract *extract = unpack_one(scene, 0);
    assert_int_equal(extract->notes.items.count, 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char path[64];
        span content = bytes_of(scene, sizes[i]);
        (void)snprintf(path, sizeof path, "usr/%zu", i);
        was_seen(scene, extract, span_of_text(path), content);
        is_rostered(extract, span_of_text(path), content);
        (void)snprintf(path, sizeof path, "usr/kept%zu", i);
        was_seen(scene, extract, span_of_text(path), content);
        is_rostered(extract, span_of_text(path), content);
        assert_true(span_equal(file_at(extract, span_of_text(path))->content, content));
    }
}

// ---------------------------------------------------------------- threads

static void help(void *self)
{
    crew_help(self);
}

enum { HELPERS = 2 };

static void hire(struct scene *scene, struct os_thread *threads[static HELPERS])
{
    assert_true(crew_new(&scene->crew, NULL));
    for (size_t i = 0; i < HELPERS; i++)
        assert_true(os_thread_start(help, scene->crew, &threads[i], NULL));
}

static void dismiss(struct scene *scene, struct os_thread *threads[static HELPERS])
{
    crew_dismiss(scene->crew);
    for (size_t i = 0; i < HELPERS; i++)
        os_thread_join(threads[i]);
    crew_free(scene->crew);
    scene->crew = NULL;
}

static void idle_threads_compute_the_same_digests(void **state)
{
    struct scene *scene = *state;
    struct os_thread *threads[HELPERS] = {0};
    hire(scene, threads);
    contents_of_every_size_are_seen_whole(state);
    dismiss(scene, threads);
}

// More of them than are looked into at a time, large and small, with links in between.
static void add_many(struct scene *scene)
{
    char path[64];
    begin_layer(scene);
    for (size_t i = 0; i < 60; i++) {
        size_t size = i % 7 == 3 ? (1 << 20) + i * 999 : 1 + i * 4001;
        (void)snprintf(path, sizeof path, "usr/%zu", i);
        add_bytes(scene, path, bytes_of(scene, size));
        if (i % 5 == 0)
            add_typed(scene, TAR_HARDLINK, "usr/hard", path);
        if (i % 3 == 0)
            add_typed(scene, TAR_SYMLINK, "usr/link", path);
    }
    tar_write_end(&scene->tars[0]);
}

static span extract_bytes(struct scene *scene)
{
    struct text out;
    struct extract extract = {0};
    text_init(&out, scene->mem, SIZE_MAX);
    assert_true(
        unpack_bytes(scene, text_span(&scene->tars[0]), (span){0}, (span){0}, &extract, NULL));
    extract_write(&extract, &out);
    assert_true(text_ok(&out));
    return text_span(&out);
}

static void whoever_looks_the_extract_is_the_same(void **state)
{
    struct scene *scene = *state;
    struct os_thread *threads[HELPERS] = {0};
    look_at_all(scene);
    add_many(scene);
    span alone = extract_bytes(scene);
    hire(scene, threads);
    for (size_t i = 0; i < 3; i++)
        assert_true(span_equal(alone, extract_bytes(scene)));
    dismiss(scene, threads);
}

static void is_gone(const struct scene *scene, span path)
{
    if (tree_at(&scene->tree, path))
        fail_msg("'%s' is there", quote(path).text);
}

// What comes later counts, however long it takes to look into what came before.
static void what_replaces_a_file_comes_after_it(void **state)
{
    struct scene *scene = *state;
    look_at_all(scene);
    begin_layer(scene);
    add_file(scene, "twice", "!first");
    add_file(scene, "twice", "!second");
    add_file(scene, "linked/seen", "!");
    add_typed(scene, TAR_SYMLINK, "linked", "elsewhere");
    add_file(scene, "filed/below/seen", "!");
    add_file(scene, "filed", "plain");
    add_file(scene, "file", "!");
    add_file(scene, "file/seen", "!");
    merge(scene);
    const struct file *twice = tree_at(&scene->tree, S("twice"));
    assert_true(twice && twice->insight);
    assert_true(span_equal(twice->insight->licenses, expected_insight(scene, S("!second"))));
    is_gone(scene, S("linked/seen"));
    is_gone(scene, S("elsewhere/seen"));
    is_gone(scene, S("filed/below/seen"));
    is_gone(scene, S("file/seen")); // there is nothing below a file
    assert_non_null(tree_at(&scene->tree, S("file")));
}

static void an_empty_file_is_a_file(void **state)
{
    struct scene *scene = *state;
    look_at_all(scene);
    begin_layer(scene);
    add_file(scene, "usr/empty-seen", "");
    add_file(scene, "usr/kept", "");
    add_file(scene, "elsewhere", "");
    const struct extract *extract = unpack_one(scene, 0);
    was_seen(scene, extract, S("usr/empty-seen"), (span){0});
    is_rostered(extract, S("usr/kept"), (span){0});
    assert_true(file_at(extract, S("usr/kept"))->has_content);
    assert_null(file_at(extract, S("elsewhere")));
}

// ---------------------------------------------------------------- pieces

// A zstd frame in which every byte is a block of its own: it is decompressed byte by byte.
static span in_blocks_of_one_byte(struct scene *scene, span bytes)
{
    size_t room = ZSTD_compressBound(bytes.len) + 16 * bytes.len;
    ZSTD_CStream *stream = ZSTD_createCStream();
    ZSTD_outBuffer out = {.dst = arena_alloc(scene->mem, room), .size = room};
    assert_true(stream && out.dst);
    for (size_t i = 0; i < bytes.len; i++) {
        ZSTD_inBuffer in = {.src = bytes.ptr + i, .size = 1};
        ZSTD_EndDirective end = i + 1 < bytes.len ? ZSTD_e_flush : ZSTD_e_end;
        assert_int_equal(ZSTD_compressStream2(stream, &out, &in, end), 0);
    }
    ZSTD_freeCStream(stream);
    return span_of(out.dst, out.pos);
}

static void a_layer_in_pieces_of_one_byte_is_the_same(void **state)
{
    struct scene *scene = *state;
    look_at_all(scene);
    begin_layer(scene);
    add_bytes(scene, "usr/one", bytes_of(scene, 1));
    add_bytes(scene, "usr/few", bytes_of(scene, 65));
    add_bytes(scene, "usr/many", bytes_of(scene, 1000));
    add_bytes(scene, "usr/kept", bytes_of(scene, 700));
    tar_write_end(&scene->tars[0]);
    struct extract extract = {0};
    span blob = in_blocks_of_one_byte(scene, text_span(&scene->tars[0]));
    assert_true(unpack_bytes(scene, blob, (span){0}, (span){0}, &extract, NULL));
    was_seen(scene, &extract, S("usr/one"), bytes_of(scene, 1));
    was_seen(scene, &extract, S("usr/few"), bytes_of(scene, 65));
    was_seen(scene, &extract, S("usr/many"), bytes_of(scene, 1000));
    is_rostered(&extract, S("usr/many"), bytes_of(scene, 1000));
    was_seen(scene, &extract, S("usr/kept"), bytes_of(scene, 700));
}

// ---------------------------------------------------------------- sparse files

static void set_type(uint8_t *header, uint8_t type)
{
    enum { TYPE = 156, CHECKSUM = 148, BLOCK = 512 };
    unsigned sum = 0;
    header[TYPE] = type;
    memset(header + CHECKSUM, ' ', 8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += header[i];
    (void)snprintf((char *)header + CHECKSUM, 8, "%06o", sum);
}

// GNU.sparse.map gives the runs that the archive holds of a file of `size` bytes.
static void add_sparse(struct scene *scene, const char *path, const char *size, const char *map,
                       span stored)
{
    struct text *tar = &scene->tars[scene->count - 1];
    struct text records;
    text_init(&records, scene->mem, 4096);
    const char *const lines[][2] = {
        {"GNU.sparse.size", size}, {"GNU.sparse.map", map}, {"GNU.sparse.numblocks", "2"}};
    for (size_t i = 0; i < 3; i++) {
        // "NN key=value\n", with its own length in front: two digits suffice here.
        size_t len = strlen(lines[i][0]) + strlen(lines[i][1]) + 5;
        assert_true(len >= 10 && len < 100);
        text_addf(&records, "%zu %s=%s\n", len, lines[i][0], lines[i][1]);
    }
    size_t header = tar->len;
    tar_write_header(tar, &(struct tar_entry){.path = S("pax"), .size = records.len});
    set_type(tar->ptr + header, 'x');
    text_add(tar, text_span(&records));
    tar_write_padding(tar, records.len);
    add(scene, &(struct tar_entry){.path = span_of_text(path), .size = stored.len}, stored);
}

static void holes_are_zeros(void **state)
{
    struct scene *scene = *state;
    look_at_all(scene);
    begin_layer(scene);
    add_sparse(scene, "usr/small-seen", "300", "10,5,100,5", S("helloworld"));
    add_sparse(scene, "usr/large-seen", "2000000", "100000,5,1500000,5", S("helloworld"));
    const struct extract *extract = unpack_one(scene, 0);
    uint8_t *bytes = arena_alloc(scene->mem, 2000000);
    memcpy(bytes + 10, "hello", 5);
    memcpy(bytes + 100, "world", 5);
    was_seen(scene, extract, S("usr/small-seen"), span_of(bytes, 300));
    is_rostered(extract, S("usr/small-seen"), span_of(bytes, 300));
    memset(bytes, 0, 300);
    memcpy(bytes + 100000, "hello", 5);
    memcpy(bytes + 1500000, "world", 5);
    was_seen(scene, extract, S("usr/large-seen"), span_of(bytes, 2000000));
    is_rostered(extract, S("usr/large-seen"), span_of(bytes, 2000000));
}

// They cost the archive nothing.
static void holes_without_end_are_noted(void **state)
{
    struct scene *scene = *state;
    look_at_all(scene);
    scene->limits.kept_bytes = 2000000;
    begin_layer(scene);
    add_sparse(scene, "usr/1-seen", "1500000", "10,5,100,5", S("helloworld"));
    add_sparse(scene, "usr/2-seen", "1500000", "10,5,100,5", S("helloworld"));
    const struct extract *extract = unpack_one(scene, 0);
    assert_non_null(file_at(extract, S("usr/1-seen")));
    assert_null(file_at(extract, S("usr/2-seen")));
    assert_null(roster_at(&extract->roster, S("usr/2-seen")));
    assert_true(noted(extract, NOTE_LIMIT, S("usr/2-seen"), S("bytes of holes")));
}

// ---------------------------------------------------------------- hard links

static void hard_links_are_the_file_they_name(void **state)
{
    struct scene *scene = *state;
    look_at_all(scene);
    begin_layer(scene);
    add_file(scene, "usr/perl", "!perl");
    add_typed(scene, TAR_HARDLINK, "usr/perl5", "usr/perl");
    add_file(scene, "usr/plain", "plain");
    add_typed(scene, TAR_HARDLINK, "usr/bin/plain", "./usr/plain");
    add_typed(scene, TAR_HARDLINK, "usr/bin/third", "usr/bin/plain");
    add_typed(scene, TAR_HARDLINK, "outside", "usr/plain");
    merge(scene);
    const struct extract *extract = &scene->extracts[0];
    is_rostered(extract, S("usr/perl5"), S("!perl"));
    is_rostered(extract, S("usr/bin/plain"), S("plain"));
    is_rostered(extract, S("usr/bin/third"), S("plain"));
    assert_null(file_at(extract, S("outside")));
    const struct file *perl5 = tree_at(&scene->tree, S("usr/perl5"));
    assert_true(perl5 && perl5->type == FILE_REGULAR && perl5->insight);
}

// A store of contents by their hashes, as pnpm keeps it: only the link's name means something.
static void a_hard_link_is_looked_into_for_its_own_name(void **state)
{
    static const span more[] = {S("**/kept*"), S("store/1")};
    struct scene *scene = *state;
    look_at_all(scene);
    begin_layer(scene);
    add_file(scene, "store/1", "content");
    add_typed(scene, TAR_HARDLINK, "app/seen", "store/1");
    merge(scene);
    struct spans missing = {0};
    assert_true(unpack_missing(&scene->tree, &scene->wants, &inspector, &scene->limits, scene->mem,
                               &missing, NULL));
    assert_int_equal(missing.count, 1);
    assert_true(span_equal(missing.items[0], S("store/1")));
    scene->wants = (struct wants){more, 2};
    merge(scene);
    const struct file *file = tree_at(&scene->tree, S("app/seen"));
    assert_true(file && file->type == FILE_REGULAR && file->insight);
    assert_true(span_equal(file->insight->licenses, expected_insight(scene, S("content"))));
    const struct file *stored = tree_at(&scene->tree, S("store/1"));
    assert_true(stored && !stored->insight);
}

// ---------------------------------------------------------------- limits

static void too_large_a_file_is_noted(void **state)
{
    struct scene *scene = *state;
    look_at_all(scene);
    scene->limits.file_bytes = 100;
    begin_layer(scene);
    add_bytes(scene, "usr/100", bytes_of(scene, 100));
    add_bytes(scene, "usr/101", bytes_of(scene, 101));
    const struct extract *extract = unpack_one(scene, 0);
    was_seen(scene, extract, S("usr/100"), bytes_of(scene, 100));
    assert_null(file_at(extract, S("usr/101")));
    assert_true(noted(extract, NOTE_LIMIT, S("usr/101"), S("more than is looked into")));
    is_rostered(extract, S("usr/101"), bytes_of(scene, 101));
}

static void without_a_scratch_file_large_ones_are_noted(void **state)
{
    struct scene *scene = *state;
    look_at_all(scene);
    os_close(&scene->scratch_fd);
    begin_layer(scene);
    add_bytes(scene, "usr/a", bytes_of(scene, (1 << 20) + 1));
    add_bytes(scene, "usr/kept", bytes_of(scene, (1 << 20) + 1));
    const struct extract *extract = unpack_one(scene, 0);
    assert_true(noted(extract, NOTE_LIMIT, S("usr/a"), S("no scratch file")));
    was_seen(scene, extract, S("usr/kept"), bytes_of(scene, (1 << 20) + 1));
}

static size_t roster_size(const struct roster *roster)
{
    size_t size = roster->count;
    for (size_t i = 0; i < roster->count; i++)
        size += roster->directories[i].count;
    return size;
}

static void the_roster_has_an_end(void **state)
{
    struct scene *scene = *state;
    look_at_all(scene);
    scene->limits.roster_entries = 4;
    begin_layer(scene);
    for (const char *const *path = (const char *const[]){"usr/a", "usr/b", "usr/c", "usr/d", NULL};
         *path; path++)
        add_file(scene, *path, "");
    const struct extract *extract = unpack_one(scene, 0);
    assert_true(roster_size(&extract->roster) <= 4);
    is_rostered(extract, S("usr/a"), (span){0});
    assert_true(noted(extract, NOTE_LIMIT, S("usr/c"), S("no more files")));
}

static void covers_have_an_end(void **state)
{
    struct scene *scene = *state;
    look_at_all(scene);
    scene->limits.cover_entries = 3;
    begin_layer(scene);
    for (const char *const *path = (const char *const[]){"a", "b", "c", "d", "e", NULL}; *path;
         path++)
        add_file(scene, *path, "x");
    const struct extract *extract = unpack_one(scene, 0);
    assert_int_equal(extract->covers.entries.count, 1);
    assert_int_equal(extract->covers.entries.items[0].len, 3 * 8);
    assert_true(noted(extract, NOTE_LIMIT, S("d"), S("hides files of lower layers")));
    assert_int_equal(extract->notes.items.count, 1);
}

static void the_lowest_layer_covers_nothing(void **state)
{
    struct scene *scene = *state;
    look_at_all(scene);
    scene->lowest = true;
    begin_layer(scene);
    add_file(scene, "a/b", "x");
    const struct extract *extract = unpack_one(scene, 0);
    assert_int_equal(extract->covers.entries.count, 0);
    assert_int_equal(extract->covers.parents.count, 0);
}

static int tear_down_scratch(void **state)
{
    os_close(&((struct scene *)*state)->scratch_fd);
    return tear_down(state);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down_scratch)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(contents_of_every_size_are_seen_whole),
        TEST(idle_threads_compute_the_same_digests),
        TEST(whoever_looks_the_extract_is_the_same),
        TEST(what_replaces_a_file_comes_after_it),
        TEST(an_empty_file_is_a_file),
        TEST(a_layer_in_pieces_of_one_byte_is_the_same),
        TEST(holes_are_zeros),
        TEST(holes_without_end_are_noted),
        TEST(hard_links_are_the_file_they_name),
        TEST(a_hard_link_is_looked_into_for_its_own_name),
        TEST(too_large_a_file_is_noted),
        TEST(without_a_scratch_file_large_ones_are_noted),
        TEST(the_roster_has_an_end),
        TEST(covers_have_an_end),
        TEST(the_lowest_layer_covers_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
