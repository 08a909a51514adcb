#include "one_file.h"
#include "scan/identify/identify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(16) << 20);
    struct limits limits = limits_default();
    struct notes notes = {0};
    struct distro distro = {0};
    struct one_file one = {0};
    notes_init(&notes, mem, &limits);
    one_file_init(&one, S("etc/os-release"), span_of(data, size));
    if (identify_distro(&one.tree, &limits, mem, &notes, &distro, NULL))
        assert(distro.id.len || notes.items.count);
    (void)identify_parse_override(span_of(data, size), mem, &distro, NULL); // must not crash
    return 0;
}
