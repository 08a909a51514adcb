#include "scan/catalog/catalog_inner.h"

struct reach_node {
    span key;
    const void *item;
    bool reached;
};

static int compare_nodes(const void *a, const void *b)
{
    return span_compare(((const struct reach_node *)a)->key, ((const struct reach_node *)b)->key);
}

void reach_init(struct reach *reach, struct arena *scratch)
{
    *reach = (struct reach){.scratch = scratch};
    list_init(&reach->nodes, scratch, sizeof(struct reach_node), SIZE_MAX);
}

void reach_add(struct reach *reach, span key, const void *item)
{
    struct reach_node *node = LIST_ADD(&reach->nodes, struct reach_node);
    if (node)
        *node = (struct reach_node){.key = key, .item = item};
}

bool reach_start(struct reach *reach, struct err *err)
{
    reach->waiting = arena_array(reach->scratch, reach->nodes.count, sizeof *reach->waiting);
    if (!list_ok(&reach->nodes) || !reach->waiting)
        return arena_err(reach->scratch, err, "dependencies");
    sort_items(reach->nodes.items, reach->nodes.count, sizeof(struct reach_node), compare_nodes);
    return true;
}

// The first node of this key, or of the next one.
static size_t find_first(const struct reach *reach, span key)
{
    size_t low = 0;
    size_t high = reach->nodes.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(LIST_AT(&reach->nodes, struct reach_node, middle)->key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool reach_has(const struct reach *reach, span key)
{
    size_t index = find_first(reach, key);
    return index < reach->nodes.count &&
           span_equal(LIST_AT(&reach->nodes, struct reach_node, index)->key, key);
}

void reach_mark(struct reach *reach, span key)
{
    for (size_t i = find_first(reach, key); i < reach->nodes.count; i++) {
        struct reach_node *node = LIST_AT(&reach->nodes, struct reach_node, i);
        if (node->reached || !span_equal(node->key, key))
            return; // those of one key are reached together
        node->reached = true;
        reach->waiting[reach->waiting_count++] = i;
    }
}

const void *reach_next(struct reach *reach)
{
    if (reach->waiting_count == 0)
        return NULL;
    size_t index = reach->waiting[--reach->waiting_count];
    return LIST_AT(&reach->nodes, struct reach_node, index)->item;
}

const void *reach_find(const struct reach *reach, span key)
{
    size_t index = find_first(reach, key);
    if (index == reach->nodes.count)
        return NULL;
    const struct reach_node *node = LIST_AT(&reach->nodes, struct reach_node, index);
    return node->reached && span_equal(node->key, key) ? node->item : NULL;
}
