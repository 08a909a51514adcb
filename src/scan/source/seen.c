#include "scan/source/walk_inner.h"

// A slot with a null pointer is free; keys are never empty.
static span *slot_of(span *slots, size_t cap, span key)
{
    size_t at = (size_t)span_hash(key, 0) & (cap - 1);
    while (slots[at].ptr && !span_equal(slots[at], key))
        at = (at + 1) & (cap - 1);
    return &slots[at];
}

static bool grow(struct seen *seen, struct arena *mem)
{
    size_t cap = seen->cap ? seen->cap * 2 : 256;
    span *slots = arena_array(mem, cap, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < seen->cap; i++)
        if (seen->slots[i].ptr)
            *slot_of(slots, cap, seen->slots[i]) = seen->slots[i];
    seen->slots = slots;
    seen->cap = cap;
    return true;
}

bool seen_add(struct seen *seen, span key, struct arena *mem, bool *ret_new)
{
    assert(key.len > 0);
    if (seen->count >= seen->cap / 2 && !grow(seen, mem))
        return false;
    span *slot = slot_of(seen->slots, seen->cap, key);
    if (slot->ptr) {
        *ret_new = false;
        return true;
    }
    if (!arena_span(mem, key, slot))
        return false;
    seen->count++;
    *ret_new = true;
    return true;
}
