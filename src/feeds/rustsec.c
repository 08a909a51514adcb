#include "feeds/feeds_inner.h"

// RustSec's own form: Markdown behind TOML, "md/crates/NAME/ID.md" for crates and
// "md/rust/NAME/ID.md" for what comes with the compiler. "osv/" beside it repeats the crates.
// Requirements are Cargo's: all versions are affected but those that are patched or unaffected.

// Notices, and crates that nobody maintains, are no flaws. "unsound" is: safe code can do what only
// unsafe code should.
static bool is_flaw(const struct json *advisory)
{
    span kind = json_get_text(advisory, "informational");
    return !kind.len || span_equal(kind, S("unsound"));
}

// The parts of the toolchain have its version; executables show which of the two they hold.
static struct affected read_package(const struct json *advisory, bool is_crate)
{
    span package = json_get_text(advisory, "package");
    bool is_std = span_equal(package, S("std"));
    return (struct affected){
        .ecosystem = is_crate ? S("cargo") : S("generic"),
        .name = is_crate ? package
                : is_std ? S("rust-standard-library")
                         : S("rust"),
        .name_kind = NAME_BINARY,
        .status = STATUS_AFFECTED,
    };
}

// Cargo takes a version alone for "^": 0.12.36 is anything from that to before 0.13.
static bool join_requirements(struct draft *draft, span ecosystem, const struct json *requirements,
                              struct version_intervals *set)
{
    for (size_t i = 0; i < json_count(requirements); i++) {
        span requirement = json_text(json_at(requirements, i));
        struct text text = {0};
        text_init(&text, draft->translation->mem, SIZE_MAX);
        text_add(&text, requirement.len && ascii_is_digit(requirement.ptr[0]) ? S("^") : S(""));
        text_add(&text, requirement);
        draft->affected.failed |= !text_ok(&text);
        if (!draft_join_constraint(draft, ecosystem, text_span(&text), set))
            return false;
    }
    return true;
}

static void add_versions(struct draft *draft, const struct json *versions,
                         const struct affected *pattern)
{
    struct version_intervals patched = {0};
    struct version_intervals unaffected = {0};
    struct version_intervals affected = version_intervals_all();
    span ecosystem = pattern->ecosystem;
    if (join_requirements(draft, ecosystem, json_get(versions, "patched"), &patched) &&
        join_requirements(draft, ecosystem, json_get(versions, "unaffected"), &unaffected) &&
        draft_leave_out(draft, ecosystem, patched, &affected) &&
        draft_leave_out(draft, ecosystem, unaffected, &affected))
        draft_add_intervals(draft, pattern, affected, patched);
}

static void read_advisory(struct draft *draft, const struct json *advisory)
{
    struct advisory *head = &draft->advisory;
    uint32_t withdrawn = 0; // the day of it
    head->modified = translation_day(draft->translation, json_get_text(advisory, "date"));
    head->withdrawn = date_parse(json_get_text(advisory, "withdrawn"), &withdrawn);
    draft_add_names(draft, json_get(advisory, "aliases"));
    draft_score(draft, json_get_text(advisory, "cvss"));
    const struct json *categories = json_get(advisory, "categories");
    for (size_t i = 0; i < json_count(categories); i++)
        head->malicious |= span_equal(json_text(json_at(categories, i)), S("malicious"));
}

bool translate_rustsec(struct translation *translation, span path, span bytes, struct err *err)
{
    bool is_crate = span_starts_with(path, S("md/crates/"));
    if (!is_crate && !span_starts_with(path, S("md/rust/")))
        return true;
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!document_parse(translation, path, bytes, &document, err))
        return false;
    const struct json *advisory = json_get(document, "advisory");
    span id = json_get_text(advisory, "id");
    if (!id.len)
        return err_set(err, ERR_INPUT, "rustsec: an advisory without an id");
    if (!is_flaw(advisory))
        return true;
    struct draft draft = {0};
    draft_init(&draft, translation, id);
    read_advisory(&draft, advisory);
    struct affected pattern = read_package(advisory, is_crate);
    add_versions(&draft, json_get(document, "versions"), &pattern);
    return draft_give(&draft, err) &&
           draft_give_flaw(&draft, (struct spans){0}, draft.advisory.modified, err);
}
