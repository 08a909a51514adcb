#include "feeds/feeds_inner.h"

// Bitnami's database of what its images hold, in OSV form.

bool translate_bitnami(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = osv_add_all_names,
        .add_package = language_add_package,
        .rates_flaws = true,
    };
    return osv_translate(translation, &dialect, path, bytes, err);
}
