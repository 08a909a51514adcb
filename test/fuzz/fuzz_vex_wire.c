// vex_wire: what the worker says of a VEX document. What is accepted is written back as the same
// bytes, and can be applied.
#include "fuzz_suppress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(FUZZ_BUDGET);
    struct scene *scene = fuzz_scene(mem);
    struct text back;
    if (!scene || !suppress_read_vex(scene->suppress, SUPPRESS_IMAGE, S("vex.json"),
                                     span_of(data, size), NULL))
        return 0;
    text_init(&back, mem, SIZE_MAX);
    suppress_write_vex(scene->suppress, &back);
    if (text_ok(&back) && !span_equal(text_span(&back), span_of(data, size)))
        abort();
    fuzz_apply(scene);
    return 0;
}
