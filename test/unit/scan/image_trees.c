#include "image_trees.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>

#include "format/json/json.h"

struct reading {
    const char *layout;
    const struct wants *const *wants;
    size_t wants_count;
    struct arena *mem;
    struct limits limits;
};

static void archive_cleanup(struct archive **archive)
{
    (void)archive_read_free(*archive); // nothing was written
}

static bool complain(const char *what, const char *why)
{
    (void)fprintf(stderr, "%s: %s\n", what, why ? why : "?");
    return false;
}

// ---------------------------------------------------------------- blobs

static bool read_file(const char *path, struct arena *mem, span *ret)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return complain(path, "cannot be opened");
    struct text content = {0};
    text_init(&content, mem, SIZE_MAX);
    uint8_t buffer[4096];
    for (size_t len = 0; (len = fread(buffer, 1, sizeof buffer, file)) > 0;)
        text_add(&content, span_of(buffer, len));
    (void)fclose(file); // read only
    *ret = text_span(&content);
    return text_ok(&content);
}

static char *blob_path(const struct reading *reading, span digest)
{
    struct text path = {0};
    text_init(&path, reading->mem, SIZE_MAX);
    text_add(&path, span_of_text(reading->layout));
    text_add(&path, S("/blobs/"));
    text_add(&path, span_cut(&digest, ':'));
    text_add_byte(&path, '/');
    text_add(&path, digest);
    return arena_text(reading->mem, text_span(&path));
}

static bool read_json(const struct reading *reading, const char *path, struct json **ret)
{
    span content = {0};
    struct err err = {0};
    if (!read_file(path, reading->mem, &content))
        return false;
    return json_parse(content, SIZE_MAX, ret, &err) || complain(path, err.text);
}

// ---------------------------------------------------------------- one layer

static bool is_wanted(const struct reading *reading, span path)
{
    for (size_t i = 0; i < reading->wants_count; i++)
        if (wants_match(reading->wants[i], path))
            return true;
    return false;
}

static bool read_content(const struct reading *reading, struct archive *archive, struct file *file)
{
    struct text content = {0};
    text_init(&content, reading->mem, SIZE_MAX);
    uint8_t buffer[65536];
    la_ssize_t len = 0;
    while ((len = archive_read_data(archive, buffer, sizeof buffer)) > 0)
        text_add(&content, span_of(buffer, (size_t)len));
    file->content = text_span(&content);
    file->has_content = true;
    return len == 0 && text_ok(&content);
}

static bool take_entry(const struct reading *reading, struct archive *archive,
                       struct archive_entry *entry, struct list *files, uint32_t layer)
{
    struct file file = {.layer = layer};
    span name = span_of_text(archive_entry_pathname(entry));
    const char *hard_link = archive_entry_hardlink(entry);
    bool escapes = false;
    if (!path_normalise(name, &reading->limits, reading->mem, &file.path, &escapes))
        return complain("path", "too long");
    file.size = (uint64_t)archive_entry_size(entry);
    file.type = archive_entry_filetype(entry) == AE_IFLNK ? FILE_SYMLINK : FILE_REGULAR;
    if (hard_link) {
        file.type = FILE_HARDLINK;
        name = span_of_text(hard_link);
        if (!path_normalise(name, &reading->limits, reading->mem, &file.link, &escapes))
            return complain("link", "too long");
    } else if (file.type == FILE_SYMLINK) {
        (void)arena_span(reading->mem, span_of_text(archive_entry_symlink(entry)), &file.link);
    }
    bool whiteout = span_starts_with(path_name(file.path), S(".wh."));
    bool wanted = archive_entry_filetype(entry) == AE_IFREG && is_wanted(reading, file.path);
    if (!whiteout && file.type == FILE_REGULAR && !wanted)
        return true;
    if (wanted && !hard_link && !read_content(reading, archive, &file))
        return complain("content", archive_error_string(archive));
    struct file *kept = LIST_ADD(files, struct file);
    if (kept)
        *kept = file;
    return kept != NULL;
}

