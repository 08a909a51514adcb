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

// ---------------------------------------------------------------- records

static bool record_at(const struct segment *segment, size_t offset, struct record *ret)
{
    reader in = reader_of(span_from(segment->sections[SECTION_RECORDS], offset));
    *ret = get_record(&in);
    return read_ok(&in);
}

bool segment_body(const struct segment *segment, size_t offset, const struct record *record,
                  span *ret)
{
    struct record first = *record;
    if (record->back > offset)
        return false;
    if (record->back && (!record_at(segment, offset - record->back, &first) || first.back))
        return false;
    *ret = first.body;
    return true;
}

bool segment_find(const struct segment *segment, const struct asked_key *key, uint64_t word,
                  span *ret_body, bool *ret_damaged)
{
    struct slot_search search =
        slot_search(segment->sections[SECTION_RECORD_SLOTS], key_hash(key->hash, word));
    uint32_t offset = 0;
    *ret_damaged = false;
    while (slot_next(&search, &offset, ret_damaged)) {
        struct record record = {0};
        *ret_damaged = !record_at(segment, offset, &record);
        if (*ret_damaged)
            return false;
        if (record.kind != key->kind || record.word != word || !span_equal(record.name, key->name))
            continue;
        *ret_damaged = !segment_body(segment, offset, &record, ret_body);
        return !*ret_damaged;
    }
    return false;
}
