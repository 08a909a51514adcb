// The first line is a pattern, the rest a path: a match must be covered, and so must what is above.
#include "model/model.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span path = span_of(data, size);
    span pattern = span_cut(&path, '\n');
    const struct wants wants = {.patterns = &pattern, .count = 1};
    if (!path_is_normal(path) || !wants_match(&wants, path))
        return 0;
    for (span above = path; above.len; above = path_parent(above))
        if (!wants_may_cover(&wants, above))
            abort();
    return 0;
}
