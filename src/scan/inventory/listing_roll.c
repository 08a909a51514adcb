// From what single records list to one listing of the image.
#include "scan/inventory/listing_inner.h"

#include <string.h>

enum { FILES_PER_ENTRY = 4 }; // a path may be listed by several records

bool roll_init(struct roll *roll, struct err *err)
{
    uint64_t most = roll->limits->kept_entries * FILES_PER_ENTRY;
    list_init(&roll->entries, roll->mem, sizeof(struct entry), (size_t)most);
    list_init(&roll->folders, roll->mem, sizeof(struct folder), (size_t)most);
    list_init(&roll->rules, roll->mem, sizeof(struct listing_rule), SIZE_MAX);
    size_t packages = roll->bom->package_count;
    roll->is_listed = arena_array(roll->mem, packages, sizeof(bool));
    roll->has_file_list = arena_array(roll->mem, packages, sizeof(bool));
    roll->recent = arena_array(roll->mem, RECENT_FOLDERS, sizeof *roll->recent);
    return (roll->is_listed && roll->has_file_list && roll->recent) ||
           arena_err(roll->mem, err, "listing");
}

// ---------------------------------------------------------------- adding

static span without_slash(span path)
{
    while (path.len && path.ptr[0] == '/')
        path = span_from(path, 1);
    return path;
}

// The normalised directory; false, with *ret_escapes, where it is none inside the root.
static bool directory_of(struct roll *roll, span base, span written, span *ret, bool *ret_escapes)
{
    span single = without_slash(base.len ? base : written);
    bool is_single = base.len == 0 || written.len == 0;
    *ret_escapes = false;
    if (is_single && path_is_normal(single)) {
        *ret = single;
        return true;
    }
    struct text joined;
    text_init(&joined, roll->mem, SIZE_MAX);
    text_add(&joined, base);
    text_add_byte(&joined, '/');
    text_add(&joined, written);
    return text_ok(&joined) &&
           path_normalise(text_span(&joined), roll->limits, roll->mem, ret, ret_escapes);
}

static void count_bad(struct roll *roll, span path)
{
    if (roll->bad++ == 0)
        roll->bad_path = path;
}

// Adds a folder; *ret is its index plus one, or 0 where the directory is none.
static bool add_folder(struct roll *roll, span base, span written, uint32_t *ret, struct err *err)
{
    span path = {0};
    bool escapes = false;
    *ret = 0;
    if (base.len + written.len >= roll->limits->path_bytes)
        return true;
    if (!directory_of(roll, base, written, &path, &escapes))
        return arena_err(roll->mem, err, "listing");
    if (escapes)
        return true;
    struct folder *folder = LIST_ADD(&roll->folders, struct folder);
    if (!folder)
        return arena_err(roll->mem, err, "listing");
    *folder = (struct folder){.base = base, .written = written, .path = path};
    *ret = (uint32_t)roll->folders.count;
    return true;
}

static bool is_folder(const struct roll *roll, uint32_t number, span base, span written)
{
    if (number == 0)
        return false;
    const struct folder *folder = LIST_AT(&roll->folders, struct folder, number - 1);
    return span_equal(folder->written, written) && span_equal(folder->base, base);
}

// Packages name the same few directories again and again. One that was forgotten meanwhile is added
// again, so that no choice of names makes this slow.
static bool find_folder(struct roll *roll, span base, span written, uint32_t *ret, struct err *err)
{
    if (is_folder(roll, roll->latest, base, written)) {
        *ret = roll->latest;
        return true;
    }
    uint64_t hash = span_hash(written, base.len ? span_hash(base, 0) : 0);
    uint32_t *recent = &roll->recent[hash % RECENT_FOLDERS];
    uint32_t found = *recent;
    if (!is_folder(roll, found, base, written) && !add_folder(roll, base, written, &found, err))
        return false;
    if (found)
        roll->latest = *recent = found;
    *ret = found;
    return true;
}

static bool is_name(span name)
{
    return name.len && !span_equal(name, S(".")) && !span_equal(name, S(".."));
}

