#include "model/model_inner.h"

struct wire wire_of(span bytes, const struct limits *limits, struct arena *mem)
{
    return (struct wire){.bytes = reader_of(bytes), .limits = limits, .mem = mem};
}

span wire_copy(struct wire *wire, span s)
{
    span copy = {0};
    if (wire->borrowed)
        return s;
    if (!wire->full && !arena_span(wire->mem, s, &copy))
        wire->full = true;
    return copy;
}

span wire_field(struct wire *wire)
{
    return wire_copy(wire, read_field(&wire->bytes));
}

bool wire_flag(struct wire *wire)
{
    uint8_t flag = read_u8(&wire->bytes);
    if (flag > 1)
        wire->bytes.failed = true;
    return flag == 1;
}

union number {
    double value;
    uint64_t bits;
};

void wire_write_number(struct text *out, double number)
{
    text_add_u64le(out, (union number){.value = number}.bits);
}

bool wire_number(struct wire *wire, double *ret, struct err *err)
{
    union number number = {.bits = read_u64le(&wire->bytes)};
    if (!(number.value >= -1000 && number.value <= 1000))
        return err_set(err, ERR_INPUT, "a number is out of range");
    *ret = number.value;
    return true;
}

bool wire_count(struct wire *wire, size_t item_bytes, uint64_t most, const char *what,
                uint32_t *ret, struct err *err)
{
    uint32_t count = read_u32le(&wire->bytes);
    if (!wire_ok(wire, what, err))
        return false;
    if (count > most)
        return err_set(err, ERR_LIMIT, "%s: %u are more than %llu", what, count,
                       (unsigned long long)most);
    if (count > wire->bytes.rest.len / item_bytes)
        return err_set(err, ERR_INPUT, "%s: %u do not fit into the bytes left", what, count);
    *ret = count;
    return true;
}

bool wire_ok(const struct wire *wire, const char *what, struct err *err)
{
    if (wire->full)
        return arena_err(wire->mem, err, what);
    if (!read_ok(&wire->bytes))
        return err_set(err, ERR_INPUT, "%s: cut short or malformed", what);
    return true;
}

bool wire_end(const struct wire *wire, const char *what, struct err *err)
{
    if (!wire_ok(wire, what, err))
        return false;
    if (!read_end(&wire->bytes))
        return err_set(err, ERR_INPUT, "%s: bytes behind the end", what);
    return true;
}

void wire_write_count(struct text *out, size_t count)
{
    if (count > UINT32_MAX)
        out->failed = true;
    else
        text_add_u32le(out, (uint32_t)count);
}

void wire_write_notes(const struct notes *notes, struct text *out)
{
    text_add_u8(out, notes->incomplete);
    text_add_u64le(out, notes->dropped);
    wire_write_count(out, notes->items.count);
    for (size_t i = 0; i < notes->items.count; i++) {
        const struct note *note = LIST_AT(&notes->items, struct note, i);
        text_add_u8(out, (uint8_t)note->kind);
        text_add_field(out, note->location);
        text_add_field(out, note->text);
    }
}

static bool read_note(struct wire *wire, struct notes *notes, struct err *err)
{
    uint8_t kind = read_u8(&wire->bytes);
    span location = wire_field(wire);
    span text = wire_field(wire);
    if (!wire_ok(wire, "note", err))
        return false;
    if (kind > NOTE_INFORMATION)
        return err_set(err, ERR_INPUT, "note: there is no kind %u", kind);
    if (kind != NOTE_INFORMATION && !notes->incomplete)
        return err_set(err, ERR_INPUT, "note: a gap in a scan that says it is complete");
    struct note *note = LIST_ADD(&notes->items, struct note);
    if (!note)
        return arena_err(wire->mem, err, "note");
    *note = (struct note){.kind = (enum note_kind)kind, .location = location, .text = text};
    return true;
}

bool wire_read_notes(struct wire *wire, struct notes *ret, struct err *err)
{
    enum { NOTE_BYTES = 1 + 4 + 4 };
    struct notes notes = {0};
    notes_init(&notes, wire->mem, wire->limits);
    notes.incomplete = wire_flag(wire);
    notes.dropped = read_u64le(&wire->bytes);
    uint32_t count = 0;
    if (!wire_count(wire, NOTE_BYTES, wire->limits->notes, "notes", &count, err))
        return false;
    if (!list_reserve(&notes.items, count))
        return arena_err(wire->mem, err, "notes");
    for (uint32_t i = 0; i < count; i++)
        if (!read_note(wire, &notes, err))
            return false;
    *ret = notes;
    return true;
}
