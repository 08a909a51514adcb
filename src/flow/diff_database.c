// What became known between two databases, one change at a time.
#include "database/database.h"
#include "flow/flow.h"

#include <math.h>

struct diff {
    const struct diff_request *request;
    struct arena *mem;        // of one package
    struct diff_source *last; // being counted
    struct list sources;      // of struct diff_source
};

static bool give(struct diff *diff, struct change *change, struct err *err)
{
    change->source = diff->last->name;
    switch (change->kind) {
    case CHANGE_NEW:
        diff->last->added++;
        break;
    case CHANGE_GONE:
        diff->last->removed++;
        break;
    case CHANGE_FIXED:
    case CHANGE_RANGE:
    case CHANGE_STATUS:
    case CHANGE_SEVERITY:
    case CHANGE_WITHDRAWN:
    case CHANGE_EXPLOITED:
    case CHANGE_EPSS:
    case CHANGE_REJECTED:
    case CHANGE_SUPPORT:
        diff->last->changed++;
        break;
    }
    return diff->request->visit(diff->request->self, change, err);
}

static bool begin_source(void *self, span name, bool in_before, bool in_after, struct err *err)
{
    struct diff *diff = self;
    (void)in_before; // all its records say so
    (void)in_after;
    diff->last = LIST_ADD(&diff->sources, struct diff_source);
    if (!diff->last)
        return arena_err(diff->sources.mem, err, "diff");
    diff->last->name = name;
    return true;
}

// ---------------------------------------------------------------- packages

// The statements of one advisory on one package.
struct group {
    const struct statement *const *items;
    size_t count;
};

static int compare_statements(const void *a, const void *b)
{
    const struct statement *const *pair[] = {a, b};
    const struct statement *left = *pair[0];
    const struct statement *right = *pair[1];
    span fields[][2] = {
        {left->advisory.id, right->advisory.id},
        {left->affected.repository, right->affected.repository},
        {left->affected.module, right->affected.module},
        {left->affected.introduced, right->affected.introduced},
        {left->affected.fixed, right->affected.fixed},
        {left->affected.last_affected, right->affected.last_affected},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        int order = span_compare(fields[i][0], fields[i][1]);
        if (order)
            return order;
    }
    return 0;
}

static bool sort_statements(struct arena *mem, const struct statements *statements,
                            struct group *ret, struct err *err)
{
    const struct statement **items = arena_array(mem, statements->count, sizeof *items);
    if (!items)
        return arena_err(mem, err, "diff");
    for (size_t i = 0; i < statements->count; i++)
        items[i] = &statements->items[i];
    sort_items(items, statements->count, sizeof *items, compare_statements);
    *ret = (struct group){.items = items, .count = statements->count};
    return true;
}

static span id_of(const struct group *rest)
{
    return rest->items[0]->advisory.id;
}

// Cuts the statements of the first advisory off the rest.
static struct group cut_group(struct group *rest)
{
    struct group group = {.items = rest->items};
    while (group.count < rest->count &&
           span_equal(rest->items[group.count]->advisory.id, id_of(&group)))
        group.count++;
    rest->items += group.count;
    rest->count -= group.count;
    return group;
}

static bool same_range(const struct affected *a, const struct affected *b)
{
    return span_equal(a->introduced, b->introduced) && span_equal(a->fixed, b->fixed) &&
           span_equal(a->last_affected, b->last_affected) &&
           a->after_introduced == b->after_introduced && span_equal(a->module, b->module) &&
           span_equal(a->repository, b->repository);
}

static bool same_ranges(const struct group *a, const struct group *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = same_range(&a->items[i]->affected, &b->items[i]->affected);
    return same;
}

static bool has_fix(const struct group *group)
{
    for (size_t i = 0; i < group->count; i++)
        if (group->items[i]->affected.fixed.len)
            return true;
    return false;
}

static enum severity severity_of(const struct group *group)
{
    const struct statement *first = group->items[0];
    return first->affected.severity != SEVERITY_UNKNOWN ? first->affected.severity
                                                        : first->advisory.severity;
}

static struct change change_of(span ecosystem, span name, const struct group *before,
                               const struct group *after)
{
    const struct group *one = after->count ? after : before;
    struct change change = {.id = id_of(one), .ecosystem = ecosystem, .package = name};
    if (before->count)
        change.before = &before->items[0]->affected;
    if (after->count)
        change.after = &after->items[0]->affected;
    change.severity_before = before->count ? severity_of(before) : SEVERITY_UNKNOWN;
    change.severity_after = after->count ? severity_of(after) : SEVERITY_UNKNOWN;
    return change;
}

static bool give_kind(struct diff *diff, struct change change, enum change_kind kind,
                      struct err *err)
{
    change.kind = kind;
    return give(diff, &change, err);
}

