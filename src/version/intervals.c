// Constraints as sets of versions, and what is done with such sets.
#include "version/constraint_inner.h"

// A set under construction. Its intervals come in order.
static void set_init(struct list *set, struct arena *mem)
{
    list_init(set, mem, sizeof(struct version_interval), SIZE_MAX);
}

static struct version_intervals set_of(const struct list *set)
{
    return (struct version_intervals){.items = set->items, .count = set->count};
}

static bool is_open(const struct version_bound *bound)
{
    return bound->version.len == 0;
}

static int compare_keys(enum scheme scheme, const struct version_bound *a,
                        const struct version_bound *b)
{
    return version_key_compare(scheme, a->key, b->key);
}

static int compare_lows(enum scheme scheme, const struct version_bound *a,
                        const struct version_bound *b)
{
    if (is_open(a) || is_open(b))
        return (int)is_open(b) - (int)is_open(a);
    int order = compare_keys(scheme, a, b);
    return order ? order : (int)b->is_inclusive - (int)a->is_inclusive;
}

static int compare_highs(enum scheme scheme, const struct version_bound *a,
                         const struct version_bound *b)
{
    if (is_open(a) || is_open(b))
        return (int)is_open(a) - (int)is_open(b);
    int order = compare_keys(scheme, a, b);
    return order ? order : (int)a->is_inclusive - (int)b->is_inclusive;
}

static void add_unless_empty(enum scheme scheme, struct list *set,
                             const struct version_interval *interval)
{
    const struct version_bound *low = &interval->low;
    const struct version_bound *high = &interval->high;
    if (!is_open(low) && !is_open(high)) {
        int order = compare_keys(scheme, low, high);
        bool is_point = order == 0 && low->is_inclusive && high->is_inclusive;
        if (order > 0 || (order == 0 && !is_point))
            return;
    }
    struct version_interval *item = LIST_ADD(set, struct version_interval);
    if (item)
        *item = *interval;
}

// ---------------------------------------------------------------- sets

static void add_common(enum scheme scheme, struct version_intervals a, struct version_intervals b,
                       struct list *set)
{
    for (size_t i = 0; i < a.count; i++) {
        for (size_t j = 0; j < b.count; j++) {
            const struct version_interval *x = &a.items[i];
            const struct version_interval *y = &b.items[j];
            const struct version_interval common = {
                .low = compare_lows(scheme, &x->low, &y->low) > 0 ? x->low : y->low,
                .high = compare_highs(scheme, &x->high, &y->high) < 0 ? x->high : y->high,
            };
            add_unless_empty(scheme, set, &common);
        }
    }
}

// Is there no version between the end of one interval and the start of the next?
static bool touches(enum scheme scheme, const struct version_bound *high,
                    const struct version_bound *low)
{
    if (is_open(high) || is_open(low))
        return true;
    int order = compare_keys(scheme, low, high);
    return order < 0 || (order == 0 && (low->is_inclusive || high->is_inclusive));
}

// The next interval is not below the last one in the set.
static void add_joined(enum scheme scheme, struct list *set, const struct version_interval *next)
{
    struct version_interval *last =
        set->count ? LIST_AT(set, struct version_interval, set->count - 1) : NULL;
    if (!last || !touches(scheme, &last->high, &next->low))
        add_unless_empty(scheme, set, next);
    else if (compare_highs(scheme, &next->high, &last->high) > 0)
        last->high = next->high;
}

static void add_either(enum scheme scheme, struct version_intervals a, struct version_intervals b,
                       struct list *set)
{
    size_t i = 0;
    size_t j = 0;
    while (i < a.count || j < b.count) {
        bool from_a = j == b.count ||
                      (i < a.count && compare_lows(scheme, &a.items[i].low, &b.items[j].low) <= 0);
        add_joined(scheme, set, from_a ? &a.items[i++] : &b.items[j++]);
    }
}

// The bound of what lies on its other side.
static struct version_bound beyond(struct version_bound bound)
{
    bound.is_inclusive = !bound.is_inclusive;
    return bound;
}

static void add_others(enum scheme scheme, struct version_intervals a, struct list *set)
{
    struct version_interval gap = {0};
    for (size_t i = 0; i < a.count; i++) {
        gap.high = beyond(a.items[i].low);
        if (!is_open(&gap.high))
            add_unless_empty(scheme, set, &gap);
        if (is_open(&a.items[i].high))
            return;
        gap.low = beyond(a.items[i].high);
    }
    gap.high = (struct version_bound){0};
    add_unless_empty(scheme, set, &gap);
}

struct version_intervals version_intervals_all(void)
{
    static const struct version_interval all = {0};
    return (struct version_intervals){.items = &all, .count = 1};
}

static bool give(const struct list *set, struct version_intervals *ret, struct err *err)
{
    if (!list_ok(set))
        return arena_err(set->mem, err, "version intervals");
    *ret = set_of(set);
    return true;
}

