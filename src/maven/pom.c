// A project as its pom.xml describes it (Maven's POM reference), with what its parents leave it.
#include "maven/maven_inner.h"

// ---------------------------------------------------------------- values

static int compare_properties(const void *a, const void *b)
{
    return span_compare(((const struct property *)a)->name, ((const struct property *)b)->name);
}

static const struct property *find_property(const struct pom *pom, span name)
{
    size_t low = 0;
    size_t high = pom->property_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(pom->properties[middle].name, name) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    // Of several of one name the last counts.
    bool there = low > 0 && span_equal(pom->properties[low - 1].name, name);
    return there ? &pom->properties[low - 1] : NULL;
}

// The values that have names without being properties. "pom." is what Maven 2 wrote.
static bool find_own(const struct pom *pom, span name, span *ret)
{
    const struct {
        span name;
        span value;
    } values[] = {
        {S("groupId"), pom->raw.group},
        {S("artifactId"), pom->raw.artifact},
        {S("version"), pom->raw.version},
        {S("parent.groupId"), pom->above.group},
        {S("parent.version"), pom->above.version},
        {S("parent.artifactId"), pom->above.artifact},
    };
    span rest = name;
    if (span_starts_with(name, S("project.")))
        rest = span_from(name, 8);
    else if (span_starts_with(name, S("pom.")))
        rest = span_from(name, 4);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (span_equal(rest, values[i].name) && values[i].value.len) {
            *ret = values[i].value;
            return true;
        }
    return false;
}

// Its own properties first, then those of its parents.
static bool find_value(const struct pom *pom, span name, span *ret)
{
    for (const struct pom *at = pom; at; at = at->parent) {
        const struct property *property = find_property(at, name);
        if (!property)
            continue;
        *ret = property->value;
        return true;
    }
    return find_own(pom, name, ret);
}

// ---------------------------------------------------------------- "${name}"

// One value being put together. Properties may name properties: depth and steps bound what a few
// lines can ask for.
struct expansion {
    const struct pom *pom;
    struct text *out;
    uint64_t steps;
};

// Cuts the next "${name}" off: what is in front of it goes to *ret_before. False: there is none.
static bool cut_reference(span *rest, span *ret_before, span *ret_name)
{
    span text = *rest;
    for (size_t at = 0; at + 1 < text.len; at++) {
        if (text.ptr[at] != '$' || text.ptr[at + 1] != '{')
            continue;
        span name = span_from(text, at + 2);
        size_t end = span_find(name, '}');
        if (end == SPAN_NONE)
            return false;
        *ret_before = span_first(text, at);
        *ret_name = span_first(name, end);
        *rest = span_from(name, end + 1);
        return true;
    }
    return false;
}

static void expand(struct expansion *expansion, span value, uint64_t depth)
{
    span before = {0};
    span name = {0};
    while (cut_reference(&value, &before, &name)) {
        span found = {0};
        text_add(expansion->out, before);
        if (depth == 0 || expansion->steps == 0 || !find_value(expansion->pom, name, &found)) {
            text_add(expansion->out, S("${"));
            text_add(expansion->out, name);
            text_add_byte(expansion->out, '}');
            continue;
        }
        expansion->steps--;
        expand(expansion, found, depth - 1);
    }
    text_add(expansion->out, value);
}

bool pom_expand(const struct pom *pom, span raw, struct arena *mem, span *ret, struct err *err)
{
    *ret = raw;
    if (span_find(raw, '$') == SPAN_NONE)
        return true;
    struct text out;
    text_init(&out, mem, (size_t)pom->limits->field_bytes);
    struct expansion expansion = {.pom = pom, .out = &out, .steps = pom->limits->depth};
    expand(&expansion, raw, pom->limits->depth);
    if (text_ok(&out))
        *ret = text_span(&out);
    return text_ok(&out) || arena_left(mem) > pom->limits->field_bytes ||
           arena_err(mem, err, "pom.xml");
}

