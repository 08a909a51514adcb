// An image in an OCI layout as the tree and the roster of its files: read by libarchive and merged
// in the plainest way, so that this depends on none of the stages in front of it.
#ifndef PLIMSOLL_TEST_INTEGRITY_IMAGE_H
#define PLIMSOLL_TEST_INTEGRITY_IMAGE_H

#include "model/model.h"

struct whole_image {
    struct tree tree; // wanted files with their content, and all links
    struct roster roster;
};

// `more` are tar files, further layers on top. False after a message on standard error.
bool whole_image_read(const char *layout, char *const *more, size_t more_count,
                      const struct wants *wants, const struct wants *roster, struct arena *mem,
                      struct whole_image *ret);

#endif
