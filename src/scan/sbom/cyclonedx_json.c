// CycloneDX as JSON.
#include "scan/sbom/sbom_inner.h"

bool is_cyclonedx(const struct json *document)
{
    return span_equal(json_get_text(document, "bomFormat"), S("CycloneDX"));
}

// ---------------------------------------------------------------- components

static void read_licenses(const struct json *licenses, struct component *component)
{
    for (size_t i = 0; i < json_count(licenses); i++) {
        const struct json *item = json_at(licenses, i);
        const struct json *license = json_get(item, "license");
        span expression = json_get_text(item, "expression");
        span id = json_get_text(license, "id");
        span word = json_get_text(license ? license : item, "acknowledgement");
        struct license_choice *choice = LIST_ADD(&component->licenses, struct license_choice);
        if (!choice)
            return;
        choice->text = expression.len ? expression : id.len ? id : json_get_text(license, "name");
        choice->is_id = id.len && expression.len == 0;
        choice->is_expression = expression.len;
        choice->is_concluded = span_equal(word, S("concluded"));
        choice->is_odd = license && expression.len;
    }
}

static void read_pairs(const struct json *items, const char *name, const char *value,
                       struct list *list)
{
    for (size_t i = 0; i < json_count(items); i++) {
        const struct json *item = json_at(items, i);
        component_add_pair(list, json_get_text(item, name), json_get_text(item, value));
    }
}

static void read_places(const struct json *evidence, struct component *component)
{
    const struct json *occurrences = json_get(evidence, "occurrences");
    for (size_t i = 0; i < json_count(occurrences) && i < MOST_LOCATIONS; i++) {
        span *path = LIST_ADD(&component->places, span);
        if (path)
            *path = json_get_text(json_at(occurrences, i), "location");
    }
}

static void read_component(const struct json *json, struct component *component)
{
    component_clear(component);
    component->type = json_get_text(json, "type");
    component->ref = json_get_text(json, "bom-ref");
    component->has_empty_ref = json_get(json, "bom-ref") && component->ref.len == 0;
    component->group = json_get_text(json, "group");
    component->name = json_get_text(json, "name");
    component->version = json_get_text(json, "version");
    component->publisher = json_get_text(json, "publisher");
    component->scope = json_get_text(json, "scope");
    component->purl = json_get_text(json, "purl");
    component->cpe = json_get_text(json, "cpe");
    if (component->publisher.len == 0)
        component->publisher = json_get_text(json_get(json, "supplier"), "name");
    read_pairs(json_get(json, "properties"), "name", "value", &component->properties);
    read_pairs(json_get(json, "hashes"), "alg", "content", &component->hashes);
    read_licenses(json_get(json, "licenses"), component);
    read_places(json_get(json, "evidence"), component);
}

// Components hold components; how deep is limited.
static bool take_components(struct reading *reading, const struct json *components,
                            struct component *component, uint64_t depth, struct err *err)
{
    size_t count = json_count(components);
    if (count && !component_may_nest(reading, depth))
        return true;
    for (size_t i = 0; i < count; i++) {
        const struct json *json = json_at(components, i);
        read_component(json, component);
        if (!component_take(reading, component, err) ||
            !take_components(reading, json_get(json, "components"), component, depth - 1, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- dependencies

static bool take_dependencies(struct reading *reading, const struct json *dependencies,
                              struct err *err)
{
    for (size_t i = 0; i < json_count(dependencies); i++) {
        const struct json *dependency = json_at(dependencies, i);
        const struct json *needed = json_get(dependency, "dependsOn");
        span ref = json_get_text(dependency, "ref");
        if (ref.len == 0)
            reading->odd[ODD_REF]++;
        for (size_t j = 0; j < json_count(needed); j++)
            if (!edge_add(reading, ref, json_text(json_at(needed, j)), err))
                return false;
    }
    return true;
}

// ---------------------------------------------------------------- the document

bool read_cyclonedx(struct reading *reading, const struct json *document, struct err *err)
{
    const struct json *metadata = json_get(document, "metadata");
    const struct json *subject = json_get(metadata, "component");
    uint64_t depth = reading->limits->depth;
    struct component component = {0};
    component_init(reading, &component);
    cyclonedx_check_version(reading, json_get_text(document, "specVersion"), &component);
    if (!cyclonedx_take_identity(reading, json_get_text(document, "serialNumber"),
                                 json_get_text(metadata, "timestamp"), err))
        return false;
    if (subject) {
        read_component(subject, &component);
        if (!component_take_subject(reading, &component, err))
            return false;
    }
    return take_components(reading, json_get(subject, "components"), &component, depth, err) &&
           take_components(reading, json_get(document, "components"), &component, depth, err) &&
           take_dependencies(reading, json_get(document, "dependencies"), err);
}
