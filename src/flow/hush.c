// What rules of projects silence of what was learned. Most of it no rule is about: that is seen by
// the names of its flaw and of its package alone.
#include "flow/hush_inner.h"

#include "flow/rules_inner.h"

struct keyed {
    int64_t key;
    size_t rule;
};

// The rules, of whatever project, that may be about a lesson: numbers in `may`.
struct chosen {
    size_t first;
    size_t count;
};

struct hush {
    struct store *store;
    const struct limits *limits;
    uint32_t today;
    struct arena *mem;
    struct project_rules rules;
    struct list keyed;  // of struct keyed, sorted: rules by what they name
    struct list placed; // the same by project: those that name places alone
    const struct lesson *lessons;
    struct chosen *chosen;         // one for each lesson
    struct list may;               // of size_t: numbers of rules
    const int64_t *units;          // of the lessons, sorted
    struct stored_unit *companies; // as many
    size_t unit_count;
    struct arena *bundle; // of what follows
    int64_t opened;       // the bundle that was looked into last; 0: none
    struct bom bom;       // of it
    size_t openings;
    size_t asked;
};

// An occasion must not take for ever, for the store waits for it: of more bundles the places are
// not known, and what rules say of paths counts for nothing there; after so many questions about
// single images what is left counts.
enum { OPENINGS_MOST = 1000, ASKED_MOST = 100000 };

// ---------------------------------------------------------------- rules by names

static int by_key(const void *a, const void *b)
{
    const struct keyed *left = a;
    const struct keyed *right = b;
    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return (left->rule > right->rule) - (left->rule < right->rule);
}