// The change that says most of how versions are judged now, and one of the severity.
static bool compare_groups(struct diff *diff, const struct change *change,
                           const struct group *before, const struct group *after, struct err *err)
{
    const struct statement *old = before->items[0];
    const struct statement *new = after->items[0];
    bool ok = true;
    if (!old->advisory.withdrawn && new->advisory.withdrawn)
        return give_kind(diff, *change, CHANGE_WITHDRAWN, err);
    if (!has_fix(before) && has_fix(after))
        ok = give_kind(diff, *change, CHANGE_FIXED, err);
    else if (old->affected.status != new->affected.status)
        ok = give_kind(diff, *change, CHANGE_STATUS, err);
    else if (!same_ranges(before, after))
        ok = give_kind(diff, *change, CHANGE_RANGE, err);
    if (ok && change->severity_before != change->severity_after)
        ok = give_kind(diff, *change, CHANGE_SEVERITY, err);
    return ok;
}

static bool compare_packages(void *self, span ecosystem, span name,
                             const struct statements *statements_before,
                             const struct statements *statements_after, struct err *err)
{
    struct diff *diff = self;
    struct group before = {0};
    struct group after = {0};
    arena_reset(diff->mem);
    if (!sort_statements(diff->mem, statements_before, &before, err) ||
        !sort_statements(diff->mem, statements_after, &after, err))
        return false;
    while (before.count || after.count) {
        int order = !before.count  ? 1
                    : !after.count ? -1
                                   : span_compare(id_of(&before), id_of(&after));
        struct group old = order <= 0 ? cut_group(&before) : (struct group){0};
        struct group new = order >= 0 ? cut_group(&after) : (struct group){0};
        struct change change = change_of(ecosystem, name, &old, &new);
        bool ok = order == 0 ? compare_groups(diff, &change, &old, &new, err)
                             : give_kind(diff, change, order > 0 ? CHANGE_NEW : CHANGE_GONE, err);
        if (!ok)
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- flaws, releases

// Every score moves a little every day.
static bool is_step(double before, double after)
{
    const double least = 0.1;
    return after >= 0 && fabs(after - fmax(before, 0)) >= least;
}

static bool compare_flaws(void *self, const struct flaw *before, const struct flaw *after,
                          struct err *err)
{
    struct diff *diff = self;
    static const struct flaw none = {.score = -1, .epss = -1};
    const struct flaw *old = before ? before : &none;
    const struct flaw *new = after ? after : &none;
    struct change change = {
        .id = after ? after->id : before->id,
        .severity_before = old->severity,
        .severity_after = new->severity,
        .epss_before = old->epss,
        .epss_after = new->epss,
    };
    bool ok = true;
    if (!before && new->severity != SEVERITY_UNKNOWN)
        ok = give_kind(diff, change, CHANGE_NEW, err);
    if (ok && new->exploited && !old->exploited)
        ok = give_kind(diff, change, CHANGE_EXPLOITED, err);
    if (ok && new->rejected && !old->rejected)
        ok = give_kind(diff, change, CHANGE_REJECTED, err);
    if (ok && is_step(old->epss, new->epss))
        ok = give_kind(diff, change, CHANGE_EPSS, err);
    if (ok && before && after && old->severity != new->severity)
        ok = give_kind(diff, change, CHANGE_SEVERITY, err);
    return ok;
}

static bool compare_releases(void *self, const struct release *before, const struct release *after,
                             struct err *err)
{
    struct diff *diff = self;
    uint32_t old = before ? before->end_of_life : 0;
    uint32_t new = after ? after->end_of_life : 0;
    if (!after || old == new)
        return true;
    struct change change = {
        .ecosystem = after->distro,
        .id = after->version_id,
        .day_before = old,
        .day_after = new,
    };
    return give_kind(diff, change, CHANGE_SUPPORT, err);
}

// ---------------------------------------------------------------- all of it

bool diff_databases(const struct diff_request *request, struct arena *mem, struct diff_sources *ret,
                    struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *package = arena_new(request->limits.build_bytes);
    CLEANUP(database_cleanup) struct database *before = NULL;
    CLEANUP(database_cleanup) struct database *after = NULL;
    struct diff diff = {.request = request, .mem = package};
    struct database_comparer comparer = {
        .self = &diff,
        .source = begin_source,
        .packages = compare_packages,
        .flaws = compare_flaws,
        .releases = compare_releases,
    };
    if (!package)
        return err_set(err, ERR_MEMORY, "diff: out of memory");
    list_init(&diff.sources, mem, sizeof(struct diff_source), SIZE_MAX);
    if (!database_open(request->before, &before, err) ||
        !database_open(request->after, &after, err) ||
        !database_compare(before, after, &request->limits, &comparer, err))
        return false;
    for (size_t i = 0; i < diff.sources.count; i++) {
        struct diff_source *source = LIST_AT(&diff.sources, struct diff_source, i);
        if (!arena_span(mem, source->name, &source->name))
            return arena_err(mem, err, "diff");
    }
    *ret = (struct diff_sources){.items = diff.sources.items, .count = diff.sources.count};
    return true;
}
