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

struct asking {
    const struct wants *wants;
    const struct inspector *inspector;
    const struct limits *limits;
    struct arena *mem;
    struct list missing; // of span
};

static bool is_listed(const struct list *list, span path)
{
    for (size_t i = 0; i < list->count; i++)
        if (span_equal(*LIST_AT(list, span, i), path))
            return true;
    return false;
}

// Asks for `real` with `rest` behind it, unless that is asked for already: a pattern covers itself.
static bool ask(struct asking *asking, span real, span rest, struct err *err)
{
    // A name with a '*' cannot be asked for, and a target too long for a path is nobody's.
    if (asking->missing.count == MOST_MISSING || span_find(real, '*') != SPAN_NONE ||
        real.len + rest.len > asking->limits->path_bytes)
        return true;
    struct text path;
    text_init(&path, asking->mem, (size_t)asking->limits->path_bytes);
    text_add(&path, real);
    text_add(&path, rest); // starts with a slash, or is empty
    if (!text_ok(&path))
        return arena_err(asking->mem, err, "another pass");
    span want = text_span(&path);
    if (wants_match(asking->wants, want) || is_listed(&asking->missing, want))
        return true;
    span *listed = LIST_ADD(&asking->missing, span);
    if (!listed)
        return arena_err(asking->mem, err, "another pass");
    *listed = want;
    return true;
}

static bool is_wanted(const struct asking *asking, span path)
{
    const struct inspector *inspector = asking->inspector;
    enum { UNKNOWN_SIZE = 1 };
    return wants_match(asking->wants, path) ||
           (inspector && inspector->wants(inspector->self, path, UNKNOWN_SIZE, (span){0}));
}

// A wanted name that is a hard link to something not kept.
static bool ask_link(struct asking *asking, const struct file *file, struct err *err)
{
    bool wanted = file->type == FILE_HARDLINK && file->link.len && is_wanted(asking, file->path);
    return !wanted || ask(asking, file->link, (span){0}, err);
}

static bool ask_pattern(struct asking *asking, const struct tree *tree, span pattern,
                        struct err *err)
{
    span literal = literal_part(pattern);
    span real = {0};
    const struct file *file = tree_find(tree, literal, asking->limits, asking->mem, &real);
    if (span_equal(real, literal) || real.len == 0 || (file && file->has_content))
        return true;
    return ask(asking, real, span_from(pattern, literal.len), err);
}

bool unpack_missing(const struct tree *tree, const struct wants *wants,
                    const struct inspector *inspector, const struct limits *limits,
                    struct arena *mem, struct spans *ret, struct err *err)
{
    struct asking asking = {.wants = wants, .inspector = inspector, .limits = limits, .mem = mem};
    list_init(&asking.missing, mem, sizeof(span), MOST_MISSING);
    for (size_t i = 0; i < wants->count; i++)
        if (!ask_pattern(&asking, tree, wants->patterns[i], err))
            return false;
    for (size_t i = 0; i < tree->count; i++)
        if (!ask_link(&asking, &tree->files[i], err))
            return false;
    *ret = (struct spans){.items = asking.missing.items, .count = asking.missing.count};
    return true;
}

void unpack_note_loops(const struct tree *tree, const struct wants *wants,
                       const struct limits *limits, struct arena *mem, struct notes *notes)
{
    struct tree_way way = {0};
    for (size_t i = 0; i < tree->count; i++) {
        const struct file *file = &tree->files[i];
        if (file->type == FILE_SYMLINK && wants_may_cover(wants, file->path) &&
            tree_leads_nowhere(tree, file->path, limits, mem, &way))
            notes_add(notes, NOTE_DAMAGED, file->path,
                      "the symbolic link leads in a circle or through what is no directory");
    }
}
