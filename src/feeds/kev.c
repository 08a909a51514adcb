#include "feeds/feeds_inner.h"

// CISA's catalogue of known exploited vulnerabilities: one JSON document.

bool translate_kev(struct translation *translation, span path, span bytes, struct err *err)
{
    (void)path;
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, translation->limits->feed_bytes, &document, err))
        return false;
    const struct json *entries = json_get(document, "vulnerabilities");
    if (!json_is_array(entries))
        return err_set(err, ERR_INPUT, "kev: no list of vulnerabilities");
    (void)translation_day(translation, json_get_text(document, "dateReleased"));
    for (size_t i = 0; i < json_count(entries); i++) {
        span id = json_get_text(json_at(entries, i), "cveID");
        if (!is_cve(id))
            return err_set(err, ERR_INPUT, "kev: entry %zu has no CVE id", i);
        struct flaw flaw = flaw_none(translation, id);
        flaw.exploited = true;
        if (!translation_give_flaw(translation, &flaw, err))
            return false;
    }
    return true;
}
