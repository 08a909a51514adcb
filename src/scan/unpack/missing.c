#include "scan/unpack/unpack.h"

// More than any image needs that was not made to cost time.
enum { MOST_MISSING = 1024 };

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
    // A name with a '*' cannot be asked for, and a target too long for a path is nobody's.
    if (list->count == MOST_MISSING || span_find(real, '*') != SPAN_NONE ||
        real.len + rest.len > limits->path_bytes)
        return true;
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

static bool is_listed(const struct list *list, span path)
{
    for (size_t i = 0; i < list->count; i++)
        if (span_equal(*LIST_AT(list, span, i), path))
            return true;
    return false;
}

// A wanted name that is a hard link to something not kept.
static bool add_link(struct list *list, const struct file *file, const struct wants *wants,
                     const struct limits *limits, struct arena *mem, struct err *err)
{
    bool wanted = file->type == FILE_HARDLINK && file->link.len && wants_match(wants, file->path);
    if (!wanted || wants_match(wants, file->link) || is_listed(list, file->link))
        return true;
    return add(list, file->link, (span){0}, limits, mem, err);
}

bool unpack_missing(const struct tree *tree, const struct wants *wants, const struct limits *limits,
                    struct arena *mem, struct spans *ret, struct err *err)
{
    struct list missing;
    list_init(&missing, mem, sizeof(span), MOST_MISSING);
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
    for (size_t i = 0; i < tree->count; i++)
        if (!add_link(&missing, &tree->files[i], wants, limits, mem, err))
            return false;
    *ret = (struct spans){.items = missing.items, .count = missing.count};
    return true;
}

void unpack_note_loops(const struct tree *tree, const struct wants *wants,
                       const struct limits *limits, struct arena *mem, struct notes *notes)
{
    for (size_t i = 0; i < tree->count; i++) {
        const struct file *file = &tree->files[i];
        if (file->type == FILE_SYMLINK && wants_may_cover(wants, file->path) &&
            tree_leads_nowhere(tree, file->path, limits, mem))
            notes_add(notes, NOTE_DAMAGED, file->path,
                      "the symbolic link leads in a circle or through what is no directory");
    }
}
