// Rust: the list of crates that cargo-auditable puts into programs: JSON, compressed with zlib, in
// a section ".dep-v0" (rust-secure-code/cargo-auditable, PARSING.md).
#include "scan/catalog/executable_inner.h"

#include "format/json/json.h"

// {"packages": [{"name", "version", "source", "kind", "dependencies": [index…], "root"}]}; a kind
// of "build" is of what ran while it was built, and none means "runtime".
static bool is_built_in(const struct json *crate)
{
    return !span_equal(json_get_text(crate, "kind"), S("build"));
}

static bool find_dependencies(const struct json *crates, const struct json *crate,
                              struct arena *mem, struct spans *ret, struct err *err)
{
    const struct json *indexes = json_get(crate, "dependencies");
    span *names = arena_array(mem, json_count(indexes), sizeof *names);
    size_t count = 0;
    if (!names)
        return arena_err(mem, err, "rust");
    for (size_t i = 0; i < json_count(indexes); i++) {
        double index = -1;
        if (!json_number(json_at(indexes, i), &index) || index < 0 ||
            index >= (double)json_count(crates))
            continue;
        const struct json *other = json_at(crates, (size_t)index);
        span name = json_get_text(other, "name");
        if (name.len && is_built_in(other))
            names[count++] = name;
    }
    *ret = (struct spans){names, count};
    return true;
}

static bool take_crates(struct inspection *inspection, const struct json *crates, struct err *err)
{
    for (size_t i = 0; i < json_count(crates); i++) {
        const struct json *crate = json_at(crates, i);
        struct package package = {
            .type = S("cargo"),
            .name = json_get_text(crate, "name"),
            .version = json_get_text(crate, "version"),
        };
        if (package.version.len == 0 || !is_built_in(crate))
            continue;
        if (!find_dependencies(crates, crate, inspection->scratch, &package.depends, err) ||
            !inspection_add(inspection, &package, err))
            return false;
    }
    return true;
}

bool executable_take_rust(struct inspection *inspection, const struct executable *executable,
                          struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    struct err damage = {0};
    span text = {0};
    if (executable->rust_audit.len == 0)
        return true;
    if (!executable_expand(inspection, COMPRESSION_ZLIB, executable->rust_audit, &text, &damage) ||
        !json_parse(text, inspection->limits->document_bytes, &document, &damage)) {
        (void)err_add(&damage, "cargo-auditable");
        inspection_damaged(inspection, &damage);
        return true;
    }
    return take_crates(inspection, json_get(document, "packages"), err);
}
