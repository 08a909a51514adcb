// Is what a document calls a product what is scanned? In doubt it is not.
#include "suppress/suppress_inner.h"

// ---------------------------------------------------------------- purls

// An epoch may stand in the version or in a qualifier, and mostly nowhere.
static span cut_epoch(const struct purl *purl, span *ret_version)
{
    *ret_version = purl->version;
    bool inside = span_equal(purl->type, S("rpm")) && span_find(purl->version, ':') != SPAN_NONE;
    return inside ? span_cut(ret_version, ':') : purl_qualifier(purl, S("epoch"));
}

// Go's own tools write "v1.2.3", others leave the letter out.
static span plain_version(const struct purl *purl)
{
    span version = {0};
    (void)cut_epoch(purl, &version);
    bool prefixed = span_equal(purl->type, S("golang")) && version.len > 1 &&
                    version.ptr[0] == 'v' && ascii_is_digit(version.ptr[1]);
    return prefixed ? span_from(version, 1) : version;
}

static bool version_matches(const struct purl *pattern, const struct purl *purl)
{
    span version = {0};
    if (pattern->version.len == 0)
        return true;
    span wanted = cut_epoch(pattern, &version);
    span given = cut_epoch(purl, &version);
    bool differs = wanted.len && given.len && !span_equal(wanted, given);
    return !differs && span_equal(plain_version(pattern), plain_version(purl));
}

// "debian-12", "bookworm", "12": of 12.5, too, but not of 125.
static bool distro_matches(span wanted, span given, const struct distro *distro)
{
    span rest = span_from(given, wanted.len);
    bool is_prefix = span_starts_with(given, wanted) && (rest.len == 0 || rest.ptr[0] == '.');
    return wanted.len && (is_prefix || span_equal(wanted, distro->codename) ||
                          span_equal(wanted, distro->version_id));
}

static bool is_source_arch(span arch)
{
    return span_equal(arch, S("src")) || span_equal(arch, S("source"));
}

static bool qualifier_matches(const struct purl_qualifier *wanted, const struct purl *purl,
                              const struct distro *distro)
{
    span given = purl_qualifier(purl, wanted->key);
    if (span_equal(wanted->key, S("epoch"))) // compared with the version
        return true;
    if (span_equal(wanted->key, S("distro")))
        return distro_matches(wanted->value, given, distro);
    if (span_equal(wanted->key, S("arch")) && is_source_arch(wanted->value))
        return true; // whoever asks compares with the source
    return span_equal(wanted->value, given);
}

bool purl_matches(const struct purl *pattern, const struct purl *purl, const struct distro *distro)
{
    if (pattern->type.len == 0 || !span_equal(pattern->type, purl->type) ||
        !span_equal(pattern->space, purl->space) || !span_equal(pattern->name, purl->name) ||
        !version_matches(pattern, purl))
        return false;
    for (size_t i = 0; i < pattern->qualifier_count; i++)
        if (!qualifier_matches(&pattern->qualifiers[i], purl, distro))
            return false;
    return pattern->subpath.len == 0 || span_equal(pattern->subpath, purl->subpath);
}

// ---------------------------------------------------------------- keys

uint64_t purl_key(const struct purl *purl, bool with_version)
{
    uint64_t key = span_hash(purl->name, span_hash(purl->space, span_hash(purl->type, 1)));
    return with_version ? span_hash(plain_version(purl), key) : key;
}

uint64_t digest_key(span digest)
{
    return span_hash(digest, 2);
}

size_t component_keys(const struct component *component, uint64_t ret[static MOST_KEYS])
{
    size_t count = 0;
    if (component->purl.type.len)
        ret[count++] = purl_key(&component->purl, component->purl.version.len != 0);
    if (component->digest.len)
        ret[count++] = digest_key(component->digest);
    return count;
}

