// Who wants to hear of what.
#include "service/notify/notify.h"

static bool has_label(const struct sight *sight, span key, span value)
{
    for (size_t i = 0; i < sight->label_count; i++)
        if (span_equal(sight->labels[i].key, key) &&
            (value.len == 0 || span_equal(sight->labels[i].value, value)))
            return true;
    return false;
}

bool subscription_sees(const struct subscription *subscription, const struct sight *sight)
{
    if (subscription->disabled ||
        (subscription->project && subscription->project != sight->project))
        return false;
    if (subscription->image.len && !span_equal(subscription->image, sight->digest))
        return false;
    if (subscription->repository.len && !span_matches(sight->name, subscription->repository))
        return false;
    return subscription->label_key.len == 0 ||
           has_label(sight, subscription->label_key, subscription->label_value);
}

bool subscription_wants(const struct subscription *subscription, const struct learned *learned)
{
    bool was_severe =
        learned->kind == LEARNED_CHANGED && learned->severity_before >= subscription->severity;
    if (learned->severity < subscription->severity && !was_severe)
        return false;
    if (subscription->only_fixed && learned->fixed_version.len == 0)
        return false;
    return !subscription->only_exploited || learned->exploited;
}

// ---------------------------------------------------------------- many

// Subscriptions whose patterns have the same text in front of the first '*'.
struct audience_group {
    span start;
    uint64_t hash;
    size_t first; // of audience->order
    size_t count;
};

struct audience {
    const struct subscription *subscriptions;
    size_t *order;                 // indexes, group by group
    struct audience_group *groups; // sorted by hash
    size_t group_count;
    size_t *lengths; // of the starts, each once
    size_t length_count;
};

static size_t start_length(span pattern)
{
    size_t len = 0;
    while (len < pattern.len && pattern.ptr[len] != '*' && pattern.ptr[len] != '?')
        len++;
    return len;
}

static int by_start(const void *left, const void *right)
{
    const struct audience_group *a = left;
    const struct audience_group *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return span_compare(a->start, b->start);
}

// One group for each subscription, sorted, then those of one start made one.
static void join_groups(struct audience *audience, size_t count)
{
    struct audience_group *groups = audience->groups;
    sort_items(groups, count, sizeof *groups, by_start);
    for (size_t i = 0; i < count; i++) {
        audience->order[i] = groups[i].first;
        size_t last = audience->group_count;
        if (last && by_start(&groups[last - 1], &groups[i]) == 0) {
            groups[last - 1].count++;
            continue;
        }
        groups[last] = (struct audience_group){
            .start = groups[i].start, .hash = groups[i].hash, .first = i, .count = 1};
        audience->group_count++;
    }
}

static void list_lengths(struct audience *audience)
{
    for (size_t i = 0; i < audience->group_count; i++) {
        size_t at = 0;
        while (at < audience->length_count &&
               audience->lengths[at] != audience->groups[i].start.len)
            at++;
        audience->lengths[at] = audience->groups[i].start.len;
        audience->length_count += at == audience->length_count;
    }
}

bool audience_make(const struct subscription *subscriptions, size_t count, struct arena *mem,
                   struct audience **ret, struct err *err)
{
    struct audience *audience = ARENA_NEW(mem, struct audience);
    struct audience_group *groups = arena_array(mem, count, sizeof *groups);
    size_t *order = arena_array(mem, count, sizeof *order);
    size_t *lengths = arena_array(mem, count, sizeof *lengths);
    if (!audience || !groups || !order || !lengths)
        return arena_err(mem, err, "subscriptions");
    *audience = (struct audience){
        .subscriptions = subscriptions, .order = order, .groups = groups, .lengths = lengths};
    for (size_t i = 0; i < count; i++) {
        span pattern = subscriptions[i].repository;
        span start = span_first(pattern, start_length(pattern));
        groups[i] =
            (struct audience_group){.start = start, .hash = span_hash(start, 0), .first = i};
    }
    join_groups(audience, count);
    list_lengths(audience);
    *ret = audience;
    return true;
}

static const struct audience_group *find_group(const struct audience *audience, span start)
{
    struct audience_group wanted = {.start = start, .hash = span_hash(start, 0)};
    size_t low = 0;
    size_t high = audience->group_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = by_start(&audience->groups[middle], &wanted);
        if (order == 0)
            return &audience->groups[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void audience_find(const struct audience *audience, const struct sight *sight,
                   void (*found)(void *self, size_t index), void *self)
{
    for (size_t i = 0; i < audience->length_count; i++) {
        if (audience->lengths[i] > sight->name.len)
            continue;
        span start = span_first(sight->name, audience->lengths[i]);
        const struct audience_group *group = find_group(audience, start);
        for (size_t j = 0; group && j < group->count; j++) {
            size_t index = audience->order[group->first + j];
            if (subscription_sees(&audience->subscriptions[index], sight))
                found(self, index);
        }
    }
}
