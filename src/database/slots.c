#include "database/database_inner.h"

// ---------------------------------------------------------------- hashes

uint64_t name_hash(enum key_kind kind, span name)
{
    return span_hash(name, (uint64_t)kind);
}

// A multiplication by an odd number loses nothing, and its high half depends on every bit below.
uint32_t key_hash(uint64_t name_hash, uint64_t ecosystem_word)
{
    uint64_t mixed = (name_hash ^ ecosystem_word) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(mixed >> 32);
}

// The hash scaled to the table.
static size_t slot_of(uint32_t hash, size_t count)
{
    return (size_t)((uint64_t)hash * count >> 32);
}

static size_t next_slot(size_t at, size_t count)
{
    return at + 1 < count ? at + 1 : 0;
}

// ---------------------------------------------------------------- searching

// Entry `number` of a table of u32le, inside it as the caller knows.
static uint32_t entry(span table, size_t number)
{
    const uint8_t *at = table.ptr + number * 4;
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

struct slot_search slot_search(span slots, uint32_t hash)
{
    size_t count = slots.len / SLOT_SIZE;
    return (struct slot_search){
        .slots = slots,
        .hash = hash,
        .at = slot_of(hash, count),
        .turns = count,
    };
}

bool slot_next(struct slot_search *search, uint32_t *ret_offset, bool *ret_damaged)
{
    size_t count = search->slots.len / SLOT_SIZE;
    while (search->turns) {
        size_t at = search->at;
        uint32_t offset = entry(search->slots, at * 2 + 1);
        if (offset == 0)
            return false;
        search->turns--;
        search->at = next_slot(at, count);
        if (entry(search->slots, at * 2) == search->hash) {
            *ret_offset = offset - 1;
            return true;
        }
    }
    *ret_damaged = true;
    return false;
}

// ---------------------------------------------------------------- making

bool slot_table_init(struct slot_table *table, size_t items, struct arena *mem)
{
    // At least one slot stays empty, where a search ends.
    size_t count = items + items / 3 + 1;
    *table = (struct slot_table){.count = count, .entries = arena_array(mem, count, SLOT_SIZE)};
    return table->entries;
}

bool slot_table_add(struct slot_table *table, uint32_t hash, uint32_t offset, bool once)
{
    size_t at = slot_of(hash, table->count);
    for (; table->entries[at * 2 + 1]; at = next_slot(at, table->count))
        if (once && table->entries[at * 2] == hash)
            return false;
    table->entries[at * 2] = hash;
    table->entries[at * 2 + 1] = offset + 1;
    return true;
}

void slot_table_put(struct text *out, const struct slot_table *table)
{
    for (size_t i = 0; i < table->count * 2; i++)
        text_add_u32le(out, table->entries[i]);
}
