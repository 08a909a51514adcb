// What to upgrade first: of each group of packages the version that clears all that can be cleared.
#include "report/upgrade_inner.h"

#include "version/version.h"

// The newer of two versions; where they cannot be compared the first.
static span newer(enum scheme scheme, span a, span b)
{
    int order = 0;
    if (a.len == 0)
        return b;
    return version_compare(scheme, a, b, &order) && order < 0 ? b : a;
}

static bool is_cleared(const struct finding *finding)
{
    return finding->suppressed.len == 0 && finding->status == STATUS_FIXED &&
           finding->fixed_version.len;
}

static struct upgrade upgrade_of(const struct group *group)
{
    struct upgrade upgrade = {.group = group};
    enum scheme scheme = SCHEME_GENERIC;
    (void)scheme_parse(group->members->package->type, &scheme); // generic where it is not known
    for (size_t i = 0; i < group->members->count; i++) {
        const struct finding *finding = group->members->findings[i];
        if (finding->suppressed.len)
            continue;
        if (!is_cleared(finding)) {
            upgrade.left++;
            continue;
        }
        upgrade.version = newer(scheme, upgrade.version, finding->fixed_version);
        upgrade.by_severity[finding->severity]++;
        upgrade.cleared++;
        upgrade.exploited += finding->exploited;
        upgrade.worst = finding->severity > upgrade.worst ? finding->severity : upgrade.worst;
        upgrade.risk = finding->risk > upgrade.risk ? finding->risk : upgrade.risk;
    }
    return upgrade;
}

static int compare_sizes(size_t a, size_t b)
{
    return (a < b) - (a > b);
}

// What is exploited first, then by the worst flaw, the number of them and the risk.
static int most_urgent_first(const void *left, const void *right)
{
    const struct upgrade *a = left;
    const struct upgrade *b = right;
    int order = compare_sizes(a->exploited, b->exploited);
    if (order == 0)
        order = compare_sizes(a->worst, b->worst);
    if (order == 0)
        order = compare_sizes(a->by_severity[a->worst], b->by_severity[b->worst]);
    if (order == 0)
        order = compare_sizes(a->cleared, b->cleared);
    if (order == 0 && (a->risk > b->risk || a->risk < b->risk))
        order = a->risk > b->risk ? -1 : 1;
    return order;
}

bool upgrades_make(const struct groups *groups, struct arena *mem, struct upgrades *ret)
{
    struct upgrades upgrades = {.items = arena_array(mem, groups->count, sizeof *upgrades.items)};
    if (!upgrades.items)
        return false;
    for (size_t i = 0; i < groups->count; i++) {
        struct upgrade upgrade = upgrade_of(&groups->items[i]);
        if (upgrade.cleared == 0)
            continue;
        upgrades.items[upgrades.count++] = upgrade;
        upgrades.cleared += upgrade.cleared * upgrade.group->count;
        upgrades.exploited += upgrade.exploited * upgrade.group->count;
    }
    sort_items(upgrades.items, upgrades.count, sizeof *upgrades.items, most_urgent_first);
    *ret = upgrades;
    return true;
}
