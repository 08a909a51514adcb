// vex_hub: the index of a collection of VEX documents. No path that it names leaves the collection.
#include "fuzz_suppress.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(FUZZ_BUDGET);
    struct scene *scene = fuzz_scene(mem);
    struct spans paths = {0};
    if (!scene || !suppress_hub_documents(span_of(data, size), &scene->scan, &scene->limits, mem,
                                          &paths, NULL))
        return 0;
    for (size_t i = 0; i < paths.count; i++)
        if (paths.items[i].len == 0 || !path_is_normal(paths.items[i]))
            abort();
    return 0;
}
