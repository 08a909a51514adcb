#include "feeds/feeds_inner.h"

// GitLab's advisories for Conan, in their own YAML ("conan-gitlab/conan/PACKAGE/ID.yml") or the
// same as JSON ("conan-gitlab/PACKAGE/ID.json"). What GitLab says of other ecosystems is said by
// their own publishers, whose databases are there.

static void add_package(struct draft *draft, const struct json *document)
{
    struct affected pattern = {0};
    struct version_intervals affected = {0};
    struct version_intervals fixes = {0};
    span name = json_get_text(document, "package_slug");
    if (!span_equal(span_cut(&name, '/'), S("conan")) ||
        !language_package(draft, S("ConanCenter"), name, &pattern))
        return;
    if (draft_join_constraint(draft, pattern.ecosystem, json_get_text(document, "affected_range"),
                              &affected) &&
        draft_join_constraints(draft, pattern.ecosystem, json_get(document, "fixed_versions"),
                               &fixes))
        draft_add_intervals(draft, &pattern, affected, fixes);
}

bool translate_gitlab(struct translation *translation, span path, span bytes, struct err *err)
{
    bool is_yaml =
        span_starts_with(path, S("conan-gitlab/conan/")) && span_ends_with(path, S(".yml"));
    bool is_json = span_starts_with(path, S("conan-gitlab/")) && span_ends_with(path, S(".json"));
    if (!is_yaml && !is_json)
        return true;
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!document_parse(translation, path, bytes, &document, err))
        return false;
    span id = json_get_text(document, "identifier");
    if (!id.len)
        return err_set(err, ERR_INPUT, "gitlab: an advisory without an identifier");
    struct draft draft = {0};
    draft_init(&draft, translation, id);
    draft.advisory.modified = translation_day(translation, json_get_text(document, "date"));
    draft_add_names(&draft, json_get(document, "identifiers"));
    draft_score(&draft, json_get_text(document, "cvss_v4"));
    draft_score(&draft, json_get_text(document, "cvss_v3"));
    draft_score(&draft, json_get_text(document, "cvss_v2"));
    add_package(&draft, document);
    uint32_t published = translation_day(translation, json_get_text(document, "pubdate"));
    struct spans weaknesses = draft_weaknesses(&draft, json_get(document, "cwe_ids"));
    return draft_give(&draft, err) && draft_give_flaw(&draft, weaknesses, published, err);
}
