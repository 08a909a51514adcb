#include "report/report_inner.h"
#include "report/sbom_inner.h"

#include "crypto/crypto.h"

#include <stdio.h>
#include <string.h>

// ---------------------------------------------------------------- references

static int compare_refs(const void *a, const void *b)
{
    const struct sbom_id *left = a;
    const struct sbom_id *right = b;
    int order = span_compare(left->id, right->id);
    return order != 0 ? order : (left->index > right->index) - (left->index < right->index);
}

static bool is_id(span id)
{
    for (size_t i = 0; i < id.len; i++)
        if (!ascii_is_alpha(id.ptr[i]) && !ascii_is_digit(id.ptr[i]) && id.ptr[i] != '-')
            return false;
    return id.len != 0;
}

// Ids are unique in a bom, but no document may depend on that: the second of a kind gets its place
// in the bom behind it, as does what has no id.
static bool make_ref(const struct sbom_id *order, bool repeated, struct arena *mem, span *ret)
{
    struct text ref = {0};
    text_init(&ref, mem, SIZE_MAX);
    text_add(&ref, S("package-"));
    if (is_id(order->id))
        text_add(&ref, order->id);
    if (repeated || !is_id(order->id)) {
        text_add_byte(&ref, '.');
        text_add_u64(&ref, order->index);
    }
    *ret = text_span(&ref);
    return text_ok(&ref);
}

static bool make_refs(struct sbom *sbom)
{
    const struct bom *bom = &sbom->scan->bom;
    struct sbom_id *orders = arena_array(sbom->mem, bom->package_count, sizeof *orders);
    sbom->refs = arena_array(sbom->mem, bom->package_count, sizeof *sbom->refs);
    if (!orders || !sbom->refs)
        return false;
    sbom->by_id = orders;
    for (size_t i = 0; i < bom->package_count; i++)
        orders[i] = (struct sbom_id){.id = bom->packages[i].id, .index = i};
    sort_items(orders, bom->package_count, sizeof *orders, compare_refs);
    for (size_t i = 0; i < bom->package_count; i++) {
        bool repeated = i && span_equal(orders[i - 1].id, orders[i].id);
        if (!make_ref(&orders[i], repeated, sbom->mem, &sbom->refs[orders[i].index]))
            return false;
    }
    return true;
}

// So that the same image gives the same bytes, the time is what the user says, else that of the
// image; only what is no image is dated by the clock. Images made to be reproducible are of the
// year 1 or 1970, and those that do not say are taken for such.
static uint64_t time_of(const struct scan *scan, const struct report_options *options)
{
    uint64_t created = 0;
    if (options->has_timestamp)
        return options->timestamp;
    if (scan->image.created.len == 0 && scan->image.image_id.len == 0)
        return options->now;
    return time_parse(scan->image.created, &created) ? created : 0;
}

bool sbom_begin(const struct scan *scan, const struct report_options *options, struct arena *mem,
                struct sbom *ret)
{
    struct sbom sbom = {.scan = scan, .options = options, .mem = mem};
    if (!make_refs(&sbom))
        return false;
    time_format(time_of(scan, options), sbom.timestamp);
    *ret = sbom;
    return true;
}

void sbom_set_uuid(struct text *out, size_t start, size_t at)
{
    digest sum = {0};
    if (!text_ok(out) || !digest_of(DIGEST_SHA256, span_from(text_span(out), start), &sum, NULL)) {
        out->failed = true;
        return;
    }
    uint8_t bytes[16];
    char uuid[UUID_LEN + 1] = UUID_NIL;
    memcpy(bytes, sum.bytes, sizeof bytes);
    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x80); // version 8
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80); // variant
    const char hex[] = "0123456789abcdef";
    for (size_t i = 0, digit = 0; i < UUID_LEN; i++) {
        if (uuid[i] == '-')
            continue;
        uint8_t byte = bytes[digit / 2];
        uuid[i] = hex[digit % 2 ? byte & 15 : byte >> 4];
        digit++;
    }
    memcpy(out->ptr + at, uuid, UUID_LEN);
}

