// CycloneDX 1.0 to 1.7: what its components mean, in JSON or in XML.
#include "scan/sbom/sbom_inner.h"

#include "format/spdx/spdx.h"

// ---------------------------------------------------------------- a component as it stands

void component_init(struct reading *reading, struct component *component)
{
    list_init(&component->properties, reading->mem, sizeof(struct pair), SIZE_MAX);
    list_init(&component->hashes, reading->mem, sizeof(struct pair), SIZE_MAX);
    list_init(&component->licenses, reading->mem, sizeof(struct license_choice), SIZE_MAX);
    list_init(&component->places, reading->mem, sizeof(span), MOST_LOCATIONS);
}

void component_clear(struct component *component)
{
    struct component empty = {
        .properties = component->properties,
        .hashes = component->hashes,
        .licenses = component->licenses,
        .places = component->places,
        .may_mix = component->may_mix,
    };
    empty.properties.count = 0;
    empty.hashes.count = 0;
    empty.licenses.count = 0;
    empty.places.count = 0;
    *component = empty;
}

void component_add_pair(struct list *list, span name, span value)
{
    struct pair *pair = LIST_ADD(list, struct pair);
    if (pair)
        *pair = (struct pair){.name = name, .value = value};
}

static bool is_whole(const struct reading *reading, const struct component *component,
                     struct err *err)
{
    bool ok = list_ok(&component->properties) && list_ok(&component->hashes) &&
              list_ok(&component->licenses);
    return ok || arena_err(reading->mem, err, "component");
}

// ---------------------------------------------------------------- rules

static bool is_one_of(span word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(word, span_of_text(words[i])))
            return true;
    return false;
}

static void check_words(struct reading *reading, const struct component *component)
{
    static const char *const types[] = {
        "application",
        "framework",
        "library",
        "container",
        "platform",
        "operating-system",
        "device",
        "device-driver",
        "firmware",
        "file",
        "data",
        "machine-learning-model",
        "cryptographic-asset",
    };
    static const char *const scopes[] = {"required", "optional", "excluded"};
    if (component->name.len == 0 ||
        !is_one_of(component->type, types, sizeof types / sizeof *types))
        reading->odd[ODD_TYPE]++;
    if (component->has_empty_ref)
        reading->odd[ODD_REF]++;
    for (size_t i = 0; i < component->properties.count; i++)
        if (LIST_AT(&component->properties, struct pair, i)->name.len == 0)
            reading->odd[ODD_PROPERTY]++;
    if (component->scope.len &&
        !is_one_of(component->scope, scopes, sizeof scopes / sizeof *scopes))
        reading->odd[ODD_SCOPE]++;
}

static bool is_listed(struct reading *reading, span id)
{
    struct spdx_expression *license = NULL;
    return id.len <= reading->limits->field_bytes && spdx_parse(id, reading->mem, &license, NULL) &&
           license->kind == SPDX_LICENSE;
}

// Up to 1.6 either one expression, or any number of licences; ids are of the SPDX License List.
static void check_licenses(struct reading *reading, const struct component *component)
{
    size_t expressions = 0;
    for (size_t i = 0; i < component->licenses.count; i++) {
        const struct license_choice *choice =
            LIST_AT(&component->licenses, struct license_choice, i);
        expressions += choice->is_expression;
        if (choice->text.len == 0 || choice->is_odd ||
            (choice->is_id && !is_listed(reading, choice->text)))
            reading->odd[ODD_LICENSE]++;
    }
    if (expressions && component->licenses.count > 1 && !component->may_mix)
        reading->odd[ODD_LICENSE]++;
}

void cyclonedx_check_version(struct reading *reading, span version, struct component *component)
{
    static const char *const versions[] = {"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"};
    if (!is_one_of(version, versions, sizeof versions / sizeof *versions))
        notes_add(reading->notes, NOTE_UNSUPPORTED, (span){0},
                  "CycloneDX '%s' is not known: it is read as 1.7", quote(version).text);
    component->may_mix = span_equal(version, S("1.7"));
}

// "urn:uuid:" and 32 hexadecimal digits in groups (RFC 9562).
static bool is_serial(span text)
{
    span uuid = span_from(text, S("urn:uuid:").len);
    if (!span_starts_with(text, S("urn:uuid:")) || uuid.len != 36)
        return false;
    for (size_t i = 0; i < uuid.len; i++) {
        uint8_t c = uuid.ptr[i];
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash ? c != '-' : !ascii_is_hex(c))
            return false;
    }
    return true;
}

bool cyclonedx_take_identity(struct reading *reading, span serial, span timestamp, struct err *err)
{
    uint64_t seconds = 0;
    bool usable = is_serial(serial);
    if (serial.len && !usable)
        reading->odd[ODD_SERIAL]++;
    if (timestamp.len && !time_parse(timestamp, &seconds))
        reading->odd[ODD_TIME]++;
    return !usable || keep_text(reading, serial, &reading->image.bom_serial, err);
}

