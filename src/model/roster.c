#include "model/model.h"

static span digest_at(const struct roster_file *file, size_t start, size_t len)
{
    return file->digests ? span_of(file->digests + start, len) : (span){0};
}

span roster_md5(const struct roster_file *file)
{
    return digest_at(file, 0, ROSTER_MD5);
}

span roster_sha1(const struct roster_file *file)
{
    return digest_at(file, ROSTER_MD5, ROSTER_SHA1);
}

span roster_sha256(const struct roster_file *file)
{
    return digest_at(file, ROSTER_MD5 + ROSTER_SHA1, ROSTER_SHA256);
}

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

static const struct removal *removal_at(const struct roster *roster, span path)
{
    size_t from = 0;
    size_t to = roster->removal_count;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        int order = span_compare(roster->removals[at].path, path);
        if (order == 0)
            return &roster->removals[at];
        if (order < 0)
            from = at + 1;
        else
            to = at;
    }
    return NULL;
}

// Whatever empties a directory forgets what was removed in it before, so the nearest one is the
// last.
bool roster_removed_by(const struct roster *roster, span path, uint32_t *ret_layer)
{
    const struct removal *removal = removal_at(roster, path);
    while (!removal && path.len) {
        path = path_parent(path);
        removal = removal_at(roster, path);
    }
    if (removal)
        *ret_layer = removal->layer;
    return removal != NULL;
}
