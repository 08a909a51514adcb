#include "scan/sbom/sbom.h"

#include "scan/sbom/sbom_inner.h"

// ---------------------------------------------------------------- forms

typedef bool read_form(struct reading *reading, const struct json *document, struct err *err);

static read_form *form_of(const struct json *document, struct err *err)
{
    if (is_cyclonedx(document))
        return read_cyclonedx;
    if (is_spdx(document))
        return read_spdx;
    if (is_syft(document))
        return read_syft;
    if (json_get(document, "@context") || json_get(document, "@graph"))
        (void)err_set(err, ERR_UNSUPPORTED, "sbom: SPDX 3 is not read, 2.2 and 2.3 are");
    else
        (void)err_set(err, ERR_INPUT, "sbom: neither CycloneDX nor SPDX nor Syft's JSON");
    return NULL;
}

static bool parse(span bytes, const struct limits *limits, struct json **ret, struct err *err)
{
    span start = span_trim(bytes);
    if (span_starts_with(bytes, S("\xef\xbb\xbf")))
        bytes = span_from(bytes, 3);
    if (span_starts_with(start, S("<")))
        return err_set(err, ERR_UNSUPPORTED, "sbom: XML is not read, JSON is");
    if (span_starts_with(start, S("SPDXVersion:")))
        return err_set(err, ERR_UNSUPPORTED, "sbom: SPDX's tags and values are not read, JSON is");
    return json_parse(bytes, limits->file_bytes, ret, err) || err_add(err, "sbom");
}

// ---------------------------------------------------------------- the distribution

static bool of_distro(const struct package *package)
{
    const span types[] = {S("deb"), S("rpm"), S("apk"), S("alpm")};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_equal(package->type, types[i]))
            return true;
    return false;
}

static void note_no_distro(struct reading *reading)
{
    size_t count = 0;
    for (size_t i = 0; i < reading->packages.count; i++)
        count += of_distro(LIST_AT(&reading->packages, struct package, i));
    if (count)
        notes_add(reading->notes, NOTE_DAMAGED, reading->image.name,
                  "it does not name the distribution of its %zu packages of one: they cannot be "
                  "judged; --distro NAME:VERSION says which it is",
                  count);
}

static void choose_distro(struct reading *reading, const struct distro *given)
{
    if (given) {
        reading->distro = *given;
        return;
    }
    if (reading->distro.id.len == 0)
        reading->distro = reading->purl_distro;
    if (reading->distro.id.len == 0)
        note_no_distro(reading);
    if (reading->mixed)
        notes_add(reading->notes, NOTE_SUSPICIOUS, reading->image.name,
                  "%zu packages are of another distribution than %s", reading->mixed,
                  quote(reading->purl_distro.id).text);
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

static bool make_bom(struct reading *reading, struct bom *ret, struct err *err)
{
    struct bom bom = {
        .distro = reading->distro,
        .packages = reading->packages.items,
        .package_count = reading->packages.count,
        .content_sets = reading->content_sets.items,
        .content_set_count = reading->content_sets.count,
    };
    bom_sort(&bom);
    drop_repeated(&bom);
    if (!identify(reading, &bom, err) || !check_owners(reading, &bom, err))
        return false;
    if (reading->nameless)
        notes_add(reading->notes, NOTE_INFORMATION, reading->image.name,
                  "%zu components have no package URL: nothing can be known of them",
                  reading->nameless);
    *ret = bom;
    return true;
}

bool sbom_read(span bytes, const struct distro *given, const struct limits *limits,
               struct arena *mem, struct notes *notes, struct image *ret_image, struct bom *ret,
               struct err *err)
{
    struct reading reading = {.limits = limits, .mem = mem, .notes = notes};
    CLEANUP(json_cleanup) struct json *document = NULL;
    list_init(&reading.layers, mem, sizeof(struct layer), SIZE_MAX);
    list_init(&reading.packages, mem, sizeof(struct package), SIZE_MAX);
    list_init(&reading.content_sets, mem, sizeof(span), SIZE_MAX);
    reading.image.kind = S("sbom");
    if (!parse(bytes, limits, &document, err))
        return false;
    read_form *read = form_of(document, err);
    if (!read || !read(&reading, document, err))
        return false;
    choose_distro(&reading, given);
    if (!make_bom(&reading, ret, err))
        return false;
    reading.image.layers = reading.layers.items;
    reading.image.layer_count = reading.layers.count;
    *ret_image = reading.image;
    return true;
}
