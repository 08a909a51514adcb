#include "database/database_inner.h"

#include <stdlib.h>
#include <string.h>

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

static void merge(struct interned **from, struct interned **to, size_t half, size_t count,
                  int (*compare)(span a, span b))
{
    size_t left = 0;
    size_t right = half;
    for (size_t i = 0; i < count; i++) {
        bool take_left =
            right == count || (left < half && compare(from[left]->bytes, from[right]->bytes) <= 0);
        to[i] = take_left ? from[left++] : from[right++];
    }
}

// qsort hands its comparison no context, and would need a static one for `compare`.
static void merge_sort(struct interned **items, struct interned **spare, size_t count,
                       int (*compare)(span a, span b))
{
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t at = 0; at < count; at += 2 * run) {
            size_t here = count - at < 2 * run ? count - at : 2 * run;
            merge(items + at, spare + at, here < run ? here : run, here, compare);
        }
        memcpy(items, spare, count * sizeof *items);
    }
}

bool interner_rank(struct interner *interner, int (*compare)(span a, span b), struct arena *mem,
                   struct interned ***ret_sorted)
{
    size_t count = interner->items.count;
    struct interned **sorted = arena_array(mem, count, sizeof(struct interned *));
    struct interned **spare = arena_array(mem, count, sizeof(struct interned *));
    if (!sorted || !spare)
        return false;
    for (size_t i = 0; i < count; i++)
        sorted[i] = interner_at(interner, i);
    merge_sort(sorted, spare, count, compare);
    for (size_t i = 0; i < count; i++)
        sorted[i]->rank = (uint32_t)i;
    *ret_sorted = sorted;
    return true;
}