bool pom_expand_coordinates(const struct pom *pom, const struct coordinates *raw, struct arena *mem,
                            struct coordinates *ret, struct err *err)
{
    struct coordinates found = {0};
    if (!pom_expand(pom, raw->group, mem, &found.group, err) ||
        !pom_expand(pom, raw->artifact, mem, &found.artifact, err) ||
        !pom_expand(pom, raw->version, mem, &found.version, err))
        return false;
    *ret = found;
    return true;
}

// ---------------------------------------------------------------- the project

static bool add_properties(const struct xml_node *base, struct list *list, struct err *err)
{
    const struct xml_node *properties = xml_child(base, "properties");
    for (const struct xml_node *node = properties ? properties->first : NULL; node;
         node = node->next) {
        struct property *property = LIST_ADD(list, struct property);
        if (!property)
            return arena_err(list->mem, err, "pom.xml");
        *property = (struct property){.name = node->name, .value = node->text};
    }
    return true;
}

static bool read_properties(struct pom *pom, struct arena *mem, struct err *err)
{
    struct list list;
    list_init(&list, mem, sizeof(struct property), SIZE_MAX);
    for (size_t i = pom->bases.count; i-- > 0;) // of several of one name the last counts
        if (!add_properties(pom_base(pom, i), &list, err))
            return false;
    sort_items(list.items, list.count, sizeof(struct property), compare_properties);
    pom->properties = list.items;
    pom->property_count = list.count;
    return true;
}

struct coordinates pom_raw_coordinates(const struct xml_node *node)
{
    return (struct coordinates){
        .group = xml_child_text(node, "groupId"),
        .artifact = xml_child_text(node, "artifactId"),
        .version = xml_child_text(node, "version"),
    };
}

static bool read_own(struct pom *pom, struct arena *mem, struct err *err)
{
    pom->above = pom_raw_coordinates(xml_child(pom->project, "parent"));
    pom->raw = pom_raw_coordinates(pom->project);
    if (pom->raw.group.len == 0)
        pom->raw.group = pom->above.group;
    if (pom->raw.version.len == 0)
        pom->raw.version = pom->above.version;
    return pom_expand_coordinates(pom, &pom->raw, mem, &pom->own, err);
}

bool pom_read(span text, const struct limits *limits, struct arena *mem, struct pom **ret,
              struct err *err)
{
    const struct xml_node *project = NULL;
    struct pom *pom = ARENA_NEW(mem, struct pom);
    if (!pom)
        return arena_err(mem, err, "pom.xml");
    if (!xml_parse(text, limits, mem, &project, err))
        return false;
    if (!span_equal(project->name, S("project")))
        return err_set(err, ERR_INPUT, "xml: '%s' is no project of Maven",
                       quote(project->name).text);
    *pom = (struct pom){.limits = limits, .project = project};
    if (!pom_find_bases(pom, mem, err) || !read_properties(pom, mem, err) ||
        !read_own(pom, mem, err))
        return false;
    *ret = pom;
    return true;
}

struct coordinates pom_coordinates(const struct pom *pom)
{
    return pom->own;
}

// As one line.
static void add_words(struct text *text, span s)
{
    bool blank = false;
    for (size_t i = 0; i < s.len; i++) {
        if (blank && !ascii_is_space(s.ptr[i]))
            text_add_byte(text, ' ');
        blank = ascii_is_space(s.ptr[i]);
        if (!blank)
            text_add_byte(text, s.ptr[i]);
    }
}

bool pom_licenses(const struct pom *pom, struct arena *mem, span *ret, struct err *err)
{
    const struct xml_node *node = xml_child(xml_child(pom->project, "licenses"), "license");
    struct text out;
    text_init(&out, mem, (size_t)pom->limits->field_bytes);
    for (; node; node = xml_again(node)) {
        span name = xml_child_text(node, "name");
        if (name.len == 0)
            name = xml_child_text(node, "url");
        if (out.len && name.len)
            text_add(&out, S(" OR "));
        add_words(&out, name);
    }
    if (!text_ok(&out))
        return arena_err(mem, err, "licences");
    *ret = text_span(&out);
    return true;
}
