// A package as a package URL and back: how the field writes what the purl itself has no part for.
#include "model/model_inner.h"

struct mapping {
    const char *type;
    bool of_distro;       // the namespace is the distribution
    bool source_file;     // `upstream` is the file name of a source package
    uint8_t between;      // what an ecosystem writes between namespace and name
    const char *arch_key; // of the qualifier for `arch`
};

static struct mapping mapping_of(span type)
{
    static const struct mapping mappings[] = {
        {"deb", .of_distro = true, .between = '/', .arch_key = "arch"},
        {"apk", .of_distro = true, .between = '/', .arch_key = "arch"},
        {"alpm", .of_distro = true, .between = '/', .arch_key = "arch"},
        {"rpm", .of_distro = true, .source_file = true, .between = '/', .arch_key = "arch"},
        {"maven", .between = ':', .arch_key = "arch"},
        {"gem", .between = '/', .arch_key = "platform"},
    };
    for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++)
        if (span_equal(type, span_of_text(mappings[i].type)))
            return mappings[i];
    return (struct mapping){.between = '/', .arch_key = "arch"};
}

// `a`, `between`, `b`; without `a` only `b`, without `b` only `a`.
static bool join(struct arena *mem, span a, span between, span b, span *ret)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_add(&text, a);
    if (a.len && b.len)
        text_add(&text, between);
    text_add(&text, b);
    *ret = text_span(&text);
    return text_ok(&text);
}

// ---------------------------------------------------------------- distributions

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

static span id_of_vendor(span vendor)
{
    return span_equal(vendor, S("redhat")) ? S("rhel") : vendor;
}

// The qualifier `distro`: ID-VERSION as Plimsoll, Syft and Trivy write it, the version alone as
// Trivy does for Alpine, a codename as in purl-spec's examples, or the id alone.
static struct distro distro_of(span text, span vendor)
{
    if (text.len && ascii_is_digit(text.ptr[0]))
        return (struct distro){.id = id_of_vendor(vendor), .version_id = text};
    size_t dash = span_find_last(text, '-');
    span version = dash == SPAN_NONE ? (span){0} : span_from(text, dash + 1);
    if (version.len && ascii_is_digit(version.ptr[0]))
        return (struct distro){.id = id_of_vendor(span_first(text, dash)), .version_id = version};
    if (text.len == 0 || vendor.len == 0 || span_equal(text, vendor) || dash != SPAN_NONE)
        return (struct distro){.id = id_of_vendor(text)};
    return (struct distro){.id = id_of_vendor(vendor), .codename = text};
}

static bool copy_distro(const struct distro *distro, struct arena *mem, struct distro *ret)
{
    struct distro copy = {0};
    if (!arena_span(mem, distro->id, &copy.id) ||
        !arena_span(mem, distro->version_id, &copy.version_id) ||
        !arena_span(mem, distro->codename, &copy.codename))
        return false;
    *ret = copy;
    return true;
}

// ---------------------------------------------------------------- to a purl

// "[epoch:]version": cuts the epoch off.
static span cut_epoch(span *version)
{
    return span_find(*version, ':') == SPAN_NONE ? (span){0} : span_cut(version, ':');
}

void package_name_parts(const struct package *package, span *ret_group, span *ret_name)
{
    struct mapping mapping = mapping_of(package->type);
    span name = package->name;
    size_t at = SPAN_NONE;
    if (!mapping.of_distro)
        at = mapping.between == ':' ? span_find(name, ':') : span_find_last(name, mapping.between);
    *ret_group = at == SPAN_NONE ? (span){0} : span_first(name, at);
    *ret_name = at == SPAN_NONE ? name : span_from(name, at + 1);
}

static bool has_other_source(const struct package *package)
{
    return package->source_name.len && (!span_equal(package->source_name, package->name) ||
                                        !span_equal(package->source_version, package->version));
}

// What the package was built from, as Syft and Grype exchange it: NAME, or NAME@VERSION where the
// version differs; for rpm the file name of the source package, which has no epoch.
static bool make_upstream(const struct mapping *mapping, const struct package *package,
                          struct arena *mem, span *ret)
{
    span version = package->source_version;
    if (!has_other_source(package))
        return true;
    if (!mapping->source_file) {
        bool same = span_equal(version, package->version);
        return join(mem, package->source_name, S("@"), same ? (span){0} : version, ret);
    }
    (void)cut_epoch(&version);
    return join(mem, package->source_name, S("-"), version, ret) &&
           join(mem, *ret, (span){0}, S(".src.rpm"), ret);
}

