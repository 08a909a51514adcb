// A document of any kind: what is read of it must survive the pipe out of the worker.
#ifndef PLIMSOLL_TEST_FUZZ_SBOM_H
#define PLIMSOLL_TEST_FUZZ_SBOM_H

#include "scan/sbom/sbom.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    struct notes notes;
    struct image image = {0};
    struct bom bom = {0};
    struct bom back = {0};
    struct text out;
    if (!mem)
        return 0;
    limits.layers = 8;
    notes_init(&notes, mem, &limits);
    if (!sbom_read(span_of(data, size), NULL, &limits, mem, &notes, &image, &bom, NULL))
        return 0;
    if (image.layer_count > limits.layers)
        abort();
    text_init(&out, mem, SIZE_MAX);
    bom.notes = notes;
    bom_write(&bom, &out);
    struct err err = {0};
    if (text_ok(&out) && !bom_read(text_span(&out), &limits, mem, &back, &err) &&
        err.kind != ERR_LIMIT)
        abort();
    return 0;
}

#endif
