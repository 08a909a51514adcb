#include "model/model.h"

// ---------------------------------------------------------------- purl

// How purl-spec's type definitions want names to be written. A type that is not listed has no
// namespace of its own (slashes in the name make one) and keeps the case of its names.
struct purl_type {
    const char *type;
    bool of_distro;   // the namespace is the distribution
    bool lower;       // names are lower case
    bool dashes;      // '_' in names is '-'
    bool source_file; // `upstream` is written as a source package's file name
};

static struct purl_type purl_type_of(span type)
{
    static const struct purl_type types[] = {
        {"deb", .of_distro = true, .lower = true},
        {"apk", .of_distro = true, .lower = true},
        {"alpm", .of_distro = true, .lower = true},
        {"rpm", .of_distro = true, .source_file = true},
        {"pypi", .lower = true, .dashes = true},
        {"golang", .lower = true},
        {"composer", .lower = true},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_equal(type, span_of_text(types[i].type)))
            return types[i];
    return (struct purl_type){0};
}

static bool is_plain(uint8_t c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '.' || c == '-' || c == '_' || c == '~' ||
           c == ':';
}

// purl-spec, "Character encoding": all but letters, digits, ".-_~" and ':' is percent-encoded, a
// '/' that separates is not.
static void add_encoded(struct text *purl, span s, bool keep_slashes)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];
        if (is_plain(c) || (keep_slashes && c == '/'))
            text_add_byte(purl, c);
        else
            text_add(purl, span_of((char[]){'%', hex[c >> 4], hex[c & 15]}, 3));
    }
}

static void add_name(struct text *purl, const struct purl_type *type, span name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = type->lower ? ascii_lower(name.ptr[i]) : name.ptr[i];
        if (type->dashes && c == '_')
            c = '-';
        add_encoded(purl, span_of(&c, 1), true);
    }
}

// The vendor as purl-spec's examples and the field's tools call it, which is not always the
// distribution's own id.
static span vendor_of(const struct distro *distro)
{
    if (span_equal(distro->id, S("rhel")))
        return S("redhat");
    if (span_starts_with(distro->id, S("opensuse")))
        return S("opensuse");
    return distro->id;
}

// "[epoch:]version": cuts the epoch off.
static span cut_epoch(span *version)
{
    size_t colon = span_find(*version, ':');
    return colon == SPAN_NONE ? (span){0} : span_cut(version, ':');
}

static void add_key(struct text *purl, bool *first, const char *key)
{
    text_add_byte(purl, *first ? '?' : '&');
    text_add(purl, span_of_text(key));
    text_add_byte(purl, '=');
    *first = false;
}

static bool has_other_source(const struct package *package)
{
    return package->source_name.len && (!span_equal(package->source_name, package->name) ||
                                        !span_equal(package->source_version, package->version));
}

// What the package was built from, as Syft and Grype exchange it: NAME, or NAME@VERSION where the
// version differs; for rpm the file name of the source package, which has no epoch.
static void add_upstream(struct text *purl, const struct purl_type *type,
                         const struct package *package)
{
    span version = package->source_version;
    add_encoded(purl, package->source_name, false);
    if (type->source_file) {
        (void)cut_epoch(&version);
        text_add_byte(purl, '-');
        add_encoded(purl, version, false);
        text_add(purl, S(".src.rpm"));
    } else if (version.len && !span_equal(version, package->version)) {
        add_encoded(purl, S("@"), false);
        add_encoded(purl, version, false);
    }
}

// In the order of their keys, as purl-spec wants them.
static void add_qualifiers(struct text *purl, const struct purl_type *type,
                           const struct package *package, const struct distro *distro, span epoch)
{
    bool first = true;
    if (package->arch.len) {
        add_key(purl, &first, "arch");
        add_encoded(purl, package->arch, false);
    }
    if (type->of_distro && distro->id.len) {
        add_key(purl, &first, "distro");
        add_encoded(purl, distro->id, false);
        if (distro->version_id.len)
            text_add_byte(purl, '-');
        add_encoded(purl, distro->version_id, false);
    }
    if (epoch.len) {
        add_key(purl, &first, "epoch");
        add_encoded(purl, epoch, false);
    }
    if (has_other_source(package)) {
        add_key(purl, &first, "upstream");
        add_upstream(purl, type, package);
    }
}

static bool make_purl(const struct package *package, const struct distro *distro, struct arena *mem,
                      span *ret)
{
    struct purl_type type = purl_type_of(package->type);
    span version = package->version;
    span epoch = span_equal(package->type, S("rpm")) ? cut_epoch(&version) : (span){0};
    struct text purl = {0};
    text_init(&purl, mem, SIZE_MAX);
    text_add(&purl, S("pkg:"));
    add_encoded(&purl, package->type, false);
    text_add_byte(&purl, '/');
    if (type.of_distro && distro->id.len) {
        struct purl_type plain = {.lower = true};
        add_name(&purl, &plain, vendor_of(distro));
        text_add_byte(&purl, '/');
    }
    add_name(&purl, &type, package->name);
    if (version.len)
        text_add_byte(&purl, '@');
    add_encoded(&purl, version, false);
    add_qualifiers(&purl, &type, package, distro, epoch);
    *ret = text_span(&purl);
    return text_ok(&purl);
}

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
    if (!make_purl(package, distro, mem, &purl) || !make_id(package, mem, &id))
        return false;
    package->purl = purl;
    package->id = id;
    return true;
}

// ---------------------------------------------------------------- order

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
