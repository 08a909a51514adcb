// Licences of Debian's packages: their records say nothing of them, the copyright files that the
// packages bring do (Debian Policy, 12.5).
#include "scan/inventory/inventory_inner.h"

// A link may lead to the directory of another package of the same source.
static bool copyright_of(const struct tree *tree, const struct package *package,
                         const struct limits *limits, struct arena *mem, span *ret)
{
    struct text path;
    text_init(&path, mem, SIZE_MAX);
    text_add(&path, S("usr/share/doc/"));
    text_add(&path, package->name);
    text_add(&path, S("/copyright"));
    const struct file *file = tree_find(tree, text_span(&path), limits, mem, NULL);
    *ret = file && file->insight ? file->insight->licenses : (span){0};
    return text_ok(&path);
}

bool licenses_find(const struct tree *tree, const struct limits *limits, struct arena *mem,
                   struct list *packages, struct err *err)
{
    for (size_t i = 0; i < packages->count; i++) {
        struct package *package = LIST_AT(packages, struct package, i);
        if (package->licenses.len == 0 && !package->removed &&
            span_equal(package->type, S("deb")) &&
            !copyright_of(tree, package, limits, mem, &package->licenses))
            return arena_err(mem, err, "licenses");
    }
    return true;
}
