// Several pom.xml, divided by NUL bytes, as the projects of directories in one another.
#include "maven/maven.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const span paths[] = {S("a/b/pom.xml"), S("a/c/pom.xml"), S("a/pom.xml"), S("pom.xml")};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits = limits_default();
    limits.packages = 1000;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    struct pom_tree *tree = NULL;
    struct err err = {0};
    size_t count = 0;
    if (!mem || !pom_tree_new(&limits, mem, &tree, &err))
        return 0;
    span rest = span_of(data, size);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct pom *pom = NULL;
        if (pom_read(span_cut(&rest, '\0'), &limits, mem, &pom, &err))
            count += pom_tree_add(tree, paths[i], pom, &err);
    }
    if (!pom_tree_link(tree, &err))
        return 0;
    for (size_t i = 0; i < count; i++) {
        struct list needed = {0};
        (void)pom_tree_dependencies(tree, i, mem, &needed, &err); // it only has to end well
    }
    return 0;
}
