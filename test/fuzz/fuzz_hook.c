// Notices of registries: service/hooks. Each is read twice, since few of what a fuzzer thinks of
// are signed.
#include "fuzz_hook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_once(const struct hook_sample *sample)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
    struct limits limits = limits_default();
    struct hook_notice notice = {0};
    if (!mem || !hook_read(&sample->registry, &sample->request, HOOK_SAMPLE_NOW, &limits, mem,
                           &notice, NULL))
        return;
    for (size_t i = 0; i < notice.count; i++)
        assert(push_check(&notice.pushes[i], NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hook_sample sample = {0};
    if (!hook_sample_read(span_of(data, size), &sample))
        return 0;
    read_once(&sample);
    sample.registry.hook = (struct hook_settings){.accepted = true, .insecure = true};
    read_once(&sample);
    return 0;
}
