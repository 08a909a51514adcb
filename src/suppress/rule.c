// Entries of ignore files, and rules of projects: what they are about.
#include "suppress/suppress_inner.h"

#include <stdio.h>

bool add_rule(struct suppress *suppress, const struct rule *rule, struct err *err)
{
    struct purl *purls = arena_array(suppress->mem, rule->packages.count, sizeof *purls);
    struct rule *added = LIST_ADD(&suppress->rules, struct rule);
    if (!purls || !added)
        return arena_err(suppress->mem, err, "ignore files");
    for (size_t i = 0; i < rule->packages.count; i++)
        if (span_starts_with(rule->packages.items[i], S("pkg:")) &&
            !purl_parse(rule->packages.items[i], suppress->mem, &purls[i], err))
            return false;
    *added = *rule;
    added->purls = purls;
    suppress_document(suppress, rule->document)->statements++;
    return true;
}

bool suppress_add_rule(struct suppress *suppress, const struct project_rule *rule, struct err *err)
{
    char name[32] = "";
    uint32_t document = 0;
    (void)snprintf(name, sizeof name, "rule %lld", (long long)rule->id); // has room
    const struct document made = {
        .source = span_of_text(name), .format = "rule", .origin = SUPPRESS_SERVICE};
    if (!suppress_add_document(suppress, &made, &document, err))
        return false;
    const struct rule added = {
        .document = document,
        .kinds = ALL_KINDS,
        .flaws = rule->ids,
        .packages = rule->packages,
        .paths = rule->paths,
        .image = rule->image,
        .reason = rule->reason,
        .expires = rule->expires,
    };
    return add_rule(suppress, &added, err) || err_add(err, "%s", name);
}

bool suppress_add_name(struct suppress *suppress, span name, struct err *err)
{
    span *added = LIST_ADD(&suppress->names, span);
    return (added && arena_span(suppress->mem, name, added)) ||
           arena_err(suppress->mem, err, "names of an image");
}

// ---------------------------------------------------------------- patterns

static bool path_fits(struct spans patterns, span path)
{
    for (size_t i = 0; i < patterns.count; i++) {
        span pattern = patterns.items[i];
        while (span_starts_with(pattern, S("/")))
            pattern = span_from(pattern, 1);
        if (wants_match(&(struct wants){.patterns = &pattern, .count = 1}, path))
            return true;
    }
    return false;
}

// ---------------------------------------------------------------- conditions

// A finding may stand for several copies of a package: one that is elsewhere still counts.
static bool paths_fit(const struct rule *rule, const struct target *target,
                      const struct finding *finding)
{
    if (rule->paths.count == 0)
        return true;
    if (finding->package == NO_PACKAGE || finding->kind != FINDING_VULNERABILITY)
        return path_fits(rule->paths, finding->location);
    const struct package *package = target->packages[finding->package].package;
    for (size_t i = 0; i < package->location_count; i++)
        if (!path_fits(rule->paths, package->locations[i].path))
            return false;
    return package->location_count != 0;
}

static bool package_fits(const struct rule *rule, const struct target *target,
                         const struct finding *finding)
{
    if (rule->packages.count == 0)
        return true;
    if (finding->package == NO_PACKAGE)
        return false;
    const struct known_package *known = &target->packages[finding->package];
    for (size_t i = 0; i < rule->packages.count; i++) {
        const struct component component = {.purl = rule->purls[i]};
        bool fits = component.purl.type.len
                        ? component_is_package(&component, target, known)
                        : span_equal(rule->packages.items[i], known->package->name) ||
                              span_equal(rule->packages.items[i], known->package->source_name);
        if (fits)
            return true;
    }
    return false;
}

bool rule_is_of_image(const struct rule *rule, const struct target *target,
                      const struct list *names)
{
    const struct image *image = &target->scan->image;
    const span own[] = {image->name, target->repository, image->manifest_digest,
                        image->index_digest, image->image_id};
    if (rule->image.len == 0)
        return true;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (own[i].len && span_matches(own[i], rule->image))
            return true;
    for (size_t i = 0; i < names->count; i++)
        if (span_matches(*LIST_AT(names, span, i), rule->image))
            return true;
    return false;
}

bool rule_fits(const struct rule *rule, const struct target *target, const struct finding *finding)
{
    return (rule->kinds >> finding->kind & 1) && package_fits(rule, target, finding) &&
           paths_fit(rule, target, finding);
}
