// Homebrew: the receipt that lies in Cellar/NAME/VERSION of each formula.
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"

static bool list_needed(struct inspection *inspection, const struct json *needed, struct spans *ret,
                        struct err *err)
{
    struct list names = inspection_list(inspection, sizeof(span));
    for (size_t i = 0; i < json_count(needed); i++) {
        span name = json_get_text(json_at(needed, i), "full_name");
        span *added = name.len ? LIST_ADD(&names, span) : NULL;
        if (added)
            *added = name;
    }
    *ret = inspection_spans(&names);
    return list_ok(&names) || arena_err(inspection->scratch, err, "dependencies");
}

static bool read_receipt(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!inspection_json(inspection, &document))
        return true;
    span directory = path_parent(inspection->path);
    struct package package = {
        .type = S("brew"),
        .name = path_name(path_parent(directory)),
        .version = path_name(directory),
    };
    return list_needed(inspection, json_get(document, "runtime_dependencies"), &package.depends,
                       err) &&
           inspection_add(inspection, &package, err);
}

static const struct cataloger catalogers[] = {
    {S("**/Cellar/*/*/INSTALL_RECEIPT.json"), read_receipt, 0},
};
const struct catalogers homebrew_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
