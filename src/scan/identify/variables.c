#include "scan/identify/identify_inner.h"

// Does a backslash take the meaning of the next byte? Between double quotes only of a few.
static bool is_escaped(span rest, uint8_t open)
{
    return rest.len && (open == 0 || span_find(S("\"\\$`"), rest.ptr[0]) != SPAN_NONE);
}

// Removes quotes and escapes. False when a quote is not closed.
static bool unquote(span raw, struct text *out)
{
    uint8_t open = 0;
    reader r = reader_of(raw);
    while (r.rest.len) {
        uint8_t c = read_u8(&r);
        if (open && c == open)
            open = 0;
        else if (open == 0 && (c == '"' || c == '\''))
            open = c;
        else if (c == '\\' && open != '\'' && is_escaped(r.rest, open))
            text_add_byte(out, read_u8(&r));
        else
            text_add_byte(out, c);
    }
    return open == 0;
}

// Replaces the raw value of a variable by what it means.
static bool finish_value(const struct search *search, span path, struct variable *variable,
                         struct err *err)
{
    span raw = variable->value;
    variable->value = (span){0};
    if (raw.len > search->limits->field_bytes) {
        notes_add(search->notes, NOTE_LIMIT, path, "%s is %zu bytes long: ignored",
                  quote(variable->name).text, raw.len);
        return true;
    }
    struct text value = {0};
    text_init(&value, search->mem, raw.len);
    if (!unquote(raw, &value))
        notes_add(search->notes, NOTE_DAMAGED, path, "the quotes of %s are not closed",
                  quote(variable->name).text);
    if (!text_ok(&value))
        return arena_err(search->mem, err, "os-release");
    variable->value = text_span(&value);
    return true;
}

static void assign(struct variable *variables, size_t count, span name, span raw)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(variables[i].name, name))
            variables[i].value = raw;
}

bool variables_read(const struct search *search, span path, span content,
                    struct variable *variables, size_t count, struct err *err)
{
    size_t number = 0;
    size_t bad = 0;
    size_t first_bad = 0;
    while (content.len) {
        span line = span_trim(span_cut_line(&content));
        number++;
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (span_find(line, '=') == SPAN_NONE) {
            first_bad = bad++ ? first_bad : number;
            continue;
        }
        span name = span_cut(&line, '=');
        assign(variables, count, name, line);
    }
    // One note however many lines: a hostile file has millions.
    if (bad)
        notes_add(search->notes, NOTE_DAMAGED, path, "%zu lines without '=', the first is line %zu",
                  bad, first_bad);
    for (size_t i = 0; i < count; i++)
        if (!finish_value(search, path, &variables[i], err))
            return false;
    return true;
}
