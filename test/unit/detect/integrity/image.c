#include "image.h"

#include <archive.h>
#include <archive_entry.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "format/json/json.h"

struct item {
    struct file file;
    struct roster_file roster;
    bool is_hidden;
};

struct reading {
    const struct wants *wants;
    const struct wants *roster;
    struct arena *mem;
    struct limits limits;
    struct list items; // of struct item
};

static bool complain(const char *what, const char *why)
{
    (void)fprintf(stderr, "%s: %s\n", what, why ? why : "?");
    return false;
}

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

static char *blob_path(const char *layout, span digest, struct arena *mem)
{
    struct text path = {0};
    text_init(&path, mem, SIZE_MAX);
    text_add(&path, span_of_text(layout));
    text_add(&path, S("/blobs/"));
    text_add(&path, span_cut(&digest, ':'));
    text_add_byte(&path, '/');
    text_add(&path, digest);
    return arena_text(mem, text_span(&path));
}

static bool read_json(const char *path, struct arena *mem, struct json **ret)
{
    span content = {0};
    struct err err = {0};
    return read_file(path, mem, &content) &&
           (json_parse(content, SIZE_MAX, ret, &err) || complain(path, err.text));
}

// ---------------------------------------------------------------- one file

static void digest(const EVP_MD *kind, span bytes, uint8_t *ret)
{
    unsigned len = 0;
    (void)EVP_Digest(bytes.ptr, bytes.len, ret, &len, kind, NULL); // cannot fail for these
}

static bool read_content(struct reading *reading, struct archive *archive, struct item *item)
{
    struct text content = {0};
    text_init(&content, reading->mem, SIZE_MAX);
    static uint8_t buffer[1 << 16];
    la_ssize_t len = 0;
    while ((len = archive_read_data(archive, buffer, sizeof buffer)) > 0)
        text_add(&content, span_of(buffer, (size_t)len));
    span bytes = text_span(&content);
    uint8_t *digests = arena_alloc(reading->mem, ROSTER_DIGESTS);
    if (!digests)
        return false;
    digest(EVP_md5(), bytes, digests);
    digest(EVP_sha1(), bytes, digests + ROSTER_MD5);
    digest(EVP_sha256(), bytes, digests + ROSTER_MD5 + ROSTER_SHA1);
    item->roster.digests = digests;
    item->roster.is_program =
        span_starts_with(bytes, S("\177ELF")) || span_starts_with(bytes, S("#!"));
    item->file.content = bytes;
    item->file.has_content = true;
    return len == 0 && text_ok(&content);
}

static enum file_type type_of(struct archive_entry *entry)
{
    if (archive_entry_hardlink(entry))
        return FILE_HARDLINK;
    switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
        return FILE_REGULAR;
    case AE_IFLNK:
        return FILE_SYMLINK;
    case AE_IFDIR:
        return FILE_DIRECTORY;
    default:
        return FILE_DEVICE;
    }
}

static struct item *find_item(const struct reading *reading, span path)
{
    for (size_t i = reading->items.count; i-- > 0;) {
        struct item *item = LIST_AT(&reading->items, struct item, i);
        if (!item->is_hidden && span_equal(item->file.path, path))
            return item;
    }
    return NULL;
}

static bool take_entry(struct reading *reading, struct archive *archive,
                       struct archive_entry *entry, uint32_t layer)
{
    struct item item = {.file = {.layer = layer, .type = type_of(entry)}};
    span link = span_of_text(item.file.type == FILE_HARDLINK ? archive_entry_hardlink(entry)
                                                             : archive_entry_symlink(entry));
    bool escapes = false;
    if (!path_normalise(span_of_text(archive_entry_pathname(entry)), &reading->limits, reading->mem,
                        &item.file.path, &escapes) ||
        !arena_span(reading->mem, link, &item.file.link))
        return complain("path", "too long");
    item.file.mode = archive_entry_perm(entry);
    bool wanted =
        wants_match(reading->wants, item.file.path) || wants_match(reading->roster, item.file.path);
    if (item.file.type == FILE_REGULAR && wanted && !read_content(reading, archive, &item))
        return complain("content", archive_error_string(archive));
    if (item.file.type == FILE_HARDLINK) {
        const struct item *other = find_item(reading, item.file.link);
        if (!other)
            return true;
        span path = item.file.path;
        item = *other;
        item.file.path = path;
        item.file.layer = layer;
    }
    struct item *kept = LIST_ADD(&reading->items, struct item);
    if (kept)
        *kept = item;
    return kept != NULL;
}

// ---------------------------------------------------------------- layers

static bool is_below(span path, span directory)
{
    return span_starts_with(path, directory) && path.len > directory.len &&
           path.ptr[directory.len] == '/';
}

static void hide(struct reading *reading, const struct item *by)
{
    span name = path_name(by->file.path);
    span victim = by->file.path;
    bool is_whiteout = span_starts_with(name, S(".wh."));
    if (is_whiteout) {
        struct text path = {0};
        text_init(&path, reading->mem, SIZE_MAX);
        text_add(&path, path_parent(by->file.path));
        text_add_byte(&path, '/');
        text_add(&path, span_from(name, 4));
        victim = text_span(&path);
    }
    for (size_t i = 0; i < reading->items.count; i++) {
        struct item *item = LIST_AT(&reading->items, struct item, i);
        if (item->file.layer >= by->file.layer)
            break;
        bool below = by->file.type != FILE_DIRECTORY && is_below(item->file.path, victim);
        if (span_equal(item->file.path, victim) || below)
            item->is_hidden = true;
    }
}

