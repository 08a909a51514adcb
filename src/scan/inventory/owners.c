// Which packages came with packages of the distribution: those of languages, and what programs say
// of themselves.
#include "scan/inventory/inventory_inner.h"

static span owner_of(const struct bom *bom, const struct listing *listing, span path)
{
    size_t count = 0;
    const struct listed_file *files = listing_at(listing, path, &count);
    for (size_t i = 0; i < count; i++) {
        if (files[i].package == LISTED_BY_NO_PACKAGE)
            continue;
        const struct package *package = &bom->packages[files[i].package];
        if (package_is_of_system(package))
            return package->id;
    }
    return (span){0};
}

bool package_is_recorded(const struct package *package)
{
    return package_is_of_system(package) && package->location_count &&
           wants_match(&inventory_wants, package->locations[0].path);
}

void inventory_set_owners(struct bom *bom, const struct listing *listing)
{
    for (size_t i = 0; i < bom->package_count; i++) {
        struct package *package = &bom->packages[i];
        if (package->location_count && !package->removed && !package_is_recorded(package))
            package->owner = owner_of(bom, listing, package->locations[0].path);
    }
}
