#include "database/database_inner.h"

// ---------------------------------------------------------------- numbers and strings

void put_varint(struct text *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        text_add_byte(out, (uint8_t)(value | 0x80));
    text_add_byte(out, (uint8_t)value);
}

void reader_poison(reader *in)
{
    read_skip(in, UINT64_MAX);
}

struct varint get_long_varint(reader in)
{
    struct varint number = {.rest = in};
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = read_u8(&number.rest);
        number.value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return number;
    }
    number.value = 0;
    reader_poison(&number.rest);
    return number;
}

void put_reference(struct text *out, uint32_t reference)
{
    text_add_u16le(out, (uint16_t)reference);
    text_add_byte(out, (uint8_t)(reference >> 16));
}

uint32_t get_reference(reader *in)
{
    uint32_t low = read_u16le(in);
    return low | (uint32_t)read_u8(in) << 16;
}

void put_string(struct text *out, span s)
{
    put_varint(out, s.len);
    text_add(out, s);
}

// ---------------------------------------------------------------- words

bool word_at(const struct word_table *words, uint64_t number, span *ret)
{
    if (number >= words->index.len / 4)
        return false;
    reader at = reader_of(span_slice(words->index, (size_t)number * 4, 4));
    reader in = reader_of(span_from(words->bytes, read_u32le(&at)));
    span word = get_string(&in);
    if (!read_ok(&in))
        return false;
    *ret = word;
    return true;
}

void put_word(struct text *out, const struct interner *words, span s)
{
    if (!words) {
        put_string(out, s);
        return;
    }
    const struct interned *word = interner_find(words, s);
    assert(word); // the builder interns every word before the record that holds it
    put_varint(out, word->rank);
}

span get_word(reader *in, const struct word_table *words)
{
    if (!words)
        return get_string(in);
    span word = {0};
    if (!word_at(words, get_varint(in), &word))
        reader_poison(in);
    return word;
}

// ---------------------------------------------------------------- keys

void put_key(struct text *out, const struct interner *words, const struct key *key)
{
    text_add_byte(out, (uint8_t)key->kind);
    put_word(out, words, key->ecosystem);
    put_string(out, key->name);
}

struct key get_key(reader *in, const struct word_table *words)
{
    uint8_t kind = read_u8(in);
    if (kind >= KEY_KINDS) {
        reader_poison(in);
        kind = KEY_PACKAGE;
    }
    struct key key = {.kind = (enum key_kind)kind};
    key.ecosystem = get_word(in, words);
    key.name = get_string(in);
    return key;
}
