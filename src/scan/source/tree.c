// dir: and host: files as they lie, below a root that no link leaves.
#include "os/os.h"
#include "scan/source/platform_inner.h"
#include "scan/source/source_inner.h"
#include "scan/source/walk_inner.h"

bool open_tree(struct source *source, const char *path, struct err *err)
{
    if (!os_open_directory(path, &source->root_fd, err))
        return false;
    source->image.platform = platform_complete(source->options->platform);
    return true;
}

bool source_extract(struct source *source, struct arena *mem, struct extract *ret, struct err *err)
{
    assert(source_is_tree(source));
    bool host = span_equal(source->image.kind, S("host"));
    return walk_wanted(source->root_fd, source->options->wants, host, source->options->limits, mem,
                       ret, err);
}