bool package_keys(const struct known_package *known, struct arena *mem, uint64_t **ret,
                  size_t *ret_count)
{
    const struct purl *purls[] = {&known->purl, &known->source};
    struct spans hashes = known->package->hashes;
    uint64_t *keys = arena_array(mem, MOST_KEYS + hashes.count, sizeof *keys);
    size_t count = 0;
    if (!keys)
        return false;
    keys[count++] = KEY_ANYTHING;
    for (size_t i = 0; i < 2; i++) {
        uint64_t all = purl_key(purls[i], false);
        uint64_t one = purl_key(purls[i], true);
        if (purls[i]->type.len == 0 || (i && one == keys[count - 1]))
            continue; // the source has the package's own name and version
        keys[count++] = all;
        keys[count++] = one;
    }
    for (size_t i = 0; i < hashes.count; i++)
        keys[count++] = digest_key(hashes.items[i]);
    *ret = keys;
    *ret_count = count;
    return true;
}

// ---------------------------------------------------------------- packages

static bool has_digest(const struct component *component, struct spans digests)
{
    for (size_t i = 0; component->digest.len && i < digests.count; i++)
        if (span_equal(component->digest, digests.items[i]))
            return true;
    return false;
}

// A BOM-Link names one bill of materials. Where it is known which of them is scanned, what is said
// of a part of another is not about this one.
static bool is_of_other_bom(const struct component *component, const struct target *target)
{
    span uuid = span_from(target->scan->image.bom_serial, sizeof "urn:uuid:" - 1);
    return component->bom.len && uuid.len && !span_equal_nocase(component->bom, uuid);
}

bool component_is_package(const struct component *component, const struct target *target,
                          const struct known_package *known)
{
    const struct distro *distro = &target->scan->bom.distro;
    bool means_source = is_source_arch(purl_qualifier(&component->purl, S("arch")));
    if (is_of_other_bom(component, target))
        return false;
    return has_digest(component, known->package->hashes) ||
           purl_matches(&component->purl, means_source ? &known->source : &known->purl, distro);
}

// ---------------------------------------------------------------- the image

static bool is_digest(span text)
{
    return span_starts_with(text, S("sha256:")) && text.len == sizeof "sha256:" - 1 + 64;
}

static bool is_digest_of_image(span digest, const struct image *image)
{
    return digest.len &&
           (span_equal(digest, image->manifest_digest) || span_equal(digest, image->index_digest) ||
            span_equal(digest, image->image_id));
}

// A registry's address without what people put around it; Docker's has three names.
static bool same_repository(span url, const struct target *target)
{
    const span schemes[] = {S("https://"), S("http://")};
    const span aliases[] = {S("index.docker.io/"), S("registry-1.docker.io/"), S("docker.io/")};
    span repository = target->repository;
    for (size_t i = 0; i < 2; i++)
        if (span_starts_with(url, schemes[i]))
            url = span_from(url, schemes[i].len);
    url = span_trim_end(url, '/');
    for (size_t i = 0; i < 3; i++)
        if (span_starts_with(url, aliases[i]) && span_starts_with(repository, S("docker.io/")))
            return span_equal(span_from(url, aliases[i].len),
                              span_from(repository, sizeof "docker.io/" - 1));
    return span_equal(url, repository);
}

// purl-spec, type oci: the name is the last part of the repository, repository_url all of it.
static bool qualifies_image(const struct purl_qualifier *wanted, const struct target *target)
{
    if (span_equal(wanted->key, S("repository_url")))
        return same_repository(wanted->value, target);
    if (span_equal(wanted->key, S("tag")))
        return span_equal(wanted->value, target->tag);
    return span_equal(wanted->key, S("arch")) &&
           span_equal(wanted->value, target->scan->image.platform.architecture);
}

static bool is_image_by_purl(const struct purl *purl, const struct target *target)
{
    size_t slash = span_find_last(target->repository, '/');
    if (!span_equal(purl->type, S("oci")))
        return false;
    if (is_digest(purl->version)) // it says all, whatever the image is called
        return is_digest_of_image(purl->version, &target->scan->image);
    if (purl->version.len || slash == SPAN_NONE ||
        !span_equal_nocase(purl->name, span_from(target->repository, slash + 1)))
        return false;
    for (size_t i = 0; i < purl->qualifier_count; i++)
        if (!qualifies_image(&purl->qualifiers[i], target))
            return false;
    return true;
}

static span cpe_part(span *rest)
{
    return span_cut(rest, ':');
}

