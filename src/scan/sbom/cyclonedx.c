// CycloneDX 1.2 to 1.7, JSON.
#include "scan/sbom/sbom_inner.h"

bool is_cyclonedx(const struct json *document)
{
    return span_equal(json_get_text(document, "bomFormat"), S("CycloneDX"));
}

// ---------------------------------------------------------------- packages

static bool take_licenses(struct reading *reading, const struct json *licenses,
                          struct record *record, struct err *err)
{
    for (size_t i = 0; i < json_count(licenses); i++) {
        const struct json *choice = json_at(licenses, i);
        const struct json *license = json_get(choice, "license");
        span text = json_get_text(choice, "expression");
        if (text.len == 0)
            text = json_get_text(license, "id");
        if (text.len == 0)
            text = json_get_text(license, "name");
        if (!record_add_license(reading, record, text, err))
            return false;
    }
    return true;
}

static bool take_hashes(struct reading *reading, const struct json *hashes, struct record *record,
                        struct err *err)
{
    for (size_t i = 0; i < json_count(hashes); i++) {
        const struct json *hash = json_at(hashes, i);
        if (!record_add_hash(reading, record, json_get_text(hash, "alg"),
                             json_get_text(hash, "content"), err))
            return false;
    }
    return true;
}

static void take_properties(const struct json *properties, struct record *record)
{
    for (size_t i = 0; i < json_count(properties); i++) {
        const struct json *property = json_at(properties, i);
        record_property(record, json_get_text(property, "name"), json_get_text(property, "value"));
    }
}

// A component that names no package: files, lock files, images, keys.
static bool is_package(span type, const struct record *record)
{
    return record->purl.len || record->is_ours || span_equal(type, S("library")) ||
           span_equal(type, S("framework"));
}

static bool take_package(struct reading *reading, const struct json *component, struct err *err)
{
    struct record record = {
        .ref = json_get_text(component, "bom-ref"),
        .purl = json_get_text(component, "purl"),
        .group = json_get_text(component, "group"),
        .name = json_get_text(component, "name"),
        .version = json_get_text(component, "version"),
        .vendor = json_get_text(component, "publisher"),
    };
    record_init(reading, &record);
    if (record.vendor.len == 0)
        record.vendor = json_get_text(json_get(component, "supplier"), "name");
    take_properties(json_get(component, "properties"), &record);
    if (!is_package(json_get_text(component, "type"), &record))
        return true;
    return take_licenses(reading, json_get(component, "licenses"), &record, err) &&
           take_hashes(reading, json_get(component, "hashes"), &record, err) &&
           record_finish(reading, &record, err);
}

// ---------------------------------------------------------------- distribution

static bool take_distro(struct reading *reading, const struct json *component, struct err *err)
{
    struct distro *distro = &reading->distro;
    const struct json *properties = json_get(component, "properties");
    if (distro->id.len) {
        notes_add(reading->notes, NOTE_SUSPICIOUS, json_get_text(component, "bom-ref"),
                  "a second operating system: passed over");
        return true;
    }
    if (!keep_text(reading, json_get_text(component, "name"), &distro->id, err) ||
        !keep_text(reading, json_get_text(component, "version"), &distro->version_id, err) ||
        !keep_text(reading, json_get_text(component, "cpe"), &distro->cpe, err))
        return false;
    for (size_t i = 0; i < json_count(properties); i++) {
        const struct json *property = json_at(properties, i);
        if (!distro_property(reading, json_get_text(property, "name"),
                             json_get_text(property, "value"), err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- the document

static bool take_image(struct reading *reading, const struct json *component, struct err *err)
{
    const struct json *properties = json_get(component, "properties");
    span version = json_get_text(component, "version");
    if (!keep_text(reading, json_get_text(component, "name"), &reading->image.name, err))
        return false;
    if (span_starts_with(version, S("sha256:")) &&
        !keep_text(reading, version, &reading->image.manifest_digest, err))
        return false;
    for (size_t i = 0; i < json_count(properties); i++) {
        const struct json *property = json_at(properties, i);
        if (!image_property(reading, json_get_text(property, "name"),
                            json_get_text(property, "value"), err))
            return false;
    }
    return true;
}

// Components hold components; how deep is limited.
static bool take_components(struct reading *reading, const struct json *components, uint64_t depth,
                            struct err *err)
{
    if (json_count(components) && depth == 0) {
        notes_add(reading->notes, NOTE_LIMIT, (span){0}, "components within components, %llu deep",
                  (unsigned long long)reading->limits->depth);
        return true;
    }
    for (size_t i = 0; i < json_count(components); i++) {
        const struct json *component = json_at(components, i);
        bool system = span_equal(json_get_text(component, "type"), S("operating-system"));
        bool taken =
            system ? take_distro(reading, component, err) : take_package(reading, component, err);
        if (!taken || !take_components(reading, json_get(component, "components"), depth - 1, err))
            return false;
    }
    return true;
}

static void note_version(struct reading *reading, const struct json *document)
{
    const span versions[] = {S("1.2"), S("1.3"), S("1.4"), S("1.5"), S("1.6"), S("1.7")};
    span version = json_get_text(document, "specVersion");
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
        if (span_equal(version, versions[i]))
            return;
    notes_add(reading->notes, NOTE_UNSUPPORTED, (span){0},
              "CycloneDX '%s' is not known: it is read as 1.7", quote(version).text);
}

bool read_cyclonedx(struct reading *reading, const struct json *document, struct err *err)
{
    const struct json *image = json_get(json_get(document, "metadata"), "component");
    note_version(reading, document);
    return take_image(reading, image, err) &&
           take_components(reading, json_get(image, "components"), reading->limits->depth, err) &&
           take_components(reading, json_get(document, "components"), reading->limits->depth, err);
}
