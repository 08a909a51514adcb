#include "model/model.h"

static const struct roster_directory *directory_at(const struct roster *roster, span path)
{
    size_t from = 0;
    size_t to = roster->count;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        int order = span_compare(roster->directories[at].path, path);
        if (order == 0)
            return &roster->directories[at];
        if (order < 0)
            from = at + 1;
        else
            to = at;
    }
    return NULL;
}

const struct roster_file *roster_file_at(const struct roster_directory *directory, span name)
{
    size_t from = 0;
    size_t to = directory->count;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        int order = span_compare(directory->files[at].name, name);
        if (order == 0)
            return &directory->files[at];
        if (order < 0)
            from = at + 1;
        else
            to = at;
    }
    return NULL;
}

const struct roster_file *roster_at(const struct roster *roster, span path)
{
    const struct roster_directory *directory = directory_at(roster, path_parent(path));
    return directory ? roster_file_at(directory, path_name(path)) : NULL;
}
