#include "feeds/gentoo_inner.h"

#include "format/xml/xml.h"

// The announcements come as XML, one a document, or as the same rendered in JSON.

static const char *const bound_words[] = {"vulnerable", "unaffected"};

static void add_bound(struct list *bounds, const struct glsa_bound *bound)
{
    struct glsa_bound *item = bound->version.len ? LIST_ADD(bounds, struct glsa_bound) : NULL;
    if (item)
        *item = *bound;
}

// What a CVE was called until 2005, as a candidate: "CAN-2004-0001".
static span without_can(struct draft *draft, span id)
{
    span old = S("CAN-");
    if (!span_starts_with(id, old))
        return id;
    struct text cve = {0};
    text_init(&cve, draft->translation->mem, SIZE_MAX);
    text_add(&cve, S("CVE-"));
    text_add(&cve, span_from(id, old.len));
    if (!text_ok(&cve))
        draft->affected.failed = true;
    return text_span(&cve);
}

static void add_reference(struct draft *draft, span text)
{
    span id = without_can(draft, span_trim(text));
    if (is_cve(id))
        draft_add_flaw(draft, id);
}

// "normal" is what most announcements say.
static void read_impact(struct draft *draft, span impact)
{
    if (span_equal(impact, S("normal")))
        draft->advisory.severity = SEVERITY_MEDIUM;
    else if (span_equal(impact, S("minimal")))
        draft->advisory.severity = SEVERITY_LOW;
    else
        (void)severity_parse(impact, &draft->advisory.severity);
}

static bool init_draft(struct draft *draft, struct translation *translation, span id,
                       struct err *err)
{
    struct text name = {0};
    text_init(&name, translation->mem, SIZE_MAX);
    text_add(&name, S("GLSA-"));
    text_add(&name, id);
    if (!text_ok(&name))
        return arena_err(translation->mem, err, "glsa");
    draft_init(draft, translation, text_span(&name));
    return true;
}

// ---------------------------------------------------------------- XML

static void read_xml_bounds(const struct xml_node *package, struct list *bounds)
{
    for (size_t i = 0; i < sizeof bound_words / sizeof *bound_words; i++) {
        const struct xml_node *node = xml_child(package, bound_words[i]);
        for (; node; node = xml_again(node)) {
            const struct glsa_bound bound = {
                .operator= xml_attribute(node, "range"),
                .version = xml_text(node),
                .slot = xml_attribute(node, "slot"),
                .vulnerable = i == 0,
            };
            add_bound(bounds, &bound);
        }
    }
}

static bool give_xml(struct translation *translation, span bytes, struct err *err)
{
    const struct xml_node *root = NULL;
    if (!xml_parse(bytes, translation->limits, translation->mem, &root, err))
        return false;
    span id = xml_attribute(root, "id");
    if (!id.len || !span_equal(root->name, S("glsa")))
        return err_set(err, ERR_INPUT, "glsa: an announcement without an id");
    struct draft draft = {0};
    if (!init_draft(&draft, translation, id, err))
        return false;
    draft.advisory.modified = translation_day(translation, xml_child_text(root, "revised"));
    read_impact(&draft, xml_attribute(xml_child(root, "impact"), "type"));
    const struct xml_node *uri = xml_child(xml_child(root, "references"), "uri");
    for (; uri; uri = xml_again(uri))
        add_reference(&draft, xml_text(uri));
    const struct xml_node *package = xml_child(xml_child(root, "affected"), "package");
    for (; package; package = xml_again(package)) {
        struct list bounds = {0};
        list_init(&bounds, translation->mem, sizeof(struct glsa_bound), SIZE_MAX);
        read_xml_bounds(package, &bounds);
        glsa_add_package(&draft, xml_attribute(package, "name"), &bounds);
    }
    return draft_give(&draft, err);
}

// ---------------------------------------------------------------- JSON

static void read_json_bounds(const struct json *list, bool vulnerable, struct list *bounds)
{
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *item = json_at(list, i);
        const struct glsa_bound bound = {
            .operator= json_get_text(item, "Range"),
            .version = span_trim(json_get_text(item, "Text")),
            .slot = json_get_text(item, "Slot"),
            .vulnerable = vulnerable,
        };
        add_bound(bounds, &bound);
    }
}

static void add_json_packages(struct draft *draft, const struct json *packages)
{
    for (size_t i = 0; i < json_count(packages); i++) {
        const struct json *package = json_at(packages, i);
        struct list bounds = {0};
        list_init(&bounds, draft->translation->mem, sizeof(struct glsa_bound), SIZE_MAX);
        read_json_bounds(json_get(package, "Vulnerable"), true, &bounds);
        read_json_bounds(json_get(package, "Unaffected"), false, &bounds);
        glsa_add_package(draft, json_get_text(package, "Name"), &bounds);
    }
}

static bool give_json(struct translation *translation, span bytes, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, translation->limits->feed_bytes, &document, err))
        return false;
    span id = json_get_text(document, "ID");
    if (!id.len)
        return err_set(err, ERR_INPUT, "glsa: an announcement without an id");
    struct draft draft = {0};
    if (!init_draft(&draft, translation, id, err))
        return false;
    span revised = json_get_text(json_get(document, "Revised"), "Text");
    draft.advisory.modified = translation_day(translation, revised);
    read_impact(&draft, json_get_text(json_get(document, "Impact"), "Type"));
    const struct json *references = json_get(json_get(document, "References"), "URI");
    for (size_t i = 0; i < json_count(references); i++)
        add_reference(&draft, json_get_text(json_at(references, i), "Text"));
    add_json_packages(&draft, json_get(json_get(document, "Affected"), "Package"));
    return draft_give(&draft, err);
}

bool translate_gentoo(struct translation *translation, span path, span bytes, struct err *err)
{
    if (span_ends_with(path, S(".json")))
        return give_json(translation, bytes, err);
    if (span_ends_with(path, S(".xml")))
        return give_xml(translation, bytes, err);
    return true;
}
