// The conformance documents of CycloneDX and SPDX: what is valid is read, what is not does no harm.
// usage: test_documents CYCLONEDX SPDX-2 SPDX-3
#include "scan/sbom/sbom.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

enum { SKIPPED = 77, MOST = 1 << 24 };

// Valid, and not read all the same.
static const char *const refused[] = {
    "SPDXJSONExample-UTF-16.spdx.json", // RFC 8259, 8.1: JSON between systems is UTF-8
};

struct tally {
    size_t valid;
    size_t invalid;
    size_t invalid_read;
    size_t wrong;
};

static bool read_whole(const char *path, struct arena *mem, span *ret)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = arena_alloc(mem, MOST);
    if (!file || !bytes)
        return false;
    size_t len = fread(bytes, 1, MOST, file);
    (void)fclose(file); // read only
    return arena_span(mem, span_of(bytes, len), ret);
}

static bool must_be_read(const char *name)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (strcmp(name, refused[i]) == 0)
            return false;
    return !strstr(name, "invalid") && !strstr(name, "package_sbom");
}

static void check_file(const char *path, const char *name, struct tally *tally)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(4U * MOST);
    const struct limits limits = limits_default();
    struct notes notes;
    struct image image = {0};
    struct bom bom = {0};
    struct err err = {0};
    span bytes = {0};
    if (!mem || !read_whole(path, mem, &bytes)) {
        printf("cannot read %s\n", path);
        tally->wrong++;
        return;
    }
    notes_init(&notes, mem, &limits);
    bool is_read = sbom_read(bytes, NULL, &limits, mem, &notes, &image, &bom, &err);
    if (!must_be_read(name)) {
        tally->invalid++;
        tally->invalid_read += is_read;
        return;
    }
    tally->valid++;
    if (is_read)
        return;
    printf("%s: %s\n", path, err.text);
    tally->wrong++;
}

static bool walk(const char *path, struct tally *tally)
{
    DIR *directory = opendir(path);
    if (!directory)
        return false;
    for (struct dirent *entry; (entry = readdir(directory));) {
        char inner[4096];
        int len = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] == '.' || len < 0 || (size_t)len >= sizeof inner)
            continue;
        if (!walk(inner, tally) && strstr(entry->d_name, ".json"))
            check_file(inner, entry->d_name, tally);
    }
    (void)closedir(directory); // read only
    return true;
}

int main(int argc, char **argv)
{
    struct tally tally = {0};
    for (int i = 1; i < argc; i++)
        if (!walk(argv[i], &tally)) {
            printf("SKIP: sbom/documents: %s is absent\n", argv[i]);
            return SKIPPED;
        }
    printf("%zu valid documents, %zu wrong; %zu invalid or of other kinds, of which %zu are read\n",
           tally.valid, tally.wrong, tally.invalid, tally.invalid_read);
    return tally.wrong || tally.valid == 0;
}
