// Looking names up, each once.
#include "match/match_inner.h"

static int by_flaw(const void *left, const void *right)
{
    const struct opinion *a = left;
    const struct opinion *b = right;
    int order = span_compare(a->flaw, b->flaw);
    if (order == 0)
        order = span_compare(a->statement->advisory.database, b->statement->advisory.database);
    if (order == 0)
        order = span_compare(a->statement->advisory.id, b->statement->advisory.id);
    return order;
}

bool topics_init(struct topics *topics, const struct advisory_source *source,
                 const struct ecosystem *ecosystem, size_t packages, struct arena *mem,
                 struct err *err)
{
    // Two names a package and a few to spare, at most half full.
    size_t slots = 64;
    while (slots / 4 < packages + 8)
        slots *= 2;
    *topics = (struct topics){
        .source = source,
        .ecosystem = ecosystem->key,
        .has_modules = ecosystem->type.len == 0 || span_equal(ecosystem->type, S("rpm")),
        .mem = mem,
        .slots = arena_array(mem, slots, sizeof(struct topic *)),
        .mask = slots - 1,
    };
    return topics->slots ? true : arena_err(mem, err, "names");
}

// ---------------------------------------------------------------- reading

static bool read_statements(const struct topics *topics, const struct claim *claim,
                            const struct statement **ret, struct err *err)
{
    const struct advisory_source *source = topics->source;
    struct statement *items = arena_array(topics->mem, claim->count, sizeof *items);
    if (!items)
        return arena_err(topics->mem, err, "advisories");
    *ret = items;
    return source->read_statements(source->self, claim, topics->mem, items, err);
}

static void add_opinion(struct list *opinions, span flaw, size_t claim,
                        const struct statement *statement)
{
    struct opinion *opinion = LIST_ADD(opinions, struct opinion);
    if (opinion)
        *opinion = (struct opinion){.flaw = flaw, .claim = claim, .statement = statement};
}

static void add_opinions(struct list *opinions, size_t claim, const struct statement *statement)
{
    const struct advisory *advisory = &statement->advisory;
    if (advisory->withdrawn)
        return;
    if (advisory->flaws.count == 0)
        add_opinion(opinions, advisory->id, claim, statement);
    for (size_t i = 0; i < advisory->flaws.count; i++)
        add_opinion(opinions, advisory->flaws.items[i], claim, statement);
}

bool topics_read(const struct topics *topics, struct topic *topic, struct err *err)
{
    if (topic->is_read)
        return true;
    struct list opinions = {0};
    list_init(&opinions, topics->mem, sizeof(struct opinion), UINT32_MAX);
    for (size_t i = 0; i < topic->claims.count; i++) {
        const struct claim *claim = &topic->claims.items[i];
        const struct statement *statements = NULL;
        if (!read_statements(topics, claim, &statements, err))
            return err_add(err, "advisories on %s", quote(topic->name).text);
        for (size_t k = 0; k < claim->count; k++)
            add_opinions(&opinions, i, &statements[k]);
    }
    if (!list_ok(&opinions))
        return arena_err(topics->mem, err, "advisories");
    sort_items(opinions.items, opinions.count, sizeof(struct opinion), by_flaw);
    topic->opinions = opinions.items;
    topic->count = opinions.count;
    topic->is_read = true;
    return true;
}

// ---------------------------------------------------------------- finding

static bool look_up(struct topics *topics, struct topic *topic, struct err *err)
{
    const struct advisory_source *source = topics->source;
    if (!source->look_up(source->self, topics->ecosystem, topic->name, topics->mem, &topic->claims,
                         err))
        return err_add(err, "advisories on %s", quote(topic->name).text);
    for (size_t i = 0; i < topic->claims.count && !topic->has_streams; i++) {
        const struct affected *affected = &topic->claims.items[i].affected;
        topic->has_streams =
            affected->module.len || (topics->has_modules && version_is_modular(affected->fixed));
    }
    topics->found_any = topics->found_any || topic->claims.count;
    return true;
}

bool topics_find(struct topics *topics, span name, struct topic **ret, struct err *err)
{
    size_t at = (size_t)span_hash(name, 0) & topics->mask;
    for (; topics->slots[at]; at = (at + 1) & topics->mask) {
        if (span_equal(topics->slots[at]->name, name)) {
            *ret = topics->slots[at];
            return true;
        }
    }
    struct topic *topic = ARENA_NEW(topics->mem, struct topic);
    if (!topic)
        return arena_err(topics->mem, err, "names");
    topic->name = name;
    if (!look_up(topics, topic, err))
        return false;
    topics->slots[at] = topic;
    *ret = topic;
    return true;
}
