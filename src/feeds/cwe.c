// The names of the Common Weakness Enumeration, one entry a document.
#include "feeds/feeds_inner.h"

bool translate_cwe(struct translation *translation, span path, span bytes, struct err *err)
{
    // Beside weaknesses there are the categories and views that they are sorted into.
    if (!span_ends_with(path, S(".json")) || !span_contains(path, S("weakness/")))
        return true;
    static const span keys[] = {S("id"), S("name")};
    CLEANUP(json_cleanup) struct json *entry = NULL;
    if (!json_parse_only(bytes, translation->limits->feed_bytes, keys, sizeof keys / sizeof *keys,
                         translation->mem, &entry, err))
        return false;
    span number = json_get_text(entry, "id");
    uint64_t value = 0;
    struct text id = {0};
    text_init(&id, translation->mem, SIZE_MAX);
    text_add(&id, S("CWE-"));
    text_add(&id, number);
    const struct weakness weakness = {
        .id = text_span(&id),
        .database = translation->database,
        .name = json_get_text(entry, "name"),
    };
    if (!text_ok(&id))
        return arena_err(translation->mem, err, "weakness");
    if (!span_to_u64(number, &value) || !weakness.name.len)
        return err_set(err, ERR_INPUT, "cwe: an entry without a number or a name");
    return translation_give_weakness(translation, &weakness, err);
}
