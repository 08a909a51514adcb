// Red Hat's build system leaves a manifest for each layer that it built: which repositories
// ("content sets") its packages came from. Advisories are limited to repositories, so a scan needs
// them.
#include "format/json/json.h"
#include "scan/inventory/inventory_inner.h"

static bool add_sets(const struct json *manifest, const struct limits *limits, struct arena *mem,
                     struct list *sets, struct err *err)
{
    const struct json *names = json_get(manifest, "content_sets");
    for (size_t i = 0; i < json_count(names); i++) {
        span name = json_text(json_at(names, i));
        if (name.len == 0 || name.len > limits->field_bytes)
            continue;
        span *set = LIST_ADD(sets, span);
        if (!set || !arena_span(mem, name, set))
            return arena_err(mem, err, "content sets");
    }
    return true;
}

static bool read_manifest(const struct file *file, const struct limits *limits, struct arena *mem,
                          struct notes *notes, struct list *sets, struct err *err)
{
    CLEANUP(json_cleanup) struct json *manifest = NULL;
    struct err damage = {0};
    if (json_parse(file->content, limits->document_bytes, &manifest, &damage))
        return add_sets(manifest, limits, mem, sets, err);
    notes_add_err(notes, file->path, &damage);
    return true;
}

static bool read_matches(const struct tree *tree, span pattern, const struct limits *limits,
                         struct arena *mem, struct notes *notes, struct list *sets, struct err *err)
{
    const struct file **files = NULL;
    size_t count = 0;
    if (!tree_match(tree, pattern, mem, &files, &count))
        return arena_err(mem, err, "content sets");
    for (size_t i = 0; i < count; i++)
        if (!read_manifest(files[i], limits, mem, notes, sets, err))
            return false;
    return true;
}

static size_t drop_repeated(span *items, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !span_equal(items[kept - 1], items[i]))
            items[kept++] = items[i];
    return kept;
}

bool content_sets_read(const struct tree *tree, const struct limits *limits, struct arena *mem,
                       struct notes *notes, span **ret_items, size_t *ret_count, struct err *err)
{
    static const span patterns[] = {
        S("root/buildinfo/content_manifests/*.json"),
        S("usr/share/buildinfo/*.json"),
    };
    struct list sets = {0};
    list_init(&sets, mem, sizeof(span), SIZE_MAX);
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (!read_matches(tree, patterns[i], limits, mem, notes, &sets, err))
            return false;
    struct bom sorted = {.content_sets = sets.items, .content_set_count = sets.count};
    bom_sort(&sorted);
    *ret_items = sets.items;
    *ret_count = drop_repeated(sets.items, sets.count);
    return true;
}
