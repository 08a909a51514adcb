// What the steps over the layers of an image cost: bench_layers BLOB... (lowest first) prints a
// table. Nothing is jailed, and one thread does everything.
#include "detect/integrity/integrity.h"
#include "os/os.h"
#include "scan/catalog/catalog.h"
#include "scan/unpack/unpack.h"

#include <stdio.h>
#include <time.h>

enum { MOST_LAYERS = 64, REPEATS = 21 };

struct bench {
    struct limits limits;
    struct arena *mem;
    struct catalog *catalog;
    struct extract extracts[MOST_LAYERS];
    span bytes[MOST_LAYERS]; // of the extracts
    size_t count;
};

// Processor time: what busy neighbours take does not count.
static double processor_ms(void)
{
    return (double)clock() * (1e3 / CLOCKS_PER_SEC);
}

static void report(const char *what, double since, size_t repeats)
{
    printf("%-44s %10.2f ms\n", what, (processor_ms() - since) / (double)repeats);
}

// ---------------------------------------------------------------- unpacking

static bool unpack_all(struct bench *bench, char **paths, bool inspect, bool roster,
                       struct err *err)
{
    struct inspector inspector = catalog_inspector(bench->catalog);
    CLEANUP(os_close) int scratch = -1;
    if (!os_spool_file("/tmp", &scratch, err))
        return false;
    for (size_t i = 0; i < bench->count; i++) {
        CLEANUP(os_close) int fd = -1;
        const struct unpack_options options = {
            .wants = &(struct wants){0},
            .roster = roster ? &integrity_wants : NULL,
            .inspector = inspect ? &inspector : NULL,
            .limits = &bench->limits,
            .scratch_fd = scratch,
            .lowest = i == 0,
        };
        if (!os_open_read(paths[i], &fd, err))
            return false;
        const struct layer_input input = {.file = {.fd = fd}};
        if (!unpack_layer(&input, &options, bench->mem, &bench->extracts[i], err))
            return false;
    }
    return true;
}

static bool measure_unpack(struct bench *bench, char **paths, struct err *err)
{
    static const char *const names[] = {"unpack, digests of the layers", "  with inspectors",
                                        "  with a roster", "  with both"};
    for (unsigned i = 0; i < 4; i++) {
        arena_reset(bench->mem);
        double since = processor_ms();
        if (!unpack_all(bench, paths, i & 1, i & 2, err))
            return false;
        report(names[i], since, 1);
    }
    return true;
}

// ---------------------------------------------------------------- as bytes

static bool measure_bytes(struct bench *bench, struct err *err)
{
    size_t bytes = 0;
    double since = processor_ms();
    for (size_t i = 0; i < bench->count; i++) {
        struct text text;
        text_init(&text, bench->mem, SIZE_MAX);
        extract_write(&bench->extracts[i], &text);
        bench->bytes[i] = text_span(&text);
        bytes += text.len;
    }
    report("extracts written", since, 1);
    printf("%-44s %10.2f MB\n", "  their size", (double)bytes / 1e6);
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(bench->limits.memory_bytes);
    since = processor_ms();
    for (size_t n = 0; n < REPEATS; n++) {
        arena_reset(mem);
        for (size_t i = 0; i < bench->count; i++) {
            struct extract extract = {0};
            if (!extract_read(bench->bytes[i], &bench->limits, mem, &extract, err))
                return false;
        }
    }
    report("extracts read", since, REPEATS);
    return true;
}

// ---------------------------------------------------------------- on top of each other

static bool stack_all(struct bench *bench, struct arena *mem, struct stack **ret, struct err *err)
{
    struct notes notes;
    notes_init(&notes, mem, &bench->limits);
    if (!stack_new(&bench->limits, (hash_key){1, 2}, mem, &notes, ret, err))
        return false;
    for (size_t i = 0; i < bench->count; i++)
        if (!stack_add(*ret, &bench->extracts[i], err))
            return false;
    return true;
}

static bool measure_stack(struct bench *bench, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(bench->limits.memory_bytes);
    double added = 0;
    double listed = 0;
    double rostered = 0;
    struct tree tree = {0};
    struct roster roster = {0};
    for (size_t n = 0; n < REPEATS; n++) {
        struct stack *stack = NULL;
        arena_reset(mem);
        double start = processor_ms();
        if (!stack_all(bench, mem, &stack, err))
            return false;
        double stacked = processor_ms();
        if (!stack_tree(stack, true, &tree, err))
            return false;
        double done = processor_ms();
        if (!stack_roster(stack, &roster, err))
            return false;
        added += stacked - start;
        listed += done - stacked;
        rostered += processor_ms() - done;
    }
    size_t files = 0;
    for (size_t i = 0; i < roster.count; i++)
        files += roster.directories[i].count;
    printf("%-44s %10.2f ms\n", "layers stacked", added / REPEATS);
    printf("%-44s %10.2f ms  %zu files\n", "  their tree", listed / REPEATS, tree.count);
    printf("%-44s %10.2f ms  %zu files in %zu directories\n", "  their roster", rostered / REPEATS,
           files, roster.count);
    return true;
}

static bool run(struct bench *bench, char **paths, struct err *err)
{
    const struct catalog_options options = {.limits = &bench->limits};
    return catalog_new(&options, &bench->catalog, err) && measure_unpack(bench, paths, err) &&
           measure_bytes(bench, err) && measure_stack(bench, err);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    struct err err = {0};
    bench.limits = limits_default();
    bench.mem = arena_new(bench.limits.memory_bytes);
    bench.count = (size_t)argc - 1;
    if (!bench.mem || argc < 2 || argc > MOST_LAYERS) {
        (void)fputs("usage: bench_layers BLOB...\n", stderr);
        return 64;
    }
    bool ok = run(&bench, argv + 1, &err);
    catalog_free(bench.catalog);
    arena_free(bench.mem);
    if (!ok)
        (void)fprintf(stderr, "bench_layers: %s\n", err.text);
    return ok ? 0 : 1;
}
