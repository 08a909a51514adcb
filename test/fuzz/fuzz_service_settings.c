// The service's configuration: service/settings.
#include "service/settings/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool read_secret(void *self, enum secret_place place, span name, struct arena *mem,
                        span *ret, struct err *err)
{
    (void)self;
    (void)mem;
    (void)err;
    *ret = place == SECRET_FILE ? name : S("secret\n");
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(4 << 20);
    struct limits limits = limits_default();
    struct secret_source secrets = {.read = read_secret};
    struct service_settings settings = {0};
    if (!mem ||
        !service_settings_read(span_of(data, size), &secrets, &limits, mem, &settings, NULL))
        return 0;
    for (size_t i = 0; i < settings.registry_count; i++) {
        assert(settings.registries[i].host.len > 0);
        assert(service_registry(&settings, settings.registries[i].name));
    }
    return 0;
}