// ---------------------------------------------------------------- properties

static void put_known(put_property *put, void *self, const char *name, span value)
{
    if (value.len)
        put(self, span_of_text(name), value);
}

static void put_nth(put_property *put, void *self, const char *what, size_t index,
                    const char *field, span value)
{
    char name[64];
    if (value.len == 0)
        return;
    int len = snprintf(name, sizeof name, "plimsoll:%s:%zu:%s", what, index, field);
    assert(len > 0 && (size_t)len < sizeof name);
    put(self, span_of(name, (size_t)len), value);
}

static void put_layer(const struct layer *layer, size_t index, put_property *put, void *self)
{
    char size[24];
    int len = snprintf(size, sizeof size, "%llu", (unsigned long long)layer->stored_bytes);
    put_nth(put, self, "layer", index, "diffID", layer->diff_id);
    put_nth(put, self, "layer", index, "digest", layer->digest);
    put_nth(put, self, "layer", index, "createdBy", layer->created_by);
    put_nth(put, self, "layer", index, "base", layer->base);
    if (layer->stored_bytes)
        put_nth(put, self, "layer", index, "storedBytes", span_of(size, (size_t)len));
}

enum sbom_subject sbom_subject(const struct image *image)
{
    bool has_layers = image->layer_count || image->manifest_digest.len;
    if (span_equal(image->kind, S("dir")) || span_equal(image->kind, S("file")))
        return SUBJECT_FILES;
    if (span_equal(image->kind, S("host")))
        return SUBJECT_MACHINE;
    return span_equal(image->kind, S("sbom")) && !has_layers ? SUBJECT_UNKNOWN : SUBJECT_IMAGE;
}

// An image is the same whatever brought it: its kind is not said.
void sbom_image_properties(const struct sbom *sbom, put_property *put, void *self)
{
    const struct image *image = &sbom->scan->image;
    const struct bom *bom = &sbom->scan->bom;
    if (sbom_subject(image) != SUBJECT_IMAGE)
        put_known(put, self, "plimsoll:image:kind", image->kind);
    put_known(put, self, "plimsoll:image:manifestDigest", image->manifest_digest);
    put_known(put, self, "plimsoll:image:id", image->image_id);
    put_known(put, self, "plimsoll:image:created", image->created);
    put_known(put, self, "plimsoll:image:os", image->platform.os);
    put_known(put, self, "plimsoll:image:architecture", image->platform.architecture);
    put_known(put, self, "plimsoll:image:variant", image->platform.variant);
    for (size_t i = 0; i < image->layer_count; i++)
        put_layer(&image->layers[i], i, put, self);
    for (size_t i = 0; i < bom->content_set_count; i++)
        put_known(put, self, "plimsoll:contentSet", bom->content_sets[i]);
    if (!sbom->scan->bom_complete)
        put(self, S("plimsoll:complete"), S("false"));
}

void sbom_distro_properties(const struct distro *distro, put_property *put, void *self)
{
    put_known(put, self, "plimsoll:distro:id", distro->id);
    put_known(put, self, "plimsoll:distro:versionID", distro->version_id);
    put_known(put, self, "plimsoll:distro:codename", distro->codename);
    put_known(put, self, "plimsoll:distro:prettyName", distro->pretty_name);
    put_known(put, self, "plimsoll:distro:idLike", distro->id_like);
}

void sbom_package_properties(const struct sbom *sbom, const struct package *package,
                             put_property *put, void *self)
{
    const struct image *image = &sbom->scan->image;
    put_known(put, self, "plimsoll:type", package->type);
    put_known(put, self, "plimsoll:arch", package->arch);
    // What these would repeat is left out: there are very many packages.
    if (!span_equal(package->source_name, package->name))
        put_known(put, self, "plimsoll:source:name", package->source_name);
    if (!span_equal(package->source_version, package->version))
        put_known(put, self, "plimsoll:source:version", package->source_version);
    put_known(put, self, "plimsoll:module", package->module);
    put_known(put, self, "plimsoll:repository", package->repository);
    put_known(put, self, "plimsoll:owner", package->owner);
    for (size_t i = 0; i < package->location_count; i++) {
        const struct location *location = &package->locations[i];
        put_nth(put, self, "location", i, "path", location->path);
        if (location->layer < image->layer_count)
            put_nth(put, self, "location", i, "layerID", image->layers[location->layer].diff_id);
    }
    if (package->removed)
        put(self, S("plimsoll:removed"), S("true"));
}