// Part, vendor and product of a CPE name, 2.2 or 2.3; its version.
static bool cpe_split(span cpe, span *ret_vendor, span *ret_product, span *ret_version)
{
    const span starts[] = {S("cpe:2.3:"), S("cpe:/")};
    for (size_t i = 0; i < 2; i++) {
        if (!span_starts_with(cpe, starts[i]))
            continue;
        span rest = span_from(cpe, starts[i].len);
        (void)cpe_part(&rest);
        *ret_vendor = cpe_part(&rest);
        *ret_product = cpe_part(&rest);
        *ret_version = cpe_part(&rest);
        return ret_vendor->len && ret_product->len;
    }
    return false;
}

// Red Hat Enterprise Linux 9 is the platform of 9.4, too; an extended update of 9.2 is another
// product.
static bool is_platform(span cpe, const struct distro *distro)
{
    span vendors[2] = {0};
    span products[2] = {0};
    span versions[2] = {0};
    if (!cpe_split(cpe, &vendors[0], &products[0], &versions[0]) ||
        !cpe_split(distro->cpe, &vendors[1], &products[1], &versions[1]) || versions[0].len == 0)
        return false;
    span rest = span_from(distro->version_id, versions[0].len);
    bool same_version = span_equal(versions[0], versions[1]) ||
                        (span_starts_with(distro->version_id, versions[0]) &&
                         (rest.len == 0 || rest.ptr[0] == '.'));
    return span_equal(vendors[0], vendors[1]) && span_equal(products[0], products[1]) &&
           same_version;
}

bool component_is_image(struct component *component, const struct target *target)
{
    if (!component->asked) {
        component->asked = true;
        component->is_image = !is_of_other_bom(component, target) &&
                              (is_image_by_purl(&component->purl, target) ||
                               is_digest_of_image(component->digest, &target->scan->image) ||
                               is_platform(component->cpe, &target->scan->bom.distro));
    }
    return component->is_image;
}

// ---------------------------------------------------------------- one package in another

// A package may lie in several files: a statement about one of them is not about the others.
static bool lies_in_file(const struct package *inner, const struct package *outer)
{
    if (outer->location_count == 0 || inner->location_count == 0)
        return false;
    for (size_t i = 0; i < inner->location_count; i++)
        if (inner->locations[i].layer != outer->locations[0].layer ||
            !span_equal(inner->locations[i].path, outer->locations[0].path))
            return false;
    return true;
}

// The package of the distribution that the file came with; the main module of a Go program; the jar
// around a jar.
static bool holds(const struct known_package *known, const struct package *inner)
{
    const struct package *outer = known->package;
    if (inner->owner.len && span_equal(inner->owner, outer->id))
        return true;
    if (outer == inner || !lies_in_file(inner, outer))
        return false;
    if (known->is_program)
        return span_equal(inner->type, S("golang"));
    span deeper = span_from(inner->member, outer->member.len);
    return span_equal(outer->type, S("maven")) && span_starts_with(inner->member, outer->member) &&
           deeper.len && (outer->member.len == 0 || span_starts_with(deeper, S("!/")));
}

bool component_holds(const struct component *component, const struct target *target,
                     const struct known_package *known)
{
    size_t count = 0;
    if (component->purl.type.len == 0)
        return false;
    const struct key_item *items =
        key_index_find(&target->by_name, purl_key(&component->purl, false), &count);
    for (size_t i = 0; i < count; i++) {
        const struct known_package *outer = &target->packages[items[i].value];
        if (component_is_package(component, target, outer) && holds(outer, known->package))
            return true;
    }
    return false;
}

// ---------------------------------------------------------------- reading

bool component_is_known(const struct component *component)
{
    return component->purl.type.len || component->digest.len || component->cpe.len;
}

bool component_identify(struct component *component, span text, struct arena *mem, struct err *err)
{
    struct err failed = {0};
    struct purl purl = {0};
    if (!span_starts_with(text, S("pkg:"))) {
        size_t at = span_find_last(text, '@');
        span digest = at == SPAN_NONE ? (span){0} : span_from(text, at + 1);
        return !is_digest(digest) || arena_span(mem, digest, &component->digest) ||
               arena_err(mem, err, "product");
    }
    if (purl_parse(text, mem, &purl, &failed))
        component->purl = purl;
    return failed.kind != ERR_LIMIT || err_copy(err, &failed);
}
