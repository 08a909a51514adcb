// The names of the Common Weakness Enumeration: the catalogue as MITRE publishes it, in XML, or its
// entries rendered as JSON, one a document.
#include "feeds/feeds_inner.h"

#include "format/xml/xml.h"

static bool give(struct translation *translation, span number, span name, struct err *err)
{
    uint64_t value = 0;
    struct text id = {0};
    text_init(&id, translation->mem, SIZE_MAX);
    text_add(&id, S("CWE-"));
    text_add(&id, number);
    const struct weakness weakness = {
        .id = text_span(&id),
        .database = translation->database,
        .name = name,
    };
    if (!text_ok(&id))
        return arena_err(translation->mem, err, "weakness");
    if (!span_to_u64(number, &value) || !name.len)
        return err_set(err, ERR_INPUT, "cwe: an entry without a number or a name");
    return translation_give_weakness(translation, &weakness, err);
}

static bool visit_entry(void *self, const struct xml_node *entry, struct err *err)
{
    return give(self, xml_attribute(entry, "ID"), xml_attribute(entry, "Name"), err);
}

static bool give_catalogue(struct translation *translation, span bytes, struct err *err)
{
    struct limits limits = *translation->limits;
    limits.document_bytes = limits.feed_bytes;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits.header_bytes);
    if (!mem)
        return err_set(err, ERR_MEMORY, "cwe");
    return xml_each(bytes, "Weakness", &limits, mem, translation->mem, visit_entry, translation,
                    err);
}

static bool give_entry(struct translation *translation, span bytes, struct err *err)
{
    static const span keys[] = {S("id"), S("name")};
    CLEANUP(json_cleanup) struct json *entry = NULL;
    if (!json_parse_only(bytes, translation->limits->feed_bytes, keys, sizeof keys / sizeof *keys,
                         translation->mem, &entry, err))
        return false;
    return give(translation, json_get_text(entry, "id"), json_get_text(entry, "name"), err);
}

bool translate_cwe(struct translation *translation, span path, span bytes, struct err *err)
{
    if (span_ends_with(path, S(".xml")))
        return give_catalogue(translation, bytes, err);
    // Beside weaknesses there are the categories and views that they are sorted into.
    return !span_ends_with(path, S(".json")) || !span_contains(path, S("weakness/")) ||
           give_entry(translation, bytes, err);
}
