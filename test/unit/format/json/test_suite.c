// JSONTestSuite: every y_ file is read, every n_ file is refused, no i_ file does harm.
#include "format/json/json.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

enum { SKIPPED = 77, MOST = 1 << 20 };

// What jansson does not read although RFC 8259 lets it be: a NUL inside a key.
static const char *const refused_by_jansson[] = {"y_object_escaped_null_in_key.json"};

static bool read_whole(const char *path, struct arena *mem, span *ret)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = arena_alloc(mem, MOST);
    if (!file || !bytes)
        return false;
    size_t len = fread(bytes, 1, MOST, file);
    (void)fclose(file); // read only
    // An exact copy, so that a sanitizer sees a read past the end.
    return arena_span(mem, span_of(bytes, len), ret);
}

static bool must_be_read(const char *name)
{
    for (size_t i = 0; i < sizeof refused_by_jansson / sizeof *refused_by_jansson; i++)
        if (strcmp(name, refused_by_jansson[i]) == 0)
            return false;
    return name[0] == 'y';
}

static bool check_file(const char *directory, const char *name)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(4 * MOST);
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/%s", directory, name);
    span text = {0};
    if (!mem || len < 0 || (size_t)len >= sizeof path || !read_whole(path, mem, &text)) {
        printf("cannot read %s\n", path);
        return false;
    }
    CLEANUP(json_cleanup) struct json *json = NULL;
    struct err err = {0};
    bool is_read = json_parse(text, MOST, &json, &err);
    if ((must_be_read(name) && !is_read) || (name[0] == 'n' && is_read)) {
        printf("%s: %s\n", name, is_read ? "was read" : err.text);
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    DIR *directory = argc == 2 ? opendir(argv[1]) : NULL;
    if (!directory) {
        printf("SKIP: json/suite: %s is absent\n", argc == 2 ? argv[1] : "its directory");
        return SKIPPED;
    }
    unsigned count = 0;
    unsigned failed = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] == '.')
            continue;
        count++;
        failed += !check_file(argv[1], entry->d_name);
    }
    (void)closedir(directory); // read only
    printf("%u files, %u wrong\n", count, failed);
    return failed || count == 0;
}
