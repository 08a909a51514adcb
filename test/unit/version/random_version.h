// Random versions for the property tests and for the comparison with the packaging systems' own
// tools. Repeatable: the seed decides everything.
#ifndef PLIMSOLL_TEST_RANDOM_VERSION_H
#define PLIMSOLL_TEST_RANDOM_VERSION_H

#include "version/version.h"

#define RANDOM_VERSION_MAX 96

struct random_source {
    uint64_t state;
    enum scheme scheme;
    const span *real; // versions to start from, may be null
    size_t real_count;
};

// A number below `bound`.
size_t random_below(struct random_source *random, size_t bound);

// A valid version in `buffer`: composed of the pieces that the scheme treats specially, or a real
// one, or one close to `near` (if not empty), so that comparisons get past the first byte.
span random_version(struct random_source *random, span near,
                    char buffer[static RANDOM_VERSION_MAX]);

#endif
