// CycloneDX 1.6, JSON: doc/formats/sbom.md has the mapping.
#include "report/cyclonedx_inner.h"

#define IMAGE_REF S("image")
#define DISTRO_REF S("operating-system")

// Nothing known is no field.
static void field(struct json_out *out, const char *key, span value)
{
    if (value.len)
        json_field_text(out, key, value);
}

// ---------------------------------------------------------------- parts of a component

static void add_property(void *self, span name, span value)
{
    struct json_out *out = self;
    json_begin_object(out);
    json_field_text(out, "name", name);
    json_field_text(out, "value", value);
    json_end_object(out);
}

static void add_hashes(struct json_out *out, struct spans hashes)
{
    bool any = false;
    for (size_t i = 0; i < hashes.count; i++) {
        span digits = {0};
        const struct hash_kind *kind = sbom_hash(hashes.items[i], &digits);
        if (!kind)
            continue;
        if (!any) {
            json_key(out, "hashes");
            json_begin_array(out);
        }
        any = true;
        json_begin_object(out);
        json_field_text(out, "alg", span_of_text(kind->cyclonedx));
        json_field_text(out, "content", digits);
        json_end_object(out);
    }
    if (any)
        json_end_array(out);
}

static void add_licenses(struct json_out *out, span licenses)
{
    if (licenses.len == 0)
        return;
    json_key(out, "licenses");
    json_begin_array(out);
    json_begin_object(out);
    if (license_is_expression(licenses)) {
        json_field_text(out, "expression", licenses);
    } else {
        json_key(out, "license");
        json_begin_object(out);
        json_field_text(out, "name", licenses);
        json_end_object(out);
    }
    json_end_object(out);
    json_end_array(out);
}

static void add_supplier(struct json_out *out, span vendor)
{
    if (vendor.len == 0)
        return;
    json_key(out, "supplier");
    json_begin_object(out);
    json_field_text(out, "name", vendor);
    json_end_object(out);
}

// The records that say it is there.
static void add_evidence(struct json_out *out, const struct package *package)
{
    if (package->location_count == 0)
        return;
    json_key(out, "evidence");
    json_begin_object(out);
    json_key(out, "occurrences");
    json_begin_array(out);
    for (size_t i = 0; i < package->location_count; i++) {
        json_begin_object(out);
        json_field_text(out, "location", package->locations[i].path);
        json_end_object(out);
    }
    json_end_array(out);
    json_end_object(out);
}

// ---------------------------------------------------------------- components

static void add_package(struct json_out *out, const struct sbom *sbom, size_t index)
{
    const struct package *package = &sbom->scan->bom.packages[index];
    span group = {0};
    span name = {0};
    span cpe = {0};
    package_name_parts(package, &group, &name);
    if (!cpe_guess(package, sbom->mem, &cpe))
        out->text->failed = true;
    json_begin_object(out);
    json_field_text(out, "type",
                    span_equal(package->type, S("generic")) ? S("application") : S("library"));
    json_field_text(out, "bom-ref", sbom->refs[index]);
    add_supplier(out, package->vendor);
    field(out, "group", group);
    json_field_text(out, "name", name);
    field(out, "version", package->version);
    add_hashes(out, package->hashes);
    add_licenses(out, package->licenses);
    field(out, "cpe", cpe);
    field(out, "purl", package->purl);
    add_evidence(out, package);
    json_key(out, "properties");
    json_begin_array(out);
    sbom_package_properties(sbom, package, add_property, out);
    json_end_array(out);
    json_end_object(out);
}

static void add_distro(struct json_out *out, const struct distro *distro)
{
    if (distro->id.len == 0)
        return;
    json_begin_object(out);
    json_field_text(out, "type", S("operating-system"));
    json_field_text(out, "bom-ref", DISTRO_REF);
    json_field_text(out, "name", distro->id);
    field(out, "version", distro->version_id);
    field(out, "description", distro->pretty_name);
    field(out, "cpe", distro->cpe);
    json_key(out, "properties");
    json_begin_array(out);
    sbom_distro_properties(distro, add_property, out);
    json_end_array(out);
    json_end_object(out);
}

// All packages, or those that `only` marks.
static void add_components(struct json_out *out, const struct sbom *sbom, const bool *only)
{
    json_key(out, "components");
    json_begin_array(out);
    add_distro(out, &sbom->scan->bom.distro);
    for (size_t i = 0; i < sbom->scan->bom.package_count; i++)
        if (!only || only[i])
            add_package(out, sbom, i);
    json_end_array(out);
}

// ---------------------------------------------------------------- metadata

static span component_type(enum sbom_subject subject)
{
    switch (subject) {
    case SUBJECT_IMAGE:
        return S("container");
    case SUBJECT_FILES:
        return S("file");
    case SUBJECT_MACHINE:
        return S("platform");
    case SUBJECT_UNKNOWN:
        break;
    }
    return S("application");
}

static void add_image(struct json_out *out, const struct sbom *sbom)
{
    const struct image *image = &sbom->scan->image;
    span purl = {0};
    if (!sbom_image_purl(image, sbom->mem, &purl))
        out->text->failed = true;
    json_key(out, "component");
    json_begin_object(out);
    json_field_text(out, "type", component_type(sbom_subject(image)));
    json_field_text(out, "bom-ref", IMAGE_REF);
    json_field_text(out, "name", image->name);
    field(out, "version", image->manifest_digest);
    add_hashes(out, (struct spans){&image->manifest_digest, 1});
    field(out, "purl", purl);
    json_key(out, "properties");
    json_begin_array(out);
    sbom_image_properties(sbom, add_property, out);
    json_end_array(out);
    json_end_object(out);
}

