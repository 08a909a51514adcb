#include "database/database_inner.h"

bool segment_view(span bytes, struct segment *ret)
{
    struct segment segment = {.bytes = bytes};
    reader header = reader_of(span_first(bytes, SEGMENT_HEADER_SIZE));
    reader rest = reader_of(span_from(bytes, SEGMENT_HEADER_SIZE));
    for (size_t i = 0; i < SECTION_COUNT; i++)
        segment.sections[i] = read_bytes(&rest, read_u32le(&header));
    if (!read_end(&header) || !read_end(&rest))
        return false;

    segment.words = (struct word_table){
        .index = segment.sections[SECTION_WORD_INDEX],
        .bytes = segment.sections[SECTION_WORDS],
    };
    reader info = reader_of(segment.sections[SECTION_INFO]);
    segment.name = get_string(&info);
    if (!read_ok(&info))
        return false;
    *ret = segment;
    return true;
}

bool segment_info(const struct segment *segment, struct database_segment *ret)
{
    reader in = reader_of(segment->sections[SECTION_INFO]);
    struct database_segment info = {
        .bytes = segment->bytes.len,
        .digest = segment->digest,
    };
    info.name = get_string(&in);
    info.licence = get_string(&in);
    uint64_t day = get_varint(&in);
    info.day = (uint32_t)day;
    info.advisories = get_varint(&in);
    info.packages = get_varint(&in);
    info.statements = get_varint(&in);
    info.flaws = get_varint(&in);
    info.releases = get_varint(&in);
    info.weaknesses = get_varint(&in);
    info.products = get_varint(&in);
    if (!read_end(&in) || day > UINT32_MAX)
        return false;
    *ret = info;
    return true;
}

static bool key_matches(const struct segment *segment, uint32_t offset, const struct key *key,
                        uint64_t word, bool *ret_damaged)
{
    reader in = reader_of(span_from(segment->sections[SECTION_KEYS], offset));
    uint8_t kind = read_u8(&in);
    uint64_t ecosystem = get_varint(&in);
    span name = get_string(&in);
    *ret_damaged = !read_ok(&in);
    return kind == (uint8_t)key->kind && ecosystem == word && span_equal(name, key->name);
}

static bool body_at(const struct segment *segment, uint32_t offset, span *ret)
{
    reader in = reader_of(span_from(segment->sections[SECTION_BODIES], offset));
    span body = get_string(&in);
    if (!read_ok(&in))
        return false;
    *ret = body;
    return true;
}

// Entry `number` of a table of u32le, inside it as the caller knows.
static uint32_t entry(span table, size_t number)
{
    const uint8_t *at = table.ptr + number * 4;
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

// The body is wanted as soon as the key is found to be the right one: the memory is asked for both
// at once.
static void prefetch_body(const struct segment *segment, uint32_t offset)
{
    if (offset < segment->sections[SECTION_BODIES].len)
        __builtin_prefetch(segment->sections[SECTION_BODIES].ptr + offset);
}

// Linear probing ends at an empty slot; a damaged table may have none, so the turns are counted.
bool segment_find(const struct segment *segment, const struct key *key, uint64_t word,
                  span *ret_body, bool *ret_damaged)
{
    span slots = segment->sections[SECTION_SLOTS];
    size_t count = slots.len / SLOT_SIZE;
    struct place place = key_place(key->kind, word, key->name, count);
    *ret_damaged = false;
    for (size_t turn = 0, at = place.slot; turn < count; turn++, at = at + 1 < count ? at + 1 : 0) {
        uint32_t offset = entry(slots, at * 3 + 1);
        if (offset == 0)
            return false;
        if (entry(slots, at * 3) != place.tag)
            continue;
        prefetch_body(segment, entry(slots, at * 3 + 2));
        if (key_matches(segment, offset - 1, key, word, ret_damaged)) {
            *ret_damaged = !body_at(segment, entry(slots, at * 3 + 2), ret_body);
            return !*ret_damaged;
        }
        if (*ret_damaged)
            return false;
    }
    *ret_damaged = true;
    return false;
}
