#include "fuzz_listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RECORD "var/lib/pacman/local/a-1-1/"

static struct file text_file(span path, span content)
{
    return (struct file){.path = path,
                         .type = FILE_REGULAR,
                         .content = content,
                         .size = content.len,
                         .has_content = true};
}

// The list of files as the catalog has unpacked it.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct insight insight = {.sums = span_of(data, size)};
    struct file files[] = {
        text_file(S(RECORD "desc"), S("%NAME%\na\n\n%VERSION%\n1-1\n")),
        text_file(S(RECORD "files"), S("%FILES%\nusr/bin/a\n")),
        {.path = S(RECORD "mtree"), .type = FILE_REGULAR, .insight = &insight},
    };
    fuzz_files(files, sizeof files / sizeof *files);
    return 0;
}
