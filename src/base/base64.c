#include "base/base.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool base64_encode(span bytes, struct arena *mem, span *ret)
{
    struct text out = {0};
    text_init(&out, mem, SIZE_MAX);
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t there = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t group = 0;
        for (size_t k = 0; k < 3; k++)
            group = group << 8 | (k < there ? bytes.ptr[i + k] : 0);
        for (size_t k = 0; k < 4; k++) {
            bool padding = k > there;
            text_add_byte(&out, padding ? '=' : (uint8_t)digits[group >> (18 - 6 * k) & 63]);
        }
    }
    *ret = text_span(&out);
    return text_ok(&out);
}

static bool digit_value(uint8_t c, uint32_t *ret)
{
    size_t at = span_find(span_of(digits, 64), c);
    *ret = (uint32_t)at;
    return at != SPAN_NONE;
}

bool base64_decode(span text, struct arena *mem, span *ret)
{
    struct text out = {0};
    text_init(&out, mem, SIZE_MAX);
    span body = span_trim_end(text, '=');
    if (text.len - body.len > 2 || body.len % 4 == 1)
        return false;
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < body.len; i++) {
        uint32_t value = 0;
        if (!digit_value(body.ptr[i], &value))
            return false;
        bits = (bits << 6 | value) & 0xffff;
        have += 6;
        if (have < 8)
            continue;
        have -= 8;
        text_add_byte(&out, (uint8_t)(bits >> have));
    }
    *ret = text_span(&out);
    return text_ok(&out);
}
