#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void text_init(struct text *text, struct arena *mem, size_t max)
{
    *text = (struct text){.mem = mem, .max = max};
}

static bool set_cap(struct text *text, size_t cap)
{
    if (text->cap && arena_extend(text->mem, text->ptr, text->cap, cap)) {
        text->cap = cap;
        return true;
    }
    uint8_t *ptr = arena_alloc(text->mem, cap);
    if (!ptr)
        return false;
    if (text->len)
        memcpy(ptr, text->ptr, text->len);
    text->ptr = ptr;
    text->cap = cap;
    return true;
}

static bool grow(struct text *text, size_t more)
{
    size_t needed = 0;
    if (text->failed || __builtin_add_overflow(text->len, more, &needed) || needed > text->max) {
        text->failed = true;
        return false;
    }
    if (needed <= text->cap)
        return true;
    size_t cap = text->cap < 32 ? 64 : text->cap * 2;
    if (cap < needed)
        cap = needed;
    if (cap > text->max)
        cap = text->max;
    text->failed = !set_cap(text, cap);
    return !text->failed;
}

void text_reserve(struct text *text, size_t more)
{
    size_t needed = 0;
    if (!text->failed && !__builtin_add_overflow(text->len, more, &needed) && needed <= text->max &&
        needed > text->cap)
        (void)set_cap(text, needed); // growing tells whether there is memory
}

void text_add(struct text *text, span s)
{
    if (s.len == 0 || !grow(text, s.len))
        return;
    memcpy(text->ptr + text->len, s.ptr, s.len);
    text->len += s.len;
}

void text_add_byte(struct text *text, uint8_t byte)
{
    // Most bytes find room: what is written byte by byte is worth the short way.
    if (text->failed || text->len == text->cap)
        text_add(text, span_of(&byte, 1));
    else
        text->ptr[text->len++] = byte;
}

void text_add_u64(struct text *text, uint64_t value)
{
    uint8_t digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (uint8_t)('0' + value % 10);
        value /= 10;
    } while (value);
    text_add(text, span_of(digits + at, sizeof digits - at));
}

void text_add_hex(struct text *text, span bytes)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t c = bytes.ptr[i];
        text_add(text, span_of((char[]){hex[c >> 4], hex[c & 15]}, 2));
    }
}

void text_addf(struct text *text, const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof line)
        text->failed = true;
    else
        text_add(text, span_of(line, (size_t)len));
}

void text_add_u8(struct text *text, uint8_t value)
{
    text_add_byte(text, value);
}

static void add_le(struct text *text, uint64_t value, size_t bytes)
{
    uint8_t out[8];
    for (size_t i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> (8 * i));
    text_add(text, span_of(out, bytes));
}

void text_add_u16le(struct text *text, uint16_t value)
{
    add_le(text, value, 2);
}

void text_add_u32le(struct text *text, uint32_t value)
{
    add_le(text, value, 4);
}

void text_add_u64le(struct text *text, uint64_t value)
{
    add_le(text, value, 8);
}

void text_add_field(struct text *text, span s)
{
    if (s.len > UINT32_MAX) {
        text->failed = true;
        return;
    }
    text_add_u32le(text, (uint32_t)s.len);
    text_add(text, s);
}

span text_span(const struct text *text)
{
    return text->failed ? (span){0} : span_of(text->ptr, text->len);
}

bool text_ok(const struct text *text)
{
    return !text->failed;
}
