#include "feeds/feeds_inner.h"

// Arch Linux's security tracker: groups of flaws (AVG) that came and went together, with the
// packages, the version that was found affected and the one that is not any more. A document is a
// list of all groups, as the tracker has it, or one group.

// Fills status and bounds; false for a word that is none of the tracker's.
static bool read_status(const struct json *document, struct affected *ret)
{
    span status = json_get_text(document, "status");
    ret->fixed = json_get_text(document, "fixed");
    if (span_equal(status, S("Not affected"))) {
        ret->status = STATUS_NOT_AFFECTED;
        ret->fixed = (span){0};
    } else if (span_equal(status, S("Unknown"))) {
        ret->status = STATUS_UNDER_INVESTIGATION;
    } else if (span_equal(status, S("Fixed")) && ret->fixed.len) {
        ret->status = STATUS_FIXED;
    } else if (span_equal(status, S("Fixed")) || span_equal(status, S("Vulnerable")) ||
               span_equal(status, S("Testing"))) {
        ret->status = STATUS_AFFECTED; // in testing a fix is made, but not yet published
    } else {
        return false;
    }
    return true;
}

static void add_names(struct draft *draft, const struct json *document)
{
    const struct json *issues = json_get(document, "issues");
    for (size_t i = 0; i < json_count(issues); i++) {
        span id = json_text(json_at(issues, i));
        if (is_cve(id))
            draft_add_flaw(draft, id);
    }
    const struct json *bulletins = json_get(document, "advisories");
    for (size_t i = 0; i < json_count(bulletins); i++) {
        span id = json_text(json_at(bulletins, i));
        if (id.len)
            draft_add_alias(draft, id);
    }
}

static bool give_group(struct translation *translation, const struct json *group, struct err *err)
{
    span id = json_get_text(group, "name");
    struct affected affected = {.ecosystem = S("arch"), .name_kind = NAME_BINARY};
    if (!id.len || !read_status(group, &affected))
        return err_set(err, ERR_INPUT, "arch: a group without a name or a status");
    struct draft draft = {0};
    draft_init(&draft, translation, id);
    (void)severity_parse(json_get_text(group, "severity"), &draft.advisory.severity);
    add_names(&draft, group);
    const struct json *packages = json_get(group, "packages");
    for (size_t i = 0; i < json_count(packages); i++) {
        affected.name = json_text(json_at(packages, i));
        draft_add(&draft, &affected);
    }
    return draft_give(&draft, err);
}

// A group that cannot be read is no reason to leave the others out.
static bool give_groups(struct translation *translation, span path, const struct json *groups,
                        struct err *err)
{
    for (size_t i = 0; i < json_count(groups); i++) {
        struct err failure = {0};
        if (give_group(translation, json_at(groups, i), &failure))
            continue;
        if (translation->sink_failed || failure.kind != ERR_INPUT)
            return err_copy(err, &failure);
        notes_add_err(translation->notes, path, &failure);
    }
    return true;
}

bool translate_arch(struct translation *translation, span path, span bytes, struct err *err)
{
    if (!span_ends_with(path, S(".json")))
        return true;
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, translation->limits->feed_bytes, &document, err))
        return false;
    return json_is_array(document) ? give_groups(translation, path, document, err)
                                   : give_group(translation, document, err);
}
