// layer: any bytes as a layer give an extract that can be written, read back and merged, or an
// error, and the digests are those of the bytes.
#include "os/os.h"
#include "scan/unpack/unpack.h"

#include <stdlib.h>
#include <sys/mman.h>

static bool wants_file(const void *self, span path, uint64_t size, span start)
{
    (void)self;
    (void)path;
    return size && start.len && start.ptr[0] % 2;
}

// Reads everything, and sees something in what begins with a letter.
static bool look(const void *self, span path, const struct content *content, struct arena *mem,
                 struct arena *scratch, struct notes *notes, const struct insight **ret,
                 struct err *err)
{
    span bytes = {0};
    (void)self;
    if (!content_read(content, 0, content->size, scratch, &bytes, err))
        return false;
    if (bytes.len != content->size)
        abort();
    if (!bytes.len || !ascii_is_alpha(bytes.ptr[0]))
        notes_add(notes, NOTE_DAMAGED, path, "no letter");
    struct insight *insight = ARENA_NEW(mem, struct insight);
    if (!insight || !arena_span(mem, span_first(bytes, 10), &insight->licenses))
        return arena_err(mem, err, "insight");
    *ret = bytes.len && ascii_is_alpha(bytes.ptr[0]) ? insight : NULL;
    return true;
}

static const struct inspector inspector = {.wants = wants_file, .look = look};

static void check_stack(const struct extract *extract, const struct limits *limits,
                        struct arena *mem)
{
    struct stack *stack = NULL;
    struct notes notes;
    struct tree tree = {0};
    struct roster roster = {0};
    struct err err = {0};
    notes_init(&notes, mem, limits);
    bool ok = stack_new(limits, (hash_key){7, 8}, mem, &notes, &stack, &err) &&
              stack_add(stack, extract, &err) && stack_add(stack, extract, &err) &&
              stack_tree(stack, true, &tree, &err) && stack_roster(stack, &roster, &err);
    if (!ok && err.kind != ERR_LIMIT)
        abort();
}

static void check_extract(const struct extract *extract, const struct limits *limits,
                          struct arena *mem)
{
    struct text out;
    struct extract copy = {0};
    struct err err = {0};
    text_init(&out, mem, SIZE_MAX);
    extract_write(extract, &out);
    if (text_ok(&out) && !extract_read(text_span(&out), limits, mem, &copy, &err) &&
        err.kind != ERR_LIMIT)
        abort();
    check_stack(extract, limits, mem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const span patterns[] = {S("etc/os-release"), S("**/status"), S("a/*")};
    const struct wants wants = {patterns, sizeof patterns / sizeof *patterns};
    static const span directories[] = {S("etc"), S("usr/**")};
    const struct wants roster = {directories, 2};
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
    CLEANUP(os_close) int scratch = memfd_create("scratch", MFD_CLOEXEC);
    const struct unpack_options options = {
        .wants = &wants,
        .roster = &roster,
        .inspector = &inspector,
        .limits = &limits,
        .scratch_fd = scratch,
    };
    if (!unpack_layer(&input, &options, mem, &extract, &err)) {
        if (err.kind != ERR_LIMIT && err.kind != ERR_MEMORY)
            abort();
        return 0;
    }
    check_extract(&extract, &limits, mem);
    return 0;
}
