#include "base/base.h"

#include <string.h>

// A merge sort in place. Where the shorter side fits a small buffer it is merged through that; what
// is longer is first cut by rotation (Kim and Kutzner, "Stable Minimum Storage Merging by Symmetric
// Comparisons", 2004). It needs no memory but some stack, so it cannot fail, and hostile orders
// cost no more than O(n log² n) moves.

struct sorting {
    uint8_t *items;
    size_t size;
    int (*compare)(const void *a, const void *b);
    uint8_t *buffer; // BUFFER bytes, aligned for any item
};

enum {
    RUN = 16, // items sorted by insertion, where that is faster than merging
    LARGEST_ITEM = 1024,
    BUFFER = 8192,
};

static bool less(const struct sorting *s, size_t a, size_t b)
{
    return s->compare(s->items + a * s->size, s->items + b * s->size) < 0;
}

static void swap_bytes(uint8_t *a, uint8_t *b, size_t len)
{
    uint8_t held[256];
    while (len) {
        size_t step = len < sizeof held ? len : sizeof held;
        memcpy(held, a, step);
        memcpy(a, b, step);
        memcpy(b, held, step);
        a += step;
        b += step;
        len -= step;
    }
}

static void swap_ranges(const struct sorting *s, size_t a, size_t b, size_t count)
{
    swap_bytes(s->items + a * s->size, s->items + b * s->size, count * s->size);
}

static void sort_run(const struct sorting *s, size_t from, size_t to)
{
    uint8_t held[LARGEST_ITEM];
    for (size_t i = from + 1; i < to; i++) {
        size_t place = i;
        while (place > from && less(s, i, place - 1))
            place--;
        if (place == i)
            continue;
        uint8_t *hole = s->items + place * s->size;
        memcpy(held, s->items + i * s->size, s->size);
        memmove(hole + s->size, hole, (i - place) * s->size);
        memcpy(hole, held, s->size);
    }
}

// Exchanges the neighbours [from, middle) and [middle, to).
static void rotate(const struct sorting *s, size_t from, size_t middle, size_t to)
{
    size_t left = middle - from;
    size_t right = to - middle;
    while (left != right) {
        if (left > right) {
            swap_ranges(s, middle - left, middle, right);
            left -= right;
        } else {
            swap_ranges(s, middle - left, middle + right - left, left);
            right -= left;
        }
    }
    swap_ranges(s, middle - left, middle, left);
}

// Merges [from, middle), which fits the buffer, with [middle, to): forwards, into the room that the
// buffered items have left.
static void merge_low(const struct sorting *s, size_t from, size_t middle, size_t to)
{
    size_t held = (middle - from) * s->size;
    const uint8_t *low = s->buffer;
    const uint8_t *low_end = low + held;
    const uint8_t *high = s->items + middle * s->size;
    const uint8_t *high_end = s->items + to * s->size;
    uint8_t *out = s->items + from * s->size;
    memcpy(s->buffer, out, held);
    while (low < low_end && high < high_end) {
        const uint8_t **next = s->compare(high, low) < 0 ? &high : &low;
        memcpy(out, *next, s->size);
        *next += s->size;
        out += s->size;
    }
    memcpy(out, low, (size_t)(low_end - low)); // what is left of the high ones is in its place
}

// The same where [middle, to) fits the buffer: backwards.
static void merge_high(const struct sorting *s, size_t from, size_t middle, size_t to)
{
    size_t held = (to - middle) * s->size;
    const uint8_t *first = s->items + from * s->size;
    const uint8_t *low = s->items + middle * s->size;
    const uint8_t *high = s->buffer + held;
    uint8_t *out = s->items + to * s->size;
    memcpy(s->buffer, low, held);
    while (low > first && high > s->buffer) {
        const uint8_t **next = s->compare(high - s->size, low - s->size) < 0 ? &low : &high;
        *next -= s->size;
        out -= s->size;
        memcpy(out, *next, s->size);
    }
    size_t left = (size_t)(high - s->buffer);
    memcpy(out - left, s->buffer, left);
}

// The first place in [from, to) whose item, mirrored at `sum`, is not below its counterpart.
static size_t find_cut(const struct sorting *s, size_t from, size_t to, size_t sum)
{
    while (from < to) {
        size_t at = from + (to - from) / 2;
        if (!less(s, sum - at, at))
            from = at + 1;
        else
            to = at;
    }
    return from;
}

// Merges the sorted neighbours [from, middle) and [middle, to). Each call halves the range, so the
// recursion is no deeper than size_t has bits.
static void merge(const struct sorting *s, size_t from, size_t middle, size_t to)
{
    if (from == middle || middle == to || !less(s, middle, middle - 1))
        return;
    if ((middle - from) * s->size <= BUFFER) {
        merge_low(s, from, middle, to);
        return;
    }
    if ((to - middle) * s->size <= BUFFER) {
        merge_high(s, from, middle, to);
        return;
    }
    size_t centre = from + (to - from) / 2;
    size_t sum = centre + middle;
    size_t start = middle > centre ? find_cut(s, sum - to, centre, sum - 1)
                                   : find_cut(s, from, middle, sum - 1);
    size_t end = sum - start;
    if (start < middle && middle < end)
        rotate(s, start, middle, end);
    merge(s, from, start, centre);
    merge(s, centre, end, to);
}

void sort_items(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    assert(size <= LARGEST_ITEM);
    _Alignas(max_align_t) uint8_t buffer[BUFFER];
    struct sorting s = {.items = items, .size = size, .compare = compare, .buffer = buffer};
    for (size_t from = 0; from < count; from += RUN)
        sort_run(&s, from, count - from < RUN ? count : from + RUN);
    for (size_t run = RUN; run < count; run *= 2) {
        for (size_t from = 0; count - from > run; from += 2 * run) {
            size_t to = count - from < 2 * run ? count : from + 2 * run;
            merge(&s, from, from + run, to);
            if (to == count)
                break;
        }
    }
}

static int by_number(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

size_t sort_distinct(int64_t *numbers, size_t count)
{
    size_t kept = 0;
    sort_items(numbers, count, sizeof *numbers, by_number);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || numbers[kept - 1] != numbers[i])
            numbers[kept++] = numbers[i];
    return kept;
}
