#include "format/macho/macho.h"

enum { COMMAND_SEGMENT = 0x1, COMMAND_SEGMENT_64 = 0x19, NAME_BYTES = 16 };

static uint32_t read_u32(const struct macho *macho, reader *r)
{
    return macho->big_endian ? read_u32be(r) : read_u32le(r);
}

static uint64_t read_word(const struct macho *macho, reader *r)
{
    if (!macho->wide)
        return read_u32(macho, r);
    return macho->big_endian ? read_u64be(r) : read_u64le(r);
}

static span read_name(reader *r)
{
    span name = read_bytes(r, NAME_BYTES);
    return span_cut(&name, 0);
}

// ---------------------------------------------------------------- headers

// <mach-o/fat.h>: always big endian; the second kind has 64-bit offsets.
static bool find_first(const struct content *content, struct arena *mem, uint64_t *ret_base,
                       uint64_t *ret_size, struct err *err)
{
    enum { MOST_BYTES = 32 };
    span start = {0};
    uint64_t len = content->size < MOST_BYTES ? content->size : MOST_BYTES;
    *ret_base = 0;
    *ret_size = content->size;
    if (!content_read(content, 0, len, mem, &start, err))
        return false;
    bool narrow = span_starts_with(start, S("\xca\xfe\xba\xbe"));
    bool wide = span_starts_with(start, S("\xca\xfe\xba\xbf"));
    if (!narrow && !wide)
        return true;
    reader r = reader_of(span_from(start, 4));
    uint32_t count = read_u32be(&r);
    read_skip(&r, 8); // the processor
    *ret_base = wide ? read_u64be(&r) : read_u32be(&r);
    *ret_size = wide ? read_u64be(&r) : read_u32be(&r);
    if (!read_ok(&r) || count == 0 || *ret_base > content->size ||
        *ret_size > content->size - *ret_base)
        return err_set(err, ERR_INPUT, "macho: the first of %u programs is not there", count);
    return true;
}

static bool read_magic(span start, struct macho *macho)
{
    static const struct {
        span magic;
        bool wide;
        bool big_endian;
    } kinds[] = {
        {S("\xfe\xed\xfa\xce"), false, true},
        {S("\xfe\xed\xfa\xcf"), true, true},
        {S("\xce\xfa\xed\xfe"), false, false},
        {S("\xcf\xfa\xed\xfe"), true, false},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!span_starts_with(start, kinds[i].magic))
            continue;
        macho->wide = kinds[i].wide;
        macho->big_endian = kinds[i].big_endian;
        return true;
    }
    return false;
}

bool macho_open(const struct content *content, const struct limits *limits, struct arena *mem,
                struct macho *ret, struct err *err)
{
    enum { NARROW_HEADER = 28, WIDE_HEADER = 32 };
    struct macho macho = {0};
    span start = {0};
    if (!find_first(content, mem, &macho.base, &macho.size, err))
        return false;
    uint64_t len = macho.size < WIDE_HEADER ? macho.size : WIDE_HEADER;
    if (!content_read(content, macho.base, len, mem, &start, err))
        return false;
    if (!read_magic(start, &macho))
        return err_set(err, ERR_INPUT, "macho: no Mach-O file");
    reader r = reader_of(span_from(start, 20)); // behind magic, processor, type and count
    uint32_t commands = read_u32(&macho, &r);
    uint64_t header = macho.wide ? WIDE_HEADER : NARROW_HEADER;
    if (!read_ok(&r) || macho.size < header || commands > macho.size - header)
        return err_set(err, ERR_INPUT, "macho: load commands of %u bytes are not there", commands);
    if (commands > limits->document_bytes)
        return err_set(err, ERR_LIMIT, "macho: load commands of %u bytes", commands);
    if (!content_read(content, macho.base + header, commands, mem, &macho.commands, err))
        return false;
    *ret = macho;
    return true;
}

// ---------------------------------------------------------------- parts

static void take_section(const struct macho *macho, struct macho_walk *walk, struct macho_part *ret)
{
    reader r = reader_of(walk->sections);
    *ret = (struct macho_part){.is_section = true, .name = read_name(&r)};
    ret->segment = read_name(&r);
    ret->address = read_word(macho, &r);
    ret->memory_size = read_word(macho, &r);
    ret->file_size = ret->memory_size;
    ret->offset = macho->base + read_u32(macho, &r);
    walk->sections = span_from(walk->sections, macho->wide ? 80 : 68);
}

static bool take_segment(const struct macho *macho, span command, struct macho_walk *walk,
                         struct macho_part *ret)
{
    reader r = reader_of(command);
    *ret = (struct macho_part){.segment = read_name(&r)};
    ret->address = read_word(macho, &r);
    ret->memory_size = read_word(macho, &r);
    uint64_t offset = read_word(macho, &r);
    ret->file_size = read_word(macho, &r);
    ret->most_protection = read_u32(macho, &r);
    ret->protection = read_u32(macho, &r);
    uint32_t count = read_u32(macho, &r);
    read_skip(&r, 4); // flags
    walk->sections = read_bytes(&r, (uint64_t)count * (macho->wide ? 80 : 68));
    return read_ok(&r) && !__builtin_add_overflow(macho->base, offset, &ret->offset);
}

bool macho_next(const struct macho *macho, struct macho_walk *walk, struct macho_part *ret,
                struct err *err)
{
    enum { COMMAND_BYTES = 8 };
    *err = (struct err){0};
    if (walk->sections.len) {
        take_section(macho, walk, ret);
        return true;
    }
    uint32_t segment = macho->wide ? COMMAND_SEGMENT_64 : COMMAND_SEGMENT;
    while (walk->rest.len) {
        reader r = reader_of(walk->rest);
        uint32_t kind = read_u32(macho, &r);
        uint32_t len = read_u32(macho, &r);
        span body = read_bytes(&r, len < COMMAND_BYTES ? SIZE_MAX : len - COMMAND_BYTES);
        if (!read_ok(&r))
            return err_set(err, ERR_INPUT, "macho: a load command of %u bytes", len);
        walk->rest = r.rest;
        if (kind != segment)
            continue;
        if (!take_segment(macho, body, walk, ret))
            return err_set(err, ERR_INPUT, "macho: a segment ends behind its command");
        return true;
    }
    return false;
}
