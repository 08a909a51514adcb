#include "base/base.h"

reader reader_of(span s)
{
    return (reader){.rest = s};
}

static uint64_t read_le(reader *r, size_t bytes)
{
    span s = read_bytes(r, bytes);
    uint64_t value = 0;
    for (size_t i = s.len; i > 0; i--)
        value = value << 8 | s.ptr[i - 1];
    return value;
}

static uint64_t read_be(reader *r, size_t bytes)
{
    span s = read_bytes(r, bytes);
    uint64_t value = 0;
    for (size_t i = 0; i < s.len; i++)
        value = value << 8 | s.ptr[i];
    return value;
}

uint16_t read_u16le(reader *r)
{
    return (uint16_t)read_le(r, 2);
}

uint16_t read_u16be(reader *r)
{
    return (uint16_t)read_be(r, 2);
}

uint32_t read_u32le(reader *r)
{
    return (uint32_t)read_le(r, 4);
}

uint32_t read_u32be(reader *r)
{
    return (uint32_t)read_be(r, 4);
}

uint64_t read_u64le(reader *r)
{
    return read_le(r, 8);
}

uint64_t read_u64be(reader *r)
{
    return read_be(r, 8);
}

span read_field(reader *r)
{
    return read_bytes(r, read_u32le(r));
}

void read_skip(reader *r, uint64_t len)
{
    (void)read_bytes(r, len); // a failure poisons the reader
}

bool read_ok(const reader *r)
{
    return !r->failed;
}

bool read_end(const reader *r)
{
    return !r->failed && r->rest.len == 0;
}
