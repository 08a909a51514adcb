#include "feeds/gentoo_inner.h"

#include "version/version.h"

// Versions between two ends; an empty end is open to that side.
struct range {
    span low;
    span high;
    bool after_low;  // low itself is not in it
    bool up_to_high; // high itself is in it
};

// Where the ranges of one package are worked out.
struct work {
    struct draft *draft;
    span name;
    struct list ranges; // of struct range
};

static int compare(span a, span b)
{
    int order = 0;
    return version_compare(SCHEME_PORTAGE, a, b, &order) ? order : 0; // all were checked
}

static bool is_empty(const struct range *range)
{
    if (!range->low.len || !range->high.len)
        return false;
    int order = compare(range->low, range->high);
    return order > 0 || (order == 0 && (range->after_low || !range->up_to_high));
}

static struct range intersect(struct range a, const struct range *b)
{
    int low = a.low.len && b->low.len ? compare(b->low, a.low) : 0;
    if (b->low.len && (!a.low.len || low > 0 || (low == 0 && b->after_low))) {
        a.low = b->low;
        a.after_low = b->after_low;
    }
    int high = a.high.len && b->high.len ? compare(b->high, a.high) : 0;
    if (b->high.len && (!a.high.len || high < 0 || (high == 0 && !b->up_to_high))) {
        a.high = b->high;
        a.up_to_high = b->up_to_high;
    }
    return a;
}

static void add_range(struct list *ranges, const struct range *range)
{
    struct range *item = is_empty(range) ? NULL : LIST_ADD(ranges, struct range);
    if (item)
        *item = *range;
}

// Takes the versions in `hole` out of all ranges.
static void subtract(struct work *work, const struct range *hole)
{
    struct list left = {0};
    list_init(&left, work->ranges.mem, sizeof(struct range), SIZE_MAX);
    const struct range below = {.high = hole->low, .up_to_high = hole->after_low};
    const struct range above = {.low = hole->high, .after_low = hole->up_to_high};
    for (size_t i = 0; i < work->ranges.count; i++) {
        const struct range *range = LIST_AT(&work->ranges, struct range, i);
        struct range part = intersect(*range, &below);
        if (hole->low.len)
            add_range(&left, &part);
        part = intersect(*range, &above);
        if (hole->high.len)
            add_range(&left, &part);
    }
    left.failed |= work->ranges.failed;
    work->ranges = left;
}

// ---------------------------------------------------------------- bounds

static span joined(struct work *work, span head, span tail)
{
    struct text text = {0};
    text_init(&text, work->ranges.mem, SIZE_MAX);
    text_add(&text, head);
    text_add(&text, tail);
    if (!text_ok(&text))
        work->ranges.failed = true;
    return text_span(&text);
}

// "1.2-r3" without "-r3".
static span without_revision(span version)
{
    size_t dash = span_find_last(version, '-');
    return dash == SPAN_NONE ? version : span_first(version, dash);
}

// Cuts a range to the revisions of one version. The end is a revision that nobody reaches.
static void limit_to_revisions(struct work *work, span version, struct range *range)
{
    span base = without_revision(version);
    const struct range revisions = {
        .low = base,
        .high = joined(work, base, S("-r999999999")),
        .up_to_high = true,
    };
    *range = intersect(*range, &revisions);
}

// False for an operator that is none.
static bool read_operator(span operator, span version, struct range *ret)
{
    if (span_equal(operator, S("lt")))
        *ret = (struct range){.high = version};
    else if (span_equal(operator, S("le")))
        *ret = (struct range){.high = version, .up_to_high = true};
    else if (span_equal(operator, S("eq")))
        *ret = (struct range){.low = version, .high = version, .up_to_high = true};
    else if (span_equal(operator, S("ge")))
        *ret = (struct range){.low = version};
    else if (span_equal(operator, S("gt")))
        *ret = (struct range){.low = version, .after_low = true};
    else
        return false;
    return true;
}

// "7.2" of 7.2.29: the versions in a slot that is named after what they begin with.
static bool is_branch(span slot, span version)
{
    uint64_t last = 0;
    size_t dot = span_find_last(slot, '.');
    return span_starts_with(version, slot) &&
           (version.len == slot.len || version.ptr[slot.len] == '.') &&
           version_valid(SCHEME_PORTAGE, slot) &&
           span_to_u64(span_from(slot, dot == SPAN_NONE ? 0 : dot + 1), &last) && last < UINT32_MAX;
}

