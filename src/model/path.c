#include "model/model.h"

#include <string.h>

// A path being put together, component by component, in memory that is large enough for all.
struct joined {
    uint8_t *ptr;
    size_t len;
    bool escapes; // a ".." stood at the root
};

static bool is_dot(span component)
{
    return span_equal(component, S("."));
}

static bool is_dot_dot(span component)
{
    return span_equal(component, S(".."));
}

static void climb(struct joined *joined)
{
    if (joined->len == 0)
        joined->escapes = true;
    joined->len = path_parent(span_of(joined->ptr, joined->len)).len;
}

static void join(struct joined *joined, span path)
{
    while (path.len) {
        span component = span_cut(&path, '/');
        if (component.len == 0 || is_dot(component))
            continue;
        if (is_dot_dot(component)) {
            climb(joined);
            continue;
        }
        if (joined->len)
            joined->ptr[joined->len++] = '/';
        memcpy(joined->ptr + joined->len, component.ptr, component.len);
        joined->len += component.len;
    }
}

// `directory` and `path` in one, normalised: never longer than both and a '/'.
static bool normalise(span directory, span path, const struct limits *limits, struct arena *mem,
                      struct joined *ret)
{
    if (directory.len > limits->path_bytes || path.len > limits->path_bytes)
        return false;
    size_t room = 0;
    if (__builtin_add_overflow(directory.len, path.len, &room) ||
        __builtin_add_overflow(room, (size_t)1, &room))
        return false;
    struct joined joined = {.ptr = arena_alloc(mem, room)};
    if (!joined.ptr)
        return false;
    join(&joined, directory);
    joined.escapes = false;
    join(&joined, path);
    if (joined.len > limits->path_bytes)
        return false;
    *ret = joined;
    return true;
}

bool path_normalise(span path, const struct limits *limits, struct arena *mem, span *ret,
                    bool *ret_escapes)
{
    struct joined joined = {0};
    if (!normalise((span){0}, path, limits, mem, &joined))
        return false;
    *ret = span_of(joined.ptr, joined.len);
    *ret_escapes = joined.escapes;
    return true;
}

bool path_resolve(span path, span link, const struct limits *limits, struct arena *mem, span *ret)
{
    bool absolute = link.len && link.ptr[0] == '/';
    struct joined joined = {0};
    if (!normalise(absolute ? (span){0} : path_parent(path), link, limits, mem, &joined))
        return false;
    *ret = span_of(joined.ptr, joined.len);
    return true;
}

bool path_is_normal(span path)
{
    if (path.len && path.ptr[path.len - 1] == '/')
        return false;
    while (path.len) {
        span component = span_cut(&path, '/');
        if (component.len == 0 || is_dot(component) || is_dot_dot(component))
            return false;
    }
    return true;
}

span path_parent(span path)
{
    size_t slash = span_find_last(path, '/');
    return slash == SPAN_NONE ? (span){0} : span_first(path, slash);
}

span path_name(span path)
{
    size_t slash = span_find_last(path, '/');
    return slash == SPAN_NONE ? path : span_from(path, slash + 1);
}
