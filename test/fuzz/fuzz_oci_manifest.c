// Index, manifest, configuration and layout marker: scan/source/oci.c.
#include "scan/source/oci_inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(16 << 20);
    const struct limits limits = limits_default();
    struct notes notes = {0};
    struct oci_index index = {0};
    struct oci_manifest manifest = {0};
    struct oci_config config = {0};
    enum media media = MEDIA_OTHER;
    if (!mem)
        return 0;
    notes_init(&notes, mem, &limits);
    span text = span_of(data, size); // any answer will do
    (void)oci_media(text, (span){0}, &limits, &media, NULL);
    (void)oci_index_parse(text, &limits, mem, &index, NULL);
    (void)oci_manifest_parse(text, &limits, mem, &manifest, NULL);
    (void)oci_config_parse(text, &limits, mem, &notes, &config, NULL);
    (void)oci_layout_parse(text, &limits, NULL);
    return 0;
}
