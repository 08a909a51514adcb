// Maven's records of an artefact: pom.properties (Maven Archiver) and pom.xml (Maven's POM
// reference), as far as one file says it all.
#include "format/xml/xml.h"
#include "scan/catalog/java_inner.h"

// ---------------------------------------------------------------- coordinates

static bool is_value(span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] >= 0x7f ||
            span_find(S("${}[](),@:/\\"), s.ptr[i]) != SPAN_NONE)
            return false;
    return s.len > 0;
}

bool coordinates_are_values(const struct coordinates *coordinates)
{
    return is_value(coordinates->group) && is_value(coordinates->artifact) &&
           is_value(coordinates->version);
}

// A file of Java's Properties; Maven writes it without continuation lines.
bool pom_properties_read(span text, struct coordinates *ret, struct err *err)
{
    struct coordinates found = {0};
    while (text.len) {
        span value = span_trim(span_cut_line(&text));
        if (span_starts_with(value, S("#")) || span_starts_with(value, S("!")))
            continue;
        span key = span_trim(span_cut(&value, '='));
        if (span_equal(key, S("groupId")))
            found.group = span_trim(value);
        else if (span_equal(key, S("artifactId")))
            found.artifact = span_trim(value);
        else if (span_equal(key, S("version")))
            found.version = span_trim(value);
    }
    if (!coordinates_are_values(&found))
        return err_set(err, ERR_INPUT, "pom.properties: a coordinate is missing or no value");
    *ret = found;
    return true;
}

// ---------------------------------------------------------------- properties

struct property {
    span name;
    span value;
};

struct managed {
    struct coordinates coordinates;
    span scope;
};

struct pom {
    const struct xml_node *project;
    const struct limits *limits;
    const struct property *properties; // sorted by name
    size_t property_count;
    const struct managed *managed; // sorted by group, then artifact
    size_t managed_count;
    struct coordinates own;
};

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
    const struct xml_node *parent = xml_child(pom->project, "parent");
    span rest = name;
    if (span_starts_with(name, S("project.")))
        rest = span_from(name, 8);
    else if (span_starts_with(name, S("pom.")))
        rest = span_from(name, 4);
    if (span_equal(rest, S("groupId")))
        *ret = pom->own.group;
    else if (span_equal(rest, S("artifactId")))
        *ret = pom->own.artifact;
    else if (span_equal(rest, S("version")))
        *ret = pom->own.version;
    else if (span_equal(rest, S("parent.groupId")))
        *ret = xml_child_text(parent, "groupId");
    else if (span_equal(rest, S("parent.version")))
        *ret = xml_child_text(parent, "version");
    return ret->len > 0;
}

