// Shows files to the catalog, one a line of standard input, and prints what they say: for
// comparisons with the tools of others.
#include "os/os.h"
#include "scan/catalog/catalog.h"

#include <stdio.h>
#include <string.h>

struct shown {
    int fd;
    uint64_t reads;
};

static bool read_file(void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    struct shown *shown = self;
    size_t done = 0;
    size_t got = 1;
    shown->reads++;
    for (; done < len && got; done += got)
        if (!os_read_at(shown->fd, offset + done, (uint8_t *)to + done, len - done, &got, err))
            return false;
    return done == len || err_set(err, ERR_INPUT, "the file has become shorter");
}

static void print_span(const char *word, span s)
{
    if (s.len)
        printf("%s\t%.*s\n", word, (int)s.len, (const char *)s.ptr);
}

static void print_package(const struct package *package)
{
    printf("package\t%.*s\t%.*s\t%.*s\n", (int)package->type.len, (const char *)package->type.ptr,
           (int)package->name.len, (const char *)package->name.ptr, (int)package->version.len,
           (const char *)package->version.ptr);
}

static void print_insight(const struct insight *insight)
{
    for (size_t i = 0; i < insight->package_count; i++)
        print_package(&insight->packages[i]);
    const struct binary *binary = insight->binary;
    if (!binary)
        return;
    print_span("build-id", binary->build_id);
    print_span("interpreter", binary->interpreter);
    for (size_t i = 0; i < binary->needed.count; i++)
        print_span("needed", binary->needed.items[i]);
}

static void print_notes(const struct notes *notes)
{
    for (size_t i = 0; i < notes->items.count; i++) {
        const struct note *note = LIST_AT(&notes->items, struct note, i);
        printf("note\t%s\t%.*s\n", note_kind_name(note->kind), (int)note->text.len,
               (const char *)note->text.ptr);
    }
}

static bool show(const struct catalog *catalog, const struct limits *limits, const char *path)
{
    CLEANUP(os_close) int fd = -1;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 28);
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(1 << 28);
    struct inspector inspector = catalog_inspector(catalog);
    struct os_stat stat = {0};
    struct err err = {0};
    if (!mem || !scratch || !os_open_read(path, &fd, &err) || !os_stat_fd(fd, &stat, &err) ||
        stat.kind != OS_FILE)
        return true;
    struct shown shown = {.fd = fd};
    struct content content = {.size = stat.size, .self = &shown, .read = read_file};
    struct notes notes;
    const struct insight *insight = NULL;
    span start = {0};
    notes_init(&notes, mem, limits);
    if (!content_read(&content, 0, stat.size < 64 ? stat.size : 64, scratch, &start, &err))
        return true;
    span name = span_from(span_of_text(path), 1);
    if (!inspector.wants(inspector.self, name, stat.size, start))
        return true;
    uint64_t before = os_monotonic_ns();
    if (!inspector.look(inspector.self, name, &content, mem, scratch, &notes, &insight, &err))
        return err_add(&err, "look");
    uint64_t after = os_monotonic_ns();
    printf("file\t%s\t%llu\t%llu\n", path, (unsigned long long)(after - before) / 1000,
           (unsigned long long)shown.reads);
    if (insight)
        print_insight(insight);
    print_notes(&notes);
    return true;
}

int main(void)
{
    struct limits limits = limits_default();
    struct catalog_options options = {.limits = &limits};
    struct catalog *catalog = NULL;
    char path[4096];
    bool ok = catalog_new(&options, &catalog, NULL);
    while (ok && fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = '\0';
        ok = show(catalog, &limits, path);
    }
    catalog_free(catalog);
    return ok ? 0 : 1;
}
