// Which statements are about the same flaw? Databases name flaws each in its own way (GHSA-…,
// PYSEC-…, RUSTSEC-…) and tell each other's names as aliases.
#include "match/match_inner.h"

// A statement about one flaw. Those with the same root are about the same one.
struct member {
    size_t parent;
    span flaw; // of a root: the CVE; empty: none so far
};

struct name {
    span text;
    size_t member;
};

struct union_of_names {
    const struct opinion *said;
    struct member *members; // one for each of `said`
    struct list names;      // of struct name
};

static bool is_cve(span name)
{
    return span_starts_with(name, S("CVE-"));
}

// ---------------------------------------------------------------- the CVEs of one advisory

static size_t count_cves(const struct spans *names)
{
    size_t count = 0;
    for (size_t i = 0; i < names->count; i++)
        count += is_cve(names->items[i]);
    return count;
}

static span first_cve(const struct spans *names)
{
    for (size_t i = 0; i < names->count; i++)
        if (is_cve(names->items[i]))
            return names->items[i];
    return (span){0};
}

// Where the record of a CVE names others, these are other flaws.
static span only_cve(const struct advisory *advisory)
{
    if (is_cve(advisory->id))
        return advisory->id;
    span cve = first_cve(&advisory->flaws);
    return cve.len ? cve : first_cve(&advisory->aliases);
}

// A bulletin is about each of the flaws that it lists; so is an advisory with two CVEs as aliases.
static bool is_about_many(const struct advisory *advisory)
{
    if (is_cve(advisory->id))
        return false;
    return advisory->flaws.count > 1 ||
           (advisory->flaws.count == 0 && count_cves(&advisory->aliases) > 1);
}

// ---------------------------------------------------------------- uniting

static size_t root_of(struct member *members, size_t at)
{
    while (members[at].parent != at) {
        members[at].parent = members[members[at].parent].parent;
        at = members[at].parent;
    }
    return at;
}

static void unite(struct member *members, size_t a, size_t b)
{
    a = root_of(members, a);
    b = root_of(members, b);
    if (members[a].flaw.len && members[b].flaw.len && !span_equal(members[a].flaw, members[b].flaw))
        return;
    if (members[a].flaw.len == 0)
        members[a].flaw = members[b].flaw;
    members[b].parent = a;
}

static int by_text(const void *left, const void *right)
{
    const struct name *a = left;
    const struct name *b = right;
    int order = span_compare(a->text, b->text);
    if (order == 0 && a->member != b->member)
        order = a->member < b->member ? -1 : 1;
    return order;
}

static void add_name(struct union_of_names *all, span text, size_t member)
{
    struct name *name = LIST_ADD(&all->names, struct name);
    if (name)
        *name = (struct name){.text = text, .member = member};
}

static void add_names(struct union_of_names *all, size_t member)
{
    const struct advisory *advisory = &all->said[member].statement->advisory;
    bool of_cve = is_cve(advisory->id);
    add_name(all, advisory->id, member);
    for (size_t i = 0; i < advisory->flaws.count; i++)
        add_name(all, advisory->flaws.items[i], member);
    for (size_t i = 0; i < advisory->aliases.count; i++)
        if (!of_cve || !is_cve(advisory->aliases.items[i]))
            add_name(all, advisory->aliases.items[i], member);
}

// GHSA's name before others; of the others the first of an advisory that is here.
static bool is_better_name(span name, span best)
{
    bool of_github = span_starts_with(name, S("GHSA-"));
    bool best_of_github = span_starts_with(best, S("GHSA-"));
    if (best.len == 0 || of_github != best_of_github)
        return best.len == 0 || of_github;
    return span_compare(name, best) < 0;
}

static void name_roots(struct union_of_names *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct member *root = &all->members[root_of(all->members, i)];
        span id = all->said[i].statement->advisory.id;
        if (!is_cve(root->flaw) && is_better_name(id, root->flaw))
            root->flaw = id;
    }
    for (size_t i = 0; i < all->names.count; i++) {
        const struct name *name = LIST_AT(&all->names, struct name, i);
        struct member *root = &all->members[root_of(all->members, name->member)];
        if (!is_cve(root->flaw) && span_starts_with(name->text, S("GHSA-")) &&
            is_better_name(name->text, root->flaw))
            root->flaw = name->text;
    }
}

// Only statements without a CVE need others to say what they are about.
static bool unite_by_names(struct union_of_names *all, size_t count, struct arena *mem,
                           struct err *err)
{
    list_init(&all->names, mem, sizeof(struct name), UINT32_MAX);
    for (size_t i = 0; i < count; i++)
        if (!is_about_many(&all->said[i].statement->advisory))
            add_names(all, i);
    if (!list_ok(&all->names))
        return arena_err(mem, err, "names of flaws");
    sort_items(all->names.items, all->names.count, sizeof(struct name), by_text);
    for (size_t i = 1; i < all->names.count; i++) {
        const struct name *name = LIST_AT(&all->names, struct name, i);
        if (span_equal(name[-1].text, name->text))
            unite(all->members, name[-1].member, name->member);
    }
    name_roots(all, count);
    return true;
}

// ---------------------------------------------------------------- opinions

static void add_opinion(struct list *opinions, const struct opinion *said, span flaw)
{
    struct opinion *opinion = LIST_ADD(opinions, struct opinion);
    if (opinion)
        *opinion = (struct opinion){flaw, said->claim, said->statement};
}

static void add_each_flaw(struct list *opinions, const struct opinion *said)
{
    const struct advisory *advisory = &said->statement->advisory;
    const struct spans *flaws = advisory->flaws.count ? &advisory->flaws : &advisory->aliases;
    for (size_t i = 0; i < flaws->count; i++)
        if (advisory->flaws.count || is_cve(flaws->items[i]))
            add_opinion(opinions, said, flaws->items[i]);
}

bool opinions_name_flaws(const struct opinion *said, size_t count, struct arena *mem,
                         struct list *ret, struct err *err)
{
    struct union_of_names all = {
        .said = said,
        .members = arena_array(mem, count, sizeof *all.members),
    };
    if (!all.members)
        return arena_err(mem, err, "names of flaws");
    bool all_have_cves = true;
    for (size_t i = 0; i < count; i++) {
        const struct advisory *advisory = &said[i].statement->advisory;
        bool many = is_about_many(advisory);
        all.members[i] = (struct member){.parent = i, .flaw = only_cve(advisory)};
        all_have_cves = all_have_cves && (many || all.members[i].flaw.len);
    }
    if (!all_have_cves && !unite_by_names(&all, count, mem, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (is_about_many(&said[i].statement->advisory))
            add_each_flaw(ret, &said[i]);
        else
            add_opinion(ret, &said[i], all.members[root_of(all.members, i)].flaw);
    }
    return list_ok(ret) ? true : arena_err(mem, err, "advisories");
}
