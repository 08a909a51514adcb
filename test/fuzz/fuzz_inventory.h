// Reads one package database at `path` and checks what must hold whatever is in it.
#ifndef PLIMSOLL_FUZZ_INVENTORY_H
#define PLIMSOLL_FUZZ_INVENTORY_H

#include "one_file.h"
#include "scan/inventory/inventory.h"

static inline void check_package(const struct package *package)
{
    assert(package->name.len && package->version.len && package->type.len);
    assert(package->source_name.len && package->source_version.len);
    assert(package->purl.len && package->id.len);
    assert(package->location_count >= 1 && package->locations[0].path.len);
}

static inline void fuzz_inventory(span path, const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(64) << 20);
    struct limits limits = limits_default();
    struct notes notes = {0};
    struct one_file one = {0};
    struct distro distro = {.id = S("x"), .version_id = S("1")};
    struct bom bom = {0};
    notes_init(&notes, mem, &limits);
    one_file_init(&one, path, span_of(data, size));
    struct inventory_prefix prefix = {.tree = &one.tree};
    if (!inventory_layers(&prefix, 1, &distro, true, &limits, mem, &notes, &bom, NULL))
        return;
    for (size_t i = 0; i < bom.package_count; i++) {
        check_package(&bom.packages[i]);
        assert(i == 0 || package_compare(&bom.packages[i - 1], &bom.packages[i]) < 0);
    }
}

#endif
