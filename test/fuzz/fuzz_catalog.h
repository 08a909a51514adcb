// Lets the catalog look into one file of a name that it knows.
#ifndef PLIMSOLL_FUZZ_CATALOG_H
#define PLIMSOLL_FUZZ_CATALOG_H

#include "scan/catalog/catalog.h"

// Made once, and reachable to the end: making it costs a hundred times what a small file does.
static const struct catalog *fuzz_the_catalog(const struct limits *limits)
{
    static struct catalog *catalog;
    struct catalog_options options = {.limits = limits, .declared = true};
    if (!catalog && !catalog_new(&options, &catalog, NULL))
        return NULL;
    return catalog;
}

static void fuzz_catalog(span path, const uint8_t *data, size_t size)
{
    static struct limits limits;
    limits = limits_default();
    const struct catalog *catalog = fuzz_the_catalog(&limits);
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(1 << 26);
    struct notes notes;
    if (!mem || !scratch || !catalog)
        return;
    notes_init(&notes, mem, &limits);
    struct inspector inspector = catalog_inspector(catalog);
    struct content content = content_of(span_of(data, size));
    const struct insight *insight = NULL;
    if (inspector.wants(inspector.self, path, size, span_first(content.memory, 64)))
        (void)inspector.look(inspector.self, path, &content, mem, scratch, &notes, &insight, NULL);
}

#endif
