#include "format/tar/tar_inner.h"

// Offsets of the ustar header block (POSIX.1-2017, pax, "ustar Header Block").
enum {
    AT_NAME = 0,
    AT_MODE = 100,
    AT_UID = 108,
    AT_GID = 116,
    AT_SIZE = 124,
    AT_MODIFIED = 136,
    AT_CHECKSUM = 148,
    AT_TYPE = 156,
    AT_LINK = 157,
    AT_MAGIC = 257,
    AT_DEVICE_MAJOR = 329,
    AT_DEVICE_MINOR = 337,
    AT_PREFIX = 345,
    AT_GNU_ACCESSED = 345,
    AT_GNU_CHANGED = 357,
    AT_STAR_TRAILER = 508,
};

static span until_nul(span field)
{
    return span_first(field, span_find(field, '\0'));
}

// GNU's base-256: the first byte's high bit set, the rest a big-endian number; 0xff is negative.
static bool base_256(span field, uint64_t *ret)
{
    if (field.ptr[0] != 0x80)
        return false; // negative, or larger than any file
    uint64_t value = 0;
    for (size_t i = 1; i < field.len; i++) {
        if (value >> 56)
            return false;
        value = value << 8 | field.ptr[i];
    }
    if (value > INT64_MAX)
        return false;
    *ret = value;
    return true;
}

bool header_number(span field, uint64_t *ret)
{
    if (field.len && field.ptr[0] & 0x80)
        return base_256(field, ret);
    // Leading spaces and NULs, then octal digits, then spaces or NULs.
    while (field.len && (field.ptr[0] == ' ' || field.ptr[0] == '\0'))
        field = span_from(field, 1);
    field = span_trim_end(span_trim_end(span_trim_end(field, '\0'), ' '), '\0');
    field = span_trim(until_nul(field));
    if (field.len == 0) {
        *ret = 0;
        return true;
    }
    return span_to_u64_octal(field, ret);
}

// Of a whole block: a length that the compiler knows lets it add sixteen bytes at a time.
static int64_t block_sum(span block)
{
    uint32_t total = 0;
    assert(block.len == BLOCK_SIZE);
    for (size_t i = 0; i < BLOCK_SIZE; i++)
        total += block.ptr[i];
    return total;
}

static int64_t sum(span bytes)
{
    int64_t total = 0;
    for (size_t i = 0; i < bytes.len; i++)
        total += bytes.ptr[i];
    return total;
}

static int64_t signed_sum(span bytes)
{
    int64_t total = 0;
    for (size_t i = 0; i < bytes.len; i++)
        total += (int8_t)bytes.ptr[i];
    return total;
}

static bool checksum_holds(span block)
{
    span field = span_slice(block, AT_CHECKSUM, 8);
    uint64_t stored = 0;
    if (!header_number(field, &stored) || stored > INT32_MAX)
        return false;
    // The field itself counts as spaces. Some writers summed signed bytes.
    int64_t spaces = INT64_C(8) * ' ';
    return (int64_t)stored == block_sum(block) - sum(field) + spaces ||
           (int64_t)stored == signed_sum(block) - signed_sum(field) + spaces;
}

static bool join_prefix(span prefix, span name, struct arena *mem, span *ret)
{
    if (prefix.len == 0) {
        *ret = name;
        return true;
    }
    struct text path;
    text_init(&path, mem, BLOCK_SIZE);
    text_add(&path, prefix);
    text_add_byte(&path, '/');
    text_add(&path, name);
    *ret = text_span(&path);
    return text_ok(&path);
}

// Nonsense in these fields changes nothing that matters here, and engines accept it: 0.
static uint32_t small_number(span block, size_t at)
{
    uint64_t value = 0;
    return header_number(span_slice(block, at, 8), &value) ? (uint32_t)(value & UINT32_MAX) : 0;
}

static int64_t modified(span block)
{
    uint64_t seconds = 0;
    bool sane = header_number(span_slice(block, AT_MODIFIED, 12), &seconds);
    return sane && seconds <= INT64_MAX ? (int64_t)seconds : 0;
}

static bool is_time(span field)
{
    uint64_t seconds = 0;
    return field.len == 0 || field.ptr[0] == '\0' || field.ptr[0] & 0x80 ||
           header_number(field, &seconds);
}

static bool is_ascii(span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] & 0x80)
            return false;
    return true;
}

// GNU headers have times where ustar has the prefix, but Go's writer before 1.8 put the prefix
// there, and its readers still take it for one where it cannot be times.
static span prefix_of(span block, bool ustar, bool gnu)
{
    span prefix = until_nul(span_slice(block, AT_PREFIX, 155));
    bool times = is_time(span_slice(block, AT_GNU_ACCESSED, 12)) &&
                 is_time(span_slice(block, AT_GNU_CHANGED, 12));
    if (ustar && span_equal(span_slice(block, AT_STAR_TRAILER, 4), S("tar\0")))
        return span_first(prefix, 131); // star's times follow
    if (ustar || (gnu && !times && is_ascii(prefix)))
        return prefix;
    return (span){0};
}

bool header_read(span block, struct arena *mem, struct tar_header *ret, struct err *err)
{
    if (!checksum_holds(block))
        return err_set(err, ERR_INPUT, "tar: header checksum is wrong");
    span magic = span_slice(block, AT_MAGIC, 6);
    bool ustar = span_equal(magic, S("ustar\0"));
    struct tar_header header = {
        .type_flag = block.ptr[AT_TYPE],
        .gnu = span_equal(magic, S("ustar ")),
        .link = until_nul(span_slice(block, AT_LINK, 100)),
        .mode = small_number(block, AT_MODE) & 07777,
        .uid = small_number(block, AT_UID),
        .gid = small_number(block, AT_GID),
        .device_major = small_number(block, AT_DEVICE_MAJOR),
        .device_minor = small_number(block, AT_DEVICE_MINOR),
        .modified = modified(block),
    };
    if (!header_number(span_slice(block, AT_SIZE, 12), &header.size))
        return err_set(err, ERR_INPUT, "tar: size is not a number");
    span name = until_nul(span_slice(block, AT_NAME, 100));
    if (!join_prefix(prefix_of(block, ustar, header.gnu), name, mem, &header.path))
        return arena_err(mem, err, "tar: path");
    *ret = header;
    return true;
}
