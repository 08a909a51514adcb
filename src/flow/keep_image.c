// An image cut into what is kept once for all that share it: packages in their company, and what
// each layer brings. Put together again it is the same, byte for byte.
#include "crypto/crypto.h"
#include "flow/judge_inner.h"
#include "stream/stream.h"

struct keeper {
    const struct scan *scan;
    struct arena *mem;
    const struct companies *companies;
    struct list units;   // of struct unit
    struct list bundles; // of struct bundle
    size_t *slots;       // of units by hash: place + 1; open addressing
    size_t mask;
    size_t *unit_of;     // for each package of the bom
    size_t *last_bundle; // for each unit: the number, from 1, of the last bundle that has it
};

static bool hash_bytes(span bytes, struct arena *mem, span *ret, struct err *err)
{
    digest hash = {0};
    return digest_of(DIGEST_SHA256, bytes, &hash, err) &&
           (arena_span(mem, span_of(hash.bytes, 32), ret) || arena_err(mem, err, "hash"));
}

// ---------------------------------------------------------------- units

static bool write_unit(struct keeper *keeper, size_t index, struct unit *ret, struct err *err)
{
    const struct package *package = &keeper->scan->bom.packages[index];
    struct company company = {0};
    struct text bytes;
    span purl = package->purl;
    text_init(&bytes, keeper->mem, SIZE_MAX);
    if (!company_of(keeper->companies, index, keeper->mem, &company, err))
        return false;
    company_write(&company, &bytes);
    if (!text_ok(&bytes))
        return arena_err(keeper->mem, err, "company");
    *ret = (struct unit){
        .type = package->type,
        .name = package->name,
        .version = package->version,
        .purl = span_cut(&purl, '?'),
        .company = text_span(&bytes),
    };
    return hash_bytes(ret->company, keeper->mem, &ret->hash, err);
}

// The same company is one unit.
static bool add_unit(struct keeper *keeper, size_t index, struct err *err)
{
    struct unit unit = {0};
    if (!write_unit(keeper, index, &unit, err))
        return false;
    size_t at = (size_t)span_hash(unit.hash, 0) & keeper->mask;
    for (; keeper->slots[at]; at = (at + 1) & keeper->mask) {
        size_t known = keeper->slots[at] - 1;
        if (span_equal(LIST_AT(&keeper->units, struct unit, known)->hash, unit.hash)) {
            keeper->unit_of[index] = known;
            return true;
        }
    }
    struct unit *item = LIST_ADD(&keeper->units, struct unit);
    if (!item)
        return arena_err(keeper->mem, err, "units");
    *item = unit;
    keeper->unit_of[index] = keeper->units.count - 1;
    keeper->slots[at] = keeper->units.count;
    return true;
}

static bool add_units(struct keeper *keeper, struct err *err)
{
    size_t count = keeper->scan->bom.package_count;
    size_t slots = 1;
    while (slots / 2 <= count) // at most half full
        slots *= 2;
    keeper->slots = arena_array(keeper->mem, slots, sizeof *keeper->slots);
    keeper->unit_of = arena_array(keeper->mem, count, sizeof *keeper->unit_of);
    keeper->last_bundle = arena_array(keeper->mem, count, sizeof *keeper->last_bundle);
    keeper->mask = slots - 1;
    if (!keeper->slots || !keeper->unit_of || !keeper->last_bundle)
        return arena_err(keeper->mem, err, "units");
    for (size_t i = 0; i < count; i++)
        if (!add_unit(keeper, i, err))
            return false;
    return true;
}

// ---------------------------------------------------------------- bundles

static uint32_t layer_of(const struct package *package)
{
    return package->location_count ? package->locations[0].layer : 0;
}

// The packages of a bom are sorted, and those of one layer stay so.
static bool add_bundle(struct keeper *keeper, uint32_t layer, size_t count, struct err *err)
{
    const struct bom *bom = &keeper->scan->bom;
    struct bom part = {.packages = arena_array(keeper->mem, count, sizeof *part.packages)};
    size_t *units = arena_array(keeper->mem, count, sizeof *units);
    struct bundle *bundle = LIST_ADD(&keeper->bundles, struct bundle);
    struct text content;
    if (!part.packages || !units || !bundle)
        return arena_err(keeper->mem, err, "bundle");
    for (size_t i = 0; i < bom->package_count; i++) {
        if (layer_of(&bom->packages[i]) != layer)
            continue;
        part.packages[part.package_count++] = bom->packages[i];
        size_t unit = keeper->unit_of[i];
        if (keeper->last_bundle[unit] != keeper->bundles.count)
            units[bundle->unit_count++] = unit;
        keeper->last_bundle[unit] = keeper->bundles.count;
    }
    text_init(&content, keeper->mem, SIZE_MAX);
    bom_write(&part, &content);
    if (!text_ok(&content))
        return arena_err(keeper->mem, err, "bundle");
    bundle->layer = layer;
    bundle->units = units;
    return stream_pack(text_span(&content), (span){0}, PACK_FAST, keeper->mem, &bundle->content,
                       err) &&
           hash_bytes(bundle->content, keeper->mem, &bundle->hash, err);
}

