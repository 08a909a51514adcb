#include "made.h"

#include <stdio.h>
#include <string.h>

const span magic_ustar = {(const uint8_t *)"ustar\0"
                                           "00",
                          8};
const span magic_gnu = {(const uint8_t *)"ustar  \0", 8};
const span magic_v7 = {(const uint8_t *)"\0\0\0\0\0\0\0\0", 8};

void block_set(struct block *block, size_t at, span value)
{
    assert(at + value.len <= BLOCK);
    if (value.len)
        memcpy(block->bytes + at, value.ptr, value.len);
}

void block_set_octal(struct block *block, size_t at, size_t digits, uint64_t value)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%0*llo", (int)digits, (unsigned long long)value);
    assert(len == (int)digits);
    block_set(block, at, span_of(text, digits));
}

struct block block_of(span magic, char flag, const char *name, uint64_t size)
{
    struct block block = {0};
    block_set(&block, 0, span_of_text(name));
    block_set_octal(&block, 100, 7, 0644);
    block_set_octal(&block, 108, 7, 1);
    block_set_octal(&block, 116, 7, 2);
    block_set_octal(&block, 124, 11, size);
    block.bytes[156] = (uint8_t)flag;
    block_set(&block, 257, magic);
    return block;
}

void add_block(struct text *out, struct block block)
{
    uint64_t sum = 0;
    block_set(&block, 148, S("        "));
    for (size_t i = 0; i < BLOCK; i++)
        sum += block.bytes[i];
    block_set_octal(&block, 148, 6, sum);
    block.bytes[154] = '\0';
    text_add(out, span_of(block.bytes, BLOCK));
}

void add_padding(struct text *out)
{
    while (out->len % BLOCK && text_ok(out))
        text_add_byte(out, '\0');
}

void add_member(struct text *out, span magic, char flag, const char *name, span content)
{
    add_block(out, block_of(magic, flag, name, content.len));
    text_add(out, content);
    add_padding(out);
}

void add_record(struct text *records, const char *key, span value)
{
    size_t length = strlen(key) + value.len + 4; // one digit
    char digits[32];
    while ((size_t)snprintf(digits, sizeof digits, "%zu", length) + strlen(key) + value.len + 3 !=
           length)
        length++;
    text_addf(records, "%zu %s=", length, key);
    text_add(records, value);
    text_add_byte(records, '\n');
}

void add_end(struct text *out)
{
    static const uint8_t zeros[2 * BLOCK];
    text_add(out, span_of(zeros, sizeof zeros));
}
