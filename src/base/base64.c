#include "base/base.h"

#define LETTERS_AND_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static const char usual[] = LETTERS_AND_DIGITS "+/";
static const char for_urls[] = LETTERS_AND_DIGITS "-_";

static bool encode(span bytes, const char *digits, bool padded, struct arena *mem, span *ret)
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
            if (!padding)
                text_add_byte(&out, (uint8_t)digits[group >> (18 - 6 * k) & 63]);
            else if (padded)
                text_add_byte(&out, '=');
        }
    }
    *ret = text_span(&out);
    return text_ok(&out);
}

static bool digit_value(uint8_t c, const char *digits, uint32_t *ret)
{
    size_t at = span_find(span_of(digits, 64), c);
    *ret = (uint32_t)at;
    return at != SPAN_NONE;
}

static bool decode(span text, const char *digits, struct arena *mem, span *ret)
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
        if (!digit_value(body.ptr[i], digits, &value))
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

bool base64_encode(span bytes, struct arena *mem, span *ret)
{
    return encode(bytes, usual, true, mem, ret);
}

bool base64_decode(span text, struct arena *mem, span *ret)
{
    return decode(text, usual, mem, ret);
}

bool base64url_encode(span bytes, struct arena *mem, span *ret)
{
    return encode(bytes, for_urls, false, mem, ret);
}

bool base64url_decode(span text, struct arena *mem, span *ret)
{
    return decode(text, for_urls, mem, ret);
}