static void add_metadata(struct json_out *out, const struct sbom *sbom)
{
    json_key(out, "metadata");
    json_begin_object(out);
    json_field_text(out, "timestamp", span_of_text(sbom->timestamp));
    json_key(out, "tools");
    json_begin_object(out);
    json_key(out, "components");
    json_begin_array(out);
    json_begin_object(out);
    json_field_text(out, "type", S("application"));
    json_field_text(out, "name", S("plimsoll"));
    json_field_text(out, "version", sbom->options->tool_version);
    json_end_object(out);
    json_end_array(out);
    json_end_object(out);
    add_image(out, sbom);
    json_end_object(out);
}

// ---------------------------------------------------------------- dependencies

static void begin_dependency(struct json_out *out, span ref)
{
    json_begin_object(out);
    json_field_text(out, "ref", ref);
    json_key(out, "dependsOn");
    json_begin_array(out);
}

static void end_dependency(struct json_out *out)
{
    json_end_array(out);
    json_end_object(out);
}

// Marks what is depended on.
static void add_edges(struct json_out *out, const struct sbom *sbom, bool *wanted)
{
    for (size_t i = 0; i < sbom->scan->bom.package_count; i++) {
        struct list needs;
        if (sbom->scan->bom.packages[i].depends.count == 0)
            continue;
        if (!sbom_needs(sbom, i, &needs)) {
            out->text->failed = true;
            return;
        }
        begin_dependency(out, sbom->refs[i]);
        for (size_t j = 0; j < needs.count; j++) {
            const struct sbom_id *need = LIST_AT(&needs, struct sbom_id, j);
            json_write_text(out, need->id);
            wanted[need->index] = true;
        }
        end_dependency(out);
    }
}

// The image depends on what nothing in it depends on.
static void add_dependencies(struct json_out *out, const struct sbom *sbom)
{
    const struct bom *bom = &sbom->scan->bom;
    bool *wanted = arena_array(sbom->mem, bom->package_count, sizeof *wanted);
    if (!wanted) {
        out->text->failed = true;
        return;
    }
    json_key(out, "dependencies");
    json_begin_array(out);
    add_edges(out, sbom, wanted);
    begin_dependency(out, IMAGE_REF);
    if (bom->distro.id.len)
        json_write_text(out, DISTRO_REF);
    for (size_t i = 0; i < bom->package_count; i++)
        if (!wanted[i])
            json_write_text(out, sbom->refs[i]);
    end_dependency(out);
    json_end_array(out);
}

static void add_compositions(struct json_out *out, const struct sbom *sbom)
{
    json_key(out, "compositions");
    json_begin_array(out);
    json_begin_object(out);
    json_field_text(out, "aggregate", sbom->scan->bom_complete ? S("unknown") : S("incomplete"));
    json_key(out, "assemblies");
    json_begin_array(out);
    json_write_text(out, IMAGE_REF);
    json_end_array(out);
    json_end_object(out);
    json_end_array(out);
}

// ---------------------------------------------------------------- the document

// The parts of one of the two documents, between its head and its end.
typedef void write_parts(struct json_out *out, const struct sbom *sbom);

static void write_bill(struct json_out *out, const struct sbom *sbom)
{
    add_components(out, sbom, NULL);
    add_dependencies(out, sbom);
    add_compositions(out, sbom);
    if (sbom->scan->matched)
        cyclonedx_vulnerabilities(out, sbom);
}

// A vulnerability disclosure report: the flaws, and of the packages those that have some.
static void write_disclosure(struct json_out *out, const struct sbom *sbom)
{
    const struct scan *scan = sbom->scan;
    bool *affected = arena_array(sbom->mem, scan->bom.package_count, sizeof *affected);
    if (!affected) {
        out->text->failed = true;
        return;
    }
    for (size_t i = 0; i < scan->findings.count; i++)
        if (cyclonedx_shows(&scan->findings.items[i], sbom->options))
            affected[scan->findings.items[i].package] = true;
    add_components(out, sbom, affected);
    add_compositions(out, sbom);
    cyclonedx_vulnerabilities(out, sbom);
}

static void write_document(const struct scan *scan, const struct report_options *options,
                           write_parts *parts, struct text *out)
{
    struct json_out json = {.text = out, .indent = 2};
    struct sbom sbom = {0};
    size_t start = out->len;
    if (!sbom_begin(scan, options, out->mem, &sbom)) {
        out->failed = true;
        return;
    }
    json_begin_object(&json);
    json_field_text(&json, "bomFormat", S("CycloneDX"));
    json_field_text(&json, "specVersion", S("1.6"));
    json_field_text(&json, "serialNumber", S("urn:uuid:" UUID_NIL));
    size_t uuid = out->len - 1 - UUID_LEN;
    json_field_u64(&json, "version", 1);
    add_metadata(&json, &sbom);
    parts(&json, &sbom);
    json_end_object(&json);
    text_add_byte(out, '\n');
    sbom_set_uuid(out, start, uuid);
}

void report_cyclonedx(const struct scan *scan, const struct report_options *options,
                      struct text *out)
{
    write_document(scan, options, write_bill, out);
}

void report_disclosure(const struct scan *scan, const struct report_options *options,
                       struct text *out)
{
    write_document(scan, options, write_disclosure, out);
}