static bool add_bundles(struct keeper *keeper, struct err *err)
{
    const struct bom *bom = &keeper->scan->bom;
    size_t layers = keeper->scan->image.layer_count ? keeper->scan->image.layer_count : 1;
    size_t *counts = arena_array(keeper->mem, layers, sizeof *counts);
    if (!counts)
        return arena_err(keeper->mem, err, "layers");
    for (size_t i = 0; i < bom->package_count; i++) {
        uint32_t layer = layer_of(&bom->packages[i]);
        if (layer >= layers)
            return err_set(err, ERR_INPUT, "a package of no layer");
        counts[layer]++;
    }
    for (uint32_t i = 0; i < layers; i++)
        if (counts[i] && !add_bundle(keeper, i, counts[i], err))
            return false;
    return true;
}

// ---------------------------------------------------------------- the head

static bool write_head(const struct scan *scan, struct arena *mem, span *ret, struct err *err)
{
    struct scan rest = *scan;
    struct text head;
    text_init(&head, mem, SIZE_MAX);
    rest.bom.package_count = 0;
    rest.findings = (struct findings){0};
    scan_write(&rest, &head);
    if (!text_ok(&head))
        return arena_err(mem, err, "head");
    return stream_pack(text_span(&head), (span){0}, PACK_FAST, mem, ret, err);
}

static bool name_distro(const struct distro *distro, struct arena *mem, span *ret, struct err *err)
{
    struct text name;
    text_init(&name, mem, SIZE_MAX);
    text_add(&name, distro->id);
    if (distro->version_id.len)
        text_add_byte(&name, ':');
    text_add(&name, distro->version_id);
    *ret = text_span(&name);
    return text_ok(&name) || arena_err(mem, err, "distribution");
}

bool units_of_scan(const struct scan *scan, struct arena *mem, struct kept_image *ret,
                   struct err *err)
{
    struct keeper keeper = {.scan = scan, .mem = mem};
    list_init(&keeper.units, mem, sizeof(struct unit), scan->bom.package_count);
    if (!companies_of(&scan->bom, mem, &keeper.companies, err) || !add_units(&keeper, err))
        return false;
    *ret = (struct kept_image){
        .units = keeper.units.items,
        .unit_count = keeper.units.count,
        .unit_of = keeper.unit_of,
    };
    return true;
}

bool keep_image(const struct scan *scan, struct arena *mem, struct kept_image *ret, struct err *err)
{
    const struct bom *bom = &scan->bom;
    struct keeper keeper = {.scan = scan, .mem = mem};
    struct kept_image kept = {
        .image = &scan->image,
        .complete = scan->bom_complete,
        .package_count = bom->package_count,
        .own = scan->findings,
    };
    list_init(&keeper.units, mem, sizeof(struct unit), bom->package_count);
    list_init(&keeper.bundles, mem, sizeof(struct bundle), UINT32_MAX);
    if (!companies_of(bom, mem, &keeper.companies, err) || !add_units(&keeper, err) ||
        !add_bundles(&keeper, err) || !write_head(scan, mem, &kept.head, err) ||
        !name_distro(&bom->distro, mem, &kept.distro, err))
        return false;
    kept.units = keeper.units.items;
    kept.unit_count = keeper.units.count;
    kept.unit_of = keeper.unit_of;
    kept.bundles = keeper.bundles.items;
    kept.bundle_count = keeper.bundles.count;
    *ret = kept;
    return true;
}

// ---------------------------------------------------------------- putting together

bool unkeep_bundle(span bundle, const struct limits *limits, struct arena *mem, struct bom *ret,
                   struct err *err)
{
    span content = {0};
    return stream_unpack(bundle, limits->kept_bytes, limits, mem, &content, err) &&
           bom_read(content, limits, mem, ret, err);
}

static bool read_bundles(const struct spans *bundles, const struct limits *limits,
                         struct arena *mem, struct bom *bom, struct err *err)
{
    struct list packages;
    list_init(&packages, mem, sizeof(struct package), (size_t)limits->packages);
    for (size_t i = 0; i < bundles->count; i++) {
        struct bom part = {0};
        if (!unkeep_bundle(bundles->items[i], limits, mem, &part, err))
            return err_add(err, "bundle %zu", i);
        if (!list_reserve(&packages, part.package_count))
            return err_set(err, ERR_LIMIT, "bundle %zu: too many packages", i);
        for (size_t j = 0; j < part.package_count; j++)
            *LIST_ADD(&packages, struct package) = part.packages[j];
    }
    bom->packages = packages.items;
    bom->package_count = packages.count;
    bom_sort(bom);
    return true;
}

// All but the packages.
static bool unkeep_head(span head, const struct limits *limits, struct arena *mem, struct scan *ret,
                        struct err *err)
{
    span bytes = {0};
    return stream_unpack(head, limits->kept_bytes, limits, mem, &bytes, err) &&
           scan_read(bytes, limits, mem, ret, err);
}

bool unkeep_image(span head, const struct spans *bundles, const struct limits *limits,
                  struct arena *mem, struct scan *ret, struct err *err)
{
    struct scan scan = {0};
    if (!unkeep_head(head, limits, mem, &scan, err) ||
        !read_bundles(bundles, limits, mem, &scan.bom, err))
        return err_add(err, "image");
    *ret = scan;
    return true;
}