bool package_purl(const struct package *package, const struct distro *distro, struct arena *mem,
                  span *ret)
{
    struct mapping mapping = mapping_of(package->type);
    struct purl purl = {.type = package->type, .version = package->version};
    span epoch = mapping.source_file ? cut_epoch(&purl.version) : (span){0};
    span release = {0};
    span upstream = {0};
    package_name_parts(package, &purl.space, &purl.name);
    if (mapping.of_distro) {
        purl.space = vendor_of(distro);
        if (distro->id.len && !join(mem, distro->id, S("-"), distro->version_id, &release))
            return false;
    }
    if (!make_upstream(&mapping, package, mem, &upstream))
        return false;
    const struct purl_qualifier qualifiers[] = {
        {span_of_text(mapping.arch_key), package->arch},
        {S("distro"), release},
        {S("epoch"), epoch},
        {S("upstream"), upstream},
    };
    purl.qualifiers = qualifiers;
    purl.qualifier_count = sizeof qualifiers / sizeof *qualifiers;
    struct err err = {0};
    span text = {0};
    if (!purl_build(&purl, mem, &text, &err) && err.kind == ERR_LIMIT)
        return false;
    *ret = text;
    return true;
}

// ---------------------------------------------------------------- from a purl

// "NAME-VERSION-RELEASE.src.rpm". Where that is the package's own version, the epoch is the
// package's too, as in the inventory of an rpm database.
static void take_source_file(span file, const struct purl *purl, struct package *package)
{
    const span endings[] = {S(".src.rpm"), S(".nosrc.rpm")};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (span_ends_with(file, endings[i]))
            file = span_first(file, file.len - endings[i].len);
    size_t release = span_find_last(file, '-');
    size_t at = release == SPAN_NONE ? SPAN_NONE : span_find_last(span_first(file, release), '-');
    if (at == SPAN_NONE || at == 0)
        return; // no such name: the source stays the package itself
    span version = span_from(file, at + 1);
    package->source_name = span_first(file, at);
    package->source_version = span_equal(version, purl->version) ? package->version : version;
}

static void take_upstream(const struct mapping *mapping, const struct purl *purl,
                          struct package *package)
{
    span upstream = purl_qualifier(purl, S("upstream"));
    package->source_name = package->name;
    package->source_version = package->version;
    if (upstream.len == 0)
        return;
    if (mapping->source_file) {
        take_source_file(upstream, purl, package);
        return;
    }
    package->source_name = span_cut(&upstream, '@');
    if (upstream.len)
        package->source_version = upstream;
}

// "name:stream" of the modularity label, as Syft and Trivy hand it on.
static span module_of(const struct purl *purl)
{
    span label = purl_qualifier(purl, S("rpmmod"));
    if (label.len == 0)
        label = purl_qualifier(purl, S("modularitylabel"));
    span rest = label;
    size_t name = span_cut(&rest, ':').len;
    size_t stream = span_cut(&rest, ':').len;
    return stream ? span_first(label, name + 1 + stream) : (span){0};
}

bool package_from_purl(const struct purl *purl, struct arena *mem, struct package *ret_package,
                       struct distro *ret_distro)
{
    struct mapping mapping = mapping_of(purl->type);
    span epoch = mapping.of_distro ? purl_qualifier(purl, S("epoch")) : (span){0};
    span release = purl_qualifier(purl, S("distro"));
    struct package package = {.type = purl->type, .name = purl->name, .version = purl->version};
    struct distro distro = {0};
    if (span_find(purl->version, ':') != SPAN_NONE || span_equal(epoch, S("0")))
        epoch = (span){0};
    if (mapping.of_distro)
        distro = distro_of(release.len ? release : id_of_vendor(purl->space), purl->space);
    else if (!join(mem, purl->space, span_of(&mapping.between, 1), purl->name, &package.name))
        return false;
    if (!join(mem, epoch, S(":"), purl->version, &package.version) ||
        !copy_distro(&distro, mem, &distro))
        return false;
    package.module = module_of(purl);
    package.arch = purl_qualifier(purl, span_of_text(mapping.arch_key));
    take_upstream(&mapping, purl, &package);
    *ret_package = package;
    *ret_distro = distro;
    return true;
}
