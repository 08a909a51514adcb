// The merged trees of an image in an OCI layout, one for each prefix of its layers: read by
// libarchive and merged in the plainest way, so that tests of the stages behind unpack depend
// neither on it nor on its mistakes.
#ifndef PLIMSOLL_TEST_IMAGE_TREES_H
#define PLIMSOLL_TEST_IMAGE_TREES_H

#include "model/model.h"

struct image_trees {
    struct tree *trees; // trees[i]: layers 0 to i
    size_t count;
};

// Keeps wanted files with their content, and all links. False after a message on standard error.
bool image_trees_read(const char *layout, const struct wants *const *wants, size_t wants_count,
                      struct arena *mem, struct image_trees *ret);

#endif
