#include "feeds/updateinfo_inner.h"

#include "format/xml/xml.h"

struct updates {
    struct translation *translation;
    const struct updateinfo_dialect *dialect;
    span path;
    bool found; // there was one, of whatever type
};

bool updateinfo_is(span bytes)
{
    return span_starts_with(span_trim(bytes), S("<"));
}

static void add_flaws(struct draft *draft, const struct xml_node *references)
{
    const struct xml_node *reference = xml_child(references, "reference");
    for (; reference; reference = xml_again(reference))
        if (is_cve(xml_attribute(reference, "id")))
            draft_add_flaw(draft, xml_attribute(reference, "id"));
}

// <module name="nodejs" stream="18" version="…" context="…" arch="…"/>
static span read_module(struct draft *draft, const struct xml_node *module)
{
    struct text text = {0};
    if (!xml_attribute(module, "name").len)
        return (span){0};
    text_init(&text, draft->translation->mem, SIZE_MAX);
    text_add(&text, xml_attribute(module, "name"));
    text_add_byte(&text, ':');
    text_add(&text, xml_attribute(module, "stream"));
    if (!text_ok(&text))
        draft->affected.failed = true;
    return text_span(&text);
}

static void add_collection(struct draft *draft, const struct updates *updates,
                           const struct xml_node *collection)
{
    struct affected pattern = {.name_kind = NAME_BINARY, .status = STATUS_FIXED};
    span name = xml_attribute(collection, "short");
    if (!updates->dialect->read_collection(draft, name, updates->path, &pattern)) {
        notes_add(draft->translation->notes, NOTE_INFORMATION, updates->path,
                  "%s: a collection of packages that is not known: '%s'",
                  quote(draft->advisory.id).text, quote(name).text);
        return;
    }
    pattern.module = read_module(draft, xml_child(collection, "module"));
    const struct xml_node *package = xml_child(collection, "package");
    for (; package; package = xml_again(package)) {
        const struct rpm_package build = {
            .name = xml_attribute(package, "name"),
            .epoch = xml_attribute(package, "epoch"),
            .version = xml_attribute(package, "version"),
            .release = xml_attribute(package, "release"),
        };
        if (!span_equal(xml_attribute(package, "arch"), S("src")))
            rpm_add_package(draft, &pattern, &build);
    }
}

static bool visit_update(void *self, const struct xml_node *update, struct err *err)
{
    struct updates *updates = self;
    struct translation *translation = updates->translation;
    span id = xml_child_text(update, "id");
    updates->found = true;
    if (!span_equal(xml_attribute(update, "type"), S("security")) || !id.len)
        return true;
    struct draft draft = {0};
    draft_init(&draft, translation, id);
    span updated = xml_attribute(xml_child(update, "updated"), "date");
    span issued = xml_attribute(xml_child(update, "issued"), "date");
    draft.advisory.modified = translation_day(translation, updated.len ? updated : issued);
    (void)severity_parse(xml_child_text(update, "severity"), &draft.advisory.severity);
    rpm_read_title(&draft, xml_child_text(update, "title"));
    add_flaws(&draft, xml_child(update, "references"));
    const struct xml_node *collection = xml_child(xml_child(update, "pkglist"), "collection");
    for (; collection; collection = xml_again(collection))
        add_collection(&draft, updates, collection);
    return draft_give(&draft, err);
}

bool updateinfo_translate(struct translation *translation, const struct updateinfo_dialect *dialect,
                          span path, span bytes, struct err *err)
{
    struct updates updates = {.translation = translation, .dialect = dialect, .path = path};
    struct limits limits = *translation->limits;
    limits.document_bytes = limits.feed_bytes;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits.header_bytes);
    if (!mem)
        return err_set(err, ERR_MEMORY, "updateinfo");
    if (!xml_each(bytes, "update", &limits, mem, translation->mem, visit_update, &updates, err))
        return false;
    return updates.found || err_set(err, ERR_INPUT, "updateinfo: no updates");
}
