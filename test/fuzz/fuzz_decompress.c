// decompress: xz and bzip2, and whatever the first bytes say.
#include "fuzz_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span bytes = span_of(data, size);
    fuzz_decompress(compression_detect(bytes), bytes);
    fuzz_decompress(COMPRESSION_XZ, bytes);
    fuzz_decompress(COMPRESSION_BZIP2, bytes);
    return 0;
}
