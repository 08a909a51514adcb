// Snaps: the description in each (snapcraft.io, "The snap format").
#include "scan/catalog/catalog_inner.h"

#include "format/yaml/yaml.h"

static bool read_snap(struct inspection *inspection, struct err *err)
{
    const struct yaml *document = inspection_yaml(inspection);
    if (!document)
        return true;
    const struct yaml *architecture = yaml_first(yaml_member(document, S("architectures")));
    struct package package = {
        .type = S("snap"),
        .name = yaml_member_text(document, S("name")),
        .version = yaml_member_text(document, S("version")),
        .arch = architecture && !architecture->next ? architecture->text : (span){0},
        .licenses = yaml_member_text(document, S("license")),
    };
    if (package.name.len && package.version.len)
        return inspection_add(inspection, &package, err);
    notes_add(inspection->notes, NOTE_DAMAGED, inspection->path, "has no name or no version");
    return true;
}

static const struct cataloger catalogers[] = {
    {S("meta/snap.yaml"), read_snap, 0},
    {S("snap/*/*/meta/snap.yaml"), read_snap, 0},
};
const struct catalogers snap_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
