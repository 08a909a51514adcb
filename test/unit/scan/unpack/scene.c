#include "scene.h"

#include "format/tar/tar.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include <cmocka.h>

static const span everything[] = {{(const uint8_t *)"**", 2}};

int set_up(void **state)
{
    static struct scene scene;
    scene = (struct scene){
        .mem = arena_new(256 << 20),
        .limits = limits_default(),
        .wants = {everything, 1},
        .scratch_fd = -1,
    };
    notes_init(&scene.notes, scene.mem, &scene.limits);
    *state = &scene;
    return 0;
}

int tear_down(void **state)
{
    arena_free(((struct scene *)*state)->mem);
    return 0;
}

// ---------------------------------------------------------------- making layers

void begin_layer(struct scene *scene)
{
    assert_true(scene->count < MOST_LAYERS);
    text_init(&scene->tars[scene->count++], scene->mem, 64 << 20);
}

void add(struct scene *scene, const struct tar_entry *entry, span content)
{
    struct text *tar = &scene->tars[scene->count - 1];
    tar_write_header(tar, entry);
    text_add(tar, content);
    tar_write_padding(tar, content.len);
}

void add_file(struct scene *scene, const char *path, const char *content)
{
    span bytes = span_of_text(content);
    add(scene, &(struct tar_entry){.path = span_of_text(path), .size = bytes.len}, bytes);
}

void add_typed(struct scene *scene, enum tar_type type, const char *path, const char *link)
{
    add(scene,
        &(struct tar_entry){.type = type, .path = span_of_text(path), .link = span_of_text(link)},
        (span){0});
}

struct unpack_options unpack_options_of(const struct scene *scene)
{
    return (struct unpack_options){
        .wants = &scene->wants,
        .roster = &scene->roster,
        .inspector = scene->inspector,
        .limits = &scene->limits,
        .crew = scene->crew,
        .scratch_fd = scene->scratch_fd,
        .key = {1, 2},
        .lowest = scene->lowest,
    };
}

bool unpack_bytes(struct scene *scene, span bytes, span stored, span diff_id, struct extract *ret,
                  struct err *err)
{
    CLEANUP(os_close) int fd = memfd_create("layer", MFD_CLOEXEC);
    assert_true(fd >= 0 && os_write_all(fd, bytes, NULL));
    const struct layer_input input = {
        .file = {.fd = fd, .seekable = true, .length = bytes.len},
        .digest = stored,
        .diff_id = diff_id,
    };
    const struct unpack_options options = unpack_options_of(scene);
    return unpack_layer(&input, &options, scene->mem, ret, err);
}

struct extract *unpack_one(struct scene *scene, size_t index)
{
    struct text *tar = &scene->tars[index];
    tar_write_end(tar);
    assert_true(text_ok(tar));
    assert_true(
        unpack_bytes(scene, text_span(tar), (span){0}, (span){0}, &scene->extracts[index], NULL));
    return &scene->extracts[index];
}

void merge(struct scene *scene)
{
    const struct extract *extracts[MOST_LAYERS];
    for (size_t i = 0; i < scene->count; i++)
        extracts[i] = unpack_one(scene, i);
    assert_true(unpack_merge(extracts, scene->count, &scene->limits, (hash_key){3, 4}, scene->mem,
                             &scene->notes, &scene->tree, NULL));
}

void tree_is(struct scene *scene, const char *expected)
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

bool noted(const struct extract *extract, enum note_kind kind, span location, span text)
{
    for (size_t i = 0; i < extract->notes.items.count; i++) {
        const struct note *note = LIST_AT(&extract->notes.items, struct note, i);
        if (note->kind == kind && span_equal(note->location, location) &&
            span_contains(note->text, text))
            return true;
    }
    return false;
}
