#include "feeds/feeds_inner.h"

// OSV's own export of what GitHub says of ecosystems that have no folder in the copy of its
// database: actions, Dart and others. Packages of all other ecosystems in it are there already.

static void add_package(struct draft *draft, const struct json *affected)
{
    static const span ecosystems[] = {S("GitHub Actions"), S("Pub"), S("SwiftURL"), S("Hex")};
    for (size_t i = 0; i < sizeof ecosystems / sizeof ecosystems[0]; i++)
        if (span_equal(osv_ecosystem(affected), ecosystems[i]))
            language_add_package(draft, affected);
}

bool translate_osv_export(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = ghsa_add_names,
        .add_package = add_package,
        .rates_flaws = true,
    };
    if (span_starts_with(path, S("conan-gitlab/")))
        return true; // another database
    return osv_translate(translation, &dialect, path, bytes, err);
}