static bool add(struct roll *roll, span base, span path, const struct listed_file *file,
                bool is_sum, struct err *err)
{
    span name = path_name(path);
    uint32_t folder = 0;
    if (span_starts_with(path, S("/")))
        base = (span){0};
    if (roll->entries.count == roll->entries.max) {
        roll->is_full = true;
        return true;
    }
    bool is_path = is_name(name) && name.len <= roll->limits->path_bytes;
    if (is_path && !find_folder(roll, base, path_parent(path), &folder, err))
        return false;
    if (folder == 0) {
        count_bad(roll, path);
        return true;
    }
    struct entry *added = LIST_ADD(&roll->entries, struct entry);
    if (!added)
        return arena_err(roll->mem, err, "listing");
    *added = (struct entry){.file = *file, .folder = folder - 1, .is_sum = is_sum};
    added->file.name = name;
    return true;
}

bool roll_add(struct roll *roll, span base, span path, const struct listed_file *file,
              struct err *err)
{
    return add(roll, base, path, file, false, err);
}

bool roll_add_sum(struct roll *roll, span path, const struct listed_file *file, struct err *err)
{
    return add(roll, (span){0}, path, file, true, err);
}

void roll_note_bad(struct roll *roll, span record)
{
    if (roll->bad)
        notes_add(roll->notes, NOTE_SUSPICIOUS, record,
                  "lists %zu paths that are none in the image, the first is '%s'", roll->bad,
                  quote(roll->bad_path).text);
    roll->bad = 0;
}

// ---------------------------------------------------------------- directories

static int by_path(const void *left, const void *right)
{
    const struct folder *const *a = left;
    const struct folder *const *b = right;
    return span_compare((*a)->path, (*b)->path);
}

// Follows the links on the way to each directory, once.
static void follow_links(struct folder *const *folders, size_t count, const struct roll *roll)
{
    struct tree_way way = {0};
    span written = {0};
    span real = {0};
    for (size_t i = 0; i < count; i++) {
        struct folder *folder = folders[i];
        if (i == 0 || !span_equal(folder->path, written)) {
            written = folder->path;
            (void)tree_find_next(roll->tree, written, roll->limits, roll->mem, &way, &real);
        }
        folder->is_lost = real.len == 0 && written.len;
        folder->path = span_equal(real, written) ? written : real;
    }
}

// Gives each folder its rank, and the first folder of each rank a place in *ret_directories.
static bool rank_folders(struct roll *roll, struct listed_directory **ret_directories,
                         size_t *ret_count, struct err *err)
{
    size_t count = roll->folders.count;
    struct folder **order = arena_array(roll->mem, count, sizeof(struct folder *));
    struct listed_directory *directories = arena_array(roll->mem, count, sizeof *directories);
    size_t ranks = 0;
    if (!order || !directories)
        return arena_err(roll->mem, err, "listing");
    for (size_t i = 0; i < count; i++)
        order[i] = LIST_AT(&roll->folders, struct folder, i);
    sort_items(order, count, sizeof(struct folder *), by_path);
    follow_links(order, count, roll);
    sort_items(order, count, sizeof(struct folder *), by_path);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !span_equal(order[i]->path, order[i - 1]->path))
            directories[ranks++].path = order[i]->path;
        order[i]->rank = ranks - 1;
    }
    *ret_directories = directories;
    *ret_count = ranks;
    return true;
}

// ---------------------------------------------------------------- files

// A listed file on its way into order. Most names differ within their first bytes, which compare
// faster as a number than behind a pointer.
struct sorted_file {
    uint64_t start; // the first bytes of the name, the first one highest
    const struct entry *entry;
};

static uint64_t start_of(span name)
{
    uint8_t start[sizeof(uint64_t)] = {0};
    memcpy(start, name.ptr, name.len < sizeof start ? name.len : sizeof start);
    reader r = reader_of(span_of(start, sizeof start));
    return read_u64be(&r);
}

static int compare_files(const void *left, const void *right)
{
    const struct sorted_file *a = left;
    const struct sorted_file *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    int order = span_compare(a->entry->file.name, b->entry->file.name);
    if (order == 0 && a->entry->file.package != b->entry->file.package)
        order = a->entry->file.package < b->entry->file.package ? -1 : 1;
    return order;
}

static bool same_place(const struct sorted_file *a, const struct sorted_file *b)
{
    return a->start == b->start && a->entry->file.package == b->entry->file.package &&
           span_equal(a->entry->file.name, b->entry->file.name);
}

