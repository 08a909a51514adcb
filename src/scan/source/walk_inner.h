// A tree of files as the stream of a tar archive, so that what reads layers reads it too.
#ifndef PLIMSOLL_SCAN_SOURCE_WALK_INNER_H
#define PLIMSOLL_SCAN_SOURCE_WALK_INNER_H

#include "scan/source/source.h"

// One walk below `root_fd`, from top to bottom, names in order.
struct walk {
    int root_fd;  // of a walk over one file: the file itself
    int out;      // where the archive goes
    bool is_host; // leave out what is not the host's own: kernel trees, stores of containers
    const struct file_filter *filter;
    const struct limits *limits; // layer_entries (names looked at), path_bytes, kept_bytes
    struct notes *notes;
};

// Writes every symbolic link and the regular files that the filter lets pass. No link is followed;
// what cannot be read becomes a note. ERR_IO: nobody reads the archive any more.
bool walk_tree(const struct walk *walk, struct err *err);
// Writes the one file that walk->root_fd is, under this name; a note says if the filter does not
// let it pass. ERR_IO as above.
bool walk_file(const struct walk *walk, span name, struct err *err);

#endif