bool version_intervals_or(enum scheme scheme, struct version_intervals a,
                          struct version_intervals b, struct arena *mem,
                          struct version_intervals *ret, struct err *err)
{
    struct list set = {0};
    set_init(&set, mem);
    add_either(scheme, a, b, &set);
    return give(&set, ret, err);
}

static bool intervals_and(enum scheme scheme, struct version_intervals a,
                          struct version_intervals b, struct arena *mem,
                          struct version_intervals *ret, struct err *err)
{
    struct list set = {0};
    set_init(&set, mem);
    add_common(scheme, a, b, &set);
    return give(&set, ret, err);
}

bool version_intervals_without(enum scheme scheme, struct version_intervals a,
                               struct version_intervals b, struct arena *mem,
                               struct version_intervals *ret, struct err *err)
{
    struct list others = {0};
    struct version_intervals outside = {0};
    set_init(&others, mem);
    add_others(scheme, b, &others);
    return give(&others, &outside, err) && intervals_and(scheme, a, outside, mem, ret, err);
}

// ---------------------------------------------------------------- bounds

span version_without_floor(enum scheme scheme, span version)
{
    static const struct {
        enum scheme scheme;
        span floor;
    } floors[] = {
        {SCHEME_COMPOSER, S("-dev")}, {SCHEME_SEMVER, S("-0")},    {SCHEME_NPM, S("-0")},
        {SCHEME_GOLANG, S("-0")},     {SCHEME_HEX, S("-0")},       {SCHEME_PUB, S("-0")},
        {SCHEME_GEM, S(".A")},        {SCHEME_PEP440, S(".dev0")},
    };
    for (size_t i = 0; i < sizeof floors / sizeof floors[0]; i++)
        if (scheme == floors[i].scheme && span_ends_with(version, floors[i].floor))
            return span_first(version, version.len - floors[i].floor.len);
    return version;
}

// ---------------------------------------------------------------- constraints

struct building {
    enum scheme scheme;
    const struct constraint_grammar *grammar;
    struct arena *mem;
    struct version_intervals current; // the alternative so far
    struct version_intervals total;   // those before it
    struct err err;                   // ERR_NONE: the constraint is not valid
};

// False when a grammar's bound is no version.
static bool bound_of(struct building *building, const struct bound *from, struct version_bound *ret)
{
    struct version_key key;
    span version = bound_span(from);
    *ret = (struct version_bound){.is_inclusive = from->is_inclusive};
    if (!from->is_set)
        return true;
    if (from->failed || !version.len || !version_key_of(building->scheme, version, &key))
        return false;
    return (arena_span(building->mem, version, &ret->version) &&
            arena_span(building->mem, span_of(key.bytes, key.len), &ret->key)) ||
           arena_err(building->mem, &building->err, "version intervals");
}

static bool begin_alternative(void *self)
{
    struct building *building = self;
    building->current = version_intervals_all();
    return true;
}

static bool take_term(void *self, const struct term *term)
{
    struct building *building = self;
    struct range range;
    struct version_interval *interval = ARENA_NEW(building->mem, struct version_interval);
    if (!interval)
        return arena_err(building->mem, &building->err, "version intervals");
    if (constraint_is_prefix(building->grammar, term))
        return err_set(&building->err, ERR_UNSUPPORTED, "%s: a prefix is no interval",
                       scheme_name(building->scheme));
    if (!building->grammar->range_of(term, &range) ||
        !bound_of(building, &range.low, &interval->low) ||
        !bound_of(building, &range.high, &interval->high))
        return false;
    const struct version_intervals meant = {.items = interval, .count = 1};
    return range.outside
               ? version_intervals_without(building->scheme, building->current, meant,
                                           building->mem, &building->current, &building->err)
               : intervals_and(building->scheme, building->current, meant, building->mem,
                               &building->current, &building->err);
}

static bool end_alternative(void *self)
{
    struct building *building = self;
    return version_intervals_or(building->scheme, building->total, building->current, building->mem,
                                &building->total, &building->err);
}

bool version_intervals(enum scheme scheme, span constraint, struct arena *mem,
                       struct version_intervals *ret, struct err *err)
{
    struct building building = {
        .scheme = scheme,
        .grammar = version_order_of(scheme)->grammar,
        .mem = mem,
    };
    const struct constraint_visitor visitor = {
        .self = &building,
        .begin = begin_alternative,
        .term = take_term,
        .end = end_alternative,
    };
    if (constraint_walk(building.grammar, constraint, &visitor)) {
        *ret = building.total;
        return true;
    }
    if (building.err.kind != ERR_NONE)
        return err_copy(err, &building.err);
    return err_set(err, ERR_INPUT, "%s: \"%s\" is no constraint", scheme_name(scheme),
                   quote(constraint).text);
}
