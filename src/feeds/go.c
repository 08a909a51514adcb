#include "feeds/feeds_inner.h"

// The Go vulnerability database. Its "custom_ranges" name releases that are no versions of the
// module, so that no build can say which of them it has: the ranges beside them count.

bool translate_go(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = osv_add_all_names,
        .add_package = language_add_package,
        .rates_flaws = true,
    };
    return osv_translate(translation, &dialect, path, bytes, err);
}