// What several records of one package say of one file, taken together.
static void combine(struct listed_file *file, const struct listed_file *more)
{
    if (file->algorithm == LISTED_NO_DIGEST && more->algorithm != LISTED_NO_DIGEST) {
        file->algorithm = more->algorithm;
        memcpy(file->digest, more->digest, sizeof file->digest);
    }
    if (file->kind == LISTED_ANYTHING)
        file->kind = more->kind;
    if (!file->has_mode && more->has_mode) {
        file->has_mode = true;
        file->mode = more->mode;
    }
    file->is_config |= more->is_config;
    file->may_be_absent |= more->may_be_absent;
}

// dpkg takes what a package has handed over to another one (Replaces) off its list of files, but
// leaves it among its checksums.
static bool is_handed_over(const struct roll *roll, const struct sorted_file *files, size_t count)
{
    uint32_t package = files[0].entry->file.package;
    if (package == LISTED_BY_NO_PACKAGE || !roll->has_file_list[package])
        return false;
    for (size_t i = 0; i < count; i++)
        if (!files[i].entry->is_sum)
            return false;
    return true;
}

// Appends the sorted files of one directory to `out`, one for each package and name.
static size_t put_files(const struct roll *roll, const struct sorted_file *files, size_t count,
                        struct listed_file *out)
{
    size_t put = 0;
    for (size_t i = 0, same = 1; i < count; i += same) {
        for (same = 1; i + same < count && same_place(&files[i], &files[i + same]);)
            same++;
        if (is_handed_over(roll, &files[i], same))
            continue;
        out[put] = files[i].entry->file;
        for (size_t j = 1; j < same; j++)
            combine(&out[put], &files[i + j].entry->file);
        put++;
    }
    return put;
}

// The folder of an entry; null where its files are lost: there is nothing to compare them with.
static const struct folder *folder_of(const struct roll *roll, const struct entry *entry)
{
    const struct folder *folder = LIST_AT(&roll->folders, struct folder, entry->folder);
    return folder->is_lost ? NULL : folder;
}

// Sorts the entries by directory, which their ranks do in two passes: *ret_ends[i] is where the
// entries of directory i end in *ret_order.
static bool order_entries(const struct roll *roll, size_t directories,
                          struct sorted_file **ret_order, size_t **ret_ends, struct err *err)
{
    size_t count = roll->entries.count;
    struct sorted_file *order = arena_array(roll->mem, count, sizeof *order);
    size_t *ends = arena_array(roll->mem, directories + 1, sizeof *ends);
    if (!order || !ends)
        return arena_err(roll->mem, err, "listing");
    for (size_t i = 0; i < count; i++) {
        const struct folder *folder = folder_of(roll, LIST_AT(&roll->entries, struct entry, i));
        if (folder)
            ends[folder->rank + 1]++;
    }
    for (size_t i = 1; i <= directories; i++)
        ends[i] += ends[i - 1];
    // Now each is where its directory begins, and moves to where it ends.
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = LIST_AT(&roll->entries, struct entry, i);
        const struct folder *folder = folder_of(roll, entry);
        if (folder)
            order[ends[folder->rank]++] =
                (struct sorted_file){.start = start_of(entry->file.name), .entry = entry};
    }
    *ret_order = order;
    *ret_ends = ends;
    return true;
}

static bool fill_directories(const struct roll *roll, struct listed_directory *directories,
                             size_t count, struct err *err)
{
    struct sorted_file *order = NULL;
    size_t *ends = NULL;
    struct listed_file *files = arena_array(roll->mem, roll->entries.count, sizeof *files);
    if (!files)
        return arena_err(roll->mem, err, "listing");
    if (!order_entries(roll, count, &order, &ends, err))
        return false;
    for (size_t i = 0, first = 0; i < count; first = ends[i++]) {
        sort_items(&order[first], ends[i] - first, sizeof *order, compare_files);
        directories[i].files = files;
        directories[i].count = put_files(roll, &order[first], ends[i] - first, files);
        files += directories[i].count;
    }
    return true;
}

bool roll_finish(struct roll *roll, struct listing *ret, struct err *err)
{
    struct listed_directory *directories = NULL;
    struct listing listing = {.rules = roll->rules.items, .rule_count = roll->rules.count};
    if (!rank_folders(roll, &directories, &listing.count, err) ||
        !fill_directories(roll, directories, listing.count, err))
        return false;
    if (roll->is_full)
        notes_add(roll->notes, NOTE_LIMIT, (span){0}, "packages list more than %zu files",
                  roll->entries.max);
    listing.directories = directories;
    *ret = listing;
    return true;
}