static bool find_value(const struct pom *pom, span name, span *ret)
{
    const struct property *property = find_property(pom, name);
    if (!property)
        return find_own(pom, name, ret);
    *ret = property->value;
    return true;
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

// The text with what this file can say of its "${…}". A text that grows too long stays as it was.
static bool resolve(const struct pom *pom, span raw, struct arena *mem, span *ret, struct err *err)
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

static bool resolve_coordinates(const struct pom *pom, const struct xml_node *node,
                                struct arena *mem, struct coordinates *ret, struct err *err)
{
    struct coordinates found = {0};
    if (!resolve(pom, xml_child_text(node, "groupId"), mem, &found.group, err) ||
        !resolve(pom, xml_child_text(node, "artifactId"), mem, &found.artifact, err) ||
        !resolve(pom, xml_child_text(node, "version"), mem, &found.version, err))
        return false;
    *ret = found;
    return true;
}

// ---------------------------------------------------------------- what is managed

static int compare_names(const struct coordinates *a, const struct coordinates *b)
{
    int order = span_compare(a->group, b->group);
    return order != 0 ? order : span_compare(a->artifact, b->artifact);
}

static int compare_managed(const void *a, const void *b)
{
    return compare_names(&((const struct managed *)a)->coordinates,
                         &((const struct managed *)b)->coordinates);
}

static const struct managed *find_managed(const struct pom *pom, const struct coordinates *wanted)
{
    size_t low = 0;
    size_t high = pom->managed_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_names(&pom->managed[middle].coordinates, wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool there =
        low < pom->managed_count && compare_names(&pom->managed[low].coordinates, wanted) == 0;
    return there ? &pom->managed[low] : NULL;
}

static const struct xml_node *dependencies_of(const struct xml_node *node)
{
    return xml_child(xml_child(node, "dependencies"), "dependency");
}

static bool read_managed(struct pom *pom, struct arena *mem, struct err *err)
{
    const struct xml_node *node = dependencies_of(xml_child(pom->project, "dependencyManagement"));
    struct list list;
    list_init(&list, mem, sizeof(struct managed), SIZE_MAX);
    for (; node; node = xml_again(node)) {
        struct managed *managed = LIST_ADD(&list, struct managed);
        if (!managed)
            return arena_err(mem, err, "pom.xml");
        managed->scope = xml_child_text(node, "scope");
        if (!resolve_coordinates(pom, node, mem, &managed->coordinates, err))
            return false;
    }
    sort_items(list.items, list.count, sizeof(struct managed), compare_managed);
    pom->managed = list.items;
    pom->managed_count = list.count;
    return true;
}

// ---------------------------------------------------------------- the project

static bool read_properties(struct pom *pom, struct arena *mem, struct err *err)
{
    const struct xml_node *properties = xml_child(pom->project, "properties");
    struct list list;
    list_init(&list, mem, sizeof(struct property), SIZE_MAX);
    for (const struct xml_node *node = properties ? properties->first : NULL; node;
         node = node->next) {
        struct property *property = LIST_ADD(&list, struct property);
        if (!property)
            return arena_err(mem, err, "pom.xml");
        *property = (struct property){.name = node->name, .value = node->text};
    }
    sort_items(list.items, list.count, sizeof(struct property), compare_properties);
    pom->properties = list.items;
    pom->property_count = list.count;
    return true;
}

static bool read_own(struct pom *pom, struct arena *mem, struct err *err)
{
    const struct xml_node *parent = xml_child(pom->project, "parent");
    struct coordinates own = {0};
    if (!resolve_coordinates(pom, pom->project, mem, &own, err))
        return false;
    if (own.group.len == 0)
        own.group = xml_child_text(parent, "groupId");
    if (own.version.len == 0)
        own.version = xml_child_text(parent, "version");
    pom->own = own;
    return true;
}

bool pom_read(span text, const struct limits *limits, struct arena *mem, const struct pom **ret,
              struct err *err)
{
    struct pom *pom = ARENA_NEW(mem, struct pom);
    if (!pom)
        return arena_err(mem, err, "pom.xml");
    pom->limits = limits;
    if (!xml_parse(text, limits, mem, &pom->project, err))
        return false;
    if (!span_equal(pom->project->name, S("project")))
        return err_set(err, ERR_INPUT, "xml: '%s' is no project of Maven",
                       quote(pom->project->name).text);
    if (!read_properties(pom, mem, err) || !read_own(pom, mem, err) || !read_managed(pom, mem, err))
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

// ---------------------------------------------------------------- dependencies

static bool is_for_run_time(span scope)
{
    return scope.len == 0 || span_equal(scope, S("compile")) || span_equal(scope, S("runtime"));
}

// "[1.2]" demands exactly 1.2 (POM reference, "Dependency Version Requirement Specification").
static span exact_version(span version)
{
    bool exact = span_starts_with(version, S("[")) && span_ends_with(version, S("]")) &&
                 span_find(version, ',') == SPAN_NONE;
    return exact ? span_trim(span_slice(version, 1, version.len - 2)) : version;
}

static bool add_dependency(const struct pom *pom, const struct xml_node *node, struct arena *mem,
                           struct list *list, struct err *err)
{
    struct coordinates found = {0};
    span scope = xml_child_text(node, "scope");
    if (!resolve_coordinates(pom, node, mem, &found, err))
        return false;
    const struct managed *managed = find_managed(pom, &found);
    if (managed && found.version.len == 0)
        found.version = managed->coordinates.version;
    if (managed && scope.len == 0)
        scope = managed->scope;
    if (!is_for_run_time(scope) || span_equal(xml_child_text(node, "optional"), S("true")))
        return true;
    struct coordinates *added = LIST_ADD(list, struct coordinates);
    if (!added)
        return arena_err(mem, err, "pom.xml");
    *added = found;
    added->version = exact_version(found.version);
    return true;
}

bool pom_dependencies(const struct pom *pom, struct arena *mem, struct list *ret, struct err *err)
{
    struct list list;
    list_init(&list, mem, sizeof(struct coordinates), SIZE_MAX);
    for (const struct xml_node *node = dependencies_of(pom->project); node; node = xml_again(node))
        if (!add_dependency(pom, node, mem, &list, err))
            return false;
    *ret = list;
    return true;
}
