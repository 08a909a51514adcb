#include "scan/sbom/sbom.h"

#include "scan/sbom/sbom_inner.h"

// ---------------------------------------------------------------- what is odd

static void note_oddities(struct reading *reading)
{
    static const char *const texts[ODD_COUNT] = {
        [ODD_TYPE] = "components without a name, or without a type of the form",
        [ODD_SCOPE] = "components with a scope that is none",
        [ODD_REF] = "references that name nothing, or more than one component",
        [ODD_PROPERTY] = "properties without a name",
        [ODD_HASH] = "hashes that are none of their algorithm: left out",
        [ODD_LICENSE] = "licences that are on no list, or are no choice of the form",
        [ODD_SERIAL] = "serial number that is no UUID",
        [ODD_TIME] = "time that is none",
        [ODD_EXCLUDED] = "components are there, but excluded: left out",
    };
    for (size_t i = 0; i < ODD_COUNT; i++)
        if (reading->odd[i])
            notes_add(reading->notes, NOTE_INFORMATION, reading->image.name, "%zu %s",
                      reading->odd[i], texts[i]);
    if (reading->nameless)
        notes_add(reading->notes, NOTE_INFORMATION, reading->image.name,
                  "%zu components have no package URL: nothing can be known of them",
                  reading->nameless);
    if (reading->enclosed)
        notes_add(reading->notes, NOTE_INFORMATION, reading->image.name,
                  "the bill of materials is attested: nobody has looked at the signature");
}

// ---------------------------------------------------------------- the bom

static int compare_ids(const void *a, const void *b)
{
    return span_compare(*(const span *)a, *(const span *)b);
}

static bool is_there(const span *ids, size_t count, span id)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(ids[middle], id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && span_equal(ids[low], id);
}

// An owner that is not in the bom is none.
static bool check_owners(struct reading *reading, struct bom *bom, struct err *err)
{
    span *ids = arena_array(reading->mem, bom->package_count, sizeof *ids);
    if (!ids)
        return arena_err(reading->mem, err, "owners");
    for (size_t i = 0; i < bom->package_count; i++)
        ids[i] = bom->packages[i].id;
    sort_items(ids, bom->package_count, sizeof *ids, compare_ids);
    for (size_t i = 0; i < bom->package_count; i++)
        if (!is_there(ids, bom->package_count, bom->packages[i].owner))
            bom->packages[i].owner = (span){0};
    return true;
}

static bool is_same(const struct package *a, const struct package *b)
{
    span here = a->location_count ? a->locations[0].path : (span){0};
    span there = b->location_count ? b->locations[0].path : (span){0};
    return package_compare(a, b) == 0 && span_equal(here, there) && a->removed == b->removed;
}

// Many documents list a package once for each thing that needs it.
static void drop_repeated(struct bom *bom)
{
    size_t kept = 0;
    for (size_t i = 0; i < bom->package_count; i++)
        if (kept == 0 || !is_same(&bom->packages[kept - 1], &bom->packages[i]))
            bom->packages[kept++] = bom->packages[i];
    bom->package_count = kept;
}

static bool identify(struct reading *reading, struct bom *bom, struct err *err)
{
    for (size_t i = 0; i < bom->package_count; i++)
        if (!package_identify(&bom->packages[i], &bom->distro, reading->mem))
            return arena_err(reading->mem, err, "package");
    return true;
}

static bool make_bom(struct reading *reading, const struct distro *distro, struct bom *ret,
                     struct err *err)
{
    struct bom bom = {
        .distro = *distro,
        .packages = reading->packages.items,
        .package_count = reading->packages.count,
        .content_sets = reading->content_sets.items,
        .content_set_count = reading->content_sets.count,
    };
    bom_sort(&bom);
    drop_repeated(&bom);
    if (!identify(reading, &bom, err) || !check_owners(reading, &bom, err))
        return false;
    *ret = bom;
    return true;
}

static void begin(struct reading *reading)
{
    list_init(&reading->layers, reading->mem, sizeof(struct layer), SIZE_MAX);
    list_init(&reading->packages, reading->mem, sizeof(struct package), SIZE_MAX);
    list_init(&reading->refs, reading->mem, sizeof(struct ref), SIZE_MAX);
    list_init(&reading->edges, reading->mem, sizeof(struct edge), SIZE_MAX);
    list_init(&reading->content_sets, reading->mem, sizeof(span), SIZE_MAX);
    list_init(&reading->extracted, reading->mem, sizeof(struct pair), SIZE_MAX);
    list_init(&reading->systems, reading->mem, sizeof(struct distro), SIZE_MAX);
    list_init(&reading->purl_distros, reading->mem, sizeof(struct purl_distro), SIZE_MAX);
    reading->image.kind = S("sbom");
}

bool sbom_read(span bytes, const struct distro *given, const struct limits *limits,
               struct arena *mem, struct notes *notes, struct image *ret_image, struct bom *ret,
               struct err *err)
{
    struct reading reading = {.limits = limits, .mem = mem, .notes = notes};
    struct distro distro = {0};
    struct bom bom = {0};
    begin(&reading);
    if (!document_read(&reading, bytes, err) || !distro_choose(&reading, given, &distro, err) ||
        !make_bom(&reading, &distro, &bom, err))
        return false;
    note_oddities(&reading);
    reading.image.layers = reading.layers.items;
    reading.image.layer_count = reading.layers.count;
    *ret_image = reading.image;
    *ret = bom;
    return true;
}
