// The conformance documents of CycloneDX and SPDX: what is valid is read and nothing found odd in
// it, what is not is refused or noted. Those that are judged otherwise stand in deviations.tsv, and
// nothing else does.
// usage: test_documents DEVIATIONS CYCLONEDX SPDX-2 SPDX-3
#include "scan/sbom/sbom.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

enum { SKIPPED = 77, MOST = 1 << 24, MOST_DEVIATIONS = 64 };

struct deviation {
    char *pattern; // of the file's name
    bool used;
};

struct tally {
    struct arena *mem;
    struct deviation deviations[MOST_DEVIATIONS];
    size_t deviation_count;
    size_t valid;
    size_t invalid;
    size_t deviating;
    size_t wrong;
};

static bool read_whole(const char *path, struct arena *mem, span *ret)
{
    static uint8_t bytes[MOST];
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t len = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file); // read only
    return arena_span(mem, span_of(bytes, len), ret);
}

// ---------------------------------------------------------------- deviations

// "PATTERN<tab>what is done<tab>why"; '#' begins a comment.
static bool load_deviations(const char *path, struct tally *tally)
{
    span text = {0};
    if (!read_whole(path, tally->mem, &text))
        return false;
    while (text.len) {
        span line = span_cut_line(&text);
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (tally->deviation_count == MOST_DEVIATIONS)
            return false;
        char *pattern = arena_text(tally->mem, span_cut(&line, '\t'));
        tally->deviations[tally->deviation_count++] = (struct deviation){.pattern = pattern};
    }
    return true;
}

static bool deviates(struct tally *tally, const char *name)
{
    for (size_t i = 0; i < tally->deviation_count; i++)
        if (fnmatch(tally->deviations[i].pattern, name, 0) == 0) {
            tally->deviations[i].used = true;
            return true;
        }
    return false;
}

static void check_all_used(struct tally *tally)
{
    for (size_t i = 0; i < tally->deviation_count; i++)
        if (!tally->deviations[i].used) {
            printf("%s does not deviate\n", tally->deviations[i].pattern);
            tally->wrong++;
        }
}

// ---------------------------------------------------------------- documents

struct verdict {
    bool is_read;
    bool is_noted; // something is odd; that nothing can be known of a component is not
    char reason[256];
};

static struct verdict judge(const char *path)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(6U * MOST);
    const struct limits limits = limits_default();
    struct verdict verdict = {0};
    struct notes notes;
    struct image image = {0};
    struct bom bom = {0};
    struct err err = {0};
    span bytes = {0};
    if (!mem || !read_whole(path, mem, &bytes)) {
        (void)snprintf(verdict.reason, sizeof verdict.reason, "it cannot be opened");
        return verdict;
    }
    notes_init(&notes, mem, &limits);
    verdict.is_read = sbom_read(bytes, NULL, &limits, mem, &notes, &image, &bom, &err);
    (void)snprintf(verdict.reason, sizeof verdict.reason, "%s", err.text);
    for (size_t i = 0; i < notes.items.count; i++) {
        span text = LIST_AT(&notes.items, struct note, i)->text;
        if (span_contains(text, S("no package URL")))
            continue;
        verdict.is_noted = true;
        (void)snprintf(verdict.reason, sizeof verdict.reason, "%s", quote(text).text);
    }
    return verdict;
}

static void check_file(const char *path, const char *name, struct tally *tally)
{
    bool valid = !strstr(name, "invalid") && !strstr(name, "package_sbom");
    struct verdict verdict = judge(path);
    bool right =
        valid ? verdict.is_read && !verdict.is_noted : !verdict.is_read || verdict.is_noted;
    tally->valid += valid;
    tally->invalid += !valid;
    if (right)
        return;
    if (deviates(tally, name)) {
        tally->deviating++;
        return;
    }
    printf("%s: %s: %s\n", path, verdict.is_read ? "read" : "refused", verdict.reason);
    tally->wrong++;
}

static bool is_document(const char *name)
{
    const span endings[] = {S(".json"), S(".xml"), S(".spdx")};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (span_ends_with(span_of_text(name), endings[i]))
            return true;
    return false;
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
        if (!walk(inner, tally) && is_document(entry->d_name))
            check_file(inner, entry->d_name, tally);
    }
    (void)closedir(directory); // read only
    return true;
}

int main(int argc, char **argv)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(2U * MOST);
    struct tally tally = {.mem = mem};
    if (argc < 3 || !mem || !load_deviations(argv[1], &tally))
        return 1;
    for (int i = 2; i < argc; i++)
        if (!walk(argv[i], &tally)) {
            printf("SKIP: sbom/documents: %s is absent\n", argv[i]);
            return SKIPPED;
        }
    check_all_used(&tally);
    printf("%zu valid documents, %zu invalid or of other kinds; %zu deviate as listed, %zu wrong\n",
           tally.valid, tally.invalid, tally.deviating, tally.wrong);
    return tally.wrong || tally.valid == 0;
}
