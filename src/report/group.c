// Which packages stand together in the table, and in which order.
#include "report/report_inner.h"

static uint64_t hash_of(const struct member *member)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < member->count; i++) {
        const struct finding *finding = member->findings[i];
        hash = span_hash(finding->id, hash);
        hash = span_hash(finding->fixed_version, hash);
        hash = span_hash(finding->suppressed, hash);
        hash = hash * 64 + (uint64_t)finding->status * 8 + (uint64_t)finding->severity;
    }
    return hash;
}

static bool same_row(const struct finding *a, const struct finding *b)
{
    return span_equal(a->id, b->id) && span_equal(a->fixed_version, b->fixed_version) &&
           span_equal(a->suppressed, b->suppressed) && a->status == b->status &&
           a->severity == b->severity;
}

static bool same_findings(const struct member *a, const struct member *b)
{
    if (a->count != b->count || a->hash != b->hash)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_row(a->findings[i], b->findings[i]))
            return false;
    return true;
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b ? 1 : 0;
}

static int compare_origin(const struct member *a, const struct member *b)
{
    int order = span_compare(a->package->type, b->package->type);
    if (order == 0)
        order = span_compare(a->package->source_name, b->package->source_name);
    if (order == 0)
        order = span_compare(a->package->source_version, b->package->source_version);
    if (order == 0)
        order = compare_u64(a->findings[0]->layer, b->findings[0]->layer);
    return order ? order : compare_u64(a->package->removed, b->package->removed);
}

// ---------------------------------------------------------------- order

static int by_package(const void *left, const void *right)
{
    const struct finding *const *a = left;
    const struct finding *const *b = right;
    return compare_u64((*a)->package, (*b)->package);
}

static int by_origin(const void *left, const void *right)
{
    const struct member *a = left;
    const struct member *b = right;
    int order = compare_origin(a, b);
    return order ? order : compare_u64(a->hash, b->hash);
}

static int worst_first(const void *left, const void *right)
{
    const struct group *a = left;
    const struct group *b = right;
    if (a->rank != b->rank)
        return a->rank > b->rank ? -1 : 1;
    if (a->risk > b->risk || a->risk < b->risk)
        return a->risk > b->risk ? -1 : 1;
    return compare_u64(a->members->findings[0]->package, b->members->findings[0]->package);
}

// ---------------------------------------------------------------- making

static size_t pick_shown(const struct scan *scan, const struct report_options *options,
                         const struct finding **ret)
{
    size_t count = 0;
    for (size_t i = 0; i < scan->findings.count; i++)
        if (scan->findings.items[i].kind == FINDING_VULNERABILITY &&
            report_shows(&scan->findings.items[i], options))
            ret[count++] = &scan->findings.items[i];
    return count;
}

static size_t make_members(const struct scan *scan, const struct finding **shown, size_t count,
                           struct member *ret)
{
    size_t members = 0;
    for (size_t i = 0; i < count; i++) {
        bool more = i && shown[i - 1]->package == shown[i]->package;
        if (!more)
            ret[members++] = (struct member){
                .package = &scan->bom.packages[shown[i]->package],
                .findings = &shown[i],
            };
        ret[members - 1].count++;
    }
    for (size_t i = 0; i < members; i++)
        ret[i].hash = hash_of(&ret[i]);
    return members;
}

static void rate(struct group *group)
{
    for (size_t i = 0; i < group->members->count; i++) {
        const struct finding *finding = group->members->findings[i];
        unsigned rank = finding->suppressed.len ? 0 : 1 + (unsigned)finding->severity;
        group->rank = rank > group->rank ? rank : group->rank;
        if (rank && finding->risk > group->risk)
            group->risk = finding->risk;
    }
}

static void fold(const struct member *members, size_t count, struct groups *groups)
{
    for (size_t i = 0; i < count; i++) {
        const struct member *member = &members[i];
        if (i && compare_origin(member - 1, member) == 0 && same_findings(member - 1, member))
            groups->items[groups->count - 1].count++;
        else
            groups->items[groups->count++] = (struct group){.members = member, .count = 1};
    }
    for (size_t i = 0; i < groups->count; i++) {
        struct group *group = &groups->items[i];
        rate(group);
        groups->packages += group->rank ? group->count : 0;
    }
}

bool groups_make(const struct scan *scan, const struct report_options *options, struct arena *mem,
                 struct groups *ret)
{
    size_t most = scan->findings.count;
    const struct finding **shown = arena_array(mem, most, sizeof(*shown));
    if (!shown)
        return false;
    size_t count = pick_shown(scan, options, shown);
    // Stable: the findings of a package stay worst first.
    sort_items(shown, count, sizeof(*shown), by_package);
    size_t packages = count < scan->bom.package_count ? count : scan->bom.package_count;
    struct member *members = arena_array(mem, packages, sizeof(*members));
    struct groups groups = {.items = arena_array(mem, packages, sizeof(*groups.items))};
    if (!members || !groups.items)
        return false;
    size_t member_count = make_members(scan, shown, count, members);
    sort_items(members, member_count, sizeof(*members), by_origin);
    fold(members, member_count, &groups);
    sort_items(groups.items, groups.count, sizeof(*groups.items), worst_first);
    *ret = groups;
    return true;
}
