// SPDX 2.3, JSON: doc/formats/sbom.md has the mapping.
#include "format/json/json.h"
#include "report/report_inner.h"
#include "report/sbom_inner.h"

#define DOCUMENT_ID S("SPDXRef-DOCUMENT")
#define IMAGE_ID S("SPDXRef-image")
#define DISTRO_ID S("SPDXRef-operating-system")

struct writer {
    struct json_out json;
    struct sbom sbom;
    span tool;            // "Tool: plimsoll-1.0"
    struct list licenses; // of struct extracted
};

// A license that is on no list: LicenseRef-… and what is known of its text.
struct extracted {
    span id;
    span text;
};

static span join(struct writer *writer, span a, span b)
{
    struct text text = {0};
    text_init(&text, writer->sbom.mem, SIZE_MAX);
    text_add(&text, a);
    text_add(&text, b);
    if (!text_ok(&text))
        writer->json.text->failed = true;
    return text_span(&text);
}

// ---------------------------------------------------------------- licences

static void keep_extracted(struct writer *writer, span id, span text)
{
    struct extracted *extracted = LIST_ADD(&writer->licenses, struct extracted);
    if (extracted)
        *extracted = (struct extracted){.id = id, .text = text};
    else
        writer->json.text->failed = true;
}

// What is no expression becomes a license of this document alone, named by a hash of its text.
static span license_of(struct writer *writer, span licenses)
{
    span prefix = S("LicenseRef-");
    if (licenses.len == 0)
        return S("NOASSERTION");
    if (license_is_expression(licenses)) {
        span rest = licenses;
        for (span word = license_next_word(&rest); word.len; word = license_next_word(&rest))
            if (span_starts_with(word, prefix))
                keep_extracted(writer, word, span_from(word, prefix.len));
        return licenses;
    }
    struct text id = {0};
    text_init(&id, writer->sbom.mem, SIZE_MAX);
    text_addf(&id, "LicenseRef-plimsoll-%016llx", (unsigned long long)span_hash(licenses, 0));
    keep_extracted(writer, text_span(&id), licenses);
    return text_span(&id);
}

static int compare_extracted(const void *a, const void *b)
{
    return span_compare(((const struct extracted *)a)->id, ((const struct extracted *)b)->id);
}

static void add_extracted(struct writer *writer)
{
    struct json_out *out = &writer->json;
    struct list *licenses = &writer->licenses;
    if (licenses->count)
        sort_items(licenses->items, licenses->count, licenses->item_size, compare_extracted);
    json_key(out, "hasExtractedLicensingInfos");
    json_begin_array(out);
    for (size_t i = 0; i < licenses->count; i++) {
        const struct extracted *extracted = LIST_AT(licenses, struct extracted, i);
        if (i && compare_extracted(extracted, LIST_AT(licenses, struct extracted, i - 1)) == 0)
            continue;
        json_begin_object(out);
        json_field_text(out, "licenseId", extracted->id);
        json_field_text(out, "extractedText", extracted->text);
        json_end_object(out);
    }
    json_end_array(out);
}

// ---------------------------------------------------------------- parts of a package

static void add_annotation(void *self, span name, span value)
{
    struct writer *writer = self;
    struct json_out *out = &writer->json;
    json_begin_object(out);
    json_field_text(out, "annotationDate", span_of_text(writer->sbom.timestamp));
    json_field_text(out, "annotationType", S("OTHER"));
    json_field_text(out, "annotator", writer->tool);
    json_field_text(out, "comment", join(writer, join(writer, name, S("=")), value));
    json_end_object(out);
}

static void add_reference(struct json_out *out, const char *category, const char *type,
                          span locator)
{
    if (locator.len == 0)
        return;
    json_begin_object(out);
    json_field_text(out, "referenceCategory", span_of_text(category));
    json_field_text(out, "referenceType", span_of_text(type));
    json_field_text(out, "referenceLocator", locator);
    json_end_object(out);
}

static void add_references(struct json_out *out, span purl, span cpe)
{
    json_key(out, "externalRefs");
    json_begin_array(out);
    add_reference(out, "PACKAGE-MANAGER", "purl", purl);
    add_reference(out, "SECURITY", "cpe23Type", cpe);
    json_end_array(out);
}

