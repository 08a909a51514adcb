#include "scan/unpack/stack_inner.h"

#include <string.h>

// ---------------------------------------------------------------- one layer

static void replace(struct stack *stack, struct node *child)
{
    if (child && child->present && child->layer != stack->layer)
        stack_remove(stack, child);
}

// A file on the roster replaces what lower layers have put in its place, whichever search is
// shorter.
static void replace_children(struct stack *stack, struct node *node,
                             const struct roster_directory *directory)
{
    if (directory->count < node->child_count) {
        for (size_t i = 0; i < directory->count; i++)
            replace(stack, stack_child(stack, node, directory->files[i].name));
        return;
    }
    for (struct node *child = node->children; child; child = child->sibling)
        if (child->layer != stack->layer && roster_file_at(directory, child->name))
            replace(stack, child);
}

bool stack_apply_roster(struct stack *stack, const struct roster *roster, struct err *err)
{
    for (size_t i = 0; i < roster->count; i++) {
        const struct roster_directory *directory = &roster->directories[i];
        struct node *node = stack_walk(stack, directory->path);
        if (!node || directory->count == 0)
            continue;
        replace_children(stack, node, directory);
        struct contribution *contribution = ARENA_NEW(stack->mem, struct contribution);
        if (!contribution)
            return arena_err(stack->mem, err, "roster");
        *contribution = (struct contribution){
            .directory = directory, .layer = stack->layer, .next = node->rosters};
        node->rosters = contribution;
    }
    return true;
}

// ---------------------------------------------------------------- all layers

// One file as one layer has it.
struct candidate {
    const struct roster_file *file;
    uint32_t layer;
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a;
    const struct candidate *y = b;
    int order = span_compare(x->file->name, y->file->name);
    return order ? order : (x->layer < y->layer) - (x->layer > y->layer); // the highest first
}

static size_t count_files(const struct node *node)
{
    size_t count = 0;
    for (const struct contribution *at = node->rosters; at; at = at->next)
        count += at->directory->count;
    return count;
}

static void gather(const struct node *node, struct candidate *candidates)
{
    for (const struct contribution *at = node->rosters; at; at = at->next)
        for (size_t i = 0; i < at->directory->count; i++)
            *candidates++ =
                (struct candidate){.file = &at->directory->files[i], .layer = at->layer};
}

// Has a higher layer put something else there, or removed it?
static bool is_hidden(const struct stack *stack, const struct node *node,
                      const struct candidate *candidate)
{
    if (node->newest_child <= candidate->layer)
        return false;
    const struct node *child = stack_child(stack, node, candidate->file->name);
    return child && child->layer > candidate->layer;
}

// Was the file of a lower layer there until the one above it took its place?
static bool is_continued(const struct stack *stack, const struct node *node,
                         const struct candidate *candidate)
{
    if (node->newest_child <= candidate->layer)
        return true;
    const struct node *child = stack_child(stack, node, candidate->file->name);
    return !child || candidate->layer >= (child->present ? child->appeared : child->layer);
}

// The file that counts, the first of `count` candidates, of which those of its name are lower
// layers' files in the same place: each layer that repeats what is below it has brought nothing.
static struct roster_file date_file(const struct stack *stack, const struct node *node,
                                    const struct candidate *candidates, size_t count)
{
    struct roster_file file = *candidates->file;
    file.layer = file.mode_layer = candidates->layer;
    bool same_content = true;
    bool same_mode = true;
    for (size_t i = 1; i < count && (same_content || same_mode); i++) {
        const struct roster_file *lower = candidates[i].file;
        if (!span_equal(lower->name, file.name) || !is_continued(stack, node, &candidates[i]))
            break;
        same_content &= span_equal(roster_sha256(lower), roster_sha256(&file));
        same_mode &= lower->mode == file.mode;
        file.layer = same_content ? candidates[i].layer : file.layer;
        file.mode_layer = same_mode ? candidates[i].layer : file.mode_layer;
    }
    return file;
}

static bool merge_directory(struct stack *stack, const struct node *node, struct arena *work,
                            struct roster_directory *ret)
{
    size_t count = count_files(node);
    arena_reset(work);
    struct candidate *candidates = arena_array(work, count, sizeof *candidates);
    struct roster_file *files = arena_array(stack->mem, count, sizeof *files);
    if (!candidates || !files)
        return false;
    gather(node, candidates);
    if (node->rosters->next)
        sort_items(candidates, count, sizeof *candidates, compare_candidates);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct candidate *at = &candidates[i];
        if ((i && span_equal(at->file->name, candidates[i - 1].file->name)) ||
            is_hidden(stack, node, at))
            continue;
        files[kept++] = date_file(stack, node, at, count - i);
    }
    *ret = (struct roster_directory){.path = node->path, .files = files, .count = kept};
    return true;
}

static bool is_on_roster(const struct node *node)
{
    return node->rosters && node_is_reachable(node);
}

// ---------------------------------------------------------------- what is gone

static bool is_removal(const struct node *node)
{
    if (node->present && !node->emptied)
        return false;
    return !node->parent ||
           (node->parent_inside == node->parent->inside && node_is_reachable(node->parent));
}

static struct removal removal_of(const struct node *node)
{
    return (struct removal){.path = node->path,
                            .layer = node->present ? node->emptied - 1 : node->layer};
}

// The nodes are sorted.
static bool list_removals(const struct stack *stack, struct roster *roster)
{
    size_t count = is_removal(stack->root);
    for (size_t i = 0; i < stack->nodes.count; i++)
        count += is_removal(*LIST_AT(&stack->nodes, struct node *, i));
    struct removal *removals = arena_array(stack->mem, count, sizeof *removals);
    if (!removals)
        return false;
    size_t at = 0;
    if (is_removal(stack->root))
        removals[at++] = removal_of(stack->root);
    for (size_t i = 0; i < stack->nodes.count; i++) {
        const struct node *node = *LIST_AT(&stack->nodes, struct node *, i);
        if (is_removal(node))
            removals[at++] = removal_of(node);
    }
    roster->removals = removals;
    roster->removal_count = count;
    return true;
}

// ---------------------------------------------------------------- the result

bool stack_roster(struct stack *stack, struct roster *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *work = arena_new(stack->limits->memory_bytes);
    if (!work)
        return err_set(err, ERR_MEMORY, "no memory for the roster");
    stack_sort(stack);
    size_t count = is_on_roster(stack->root);
    for (size_t i = 0; i < stack->nodes.count; i++)
        count += is_on_roster(*LIST_AT(&stack->nodes, struct node *, i));
    struct roster_directory *directories = arena_array(stack->mem, count, sizeof *directories);
    if (!directories)
        return arena_err(stack->mem, err, "roster");
    size_t at = 0;
    if (is_on_roster(stack->root) && !merge_directory(stack, stack->root, work, &directories[at++]))
        return arena_err(stack->mem, err, "roster");
    for (size_t i = 0; i < stack->nodes.count; i++) {
        const struct node *node = *LIST_AT(&stack->nodes, struct node *, i);
        if (is_on_roster(node) && !merge_directory(stack, node, work, &directories[at++]))
            return arena_err(stack->mem, err, "roster");
    }
    struct roster roster = {.directories = directories, .count = count};
    if (!list_removals(stack, &roster))
        return arena_err(stack->mem, err, "roster");
    *ret = roster;
    return true;
}
