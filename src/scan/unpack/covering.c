#include "scan/unpack/unpack_inner.h"

// ---------------------------------------------------------------- blocks of hashes

enum { HASH_BYTES = 8, SMALLEST_BLOCK = 4096, LARGEST_BLOCK = 65536 };

void hash_blocks_init(struct hash_blocks *blocks, struct arena *mem)
{
    *blocks = (struct hash_blocks){.mem = mem};
    list_init(&blocks->blocks, mem, sizeof(struct hash_block), SIZE_MAX);
}

static struct hash_block *last_block(const struct hash_blocks *blocks)
{
    size_t count = blocks->blocks.count;
    return count ? LIST_AT(&blocks->blocks, struct hash_block, count - 1) : NULL;
}

// Blocks, not one array: growing that would take twice the memory of what may be very much.
static struct hash_block *add_block(struct hash_blocks *blocks)
{
    const struct hash_block *last = last_block(blocks);
    size_t room = last ? last->room * 2 : SMALLEST_BLOCK;
    if (room > LARGEST_BLOCK)
        room = LARGEST_BLOCK;
    uint8_t *bytes = arena_alloc(blocks->mem, room);
    struct hash_block *block = bytes ? LIST_ADD(&blocks->blocks, struct hash_block) : NULL;
    if (block)
        *block = (struct hash_block){.bytes = bytes, .room = room};
    return block;
}

bool hash_blocks_add(struct hash_blocks *blocks, uint64_t hash)
{
    struct hash_block *block = last_block(blocks);
    if (!block || block->len == block->room)
        block = add_block(blocks);
    if (!block)
        return false;
    for (unsigned i = 0; i < HASH_BYTES; i++)
        block->bytes[block->len++] = (uint8_t)(hash >> (8 * i));
    blocks->count++;
    return true;
}

bool hash_blocks_spans(const struct hash_blocks *blocks, struct spans *ret)
{
    size_t count = blocks->blocks.count;
    span *items = arena_array(blocks->mem, count, sizeof *items);
    if (!items)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct hash_block *block = LIST_AT(&blocks->blocks, struct hash_block, i);
        items[i] = span_of(block->bytes, block->len);
    }
    *ret = (struct spans){.items = items, .count = count};
    return true;
}

// ---------------------------------------------------------------- entries and what is above them

void covering_init(struct unpacking *u)
{
    struct covering *covering = &u->covering;
    hash_blocks_init(&covering->entries, u->mem);
    hash_blocks_init(&covering->parents, u->mem);
    text_init(&covering->last_parent, u->work, SIZE_MAX);
}

bool is_at_or_above(span directory, span path)
{
    return span_starts_with(path, directory) &&
           (path.len == directory.len || path.ptr[directory.len] == '/');
}

// Entries of one directory mostly come one after the other.
static bool add_parents(struct unpacking *u, span parent)
{
    struct covering *covering = &u->covering;
    span last = text_span(&covering->last_parent);
    if (span_equal(parent, last))
        return true;
    for (span at = parent; at.len && !is_at_or_above(at, last); at = path_parent(at))
        if (!hash_blocks_add(&covering->parents, path_key(at, u->options->key)))
            return false;
    covering->last_parent.len = 0;
    text_add(&covering->last_parent, parent);
    return text_ok(&covering->last_parent);
}

bool covering_add(struct unpacking *u, span path, uint64_t key, bool is_directory, struct err *err)
{
    struct covering *covering = &u->covering;
    if (u->options->lowest || covering->full)
        return true;
    if (covering->entries.count + covering->parents.count >= u->limits->cover_entries) {
        covering->full = true;
        notes_add(&u->extract->notes, NOTE_LIMIT, path,
                  "no more is remembered of what hides files of lower layers");
        return true;
    }
    if (add_parents(u, path_parent(path)) &&
        hash_blocks_add(&covering->entries, key | (is_directory ? 1 : 0)))
        return true;
    return arena_err(u->mem, err, "layer");
}

bool covering_finish(struct unpacking *u, struct err *err)
{
    struct covers *covers = &u->extract->covers;
    covers->key = u->options->key;
    return (hash_blocks_spans(&u->covering.entries, &covers->entries) &&
            hash_blocks_spans(&u->covering.parents, &covers->parents)) ||
           arena_err(u->mem, err, "layer");
}
