// Profiles (Maven's POM reference, "Profiles"): which of them are active where nobody knows the
// environment that a project is built in.
#include "maven/maven_inner.h"

// "!name" without a value: active unless somebody sets the property. What else may be asked for (a
// JDK, a system, a file, a value) nobody can answer here.
static bool is_active_unset(const struct xml_node *profile)
{
    const struct xml_node *activation = xml_child(profile, "activation");
    const struct xml_node *property = xml_child(activation, "property");
    bool asks_more = xml_child(activation, "jdk") || xml_child(activation, "os") ||
                     xml_child(activation, "file") || xml_child(property, "value");
    return property && !asks_more && span_starts_with(xml_child_text(property, "name"), S("!"));
}

static bool is_active_by_default(const struct xml_node *profile)
{
    return span_equal(xml_child_text(xml_child(profile, "activation"), "activeByDefault"),
                      S("true"));
}

// Adds the active ones with the last first: it counts most.
static bool add_active(const struct xml_node *profile,
                       bool (*is_active)(const struct xml_node *profile), struct pom *pom,
                       struct err *err)
{
    struct list found;
    list_init(&found, pom->bases.mem, sizeof(const struct xml_node *), SIZE_MAX);
    for (; profile; profile = xml_again(profile)) {
        const struct xml_node **added =
            is_active(profile) ? LIST_ADD(&found, const struct xml_node *) : NULL;
        if (added)
            *added = profile;
    }
    for (size_t i = found.count; i-- > 0;) {
        const struct xml_node **added = LIST_ADD(&pom->bases, const struct xml_node *);
        if (added)
            *added = *LIST_AT(&found, const struct xml_node *, i);
    }
    return (list_ok(&found) && list_ok(&pom->bases)) || arena_err(pom->bases.mem, err, "pom.xml");
}

// Those that are active by default are so only where no other one of the file is.
bool pom_find_bases(struct pom *pom, struct arena *mem, struct err *err)
{
    const struct xml_node *profile = xml_child(xml_child(pom->project, "profiles"), "profile");
    list_init(&pom->bases, mem, sizeof(const struct xml_node *), SIZE_MAX);
    if (!add_active(profile, is_active_unset, pom, err) ||
        (pom->bases.count == 0 && !add_active(profile, is_active_by_default, pom, err)))
        return false;
    const struct xml_node **added = LIST_ADD(&pom->bases, const struct xml_node *);
    if (!added)
        return arena_err(mem, err, "pom.xml");
    *added = pom->project;
    return true;
}

const struct xml_node *pom_base(const struct pom *pom, size_t index)
{
    return *LIST_AT(&pom->bases, const struct xml_node *, index);
}
