// Rules of projects: which count, and for what.
#include "flow/rules_inner.h"

#include "flow/judge_inner.h"

// ---------------------------------------------------------------- which count

static bool add_names(const struct named_image *named, struct list *names)
{
    const span known[] = {
        named->name,
        span_first(named->name, span_find_last(named->name, ':')),
        named->digest,
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        span *name = LIST_ADD(names, span);
        if (!name)
            return false;
        *name = known[i];
    }
    return true;
}

bool image_rule_names(const struct named_image *named, size_t count, int64_t project,
                      struct arena *mem, struct spans *ret, struct err *err)
{
    struct list names;
    list_init(&names, mem, sizeof(span), UINT32_MAX);
    for (size_t i = 0; i < count; i++)
        if ((project == 0 || named[i].project == project) && !add_names(&named[i], &names))
            return arena_err(mem, err, "names of an image");
    *ret = (struct spans){.items = names.items, .count = names.count};
    return true;
}

// 0: it is in several.
static int64_t only_project(const struct named_image *named, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (named[i].project != named[0].project)
            return 0;
    return count ? named[0].project : 0;
}

bool rules_of_image(struct store *store, int64_t image, int64_t project, uint32_t today,
                    struct arena *mem, struct image_rules *ret, struct err *err)
{
    const struct named_image *named = NULL;
    size_t count = 0;
    struct image_rules rules = {0};
    if (!store_names_of_image(store, image, mem, &named, &count, err) ||
        !image_rule_names(named, count, project, mem, &rules.names, err))
        return false;
    if (project == 0)
        project = only_project(named, count);
    if (!store_rules(store, project, today, mem, &rules.rules, err))
        return false;
    *ret = rules;
    return true;
}

// ---------------------------------------------------------------- applying them

bool rules_suppress(const struct image_rules *rules, uint32_t today, const struct limits *limits,
                    struct arena *mem, struct suppress **ret, struct err *err)
{
    struct suppress *suppress = NULL;
    if (!suppress_new(limits, today, mem, &suppress, err))
        return false;
    for (size_t i = 0; i < rules->rules.count; i++)
        if (!suppress_add_rule(suppress, &rules->rules.items[i], err))
            return false;
    for (size_t i = 0; i < rules->names.count; i++)
        if (!suppress_add_name(suppress, rules->names.items[i], err))
            return false;
    *ret = suppress;
    return true;
}

bool rules_apply(const struct image_rules *rules, uint32_t today, const struct limits *limits,
                 struct arena *mem, struct scan *scan, struct err *err)
{
    struct suppress *suppress = NULL;
    return rules->rules.count == 0 || (rules_suppress(rules, today, limits, mem, &suppress, err) &&
                                       suppress_apply(suppress, scan, &scan->bom.notes, err));
}

bool rules_apply_to_kept(const struct image_rules *rules, uint32_t today,
                         const struct limits *limits, struct arena *mem, struct scan *scan,
                         struct err *err)
{
    const struct image image = scan->image;
    scan->image.name = (span){0};
    scan->image.index_digest = (span){0};
    bool applied = rules_apply(rules, today, limits, mem, scan, err);
    scan->image = image;
    return applied;
}

bool rules_apply_to_unit(struct suppress *suppress, span company, const struct places *places,
                         const struct limits *limits, struct finding *finding, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(limits->kept_bytes);
    struct company unit = {0};
    struct notes notes = {0};
    if (!scratch)
        return err_set(err, ERR_MEMORY, "no memory for rules");
    notes_init(&notes, scratch, limits);
    if (!company_read(company, limits, scratch, &unit, err) || !company_name(&unit, scratch, err))
        return false;
    unit.bom.packages[unit.package].locations = places->items;
    unit.bom.packages[unit.package].location_count = places->count;
    finding->package = unit.package;
    struct scan scan = {.bom = unit.bom, .findings = {.items = finding, .count = 1}};
    return suppress_apply(suppress, &scan, &notes, err);
}
