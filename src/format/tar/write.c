#include "format/tar/tar_inner.h"

#include <string.h>

static const uint64_t most_7_digits = 07777777;
static const uint64_t most_11_digits = 077777777777;

static void put(uint8_t *block, size_t at, span value)
{
    if (value.len)
        memcpy(block + at, value.ptr, value.len);
}

static void put_octal(uint8_t *block, size_t at, size_t digits, uint64_t value)
{
    for (size_t i = digits; i > 0; i--) {
        block[at + i - 1] = (uint8_t)('0' + value % 8);
        value /= 8;
    }
}

static uint8_t flag_of(enum tar_type type)
{
    static const uint8_t flags[] = {
        [TAR_REGULAR] = '0', [TAR_HARDLINK] = '1',  [TAR_SYMLINK] = '2', [TAR_CHARACTER] = '3',
        [TAR_BLOCK] = '4',   [TAR_DIRECTORY] = '5', [TAR_FIFO] = '6',    [TAR_OTHER] = '0',
    };
    return flags[type];
}

static void add_block(struct text *out, span path, span link, uint8_t flag, uint64_t size,
                      const struct tar_entry *entry)
{
    uint8_t block[BLOCK_SIZE] = {0};
    put(block, 0, span_first(path, 100));
    put_octal(block, 100, 7, entry->mode);
    put_octal(block, 108, 7, entry->uid);
    put_octal(block, 116, 7, entry->gid);
    put_octal(block, 124, 11, size);
    put_octal(block, 136, 11, entry->modified > 0 ? (uint64_t)entry->modified : 0);
    put_octal(block, 329, 7, entry->device_major);
    put_octal(block, 337, 7, entry->device_minor);
    block[156] = flag;
    put(block, 157, span_first(link, 100));
    put(block, 257,
        S("ustar\0"
          "00"));
    put(block, 148, S("        "));
    uint64_t sum = 0;
    for (size_t i = 0; i < BLOCK_SIZE; i++)
        sum += block[i];
    put_octal(block, 148, 6, sum);
    block[154] = '\0';
    text_add(out, span_of(block, BLOCK_SIZE));
}

static size_t digits_of(size_t value)
{
    size_t digits = 1;
    while (value >= 10) {
        value /= 10;
        digits++;
    }
    return digits;
}

// The length counts its own digits, which may make it longer.
static void add_record(struct text *records, span key, span value)
{
    size_t rest = key.len + value.len + 3;
    size_t length = rest + digits_of(rest);
    length = rest + digits_of(length);
    text_add_u64(records, length);
    text_add_byte(records, ' ');
    text_add(records, key);
    text_add_byte(records, '=');
    text_add(records, value);
    text_add_byte(records, '\n');
}

static void add_number(struct text *records, span key, uint64_t value, uint64_t most_octal)
{
    if (value <= most_octal)
        return;
    struct text digits;
    text_init(&digits, records->mem, 32);
    text_add_u64(&digits, value);
    add_record(records, key, text_span(&digits));
    records->failed |= !text_ok(&digits);
}

// What has no place in the header block.
static void add_records(struct text *records, const struct tar_entry *entry)
{
    if (entry->path.len > 100)
        add_record(records, S("path"), entry->path);
    if (entry->link.len > 100)
        add_record(records, S("linkpath"), entry->link);
    add_number(records, S("size"), entry->size, most_11_digits);
    add_number(records, S("uid"), entry->uid, most_7_digits);
    add_number(records, S("gid"), entry->gid, most_7_digits);
    if (entry->opaque)
        add_record(records, S("SCHILY.xattr.trusted.overlay.opaque"), S("y"));
}

void tar_write_header(struct text *out, const struct tar_entry *entry)
{
    struct text records;
    text_init(&records, out->mem, out->max);
    add_records(&records, entry);
    out->failed |= !text_ok(&records);
    span pax = text_span(&records);
    if (pax.len) {
        add_block(out, S("pax"), (span){0}, 'x', pax.len, entry);
        text_add(out, pax);
        tar_write_padding(out, pax.len);
    }
    uint64_t size = entry->size > most_11_digits ? 0 : entry->size;
    add_block(out, entry->path, entry->link, flag_of(entry->type), size, entry);
}

void tar_write_padding(struct text *out, uint64_t size)
{
    static const uint8_t zeros[BLOCK_SIZE];
    text_add(out, span_of(zeros, (size_t)((BLOCK_SIZE - size % BLOCK_SIZE) % BLOCK_SIZE)));
}

void tar_write_end(struct text *out)
{
    static const uint8_t zeros[2 * BLOCK_SIZE];
    text_add(out, span_of(zeros, sizeof zeros));
}
