// Rust: the lock file of Cargo, versions 1 to 4 (The Cargo Book, "Cargo.toml vs Cargo.lock"). What
// is built into a program stands in the program.
#include "scan/catalog/catalog_inner.h"

#include "format/toml/toml.h"

// "name", "name version" or "name version (source)": as much as it takes to tell them apart.
static void take_dependencies(struct candidate *candidate, const struct toml *list)
{
    const struct toml *each = list && list->kind == TOML_ARRAY ? list->first : NULL;
    for (; each; each = each->next) {
        span text = each->text;
        candidate_depend(candidate, span_cut(&text, ' '));
    }
}

// Version 1 keeps checksums apart: [metadata] "checksum NAME VERSION (SOURCE)" = "hex", in the
// order of the packages, those without a checksum left out.
static span next_checksum(const struct toml **next, const struct candidate *candidate)
{
    span key = *next ? (*next)->key : (span){0};
    if (!span_equal(span_cut(&key, ' '), S("checksum")) ||
        !span_equal(span_cut(&key, ' '), candidate->package.name) ||
        !span_equal(span_cut(&key, ' '), candidate->package.version))
        return (span){0};
    span checksum = (*next)->text;
    *next = (*next)->next;
    return checksum;
}

// The project itself is one of them.
static bool read_package(struct inspection *inspection, const struct toml *package,
                         const struct toml **next, struct err *err)
{
    struct candidate candidate =
        candidate_of(inspection, S("cargo"), toml_get_text(package, S("name")),
                     toml_get_text(package, S("version")));
    if (candidate.package.version.len == 0)
        return true;
    candidate_hash(&candidate, S("sha256"), toml_get_text(package, S("checksum")));
    candidate_hash(&candidate, S("sha256"), next_checksum(next, &candidate));
    take_dependencies(&candidate, toml_get(package, S("dependencies")));
    return candidate_add(&candidate, err);
}

static bool read_lock(struct inspection *inspection, struct err *err)
{
    const struct toml *document = inspection_toml(inspection);
    const struct toml *packages = toml_get(document, S("package"));
    const struct toml *metadata = toml_get(document, S("metadata"));
    const struct toml *next = metadata && metadata->kind == TOML_TABLE ? metadata->first : NULL;
    const struct toml *each = packages && packages->kind == TOML_ARRAY ? packages->first : NULL;
    for (; each; each = each->next)
        if (!read_package(inspection, each, &next, err))
            return false;
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/Cargo.lock"), read_lock, CATALOG_DECLARED},
};
const struct catalogers cargo_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
