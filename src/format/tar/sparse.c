#include "format/tar/tar_inner.h"

enum { NUMBER_SIZE = 12, DESCRIPTOR_SIZE = 24 };

bool sparse_read_gnu(span descriptors, size_t count, struct list *runs, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        span descriptor = span_slice(descriptors, i * DESCRIPTOR_SIZE, DESCRIPTOR_SIZE);
        if (descriptor.len < DESCRIPTOR_SIZE || descriptor.ptr[0] == '\0')
            return true;
        struct sparse_run run = {0};
        if (!header_number(span_first(descriptor, NUMBER_SIZE), &run.offset) ||
            !header_number(span_from(descriptor, NUMBER_SIZE), &run.length))
            return err_set(err, ERR_INPUT, "tar: sparse map: not a number");
        struct sparse_run *added = LIST_ADD(runs, struct sparse_run);
        if (!added)
            return err_set(err, ERR_LIMIT, "tar: sparse map: too many runs");
        *added = run;
    }
    return true;
}

static bool cut_number(span *text, uint64_t *ret, struct err *err)
{
    if (!span_to_u64(span_cut(text, '\n'), ret))
        return err_set(err, ERR_INPUT, "tar: sparse map: not a number");
    return true;
}

bool sparse_read_1_0(span text, struct list *runs, struct err *err)
{
    uint64_t count = 0;
    if (!cut_number(&text, &count, err))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        struct sparse_run run = {0};
        if (!cut_number(&text, &run.offset, err) || !cut_number(&text, &run.length, err))
            return false;
        struct sparse_run *added = LIST_ADD(runs, struct sparse_run);
        if (!added)
            return err_set(err, ERR_LIMIT, "tar: sparse map: too many runs");
        *added = run;
    }
    return true;
}

bool sparse_count_1_0(span text, uint64_t *ret_lines, struct err *err)
{
    uint64_t count = 0;
    if (!cut_number(&text, &count, err))
        return false;
    if (count > UINT32_MAX)
        return err_set(err, ERR_LIMIT, "tar: sparse map: too many runs");
    *ret_lines = 1 + 2 * count;
    return true;
}

bool sparse_check(const struct list *runs, uint64_t size, uint64_t stored, struct err *err)
{
    uint64_t end = 0;
    uint64_t total = 0;
    for (size_t i = 0; i < runs->count; i++) {
        const struct sparse_run *run = LIST_AT(runs, struct sparse_run, i);
        if (run->offset < end || __builtin_add_overflow(run->offset, run->length, &end) ||
            end > size)
            return err_set(err, ERR_INPUT, "tar: sparse map: run %zu is out of order", i);
        total += run->length; // no overflow: runs are disjoint inside the file
    }
    if (total != stored)
        return err_set(err, ERR_INPUT, "tar: sparse map: %llu bytes mapped, %llu stored",
                       (unsigned long long)total, (unsigned long long)stored);
    return true;
}
