// Reads what the records of an image of two files list, and checks what must hold whatever is in
// it: `known` names packages, `data` is the file at `path`.
#ifndef PLIMSOLL_FUZZ_LISTING_H
#define PLIMSOLL_FUZZ_LISTING_H

#include "scan/inventory/inventory.h"

static inline void check_directory(const struct listed_directory *directory, const struct bom *bom)
{
    assert(path_is_normal(directory->path));
    for (size_t i = 0; i < directory->count; i++) {
        const struct listed_file *file = &directory->files[i];
        assert(file->name.len && span_find(file->name, '/') == SPAN_NONE);
        assert(file->package == LISTED_BY_NO_PACKAGE || file->package < bom->package_count);
        int order = i ? span_compare(file[-1].name, file->name) : -1;
        assert(order < 0 || (order == 0 && file[-1].package < file->package));
    }
}

static inline void check_listing(const struct listing *listing, const struct bom *bom)
{
    for (size_t i = 0; i < listing->count; i++) {
        assert(i == 0 ||
               span_compare(listing->directories[i - 1].path, listing->directories[i].path) < 0);
        check_directory(&listing->directories[i], bom);
    }
}

// The files are sorted.
static inline void fuzz_files(struct file *files, size_t count)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(256) << 20);
    const struct limits limits = limits_default();
    const struct distro distro = {0};
    struct notes notes = {0};
    struct bom bom = {0};
    struct listing listing = {0};
    struct tree tree = {.files = files, .count = count};
    struct inventory_prefix prefix = {.tree = &tree};
    notes_init(&notes, mem, &limits);
    if (!mem || !inventory_layers(&prefix, 1, &distro, false, &limits, mem, &notes, &bom, NULL) ||
        !inventory_listing(&tree, &bom, &limits, mem, &notes, &listing, NULL))
        return;
    check_listing(&listing, &bom);
    inventory_set_owners(&bom, &listing);
}

static inline void fuzz_listing(struct file known, span path, const uint8_t *data, size_t size)
{
    struct file files[2] = {known};
    size_t count = known.path.len ? 1 : 0;
    files[count++] = (struct file){.path = path,
                                   .type = FILE_REGULAR,
                                   .content = span_of(data, size),
                                   .size = size,
                                   .has_content = true};
    if (count == 2 && span_compare(files[0].path, files[1].path) > 0) {
        struct file held = files[0];
        files[0] = files[1];
        files[1] = held;
    }
    fuzz_files(files, count);
}

// dpkg's record of one package, "a".
static inline struct file dpkg_status(void)
{
    static const span status = S("Package: a\nStatus: install ok installed\nVersion: 1\n");
    return (struct file){.path = S("var/lib/dpkg/status"),
                         .type = FILE_REGULAR,
                         .content = status,
                         .size = status.len,
                         .has_content = true};
}

#endif
