// CycloneDX as XML: the same components under other names.
#include "scan/sbom/sbom_inner.h"

// ---------------------------------------------------------------- components

static void read_license(const struct xml_node *node, struct license_choice *choice)
{
    const struct xml_node *id = xml_child(node, "id");
    const struct xml_node *name = xml_child(node, "name");
    choice->text = xml_text(id ? id : name);
    choice->is_id = id;
    choice->is_odd = xml_again(id ? id : name);
}

static void read_licenses(const struct xml_node *licenses, struct component *component)
{
    for (const struct xml_node *node = licenses ? licenses->first : NULL; node; node = node->next) {
        struct license_choice choice = {
            .is_concluded = span_equal(xml_attribute(node, "acknowledgement"), S("concluded")),
        };
        if (span_equal(node->name, S("license")))
            read_license(node, &choice);
        else if (span_equal(node->name, S("expression")))
            choice.text = node->text;
        else if (span_equal(node->name, S("expression-detailed")))
            choice.text = xml_attribute(node, "expression");
        else
            continue;
        choice.is_expression = !span_equal(node->name, S("license"));
        struct license_choice *added = LIST_ADD(&component->licenses, struct license_choice);
        if (added)
            *added = choice;
    }
}

static void read_pairs(const struct xml_node *node, const char *attribute, struct list *list)
{
    for (; node; node = xml_again(node))
        component_add_pair(list, xml_attribute(node, attribute), node->text);
}

static void read_places(const struct xml_node *evidence, struct component *component)
{
    const struct xml_node *node = xml_child(xml_child(evidence, "occurrences"), "occurrence");
    for (; node && component->places.count < MOST_LOCATIONS; node = xml_again(node)) {
        span *path = LIST_ADD(&component->places, span);
        if (path)
            *path = xml_child_text(node, "location");
    }
}

static void read_component(const struct xml_node *node, struct component *component)
{
    component_clear(component);
    component->type = xml_attribute(node, "type");
    component->ref = xml_attribute(node, "bom-ref");
    component->group = xml_child_text(node, "group");
    component->name = xml_child_text(node, "name");
    component->version = xml_child_text(node, "version");
    component->publisher = xml_child_text(node, "publisher");
    component->scope = xml_child_text(node, "scope");
    component->purl = xml_child_text(node, "purl");
    component->cpe = xml_child_text(node, "cpe");
    if (component->publisher.len == 0)
        component->publisher = xml_child_text(xml_child(node, "supplier"), "name");
    read_pairs(xml_child(xml_child(node, "properties"), "property"), "name",
               &component->properties);
    read_pairs(xml_child(xml_child(node, "hashes"), "hash"), "alg", &component->hashes);
    read_licenses(xml_child(node, "licenses"), component);
    read_places(xml_child(node, "evidence"), component);
}

// Components hold components; how deep is limited.
static bool take_components(struct reading *reading, const struct xml_node *components,
                            struct component *component, uint64_t depth, struct err *err)
{
    const struct xml_node *node = xml_child(components, "component");
    if (node && !component_may_nest(reading, depth))
        return true;
    for (; node; node = xml_again(node)) {
        read_component(node, component);
        if (!component_take(reading, component, err) ||
            !take_components(reading, xml_child(node, "components"), component, depth - 1, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- dependencies

static bool take_dependencies(struct reading *reading, const struct xml_node *dependencies,
                              struct err *err)
{
    const struct xml_node *node = xml_child(dependencies, "dependency");
    for (; node; node = xml_again(node)) {
        const struct xml_node *needed = xml_child(node, "dependency");
        span ref = xml_attribute(node, "ref");
        if (ref.len == 0)
            reading->odd[ODD_REF]++;
        for (; needed; needed = xml_again(needed))
            if (!edge_add(reading, ref, xml_attribute(needed, "ref"), err))
                return false;
    }
    return true;
}

// ---------------------------------------------------------------- the document

// The namespace says which version it is; whatever prefix stands for it.
static span version_of(const struct xml_node *document)
{
    span space = S("http://cyclonedx.org/schema/bom/");
    for (size_t i = 0; i < document->attribute_count; i++)
        if (span_starts_with(document->attributes[i].value, space))
            return span_from(document->attributes[i].value, space.len);
    return (span){0};
}

bool read_cyclonedx_xml(struct reading *reading, const struct xml_node *document, struct err *err)
{
    const struct xml_node *metadata = xml_child(document, "metadata");
    const struct xml_node *subject = xml_child(metadata, "component");
    uint64_t depth = reading->limits->depth;
    struct component component = {0};
    span version = version_of(document);
    if (!span_equal(document->name, S("bom")) || version.len == 0)
        return err_set(err, ERR_INPUT, "sbom: XML, but not of CycloneDX");
    component_init(reading, &component);
    cyclonedx_check_version(reading, version, &component);
    if (!cyclonedx_take_identity(reading, xml_attribute(document, "serialNumber"),
                                 xml_child_text(metadata, "timestamp"), err))
        return false;
    if (subject) {
        read_component(subject, &component);
        if (!component_take_subject(reading, &component, err))
            return false;
    }
    return take_components(reading, xml_child(subject, "components"), &component, depth, err) &&
           take_components(reading, xml_child(document, "components"), &component, depth, err) &&
           take_dependencies(reading, xml_child(document, "dependencies"), err);
}