static bool read_layer(struct reading *reading, const char *path, uint32_t layer)
{
    struct archive *archive = archive_read_new();
    size_t first = reading->items.count;
    (void)archive_read_support_filter_all(archive); // those it lacks, it runs as programs
    (void)archive_read_support_format_tar(archive); // always there
    int result = archive_read_open_filename(archive, path, 1 << 16);
    bool ok = result == ARCHIVE_OK || complain(path, archive_error_string(archive));
    struct archive_entry *entry = NULL;
    while (ok && (result = archive_read_next_header(archive, &entry)) == ARCHIVE_OK)
        ok = take_entry(reading, archive, entry, layer);
    ok = ok && (result == ARCHIVE_EOF || complain(path, archive_error_string(archive)));
    (void)archive_read_free(archive); // nothing was written
    for (size_t i = first; ok && i < reading->items.count; i++) {
        struct item *item = LIST_AT(&reading->items, struct item, i);
        if (layer)
            hide(reading, item);
        item->is_hidden |= span_starts_with(path_name(item->file.path), S(".wh."));
    }
    return ok;
}

// ---------------------------------------------------------------- results

static int compare_items(const void *left, const void *right)
{
    const struct item *a = left;
    const struct item *b = right;
    int order = span_compare(path_parent(a->file.path), path_parent(b->file.path));
    return order ? order : span_compare(path_name(a->file.path), path_name(b->file.path));
}

static int compare_files(const void *left, const void *right)
{
    return span_compare(((const struct file *)left)->path, ((const struct file *)right)->path);
}

static void make_tree(const struct reading *reading, struct tree *ret)
{
    struct file *files = arena_array(reading->mem, reading->items.count, sizeof *files);
    size_t count = 0;
    for (size_t i = 0; files && i < reading->items.count; i++) {
        const struct file *file = &LIST_AT(&reading->items, struct item, i)->file;
        bool kept = file->type == FILE_SYMLINK ||
                    (file->type == FILE_REGULAR && wants_match(reading->wants, file->path));
        if (kept && !LIST_AT(&reading->items, struct item, i)->is_hidden)
            files[count++] = *file;
    }
    sort_items(files, count, sizeof *files, compare_files);
    *ret = (struct tree){.files = files, .count = count};
}

static bool make_roster(const struct reading *reading, struct roster *ret)
{
    size_t most = reading->items.count;
    struct roster_directory *directories = arena_array(reading->mem, most, sizeof *directories);
    struct roster_file *files = arena_array(reading->mem, most, sizeof *files);
    size_t count = 0;
    sort_items(reading->items.items, most, sizeof(struct item), compare_items);
    for (size_t i = 0; directories && files && i < most; i++) {
        const struct item *item = LIST_AT(&reading->items, struct item, i);
        span directory = path_parent(item->file.path);
        if (item->is_hidden || item->file.type != FILE_REGULAR ||
            !wants_match(reading->roster, item->file.path))
            continue;
        if (count == 0 || !span_equal(directories[count - 1].path, directory))
            directories[count++] = (struct roster_directory){.path = directory, .files = files};
        *files = item->roster;
        files->name = path_name(item->file.path);
        files->mode = item->file.mode;
        files->layer = item->file.layer;
        files++;
        directories[count - 1].count++;
    }
    *ret = (struct roster){.directories = directories, .count = count};
    return directories && files;
}

static bool read_layers(struct reading *reading, const char *layout, const struct json *layers,
                        char *const *more, size_t more_count)
{
    uint32_t count = (uint32_t)json_count(layers);
    for (uint32_t i = 0; i < count; i++) {
        span name = json_get_text(json_at(layers, i), "digest");
        if (!read_layer(reading, blob_path(layout, name, reading->mem), i))
            return false;
    }
    for (uint32_t i = 0; i < more_count; i++)
        if (!read_layer(reading, more[i], count + i))
            return false;
    return true;
}

bool whole_image_read(const char *layout, char *const *more, size_t more_count,
                      const struct wants *wants, const struct wants *roster, struct arena *mem,
                      struct whole_image *ret)
{
    struct reading reading = {
        .wants = wants, .roster = roster, .mem = mem, .limits = limits_default()};
    CLEANUP(json_cleanup) struct json *index = NULL;
    CLEANUP(json_cleanup) struct json *manifest = NULL;
    struct text path = {0};
    text_init(&path, mem, SIZE_MAX);
    text_addf(&path, "%s/index.json", layout);
    list_init(&reading.items, mem, sizeof(struct item), SIZE_MAX);
    if (!read_json(arena_text(mem, text_span(&path)), mem, &index))
        return false;
    span name = json_get_text(json_at(json_get(index, "manifests"), 0), "digest");
    if (!read_json(blob_path(layout, name, mem), mem, &manifest) ||
        !read_layers(&reading, layout, json_get(manifest, "layers"), more, more_count) ||
        !make_roster(&reading, &ret->roster))
        return false;
    make_tree(&reading, &ret->tree);
    return true;
}
