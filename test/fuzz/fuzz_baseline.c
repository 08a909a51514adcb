// baseline: an earlier result, with which a scan is compared.
#include "fuzz_suppress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(FUZZ_BUDGET);
    struct scene *scene = fuzz_scene(mem);
    if (scene && scene_compare(scene, mem, span_of(data, size), NULL))
        scene_check(scene);
    return 0;
}