bool component_may_nest(struct reading *reading, uint64_t depth)
{
    if (depth == 0)
        notes_add(reading->notes, NOTE_LIMIT, (span){0}, "components within components, %llu deep",
                  (unsigned long long)reading->limits->depth);
    return depth != 0;
}

// ---------------------------------------------------------------- packages

// A component that names no package: files, lock files, images, keys.
static bool is_package(span type, const struct record *record)
{
    if (record->purl.len)
        return !purl_is_image(record->purl);
    return record->is_ours || span_equal(type, S("library")) || span_equal(type, S("framework"));
}

// What the authors declare, and only if they do not, what somebody concluded.
static bool take_licenses(struct reading *reading, const struct component *component,
                          struct record *record, struct err *err)
{
    const struct list *licenses = &component->licenses;
    bool declared = false;
    for (size_t i = 0; i < licenses->count; i++)
        declared = declared || !LIST_AT(licenses, struct license_choice, i)->is_concluded;
    for (size_t i = 0; i < licenses->count; i++) {
        const struct license_choice *choice = LIST_AT(licenses, struct license_choice, i);
        if (choice->is_concluded != declared &&
            !record_add_license(reading, record, choice->text, err))
            return false;
    }
    return true;
}

static bool take_hashes(struct reading *reading, const struct component *component,
                        struct record *record, struct err *err)
{
    for (size_t i = 0; i < component->hashes.count; i++) {
        const struct pair *hash = LIST_AT(&component->hashes, struct pair, i);
        if (!record_add_hash(reading, record, hash->name, hash->value, err))
            return false;
    }
    return true;
}

// What a tool says in properties of its own says which layer, too.
static void take_places(const struct component *component, struct record *record)
{
    bool known = record->places.count || record->place.path.len;
    for (size_t i = 0; !known && i < component->places.count; i++) {
        struct place *place = record_place(record, i);
        if (place)
            place->path = *LIST_AT(&component->places, span, i);
    }
}

static bool take_package(struct reading *reading, const struct component *component,
                         struct err *err)
{
    struct record record = {
        .ref = component->ref,
        .purl = component->purl,
        .group = component->group,
        .name = component->name,
        .version = component->version,
        .vendor = component->publisher,
    };
    record_init(reading, &record);
    for (size_t i = 0; i < component->properties.count; i++) {
        const struct pair *property = LIST_AT(&component->properties, struct pair, i);
        record_property(&record, property->name, property->value);
    }
    if (!is_package(component->type, &record))
        return true;
    take_places(component, &record);
    check_licenses(reading, component);
    return take_licenses(reading, component, &record, err) &&
           take_hashes(reading, component, &record, err) && record_finish(reading, &record, err);
}

// ---------------------------------------------------------------- distribution, subject

static bool take_system(struct reading *reading, const struct component *component, struct err *err)
{
    struct distro distro = {0};
    if (!keep_text(reading, component->name, &distro.id, err) ||
        !keep_text(reading, component->version, &distro.version_id, err) ||
        !keep_text(reading, component->cpe, &distro.cpe, err))
        return false;
    for (size_t i = 0; i < component->properties.count; i++) {
        const struct pair *property = LIST_AT(&component->properties, struct pair, i);
        if (!distro_property(reading, &distro, property->name, property->value, err))
            return false;
    }
    return distro_add_system(reading, &distro, err);
}

// One that the document says is not there is not: CycloneDX 1.6, scope "excluded".
bool component_take(struct reading *reading, struct component *component, struct err *err)
{
    if (!is_whole(reading, component, err))
        return false;
    check_words(reading, component);
    if (span_equal(component->scope, S("excluded"))) {
        reading->odd[ODD_EXCLUDED]++;
        return true;
    }
    return span_equal(component->type, S("operating-system"))
               ? take_system(reading, component, err)
               : take_package(reading, component, err);
}

// What the document is about may be a package itself, if it is no image.
bool component_take_subject(struct reading *reading, struct component *component, struct err *err)
{
    if (!is_whole(reading, component, err) ||
        !keep_text(reading, component->name, &reading->image.name, err))
        return false;
    check_words(reading, component);
    if (span_starts_with(component->version, S("sha256:")) &&
        !keep_text(reading, component->version, &reading->image.manifest_digest, err))
        return false;
    for (size_t i = 0; i < component->properties.count; i++) {
        const struct pair *property = LIST_AT(&component->properties, struct pair, i);
        if (!image_property(reading, property->name, property->value, err))
            return false;
    }
    return component->purl.len == 0 || take_package(reading, component, err);
}
