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

bool topics_init(struct topics *topics, const struct advisory_source *source, struct arena *mem,
                 struct err *err)
{
    enum { FIRST_SLOTS = 64 }; // an image that is kept up to date has few names to ask for
    *topics = (struct topics){
        .source = source,
        .mem = mem,
        .slots = arena_array(mem, FIRST_SLOTS, sizeof(struct topic *)),
        .mask = FIRST_SLOTS - 1,
    };
    return topics->slots ? true : arena_err(mem, err, "names");
}

// ---------------------------------------------------------------- reading

static bool read_claim(const struct topics *topics, const struct topic *topic, size_t index,
                       struct list *said, struct err *err)
{
    const struct advisory_source *source = topics->source;
    const struct claim *claim = &topic->claims.items[index];
    struct statement *items = arena_array(topics->mem, claim->count, sizeof *items);
    if (!items)
        return arena_err(topics->mem, err, "advisories");
    if (!source->read_statements(source->self, claim, topics->mem, items, err))
        return false;
    for (size_t i = 0; i < claim->count; i++) {
        struct opinion *opinion = LIST_ADD(said, struct opinion);
        if (opinion)
            *opinion = (struct opinion){.claim = index, .statement = &items[i]};
    }
    return list_ok(said) ? true : arena_err(topics->mem, err, "advisories");
}

bool topics_read(const struct topics *topics, struct topic *topic, struct err *err)
{
    if (topic->is_read)
        return true;
    struct list said = {0};
    struct list opinions = {0};
    list_init(&said, topics->mem, sizeof(struct opinion), UINT32_MAX);
    list_init(&opinions, topics->mem, sizeof(struct opinion), UINT32_MAX);
    for (size_t i = 0; i < topic->claims.count; i++)
        if (!read_claim(topics, topic, i, &said, err))
            return err_add(err, "advisories on %s", quote(topic->name).text);
    if (!opinions_name_flaws(said.items, said.count, topics->mem, &opinions, err))
        return false;
    sort_items(opinions.items, opinions.count, sizeof(struct opinion), by_flaw);
    topic->opinions = opinions.items;
    topic->count = opinions.count;
    topic->is_read = true;
    return true;
}

// ---------------------------------------------------------------- finding

// Distributions whose packages are rpms have modules; of an unknown one nothing says that it has
// none.
static bool has_modules(const struct ecosystem *ecosystem)
{
    return !ecosystem->language &&
           (ecosystem->type.len == 0 || span_equal(ecosystem->type, S("rpm")));
}

static bool look_up(struct topics *topics, struct ecosystem *ecosystem, struct topic *topic,
                    struct err *err)
{
    const struct advisory_source *source = topics->source;
    if (!source->look_up(source->self, ecosystem->key, topic->name, topics->mem, &topic->claims,
                         err))
        return err_add(err, "advisories on %s", quote(topic->name).text);
    bool modules = has_modules(ecosystem);
    for (size_t i = 0; i < topic->claims.count && !topic->has_streams && modules; i++) {
        const struct affected *affected = &topic->claims.items[i].affected;
        topic->has_streams = affected->module.len || version_is_modular(affected->fixed);
    }
    ecosystem->found_any = ecosystem->found_any || topic->claims.count;
    return true;
}

// Where the topic of a name is, or the free slot where it belongs.
static struct topic **slot_of(const struct topics *topics, const struct ecosystem *ecosystem,
                              span name)
{
    size_t at = (size_t)span_hash(name, ecosystem->key.len) & topics->mask;
    for (; topics->slots[at]; at = (at + 1) & topics->mask)
        if (topics->slots[at]->ecosystem == ecosystem && span_equal(topics->slots[at]->name, name))
            break;
    return &topics->slots[at];
}

// At most half full, so that a search ends soon.
static bool make_room(struct topics *topics, struct err *err)
{
    if (2 * (topics->count + 1) <= topics->mask)
        return true;
    struct topics larger = *topics;
    larger.mask = 2 * topics->mask + 1;
    larger.slots = arena_array(topics->mem, larger.mask + 1, sizeof(struct topic *));
    if (!larger.slots)
        return arena_err(topics->mem, err, "names");
    for (size_t i = 0; i <= topics->mask; i++) {
        struct topic *topic = topics->slots[i];
        if (topic)
            *slot_of(&larger, topic->ecosystem, topic->name) = topic;
    }
    *topics = larger;
    return true;
}

bool topics_find(struct topics *topics, struct ecosystem *ecosystem, span name, struct topic **ret,
                 struct err *err)
{
    struct topic *known = *slot_of(topics, ecosystem, name);
    if (known) {
        *ret = known;
        return true;
    }
    struct topic *topic = ARENA_NEW(topics->mem, struct topic);
    if (!topic)
        return arena_err(topics->mem, err, "names");
    *topic = (struct topic){.ecosystem = ecosystem, .name = name};
    if (!look_up(topics, ecosystem, topic, err) || !make_room(topics, err))
        return false;
    *slot_of(topics, ecosystem, name) = topic;
    topics->count++;
    *ret = topic;
    return true;
}
