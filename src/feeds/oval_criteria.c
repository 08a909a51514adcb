#include "feeds/oval_inner.h"

// What a tree of criteria says of packages is taken out of it. What it says of the machine beside
// that (architectures, keys of signatures, the kernel that runs) is left out, since it does not
// tell which versions are affected.

// What the criteria above a test narrow it down to.
struct scope {
    struct spans platforms; // empty: all that the definition names
    span module;
};

static void note(const struct oval *oval, span what)
{
    notes_add(oval->translation->notes, NOTE_INFORMATION, oval->path, "oval: %s: %s",
              quote(oval->draft.advisory.id).text, quote(what).text);
}

static bool is_platform_of_definition(const struct oval *oval, span text)
{
    const struct xml_node *platform = xml_child(xml_child(oval->metadata, "affected"), "platform");
    for (; platform; platform = xml_again(platform))
        if (span_equal(xml_text(platform), text))
            return true;
    return false;
}

// ---------------------------------------------------------------- tests

static const struct xml_node *referred(const struct oval *oval, const struct xml_node *test,
                                       const char *child, const char *attribute)
{
    return oval_find(oval, xml_attribute(xml_child(test, child), attribute));
}

// "0:" in front says that there is no epoch, and of Debian's versions that nobody looked for one.
static span without_zero_epoch(span evr)
{
    return span_starts_with(evr, S("0:")) ? span_from(evr, 2) : evr;
}

// Adds what a state says of the version; false for what cannot be said in one range.
static bool add_bound(const struct xml_node *evr, struct affected *ret)
{
    span operation = xml_attribute(evr, "operation");
    span version = without_zero_epoch(xml_text(evr));
    if (span_equal(operation, S("less than"))) {
        ret->fixed = version;
    } else if (span_equal(operation, S("less than or equal"))) {
        ret->last_affected = version;
    } else if (span_equal(operation, S("greater than or equal"))) {
        ret->introduced = version;
    } else if (span_equal(operation, S("greater than"))) {
        bool is_any = span_equal(version, S("0-0")); // SUSE: every version
        ret->introduced = is_any ? (span){0} : version;
        ret->after_introduced = !is_any;
    } else if (span_equal(operation, S("equals"))) {
        ret->introduced = version;
        ret->last_affected = version;
    } else {
        return false;
    }
    return true;
}

// One package under test in an AND: several tests of it bound one range.
struct condition {
    const struct xml_node *name; // the object's
    bool is_of_version;          // else only keys or architectures are asked for
    struct affected bounds;
};

// Adds what a state says; false for what a range cannot say.
static bool add_state(const struct xml_node *state, struct condition *ret)
{
    const struct xml_node *evr = xml_child(state, "evr");
    const struct xml_node *version = xml_child(state, "version");
    ret->is_of_version |= evr || version;
    if (evr)
        return add_bound(evr, &ret->bounds);
    if (!version)
        return true;
    ret->bounds.status = STATUS_NOT_AFFECTED;
    return span_equal(xml_text(version), S("0")); // SUSE: no version is affected
}

// The name of the object, or null where the test is not of a package's version.
static const struct xml_node *tested_name(const struct oval *oval, const struct xml_node *test)
{
    if (!test ||
        !(span_equal(test->name, S("rpminfo_test")) || span_equal(test->name, S("dpkginfo_test"))))
        return NULL;
    const struct xml_node *name = xml_child(referred(oval, test, "object", "object_ref"), "name");
    return span_ends_with(xml_text(name), S("-release")) ? NULL : name;
}

// Does the test ask for one name, and whether it is there?
static bool is_plain(const struct xml_node *test, const struct xml_node *name)
{
    span operation = xml_attribute(name, "operation");
    return (!operation.len || span_equal(operation, S("equals"))) &&
           !span_equal(xml_attribute(test, "check_existence"), S("none_exist"));
}