// From the slot's name to the next such name: [7.2, 7.3).
static void limit_to_slot(struct work *work, span slot, struct range *range)
{
    size_t dot = span_find_last(slot, '.');
    size_t start = dot == SPAN_NONE ? 0 : dot + 1;
    uint64_t last = 0;
    (void)span_to_u64(span_from(slot, start), &last); // is_branch has looked
    struct text next = {0};
    text_init(&next, work->ranges.mem, SIZE_MAX);
    text_add(&next, span_first(slot, start));
    text_add_u64(&next, last + 1);
    if (!text_ok(&next))
        work->ranges.failed = true;
    const struct range branch = {.low = slot, .high = text_span(&next)};
    *range = intersect(*range, &branch);
}

static void note(const struct work *work, const struct glsa_bound *bound, const char *what)
{
    notes_add(work->draft->translation->notes, NOTE_INFORMATION, work->draft->advisory.id,
              "glsa: %s: '%s' '%s': %s", quote(work->name).text, quote(bound->operator).text,
              quote(bound->version).text, what);
}

enum reading {
    READ_EXACTLY,
    READ_WIDER, // of every slot, not of one
    READ_NOT,
};

static enum reading read_bound(struct work *work, const struct glsa_bound *bound, struct range *ret)
{
    span operator= bound->operator;
    bool revisions = operator.len == 3 && operator.ptr[0] == 'r';
    if (!version_valid(SCHEME_PORTAGE, bound->version) ||
        !read_operator(revisions ? span_from(operator, 1) : operator, bound->version, ret))
        return READ_NOT;
    if (revisions)
        limit_to_revisions(work, bound->version, ret);
    span subslot = bound->slot;
    span slot = span_cut(&subslot, '/');
    if (!slot.len || span_equal(slot, S("*")))
        return READ_EXACTLY;
    if (!is_branch(slot, bound->version))
        return READ_WIDER;
    limit_to_slot(work, slot, ret);
    return READ_EXACTLY;
}

static void add_vulnerable(struct work *work, const struct glsa_bound *bound)
{
    struct range range = {0};
    enum reading reading = read_bound(work, bound, &range);
    if (reading == READ_WIDER)
        note(work, bound, "means one slot, and is taken for all");
    if (reading == READ_NOT)
        note(work, bound, "is no range of versions");
    else
        add_range(&work->ranges, &range);
}

static void take_unaffected(struct work *work, const struct glsa_bound *bound)
{
    struct range range = {0};
    enum reading reading = read_bound(work, bound, &range);
    if (reading == READ_EXACTLY)
        subtract(work, &range);
    else
        note(work, bound, "unaffected versions cannot be told from others");
}

// ---------------------------------------------------------------- statements

// The first version from `high` on of which the announcement says that it is unaffected.
static span fix_behind(span high, const struct list *bounds)
{
    span best = {0};
    for (size_t i = 0; i < bounds->count; i++) {
        const struct glsa_bound *bound = LIST_AT(bounds, struct glsa_bound, i);
        if (bound->vulnerable || !span_equal(bound->operator, S("ge")) ||
            !version_valid(SCHEME_PORTAGE, bound->version) || compare(bound->version, high) < 0)
            continue;
        if (!best.len || compare(bound->version, best) < 0)
            best = bound->version;
    }
    return best;
}

static void add_statement(struct work *work, const struct range *range, const struct list *bounds)
{
    struct affected affected = {
        .ecosystem = S("gentoo"),
        .name = work->name,
        .name_kind = NAME_BINARY,
        .introduced = range->low,
        .after_introduced = range->low.len && range->after_low,
    };
    if (range->up_to_high)
        affected.last_affected = range->high;
    if (range->high.len)
        affected.fixed = range->up_to_high ? fix_behind(range->high, bounds) : range->high;
    affected.status = affected.fixed.len ? STATUS_FIXED : STATUS_AFFECTED;
    draft_add(work->draft, &affected);
}

void glsa_add_package(struct draft *draft, span name, const struct list *bounds)
{
    struct work work = {.draft = draft, .name = name};
    list_init(&work.ranges, draft->translation->mem, sizeof(struct range), SIZE_MAX);
    for (size_t i = 0; i < bounds->count; i++) {
        const struct glsa_bound *bound = LIST_AT(bounds, struct glsa_bound, i);
        if (bound->vulnerable)
            add_vulnerable(&work, bound);
    }
    for (size_t i = 0; i < bounds->count; i++) {
        const struct glsa_bound *bound = LIST_AT(bounds, struct glsa_bound, i);
        if (!bound->vulnerable)
            take_unaffected(&work, bound);
    }
    if (!list_ok(&work.ranges) || !list_ok(bounds))
        draft->affected.failed = true;
    for (size_t i = 0; i < work.ranges.count; i++)
        add_statement(&work, LIST_AT(&work.ranges, struct range, i), bounds);
}
