// What two segments of one source say in the same bytes, and mean the same by it: bytes name words
// by their numbers, and advisories by references that lead elsewhere.
#include "database/walk_inner.h"

enum { REFERENCE_BITS = 8 * REFERENCE_SIZE, REFERENCE_SHIFT = 32 - REFERENCE_BITS };

// ---------------------------------------------------------------- advisories

// An advisory with its id, as it stands. Empty: damaged, which whoever decodes it says.
static span head_at(const struct segment *segment, uint32_t offset)
{
    span bytes = span_from(segment->sections[SECTION_HEADS], offset);
    reader in = reader_of(bytes);
    (void)get_string(&in); // id
    (void)get_string(&in); // facts
    return read_ok(&in) ? span_first(bytes, bytes.len - in.rest.len) : (span){0};
}

static bool has_head(const struct segment *segment, uint32_t slot_hash, span head)
{
    struct slot_search search = slot_search(segment->sections[SECTION_HEAD_SLOTS], slot_hash);
    uint32_t offset = 0;
    bool is_damaged = false;
    return slot_next(&search, &offset, &is_damaged) && span_equal(head_at(segment, offset), head);
}

// Notes the references by which `after` names what `before` does not name so.
static bool note_heads(struct sameness *sameness, struct arena *mem, struct err *err)
{
    span slots = sameness->after->sections[SECTION_HEAD_SLOTS];
    for (size_t i = 0; i < slots.len / SLOT_SIZE; i++) {
        uint32_t hash = slot_half(slots, i * 2);
        uint32_t offset = slot_half(slots, i * 2 + 1);
        span head = offset ? head_at(sameness->after, offset - 1) : (span){0};
        if (offset == 0 || (head.len && has_head(sameness->before, hash, head)))
            continue;
        if (!sameness->changed)
            sameness->changed = arena_array(mem, (1u << REFERENCE_BITS) / 8, 1);
        if (!sameness->changed)
            return arena_err(mem, err, "database");
        uint32_t reference = hash >> REFERENCE_SHIFT;
        sameness->changed[reference / 8] |= (uint8_t)(1u << reference % 8);
    }
    return true;
}

bool sameness_init(struct sameness *sameness, const struct segment *before,
                   const struct segment *after, struct arena *mem, struct err *err)
{
    *sameness = (struct sameness){.before = before, .after = after};
    sameness->words = span_equal(before->sections[SECTION_WORDS], after->sections[SECTION_WORDS]);
    return note_heads(sameness, mem, err);
}

// ---------------------------------------------------------------- claims

static bool same_words(const struct sameness *sameness, const struct claim_names *names)
{
    for (size_t i = 0; i < names->word_count; i++) {
        span before = {0};
        span after = {0};
        if (!word_at(&sameness->before->words, names->words[i], &before) ||
            !word_at(&sameness->after->words, names->words[i], &after) ||
            !span_equal(before, after))
            return false;
    }
    return true;
}

static bool same_advisories(const struct sameness *sameness, span advisories)
{
    reader in = reader_of(advisories);
    while (sameness->changed && in.rest.len) {
        uint32_t reference = get_reference(&in);
        if (!read_ok(&in) || sameness->changed[reference / 8] & 1u << reference % 8)
            return false;
    }
    return true;
}

static bool same_claims(const struct sameness *sameness, span body)
{
    reader in = reader_of(body);
    uint64_t count = get_varint(&in);
    (void)get_varint(&in); // the room
    for (uint64_t i = 0; i < count; i++) {
        struct claim_names names = claim_names(&in);
        if (!read_ok(&in) || !same_words(sameness, &names) ||
            !same_advisories(sameness, names.advisories))
            return false;
    }
    return read_end(&in);
}

bool sameness_of(const struct sameness *sameness, enum key_kind kind, span before, span after)
{
    if (!span_equal(before, after))
        return false;
    return kind != KEY_PACKAGE || (sameness->words && !sameness->changed) ||
           same_claims(sameness, after);
}
