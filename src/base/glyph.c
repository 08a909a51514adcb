// Untrusted text as what a terminal may be given.
#include "base/base.h"

#include <stdio.h>

struct range {
    uint32_t first;
    uint32_t last;
};

// Unicode 15: what controls, reorders or hides the text around it. (Cc, Zl, Zp, Bidi_Control,
// invisible format characters, surrogates, private use, tags.)
static const struct range unsafe[] = {
    {0x0000, 0x001f},    {0x007f, 0x009f}, {0x00ad, 0x00ad}, {0x034f, 0x034f},   {0x061c, 0x061c},
    {0x115f, 0x1160},    {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x200b, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x206f},    {0x3164, 0x3164}, {0xd800, 0xf8ff}, {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},    {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0x10ffff},
};

// East_Asian_Width W and F, as blocks.
static const struct range wide[] = {
    {0x1100, 0x115e},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0xa4cf},
    {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
    {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18cff}, {0x1b000, 0x1b2ff},
    {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f7e0, 0x1f7ff}, {0x1f900, 0x1f9ff},
    {0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
};

// Marks that stand above or below the glyph before them, as blocks.
static const struct range combining[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0900, 0x0902}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
    {0x20d0, 0x20ff}, {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe20, 0xfe2f},
};

static bool is_in(const struct range *ranges, size_t count, uint32_t point)
{
    for (size_t i = 0; i < count && ranges[i].first <= point; i++)
        if (point <= ranges[i].last)
            return true;
    return false;
}

#define IS_IN(ranges, point) is_in((ranges), sizeof(ranges) / sizeof *(ranges), (point))

// RFC 3629: the length of the sequence that starts the text, 0 if it is none.
static size_t utf8_decode(span s, uint32_t *ret_point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t lead = s.ptr[0];
    size_t len = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (len == 0 || lead > 0xf4 || len > s.len)
        return 0;
    uint32_t point = len == 1 ? lead : lead & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((s.ptr[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (s.ptr[i] & 0x3f);
    }
    if (point < smallest[len] || point > 0x10ffff)
        return 0;
    *ret_point = point;
    return len;
}

static struct glyph escape(char letter, int digits, uint32_t value)
{
    struct glyph glyph = {0};
    int len = snprintf((char *)glyph.bytes, sizeof glyph.bytes, "\\%c%0*x", letter, digits, value);
    assert(len > 0 && (size_t)len < sizeof glyph.bytes);
    glyph.len = (size_t)len;
    glyph.columns = (size_t)len;
    return glyph;
}

struct glyph glyph_next(span *rest)
{
    uint32_t point = 0;
    size_t len = utf8_decode(*rest, &point);
    span bytes = span_first(*rest, len ? len : 1);
    *rest = span_from(*rest, bytes.len);
    if (len <= 1 && (len == 0 || IS_IN(unsafe, point)))
        return escape('x', 2, bytes.ptr[0]);
    if (IS_IN(unsafe, point))
        return point > 0xffff ? escape('U', 8, point) : escape('u', 4, point);
    struct glyph glyph = {.len = len};
    for (size_t i = 0; i < len; i++)
        glyph.bytes[i] = bytes.ptr[i];
    glyph.columns = IS_IN(combining, point) ? 0 : IS_IN(wide, point) ? 2 : 1;
    return glyph;
}

size_t glyphs_columns(span text)
{
    size_t columns = 0;
    while (text.len)
        columns += glyph_next(&text).columns;
    return columns;
}

void text_add_glyphs(struct text *text, span s)
{
    while (s.len) {
        struct glyph glyph = glyph_next(&s);
        text_add(text, span_of(glyph.bytes, glyph.len));
    }
}

static span entity_of(span glyph)
{
    static const span entities[][2] = {
        {S("<"), S("&lt;")},    {S(">"), S("&gt;")},  {S("&"), S("&amp;")},
        {S("\""), S("&quot;")}, {S("'"), S("&#39;")},
    };
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (span_equal(glyph, entities[i][0]))
            return entities[i][1];
    return glyph;
}

void text_add_html(struct text *text, span s)
{
    while (s.len) {
        struct glyph glyph = glyph_next(&s);
        text_add(text, entity_of(span_of(glyph.bytes, glyph.len)));
    }
}
