// Does a layer bring a file anew, or only once more what a lower one has brought?
#include "scan/unpack/stack_inner.h"

static bool same_packages(const struct insight *a, const struct insight *b)
{
    if (a->package_count != b->package_count)
        return false;
    for (size_t i = 0; i < a->package_count; i++)
        if (package_compare(&a->packages[i], &b->packages[i]) != 0 ||
            !span_equal(a->packages[i].member, b->packages[i].member))
            return false;
    return true;
}

static bool same_defects(const struct insight *a, const struct insight *b)
{
    if (a->defect_count != b->defect_count)
        return false;
    for (size_t i = 0; i < a->defect_count; i++)
        if (!span_equal(a->defects[i].member, b->defects[i].member) ||
            !span_equal(a->defects[i].text, b->defects[i].text))
            return false;
    return true;
}

// An executable is known by its build-id; one without cannot be told from another.
static bool same_binary(const struct binary *a, const struct binary *b)
{
    if (!a || !b)
        return a == b;
    return a->build_id.len && span_equal(a->build_id, b->build_id);
}

static bool same_insight(const struct insight *a, const struct insight *b)
{
    if (!a || !b)
        return a == b;
    return same_packages(a, b) && same_defects(a, b) && same_binary(a->binary, b->binary) &&
           span_equal(a->licenses, b->licenses) && span_equal(a->project, b->project) &&
           span_equal(a->sums, b->sums);
}

bool file_tells_same(const struct file *a, const struct file *b)
{
    return a->type == b->type && a->has_content == b->has_content && a->size == b->size &&
           span_equal(a->link, b->link) && span_equal(a->content, b->content) &&
           same_insight(a->insight, b->insight);
}
