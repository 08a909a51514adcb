// Files with credentials and the answers of credential helpers: net/docker_config.c.
#include "net/auth_inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(4 << 20);
    struct limits limits = limits_default();
    struct reference reference = {0};
    struct docker_config config = {0};
    struct credentials credentials = {0};
    if (!mem || !reference_parse(S("a.example/team/app"), mem, &reference, NULL))
        return 0;
    span text = span_of(data, size); // any answer will do
    (void)docker_config_parse(text, &reference, &limits, mem, &config, NULL);
    (void)helper_answer_parse(text, &limits, mem, &credentials, NULL);
    return 0;
}
