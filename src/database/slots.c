#include "database/database_inner.h"

// ---------------------------------------------------------------- hashes

static size_t next_slot(size_t at, size_t count)
{
    return at + 1 < count ? at + 1 : 0;
}

// ---------------------------------------------------------------- making

bool slot_table_init(struct slot_table *table, size_t items, struct arena *mem)
{
    // At least one slot stays empty, where a search ends.
    size_t count = items + items / 3 + 1;
    *table = (struct slot_table){.count = count, .entries = arena_array(mem, count, SLOT_SIZE)};
    return table->entries;
}

// Whoever stands closer to home makes way for the one that came further: so no search is long, and
// one for what is not there ends early.
void slot_table_add(struct slot_table *table, uint32_t hash, uint32_t offset)
{
    uint32_t held[2] = {hash, offset + 1};
    size_t turn = 0;
    for (size_t at = slot_of(hash, table->count);; at = next_slot(at, table->count), turn++) {
        uint32_t *slot = &table->entries[at * 2];
        size_t its_turn = slot[1] ? slot_distance(at, slot[0], table->count) : 0;
        if (slot[1] && its_turn >= turn)
            continue;
        const uint32_t moved[2] = {slot[0], slot[1]};
        slot[0] = held[0];
        slot[1] = held[1];
        if (moved[1] == 0)
            return;
        held[0] = moved[0];
        held[1] = moved[1];
        turn = its_turn;
    }
}

bool slot_table_has(const struct slot_table *table, uint32_t hash)
{
    size_t turn = 0;
    for (size_t at = slot_of(hash, table->count);; at = next_slot(at, table->count), turn++) {
        const uint32_t *slot = &table->entries[at * 2];
        if (slot[1] == 0 || slot_distance(at, slot[0], table->count) < turn)
            return false;
        if (slot[0] == hash)
            return true;
    }
}

void slot_table_put(struct text *out, const struct slot_table *table)
{
    for (size_t i = 0; i < table->count * 2; i++)
        text_add_u32le(out, table->entries[i]);
}
