#include "base/base.h"

#include <string.h>

void list_init(struct list *list, struct arena *mem, size_t item_size, size_t max)
{
    *list = (struct list){.mem = mem, .item_size = item_size, .max = max};
}

static bool set_cap(struct list *list, size_t cap)
{
    size_t size = 0;
    if (__builtin_mul_overflow(cap, list->item_size, &size))
        return false;
    if (list->cap && arena_extend(list->mem, list->items, list->cap * list->item_size, size)) {
        list->cap = cap;
        return true;
    }
    void *items = arena_alloc(list->mem, size);
    if (!items)
        return false;
    if (list->count)
        memcpy(items, list->items, list->count * list->item_size);
    list->items = items;
    list->cap = cap;
    return true;
}

static bool grow(struct list *list)
{
    size_t cap = list->cap ? list->cap * 2 : 8;
    if (cap > list->max)
        cap = list->max;
    return cap > list->count && set_cap(list, cap);
}

bool list_reserve(struct list *list, size_t count)
{
    if (list->failed || list->count > list->max || count > list->max - list->count)
        return false;
    size_t needed = list->count + count;
    return needed <= list->cap || set_cap(list, needed);
}

void *list_add(struct list *list)
{
    if (list->failed)
        return NULL;
    if (list->count == list->cap && !grow(list)) {
        list->failed = true;
        return NULL;
    }
    return (uint8_t *)list->items + list->item_size * list->count++;
}

void *list_add_sized(struct list *list, size_t item_size)
{
    assert(item_size == list->item_size);
    return list_add(list);
}

bool list_ok(const struct list *list)
{
    return !list->failed;
}

void *list_at(const struct list *list, size_t index)
{
    assert(index < list->count);
    return (uint8_t *)list->items + list->item_size * index;
}
