#include "format/tar/tar_inner.h"

#include <string.h>

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
    put_octal(block, 108, 7, entry->uid & 07777777);
    put_octal(block, 116, 7, entry->gid & 07777777);
    put_octal(block, 124, 11, size);
    put_octal(block, 136, 11, 0);
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

void tar_write_header(struct text *out, const struct tar_entry *entry)
{
    static const uint64_t most_octal = 077777777777;
    struct text records;
    text_init(&records, out->mem, out->max);
    if (entry->path.len > 100)
        add_record(&records, S("path"), entry->path);
    if (entry->link.len > 100)
        add_record(&records, S("linkpath"), entry->link);
    if (entry->size > most_octal) {
        struct text digits;
        text_init(&digits, out->mem, 32);
        text_add_u64(&digits, entry->size);
        add_record(&records, S("size"), text_span(&digits));
    }
    span pax = text_span(&records);
    if (pax.len) {
        add_block(out, S("pax"), (span){0}, 'x', pax.len, entry);
        text_add(out, pax);
        tar_write_padding(out, pax.len);
    }
    uint64_t size = entry->size > most_octal ? 0 : entry->size;
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
