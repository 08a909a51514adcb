#include "fuzz_listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const span desc = S("%NAME%\na\n\n%VERSION%\n1-1\n");
    struct file known = {.path = S("var/lib/pacman/local/a-1-1/desc"),
                         .type = FILE_REGULAR,
                         .content = desc,
                         .size = desc.len,
                         .has_content = true};
    fuzz_listing(known, S("var/lib/pacman/local/a-1-1/files"), data, size);
    return 0;
}
