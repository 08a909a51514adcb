// unpack: from the bytes of layers to the files that later stages asked for. One pass over a layer
// computes both digests, reads the tar, shows files to whom they concern and keeps only what is
// wanted; the layers' extracts are then applied on top of each other in memory. Nothing is ever
// written to disk under a name.
#ifndef PLIMSOLL_SCAN_UNPACK_H
#define PLIMSOLL_SCAN_UNPACK_H

#include "model/model.h"
#include "stream/stream.h"

// One layer to read. Digests are "algorithm:hex"; an empty one is not checked.
struct layer_input {
    struct stream_file file;
    span digest;  // of the bytes in the file
    span diff_id; // of the tar inside
};

// What to look for in a layer, and with what.
struct unpack_options {
    const struct wants *wants; // the files whose content is kept
    // Patterns of directories, not of files: the directories that match, and the regular files and
    // directories right in them, go on the roster. Null: none do.
    const struct wants *roster;
    const struct inspector *inspector; // is shown every regular file; null: nobody is
    const struct limits *limits;
    struct crew *crew; // its idle threads compute digests; null: this thread computes all
    // A file open for reading and writing, for contents that are looked into and too large for
    // memory; nobody else uses it meanwhile. -1: such files are not looked into, with a note.
    int scratch_fd;
    hash_key key; // of extract.covers: random
    // No layer lies below this one: what it covers need not be known.
    bool lowest;
};

// Reads one layer, compressed or not. What is damaged, cut off by a limit or suspicious becomes a
// note of the extract, and what was read before stays. Fails with ERR_UNTRUSTED if a digest does
// not hold, ERR_IO if a file cannot be read or written, ERR_LIMIT or ERR_MEMORY without memory.
// limits: layer_bytes, layer_entries, expansion_*, file_bytes, kept_bytes, kept_entries,
// roster_entries, cover_entries, path_bytes, header_bytes, notes.
bool unpack_layer(const struct layer_input *input, const struct unpack_options *options,
                  struct arena *mem, struct extract *ret, struct err *err);

// ---------------------------------------------------------------- layers on top of each other

// The file system that layers make, as the OCI image specification (layer.md, "Applying
// Changesets") and overlayfs say: whiteouts and opaque directories act on lower layers only;
// anything but a directory replaces what was there with everything below it; a path whose parent is
// a symbolic link goes where the link leads, inside the root.
struct stack;

// Lives in `mem`, and so does all that is made of it. `key` makes hash tables unpredictable.
// limits: depth, path_bytes, cover_entries.
bool stack_new(const struct limits *limits, hash_key key, struct arena *mem, struct notes *notes,
               struct stack **ret, struct err *err);
// Puts the next layer on top. The extract stays where it is: the stack's files point into it.
bool stack_add(struct stack *stack, const struct extract *extract, struct err *err);
// The files as they are now. `insights`: also those that are there only because an inspector saw
// something in them. The tree stays as it is when further layers are added.
bool stack_tree(struct stack *stack, bool insights, struct tree *ret, struct err *err);
// The roster as it is now.
bool stack_roster(struct stack *stack, struct roster *ret, struct err *err);

// The tree of all these layers, lowest first, insights included.
bool unpack_merge(const struct extract *const extracts[], size_t count, const struct limits *limits,
                  hash_key key, struct arena *mem, struct notes *notes, struct tree *ret,
                  struct err *err);

// Wanted paths that a link leads to a place which no want covers, so that the merged tree lacks
// their content: what a second pass over the layers has to be asked for in addition. The same for
// hard links of a name that the inspector (null: none) wants to look into.
bool unpack_missing(const struct tree *tree, const struct wants *wants,
                    const struct inspector *inspector, const struct limits *limits,
                    struct arena *mem, struct spans *ret, struct err *err);

// Notes wanted symbolic links, and those above a wanted path, that lead in a circle or through
// what is no directory: nobody can tell what was meant to be there.
void unpack_note_loops(const struct tree *tree, const struct wants *wants,
                       const struct limits *limits, struct arena *mem, struct notes *notes);

#endif
