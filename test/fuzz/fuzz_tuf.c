// Metadata of any bytes, as each role: reading returns, and nothing unsigned is believed. What can
// be read has a canonical form that is read again.
#include "tuf/tuf_inner.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(span bytes, const struct limits *limits, struct arena *mem)
{
    struct tuf_trust trust = {0};
    struct tuf_targets targets = {0};
    bool is_new = false;
    if (tuf_begin(bytes, limits, mem, &trust, NULL))
        (void)tuf_follow_root(&trust, bytes, limits, mem, &is_new, NULL);
    (void)tuf_read_targets(bytes, limits, mem, &targets, NULL);
    // Nobody has a key: whatever it says, it is not believed.
    trust = (struct tuf_trust){0};
    if (tuf_accept_timestamp(&trust, bytes, 0, limits, &is_new, NULL))
        abort();
}

static void check_canonical(span bytes, struct arena *mem)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    CLEANUP(json_cleanup) struct json *again = NULL;
    struct text out = {0};
    struct text second = {0};
    text_init(&out, mem, SIZE_MAX);
    text_init(&second, mem, SIZE_MAX);
    if (!json_parse_strict(bytes, 1 << 20, &document, NULL) || !canonical_add(&out, document) ||
        !text_ok(&out))
        return;
    // Control characters stand unescaped in OLPC's form, which is JSON no longer then.
    if (!json_parse_strict(text_span(&out), 1 << 22, &again, NULL))
        return;
    if (!canonical_add(&second, again) || !span_equal(text_span(&out), text_span(&second)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits = limits_default();
    limits.document_bytes = 1 << 20;
    struct arena *mem = arena_new(32 << 20);
    if (!mem)
        return 0;
    use(span_of(data, size), &limits, mem);
    check_canonical(span_of(data, size), mem);
    arena_free(mem);
    return 0;
}
