// Lines of a table: columns, wrapping, colour.
#include "report/report_inner.h"

#include <stdarg.h>
#include <stdio.h>

static void put_glyph(struct line *line, const struct glyph *glyph)
{
    text_add(line->out, span_of(glyph->bytes, glyph->len));
    line->column += glyph->columns;
}

void line_put(struct line *line, span text)
{
    while (text.len) {
        struct glyph glyph = glyph_next(&text);
        put_glyph(line, &glyph);
    }
}

void line_format(struct line *line, const char *format, ...)
{
    char buffer[128];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(buffer, sizeof buffer, format, args);
    va_end(args);
    assert(len >= 0 && (size_t)len < sizeof buffer); // numbers and words of our own only
    line_put(line, span_of(buffer, (size_t)len));
}

// Is the text at most this wide? Looks no further than it must.
static bool fits(span text, size_t columns)
{
    size_t used = 0;
    while (text.len && used <= columns)
        used += glyph_next(&text).columns;
    return used <= columns;
}

void line_put_cut(struct line *line, span text, size_t columns)
{
    if (fits(text, columns)) {
        line_put(line, text);
        return;
    }
    size_t left = columns ? columns - 1 : 0;
    while (text.len) {
        struct glyph glyph = glyph_next(&text);
        if (glyph.columns > left)
            break;
        left -= glyph.columns;
        put_glyph(line, &glyph);
    }
    line_put(line, S("…"));
}

void line_put_rest(struct line *line, span text)
{
    size_t left = line->width > line->column ? line->width - line->column : 1;
    line_put_cut(line, text, left);
}

void line_pad(struct line *line, size_t column)
{
    size_t spaces = line->column + 2 <= column ? column - line->column : line->column ? 2 : column;
    for (size_t i = 0; i < spaces; i++)
        text_add_byte(line->out, ' ');
    line->column += spaces;
}

void line_end(struct line *line)
{
    text_add_byte(line->out, '\n');
    line->column = 0;
}

static void next_line(struct line *line, size_t indent)
{
    line_end(line);
    line_pad(line, indent);
}

// A word that no line can hold.
static void put_broken(struct line *line, size_t indent, span word)
{
    while (word.len) {
        struct glyph glyph = glyph_next(&word);
        if (line->column + glyph.columns > line->width && line->column > indent)
            next_line(line, indent);
        put_glyph(line, &glyph);
    }
}

void line_wrap(struct line *line, size_t indent, span text)
{
    for (bool first = true; text.len; first = false) {
        span word = span_cut(&text, ' ');
        if (first && word.len == 0)
            continue; // a space in front joins this to what stands there
        size_t space = first ? 0 : 1;
        size_t taken = line->column + space;
        bool here = taken < line->wrap && fits(word, line->wrap - taken);
        if (!here && line->column > indent)
            next_line(line, indent);
        else if (space)
            line_put(line, S(" "));
        put_broken(line, indent, word);
    }
}

void line_wrap_text(struct line *line, size_t indent, const struct text *text)
{
    line->out->failed |= !text_ok(text);
    line_wrap(line, indent, text_span(text));
}

// ---------------------------------------------------------------- colour

// Select Graphic Rendition, ECMA-48 8.3.117.
static const char *const codes[] = {
    [INK_CRITICAL] = "\033[1;31m", [INK_HIGH] = "\033[31m",  [INK_MEDIUM] = "\033[33m",
    [INK_LOW] = "\033[36m",        [INK_STRONG] = "\033[1m", [INK_GOOD] = "\033[32m",
    [INK_FAINT] = "\033[2m",
};

void line_ink(struct line *line, enum ink ink)
{
    if (line->color)
        text_add(line->out, span_of_text(codes[ink]));
}

void line_ink_end(struct line *line)
{
    if (line->color)
        text_add(line->out, S("\033[0m"));
}

void line_put_ink(struct line *line, enum ink ink, span text)
{
    line_ink(line, ink);
    line_put(line, text);
    line_ink_end(line);
}
