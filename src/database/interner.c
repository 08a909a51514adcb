#include "database/database_inner.h"

enum { FIRST_SLOTS = 256, SEED = 1 };

void interner_init(struct interner *interner, struct arena *mem)
{
    *interner = (struct interner){.mem = mem};
    list_init(&interner->items, mem, sizeof(struct interned), UINT32_MAX - 1);
}

static uint32_t hash_of(span bytes)
{
    return (uint32_t)span_hash(bytes, SEED);
}

struct interned *interner_at(const struct interner *interner, size_t number)
{
    return LIST_AT(&interner->items, struct interned, number);
}

// The slot that holds the bytes, or the empty one where they would go.
static size_t find_slot(const struct interner *interner, span bytes, uint32_t hash)
{
    size_t mask = interner->slot_count - 1;
    size_t slot = hash & mask;
    for (; interner->slots[slot]; slot = (slot + 1) & mask) {
        const struct interned *item = interner_at(interner, interner->slots[slot] - 1);
        if (item->hash == hash && span_equal(item->bytes, bytes))
            break;
    }
    return slot;
}

static bool grow(struct interner *interner)
{
    size_t count = interner->slot_count ? interner->slot_count * 2 : FIRST_SLOTS;
    uint32_t *slots = arena_array(interner->mem, count, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < interner->items.count; i++) {
        size_t slot = interner_at(interner, i)->hash & (count - 1);
        while (slots[slot])
            slot = (slot + 1) & (count - 1);
        slots[slot] = (uint32_t)i + 1;
    }
    interner->slots = slots;
    interner->slot_count = count;
    return true;
}

bool interner_add(struct interner *interner, span bytes, uint32_t *ret_number)
{
    if (interner->items.count >= interner->slot_count / 4 * 3 && !grow(interner))
        return false;
    uint32_t hash = hash_of(bytes);
    size_t slot = find_slot(interner, bytes, hash);
    if (!interner->slots[slot]) {
        struct interned item = {.hash = hash};
        if (!arena_span(interner->mem, bytes, &item.bytes))
            return false;
        struct interned *place = LIST_ADD(&interner->items, struct interned);
        if (!place)
            return false;
        *place = item;
        interner->slots[slot] = (uint32_t)interner->items.count;
    }
    *ret_number = interner->slots[slot] - 1;
    return true;
}

const struct interned *interner_find(const struct interner *interner, span bytes)
{
    if (!interner->slot_count)
        return NULL;
    uint32_t number = interner->slots[find_slot(interner, bytes, hash_of(bytes))];
    return number ? interner_at(interner, number - 1) : NULL;
}

bool interner_rank(struct interner *interner, int (*compare)(const void *a, const void *b),
                   struct arena *mem, struct interned ***ret_sorted)
{
    size_t count = interner->items.count;
    struct interned **sorted = arena_array(mem, count, sizeof(struct interned *));
    if (!sorted)
        return false;
    for (size_t i = 0; i < count; i++)
        sorted[i] = interner_at(interner, i);
    sort_items(sorted, count, sizeof *sorted, compare);
    for (size_t i = 0; i < count; i++)
        sorted[i]->rank = (uint32_t)i;
    *ret_sorted = sorted;
    return true;
}
