// Writes the tar of a layer with very many small files to standard output: make_layer COUNT.
#include "format/tar/tar.h"

#include <stdio.h>

enum { BLOCK_BUDGET = 1 << 20, BODY = 100 };

static bool flush(struct text *out, struct arena *mem)
{
    span bytes = text_span(out);
    bool ok = text_ok(out) && fwrite(bytes.ptr, 1, bytes.len, stdout) == bytes.len;
    arena_reset(mem);
    text_init(out, mem, SIZE_MAX);
    return ok;
}

static void add_member(struct text *out, uint64_t index)
{
    static const uint8_t body[BODY] = "a small file\n";
    char path[64];
    int len = snprintf(path, sizeof path, "srv/data/%03u/%03u/file-%07u.txt",
                       (unsigned)(index / 10000), (unsigned)(index / 100 % 100), (unsigned)index);
    struct tar_entry entry = {
        .path = span_of(path, (size_t)len),
        .type = TAR_REGULAR,
        .size = BODY,
        .mode = 0644,
    };
    tar_write_header(out, &entry);
    text_add(out, span_of(body, BODY));
    tar_write_padding(out, BODY);
}

int main(int argc, char **argv)
{
    uint64_t count = 0;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(16 * BLOCK_BUDGET);
    if (argc != 2 || !mem || !span_to_u64(span_of_text(argv[1]), &count)) {
        (void)fputs("usage: make_layer COUNT\n", stderr);
        return 64;
    }
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    for (uint64_t i = 0; i < count; i++) {
        add_member(&out, i);
        if (out.len > BLOCK_BUDGET && !flush(&out, mem))
            return 1;
    }
    tar_write_end(&out);
    return flush(&out, mem) ? 0 : 1;
}
