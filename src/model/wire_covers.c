#include "model/model_inner.h"

enum { HASH_BYTES = 8 };

static void write_blocks(struct spans blocks, struct text *out)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < blocks.count; i++)
        bytes += blocks.items[i].len;
    wire_write_count(out, (size_t)(bytes / HASH_BYTES));
    for (size_t i = 0; i < blocks.count; i++)
        text_add(out, blocks.items[i]);
}

void wire_write_covers(const struct covers *covers, struct text *out)
{
    text_add_u64le(out, covers->key.first);
    text_add_u64le(out, covers->key.second);
    write_blocks(covers->entries, out);
    write_blocks(covers->parents, out);
}

static bool read_block(struct wire *wire, uint64_t most, struct spans *ret, struct err *err)
{
    uint32_t count = 0;
    if (!wire_count(wire, HASH_BYTES, most, "covers", &count, err))
        return false;
    span *items = arena_array(wire->mem, count ? 1 : 0, sizeof *items);
    if (!items)
        return arena_err(wire->mem, err, "covers");
    if (count)
        items[0] = wire_copy(wire, read_bytes(&wire->bytes, (uint64_t)count * HASH_BYTES));
    *ret = (struct spans){.items = items, .count = count ? 1 : 0};
    return wire_ok(wire, "covers", err);
}

bool wire_read_covers(struct wire *wire, struct covers *ret, struct err *err)
{
    struct covers covers = {0};
    covers.key.first = read_u64le(&wire->bytes);
    covers.key.second = read_u64le(&wire->bytes);
    // The last entry that the limit allows may bring all its parents.
    uint64_t most = wire->limits->cover_entries;
    if (!read_block(wire, most, &covers.entries, err) ||
        !read_block(wire, most + wire->limits->path_bytes, &covers.parents, err))
        return false;
    *ret = covers;
    return true;
}
