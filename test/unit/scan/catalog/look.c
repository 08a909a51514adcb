// Prints what the catalog says of each file named on the command line, for tests that compare it
// with what others say: "path TAB type TAB name TAB version TAB member" a package, and lines that
// begin with '!' for defects and '#' for notes. With --apart files are not in memory.
#include "os/os.h"
#include "scan/catalog/catalog.h"

#include <stdio.h>
#include <string.h>

static void print(span s)
{
    printf("%.*s", (int)s.len, (const char *)s.ptr);
}

static bool read_file(void *self, uint64_t offset, void *to, size_t len, struct err *err)
{
    size_t got = 0;
    for (uint8_t *at = to; len; len -= got, at += got, offset += got)
        if (!os_read_at(*(const int *)self, offset, at, len, &got, err) || got == 0)
            return false;
    return true;
}

static void print_insight(const char *path, const struct insight *insight)
{
    for (size_t i = 0; insight && i < insight->package_count; i++) {
        const struct package *package = &insight->packages[i];
        const span fields[] = {package->type, package->name, package->version, package->member};
        printf("%s", path);
        for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
            printf("\t");
            print(fields[k]);
        }
        printf("\n");
    }
    for (size_t i = 0; insight && i < insight->defect_count; i++) {
        printf("! %s ", path);
        print(insight->defects[i].member);
        printf(": ");
        print(insight->defects[i].text);
        printf("\n");
    }
}

static void print_notes(const struct notes *notes)
{
    for (size_t i = 0; i < notes->items.count; i++) {
        const struct note *note = LIST_AT(&notes->items, struct note, i);
        printf("# %s ", note_kind_name(note->kind));
        print(note->location);
        printf(": ");
        print(note->text);
        printf("\n");
    }
}

static bool look(struct inspector *inspector, const char *path, bool apart, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(1) << 31);
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(UINT64_C(1) << 31);
    struct limits limits = limits_default();
    struct os_stat stat = {0};
    struct notes notes = {0};
    const struct insight *insight = NULL;
    span bytes = {0};
    if (!mem || !scratch || !os_open_read(path, &fd, err) || !os_stat_fd(fd, &stat, err))
        return false;
    if (!apart && !os_read_all(fd, limits.file_bytes, mem, &bytes, err))
        return false;
    struct content content =
        apart ? (struct content){.size = stat.size, .self = &fd, .read = read_file}
              : content_of(bytes);
    notes_init(&notes, mem, &limits);
    span name = span_from(span_of_text(path), path[0] == '/');
    if (!inspector->look(inspector->self, name, &content, mem, scratch, &notes, &insight, err))
        return false;
    print_insight(path, insight);
    print_notes(&notes);
    return true;
}

int main(int argc, char **argv)
{
    struct limits limits = limits_default();
    struct catalog_options options = {.limits = &limits, .declared = true};
    struct catalog *catalog = NULL;
    struct err err = {0};
    bool apart = argc > 1 && strcmp(argv[1], "--apart") == 0;
    if (!catalog_new(&options, &catalog, &err))
        return 1;
    struct inspector inspector = catalog_inspector(catalog);
    int status = 0;
    for (int i = apart ? 2 : 1; i < argc; i++)
        if (!look(&inspector, argv[i], apart, &err)) {
            fprintf(stderr, "%s: %s\n", argv[i], err.text);
            status = 1;
        }
    catalog_free(catalog);
    return status;
}
