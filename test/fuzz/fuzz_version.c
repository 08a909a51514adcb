// Two lines: the first byte of the first picks the scheme; the rest are two versions or a
// constraint and a version. Nothing may crash, valid versions must have an order both ways, and a
// version that satisfies a constraint lies in one of its intervals.
#include "version/version.h"

enum { BUDGET = 1 << 20 };

static bool is_inside(enum scheme scheme, const struct version_interval *interval, span key)
{
    const struct version_bound *low = &interval->low;
    const struct version_bound *high = &interval->high;
    int above = low->version.len ? version_key_compare(scheme, key, low->key) : 1;
    int below = high->version.len ? version_key_compare(scheme, key, high->key) : -1;
    return (above > 0 || (above == 0 && low->is_inclusive)) &&
           (below < 0 || (below == 0 && high->is_inclusive));
}

static void check_intervals(enum scheme scheme, span constraint, span version, bool holds)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    struct version_intervals intervals = {0};
    struct version_key key;
    if (scheme == SCHEME_PACMAN || !version_key_of(scheme, version, &key) ||
        !version_intervals(scheme, constraint, mem, &intervals, NULL))
        return; // pacman has no total order, apk asks how versions start
    size_t count = 0;
    for (size_t i = 0; i < intervals.count; i++)
        count += is_inside(scheme, &intervals.items[i], span_of(key.bytes, key.len));
    assert(count <= 1);
    assert(scheme == SCHEME_NPM ? count == 1 || !holds : (count > 0) == holds);
}

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
    if (version_satisfies(scheme, a, b, &holds, &err)) // either answer is fine
        check_intervals(scheme, a, b, holds);
    return 0;
}
