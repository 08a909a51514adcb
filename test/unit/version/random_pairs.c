// Prints random pairs of versions with our answer, "a TAB b TAB -1|0|1", for a packaging system's
// own tool to judge.
//
// usage: random_pairs SCHEME COUNT [TABLE...]   versions in the tables' first two columns are used
#include "random_version.h"

#include <stdio.h>
#include <stdlib.h>

static void read_table(const char *path, enum scheme scheme, struct arena *mem, struct list *real)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return; // without ../shared there are only composed versions
    char line[1024];
    while (fgets(line, sizeof line, file)) {
        span rest = span_trim(span_of_text(line));
        for (int column = 0; column < 2; column++) {
            span version = span_cut(&rest, '\t');
            span *item = version.len && version_valid(scheme, version) ? list_add(real) : NULL;
            if (item && !arena_span(mem, version, item))
                exit(EXIT_FAILURE);
        }
    }
    (void)fclose(file); // read only
}

int main(int argc, char **argv)
{
    uint64_t count = 0;
    struct random_source random = {.state = 1};
    if (argc < 3 || !scheme_parse(span_of_text(argv[1]), &random.scheme) ||
        !span_to_u64(span_of_text(argv[2]), &count))
        return EXIT_FAILURE;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 20);
    if (!mem)
        return EXIT_FAILURE;
    struct list real = {0};
    list_init(&real, mem, sizeof(span), 1 << 20);
    for (int i = 3; i < argc; i++)
        read_table(argv[i], random.scheme, mem, &real);
    random.real = real.items;
    random.real_count = real.count;
    for (uint64_t i = 0; i < count; i++) {
        char buffers[2][RANDOM_VERSION_MAX];
        span a = random_version(&random, (span){0}, buffers[0]);
        span b = random_version(&random, a, buffers[1]);
        int order = 0;
        if (!version_compare(random.scheme, a, b, &order))
            return EXIT_FAILURE;
        printf("%.*s\t%.*s\t%d\n", (int)a.len, (const char *)a.ptr, (int)b.len, (const char *)b.ptr,
               order);
    }
    return EXIT_SUCCESS;
}