// ---------------------------------------------------------------- the image's purl

bool sbom_image_purl(const struct image *image, struct arena *mem, span *ret)
{
    span tag = {0};
    span path = report_repository(image, &tag);
    bool reference = report_is_reference(image);
    size_t slash = span_find_last(path, '/');
    const struct purl_qualifier qualifiers[] = {
        {S("arch"), image->platform.architecture},
        {S("repository_url"), reference ? path : (span){0}},
        {S("tag"), tag},
    };
    struct purl purl = {
        .type = S("oci"),
        .name = slash == SPAN_NONE ? path : span_from(path, slash + 1),
        .version = image->manifest_digest,
        .qualifiers = qualifiers,
        .qualifier_count = sizeof qualifiers / sizeof *qualifiers,
    };
    struct err err = {0};
    span text = {0};
    if (image->manifest_digest.len && purl.name.len && !purl_build(&purl, mem, &text, &err) &&
        err.kind == ERR_LIMIT)
        return false;
    *ret = text;
    return true;
}

// ---------------------------------------------------------------- relations

// Packages, as indices, of the type and name that something depends on. More than MOST_MATCHES of
// one name cannot be told apart: the first are taken.
enum { MOST_MATCHES = 8 };
struct matches {
    size_t items[MOST_MATCHES];
    size_t count;
};

static int compare_to(const struct package *package, span type, span name)
{
    int order = span_compare(package->type, type);
    return order != 0 ? order : span_compare(package->name, name);
}

static struct matches find_package(const struct bom *bom, span type, span name)
{
    size_t low = 0;
    size_t high = bom->package_count;
    struct matches matches = {0};
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_to(&bom->packages[middle], type, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t end = low + MOST_MATCHES < bom->package_count ? low + MOST_MATCHES : bom->package_count;
    for (; low < end; low++) {
        if (compare_to(&bom->packages[low], type, name) != 0)
            break;
        if (!bom->packages[low].removed)
            matches.items[matches.count++] = low;
    }
    return matches;
}

static void drop_repeated(struct list *needs)
{
    size_t kept = 0;
    struct sbom_id *items = needs->items;
    if (needs->count)
        sort_items(items, needs->count, sizeof *items, compare_refs);
    for (size_t i = 0; i < needs->count; i++)
        if (kept == 0 || items[kept - 1].index != items[i].index)
            items[kept++] = items[i];
    needs->count = kept;
}

bool sbom_needs(const struct sbom *sbom, size_t index, struct list *ret)
{
    const struct bom *bom = &sbom->scan->bom;
    const struct package *package = &bom->packages[index];
    list_init(ret, sbom->mem, sizeof(struct sbom_id), SIZE_MAX);
    for (size_t i = 0; i < package->depends.count; i++) {
        struct matches found = find_package(bom, package->type, package->depends.items[i]);
        for (size_t j = 0; j < found.count; j++) {
            size_t other = found.items[j];
            struct sbom_id *need = other == index ? NULL : LIST_ADD(ret, struct sbom_id);
            if (need)
                *need = (struct sbom_id){.id = sbom->refs[other], .index = other};
        }
    }
    drop_repeated(ret);
    return list_ok(ret);
}

size_t sbom_owner(const struct sbom *sbom, const struct package *package)
{
    size_t low = 0;
    size_t high = sbom->scan->bom.package_count;
    if (package->owner.len == 0)
        return SIZE_MAX;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(sbom->by_id[middle].id, package->owner) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found =
        low < sbom->scan->bom.package_count && span_equal(sbom->by_id[low].id, package->owner);
    return found ? sbom->by_id[low].index : SIZE_MAX;
}
