#include "feeds/debian_inner.h"

// False for a release of which the tracker says nothing that can be held against a version.
static bool read_state(const struct json *state, struct affected *ret)
{
    span status = json_get_text(state, "status");
    debian_read_urgency(json_get_text(state, "urgency"), ret);
    if (span_equal(status, S("resolved"))) {
        span fixed = json_get_text(state, "fixed_version");
        bool never = span_equal(fixed, S("0"));
        ret->status = never ? STATUS_NOT_AFFECTED : STATUS_FIXED;
        ret->fixed = never ? (span){0} : fixed;
        return fixed.len != 0;
    }
    if (span_equal(status, S("undetermined")))
        ret->status = STATUS_UNDER_INVESTIGATION;
    else if (span_equal(json_get_text(state, "nodsa_reason"), S("ignored")))
        ret->status = STATUS_WONT_FIX;
    return span_equal(status, S("undetermined")) || span_equal(status, S("open"));
}

static bool give_flaw(struct translation *translation, span package, span id,
                      const struct json *releases, struct err *err)
{
    struct draft draft = {0};
    draft_init(&draft, translation, id);
    struct json_member release = {0};
    while (json_next(releases, &release)) {
        struct affected affected = {.name = package, .name_kind = NAME_SOURCE};
        span version = debian_release_of(release.key);
        if (!version.len || !read_state(release.value, &affected))
            continue;
        affected.ecosystem = draft_ecosystem(&draft, S("debian"), version);
        draft_add(&draft, &affected);
    }
    return draft_give(&draft, err);
}

// Flaws without a CVE have names of the tracker's own, which change: "TEMP-0000000-583651".
bool debian_translate_tracker(struct translation *translation, const struct json *document,
                              struct err *err)
{
    struct json_member package = {0};
    while (json_next(document, &package)) {
        struct json_member flaw = {0};
        while (json_next(package.value, &flaw)) {
            const struct json *releases = json_get(flaw.value, "releases");
            if (!is_cve(flaw.key) || !translation_is_new(translation, flaw.key))
                continue;
            if (!give_flaw(translation, package.key, flaw.key, releases, err))
                return false;
            arena_reset(translation->mem); // the document is long
        }
    }
    return true;
}