static bool read_layer(const struct reading *reading, span digest, uint32_t layer,
                       struct list *files)
{
    const char *path = blob_path(reading, digest);
    CLEANUP(archive_cleanup) struct archive *archive = archive_read_new();
    (void)archive_read_support_filter_all(archive); // those it lacks, it runs as programs
    (void)archive_read_support_format_tar(archive); // always there
    if (archive_read_open_filename(archive, path, 65536) != ARCHIVE_OK)
        return complain(path, archive_error_string(archive));
    struct archive_entry *entry = NULL;
    int result = ARCHIVE_OK;
    while ((result = archive_read_next_header(archive, &entry)) == ARCHIVE_OK)
        if (!take_entry(reading, archive, entry, files, layer))
            return false;
    return result == ARCHIVE_EOF || complain(path, archive_error_string(archive));
}

// ---------------------------------------------------------------- merging

static bool is_below(span path, span folder)
{
    return folder.len == 0 ||
           (span_starts_with(path, folder) && path.len > folder.len && path.ptr[folder.len] == '/');
}

// Does this entry of a later layer hide or replace what was at `path`?
static bool hides(const struct file *entry, span path)
{
    span name = path_name(entry->path);
    span folder = path_parent(entry->path);
    if (span_equal(name, S(".wh..wh..opq")))
        return is_below(path, folder);
    if (!span_starts_with(name, S(".wh.")))
        return span_equal(path, entry->path) || is_below(path, entry->path);
    span victim = span_from(name, 4);
    if (!span_equal(span_first(path, folder.len), folder))
        return false;
    span rest = span_from(path, folder.len ? folder.len + 1 : 0);
    return span_equal(rest, victim) || is_below(rest, victim);
}

static bool is_hidden(const struct list *layer, span path)
{
    for (size_t i = 0; i < layer->count; i++)
        if (hides(LIST_AT(layer, struct file, i), path))
            return true;
    return false;
}

static int compare_paths(const void *a, const void *b)
{
    return span_compare(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static bool add_copy(struct list *files, const struct file *file)
{
    struct file *copy = LIST_ADD(files, struct file);
    if (copy)
        *copy = *file;
    return copy != NULL;
}

static bool merge(const struct tree *below, const struct list *layer, struct arena *mem,
                  struct tree *ret)
{
    struct list files = {0};
    list_init(&files, mem, sizeof(struct file), SIZE_MAX);
    for (size_t i = 0; below && i < below->count; i++)
        if (!is_hidden(layer, below->files[i].path) && !add_copy(&files, &below->files[i]))
            return false;
    for (size_t i = 0; i < layer->count; i++) {
        const struct file *file = LIST_AT(layer, struct file, i);
        if (!span_starts_with(path_name(file->path), S(".wh.")) && !add_copy(&files, file))
            return false;
    }
    if (files.count)
        qsort(files.items, files.count, sizeof(struct file), compare_paths);
    *ret = (struct tree){.files = files.items, .count = files.count};
    return true;
}

static bool read_layers(const struct reading *reading, const struct json *layers,
                        struct image_trees *ret)
{
    size_t count = json_count(layers);
    struct tree *trees = arena_array(reading->mem, count, sizeof *trees);
    for (size_t i = 0; trees && i < count; i++) {
        struct list files = {0};
        list_init(&files, reading->mem, sizeof(struct file), SIZE_MAX);
        span digest = json_get_text(json_at(layers, i), "digest");
        if (!read_layer(reading, digest, (uint32_t)i, &files) ||
            !merge(i ? &trees[i - 1] : NULL, &files, reading->mem, &trees[i]))
            return false;
    }
    *ret = (struct image_trees){.trees = trees, .count = count};
    return trees != NULL;
}

bool image_trees_read(const char *layout, const struct wants *const *wants, size_t wants_count,
                      struct arena *mem, struct image_trees *ret)
{
    struct reading reading = {.layout = layout,
                              .wants = wants,
                              .wants_count = wants_count,
                              .mem = mem,
                              .limits = limits_default()};
    struct text path = {0};
    text_init(&path, mem, SIZE_MAX);
    text_addf(&path, "%s/index.json", layout);
    CLEANUP(json_cleanup) struct json *index = NULL;
    CLEANUP(json_cleanup) struct json *manifest = NULL;
    if (!read_json(&reading, arena_text(mem, text_span(&path)), &index))
        return false;
    span digest = json_get_text(json_at(json_get(index, "manifests"), 0), "digest");
    if (!read_json(&reading, blob_path(&reading, digest), &manifest))
        return false;
    return read_layers(&reading, json_get(manifest, "layers"), ret);
}
