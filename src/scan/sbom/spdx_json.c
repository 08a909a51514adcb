// SPDX 2 as JSON.
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

// ---------------------------------------------------------------- packages

static span purl_of(const struct json *json)
{
    const struct json *references = json_get(json, "externalRefs");
    for (size_t i = 0; i < json_count(references); i++) {
        const struct json *reference = json_at(references, i);
        if (spdx_is_purl(json_get_text(reference, "referenceType")))
            return json_get_text(reference, "referenceLocator");
    }
    return (span){0};
}

static void read_lists(const struct json *json, struct spdx_package *package)
{
    const struct json *checksums = json_get(json, "checksums");
    const struct json *annotations = json_get(json, "annotations");
    for (size_t i = 0; i < json_count(checksums); i++) {
        const struct json *checksum = json_at(checksums, i);
        component_add_pair(&package->checksums, json_get_text(checksum, "algorithm"),
                           json_get_text(checksum, "checksumValue"));
    }
    for (size_t i = 0; i < json_count(annotations); i++) {
        span *comment = LIST_ADD(&package->annotations, span);
        if (comment)
            *comment = json_get_text(json_at(annotations, i), "comment");
    }
}

static void read_package(const struct json *json, struct spdx_package *package)
{
    spdx_package_clear(package);
    package->id = json_get_text(json, "SPDXID");
    package->name = json_get_text(json, "name");
    package->version = json_get_text(json, "versionInfo");
    package->supplier = json_get_text(json, "supplier");
    package->originator = json_get_text(json, "originator");
    package->source_info = json_get_text(json, "sourceInfo");
    package->declared = json_get_text(json, "licenseDeclared");
    package->concluded = json_get_text(json, "licenseConcluded");
    package->purpose = json_get_text(json, "primaryPackagePurpose");
    package->purl = purl_of(json);
    read_lists(json, package);
}

// ---------------------------------------------------------------- the document

static bool take_relations(struct reading *reading, const struct json *relations, struct err *err)
{
    for (size_t i = 0; i < json_count(relations); i++) {
        const struct json *relation = json_at(relations, i);
        if (!spdx_take_relation(reading, json_get_text(relation, "spdxElementId"),
                                json_get_text(relation, "relationshipType"),
                                json_get_text(relation, "relatedSpdxElement"), err))
            return false;
    }
    return true;
}

static bool take_extracted(struct reading *reading, const struct json *licenses, struct err *err)
{
    for (size_t i = 0; i < json_count(licenses); i++) {
        const struct json *license = json_at(licenses, i);
        if (!extracted_add(reading, json_get_text(license, "licenseId"),
                           json_get_text(license, "name"), json_get_text(license, "extractedText"),
                           err))
            return false;
    }
    extracted_sort(reading);
    return true;
}

bool read_spdx(struct reading *reading, const struct json *document, struct err *err)
{
    const struct json *packages = json_get(document, "packages");
    span root = described(document);
    struct spdx_package package = {0};
    spdx_package_init(reading, &package);
    spdx_check_version(reading, json_get_text(document, "spdxVersion"));
    if (!keep_text(reading, json_get_text(document, "name"), &reading->image.name, err) ||
        !take_extracted(reading, json_get(document, "hasExtractedLicensingInfos"), err))
        return false;
    for (size_t i = 0; i < json_count(packages); i++) {
        read_package(json_at(packages, i), &package);
        if (!spdx_take_package(reading, &package, root, err))
            return false;
    }
    return take_relations(reading, json_get(document, "relationships"), err);
}
