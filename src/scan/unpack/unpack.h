// unpack: from the bytes of layers to the files that later stages asked for. One pass over a layer
// computes both digests, reads the tar and keeps only what is wanted; the layers' extracts are then
// applied on top of each other in memory. Nothing is ever written to disk.
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

// Reads one layer, compressed or not. The digests are computed by idle threads of `crew` (null: by
// this one). What is damaged, cut off by a limit or suspicious becomes a note of the extract, and
// what was read before stays. Fails with ERR_UNTRUSTED if a digest does not hold, ERR_IO if the
// file cannot be read, ERR_LIMIT or ERR_MEMORY without memory. limits: layer_bytes, layer_entries,
// expansion_*, file_bytes, kept_bytes, kept_entries, path_bytes, header_bytes, notes.
bool unpack_layer(const struct layer_input *input, const struct wants *wants,
                  const struct limits *limits, struct crew *crew, struct arena *mem,
                  struct extract *ret, struct err *err);

// The file system that the layers make, lowest first, as the OCI image specification (layer.md,
// "Applying Changesets") and overlayfs say: whiteouts and opaque directories act on lower layers
// only; anything but a directory replaces what was there with everything below it; a path whose
// parent is a symbolic link goes where the link leads, inside the root. `seed` makes hash tables
// unpredictable. Spans in the tree point into the extracts.
bool unpack_merge(const struct extract *const extracts[], size_t count, const struct limits *limits,
                  uint64_t seed, struct arena *mem, struct tree *ret, struct err *err);

// Wanted paths that a link leads to a place which no want covers, so that the merged tree lacks
// their content: what a second pass over the layers has to be asked for in addition.
bool unpack_missing(const struct tree *tree, const struct wants *wants, const struct limits *limits,
                    struct arena *mem, struct spans *ret, struct err *err);

// Notes wanted symbolic links, and those above a wanted path, that lead in a circle or through
// what is no directory: nobody can tell what was meant to be there.
void unpack_note_loops(const struct tree *tree, const struct wants *wants,
                       const struct limits *limits, struct arena *mem, struct notes *notes);

#endif
