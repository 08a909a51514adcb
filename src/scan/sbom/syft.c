// Syft's own JSON: schema 11 and later; what is read has been the same since.
#include "scan/sbom/sbom_inner.h"

bool is_syft(const struct json *document)
{
    return json_is_array(json_get(document, "artifacts")) &&
           json_is_object(json_get(document, "source"));
}

// ---------------------------------------------------------------- packages

// For the few that Syft has no purl for.
static span type_of(span type)
{
    static const char *const types[][2] = {
        {"dart-pub", "pub"},
        {"dotnet", "nuget"},
        {"go-module", "golang"},
        {"java-archive", "maven"},
        {"php-composer", "composer"},
        {"python", "pypi"},
        {"rust-crate", "cargo"},
        {"deb", "deb"},
        {"rpm", "rpm"},
        {"apk", "apk"},
        {"alpm", "alpm"},
        {"npm", "npm"},
        {"gem", "gem"},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_equal(type, span_of_text(types[i][0])))
            return span_of_text(types[i][1]);
    return (span){0};
}

static bool take_licenses(struct reading *reading, const struct json *licenses,
                          struct record *record, struct err *err)
{
    for (size_t i = 0; i < json_count(licenses); i++) {
        const struct json *license = json_at(licenses, i);
        span text = json_get_text(license, "spdxExpression");
        if (text.len == 0)
            text = json_get_text(license, "value");
        if (text.len == 0)
            text = json_text(license);
        if (!record_add_license(reading, record, text, err))
            return false;
    }
    return true;
}

static void take_places(const struct json *locations, struct record *record)
{
    for (size_t i = 0; i < json_count(locations) && i < MOST_LOCATIONS; i++) {
        const struct json *location = json_at(locations, i);
        struct place *place = record_place(record, i);
        if (place)
            *place = (struct place){
                .path = json_get_text(location, "path"),
                .layer_id = json_get_text(location, "layerID"),
            };
    }
}

// "name:stream:version:context"
static span module_of(span label)
{
    span rest = label;
    size_t name = span_cut(&rest, ':').len;
    size_t stream = span_cut(&rest, ':').len;
    return stream ? span_first(label, name + 1 + stream) : (span){0};
}

static void take_metadata(const struct json *metadata, struct record *record)
{
    record->arch = json_get_text(metadata, "architecture");
    record->module = module_of(json_get_text(metadata, "modularityLabel"));
    record->vendor = json_get_text(metadata, "vendor");
    if (record->vendor.len == 0)
        record->vendor = json_get_text(metadata, "maintainer");
}

static bool take_artifact(struct reading *reading, const struct json *artifact, struct err *err)
{
    struct record record = {
        .ref = json_get_text(artifact, "id"),
        .purl = json_get_text(artifact, "purl"),
        .name = json_get_text(artifact, "name"),
        .version = json_get_text(artifact, "version"),
    };
    record_init(reading, &record);
    if (record.purl.len == 0)
        record.type = type_of(json_get_text(artifact, "type"));
    take_metadata(json_get(artifact, "metadata"), &record);
    take_places(json_get(artifact, "locations"), &record);
    return take_licenses(reading, json_get(artifact, "licenses"), &record, err) &&
           record_finish(reading, &record, err);
}

// ---------------------------------------------------------------- image, distribution

static bool take_image(struct reading *reading, const struct json *source, struct err *err)
{
    struct image *image = &reading->image;
    const struct json *metadata = json_get(source, "metadata");
    const struct json *layers = json_get(metadata, "layers");
    if (!keep_text(reading, json_get_text(source, "name"), &image->name, err) ||
        !keep_text(reading, json_get_text(metadata, "manifestDigest"), &image->manifest_digest,
                   err) ||
        !keep_text(reading, json_get_text(metadata, "imageID"), &image->image_id, err) ||
        !keep_text(reading, json_get_text(metadata, "os"), &image->platform.os, err) ||
        !keep_text(reading, json_get_text(metadata, "architecture"), &image->platform.architecture,
                   err))
        return false;
    for (size_t i = 0; i < json_count(layers); i++)
        if (!keep_layer(reading, json_get_text(json_at(layers, i), "digest"), err))
            return false;
    return true;
}

static bool take_distro(struct reading *reading, const struct json *json, struct err *err)
{
    struct distro distro = {0};
    span like = json_text(json_at(json_get(json, "idLike"), 0));
    return keep_text(reading, json_get_text(json, "id"), &distro.id, err) &&
           keep_text(reading, json_get_text(json, "versionID"), &distro.version_id, err) &&
           keep_text(reading, json_get_text(json, "versionCodename"), &distro.codename, err) &&
           keep_text(reading, json_get_text(json, "prettyName"), &distro.pretty_name, err) &&
           keep_text(reading, like, &distro.id_like, err) &&
           keep_text(reading, json_get_text(json, "cpeName"), &distro.cpe, err) &&
           distro_add_system(reading, &distro, err);
}

// The parent is needed by the child: "dependency-of".
static bool take_relations(struct reading *reading, const struct json *relations, struct err *err)
{
    for (size_t i = 0; i < json_count(relations); i++) {
        const struct json *relation = json_at(relations, i);
        bool needs = span_equal(json_get_text(relation, "type"), S("dependency-of"));
        if (needs && !edge_add(reading, json_get_text(relation, "child"),
                               json_get_text(relation, "parent"), err))
            return false;
    }
    return true;
}

bool read_syft(struct reading *reading, const struct json *document, struct err *err)
{
    const struct json *artifacts = json_get(document, "artifacts");
    if (!take_image(reading, json_get(document, "source"), err) ||
        !take_distro(reading, json_get(document, "distro"), err))
        return false;
    for (size_t i = 0; i < json_count(artifacts); i++)
        if (!take_artifact(reading, json_at(artifacts, i), err))
            return false;
    return take_relations(reading, json_get(document, "artifactRelationships"), err);
}
