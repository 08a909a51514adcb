#include "feeds/feeds_inner.h"

// The Go vulnerability database. "custom_ranges" stand beside ranges that call every version of the
// module affected: they are of releases whose tags are no versions of it ("v9.5.18" of a module
// that has no major version in its path). What was built from such a release may still say so, by
// its linker flags or in somebody's bill of materials, and then they decide. A pseudo-version
// ("v0.0.0-20240711…") says nothing of the release: it is below the first of them, and affected.

static bool calls_all_affected(const struct json *ranges)
{
    const struct json *events = json_get(json_at(ranges, 0), "events");
    return json_count(ranges) == 1 && json_count(events) == 1 &&
           span_equal(json_get_text(json_at(events, 0), "introduced"), S("0"));
}

static void add_package(struct draft *draft, const struct json *affected)
{
    const struct json *releases =
        json_get(json_get(affected, "ecosystem_specific"), "custom_ranges");
    struct affected pattern = {0};
    if (!language_package(draft, osv_ecosystem(affected), osv_name(affected), &pattern))
        return;
    if (!calls_all_affected(json_get(affected, "ranges")) ||
        !osv_add_releases(draft, affected, releases, &pattern))
        osv_add_versions(draft, affected, &pattern);
}

bool translate_go(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = osv_add_all_names,
        .add_package = add_package,
        .rates_flaws = true,
    };
    return osv_translate(translation, &dialect, path, bytes, err);
}
