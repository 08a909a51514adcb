// The first line is a path, the rest a link found there: neither may lead out of the root.
#include "model/model.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    span link = span_of(data, size);
    span path = span_cut(&link, '\n');
    span normal = {0};
    span target = {0};
    bool escapes = false;
    if (!mem || !path_normalise(path, &limits, mem, &normal, &escapes))
        return 0;
    if (!path_is_normal(normal) || normal.len > path.len)
        abort();
    if (path_resolve(normal, link, &limits, mem, &target) && !path_is_normal(target))
        abort();
    struct file files[] = {{.type = FILE_SYMLINK, .path = normal, .link = link}};
    struct tree tree = {.files = files, .count = 1};
    (void)tree_find(&tree, path, &limits, mem, &target); // found or not: it must end
    if (!path_is_normal(target))
        abort();
    return 0;
}
