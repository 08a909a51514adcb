#include "feeds/ubuntu_inner.h"

// Ubuntu's security notices (USN) as one document: notices by number, in each of them releases, in
// each release the source packages with the version that was published. They are bulletins: where
// the tracker has a record of the flaw, that has the say.

static void add_release(struct draft *draft, span release, const struct json *sources)
{
    struct json_member source = {0};
    while (json_next(sources, &source)) {
        struct ubuntu_state place = {0};
        if (!ubuntu_read_release(release, &place))
            return;
        span version = json_get_text(source.value, "version");
        const struct affected affected = {
            .ecosystem = draft_ecosystem(draft, S("ubuntu"), place.version),
            .name = source.key,
            .name_kind = NAME_SOURCE,
            .status = STATUS_FIXED,
            .fixed = version,
            // Builds for customers say so in their versions only.
            .repository = span_contains(version, S("esm")) ? S("esm-infra") : place.pocket,
        };
        if (version.len)
            draft_add(draft, &affected);
    }
}

static bool give_notice(struct translation *translation, span number, const struct json *notice,
                        struct err *err)
{
    struct text id = {0};
    text_init(&id, translation->mem, SIZE_MAX);
    text_add(&id, S("USN-"));
    text_add(&id, number);
    if (!text_ok(&id))
        return arena_err(translation->mem, err, "usn");
    if (!translation_is_new(translation, text_span(&id)))
        return true;
    struct draft draft = {0};
    draft_init(&draft, translation, text_span(&id));
    const struct json *cves = json_get(notice, "cves");
    for (size_t i = 0; i < json_count(cves); i++)
        if (is_cve(json_text(json_at(cves, i))))
            draft_add_flaw(&draft, json_text(json_at(cves, i)));
    struct json_member release = {0};
    while (json_next(json_get(notice, "releases"), &release))
        add_release(&draft, release.key, json_get(release.value, "sources"));
    return draft_give(&draft, err);
}

bool ubuntu_give_notices(struct translation *translation, const struct json *document,
                         struct err *err)
{
    struct json_member notice = {0};
    while (json_next(document, &notice)) {
        if (!give_notice(translation, notice.key, notice.value, err))
            return false;
        arena_reset(translation->mem); // the document is long
    }
    return true;
}
