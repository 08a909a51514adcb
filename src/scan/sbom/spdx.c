// SPDX 2.1 to 2.3: what its packages and relationships mean, in JSON or as tags and values.
#include "scan/sbom/sbom_inner.h"

// ---------------------------------------------------------------- a package as it stands

void spdx_package_init(struct reading *reading, struct spdx_package *package)
{
    list_init(&package->checksums, reading->mem, sizeof(struct pair), SIZE_MAX);
    list_init(&package->annotations, reading->mem, sizeof(span), SIZE_MAX);
}

void spdx_package_clear(struct spdx_package *package)
{
    struct spdx_package empty = {
        .checksums = package->checksums,
        .annotations = package->annotations,
    };
    empty.checksums.count = 0;
    empty.annotations.count = 0;
    *package = empty;
}

bool spdx_is_purl(span reference_type)
{
    return span_equal(reference_type, S("purl")) || span_ends_with(reference_type, S("/purl"));
}

void spdx_check_version(struct reading *reading, span version)
{
    const span versions[] = {S("SPDX-2.1"), S("SPDX-2.2"), S("SPDX-2.3")};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
        if (span_equal(version, versions[i]))
            return;
    notes_add(reading->notes, NOTE_UNSUPPORTED, (span){0},
              "'%s' is not known: it is read as SPDX-2.3", quote(version).text);
}

// Names and values of Plimsoll stand as NAME=VALUE in annotations.
static bool next_property(const struct spdx_package *package, size_t *at, span *ret_name,
                          span *ret_value)
{
    while (*at < package->annotations.count) {
        span comment = *LIST_AT(&package->annotations, span, (*at)++);
        if (!span_starts_with(comment, S("plimsoll:")))
            continue;
        *ret_name = span_cut(&comment, '=');
        *ret_value = comment;
        return true;
    }
    return false;
}

// ---------------------------------------------------------------- packages

// "Organization: NAME (EMAIL)"; nobody known is nobody.
static span actor_of(span text)
{
    const span kinds[] = {S("Organization: "), S("Person: ")};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (span_starts_with(text, kinds[i]))
            return span_from(text, kinds[i].len);
    return (span){0};
}

static bool is_said(span license)
{
    return license.len && !span_equal(license, S("NOASSERTION")) && !span_equal(license, S("NONE"));
}

// Trivy: "built package from: NAME VERSION".
static void take_source(span text, struct record *record)
{
    span prefix = S("built package from: ");
    if (!span_starts_with(text, prefix))
        return;
    text = span_from(text, prefix.len);
    size_t blank = span_find_last(text, ' ');
    if (blank == SPAN_NONE || blank == 0)
        return;
    record->source_name = span_first(text, blank);
    record->source_version = span_from(text, blank + 1);
}

static bool take_package(struct reading *reading, const struct spdx_package *package,
                         struct err *err)
{
    span supplier = actor_of(package->supplier);
    struct record record = {
        .ref = package->id,
        .purl = package->purl,
        .name = package->name,
        .version = package->version,
        .vendor = supplier.len ? supplier : actor_of(package->originator),
    };
    span license = is_said(package->declared) ? package->declared : package->concluded;
    span purl = package->purl;
    span name = {0};
    span value = {0};
    record_init(reading, &record);
    take_source(package->source_info, &record);
    for (size_t at = 0; next_property(package, &at, &name, &value);)
        record_property(&record, name, value);
    (void)span_cut(&purl, ':');
    if ((!record.is_ours &&
         !extracted_resolve(reading, license, span_cut(&purl, '/'), &license, err)) ||
        !record_add_license(reading, &record, license, err))
        return false;
    for (size_t i = 0; i < package->checksums.count; i++) {
        const struct pair *checksum = LIST_AT(&package->checksums, struct pair, i);
        if (!record_add_hash(reading, &record, checksum->name, checksum->value, err))
            return false;
    }
    return record_finish(reading, &record, err);
}

// ---------------------------------------------------------------- image, distribution

static bool take_image(struct reading *reading, const struct spdx_package *package, struct err *err)
{
    span name = {0};
    span value = {0};
    if (!keep_text(reading, package->name, &reading->image.name, err))
        return false;
    if (span_starts_with(package->version, S("sha256:")) &&
        !keep_text(reading, package->version, &reading->image.manifest_digest, err))
        return false;
    for (size_t at = 0; next_property(package, &at, &name, &value);)
        if (!image_property(reading, name, value, err))
            return false;
    return true;
}

static bool take_system(struct reading *reading, const struct spdx_package *package,
                        struct err *err)
{
    struct distro distro = {0};
    span name = {0};
    span value = {0};
    if (!keep_text(reading, package->name, &distro.id, err) ||
        !keep_text(reading, package->version, &distro.version_id, err))
        return false;
    for (size_t at = 0; next_property(package, &at, &name, &value);)
        if (!distro_property(reading, &distro, name, value, err))
            return false;
    return distro_add_system(reading, &distro, err);
}

static bool is_ours(const struct spdx_package *package)
{
    span name = {0};
    span value = {0};
    for (size_t at = 0; next_property(package, &at, &name, &value);)
        if (span_equal(name, S("plimsoll:type")))
            return true;
    return false;
}

// Without a purl, what is no library is no package: the root, lock files, archives.
static bool is_package(const struct spdx_package *package, bool is_root)
{
    span purpose = package->purpose;
    if (package->purl.len)
        return !purl_is_image(package->purl);
    return !is_root && (purpose.len == 0 || span_equal(purpose, S("LIBRARY")) ||
                        span_equal(purpose, S("FRAMEWORK")));
}

bool spdx_take_package(struct reading *reading, struct spdx_package *package, span root,
                       struct err *err)
{
    bool is_root = root.len && span_equal(package->id, root);
    if (!list_ok(&package->checksums) || !list_ok(&package->annotations))
        return arena_err(reading->mem, err, "package");
    if (span_equal(package->purpose, S("OPERATING-SYSTEM")) ||
        span_equal(package->purpose, S("OPERATING_SYSTEM")))
        return take_system(reading, package, err);
    if (is_root && !take_image(reading, package, err))
        return false;
    return !(is_package(package, is_root) || is_ours(package)) ||
           take_package(reading, package, err);
}

// ---------------------------------------------------------------- relationships

bool spdx_take_relation(struct reading *reading, span from, span type, span to, struct err *err)
{
    if (span_equal(type, S("DEPENDS_ON")))
        return edge_add(reading, from, to, err);
    if (span_equal(type, S("DEPENDENCY_OF")) || span_equal(type, S("RUNTIME_DEPENDENCY_OF")))
        return edge_add(reading, to, from, err);
    return true;
}
