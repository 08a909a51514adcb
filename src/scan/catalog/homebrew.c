// Homebrew: the receipt that lies in Cellar/NAME/VERSION of each formula.
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"

static bool read_receipt(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    if (!document)
        return true;
    span directory = path_parent(inspection->path);
    struct candidate candidate = candidate_of(
        inspection, S("brew"), path_name(path_parent(directory)), path_name(directory));
    const struct json *needed = json_get(document, "runtime_dependencies");
    for (size_t i = 0; i < json_count(needed); i++)
        candidate_depend(&candidate, json_get_text(json_at(needed, i), "full_name"));
    return candidate_add(&candidate, err);
}

static const struct cataloger catalogers[] = {
    {S("**/Cellar/*/*/INSTALL_RECEIPT.json"), read_receipt, 0},
};
const struct catalogers homebrew_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
