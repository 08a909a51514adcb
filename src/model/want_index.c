#include "model/model_inner.h"

// Patterns by how they end: chains of those whose last component is one name, by that name; of
// those whose last component is "*.suffix" or the like, by the two last bytes; of all others. Each
// chain rises, so that its first match is its lowest.

enum { SUFFIX_CHAINS = 256, SUFFIX_BYTES = 2 };

#define CHAIN_END UINT32_MAX

struct want_index {
    const struct wants *wants;
    uint32_t *next; // for each pattern the next one of its chain
    uint32_t *names;
    size_t name_chains; // a power of two
    uint32_t suffixes[SUFFIX_CHAINS];
    uint32_t others;
};

static uint32_t *name_chain(const struct want_index *index, span name)
{
    return &index->names[span_hash(name, 0) & (index->name_chains - 1)];
}

static size_t suffix_chain(span name)
{
    const uint8_t *end = name.ptr + name.len;
    return (size_t)(end[-1] * 31 + end[-2]) % SUFFIX_CHAINS;
}

// The chain of a pattern. One that ends in a slash matches what has no such end.
static uint32_t *chain_of(struct want_index *index, span pattern)
{
    span name = path_name(pattern);
    size_t star = span_find_last(name, '*');
    if (pattern.len && name.len == 0)
        return &index->others;
    if (star == SPAN_NONE)
        return name_chain(index, name);
    if (name.len - star > SUFFIX_BYTES)
        return &index->suffixes[suffix_chain(name)];
    return &index->others;
}

static size_t power_above(size_t count)
{
    size_t power = 1;
    while (power < count)
        power *= 2;
    return power;
}

static void fill(struct want_index *index)
{
    for (size_t i = 0; i < index->name_chains; i++)
        index->names[i] = CHAIN_END;
    for (size_t i = 0; i < SUFFIX_CHAINS; i++)
        index->suffixes[i] = CHAIN_END;
    index->others = CHAIN_END;
    for (size_t i = index->wants->count; i > 0; i--) {
        uint32_t *chain = chain_of(index, index->wants->patterns[i - 1]);
        index->next[i - 1] = *chain;
        *chain = (uint32_t)(i - 1);
    }
}

bool want_index_new(const struct wants *wants, struct arena *mem, const struct want_index **ret,
                    struct err *err)
{
    if (wants->count >= CHAIN_END)
        return err_set(err, ERR_LIMIT, "wants: %zu patterns", wants->count);
    struct want_index *index = ARENA_NEW(mem, struct want_index);
    struct wants *own = ARENA_NEW(mem, struct wants);
    uint32_t *next = arena_array(mem, wants->count, sizeof *next);
    size_t name_chains = power_above(2 * wants->count);
    uint32_t *names = arena_array(mem, name_chains, sizeof *names);
    if (!index || !own || !next || !names)
        return arena_err(mem, err, "wants");
    *own = *wants;
    *index =
        (struct want_index){.wants = own, .next = next, .names = names, .name_chains = name_chains};
    fill(index);
    *ret = index;
    return true;
}

// The first match in a chain, if it is below `best`.
static uint32_t first_match(const struct want_index *index, uint32_t chain, span path,
                            uint32_t best)
{
    for (uint32_t i = chain; i < best; i = index->next[i])
        if (pattern_match(index->wants->patterns[i], path))
            return i;
    return best;
}

size_t want_index_match(const struct want_index *index, span path)
{
    span name = path_name(path);
    uint32_t best = first_match(index, *name_chain(index, name), path, CHAIN_END);
    if (name.len >= SUFFIX_BYTES)
        best = first_match(index, index->suffixes[suffix_chain(name)], path, best);
    best = first_match(index, index->others, path, best);
    return best == CHAIN_END ? WANT_NONE : best;
}
