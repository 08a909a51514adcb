#include "model/model_inner.h"

// ---------------------------------------------------------------- identity

// A hash of what tells two packages of one image apart. Not of the layer: moving a record to
// another layer does not make another package.
static bool make_id(const struct package *package, struct arena *mem, span *ret)
{
    const span parts[] = {
        package->type,
        package->name,
        package->version,
        package->arch,
        package->location_count ? package->locations[0].path : (span){0},
    };
    uint64_t hash = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        hash = span_hash(parts[i], hash);
    if (package->member.len)
        hash = span_hash(package->member, hash);
    struct text id = {0};
    text_init(&id, mem, SIZE_MAX);
    text_addf(&id, "%016llx", (unsigned long long)hash);
    *ret = text_span(&id);
    return text_ok(&id);
}

bool package_identify(struct package *package, const struct distro *distro, struct arena *mem)
{
    span purl = {0};
    span id = {0};
    if (!package_purl(package, distro, mem, &purl) || !make_id(package, mem, &id))
        return false;
    package->purl = purl;
    package->id = id;
    return true;
}

// ---------------------------------------------------------------- order

bool package_is_of_system(const struct package *package)
{
    span type = package->type;
    return span_equal(type, S("alpm")) || span_equal(type, S("apk")) ||
           span_equal(type, S("deb")) || span_equal(type, S("rpm"));
}

int package_compare(const struct package *a, const struct package *b)
{
    const span pairs[][2] = {
        {a->type, b->type},
        {a->name, b->name},
        {a->version, b->version},
        {a->arch, b->arch},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        int order = span_compare(pairs[i][0], pairs[i][1]);
        if (order != 0)
            return order;
    }
    return 0;
}

// Packages that differ only in where they are found go by the first place, so that the order does
// not depend on the order in which layers and databases were read.
static int compare_in_bom(const void *a, const void *b)
{
    const struct package *left = a;
    const struct package *right = b;
    int order = package_compare(left, right);
    if (order != 0)
        return order;
    span left_path = left->location_count ? left->locations[0].path : (span){0};
    span right_path = right->location_count ? right->locations[0].path : (span){0};
    order = span_compare(left_path, right_path);
    if (order == 0)
        order = span_compare(left->member, right->member);
    return order != 0 ? order : (left->removed > right->removed) - (left->removed < right->removed);
}

static int compare_spans(const void *a, const void *b)
{
    return span_compare(*(const span *)a, *(const span *)b);
}

void bom_sort(struct bom *bom)
{
    sort_items(bom->packages, bom->package_count, sizeof *bom->packages, compare_in_bom);
    sort_items(bom->content_sets, bom->content_set_count, sizeof *bom->content_sets, compare_spans);
}
