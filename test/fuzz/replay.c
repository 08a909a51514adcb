// Runs a fuzz target over files: every seed is a regression test, without libFuzzer.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    uint8_t *data = NULL;
    size_t size = 0;
    for (size_t cap = 1 << 16;; cap *= 2) {
        data = realloc(data, cap);
        if (!data)
            abort();
        size += fread(data + size, 1, cap - size, file);
        if (size < cap)
            break;
    }
    (void)fclose(file); // read only: nothing can be lost
    // An exact copy, so that a sanitizer sees a read past the end.
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact)
        abort();
    memcpy(exact, data, size);
    (void)LLVMFuzzerTestOneInput(exact, size); // always 0
    free(exact);
    free(data);
    return 0;
}

static int replay_directory(const char *path, unsigned *count)
{
    DIR *directory = opendir(path);
    if (!directory) {
        perror(path);
        return 1;
    }
    int failed = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] == '.')
            continue;
        char name[4096];
        int len = snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (len < 0 || (size_t)len >= sizeof name)
            failed = 1;
        else
            failed |= replay_file(name);
        ++*count;
    }
    (void)closedir(directory); // read only
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    unsigned count = 0;
    for (int i = 1; i < argc; i++)
        failed |= replay_directory(argv[i], &count);
    printf("replayed %u seeds\n", count);
    return failed || count == 0;
}
