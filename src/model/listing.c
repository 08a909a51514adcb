#include "model/model.h"

static const struct listed_directory *directory_at(const struct listing *listing, span path)
{
    size_t from = 0;
    size_t to = listing->count;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        int order = span_compare(listing->directories[at].path, path);
        if (order == 0)
            return &listing->directories[at];
        if (order < 0)
            from = at + 1;
        else
            to = at;
    }
    return NULL;
}

// The first of the files whose name is not below `name`.
static size_t first_at(const struct listed_directory *directory, span name)
{
    size_t from = 0;
    size_t to = directory->count;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        if (span_compare(directory->files[at].name, name) < 0)
            from = at + 1;
        else
            to = at;
    }
    return from;
}

const struct listed_file *listing_at(const struct listing *listing, span path, size_t *ret_count)
{
    const struct listed_directory *directory = directory_at(listing, path_parent(path));
    span name = path_name(path);
    size_t first = directory ? first_at(directory, name) : 0;
    size_t count = 0;
    while (directory && first + count < directory->count &&
           span_equal(directory->files[first + count].name, name))
        count++;
    *ret_count = count;
    return count ? &directory->files[first] : NULL;
}
