// NuGet: what a project has been asked for, has restored and has locked (learn.microsoft.com,
// "packages.config reference", "Locking dependencies").
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"
#include "format/xml/xml.h"

// What is called "Project" lies beside it.
static bool list_locked(struct list *packages, const struct json *target)
{
    struct json_member member = {0};
    while (json_next(target, &member)) {
        span version = json_get_text(member.value, "resolved");
        if (version.len == 0 || span_equal(json_get_text(member.value, "type"), S("Project")))
            continue;
        struct package *added = LIST_ADD(packages, struct package);
        if (!added)
            return false;
        *added = (struct package){.type = S("nuget"), .name = member.key, .version = version};
    }
    return true;
}

// packages.lock.json: a list of packages for each target.
static bool read_lock(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    struct list packages = inspection_found(inspection);
    struct json_member target = {0};
    while (json_next(json_get(document, "dependencies"), &target))
        if (!list_locked(&packages, target.value))
            break;
    return inspection_add_once(inspection, &packages, err);
}

// project.assets.json: what the last restore has chosen, "NAME/VERSION", for all targets.
static bool read_assets(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    struct json_member member = {0};
    while (json_next(json_get(document, "libraries"), &member)) {
        span version = member.key;
        span name = span_cut(&version, '/');
        struct candidate candidate = candidate_of(inspection, S("nuget"), name, version);
        if (version.len == 0 || !span_equal(json_get_text(member.value, "type"), S("package")))
            continue;
        candidate_integrity(&candidate, json_get_text(member.value, "sha512"));
        if (!candidate_add(&candidate, err))
            return false;
    }
    return true;
}

// <packages><package id="" version="" developmentDependency="true"/></packages>
static bool read_config(struct inspection *inspection, struct err *err)
{
    const struct xml_node *root = NULL;
    struct err damage = {0};
    if (!xml_parse(inspection->text, inspection->limits, inspection->scratch, &root, &damage)) {
        inspection_damaged(inspection, &damage);
        return true;
    }
    const struct xml_node *each = xml_child(root, "package");
    for (; each; each = xml_again(each)) {
        struct package package = {
            .type = S("nuget"),
            .name = xml_attribute(each, "id"),
            .version = xml_attribute(each, "version"),
        };
        if (package.version.len == 0 ||
            span_equal_nocase(xml_attribute(each, "developmentDependency"), S("true")))
            continue;
        if (!inspection_add(inspection, &package, err))
            return false;
    }
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/packages.lock.json"), read_lock, CATALOG_DECLARED},
    {S("**/obj/project.assets.json"), read_assets, CATALOG_DECLARED},
    {S("**/packages.config"), read_config, CATALOG_DECLARED},
};
const struct catalogers nuget_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