static size_t first_keyed(const struct list *keyed, int64_t key)
{
    size_t low = 0;
    size_t high = keyed->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (LIST_AT(keyed, struct keyed, middle)->key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_keyed(const struct list *keyed, size_t at, int64_t key)
{
    return at < keyed->count && LIST_AT(keyed, struct keyed, at)->key == key;
}

static bool add_placed(struct hush *hush, size_t rule, struct err *err)
{
    struct keyed *placed = LIST_ADD(&hush->placed, struct keyed);
    if (!placed)
        return arena_err(hush->mem, err, "rules");
    *placed = (struct keyed){hush->rules.items[rule].project, rule};
    return true;
}

static bool add_keys(struct hush *hush, size_t rule, struct err *err)
{
    const int64_t *keys = NULL;
    size_t count = 0;
    if (!project_rule_keys(&hush->rules.items[rule], hush->mem, &keys, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct keyed *keyed = LIST_ADD(&hush->keyed, struct keyed);
        if (keyed)
            *keyed = (struct keyed){keys[i], rule};
    }
    return list_ok(&hush->keyed) || arena_err(hush->mem, err, "rules");
}

static bool file_rules(struct hush *hush, struct err *err)
{
    list_init(&hush->keyed, hush->mem, sizeof(struct keyed), UINT32_MAX);
    list_init(&hush->placed, hush->mem, sizeof(struct keyed), UINT32_MAX);
    for (size_t i = 0; i < hush->rules.count; i++) {
        const struct project_rule *rule = &hush->rules.items[i];
        bool names_nothing = rule->ids.count + rule->packages.count == 0;
        if (!(names_nothing ? add_placed(hush, i, err) : add_keys(hush, i, err)))
            return false;
    }
    sort_items(hush->keyed.items, hush->keyed.count, sizeof(struct keyed), by_key);
    sort_items(hush->placed.items, hush->placed.count, sizeof(struct keyed), by_key);
    return true;
}

// ---------------------------------------------------------------- rules of each lesson

static bool read_companies(struct hush *hush, size_t count, struct err *err)
{
    int64_t *units = arena_array(hush->mem, count, sizeof *units);
    if (!units)
        return arena_err(hush->mem, err, "units");
    for (size_t i = 0; i < count; i++)
        units[i] = hush->lessons[i].unit;
    hush->unit_count = sort_distinct(units, count);
    hush->units = units;
    hush->companies = arena_array(hush->mem, hush->unit_count, sizeof *hush->companies);
    if (!hush->companies)
        return arena_err(hush->mem, err, "units");
    return store_read_units(hush->store, units, hush->unit_count, hush->mem, hush->companies, err);
}

static span company_of_unit(const struct hush *hush, int64_t unit)
{
    for (size_t low = 0, high = hush->unit_count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (hush->units[middle] == unit)
            return hush->companies[middle].unit.company;
        if (hush->units[middle] < unit)
            low = middle + 1;
        else
            high = middle;
    }
    return (span){0};
}

static void choose(struct hush *hush, struct chosen *chosen, size_t rule)
{
    for (size_t i = 0; i < chosen->count && list_ok(&hush->may); i++)
        if (*LIST_AT(&hush->may, size_t, chosen->first + i) == rule)
            return;
    size_t *number = LIST_ADD(&hush->may, size_t);
    if (!number)
        return;
    *number = rule;
    chosen->count++;
}

static void choose_keyed(struct hush *hush, struct chosen *chosen, int64_t key)
{
    const struct list *keyed = &hush->keyed;
    for (size_t i = first_keyed(keyed, key); is_keyed(keyed, i, key); i++)
        choose(hush, chosen, LIST_AT(keyed, struct keyed, i)->rule);
}

static bool choose_for(struct hush *hush, size_t number, struct arena *scratch, struct err *err)
{
    const struct lesson *lesson = &hush->lessons[number];
    struct chosen *chosen = &hush->chosen[number];
    struct spans names = {0};
    arena_reset(scratch);
    chosen->first = hush->may.count;
    if (!company_names(company_of_unit(hush, lesson->unit), hush->limits, scratch, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++)
        choose_keyed(hush, chosen, rule_key_of_package(names.items[i]));
    choose_keyed(hush, chosen, rule_key_of_flaw(lesson->finding->id));
    for (size_t i = 0; i < lesson->finding->aliases.count; i++)
        choose_keyed(hush, chosen, rule_key_of_flaw(lesson->finding->aliases.items[i]));
    return list_ok(&hush->may) || arena_err(hush->mem, err, "rules");
}

static bool choose_all(struct hush *hush, size_t count, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(hush->limits->kept_bytes);
    hush->chosen = arena_array(hush->mem, count, sizeof *hush->chosen);
    list_init(&hush->may, hush->mem, sizeof(size_t), UINT32_MAX);
    if (!scratch || !hush->chosen)
        return err_set(err, ERR_MEMORY, "no memory for rules");
    for (size_t i = 0; i < count; i++)
        if (!choose_for(hush, i, scratch, err))
            return false;
    return true;
}

bool hush_new(struct service *service, const struct lesson *lessons, size_t count,
              struct arena *mem, struct hush **ret, struct err *err)
{
    struct hush *hush = ARENA_NEW(mem, struct hush);
    if (!hush)
        return arena_err(mem, err, "rules");
    *hush = (struct hush){
        .store = service->store,
        .limits = &service->options->limits,
        .today = service->today,
        .mem = mem,
        .lessons = lessons,
    };
    *ret = NULL;
    if (!store_all_rules(hush->store, hush->today, mem, &hush->rules, err))
        return false;
    if (hush->rules.count == 0)
        return true;
    if (!file_rules(hush, err) || !read_companies(hush, count, err) ||
        !choose_all(hush, count, err))
        return false;
    hush->bundle = arena_new(hush->limits->kept_bytes);
    if (!hush->bundle)
        return err_set(err, ERR_MEMORY, "no memory for rules");
    *ret = hush;
    return true;
}

void hush_cleanup(struct hush **hush)
{
    if (*hush)
        arena_free((*hush)->bundle);
}

// ---------------------------------------------------------------- asking them

static size_t count_placed(const struct hush *hush, int64_t project)
{
    size_t first = first_keyed(&hush->placed, project);
    size_t end = first;
    while (is_keyed(&hush->placed, end, project))
        end++;
    return end - first;
}

static size_t count_rules(const struct hush *hush, const struct lesson *lesson, int64_t project)
{
    return hush->chosen[lesson - hush->lessons].count + count_placed(hush, 0) +
           count_placed(hush, project);
}

static void take_placed(const struct hush *hush, int64_t project, struct project_rule *rules,
                        size_t *count)
{
    const struct list *placed = &hush->placed;
    for (size_t i = first_keyed(placed, project); is_keyed(placed, i, project); i++)
        rules[(*count)++] = hush->rules.items[LIST_AT(placed, struct keyed, i)->rule];
}

// Those of a project, and those of all, among the rules that may be about a lesson.
static bool find_rules(const struct hush *hush, const struct lesson *lesson, int64_t project,
                       struct arena *mem, struct project_rules *ret, struct err *err)
{
    const struct chosen *chosen = &hush->chosen[lesson - hush->lessons];
    struct project_rule *rules =
        arena_array(mem, count_rules(hush, lesson, project), sizeof *rules);
    size_t count = 0;
    if (!rules)
        return arena_err(mem, err, "rules");
    for (size_t i = 0; i < chosen->count; i++) {
        size_t number = *LIST_AT(&hush->may, size_t, chosen->first + i);
        const struct project_rule *rule = &hush->rules.items[number];
        if (rule->project == 0 || rule->project == project)
            rules[count++] = *rule;
    }
    take_placed(hush, 0, rules, &count);
    take_placed(hush, project, rules, &count);
    *ret = (struct project_rules){.items = rules, .count = count};
    return true;
}

static bool ask(const struct hush *hush, const struct lesson *lesson,
                const struct image_rules *rules, const struct places *places, struct arena *mem,
                bool *ret, struct err *err)
{
    struct suppress *suppress = NULL;
    struct finding finding = *lesson->finding;
    finding.suppressed = (span){0};
    finding.suppression = NULL;
    if (!rules_suppress(rules, hush->today, hush->limits, mem, &suppress, err) ||
        !rules_apply_to_unit(suppress, company_of_unit(hush, lesson->unit), places, hush->limits,
                             &finding, err))
        return false;
    *ret = finding.suppression != NULL;
    return true;
}

static bool names_paths(const struct project_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        if (rules->items[i].paths.count)
            return true;
    return false;
}

static bool names_places(const struct project_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        if (rules->items[i].image.len || rules->items[i].paths.count)
            return true;
    return false;
}

bool hush_ask(const struct hush *hush, const struct lesson *lesson, int64_t project,
              enum hush_answer *ret, struct err *err)
{
    struct image_rules rules = {0};
    bool is_silenced = false;
    *ret = HUSH_COUNTS;
    if (count_rules(hush, lesson, project) == 0)
        return true;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(hush->limits->kept_bytes);
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for rules");
    if (!find_rules(hush, lesson, project, mem, &rules.rules, err) ||
        (rules.rules.count &&
         !ask(hush, lesson, &rules, &(struct places){0}, mem, &is_silenced, err)))
        return false;
    if (is_silenced)
        *ret = HUSH_SILENCED;
    else if (names_places(&rules.rules))
        *ret = HUSH_BY_IMAGE;
    return true;
}

// ---------------------------------------------------------------- in one image

// One is kept: images that share it come one after the other.
static bool open_bundle(struct hush *hush, int64_t id, struct err *err)
{
    span content = {0};
    if (hush->opened == id)
        return true;
    hush->opened = 0;
    hush->openings++;
    arena_reset(hush->bundle);
    if (!store_bundle_content(hush->store, id, hush->bundle, &content, err) ||
        !unkeep_bundle(content, hush->limits, hush->bundle, &hush->bom, err))
        return false;
    hush->opened = id;
    return true;
}

// All places of what may be the package: there may be several of one name and version.
static bool find_places(struct hush *hush, const struct lesson *lesson, int64_t bundle,
                        struct arena *mem, struct places *ret, struct err *err)
{
    const struct learned *learned = &lesson->learned;
    struct list places;
    list_init(&places, mem, sizeof(struct location), UINT32_MAX);
    if (!open_bundle(hush, bundle, err))
        return false;
    for (size_t i = 0; i < hush->bom.package_count; i++) {
        const struct package *package = &hush->bom.packages[i];
        if (!span_equal(package->type, learned->package_type) ||
            !span_equal(package->name, learned->package) ||
            !span_equal(package->version, learned->version))
            continue;
        for (size_t j = 0; j < package->location_count; j++) {
            struct location *place = LIST_ADD(&places, struct location);
            if (!place)
                return arena_err(mem, err, "places");
            *place = package->locations[j];
        }
    }
    *ret = (struct places){.items = places.items, .count = places.count};
    return true;
}

bool hush_ask_image(struct hush *hush, const struct lesson *lesson, int64_t project,
                    const struct hush_place *at, bool *ret, struct err *err)
{
    struct image_rules rules = {0};
    struct places places = {0};
    if (hush->asked == ASKED_MOST) {
        *ret = false;
        return true;
    }
    hush->asked++;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(hush->limits->kept_bytes);
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for rules");
    if (!find_rules(hush, lesson, project, mem, &rules.rules, err) ||
        !image_rule_names(at->names, at->name_count, project, mem, &rules.names, err))
        return false;
    if (names_paths(&rules.rules) && hush->openings < OPENINGS_MOST &&
        !find_places(hush, lesson, at->bundle, mem, &places, err))
        return false;
    return ask(hush, lesson, &rules, &places, mem, ret, err);
}
