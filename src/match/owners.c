// Packages of languages that a package of the distribution brought: whose verdict counts?
//
// The distribution mends flaws without changing the version that the language's package shows, so
// where its databases speak of every known flaw, fixed or not, theirs is the whole answer. Where
// they only list what was fixed, silence says nothing, and the language's advisories are asked too.
#include "match/match_inner.h"

// Where the package of an id is, or the free slot where it belongs.
static struct owner *slot_of(const struct owners *owners, span id)
{
    size_t at = (size_t)span_hash(id, 0) & owners->mask;
    while (owners->slots[at].package && !span_equal(owners->slots[at].package->id, id))
        at = (at + 1) & owners->mask;
    return &owners->slots[at];
}

bool owners_init(struct owners *owners, const struct bom *bom, struct arena *mem, struct err *err)
{
    *owners = (struct owners){0};
    bool wanted = false;
    for (size_t i = 0; i < bom->package_count && !wanted; i++)
        wanted = bom->packages[i].owner.len;
    if (!wanted)
        return true;
    size_t slots = 1;
    while (slots / 2 <= bom->package_count) // at most half full, so that a search ends soon
        slots *= 2;
    owners->slots = arena_array(mem, slots, sizeof *owners->slots);
    owners->mask = slots - 1;
    if (!owners->slots)
        return arena_err(mem, err, "owners");
    for (size_t i = 0; i < bom->package_count; i++)
        if (package_is_of_system(&bom->packages[i]))
            slot_of(owners, bom->packages[i].id)->package = &bom->packages[i];
    return true;
}

static struct owner *owner_of(struct owners *owners, const struct package *package)
{
    if (owners->last && span_equal(owners->last->package->id, package->owner))
        return owners->last;
    struct owner *owner = slot_of(owners, package->owner);
    if (!owner->package)
        return NULL;
    owners->last = owner;
    return owner;
}

const struct package *owner_package(struct owners *owners, const struct package *package)
{
    struct owner *owner = package->owner.len && owners->slots ? owner_of(owners, package) : NULL;
    return owner ? owner->package : NULL;
}

// The distribution's own package that brought this one; null: none did, or somebody else's.
static const struct package *vendor_package(struct matcher *matcher, const struct package *package)
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

bool is_of_distribution(struct matcher *matcher, const struct package *package)
{
    if (package->owner.len == 0)
        return false;
    return matcher->system.key.len == 0 || vendor_package(matcher, package);
}

bool is_judged_by_owner(struct matcher *matcher, const struct package *package)
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
