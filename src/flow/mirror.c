#include "flow/update_inner.h"
#include "os/os.h"

#include <stdlib.h>

struct mirror {
    struct arena *mem;
    struct arena *scratch; // of one call
    const struct limits *limits;
    const char *directory;
};

bool mirror_open(span place, const struct net_options *net, const struct limits *limits,
                 struct mirror **ret, struct err *err)
{
    (void)net;
    CLEANUP(mirror_cleanup) struct mirror *mirror = calloc(1, sizeof *mirror);
    if (mirror) {
        mirror->mem = arena_new(limits->document_bytes);
        mirror->scratch = arena_new(limits->document_bytes);
    }
    if (!mirror || !mirror->mem || !mirror->scratch)
        return err_set(err, ERR_MEMORY, "mirror: no memory");
    mirror->limits = limits;
    mirror->directory = arena_text(mirror->mem, place);
    if (!mirror->directory)
        return err_set(err, ERR_USAGE, "'%s' is no directory", quote(place).text);
    *ret = take(&mirror);
    return true;
}

void mirror_close(struct mirror *mirror)
{
    if (!mirror)
        return;
    arena_free(mirror->mem);
    arena_free(mirror->scratch);
    free(mirror);
}

void mirror_cleanup(struct mirror **mirror)
{
    mirror_close(*mirror);
}

bool mirror_read(struct mirror *mirror, const char *name, uint64_t most, struct arena *mem,
                 span *ret, struct err *err)
{
    const char *path = file_in(mem, mirror->directory, name);
    return path ? os_read_file(path, most, mem, ret, err) : arena_err(mem, err, "mirror");
}

static bool copy_range(int from, uint64_t start, uint64_t end, int to, struct err *err)
{
    uint8_t buffer[1 << 16];
    for (uint64_t at = start; at < end;) {
        size_t want = end - at < sizeof buffer ? (size_t)(end - at) : sizeof buffer;
        size_t got = 0;
        if (!os_read_at(from, at, buffer, want, &got, err))
            return false;
        if (got == 0)
            return err_set(err, ERR_INPUT, "ends after %llu of %llu bytes", (unsigned long long)at,
                           (unsigned long long)end);
        if (!os_write_at(to, at, span_of(buffer, got), err))
            return false;
        at += got;
    }
    return true;
}

bool mirror_fetch(struct mirror *mirror, const char *name, uint64_t start, uint64_t length, int fd,
                  struct err *err)
{
    CLEANUP(os_close) int from = -1;
    arena_reset(mirror->scratch);
    const char *path = file_in(mirror->scratch, mirror->directory, name);
    if (!path)
        return arena_err(mirror->scratch, err, "mirror");
    return os_open_read(path, &from, err) && copy_range(from, start, length, fd, err);
}
