#include "feeds/feeds_inner.h"

// Node.js' security working group: "nodejs/vuln/core/N.json" of Node.js itself,
// "nodejs/vuln/npm/N.json" of packages (until 2018), and "nodejs/vuln/deps/N.json" of flaws in
// libraries within Node.js that do not concern it. The constraints are node-semver's.

// How the group writes that all versions are vulnerable; beside it "<0.0.0" are patched: none.
static bool is_unbounded(span vulnerable)
{
    return span_equal(vulnerable, S("<=99.999.99999")) || span_equal(vulnerable, S("<99.999.9999"));
}

static void add_constraints(struct draft *draft, const struct affected *pattern, span vulnerable,
                            span patched)
{
    struct version_intervals affected = {0};
    struct version_intervals fixes = {0};
    if (is_unbounded(vulnerable)) {
        draft_add(draft, pattern);
        return;
    }
    if (!draft_join_constraint(draft, S("npm"), vulnerable, &affected))
        return;
    if (patched.len && (!draft_join_constraint(draft, S("npm"), patched, &fixes) ||
                        !draft_leave_out(draft, S("npm"), fixes, &affected)))
        return;
    draft_add_intervals(draft, pattern, affected, fixes);
}

// "NSWG-ECO-90": as the group numbers them.
static span name_record(struct translation *translation, span prefix, span path, struct err *err)
{
    struct text text = {0};
    span name = path_name(path);
    text_init(&text, translation->mem, SIZE_MAX);
    text_add(&text, prefix);
    text_add(&text, span_cut(&name, '.'));
    if (!text_ok(&text))
        (void)arena_err(translation->mem, err, "nodejs");
    return text_span(&text);
}

static bool give(struct draft *draft, span published, struct err *err)
{
    uint32_t day = translation_day(draft->translation, published);
    if (!draft->advisory.modified)
        draft->advisory.modified = day;
    return draft_give(draft, err) && draft_give_flaw(draft, (struct spans){0}, day, err);
}

// ---------------------------------------------------------------- packages

static bool translate_package(struct translation *translation, const struct json *document,
                              span path, struct err *err)
{
    struct draft draft = {0};
    struct affected pattern = {0};
    span id = name_record(translation, S("NSWG-ECO-"), path, err);
    if (!id.len)
        return false;
    draft_init(&draft, translation, id);
    draft.advisory.modified = translation_day(translation, json_get_text(document, "updated_at"));
    draft_add_names(&draft, json_get(document, "cves"));
    draft_score(&draft, json_get_text(document, "cvss_vector"));
    if (language_package(&draft, S("npm"), json_get_text(document, "module_name"), &pattern))
        add_constraints(&draft, &pattern, json_get_text(document, "vulnerable_versions"),
                        json_get_text(document, "patched_versions"));
    return give(&draft, json_get_text(document, "publish_date"), err);
}

// ---------------------------------------------------------------- Node.js

// A release line without a fix of its own ends where the next begins, and so with that one's fix.
// The order of executables' versions does not know the "-0" that stands between them.
static void join_lines(struct list *statements)
{
    size_t kept = 0;
    for (size_t i = 0; i < statements->count; i++) {
        struct affected line = *LIST_AT(statements, struct affected, i);
        struct affected *last = kept ? LIST_AT(statements, struct affected, kept - 1) : NULL;
        line.introduced = version_without_floor(SCHEME_NPM, line.introduced);
        line.fixed = version_without_floor(SCHEME_NPM, line.fixed);
        if (last && last->fixed.len && span_equal(last->fixed, line.introduced)) {
            line.introduced = last->introduced;
            *last = line;
        } else {
            *LIST_AT(statements, struct affected, kept++) = line;
        }
    }
    statements->count = kept;
}

static bool translate_core(struct translation *translation, const struct json *document, span path,
                           bool is_affected, struct err *err)
{
    const struct affected pattern = {
        .ecosystem = S("generic"),
        .name = S("node"),
        .name_kind = NAME_BINARY,
        .status = is_affected ? STATUS_AFFECTED : STATUS_NOT_AFFECTED,
    };
    struct draft draft = {0};
    span prefix = is_affected ? S("NSWG-COR-") : S("NSWG-DEP-");
    span id = name_record(translation, prefix, path, err);
    if (!id.len)
        return false;
    draft_init(&draft, translation, id);
    draft_add_names(&draft, json_get(document, "cve"));
    if (!is_affected) { // what it says is of Node.js alone, not of the flaw
        draft_add(&draft, &pattern);
        return draft_give(&draft, err);
    }
    (void)severity_parse(json_get_text(document, "severity"), &draft.advisory.severity);
    draft_score(&draft, json_get_text(document, "cvss"));
    add_constraints(&draft, &pattern, json_get_text(document, "vulnerable"),
                    json_get_text(document, "patched"));
    join_lines(&draft.affected);
    return give(&draft, json_get_text(document, "publish_date"), err);
}

bool translate_nodejs(struct translation *translation, span path, span bytes, struct err *err)
{
    bool is_core = span_starts_with(path, S("nodejs/vuln/core/"));
    bool is_dependency = span_starts_with(path, S("nodejs/vuln/deps/"));
    bool is_package = span_starts_with(path, S("nodejs/vuln/npm/"));
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!(is_core || is_dependency || is_package) || span_equal(path_name(path), S("index.json")))
        return true;
    if (!document_parse(translation, path, bytes, &document, err))
        return false;
    if (!document)
        return true;
    return is_package ? translate_package(translation, document, path, err)
                      : translate_core(translation, document, path, is_core, err);
}
