#include "feeds/feeds_inner.h"

// CISA's catalogue of known exploited vulnerabilities: one document, JSON or the same as
// comma-separated values.

static bool give_entry(struct translation *translation, span id, span since, struct err *err)
{
    if (!is_cve(id))
        return err_set(err, ERR_INPUT, "kev: '%s' is no CVE id", quote(id).text);
    if (!translation_is_new(translation, id))
        return true;
    struct flaw flaw = flaw_none(translation, id);
    flaw.exploited = true;
    flaw.exploited_since = translation_day(translation, since);
    return translation_give_flaw(translation, &flaw, err);
}

static bool give_json(struct translation *translation, span bytes, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, translation->limits->feed_bytes, &document, err))
        return false;
    const struct json *entries = json_get(document, "vulnerabilities");
    if (!json_is_array(entries))
        return err_set(err, ERR_INPUT, "kev: no list of vulnerabilities");
    (void)translation_day(translation, json_get_text(document, "dateReleased"));
    for (size_t i = 0; i < json_count(entries); i++) {
        const struct json *entry = json_at(entries, i);
        if (!give_entry(translation, json_get_text(entry, "cveID"),
                        json_get_text(entry, "dateAdded"), err))
            return err_add(err, "entry %zu", i);
    }
    return true;
}

static bool give_csv(struct translation *translation, span bytes, struct err *err)
{
    enum { ID, SINCE, COLUMNS };
    static const char *const names[COLUMNS] = {"cveID", "dateAdded"};
    span rest = bytes;
    size_t columns[COLUMNS];
    csv_read_header(&rest, names, COLUMNS, columns);
    if (columns[ID] == CSV_NONE)
        return err_set(err, ERR_INPUT, "kev: no column cveID");
    for (size_t i = 0; rest.len; i++) {
        span fields[COLUMNS];
        csv_read_record(&rest, columns, COLUMNS, fields);
        if (!give_entry(translation, fields[ID], fields[SINCE], err))
            return err_add(err, "entry %zu", i);
    }
    return true;
}

bool translate_kev(struct translation *translation, span path, span bytes, struct err *err)
{
    return span_contains(path_name(path), S(".csv")) ? give_csv(translation, bytes, err)
                                                     : give_json(translation, bytes, err);
}
