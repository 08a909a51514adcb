#include "scan/source/pack_inner.h"

#include "os/os.h"

#include <string.h>

enum { PACK_BYTES = 256 << 10 };

bool pack_begin(struct pack *pack, int out, struct arena *mem, struct arena *headers,
                struct err *err)
{
    *pack = (struct pack){.out = out, .headers = headers};
    pack->bytes = arena_alloc(mem, PACK_BYTES);
    return pack->bytes || err_set(err, ERR_MEMORY, "no memory for an archive");
}

static bool flush(struct pack *pack, struct err *err)
{
    span bytes = span_of(pack->bytes, pack->len);
    pack->len = 0;
    return os_write_all(pack->out, bytes, err);
}

// Makes room for at least one byte: *ret bytes.
static bool make_room(struct pack *pack, size_t *ret, struct err *err)
{
    if (pack->len == PACK_BYTES && !flush(pack, err))
        return false;
    *ret = PACK_BYTES - pack->len;
    return true;
}

bool pack_bytes(struct pack *pack, span bytes, struct err *err)
{
    while (bytes.len) {
        size_t room = 0;
        if (!make_room(pack, &room, err))
            return false;
        span piece = span_first(bytes, room);
        memcpy(pack->bytes + pack->len, piece.ptr, piece.len);
        pack->len += piece.len;
        bytes = span_from(bytes, piece.len);
    }
    return true;
}

static bool add_text(struct pack *pack, const struct text *text, struct err *err)
{
    return (text_ok(text) || arena_err(pack->headers, err, "archive")) &&
           pack_bytes(pack, text_span(text), err);
}

bool pack_header(struct pack *pack, const struct tar_entry *entry, struct err *err)
{
    struct text header = {0};
    text_init(&header, pack->headers, SIZE_MAX);
    tar_write_header(&header, entry);
    return add_text(pack, &header, err);
}

static bool add_padding(struct pack *pack, uint64_t size, struct err *err)
{
    struct text padding = {0};
    text_init(&padding, pack->headers, SIZE_MAX);
    tar_write_padding(&padding, size);
    return add_text(pack, &padding, err);
}

// Exactly `len` bytes, zeros from where the file has ended or failed. After a problem nothing more
// is read.
static void read_piece(int fd, uint8_t *to, size_t len, struct err *problem)
{
    size_t at = 0;
    while (at < len && problem->kind == ERR_NONE) {
        size_t got = 0;
        if (os_read(fd, to + at, len - at, &got, problem) && got == 0)
            (void)err_set(problem, ERR_INPUT, "became shorter while it was read");
        at += got;
    }
    memset(to + at, 0, len - at);
}

bool pack_content(struct pack *pack, int fd, span first, uint64_t size, struct err *ret_problem,
                  struct err *err)
{
    *ret_problem = (struct err){0};
    if (!pack_bytes(pack, first, err))
        return false;
    for (uint64_t left = size - first.len; left;) {
        size_t len = 0;
        if (!make_room(pack, &len, err))
            return false;
        if (len > left)
            len = (size_t)left;
        read_piece(fd, pack->bytes + pack->len, len, ret_problem);
        pack->len += len;
        left -= len;
    }
    return add_padding(pack, size, err);
}

bool pack_end(struct pack *pack, struct err *err)
{
    struct text end = {0};
    text_init(&end, pack->headers, SIZE_MAX);
    tar_write_end(&end);
    return add_text(pack, &end, err) && flush(pack, err);
}
