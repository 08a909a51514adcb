// Finds the wanted files below a directory by walking their patterns, not the whole tree.
#ifndef PLIMSOLL_SCAN_SOURCE_WALK_INNER_H
#define PLIMSOLL_SCAN_SOURCE_WALK_INNER_H

#include "base/base.h"
#include "model/model.h"

// Adds to ret->files the wanted regular files below root_fd with their content, and the symbolic
// links that lead to them. Links are resolved inside the root. `skip_kernel`: a "**" at the top
// does not descend into proc, sys and dev. What cannot be read becomes a note in ret->notes.
// limits: file_bytes, kept_bytes, kept_entries, layer_entries (names looked at), path_bytes, depth.
bool walk_wanted(int root_fd, const struct wants *wants, bool skip_kernel,
                 const struct limits *limits, struct arena *mem, struct extract *ret,
                 struct err *err);

// A set of byte strings in an arena.
struct seen {
    span *slots;
    size_t cap; // a power of two, or 0
    size_t count;
};
// *ret_new tells whether the key was not there yet. The key is copied.
bool seen_add(struct seen *seen, span key, struct arena *mem, bool *ret_new);

#endif
