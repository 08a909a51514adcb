// Reads VEX documents and says what it made of them: one line a file, for check_documents.py.
#include "os/os.h"
#include "suppress/suppress_inner.h"

#include <stdio.h>

static bool count(const char *path, struct arena *mem, struct err *err)
{
    struct limits limits = limits_default();
    struct suppress *suppress = NULL;
    span text = {0};
    size_t names = 0;
    if (!suppress_new(&limits, 0, mem, &suppress, err) ||
        !os_read_file(path, limits.feed_bytes, mem, &text, err) ||
        !suppress_add_vex(suppress, SUPPRESS_FILE, S("vex"), text, err))
        return false;
    const struct document *document = suppress_document(suppress, 0);
    for (size_t i = 0; i < suppress->vexes.count; i++)
        names += LIST_AT(&suppress->vexes, struct vex, i)->flaws.count;
    printf("%s %s statements=%zu names=%zu clauses=%zu unknown=%zu unexplained=%zu\n", path,
           document->format, document->statements, names, suppress->clauses.count,
           document->unknown, document->unexplained);
    return true;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(1) << 30);
        struct err err = {0};
        if (mem && !count(argv[i], mem, &err))
            printf("%s error %s\n", argv[i], err.text);
    }
    return 0;
}
