// zlib and bare deflate: any bytes end the stream or fail it.
#include "fuzz_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_decompress(COMPRESSION_ZLIB, span_of(data, size));
    fuzz_decompress(COMPRESSION_DEFLATE, span_of(data, size));
    return 0;
}
