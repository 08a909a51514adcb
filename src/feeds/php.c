#include "feeds/feeds_inner.h"

// The security advisories of FriendsOfPHP: YAML, "VENDOR/PACKAGE/ID.yaml", with the constraints of
// each branch that is affected.

// The constraints of one branch hold together: ['>=2.0.0', '<2.0.17'].
static span join_terms(struct draft *draft, const struct json *terms)
{
    struct text text = {0};
    text_init(&text, draft->translation->mem, SIZE_MAX);
    for (size_t i = 0; i < json_count(terms); i++) {
        text_add(&text, i ? S(",") : S(""));
        text_add(&text, json_text(json_at(terms, i)));
    }
    draft->affected.failed |= !text_ok(&text);
    return text_span(&text);
}

// False when a constraint cannot be read.
static bool join_branch(struct draft *draft, const struct json *branch, span ecosystem,
                        struct version_intervals *affected)
{
    span constraint = join_terms(draft, json_get(branch, "versions"));
    uint32_t day = translation_day(draft->translation, json_get_text(branch, "time"));
    if (day > draft->advisory.modified)
        draft->advisory.modified = day;
    return !constraint.len || draft_join_constraint(draft, ecosystem, constraint, affected);
}

// Branches without a fix of their own end where the next begins: only together do they say in which
// version a flaw ends.
static void add_branches(struct draft *draft, const struct json *branches,
                         const struct affected *pattern)
{
    struct version_intervals affected = {0};
    struct json_member branch = {0};
    while (json_next(branches, &branch))
        if (!join_branch(draft, branch.value, pattern->ecosystem, &affected))
            return;
    draft_add_intervals(draft, pattern, affected, (struct version_intervals){0});
}

bool translate_php(struct translation *translation, span path, span bytes, struct err *err)
{
    span suffix = S(".yaml");
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!span_ends_with(path, suffix))
        return true;
    if (!document_parse(translation, path, bytes, &document, err))
        return false;
    span package = json_get_text(document, "reference");
    span scheme = S("composer://");
    if (!span_starts_with(package, scheme))
        return err_set(err, ERR_INPUT, "php: a document without a package");
    struct draft draft = {0};
    struct affected pattern = {0};
    // Only a record without a CVE ("~") is known by its path.
    span cve = json_get_text(document, "cve");
    draft_init(&draft, translation, is_cve(cve) ? cve : span_first(path, path.len - suffix.len));
    (void)language_package(&draft, S("Packagist"), span_from(package, scheme.len), &pattern);
    add_branches(&draft, json_get(document, "branches"), &pattern);
    return draft_give(&draft, err);
}
