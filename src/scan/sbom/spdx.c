// SPDX 2.2 and 2.3, JSON.
#include "scan/sbom/sbom_inner.h"

bool is_spdx(const struct json *document)
{
    return span_starts_with(json_get_text(document, "spdxVersion"), S("SPDX-2."));
}

// ---------------------------------------------------------------- what is described

// The element that the document is about, where it is about one: the image.
static span described(const struct json *document)
{
    const struct json *list = json_get(document, "documentDescribes");
    const struct json *relations = json_get(document, "relationships");
    span found = json_count(list) == 1 ? json_text(json_at(list, 0)) : (span){0};
    size_t count = json_count(list);
    for (size_t i = 0; count == 0 && i < json_count(relations); i++) {
        const struct json *relation = json_at(relations, i);
        bool describes =
            span_equal(json_get_text(relation, "relationshipType"), S("DESCRIBES")) &&
            span_equal(json_get_text(relation, "spdxElementId"), S("SPDXRef-DOCUMENT"));
        if (!describes)
            continue;
        if (found.len)
            return (span){0};
        found = json_get_text(relation, "relatedSpdxElement");
    }
    return found;
}

static span purl_of(const struct json *package)
{
    const struct json *references = json_get(package, "externalRefs");
    for (size_t i = 0; i < json_count(references); i++) {
        const struct json *reference = json_at(references, i);
        span type = json_get_text(reference, "referenceType");
        if (span_equal(type, S("purl")) || span_ends_with(type, S("/purl")))
            return json_get_text(reference, "referenceLocator");
    }
    return (span){0};
}

static bool is_image(span purl)
{
    return span_starts_with(purl, S("pkg:oci/")) || span_starts_with(purl, S("pkg:docker/"));
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

// Names and values of Plimsoll stand as NAME=VALUE in annotations.
static bool next_property(const struct json *package, size_t *at, span *ret_name, span *ret_value)
{
    const struct json *annotations = json_get(package, "annotations");
    while (*at < json_count(annotations)) {
        span comment = json_get_text(json_at(annotations, (*at)++), "comment");
        if (!span_starts_with(comment, S("plimsoll:")))
            continue;
        *ret_name = span_cut(&comment, '=');
        *ret_value = comment;
        return true;
    }
    return false;
}

static bool take_checksums(struct reading *reading, const struct json *checksums,
                           struct record *record, struct err *err)
{
    for (size_t i = 0; i < json_count(checksums); i++) {
        const struct json *checksum = json_at(checksums, i);
        if (!record_add_hash(reading, record, json_get_text(checksum, "algorithm"),
                             json_get_text(checksum, "checksumValue"), err))
            return false;
    }
    return true;
}

static bool take_package(struct reading *reading, const struct json *package, struct err *err)
{
    struct record record = {
        .ref = json_get_text(package, "SPDXID"),
        .purl = purl_of(package),
        .name = json_get_text(package, "name"),
        .version = json_get_text(package, "versionInfo"),
        .vendor = actor_of(json_get_text(package, "supplier")),
    };
    record_init(reading, &record);
    span name = {0};
    span value = {0};
    take_source(json_get_text(package, "sourceInfo"), &record);
    if (!record_add_license(reading, &record, json_get_text(package, "licenseDeclared"), err))
        return false;
    for (size_t at = 0; next_property(package, &at, &name, &value);)
        record_property(&record, name, value);
    return take_checksums(reading, json_get(package, "checksums"), &record, err) &&
           record_finish(reading, &record, err);
}

// ---------------------------------------------------------------- image, distribution

static bool take_image(struct reading *reading, const struct json *package, struct err *err)
{
    span version = json_get_text(package, "versionInfo");
    span name = {0};
    span value = {0};
    if (!keep_text(reading, json_get_text(package, "name"), &reading->image.name, err))
        return false;
    if (span_starts_with(version, S("sha256:")) &&
        !keep_text(reading, version, &reading->image.manifest_digest, err))
        return false;
    for (size_t at = 0; next_property(package, &at, &name, &value);)
        if (!image_property(reading, name, value, err))
            return false;
    return true;
}

static bool take_distro(struct reading *reading, const struct json *package, struct err *err)
{
    struct distro *distro = &reading->distro;
    span name = {0};
    span value = {0};
    if (distro->id.len) {
        notes_add(reading->notes, NOTE_SUSPICIOUS, json_get_text(package, "SPDXID"),
                  "a second operating system: passed over");
        return true;
    }
    if (!keep_text(reading, json_get_text(package, "name"), &distro->id, err) ||
        !keep_text(reading, json_get_text(package, "versionInfo"), &distro->version_id, err))
        return false;
    for (size_t at = 0; next_property(package, &at, &name, &value);)
        if (!distro_property(reading, name, value, err))
            return false;
    return true;
}

// ---------------------------------------------------------------- the document

// Without a purl, what is no library is no package: the root, lock files, archives.
static bool is_package(const struct json *package, span purl, bool is_root)
{
    span purpose = json_get_text(package, "primaryPackagePurpose");
    if (purl.len)
        return !(is_root && is_image(purl));
    return !is_root && (purpose.len == 0 || span_equal(purpose, S("LIBRARY")) ||
                        span_equal(purpose, S("FRAMEWORK")));
}

static bool is_ours(const struct json *package)
{
    span name = {0};
    span value = {0};
    for (size_t at = 0; next_property(package, &at, &name, &value);)
        if (span_equal(name, S("plimsoll:type")))
            return true;
    return false;
}

static bool take_element(struct reading *reading, const struct json *package, span root,
                         struct err *err)
{
    span purpose = json_get_text(package, "primaryPackagePurpose");
    bool is_root = root.len && span_equal(json_get_text(package, "SPDXID"), root);
    if (span_equal(purpose, S("OPERATING-SYSTEM")) || span_equal(purpose, S("OPERATING_SYSTEM")))
        return take_distro(reading, package, err);
    if (is_package(package, purl_of(package), is_root) || is_ours(package))
        return take_package(reading, package, err);
    return !is_root || take_image(reading, package, err);
}

bool read_spdx(struct reading *reading, const struct json *document, struct err *err)
{
    const struct json *packages = json_get(document, "packages");
    span version = json_get_text(document, "spdxVersion");
    span root = described(document);
    if (!span_equal(version, S("SPDX-2.2")) && !span_equal(version, S("SPDX-2.3")))
        notes_add(reading->notes, NOTE_UNSUPPORTED, (span){0},
                  "'%s' is not known: it is read as SPDX-2.3", quote(version).text);
    if (!keep_text(reading, json_get_text(document, "name"), &reading->image.name, err))
        return false;
    for (size_t i = 0; i < json_count(packages); i++)
        if (!take_element(reading, json_at(packages, i), root, err))
            return false;
    return true;
}
