#include "base/base.h"

#include <endian.h>
#include <string.h>

span span_of_text(const char *text)
{
    return text ? span_of(text, strlen(text)) : (span){0};
}

int span_compare(span a, span b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

bool span_equal_nocase(span a, span b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
            return false;
    return true;
}

bool span_ends_with(span s, span suffix)
{
    return s.len >= suffix.len && span_equal(span_from(s, s.len - suffix.len), suffix);
}

bool span_contains(span s, span needle)
{
    if (needle.len == 0)
        return true;
    return s.len >= needle.len && memmem(s.ptr, s.len, needle.ptr, needle.len) != NULL;
}

// Of several '*' only the last one met needs another try: what an earlier one could take in its
// place, the last one can take as well.
bool span_matches(span s, span pattern)
{
    size_t at = 0;
    size_t star = SPAN_NONE; // the last one met
    size_t again = 0;        // where its run ends so far
    for (size_t i = 0; i < s.len;) {
        if (at < pattern.len && pattern.ptr[at] == '*') {
            star = at++;
            again = i;
        } else if (at < pattern.len && (pattern.ptr[at] == '?' || pattern.ptr[at] == s.ptr[i])) {
            at++;
            i++;
        } else if (star != SPAN_NONE) {
            at = star + 1;
            i = ++again;
        } else {
            return false;
        }
    }
    while (at < pattern.len && pattern.ptr[at] == '*')
        at++;
    return at == pattern.len;
}

span span_trim(span s)
{
    while (s.len && ascii_is_space(s.ptr[0]))
        s = span_from(s, 1);
    while (s.len && ascii_is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

span span_trim_end(span s, uint8_t byte)
{
    while (s.len && s.ptr[s.len - 1] == byte)
        s.len--;
    return s;
}

span span_cut(span *s, uint8_t byte)
{
    size_t at = span_find(*s, byte);
    span head = span_first(*s, at);
    *s = at == SPAN_NONE ? (span){0} : span_from(*s, at + 1);
    return head;
}

span span_cut_line(span *s)
{
    span line = span_cut(s, '\n');
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static span cut_at(span *s, size_t len)
{
    span head = span_first(*s, len);
    *s = span_from(*s, len);
    return head;
}

span span_cut_letters(span *s)
{
    size_t len = 0;
    while (len < s->len && ascii_is_alpha(s->ptr[len]))
        len++;
    return cut_at(s, len);
}

static int digit_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

static bool to_u64(span s, unsigned radix, uint64_t *ret)
{
    uint64_t value = 0;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned)digit_value(s.ptr[i]);
        if (digit >= radix || __builtin_mul_overflow(value, radix, &value) ||
            __builtin_add_overflow(value, digit, &value))
            return false;
    }
    *ret = value;
    return true;
}

bool span_to_u64(span s, uint64_t *ret)
{
    return to_u64(s, 10, ret);
}

bool span_to_u64_octal(span s, uint64_t *ret)
{
    return to_u64(s, 8, ret);
}

size_t span_indent(span s)
{
    size_t indent = 0;
    while (indent < s.len && s.ptr[indent] == ' ')
        indent++;
    return indent;
}

bool span_is_lower_hex(span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!ascii_is_digit(s.ptr[i]) && (s.ptr[i] < 'a' || s.ptr[i] > 'f'))
            return false;
    return true;
}

bool span_to_u64_hex(span s, uint64_t *ret)
{
    return to_u64(s, 16, ret);
}

static uint64_t mix(uint64_t x)
{
    // The finaliser of SplitMix64: every input bit reaches every output bit.
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

// The last bytes, less than eight of them, from `at` on as a number.
static uint64_t tail_of(span s, size_t at)
{
    uint64_t tail = 0;
    if (at == s.len)
        return 0;
    if (at > 0) { // those before may be read with them
        memcpy(&tail, s.ptr + s.len - sizeof tail, sizeof tail);
        return le64toh(tail) >> 8 * (sizeof tail - (s.len - at));
    }
    for (unsigned shift = 0; at < s.len; shift += 8)
        tail |= (uint64_t)s.ptr[at++] << shift;
    return tail;
}

uint64_t span_hash(span s, uint64_t seed)
{
    uint64_t hash = mix(seed ^ (s.len + 0x9e3779b97f4a7c15u));
    size_t at = 0;
    for (; s.len - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        uint64_t word = 0;
        memcpy(&word, s.ptr + at, sizeof word);
        hash = mix(hash ^ le64toh(word)) + 0x9e3779b97f4a7c15u;
    }
    return mix(hash ^ tail_of(s, at));
}

struct quoted quote(span s)
{
    static const char hex[] = "0123456789abcdef";
    struct quoted out = {0};
    size_t used = 0;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];
        if (used + 4 + 3 >= sizeof out.text) { // room for \xNN and for the dots
            memcpy(out.text + used, "...", 3);
            break;
        }
        if (c >= 0x20 && c < 0x7f && c != '\\') {
            out.text[used++] = (char)c;
        } else {
            memcpy(out.text + used, (char[]){'\\', 'x', hex[c >> 4], hex[c & 15]}, 4);
            used += 4;
        }
    }
    return out;
}

size_t utf8_sequence(span s)
{
    uint8_t c = s.len ? s.ptr[0] : 0xff;
    if (c < 0x80)
        return 1;
    size_t len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    if (c < 0xc2 || c > 0xf4 || s.len < len)
        return 0;
    uint8_t low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    uint8_t high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
    if (s.ptr[1] < low || s.ptr[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if (s.ptr[i] < 0x80 || s.ptr[i] > 0xbf)
            return 0;
    return len;
}

bool utf8_is_valid(span s)
{
    while (s.len) {
        size_t len = utf8_sequence(s);
        if (len == 0)
            return false;
        s = span_from(s, len);
    }
    return true;
}

void *take_any(void *pointer_to_pointer)
{
    void *pointer = NULL;
    memcpy(&pointer, pointer_to_pointer, sizeof pointer);
    memset(pointer_to_pointer, 0, sizeof pointer);
    return pointer;
}
