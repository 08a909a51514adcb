#include "version/version_inner.h"

span key_span(const struct version_key *key)
{
    return span_of(key->bytes, key->len);
}

static void key_bytes(struct version_key *key, span bytes)
{
    if (bytes.len > sizeof key->bytes - key->len) {
        key->failed = true;
        return;
    }
    for (size_t i = 0; i < bytes.len; i++) // mostly a few, for which memcpy is not worth its call
        key->bytes[key->len + i] = bytes.ptr[i];
    key->len += bytes.len;
}

void key_integer(struct version_key *key, unsigned value)
{
    uint8_t digits[16];
    size_t at = sizeof digits;
    for (; value; value /= 10)
        digits[--at] = (uint8_t)('0' + value % 10);
    key_number(key, span_of(digits + at, sizeof digits - at));
}

void key_text(struct version_key *key, span text)
{
    key_bytes(key, text);
    key_byte(key, 0);
}

void key_text_lower(struct version_key *key, span text)
{
    for (size_t i = 0; i < text.len; i++)
        key_byte(key, ascii_lower(text.ptr[i]));
    key_byte(key, 0);
}
