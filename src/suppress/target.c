// What is scanned, as documents of others name it.
#include "suppress/suppress_inner.h"

// ---------------------------------------------------------------- the image

// A first component that is no host stands for Docker's own registry, as in Docker.
static bool is_host(span component)
{
    return span_find(component, '.') != SPAN_NONE || span_find(component, ':') != SPAN_NONE ||
           span_equal(component, S("localhost"));
}

bool target_split_name(span name, struct arena *mem, span *ret_repository, span *ret_tag,
                       struct err *err)
{
    span rest = name;
    span path = span_cut(&rest, '@');
    size_t slash = span_find_last(path, '/');
    size_t colon = span_find_last(path, ':');
    bool has_tag = colon != SPAN_NONE && (slash == SPAN_NONE || colon > slash);
    span tag = has_tag ? span_from(path, colon + 1) : (span){0};
    path = has_tag ? span_first(path, colon) : path;
    span after = path;
    span first = span_cut(&after, '/');
    struct text repository;
    text_init(&repository, mem, SIZE_MAX);
    if (!is_host(first) || after.len == 0)
        text_add(&repository, after.len ? S("docker.io/") : S("docker.io/library/"));
    text_add(&repository, path);
    if (!text_ok(&repository))
        return arena_err(mem, err, "name of the image");
    *ret_repository = path.len ? text_span(&repository) : (span){0};
    *ret_tag = tag;
    return true;
}

static bool has_name(const struct image *image)
{
    const span kinds[] = {S("registry"), S("docker"), S("podman"), S("sbom")};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (span_equal(image->kind, kinds[i]))
            return true;
    return false;
}

// ---------------------------------------------------------------- packages

// The name of a package of a distribution is that of its source with another name in it.
static struct purl source_of(const struct known_package *known)
{
    const struct package *package = known->package;
    struct purl source = known->purl;
    if (!package_is_of_system(package) || source.type.len == 0)
        return (struct purl){0};
    if (package->source_name.len)
        source.name = package->source_name;
    if (package->source_version.len)
        source.version = package->source_version;
    return source;
}

static bool know(const struct package *package, struct arena *mem, struct known_package *ret,
                 struct err *err)
{
    struct err failed = {0};
    *ret = (struct known_package){.package = package};
    if (package->purl.len && !purl_parse(package->purl, mem, &ret->purl, &failed)) {
        if (failed.kind == ERR_LIMIT)
            return err_copy(err, &failed);
        ret->purl = (struct purl){0}; // nobody can name it by one
    }
    ret->source = source_of(ret);
    return true;
}

bool target_make(const struct scan *scan, struct arena *mem, struct target *ret, struct err *err)
{
    size_t count = scan->bom.package_count;
    struct target target = {
        .scan = scan,
        .packages = arena_array(mem, count, sizeof *target.packages),
    };
    if (!target.packages)
        return arena_err(mem, err, "packages");
    key_index_init(&target.by_name, mem);
    for (size_t i = 0; i < count; i++) {
        if (!know(&scan->bom.packages[i], mem, &target.packages[i], err))
            return false;
        if (target.packages[i].purl.type.len)
            key_index_add(&target.by_name, purl_key(&target.packages[i].purl, false), i);
    }
    if (has_name(&scan->image) &&
        !target_split_name(scan->image.name, mem, &target.repository, &target.tag, err))
        return false;
    if (!key_index_close(&target.by_name, err) || !target_find_programs(&target, mem, err))
        return false;
    *ret = target;
    return true;
}
