// Packages of languages that a package of the distribution brought: whose verdict counts?
//
// The distribution mends flaws without changing the version that the language's package shows, so
// where its databases speak of every known flaw, fixed or not, theirs is the whole answer. Where
// they only list what was fixed, silence says nothing, and the language's advisories are asked too.
#include "match/match_inner.h"

static int by_id(const void *left, const void *right)
{
    const struct owner *a = left;
    const struct owner *b = right;
    return span_compare(a->package->id, b->package->id);
}

bool owners_init(struct owners *owners, const struct bom *bom, struct arena *mem, struct err *err)
{
    *owners = (struct owners){0};
    bool wanted = false;
    for (size_t i = 0; i < bom->package_count; i++)
        wanted = wanted || bom->packages[i].owner.len;
    if (!wanted)
        return true;
    owners->items = arena_array(mem, bom->package_count, sizeof *owners->items);
    if (!owners->items)
        return arena_err(mem, err, "owners");
    for (size_t i = 0; i < bom->package_count; i++)
        if (package_is_of_system(&bom->packages[i]))
            owners->items[owners->count++] = (struct owner){.package = &bom->packages[i]};
    sort_items(owners->items, owners->count, sizeof *owners->items, by_id);
    return true;
}

static struct owner *owner_of(const struct owners *owners, const struct package *package)
{
    size_t low = 0;
    size_t high = owners->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = span_compare(owners->items[middle].package->id, package->owner);
        if (order == 0)
            return &owners->items[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

// The distribution's own package that brought this one; null: none did, or somebody else's.
static const struct package *vendor_package(const struct matcher *matcher,
                                            const struct package *package)
{
    if (package->owner.len == 0 || matcher->system.key.len == 0)
        return NULL;
    struct owner *owner = owner_of(&matcher->owners, package);
    if (!owner)
        return NULL;
    if (!owner->is_asked)
        owner->is_foreign = foreign_builder(&matcher->bom->distro, owner->package).len > 0;
    owner->is_asked = true;
    return owner->is_foreign ? NULL : owner->package;
}

bool is_of_distribution(const struct matcher *matcher, const struct package *package)
{
    if (package->owner.len == 0)
        return false;
    return matcher->system.key.len == 0 || vendor_package(matcher, package);
}

bool is_judged_by_owner(const struct matcher *matcher, const struct package *package)
{
    // A program that was recognised in a package is nothing beside it: it is that package.
    bool is_program = span_equal(package->type, S("generic"));
    return (matcher->system.lists_unfixed || is_program) && vendor_package(matcher, package);
}

static bool topic_has_flaw(const struct topic *topic, span flaw)
{
    for (size_t i = 0; i < topic->count; i++)
        if (span_equal(topic->opinions[i].flaw, flaw))
            return true;
    return false;
}

bool owner_answers(struct matcher *matcher, const struct package *package, span flaw, bool *ret,
                   struct err *err)
{
    const struct package *owner = vendor_package(matcher, package);
    *ret = false;
    if (!owner)
        return true;
    const span names[] = {owner->source_name.len ? owner->source_name : owner->name, owner->name};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct topic *topic = NULL;
        if (!topics_find(&matcher->topics, &matcher->system, names[i], &topic, err) ||
            !topics_read(&matcher->topics, topic, err))
            return false;
        *ret = *ret || topic_has_flaw(topic, flaw);
    }
    return true;
}
