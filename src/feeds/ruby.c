#include "feeds/feeds_inner.h"

// The Ruby advisory database: YAML, a file for each gem ("gems/NAME/ID.yml") or implementation of
// Ruby ("rubies/NAME/ID.yml"). All versions are affected but those that are patched or were never
// affected.

// "9.8" and the like, without a vector.
static bool read_score(span text, double *ret)
{
    uint64_t whole = 0;
    uint64_t tenths = 0;
    span rest = text;
    span front = span_cut(&rest, '.');
    bool has_tenths = rest.len == 1 && span_to_u64(rest, &tenths);
    if (!span_to_u64(front, &whole) || whole > 10 || (rest.len && !has_tenths) ||
        (whole == 10 && tenths))
        return false;
    *ret = (double)whole + (double)tenths / 10;
    return true;
}

static void read_scores(struct draft *draft, const struct json *document)
{
    static const char *const members[] = {"cvss_v4", "cvss_v3", "cvss_v2"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (read_score(json_get_text(document, members[i]), &draft->advisory.score))
            return;
}

static void add_name(struct draft *draft, span prefix, span id)
{
    struct text text = {0};
    if (!id.len)
        return;
    text_init(&text, draft->translation->mem, SIZE_MAX);
    text_add(&text, prefix);
    text_add(&text, id);
    draft->aliases.failed |= !text_ok(&text);
    draft_add_name(draft, text_span(&text));
}

static void add_names(struct draft *draft, const struct json *document)
{
    add_name(draft, S("CVE-"), json_get_text(document, "cve"));
    add_name(draft, S("GHSA-"), json_get_text(document, "ghsa"));
    add_name(draft, S("OSVDB-"), json_get_text(document, "osvdb"));
}

static void add_versions(struct draft *draft, const struct json *document,
                         const struct affected *pattern)
{
    struct version_intervals patched = {0};
    struct version_intervals unaffected = {0};
    struct version_intervals affected = version_intervals_all();
    span ecosystem = pattern->ecosystem;
    if (draft_join_constraints(draft, ecosystem, json_get(document, "patched_versions"),
                               &patched) &&
        draft_join_constraints(draft, ecosystem, json_get(document, "unaffected_versions"),
                               &unaffected) &&
        draft_leave_out(draft, ecosystem, patched, &affected) &&
        draft_leave_out(draft, ecosystem, unaffected, &affected))
        draft_add_intervals(draft, pattern, affected, patched);
}

// A gem may be built for one platform, such as "jruby", and only that be affected.
static struct affected read_package(const struct json *document, bool is_gem)
{
    return (struct affected){
        .ecosystem = is_gem ? S("gem") : S("generic"),
        .name = json_get_text(document, is_gem ? "gem" : "engine"),
        .name_kind = NAME_BINARY,
        .status = STATUS_AFFECTED,
        .repository = json_get_text(document, "platform"),
    };
}

bool translate_ruby(struct translation *translation, span path, span bytes, struct err *err)
{
    bool is_gem = span_starts_with(path, S("gems/"));
    if (!is_gem && !span_starts_with(path, S("rubies/")))
        return true;
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!document_parse(translation, path, bytes, &document, err))
        return false;
    span suffix = S(".yml");
    span name = path_name(path);
    if (!document || !span_ends_with(name, suffix))
        return true;
    struct draft draft = {0};
    draft_init(&draft, translation, span_first(name, name.len - suffix.len));
    draft.advisory.modified = translation_day(translation, json_get_text(document, "date"));
    read_scores(&draft, document);
    add_names(&draft, document);
    struct affected pattern = read_package(document, is_gem);
    add_versions(&draft, document, &pattern);
    return draft_give(&draft, err) &&
           draft_give_flaw(&draft, (struct spans){0}, draft.advisory.modified, err);
}
