// A Berkeley DB hash, as it stands.
#include "fuzz_rpmdb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_database(span_of(data, size), (span){0});
    return 0;
}
