#include "suppress/suppress_inner.h"

void key_index_init(struct key_index *index, struct arena *mem)
{
    list_init(&index->items, mem, sizeof(struct key_item), UINT32_MAX);
}

void key_index_add(struct key_index *index, uint64_t key, size_t value)
{
    struct key_item *item = LIST_ADD(&index->items, struct key_item);
    if (item)
        *item = (struct key_item){.key = key, .value = (uint32_t)value};
}

static int compare_items(const void *left, const void *right)
{
    const struct key_item *a = left;
    const struct key_item *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->value > b->value) - (a->value < b->value);
}

bool key_index_close(struct key_index *index, struct err *err)
{
    if (!list_ok(&index->items))
        return arena_err(index->items.mem, err, "index of statements");
    sort_items(index->items.items, index->items.count, sizeof(struct key_item), compare_items);
    return true;
}

const struct key_item *key_index_find(const struct key_index *index, uint64_t key,
                                      size_t *ret_count)
{
    const struct key_item *items = index->items.items;
    size_t low = 0;
    size_t high = index->items.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (items[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    size_t end = low;
    while (end < index->items.count && items[end].key == key)
        end++;
    *ret_count = end - low;
    return items + low;
}
