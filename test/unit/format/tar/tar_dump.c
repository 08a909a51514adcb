#include "tar_dump.h"

uint64_t content_digest(uint64_t digest, uint64_t offset, span data)
{
    for (size_t i = 0; i < data.len; i++) {
        uint64_t mixed = (offset + i + 1) * 0x9e3779b97f4a7c15u;
        mixed = (mixed ^ mixed >> 29) * data.ptr[i]; // a zero adds nothing
        digest += mixed ^ (mixed >> 32) * 0xff51afd7ed558ccdu;
    }
    return digest;
}

static void add_quoted(struct text *out, span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] > ' ' && s.ptr[i] < 0x7f && s.ptr[i] != '\\')
            text_add_byte(out, s.ptr[i]);
        else
            text_addf(out, "\\x%02x", s.ptr[i]);
}

static void add_entry(struct text *out, const struct tar_entry *entry)
{
    static const char letters[] = {
        [TAR_REGULAR] = '-', [TAR_HARDLINK] = 'h',  [TAR_SYMLINK] = 'l', [TAR_CHARACTER] = 'c',
        [TAR_BLOCK] = 'b',   [TAR_DIRECTORY] = 'd', [TAR_FIFO] = 'p',    [TAR_OTHER] = '?',
    };
    text_add_byte(out, (uint8_t)letters[entry->type]);
    text_add_byte(out, ' ');
    add_quoted(out, entry->path);
    text_add(out, S(" -> "));
    add_quoted(out, entry->link);
    text_addf(out, " %llu %o %u:%u %u,%u%s%s", (unsigned long long)entry->size, entry->mode,
              entry->uid, entry->gid, entry->device_major, entry->device_minor,
              entry->sparse ? " sparse" : "", entry->opaque ? " opaque" : "");
}

struct dump {
    struct tar_reader *tar;
    struct text *out;
    bool open; // a member's line is not finished
    uint64_t digest;
    bool ended;
};

static void close_line(struct dump *dump)
{
    if (dump->open)
        text_addf(dump->out, " %016llx\n", (unsigned long long)dump->digest);
    dump->open = false;
    dump->digest = 0;
}

static bool step(struct dump *dump, span *input, enum tar_event *event, struct err *err)
{
    if (!tar_step(dump->tar, input, event, err))
        return false;
    uint64_t offset = 0;
    switch (*event) {
    case TAR_MORE:
        break;
    case TAR_ENTRY:
        close_line(dump);
        add_entry(dump->out, tar_entry(dump->tar));
        dump->open = true;
        break;
    case TAR_DATA: {
        span data = tar_data(dump->tar, &offset);
        assert(data.len && offset + data.len <= tar_entry(dump->tar)->size);
        dump->digest = content_digest(dump->digest, offset, data);
        break;
    }
    case TAR_END:
        dump->ended = true;
        break;
    }
    return true;
}

static bool read_pieces(struct dump *dump, span archive, size_t piece, struct err *err)
{
    while (archive.len && !dump->ended) {
        span input = span_first(archive, piece);
        archive = span_from(archive, input.len);
        enum tar_event event = TAR_ENTRY;
        while (event != TAR_MORE && !dump->ended)
            if (!step(dump, &input, &event, err))
                return false;
    }
    return tar_finish(dump->tar, err);
}

void tar_dump(span archive, size_t piece, const struct limits *limits, struct text *out)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    CLEANUP(arena_cleanup)
    struct arena *scratch = arena_new(8 * limits->header_bytes + (1 << 16));
    struct dump dump = {.out = out};
    struct err err = {0};
    bool ok = mem && scratch && tar_new(mem, scratch, limits, &dump.tar, &err) &&
              read_pieces(&dump, archive, piece, &err);
    close_line(&dump);
    if (ok)
        text_add(out, S("end\n"));
    else
        text_addf(out, "%s: %s\n", err_kind_name(err.kind), err.text);
}
