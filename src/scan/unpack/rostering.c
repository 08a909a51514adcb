#include "scan/unpack/unpack_inner.h"

#include <string.h>

struct rostered_file {
    struct roster_file *file; // without its digests
    uint32_t digests;
    uint32_t next; // of its directory: 1 + number, 0: the last
};

struct rostered_directory {
    span path;
    uint32_t first; // 1 + number of its newest file, 0: none
    uint32_t count; // of its files, names that occur twice included
};

void rostering_init(struct unpacking *u)
{
    struct rostering *rostering = &u->rostering;
    rostering->directories.mem = u->work;
    rostering->files.mem = u->work;
    list_init(&rostering->directory_list, u->work, sizeof(struct rostered_directory),
              UINT32_MAX - 1);
    list_init(&rostering->file_list, u->work, sizeof(struct rostered_file), UINT32_MAX - 1);
    text_init(&rostering->last, u->work, SIZE_MAX);
}

bool rostering_wants(struct unpacking *u, span directory)
{
    struct rostering *rostering = &u->rostering;
    if (!u->roster_wants)
        return false;
    // Entries of one directory mostly come one after the other.
    if (rostering->asked && span_equal(directory, text_span(&rostering->last)))
        return rostering->matches;
    rostering->last.len = 0;
    text_add(&rostering->last, directory);
    rostering->asked = text_ok(&rostering->last);
    rostering->matches = want_index_match(u->roster_wants, directory) != WANT_NONE;
    return rostering->matches;
}

static bool has_room(struct unpacking *u, span path)
{
    struct rostering *rostering = &u->rostering;
    size_t count = rostering->directory_list.count + rostering->file_list.count;
    // A file may bring its directory.
    if (!rostering->full && count + 2 > u->limits->roster_entries) {
        rostering->full = true;
        notes_add(&u->extract->notes, NOTE_LIMIT, path,
                  "the digests of no more files are remembered");
    }
    return !rostering->full;
}

// The number of a directory plus 1; 0 without memory.
static uint32_t number_of(struct unpacking *u, span path, uint64_t key)
{
    struct rostering *rostering = &u->rostering;
    uint32_t *number = path_map_add(&rostering->directories, key);
    if (!number || *number)
        return number ? *number : 0;
    struct rostered_directory *directory =
        LIST_ADD(&rostering->directory_list, struct rostered_directory);
    if (!directory || !arena_span(u->mem, path, &directory->path))
        return 0;
    *number = (uint32_t)rostering->directory_list.count;
    return *number;
}

bool rostering_add_directory(struct unpacking *u, span path, uint64_t key, struct err *err)
{
    return !has_room(u, path) || number_of(u, path, key) || arena_err(u->mem, err, "roster");
}

static struct roster_file *copy_file(struct unpacking *u, span path, const struct roster_file *file)
{
    struct roster_file *copy = ARENA_NEW(u->work, struct roster_file);
    if (!copy)
        return NULL;
    *copy = *file;
    return arena_span(u->mem, path_name(path), &copy->name) ? copy : NULL;
}

bool rostering_add_file(struct unpacking *u, span path, uint64_t key,
                        const struct roster_file *file, uint32_t digests, struct err *err)
{
    struct rostering *rostering = &u->rostering;
    if (!has_room(u, path))
        return true;
    span parent = path_parent(path);
    uint32_t number = number_of(u, parent, path_key(parent, u->options->key));
    uint32_t *known = number ? path_map_add(&rostering->files, key) : NULL;
    struct rostered_file *added =
        known ? LIST_ADD(&rostering->file_list, struct rostered_file) : NULL;
    struct roster_file *copy = added ? copy_file(u, path, file) : NULL;
    if (!copy)
        return arena_err(u->mem, err, "roster");
    struct rostered_directory *directory =
        LIST_AT(&rostering->directory_list, struct rostered_directory, number - 1);
    *added = (struct rostered_file){.file = copy, .digests = digests, .next = directory->first};
    *known = (uint32_t)rostering->file_list.count;
    directory->first = *known;
    directory->count++;
    return true;
}

