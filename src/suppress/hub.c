// Collections of VEX documents for many products: VEX Repository Specification 0.1.
#include "suppress/suppress_inner.h"

struct hub {
    struct labels documents; // by products, as product_name writes them
    struct labels taken;     // paths
    struct arena *scratch;
};

// What a collection files a product under: no version, and of qualifiers only the registry.
static bool product_name(const struct purl *purl, struct arena *mem, span *ret, struct err *err)
{
    span registry = purl_qualifier(purl, S("repository_url"));
    const struct purl_qualifier qualifier = {S("repository_url"), registry};
    const struct purl plain = {
        .type = purl->type,
        .space = purl->space,
        .name = purl->name,
        .qualifiers = &qualifier,
        .qualifier_count = registry.len && span_equal(purl->type, S("oci")) ? 1 : 0,
    };
    return purl_build(&plain, mem, ret, err);
}

// ---------------------------------------------------------------- the index

static bool read_entry(struct hub *hub, const struct json *json, const struct limits *limits,
                       struct err *err)
{
    struct purl purl = {0};
    span name = {0};
    span path = json_get_text(json, "location");
    if (path.len == 0 || path.len > limits->path_bytes || !path_is_normal(path))
        return err_set(err, ERR_INPUT, "location '%s' is no path below it", quote(path).text);
    if (!purl_parse(json_get_text(json, "id"), hub->scratch, &purl, err) ||
        !product_name(&purl, hub->scratch, &name, err))
        return false;
    struct label *label = labels_add(&hub->documents, name);
    if (!label)
        return arena_err(hub->scratch, err, "index");
    label->text = path;
    return true;
}

static bool read_index(struct hub *hub, const struct json *root, const struct limits *limits,
                       struct err *err)
{
    const struct json *packages = json_get(root, "packages");
    labels_init(&hub->documents, hub->scratch);
    if (!json_is_array(packages))
        return err_set(err, ERR_INPUT, "packages is no list");
    for (size_t i = 0; i < json_count(packages); i++)
        if (!read_entry(hub, json_at(packages, i), limits, err))
            return err_add(err, "packages[%zu]", i);
    return labels_close(&hub->documents, err);
}

// ---------------------------------------------------------------- what was scanned

static void take_label(struct hub *hub, span name)
{
    const struct label *label = labels_find(&hub->documents, name);
    if (label)
        (void)labels_add(&hub->taken, label->text); // labels_close says whether there was room
}

static bool take_purl(struct hub *hub, const struct purl *purl, struct err *err)
{
    span name = {0};
    if (!product_name(purl, hub->scratch, &name, err))
        return false;
    take_label(hub, name);
    return true;
}

// By the whole name of its repository, which collections write in several ways, or by none.
static bool take_image(struct hub *hub, const struct target *target, struct err *err)
{
    size_t slash = span_find_last(target->repository, '/');
    if (slash == SPAN_NONE)
        return true;
    for (size_t i = 0; i < hub->documents.items.count; i++) {
        const struct label *label = LIST_AT(&hub->documents.items, struct label, i);
        struct component component = {0};
        if (!span_starts_with(label->name, S("pkg:oci/")))
            continue;
        if (!component_identify(&component, label->name, hub->scratch, err))
            return false;
        if (component_is_image(&component, target))
            (void)labels_add(&hub->taken, label->text); // as above
    }
    return true;
}

static bool take_all(struct hub *hub, const struct target *target, struct err *err)
{
    labels_init(&hub->taken, hub->scratch);
    for (size_t i = 0; i < target->scan->bom.package_count; i++)
        if (target->packages[i].purl.type.len && !take_purl(hub, &target->packages[i].purl, err))
            return false;
    return take_image(hub, target, err) && labels_close(&hub->taken, err);
}

// Each once, in the order of their paths.
static bool list_documents(const struct hub *hub, struct arena *mem, struct spans *ret,
                           struct err *err)
{
    const struct label *items = hub->taken.items.items;
    span *paths = arena_array(mem, hub->taken.items.count, sizeof *paths);
    size_t count = 0;
    if (!paths)
        return arena_err(mem, err, "index");
    for (size_t i = 0; i < hub->taken.items.count; i++)
        if ((i == 0 || !span_equal(items[i - 1].name, items[i].name)) &&
            !arena_span(mem, items[i].name, &paths[count++]))
            return arena_err(mem, err, "index");
    *ret = (struct spans){.items = paths, .count = count};
    return true;
}

bool suppress_hub_documents(span index, const struct scan *scan, const struct limits *limits,
                            struct arena *mem, struct spans *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(limits->kept_bytes);
    CLEANUP(json_cleanup) struct json *root = NULL;
    struct hub hub = {.scratch = scratch};
    struct target target = {0};
    if (!scratch)
        return err_set(err, ERR_MEMORY, "no memory for an index");
    return json_parse_strict(index, limits->feed_bytes, &root, err) &&
           read_index(&hub, root, limits, err) && target_make(scan, scratch, &target, err) &&
           take_all(&hub, &target, err) && list_documents(&hub, mem, ret, err);
}
