#include "base/base.h"

#include <stdlib.h>
#include <string.h>

struct block {
    struct block *next;
    size_t size; // usable bytes behind the header
    size_t used;
};

struct arena {
    struct block *newest;
    uint64_t budget;
    uint64_t held;  // bytes of all blocks, the measure of the budget
    uint64_t asked; // bytes handed out
    bool refused;   // something, since it was made or reset
};

enum { ALIGN = _Alignof(max_align_t), FIRST_BLOCK = 4096, LARGEST_STEP = 1 << 20 };

static const size_t header_size = (sizeof(struct block) + ALIGN - 1) / ALIGN * ALIGN;

struct arena *arena_new(uint64_t budget)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena)
        arena->budget = budget;
    return arena;
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena->newest);
    free(arena);
}

void arena_cleanup(struct arena **arena)
{
    arena_free(*arena);
}

void arena_reset(struct arena *arena)
{
    struct block *kept = arena->newest;
    arena->asked = 0;
    arena->refused = false;
    if (!kept)
        return;
    if (kept->size > LARGEST_STEP) { // made for one large thing: that should not hold it for ever
        free_blocks(kept);
        arena->newest = NULL;
        arena->held = 0;
        return;
    }
    free_blocks(kept->next);
    kept->next = NULL;
    memset((uint8_t *)kept + header_size, 0, kept->used);
    kept->used = 0;
    arena->held = kept->size + header_size;
}

// Behind the newest block, which goes on being filled.
static void append_blocks(struct arena *arena, struct block *blocks)
{
    struct block *last = blocks;
    while (last->next)
        last = last->next;
    struct block **at = arena->newest ? &arena->newest->next : &arena->newest;
    last->next = *at;
    *at = blocks;
}

void arena_absorb(struct arena *arena, struct arena *from)
{
    if (from->newest)
        append_blocks(arena, take(&from->newest));
    arena->held += from->held;
    arena->asked += from->asked;
    from->held = 0;
    from->asked = 0;
}

uint64_t arena_used(const struct arena *arena)
{
    return arena->asked;
}

bool arena_refused(const struct arena *arena)
{
    return arena->refused;
}

uint64_t arena_left(const struct arena *arena)
{
    return arena->budget > arena->held ? arena->budget - arena->held : 0;
}

// Blocks double, so that an arena is small for small work, up to a step that wastes little.
static size_t next_block_size(const struct arena *arena, size_t wanted)
{
    size_t size = arena->newest ? arena->newest->size * 2 : FIRST_BLOCK;
    if (size > LARGEST_STEP)
        size = LARGEST_STEP;
    return size > wanted ? size : wanted;
}

static struct block *add_block(struct arena *arena, size_t wanted)
{
    size_t size = next_block_size(arena, wanted);
    uint64_t left = arena_left(arena);
    if (left < header_size || wanted > left - header_size)
        return NULL;
    if (size > left - header_size)
        size = (size_t)(left - header_size);
    struct block *block = calloc(1, header_size + size);
    if (!block)
        return NULL;
    block->size = size;
    block->next = arena->newest;
    arena->newest = block;
    arena->held += header_size + size;
    return block;
}

// What an allocation takes; false when that overflows.
static bool round_up(size_t size, size_t *ret)
{
    if (__builtin_add_overflow(size ? size : 1, (size_t)ALIGN - 1, ret))
        return false;
    *ret -= *ret % ALIGN;
    return true;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t rounded = 0;
    if (!round_up(size, &rounded))
        return NULL;
    struct block *block = arena->newest;
    if (!block || block->size - block->used < rounded)
        block = add_block(arena, rounded);
    if (!block || block->size - block->used < rounded) {
        arena->refused = true;
        return NULL;
    }
    void *memory = (uint8_t *)block + header_size + block->used;
    block->used += rounded;
    arena->asked += rounded;
    return memory;
}

bool arena_extend(struct arena *arena, const void *memory, size_t size, size_t longer)
{
    size_t old = 0;
    size_t new = 0;
    struct block *block = arena->newest;
    if (!block || !round_up(size, &old) || !round_up(longer, &new) || old > block->used ||
        new < old || new - old > block->size - block->used ||
        memory != (uint8_t *)block + header_size + block->used - old)
        return false;
    block->used += new - old;
    arena->asked += new - old;
    return true;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return arena_alloc(arena, bytes);
}

#undef arena_err
bool arena_err(const struct arena *arena, struct err *err, const char *what)
{
    return err_set(err, ERR_LIMIT, "%s: no memory left (budget of %llu bytes)", what,
                   (unsigned long long)arena->budget);
}

bool arena_span(struct arena *arena, span s, span *ret)
{
    if (s.len == 0) {
        *ret = (span){0};
        return true;
    }
    uint8_t *copy = arena_alloc(arena, s.len);
    if (!copy)
        return false;
    memcpy(copy, s.ptr, s.len);
    *ret = (span){.ptr = copy, .len = s.len};
    return true;
}

char *arena_text(struct arena *arena, span s)
{
    if (span_find(s, '\0') != SPAN_NONE || s.len == SIZE_MAX)
        return NULL;
    char *copy = arena_alloc(arena, s.len + 1);
    if (copy && s.len)
        memcpy(copy, s.ptr, s.len);
    return copy;
}
