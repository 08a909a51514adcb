// Two lines: the first byte of the first picks the scheme; the rest are two versions or a
// constraint and a version. Nothing may crash, and valid versions must have an order both ways.
#include "version/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span b = span_of(data, size);
    enum scheme scheme = b.len ? (enum scheme)(b.ptr[0] % SCHEME_COUNT) : SCHEME_DEB;
    b = span_from(b, 1);
    span a = span_cut(&b, '\n');
    int forth = 0;
    int back = 0;
    bool valid = version_valid(scheme, a) && version_valid(scheme, b);
    assert(version_compare(scheme, a, b, &forth) == valid);
    assert(version_compare(scheme, b, a, &back) == valid);
    assert(forth == -back);
    bool holds = false;
    struct err err = {0};
    (void)version_satisfies(scheme, a, b, &holds, &err); // either answer is fine
    return 0;
}
