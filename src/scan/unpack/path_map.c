#include "scan/unpack/unpack_inner.h"

// The place of a key: its own, or the free one where it would go.
static size_t place_of(const struct path_map *map, uint64_t key)
{
    size_t at = (size_t)(key >> 1) & (map->cap - 1); // the lowest bit is that of path_key
    while (map->keys[at] && map->keys[at] != key)
        at = (at + 1) & (map->cap - 1);
    return at;
}

static bool grow(struct path_map *map)
{
    enum { SMALLEST = 64 };
    struct path_map larger = *map;
    larger.cap = map->cap ? map->cap * 2 : SMALLEST;
    larger.keys = arena_array(map->mem, larger.cap, sizeof *larger.keys);
    larger.values = arena_array(map->mem, larger.cap, sizeof *larger.values);
    if (!larger.keys || !larger.values)
        return false;
    for (size_t i = 0; i < map->cap; i++) {
        if (!map->keys[i])
            continue;
        size_t at = place_of(&larger, map->keys[i]);
        larger.keys[at] = map->keys[i];
        larger.values[at] = map->values[i];
    }
    *map = larger;
    return true;
}

// 0 marks a free place, so that hash stands for its neighbour.
static uint64_t stored_key(uint64_t key)
{
    return key ? key : 1;
}

uint32_t *path_map_at(const struct path_map *map, uint64_t key)
{
    if (map->cap == 0)
        return NULL;
    size_t at = place_of(map, stored_key(key));
    return map->keys[at] ? &map->values[at] : NULL;
}

uint32_t *path_map_add(struct path_map *map, uint64_t key)
{
    if (map->count * 2 >= map->cap && !grow(map))
        return NULL;
    size_t at = place_of(map, stored_key(key));
    if (!map->keys[at]) {
        map->keys[at] = stored_key(key);
        map->count++;
    }
    return &map->values[at];
}

uint64_t path_key(span path, hash_key key)
{
    return span_keyed_hash(path, key) & ~UINT64_C(1);
}
