#include "feeds/feeds_inner.h"

// The Haskell security advisories: Markdown behind TOML, with pairs of versions for each package of
// Hackage or, by "ghc-component", for the compiler.

static void add_versions(struct draft *draft, const struct json *versions,
                         const struct affected *pattern)
{
    for (size_t i = 0; i < json_count(versions); i++) {
        const struct json *pair = json_at(versions, i);
        struct affected affected = *pattern;
        span introduced = json_get_text(pair, "introduced");
        affected.introduced = span_equal(introduced, S("0")) ? (span){0} : introduced;
        affected.fixed = json_get_text(pair, "fixed");
        affected.status = affected.fixed.len ? STATUS_FIXED : STATUS_AFFECTED;
        draft_add(draft, &affected);
    }
}

static void add_package(struct draft *draft, const struct json *package)
{
    bool is_compiler = json_get_text(package, "ghc-component").len != 0;
    const struct affected pattern = {
        .ecosystem = is_compiler ? S("generic") : S("hackage"),
        .name = is_compiler ? S("ghc") : json_get_text(package, "package"),
        .name_kind = NAME_BINARY,
    };
    draft_score(draft, json_get_text(package, "cvss"));
    add_versions(draft, json_get(package, "versions"), &pattern);
}

bool translate_haskell(struct translation *translation, span path, span bytes, struct err *err)
{
    if (!span_starts_with(path, S("haskell/advisories/published/")))
        return true;
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!document_parse(translation, path, bytes, &document, err))
        return false;
    const struct json *advisory = json_get(document, "advisory");
    span id = json_get_text(advisory, "id");
    if (!id.len)
        return err_set(err, ERR_INPUT, "haskell: an advisory without an id");
    struct draft draft = {0};
    draft_init(&draft, translation, id);
    draft_add_names(&draft, json_get(advisory, "aliases"));
    const struct json *packages = json_get(document, "affected");
    for (size_t i = 0; i < json_count(packages); i++)
        add_package(&draft, json_at(packages, i));
    struct spans weaknesses = draft_weaknesses(&draft, json_get(advisory, "cwe"));
    return draft_give(&draft, err) && draft_give_flaw(&draft, weaknesses, 0, err);
}
