#include "model/model.h"

#include <stdarg.h>
#include <stdio.h>

void notes_init(struct notes *notes, struct arena *mem, const struct limits *limits)
{
    size_t most = limits->notes < SIZE_MAX ? (size_t)limits->notes : SIZE_MAX;
    *notes = (struct notes){.mem = mem};
    list_init(&notes->items, mem, sizeof(struct note), most);
}

static bool keep(struct notes *notes, enum note_kind kind, span location, span text)
{
    struct note note = {.kind = kind};
    if (!notes->mem || notes->items.count >= notes->items.max)
        return false;
    if (!arena_span(notes->mem, location, &note.location) ||
        !arena_span(notes->mem, text, &note.text))
        return false;
    struct note *kept = LIST_ADD(&notes->items, struct note);
    if (!kept)
        return false;
    *kept = note;
    return true;
}

// What cannot be kept still counts: a scan with a full arena must not look complete.
static void add(struct notes *notes, enum note_kind kind, span location, span text)
{
    if (kind != NOTE_INFORMATION)
        notes->incomplete = true;
    if (!keep(notes, kind, location, text))
        notes->dropped++;
}

void notes_add(struct notes *notes, enum note_kind kind, span location, const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    size_t used = len < 0 ? 0 : (size_t)len;
    add(notes, kind, location, span_of(line, used < sizeof line ? used : sizeof line - 1));
}

static enum note_kind kind_of(enum err_kind kind)
{
    switch (kind) {
    case ERR_LIMIT:
    case ERR_MEMORY:
    case ERR_TIMEOUT:
        return NOTE_LIMIT;
    case ERR_UNSUPPORTED:
        return NOTE_UNSUPPORTED;
    case ERR_UNTRUSTED:
        return NOTE_SUSPICIOUS;
    case ERR_NONE:
    case ERR_INPUT:
    case ERR_MISSING:
    case ERR_DENIED:
    case ERR_CONFLICT:
    case ERR_IO:
    case ERR_USAGE:
        return NOTE_DAMAGED;
    }
    return NOTE_DAMAGED;
}

void notes_add_err(struct notes *notes, span location, const struct err *err)
{
    add(notes, kind_of(err->kind), location, span_of_text(err->text));
}

void notes_merge(struct notes *notes, const struct notes *from)
{
    for (size_t i = 0; i < from->items.count; i++) {
        const struct note *note = LIST_AT(&from->items, struct note, i);
        add(notes, note->kind, note->location, note->text);
    }
    notes->dropped += from->dropped;
    notes->incomplete |= from->incomplete;
}

const char *note_kind_name(enum note_kind kind)
{
    switch (kind) {
    case NOTE_DAMAGED:
        return "damaged";
    case NOTE_LIMIT:
        return "limit";
    case NOTE_UNSUPPORTED:
        return "unsupported";
    case NOTE_SUSPICIOUS:
        return "suspicious";
    case NOTE_INFORMATION:
        return "information";
    }
    return "unknown";
}
