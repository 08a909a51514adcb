#include "base/base.h"

#include <endian.h>
#include <string.h>

// The bytes of a number as they stand, zeros where they are cut short.
static void read_raw(reader *r, void *ret, size_t bytes)
{
    span s = read_bytes(r, bytes);
    if (s.len == bytes)
        memcpy(ret, s.ptr, bytes);
}

uint16_t read_u16le(reader *r)
{
    uint16_t value = 0;
    read_raw(r, &value, sizeof value);
    return le16toh(value);
}

uint16_t read_u16be(reader *r)
{
    uint16_t value = 0;
    read_raw(r, &value, sizeof value);
    return be16toh(value);
}

uint32_t read_u32le(reader *r)
{
    uint32_t value = 0;
    read_raw(r, &value, sizeof value);
    return le32toh(value);
}

uint32_t read_u32be(reader *r)
{
    uint32_t value = 0;
    read_raw(r, &value, sizeof value);
    return be32toh(value);
}

uint64_t read_u64le(reader *r)
{
    uint64_t value = 0;
    read_raw(r, &value, sizeof value);
    return le64toh(value);
}

uint64_t read_u64be(reader *r)
{
    uint64_t value = 0;
    read_raw(r, &value, sizeof value);
    return be64toh(value);
}

span read_field(reader *r)
{
    return read_bytes(r, read_u32le(r));
}

void read_skip(reader *r, uint64_t len)
{
    (void)read_bytes(r, len); // a failure poisons the reader
}

bool read_end(const reader *r)
{
    return !r->failed && r->rest.len == 0;
}
