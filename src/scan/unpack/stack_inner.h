// Inside of unpack/: layers on top of each other.
#ifndef PLIMSOLL_SCAN_STACK_INNER_H
#define PLIMSOLL_SCAN_STACK_INNER_H

#include "scan/unpack/unpack_inner.h"

// What one layer's roster says of a directory.
struct contribution {
    const struct roster_directory *directory;
    uint32_t layer;
    struct contribution *next; // of a lower layer
};

// One name in the file system under construction. Children are found by (parent's `inside`, name)
// in one hash table: giving a directory a new `inside` empties it at once, whatever was below.
struct node {
    struct node *parent;
    struct node *chain; // next in the hash bucket
    span path;
    span name;
    uint64_t parent_inside; // the parent's `inside` when this was put there
    uint64_t inside;
    const struct file *file; // null: a directory that is not kept
    uint32_t layer;          // that put it there, or removed it
    uint32_t since;          // the lowest from which on `file` has told the same
    uint32_t appeared;       // the lowest from which on there has been a regular file
    uint32_t emptied;        // 1 + the layer that last took away what was below it; 0: none
    uint32_t pass;           // over files, that put it there
    bool present;            // false: removed; what the rosters of lower layers say of it is void
    uint32_t newest_child;   // the highest `layer` of its children
    size_t child_count;
    struct node *children; // those in `inside`, removed ones too
    struct node *sibling;
    struct contribution *rosters; // highest layer first
};

struct stack {
    const struct limits *limits;
    struct arena *mem;
    struct notes *notes;
    uint64_t seed;
    struct node **buckets;
    size_t bucket_count;
    struct list nodes; // of struct node *; those that were listed before are sorted by path
    struct node *root;
    uint64_t next_inside;
    uint32_t layer; // that is being put on top
    uint32_t pass;  // over its files
};

bool node_is_directory(const struct node *node);
bool node_is_reachable(const struct node *node);
struct node *stack_child(const struct stack *stack, const struct node *parent, span name);
// The same, made if there is none; null without memory.
struct node *stack_add_child(struct stack *stack, struct node *parent, span name);
// The directory at `path`, made if it is missing, with symbolic links followed inside the root;
// null without memory, or when the links lead in a circle or through something that is no
// directory.
struct node *stack_walk(struct stack *stack, span path);
// The same, and what is not there is not made.
struct node *stack_find(struct stack *stack, span path);
// Is there, as far as is kept of both, the same content with the same insights into it?
bool file_tells_same(const struct file *a, const struct file *b);
// Marks as of the layer at hand.
void stack_date(struct stack *stack, struct node *node);
void stack_empty(struct stack *stack, struct node *node);
void stack_remove(struct stack *stack, struct node *node);
void stack_sort(struct stack *stack);

// Applies what is known only by its hash to what lower layers have put there.
bool stack_apply_covers(struct stack *stack, const struct covers *covers, struct err *err);
// The same for paths that lead through symbolic links, once those of the layer are there.
bool stack_apply_linked_covers(struct stack *stack, const struct covers *covers, bool *ret_changed,
                               struct err *err);
bool stack_apply_roster(struct stack *stack, const struct roster *roster, struct err *err);

#endif