bool rostering_add_link(struct unpacking *u, span path, uint64_t key, uint64_t target,
                        bool *ret_added, struct err *err)
{
    const uint32_t *known = path_map_at(&u->rostering.files, target);
    const struct rostered_file *file =
        known && *known ? LIST_AT(&u->rostering.file_list, struct rostered_file, *known - 1) : NULL;
    *ret_added = file && file->file && rostering_wants(u, path_parent(path));
    return !*ret_added || rostering_add_file(u, path, key, file->file, file->digests, err);
}

void rostering_drop(struct unpacking *u, uint64_t key)
{
    const uint32_t *known = path_map_at(&u->rostering.files, key);
    if (known && *known)
        LIST_AT(&u->rostering.file_list, struct rostered_file, *known - 1)->file = NULL;
}

// ---------------------------------------------------------------- in order

static int compare_names(const void *a, const void *b)
{
    return span_compare(((const struct roster_file *)a)->name,
                        ((const struct roster_file *)b)->name);
}

// Of equal names the last one is the newest: it stays.
static size_t unite(struct roster_file *files, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        kept += kept == 0 || !span_equal(files[i].name, files[kept - 1].name);
        files[kept - 1] = files[i];
    }
    return kept;
}

// `bytes` is room for the digests.
static bool fill_in(struct unpacking *u, const struct rostered_file *from, uint8_t *bytes,
                    struct roster_file *ret)
{
    const struct file_digests *digests = tape_digests(u->rostering.tape, from->digests);
    if (!digests)
        return false;
    memcpy(bytes, digests->md5, ROSTER_MD5);
    memcpy(bytes + ROSTER_MD5, digests->sha1, ROSTER_SHA1);
    memcpy(bytes + ROSTER_MD5 + ROSTER_SHA1, digests->sha256, ROSTER_SHA256);
    *ret = *from->file;
    ret->digests = bytes;
    return true;
}

// The files of a directory hang together newest first; most archives have them sorted by name.
static bool finish_directory(struct unpacking *u, const struct rostered_directory *from,
                             struct roster_directory *ret)
{
    struct roster_file *files = arena_array(u->mem, from->count, sizeof *files);
    uint8_t *digests = arena_array(u->mem, from->count, ROSTER_DIGESTS);
    if (!files || !digests)
        return false;
    size_t first = from->count;
    for (uint32_t next = from->first; next;) {
        const struct rostered_file *file =
            LIST_AT(&u->rostering.file_list, struct rostered_file, next - 1);
        if (file->file && !fill_in(u, file, digests, &files[--first]))
            return false;
        digests += file->file ? ROSTER_DIGESTS : 0;
        next = file->next;
    }
    files += first;
    size_t count = from->count - first;
    sort_items(files, count, sizeof *files, compare_names);
    *ret =
        (struct roster_directory){.path = from->path, .files = files, .count = unite(files, count)};
    return true;
}

static int compare_paths(const void *a, const void *b)
{
    return span_compare(((const struct roster_directory *)a)->path,
                        ((const struct roster_directory *)b)->path);
}

bool rostering_finish(struct unpacking *u, struct err *err)
{
    const struct list *from = &u->rostering.directory_list;
    struct roster_directory *directories = arena_array(u->mem, from->count, sizeof *directories);
    if (!directories)
        return arena_err(u->mem, err, "roster");
    if (u->rostering.tape)
        tape_settle(u->rostering.tape);
    for (size_t i = 0; i < from->count; i++)
        if (!finish_directory(u, LIST_AT(from, struct rostered_directory, i), &directories[i]))
            return arena_err(u->mem, err, "roster");
    sort_items(directories, from->count, sizeof *directories, compare_paths);
    u->extract->roster = (struct roster){.directories = directories, .count = from->count};
    return true;
}

void rostering_close(struct rostering *rostering)
{
    tape_free(rostering->tape);
}
