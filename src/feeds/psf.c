#include "feeds/feeds_inner.h"

// The Python Software Foundation's records of CPython, in OSV form. Their ranges are of commits
// alone, which no installed interpreter names: only what they say of the flaws is taken over.

static void add_package(struct draft *draft, const struct json *affected)
{
    (void)draft;
    (void)affected;
}

bool translate_psf(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = osv_add_all_names,
        .add_package = add_package,
        .rates_flaws = true,
    };
    if (!span_starts_with(path, S("psf-cpython/advisories/")))
        return true;
    return osv_translate(translation, &dialect, path, bytes, err);
}
