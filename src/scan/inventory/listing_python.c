// Files of installed Python distributions, as RECORD lists them (PEP 376, PEP 627): comma-separated
// path, digest and size, the path relative to the directory that holds the .dist-info.
#include "scan/inventory/listing_inner.h"

// Where METADATA of a distribution lies, and its package.
struct place {
    span directory;
    uint32_t package;
};

static int by_directory(const void *left, const void *right)
{
    return span_compare(((const struct place *)left)->directory,
                        ((const struct place *)right)->directory);
}

static bool list_places(const struct roll *roll, struct list *ret, struct err *err)
{
    list_init(ret, roll->mem, sizeof(struct place), SIZE_MAX);
    for (size_t i = 0; i < roll->bom->package_count; i++) {
        const struct package *package = &roll->bom->packages[i];
        bool counts = span_equal(package->type, S("pypi")) && !package->removed;
        for (size_t j = 0; counts && j < package->location_count; j++) {
            struct place *place = LIST_ADD(ret, struct place);
            if (!place)
                return arena_err(roll->mem, err, "listing");
            *place = (struct place){.directory = path_parent(package->locations[j].path),
                                    .package = (uint32_t)i};
        }
    }
    sort_items(ret->items, ret->count, sizeof(struct place), by_directory);
    return true;
}

static const struct place *find_place(const struct list *places, span directory)
{
    size_t from = 0;
    size_t to = places->count;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        const struct place *place = LIST_AT(places, struct place, at);
        int order = span_compare(place->directory, directory);
        if (order == 0)
            return place;
        if (order < 0)
            from = at + 1;
        else
            to = at;
    }
    return NULL;
}

// ---------------------------------------------------------------- one RECORD

// The next field of a line, and what is behind its comma; quoted where it holds a comma. Fields
// with a quotation mark inside are left as they stand: they name no file then.
static span cut_field(span *line)
{
    if (!span_starts_with(*line, S("\"")))
        return span_cut(line, ',');
    *line = span_from(*line, 1);
    span field = span_cut(line, '"');
    (void)span_cut(line, ',');
    return field;
}

static bool add_line(struct roll *roll, span base, uint32_t package, span line, struct err *err)
{
    struct listed_file listed = {.package = package, .kind = LISTED_FILE};
    span path = cut_field(&line);
    span digest = cut_field(&line);
    span algorithm = span_cut(&digest, '=');
    // What the interpreter compiled comes and goes.
    listed.may_be_absent = span_ends_with(path, S(".pyc"));
    if (span_equal(algorithm, S("sha256")) && base64_read(digest, listed.digest, 32))
        listed.algorithm = LISTED_SHA256;
    return path.len == 0 || roll_add(roll, base, path, &listed, err);
}

static bool list_record(struct roll *roll, const struct file *file, uint32_t package,
                        struct err *err)
{
    span base = path_parent(path_parent(file->path));
    span rest = file->content;
    while (rest.len)
        if (!add_line(roll, base, package, span_cut_line(&rest), err))
            return false;
    roll_note_bad(roll, file->path);
    return true;
}

bool python_list_records(struct roll *roll, struct err *err)
{
    struct list places = {0};
    const struct file **files = NULL;
    size_t count = 0;
    if (!list_places(roll, &places, err))
        return false;
    if (!tree_match(roll->tree, S("**/*.dist-info/RECORD"), roll->mem, &files, &count))
        return arena_err(roll->mem, err, "listing");
    for (size_t i = 0; i < count; i++) {
        const struct place *place = find_place(&places, path_parent(files[i]->path));
        if (place && !list_record(roll, files[i], place->package, err))
            return false;
    }
    return true;
}
