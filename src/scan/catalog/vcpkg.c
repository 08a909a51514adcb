// C and C++ by vcpkg: the description that it leaves beside what it installs, and the versions that
// a project insists on (vcpkg documentation, "Software bill of materials", "vcpkg.json").
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"

// "1.2.13#1": behind the '#' counts vcpkg, not the project.
static bool add_port(struct inspection *inspection, span name, span version, span license,
                     struct err *err)
{
    struct package package = {
        .type = S("vcpkg"),
        .name = name,
        .version = span_cut(&version, '#'),
        .licenses = span_equal(license, S("NOASSERTION")) ? (span){0} : license,
    };
    if (package.version.len == 0)
        return true;
    return inspection_add(inspection, &package, err);
}

// SPDX: the port is one of its packages, its binaries and sources are others.
static bool read_port(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    if (!document)
        return true;
    const struct json *packages = json_get(document, "packages");
    for (size_t i = 0; i < json_count(packages); i++) {
        const struct json *package = json_at(packages, i);
        if (!span_equal(json_get_text(package, "SPDXID"), S("SPDXRef-port")))
            continue;
        return add_port(inspection, json_get_text(package, "name"),
                        json_get_text(package, "versionInfo"),
                        json_get_text(package, "licenseConcluded"), err);
    }
    notes_add(inspection->notes, NOTE_DAMAGED, inspection->path, "names no port");
    return true;
}

static span override_version(const struct json *override)
{
    static const char *const keys[] = {"version", "version-semver", "version-date",
                                       "version-string"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (json_get_text(override, keys[i]).len)
            return json_get_text(override, keys[i]);
    return (span){0};
}

// Dependencies have a least version at most; an override is exact.
static bool read_manifest(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    if (!document)
        return true;
    const struct json *overrides = json_get(document, "overrides");
    for (size_t i = 0; i < json_count(overrides); i++) {
        const struct json *override = json_at(overrides, i);
        if (!add_port(inspection, json_get_text(override, "name"), override_version(override),
                      (span){0}, err))
            return false;
    }
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/share/*/vcpkg.spdx.json"), read_port, 0},
    {S("**/vcpkg.json"), read_manifest, CATALOG_DECLARED},
};
const struct catalogers vcpkg_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