// A test without a state: whoever has the package is affected.
static bool add_test(const struct oval *oval, const struct xml_node *test, struct condition *ret)
{
    if (!is_plain(test, ret->name))
        return false;
    if (xml_child(test, "state"))
        return add_state(referred(oval, test, "state", "state_ref"), ret);
    ret->is_of_version = true;
    return true;
}

// ---------------------------------------------------------------- criteria

static bool is_negated(const struct xml_node *node)
{
    return span_equal(xml_attribute(node, "negate"), S("true"));
}

static bool is_named(const struct xml_node *node, span name)
{
    return span_equal(node->name, name);
}

// "SUSE Linux Enterprise Server 15 is installed" gives the platform; empty for any other.
static span platform_of(const struct oval *oval, const struct xml_node *criterion)
{
    span comment = xml_attribute(criterion, "comment");
    span suffix = S(" is installed");
    if (!is_named(criterion, S("criterion")) || !span_ends_with(comment, suffix))
        return (span){0};
    span platform = span_first(comment, comment.len - suffix.len);
    return is_platform_of_definition(oval, platform) ? platform : (span){0};
}

// "Module nodejs:18 is enabled" gives "nodejs:18"; empty for any other.
static span module_of(const struct xml_node *criterion)
{
    span comment = xml_attribute(criterion, "comment");
    span prefix = S("Module ");
    span suffix = S(" is enabled");
    if (!span_starts_with(comment, prefix) || !span_ends_with(comment, suffix) ||
        comment.len <= prefix.len + suffix.len)
        return (span){0};
    return span_slice(comment, prefix.len, comment.len - prefix.len - suffix.len);
}

// Adds the platforms that a part of an AND is about; false when it is about anything else too.
// Recursion: xml_parse has checked the depth.
static bool add_platforms(const struct oval *oval, const struct xml_node *node, struct list *ret)
{
    span platform = platform_of(oval, node);
    if (platform.len) {
        span *item = LIST_ADD(ret, span);
        if (item)
            *item = platform;
        return true;
    }
    if (!is_named(node, S("criteria")) || !node->first || is_negated(node))
        return false;
    for (const struct xml_node *child = node->first; child; child = child->next)
        if (!add_platforms(oval, child, ret))
            return false;
    return true;
}

static void add_for_platform(struct oval *oval, span platform, const struct affected *statement)
{
    struct targets targets = {0};
    oval_read_platform(oval, platform, &targets);
    for (size_t i = 0; i < targets.count; i++) {
        const struct affected *target = &targets.items[i];
        struct affected affected = *statement;
        affected.ecosystem = target->ecosystem;
        affected.repository = target->repository;
        affected.name_kind = target->name_kind;
        if (affected.status == STATUS_FIXED)
            affected.status = target->status;
        bool is_range = affected.introduced.len || affected.last_affected.len;
        if (affected.name_kind == NAME_BINARY && !is_range)
            rpm_add_build(&oval->draft, &affected);
        else
            draft_add(&oval->draft, &affected);
    }
}

static void add_name(struct oval *oval, const struct scope *scope, span name,
                     const struct affected *bounds)
{
    struct affected affected = *bounds;
    affected.name = name;
    affected.module = scope->module;
    if (oval->not_applicable)
        affected.status = STATUS_NOT_AFFECTED;
    if (affected.status == STATUS_NOT_AFFECTED)
        affected.introduced = affected.fixed = affected.last_affected = (span){0};
    else
        affected.status = affected.fixed.len ? STATUS_FIXED : STATUS_AFFECTED;
    if (rpm_is_debug(name))
        return;
    for (size_t i = 0; i < scope->platforms.count; i++)
        add_for_platform(oval, scope->platforms.items[i], &affected);
    if (scope->platforms.count)
        return;
    const struct xml_node *platform = xml_child(xml_child(oval->metadata, "affected"), "platform");
    for (; platform; platform = xml_again(platform))
        add_for_platform(oval, xml_text(platform), &affected);
}