static void add_checksums(struct json_out *out, struct spans hashes)
{
    json_key(out, "checksums");
    json_begin_array(out);
    for (size_t i = 0; i < hashes.count; i++) {
        span digits = {0};
        const struct hash_kind *kind = sbom_hash(hashes.items[i], &digits);
        if (!kind)
            continue;
        json_begin_object(out);
        json_field_text(out, "algorithm", span_of_text(kind->spdx));
        json_field_text(out, "checksumValue", digits);
        json_end_object(out);
    }
    json_end_array(out);
}

static void begin_package(struct json_out *out, span id, span name, span version)
{
    json_begin_object(out);
    json_field_text(out, "SPDXID", id);
    json_field_text(out, "name", name);
    if (version.len)
        json_field_text(out, "versionInfo", version);
    json_field_text(out, "downloadLocation", S("NOASSERTION"));
    json_field_bool(out, "filesAnalyzed", false);
    json_field_text(out, "copyrightText", S("NOASSERTION"));
}

static void add_license_fields(struct json_out *out, span declared)
{
    json_field_text(out, "licenseConcluded", S("NOASSERTION"));
    json_field_text(out, "licenseDeclared", declared);
}

// SPDX 2.3, 7.5: "Organization: NAME (EMAIL)"; records have "NAME <EMAIL>".
static void add_supplier(struct writer *writer, span vendor)
{
    struct text text = {0};
    text_init(&text, writer->sbom.mem, SIZE_MAX);
    text_add(&text, S("Organization: "));
    for (size_t i = 0; i < vendor.len; i++) {
        uint8_t c = vendor.ptr[i];
        text_add_byte(&text, c == '<' ? '(' : c == '>' ? ')' : c == '\n' ? ' ' : c);
    }
    if (!text_ok(&text))
        writer->json.text->failed = true;
    json_field_text(&writer->json, "supplier", vendor.len ? text_span(&text) : S("NOASSERTION"));
}

// ---------------------------------------------------------------- packages

// SPDX 2.3, 7.24.
static span purpose_of(enum sbom_subject subject)
{
    switch (subject) {
    case SUBJECT_IMAGE:
        return S("CONTAINER");
    case SUBJECT_FILES:
        return S("FILE");
    case SUBJECT_MACHINE:
        return S("OTHER");
    case SUBJECT_UNKNOWN:
        break;
    }
    return S("APPLICATION");
}

static void add_image(struct writer *writer)
{
    struct json_out *out = &writer->json;
    const struct image *image = &writer->sbom.scan->image;
    span purl = {0};
    if (!sbom_image_purl(image, writer->sbom.mem, &purl))
        out->text->failed = true;
    begin_package(out, IMAGE_ID, image->name, image->manifest_digest);
    add_license_fields(out, S("NOASSERTION"));
    json_field_text(out, "primaryPackagePurpose", purpose_of(sbom_subject(image)));
    add_checksums(out, (struct spans){&image->manifest_digest, 1});
    add_references(out, purl, (span){0});
    json_key(out, "annotations");
    json_begin_array(out);
    sbom_image_properties(&writer->sbom, add_annotation, writer);
    json_end_array(out);
    json_end_object(out);
}

static void add_distro(struct writer *writer)
{
    struct json_out *out = &writer->json;
    const struct distro *distro = &writer->sbom.scan->bom.distro;
    if (distro->id.len == 0)
        return;
    begin_package(out, DISTRO_ID, distro->id, distro->version_id);
    add_license_fields(out, S("NOASSERTION"));
    json_field_text(out, "primaryPackagePurpose", S("OPERATING-SYSTEM"));
    json_key(out, "annotations");
    json_begin_array(out);
    sbom_distro_properties(distro, add_annotation, writer);
    if (distro->cpe.len)
        add_annotation(writer, S("plimsoll:distro:cpe"), distro->cpe);
    json_end_array(out);
    json_end_object(out);
}

static span package_id(struct writer *writer, size_t index)
{
    return join(writer, S("SPDXRef-"), writer->sbom.refs[index]);
}

