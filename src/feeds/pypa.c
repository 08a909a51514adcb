#include "feeds/feeds_inner.h"

// The Python Packaging Authority's database: OSV as YAML. Records of malware name the record of
// ossf's database that they stand for.

static void add_names(struct draft *draft, const struct json *document)
{
    osv_add_all_names(draft, document);
    for (size_t i = 0; i < draft->aliases.count; i++)
        draft->advisory.malicious |=
            span_starts_with(*LIST_AT(&draft->aliases, span, i), S("MAL-"));
}

bool translate_pypa(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = add_names,
        .add_package = language_add_package,
        .rates_flaws = true,
    };
    return osv_translate(translation, &dialect, path, bytes, err);
}