// The object's name, or each of the names in the variable that it refers to.
static void add_names(struct oval *oval, const struct scope *scope, const struct xml_node *name,
                      const struct affected *bounds)
{
    span variable = xml_attribute(name, "var_ref");
    if (!variable.len) {
        add_name(oval, scope, xml_text(name), bounds);
        return;
    }
    const struct xml_node *value = xml_child(oval_find(oval, variable), "value");
    for (; value; value = xml_again(value))
        add_name(oval, scope, xml_text(value), bounds);
}

static struct condition *condition_of(struct list *conditions, const struct xml_node *name)
{
    for (size_t i = 0; i < conditions->count; i++) {
        struct condition *condition = LIST_AT(conditions, struct condition, i);
        if (condition->name == name)
            return condition;
    }
    struct condition *condition = LIST_ADD(conditions, struct condition);
    if (condition)
        *condition = (struct condition){.name = name, .bounds = {.status = STATUS_AFFECTED}};
    return condition;
}

// False when a test cannot be expressed: then nothing is said of what it stands beside.
static bool add_criterion(const struct oval *oval, const struct xml_node *criterion,
                          struct list *conditions)
{
    const struct xml_node *test = oval_find(oval, xml_attribute(criterion, "test_ref"));
    const struct xml_node *name = tested_name(oval, test);
    if (!name)
        return true;
    struct condition *condition = condition_of(conditions, name);
    if (!condition)
        return true; // the list says so
    if (!is_negated(criterion) && add_test(oval, test, condition))
        return true;
    note(oval, xml_attribute(criterion, "comment"));
    return false;
}

// All criterions that stand side by side in an AND, or one of an OR.
static void read_criterions(struct oval *oval, const struct xml_node *first, bool only_first,
                            const struct scope *scope)
{
    struct list conditions = {0};
    list_init(&conditions, oval->translation->mem, sizeof(struct condition), SIZE_MAX);
    for (const struct xml_node *node = first; node; node = only_first ? NULL : node->next)
        if (is_named(node, S("criterion")) && !add_criterion(oval, node, &conditions))
            return;
    if (!list_ok(&conditions))
        oval->draft.affected.failed = true;
    for (size_t i = 0; i < conditions.count; i++) {
        const struct condition *condition = LIST_AT(&conditions, struct condition, i);
        if (condition->is_of_version)
            add_names(oval, scope, condition->name, &condition->bounds);
    }
}

static void read_criteria(struct oval *oval, const struct xml_node *criteria, struct scope scope);

static void read_or(struct oval *oval, const struct xml_node *criteria, const struct scope *scope)
{
    for (const struct xml_node *node = criteria->first; node; node = node->next) {
        if (is_named(node, S("criteria")))
            read_criteria(oval, node, *scope);
        else
            read_criterions(oval, node, true, scope);
    }
}

static void read_and(struct oval *oval, const struct xml_node *criteria, struct scope scope)
{
    struct list found = {0};
    list_init(&found, oval->translation->mem, sizeof(span), SIZE_MAX);
    for (const struct xml_node *node = criteria->first; node; node = node->next) {
        size_t before = found.count;
        if (!add_platforms(oval, node, &found))
            found.count = before;
        span module = module_of(node);
        if (module.len)
            scope.module = module;
    }
    if (found.count)
        scope.platforms = (struct spans){.items = found.items, .count = found.count};
    read_criterions(oval, criteria->first, false, &scope);
    for (const struct xml_node *node = criteria->first; node; node = node->next)
        if (is_named(node, S("criteria")))
            read_criteria(oval, node, scope);
}

// Recursion: xml_parse has checked the depth.
static void read_criteria(struct oval *oval, const struct xml_node *criteria, struct scope scope)
{
    if (is_negated(criteria))
        note(oval, xml_attribute(criteria, "comment"));
    else if (span_equal(xml_attribute(criteria, "operator"), S("OR")))
        read_or(oval, criteria, &scope);
    else
        read_and(oval, criteria, scope);
}

void oval_read_criteria(struct oval *oval, const struct xml_node *criteria)
{
    read_criteria(oval, criteria, (struct scope){0});
}
