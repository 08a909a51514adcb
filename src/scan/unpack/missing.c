#include "scan/unpack/unpack.h"

// The part of a pattern before its first component with a '*'.
static span literal_part(span pattern)
{
    size_t star = span_find(pattern, '*');
    if (star == SPAN_NONE)
        return pattern;
    return path_parent(span_first(pattern, star + 1));
}

static bool add(struct list *list, span real, span rest, const struct limits *limits,
                struct arena *mem, struct err *err)
{
    struct text path;
    text_init(&path, mem, (size_t)limits->path_bytes);
    text_add(&path, real);
    text_add(&path, rest); // starts with a slash, or is empty
    span *want = text_ok(&path) ? LIST_ADD(list, span) : NULL;
    if (!want)
        return arena_err(mem, err, "second pass");
    *want = text_span(&path);
    return true;
}

bool unpack_missing(const struct tree *tree, const struct wants *wants, const struct limits *limits,
                    struct arena *mem, struct spans *ret, struct err *err)
{
    struct list missing;
    list_init(&missing, mem, sizeof(span), wants->count);
    for (size_t i = 0; i < wants->count; i++) {
        span pattern = wants->patterns[i];
        span literal = literal_part(pattern);
        span real = {0};
        const struct file *file = tree_find(tree, literal, limits, mem, &real);
        if (span_equal(real, literal) || (file && file->has_content))
            continue;
        span rest = span_from(pattern, literal.len);
        if (real.len && !wants_match(wants, real) && !add(&missing, real, rest, limits, mem, err))
            return false;
    }
    *ret = (struct spans){.items = missing.items, .count = missing.count};
    return true;
}
