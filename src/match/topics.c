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

static size_t count_opinions(const struct statements *statements)
{
    size_t count = 0;
    for (size_t i = 0; i < statements->count; i++) {
        size_t flaws = statements->items[i].advisory.flaws.count;
        count += flaws ? flaws : 1;
    }
    return count;
}

static size_t take_opinions(const struct statement *statement, struct opinion *opinions)
{
    const struct advisory *advisory = &statement->advisory;
    if (advisory->withdrawn)
        return 0;
    if (advisory->flaws.count == 0) {
        *opinions = (struct opinion){.flaw = advisory->id, .statement = statement};
        return 1;
    }
    for (size_t i = 0; i < advisory->flaws.count; i++)
        opinions[i] = (struct opinion){.flaw = advisory->flaws.items[i], .statement = statement};
    return advisory->flaws.count;
}

static bool look_up(struct topics *topics, struct topic *topic, struct err *err)
{
    struct statements said = {0};
    if (!topics->source->look_up(topics->source->self, topics->ecosystem, topic->name, topics->mem,
                                 &said, err))
        return err_add(err, "advisories on %s", quote(topic->name).text);
    if (said.count == 0)
        return true;
    struct opinion *opinions =
        arena_array(topics->mem, count_opinions(&said), sizeof(struct opinion));
    if (!opinions)
        return arena_err(topics->mem, err, "advisories");
    for (size_t i = 0; i < said.count; i++) {
        const struct affected *affected = &said.items[i].affected;
        topic->count += take_opinions(&said.items[i], opinions + topic->count);
        topic->has_streams = topic->has_streams || affected->module.len ||
                             (topics->has_modules && version_is_modular(affected->fixed));
    }
    sort_items(opinions, topic->count, sizeof(struct opinion), by_flaw);
    topic->opinions = opinions;
    topics->found_any = true;
    return true;
}

bool topics_find(struct topics *topics, span name, const struct topic **ret, struct err *err)
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
