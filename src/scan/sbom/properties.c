#include "scan/sbom/sbom_inner.h"

struct rule {
    const char *name;
    size_t offset; // of a span
};

static span *field_of(void *object, const struct rule *rules, size_t count, span name)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(name, span_of_text(rules[i].name)))
            return (span *)(void *)((uint8_t *)object + rules[i].offset);
    return NULL;
}

// "PREFIX:3:FIELD" into 3 and FIELD; false for anything else, and from `most` on.
static bool split_index(span name, span prefix, size_t most, size_t *ret_index, span *ret_field)
{
    uint64_t index = 0;
    if (!span_starts_with(name, prefix))
        return false;
    span field = span_from(name, prefix.len);
    if (!span_to_u64(span_cut(&field, ':'), &index) || index >= most)
        return false;
    *ret_index = (size_t)index;
    *ret_field = field;
    return true;
}

// ---------------------------------------------------------------- packages

#define FIELD(the_name, the_field)                   \
    {                                                \
        the_name, offsetof(struct record, the_field) \
    }

static const struct rule package_rules[] = {
    FIELD("plimsoll:type", type),
    FIELD("plimsoll:arch", arch),
    FIELD("plimsoll:source:name", source_name),
    FIELD("plimsoll:source:version", source_version),
    FIELD("plimsoll:module", module),
    FIELD("plimsoll:vendor", vendor),
    FIELD("plimsoll:repository", repository),
    FIELD("plimsoll:licenses", licenses),
    FIELD("plimsoll:owner", owner),
    FIELD("plimsoll:removed", removed),
    FIELD("aquasecurity:trivy:SrcName", source_name),
    FIELD("aquasecurity:trivy:SrcVersion", source_version),
    FIELD("aquasecurity:trivy:SrcRelease", source_release),
    FIELD("aquasecurity:trivy:SrcEpoch", source_epoch),
    FIELD("aquasecurity:trivy:FilePath", place.path),
    FIELD("aquasecurity:trivy:LayerDiffID", place.layer_id),
};

static void take_place(struct record *record, size_t index, span field, span value)
{
    bool is_path = span_equal(field, S("path"));
    bool is_known = is_path || span_equal(field, S("layerID"));
    struct place *place = is_known ? record_place(record, index) : NULL;
    if (place)
        *(is_path ? &place->path : &place->layer_id) = value;
}

void record_property(struct record *record, span name, span value)
{
    span field = {0};
    size_t index = 0;
    span *text =
        field_of(record, package_rules, sizeof package_rules / sizeof *package_rules, name);
    if (text)
        *text = value;
    if (text && text == &record->type)
        record->is_ours = true;
    if (split_index(name, S("plimsoll:location:"), MOST_LOCATIONS, &index, &field) ||
        split_index(name, S("syft:location:"), MOST_LOCATIONS, &index, &field))
        take_place(record, index, field, value);
}

// ---------------------------------------------------------------- distribution, image

bool distro_property(struct reading *reading, struct distro *distro, span name, span value,
                     struct err *err)
{
    static const struct rule rules[] = {
        {"plimsoll:distro:id", offsetof(struct distro, id)},
        {"plimsoll:distro:versionID", offsetof(struct distro, version_id)},
        {"plimsoll:distro:codename", offsetof(struct distro, codename)},
        {"plimsoll:distro:prettyName", offsetof(struct distro, pretty_name)},
        {"plimsoll:distro:idLike", offsetof(struct distro, id_like)},
        {"plimsoll:distro:cpe", offsetof(struct distro, cpe)},
        {"syft:distro:id", offsetof(struct distro, id)},
        {"syft:distro:versionID", offsetof(struct distro, version_id)},
        {"syft:distro:versionCodename", offsetof(struct distro, codename)},
        {"syft:distro:prettyName", offsetof(struct distro, pretty_name)},
        {"syft:distro:idLike:0", offsetof(struct distro, id_like)},
    };
    span *text = field_of(distro, rules, sizeof rules / sizeof *rules, name);
    return !text || keep_text(reading, value, text, err);
}

static bool take_layer(struct reading *reading, size_t index, span field, span value,
                       struct err *err)
{
    while (reading->layers.count <= index)
        if (!keep_layer(reading, (span){0}, err))
            return false;
    struct layer *layer = LIST_AT(&reading->layers, struct layer, index);
    if (span_equal(field, S("diffID")))
        return keep_text(reading, value, &layer->diff_id, err);
    if (span_equal(field, S("digest")))
        return keep_text(reading, value, &layer->digest, err);
    if (span_equal(field, S("createdBy")))
        return keep_text(reading, value, &layer->created_by, err);
    if (span_equal(field, S("base")))
        return keep_text(reading, value, &layer->base, err);
    if (span_equal(field, S("storedBytes")))
        (void)span_to_u64(value, &layer->stored_bytes); // what is no number is not known
    return true;
}

static bool take_content_set(struct reading *reading, span value, struct err *err)
{
    span *set = LIST_ADD(&reading->content_sets, span);
    if (!set)
        return arena_err(reading->mem, err, "content sets");
    return keep_text(reading, value, set, err);
}

bool image_property(struct reading *reading, span name, span value, struct err *err)
{
    static const struct rule rules[] = {
        {"plimsoll:image:manifestDigest", offsetof(struct image, manifest_digest)},
        {"plimsoll:image:id", offsetof(struct image, image_id)},
        {"plimsoll:image:created", offsetof(struct image, created)},
        {"plimsoll:image:os", offsetof(struct image, platform.os)},
        {"plimsoll:image:architecture", offsetof(struct image, platform.architecture)},
        {"plimsoll:image:variant", offsetof(struct image, platform.variant)},
        {"aquasecurity:trivy:ImageID", offsetof(struct image, image_id)},
    };
    size_t most_layers = (size_t)reading->limits->layers;
    span field = {0};
    size_t index = 0;
    span *text = field_of(&reading->image, rules, sizeof rules / sizeof *rules, name);
    if (text)
        return keep_text(reading, value, text, err);
    if (split_index(name, S("plimsoll:layer:"), most_layers, &index, &field))
        return take_layer(reading, index, field, value, err);
    if (span_equal(name, S("aquasecurity:trivy:DiffID")))
        return keep_layer(reading, value, err);
    if (span_equal(name, S("plimsoll:contentSet")))
        return take_content_set(reading, value, err);
    if (span_equal(name, S("plimsoll:complete")) && span_equal(value, S("false")))
        notes_add(reading->notes, NOTE_DAMAGED, reading->image.name,
                  "the scan that this bill of materials is of was incomplete");
    return true;
}
