// The release files from before os-release, each with the same content.
#include "one_file.h"
#include "scan/identify/identify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(16) << 20);
    struct limits limits = limits_default();
    struct notes notes = {0};
    notes_init(&notes, mem, &limits);
    for (size_t i = 0; i < identify_wants.count; i++) {
        struct distro distro = {0};
        struct one_file one = {0};
        one_file_init(&one, identify_wants.patterns[i], span_of(data, size));
        if (identify_distro(&one.tree, &limits, mem, &notes, &distro, NULL))
            assert(distro.id.len || notes.items.count);
    }
    return 0;
}
