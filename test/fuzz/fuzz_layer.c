// layer: any bytes as a layer give an extract that can be written, read back and merged, or an
// error, and the digests are those of the bytes.
#include "os/os.h"
#include "scan/unpack/unpack.h"

#include <stdlib.h>
#include <sys/mman.h>

static void check_extract(const struct extract *extract, const struct limits *limits,
                          struct arena *mem)
{
    struct text out;
    struct extract copy = {0};
    struct tree tree = {0};
    struct notes notes;
    notes_init(&notes, mem, limits);
    struct err err = {0};
    const struct extract *layers[] = {extract, extract};
    text_init(&out, mem, SIZE_MAX);
    extract_write(extract, &out);
    if (text_ok(&out) && !extract_read(text_span(&out), limits, mem, &copy, &err) &&
        err.kind != ERR_LIMIT)
        abort();
    if (!unpack_merge(layers, 2, limits, (hash_key){7, 8}, mem, &notes, &tree, &err) &&
        err.kind != ERR_LIMIT)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const span patterns[] = {S("etc/os-release"), S("**/status"), S("a/*")};
    const struct wants wants = {patterns, sizeof patterns / sizeof *patterns};
    struct limits limits = limits_default();
    limits.kept_bytes = 1 << 20;
    limits.kept_entries = 1000;
    limits.layer_entries = 2000;
    limits.layer_bytes = 8 << 20;
    limits.expansion_floor = 1 << 20;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(32 << 20);
    CLEANUP(os_close) int fd = memfd_create("layer", MFD_CLOEXEC);
    struct extract extract = {0};
    struct err err = {0};
    if (!mem || fd < 0 || !os_write_all(fd, span_of(data, size), NULL))
        abort();
    const struct layer_input input = {.file = {.fd = fd, .seekable = true, .length = size}};
    const struct unpack_options options = {.wants = &wants, .limits = &limits, .scratch_fd = -1};
    if (!unpack_layer(&input, &options, mem, &extract, &err)) {
        if (err.kind != ERR_LIMIT && err.kind != ERR_MEMORY)
            abort();
        return 0;
    }
    check_extract(&extract, &limits, mem);
    return 0;
}
