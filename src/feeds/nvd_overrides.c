// Configurations that others put in the place of NVD's, in the form of its feeds 2.0: better where
// NVD's are wrong, and the only ones where it has none.
#include "feeds/feeds_inner.h"

static const span keys[] = {
    S("vulnerable"),
    S("criteria"),
    S("versionEndExcluding"),
    S("versionEndIncluding"),
    S("versionStartIncluding"),
    S("versionStartExcluding"),
    S("operator"),
    S("negate"),
    S("cpeMatch"),
    S("nodes"),
    S("configurations"),
    S("cve"),
    S("_annotation"),
    S("cve_id"),
    S("modified"),
};

// The record names all products that have the flaw: what others say of it besides is overruled.
static void add_overruled(struct draft *draft, span id)
{
    draft_add(draft, &(struct affected){
                         .ecosystem = S("cpe-overruled"),
                         .name = id,
                         .name_kind = NAME_BINARY,
                         .status = STATUS_NOT_AFFECTED,
                     });
}

bool translate_nvd_overrides(struct translation *translation, span path, span bytes,
                             struct err *err)
{
    if (!span_ends_with(path, S(".json")))
        return true;
    CLEANUP(json_cleanup) struct json *record = NULL;
    if (!json_parse_only(bytes, translation->limits->feed_bytes, keys, sizeof keys / sizeof *keys,
                         translation->mem, &record, err))
        return false;
    const struct json *about = json_get(record, "_annotation");
    span id = json_get_text(about, "cve_id");
    if (!is_cve(id))
        return err_set(err, ERR_INPUT, "overrides: a record without a CVE id");
    const struct json *configurations = json_get(json_get(record, "cve"), "configurations");
    if (!json_is_array(configurations))
        return true; // it is about something else
    struct draft draft = {0};
    draft_init(&draft, translation, id);
    draft.advisory.modified = translation_day(translation, json_get_text(about, "modified"));
    add_overruled(&draft, id);
    for (size_t i = 0; i < json_count(configurations); i++)
        cpe_add_configuration(&draft, json_at(configurations, i));
    return draft_give(&draft, err);
}
