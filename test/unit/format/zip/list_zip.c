// Prints the directory of each zip archive named on the command line, for the oracle: "path TAB
// name in hexadecimal TAB method TAB size TAB packed size TAB CRC-32 TAB header TAB data", or the
// path and '!' with the reason when it cannot be read. Data is '-' where it cannot be located.
#include "format/zip/zip.h"
#include "os/os.h"

#include <inttypes.h>
#include <stdio.h>

static void print_entry(const char *path, const struct content *content,
                        const struct zip_entry *entry, struct arena *mem)
{
    uint64_t offset = 0;
    printf("%s\t", path);
    for (size_t i = 0; i < entry->name.len; i++)
        printf("%02x", entry->name.ptr[i]);
    printf("\t%u\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu32 "\t%" PRIu64 "\t%s", entry->method,
           entry->size, entry->packed_size, entry->crc32, entry->header,
           entry->overlaps ? "overlaps " : "");
    if (zip_locate(content, entry, mem, &offset, NULL))
        printf("%" PRIu64 "\n", offset);
    else
        printf("-\n");
}

static void list(const char *path)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(1) << 30);
    struct limits limits = limits_default();
    struct zip zip = {0};
    struct err err = {0};
    span bytes = {0};
    if (!mem || !os_read_file(path, UINT64_C(1) << 29, mem, &bytes, &err)) {
        printf("%s\t! %s\n", path, err.text);
        return;
    }
    struct content content = content_of(bytes);
    if (!zip_open(&content, &limits, mem, &zip, &err)) {
        printf("%s\t! %s\n", path, err.text);
        return;
    }
    for (size_t i = 0; i < zip.count; i++)
        print_entry(path, &content, &zip.entries[i], mem);
    if (zip.damage.kind != ERR_NONE)
        printf("%s\t! %s\n", path, zip.damage.text);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        list(argv[i]);
    return 0;
}