static void add_package(struct writer *writer, size_t index)
{
    struct json_out *out = &writer->json;
    const struct package *package = &writer->sbom.scan->bom.packages[index];
    span cpe = {0};
    if (!cpe_guess(package, writer->sbom.mem, &cpe))
        out->text->failed = true;
    begin_package(out, package_id(writer, index), package->name, package->version);
    add_supplier(writer, package->vendor);
    add_license_fields(out, license_of(writer, package->licenses));
    if (package->location_count)
        json_field_text(out, "sourceInfo",
                        join(writer, S("acquired from "), package->locations[0].path));
    add_checksums(out, package->hashes);
    add_references(out, package->purl, cpe);
    json_key(out, "annotations");
    json_begin_array(out);
    sbom_package_properties(&writer->sbom, package, add_annotation, writer);
    if (package->vendor.len)
        add_annotation(writer, S("plimsoll:vendor"), package->vendor);
    if (package->licenses.len && !license_is_expression(package->licenses))
        add_annotation(writer, S("plimsoll:licenses"), package->licenses);
    json_end_array(out);
    json_end_object(out);
}

// ---------------------------------------------------------------- relationships

static void add_relation(struct json_out *out, span from, const char *type, span to,
                         const char *comment)
{
    json_begin_object(out);
    json_field_text(out, "spdxElementId", from);
    json_field_text(out, "relationshipType", span_of_text(type));
    json_field_text(out, "relatedSpdxElement", to);
    if (comment)
        json_field_text(out, "comment", span_of_text(comment));
    json_end_object(out);
}

static void add_package_relations(struct writer *writer, size_t index)
{
    const struct sbom *sbom = &writer->sbom;
    const struct package *package = &sbom->scan->bom.packages[index];
    span id = package_id(writer, index);
    struct list needs;
    add_relation(&writer->json, IMAGE_ID, "CONTAINS", id, NULL);
    if (!sbom_needs(sbom, index, &needs))
        writer->json.text->failed = true;
    for (size_t i = 0; i < needs.count; i++)
        add_relation(&writer->json,
                     join(writer, S("SPDXRef-"), LIST_AT(&needs, struct sbom_id, i)->id),
                     "DEPENDENCY_OF", id, NULL);
    size_t owner = sbom_owner(sbom, package);
    if (owner != SIZE_MAX)
        add_relation(&writer->json, package_id(writer, owner), "OTHER", id,
                     "the first owns the files of the second");
}

static void add_relations(struct writer *writer)
{
    struct json_out *out = &writer->json;
    json_key(out, "relationships");
    json_begin_array(out);
    add_relation(out, DOCUMENT_ID, "DESCRIBES", IMAGE_ID, NULL);
    if (writer->sbom.scan->bom.distro.id.len)
        add_relation(out, IMAGE_ID, "CONTAINS", DISTRO_ID, NULL);
    for (size_t i = 0; i < writer->sbom.scan->bom.package_count; i++)
        add_package_relations(writer, i);
    json_end_array(out);
}

// ---------------------------------------------------------------- the document

static void add_creation(struct writer *writer)
{
    struct json_out *out = &writer->json;
    json_key(out, "creationInfo");
    json_begin_object(out);
    json_field_text(out, "created", span_of_text(writer->sbom.timestamp));
    json_key(out, "creators");
    json_begin_array(out);
    json_write_text(out, writer->tool);
    json_end_array(out);
    json_end_object(out);
}

static void add_packages(struct writer *writer)
{
    json_key(&writer->json, "packages");
    json_begin_array(&writer->json);
    add_image(writer);
    add_distro(writer);
    for (size_t i = 0; i < writer->sbom.scan->bom.package_count; i++)
        add_package(writer, i);
    json_end_array(&writer->json);
}

void report_spdx(const struct scan *scan, const struct report_options *options, struct text *out)
{
    struct writer writer = {.json = {.text = out, .indent = 2}};
    struct json_out *json = &writer.json;
    size_t start = out->len;
    if (!sbom_begin(scan, options, out->mem, &writer.sbom)) {
        out->failed = true;
        return;
    }
    list_init(&writer.licenses, out->mem, sizeof(struct extracted), SIZE_MAX);
    writer.tool = join(&writer, S("Tool: plimsoll-"), options->tool_version);
    json_begin_object(json);
    json_field_text(json, "spdxVersion", S("SPDX-2.3"));
    json_field_text(json, "dataLicense", S("CC0-1.0"));
    json_field_text(json, "SPDXID", DOCUMENT_ID);
    json_field_text(json, "name", scan->image.name);
    json_field_text(json, "documentNamespace", S("urn:uuid:" UUID_NIL));
    size_t uuid = out->len - 1 - UUID_LEN;
    add_creation(&writer);
    add_packages(&writer);
    add_relations(&writer);
    add_extracted(&writer);
    json_end_object(json);
    text_add_byte(out, '\n');
    sbom_set_uuid(out, start, uuid);
}
