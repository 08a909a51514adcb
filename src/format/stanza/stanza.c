#include "format/stanza/stanza.h"

static bool is_key(const struct stanza_syntax *syntax, span key, span name)
{
    return syntax->any_case ? span_equal_nocase(key, name) : span_equal(key, name);
}

static void take_line(struct stanzas *stanzas, const struct stanza_syntax *syntax, span line,
                      span *values)
{
    if (ascii_is_space(line.ptr[0]))
        return;
    if (span_find(line, ':') == SPAN_NONE) {
        stanzas->bad_line = stanzas->bad++ ? stanzas->bad_line : stanzas->line;
        return;
    }
    span name = span_cut(&line, ':');
    for (size_t i = 0; i < syntax->count; i++)
        if (is_key(syntax, syntax->keys[i], name))
            values[i] = span_trim(line);
}

bool stanza_next(struct stanzas *stanzas, const struct stanza_syntax *syntax, span *values,
                 size_t *ret_line)
{
    size_t start = 0;
    for (size_t i = 0; i < syntax->count; i++)
        values[i] = (span){0};
    while (stanzas->rest.len) {
        span line = span_cut_line(&stanzas->rest);
        stanzas->line++;
        if (line.len == 0 && start)
            break;
        if (line.len == 0)
            continue;
        start = start ? start : stanzas->line;
        take_line(stanzas, syntax, line, values);
    }
    if (start == 0)
        return false;
    *ret_line = start;
    return true;
}
