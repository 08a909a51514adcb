// From what single records list to one listing of the image.
#include "scan/inventory/listing_inner.h"

#include <string.h>

enum { FILES_PER_ENTRY = 4 }; // a path may be listed by several records

bool roll_init(struct roll *roll, struct err *err)
{
    uint64_t most = roll->limits->kept_entries * FILES_PER_ENTRY;
    list_init(&roll->files, roll->mem, sizeof(struct listed_file), (size_t)most);
    list_init(&roll->runs, roll->mem, sizeof(struct run), (size_t)most);
    list_init(&roll->rules, roll->mem, sizeof(struct listing_rule), SIZE_MAX);
    size_t packages = roll->bom->package_count;
    roll->is_listed = arena_array(roll->mem, packages, sizeof(bool));
    roll->has_file_list = arena_array(roll->mem, packages, sizeof(bool));
    return (roll->is_listed && roll->has_file_list) || arena_err(roll->mem, err, "listing");
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

// Begins a run; *ret is null where the directory is none.
static bool begin_run(struct roll *roll, span base, span written, struct run **ret, struct err *err)
{
    span directory = {0};
    bool escapes = false;
    *ret = NULL;
    if (base.len + written.len >= roll->limits->path_bytes)
        return true;
    if (!directory_of(roll, base, written, &directory, &escapes))
        return arena_err(roll->mem, err, "listing");
    if (escapes)
        return true;
    struct run *run = LIST_ADD(&roll->runs, struct run);
    if (!run)
        return arena_err(roll->mem, err, "listing");
    *run = (struct run){
        .base = base, .written = written, .directory = directory, .first = roll->files.count};
    *ret = run;
    return true;
}

static bool find_run(struct roll *roll, span base, span written, struct run **ret, struct err *err)
{
    struct run *last =
        roll->runs.count ? LIST_AT(&roll->runs, struct run, roll->runs.count - 1) : NULL;
    if (last && span_equal(last->written, written) && span_equal(last->base, base)) {
        *ret = last;
        return true;
    }
    return begin_run(roll, base, written, ret, err);
}

static bool is_name(span name)
{
    return name.len && !span_equal(name, S(".")) && !span_equal(name, S(".."));
}

bool roll_add(struct roll *roll, span base, span path, const struct listed_file *file,
              struct err *err)
{
    struct run *run = NULL;
    span name = path_name(path);
    if (span_starts_with(path, S("/")))
        base = (span){0};
    if (roll->files.count == roll->files.max) {
        roll->is_full = true;
        return true;
    }
    if (!is_name(name) || name.len > roll->limits->path_bytes) {
        count_bad(roll, path);
        return true;
    }
    if (!find_run(roll, base, path_parent(path), &run, err))
        return false;
    if (!run) {
        count_bad(roll, path);
        return true;
    }
    struct listed_file *added = LIST_ADD(&roll->files, struct listed_file);
    if (!added)
        return arena_err(roll->mem, err, "listing");
    *added = *file;
    added->name = name;
    run->count++;
    return true;
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

static int by_directory(const void *left, const void *right)
{
    const struct run *a = left;
    const struct run *b = right;
    return span_compare(a->directory, b->directory);
}

// Follows the links on the way to each directory, once. Runs whose way leads nowhere lose their
// files: there is nothing to compare them with.
static void follow_links(struct roll *roll)
{
    span written = {0};
    span real = {0};
    for (size_t i = 0; i < roll->runs.count; i++) {
        struct run *run = LIST_AT(&roll->runs, struct run, i);
        if (i == 0 || !span_equal(run->directory, written)) {
            written = run->directory;
            (void)tree_find(roll->tree, written, roll->limits, roll->mem, &real);
        }
        if (real.len == 0 && written.len)
            run->count = 0;
        run->directory = span_equal(real, written) ? written : real;
    }
}

// ---------------------------------------------------------------- files

static int compare_files(const void *left, const void *right)
{
    const struct listed_file *const *a = left;
    const struct listed_file *const *b = right;
    int order = span_compare((*a)->name, (*b)->name);
    if (order == 0 && (*a)->package != (*b)->package)
        order = (*a)->package < (*b)->package ? -1 : 1;
    return order;
}

static bool same_place(const struct listed_file *a, const struct listed_file *b)
{
    return a->package == b->package && span_equal(a->name, b->name);
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
static bool is_handed_over(const struct roll *roll, const struct listed_file *const *files,
                           size_t count)
{
    uint32_t package = files[0]->package;
    if (package == LISTED_BY_NO_PACKAGE || !roll->has_file_list[package])
        return false;
    for (size_t i = 0; i < count; i++)
        if (files[i]->kind == LISTED_ANYTHING)
            return false;
    return true;
}

// Appends the sorted files of one directory to `out`, one for each package and name.
static size_t put_files(const struct roll *roll, const struct listed_file *const *files,
                        size_t count, struct listed_file *out)
{
    size_t put = 0;
    for (size_t i = 0, same = 1; i < count; i += same) {
        for (same = 1; i + same < count && same_place(files[i], files[i + same]);)
            same++;
        if (is_handed_over(roll, &files[i], same))
            continue;
        out[put] = *files[i];
        for (size_t j = 1; j < same; j++)
            combine(&out[put], files[i + j]);
        put++;
    }
    return put;
}

static size_t gather(const struct roll *roll, size_t *run, const struct listed_file **ret)
{
    span directory = LIST_AT(&roll->runs, struct run, *run)->directory;
    size_t count = 0;
    for (; *run < roll->runs.count; ++*run) {
        const struct run *at = LIST_AT(&roll->runs, struct run, *run);
        if (!span_equal(at->directory, directory))
            break;
        for (size_t i = 0; i < at->count; i++)
            ret[count++] = LIST_AT(&roll->files, struct listed_file, at->first + i);
    }
    sort_items(ret, count, sizeof *ret, compare_files);
    return count;
}

bool roll_finish(struct roll *roll, struct listing *ret, struct err *err)
{
    size_t most = roll->files.count;
    struct listed_file *files = arena_array(roll->mem, most, sizeof *files);
    const struct listed_file **order = arena_array(roll->mem, most, sizeof *order);
    struct listed_directory *directories =
        arena_array(roll->mem, roll->runs.count, sizeof *directories);
    if (!files || !order || !directories)
        return arena_err(roll->mem, err, "listing");
    if (roll->is_full)
        notes_add(roll->notes, NOTE_LIMIT, (span){0}, "packages list more than %zu files",
                  roll->files.max);
    struct listing listing = {
        .directories = directories, .rules = roll->rules.items, .rule_count = roll->rules.count};
    sort_items(roll->runs.items, roll->runs.count, sizeof(struct run), by_directory);
    follow_links(roll);
    sort_items(roll->runs.items, roll->runs.count, sizeof(struct run), by_directory);
    for (size_t run = 0; run < roll->runs.count;) {
        struct listed_directory *directory = &directories[listing.count++];
        directory->path = LIST_AT(&roll->runs, struct run, run)->directory;
        directory->files = files;
        directory->count = put_files(roll, order, gather(roll, &run, order), files);
        files += directory->count;
    }
    *ret = listing;
    return true;
}
