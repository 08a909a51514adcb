#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"
#include "format/toml/toml.h"
#include "format/yaml/yaml.h"

struct json *inspection_json(struct inspection *inspection)
{
    struct json *document = NULL;
    struct err damage = {0};
    if (!json_parse(inspection->text, inspection->limits->document_bytes, &document, &damage))
        inspection_damaged(inspection, &damage);
    return document;
}

const struct toml *inspection_toml(struct inspection *inspection)
{
    const struct toml *root = NULL;
    struct err damage = {0};
    if (!toml_parse(inspection->text, inspection->limits, inspection->scratch, &root, &damage))
        inspection_damaged(inspection, &damage);
    return root;
}

const struct yaml *inspection_yaml(struct inspection *inspection)
{
    const struct yaml *root = NULL;
    struct err damage = {0};
    if (!yaml_parse(inspection->text, inspection->limits, inspection->scratch, &root, &damage))
        inspection_damaged(inspection, &damage);
    return root;
}

const struct yaml *yaml_member(const struct yaml *mapping, span key)
{
    if (!mapping || mapping->kind != YAML_MAPPING)
        return NULL;
    for (const struct yaml *each = mapping->first; each; each = each->next)
        if (span_equal(each->key, key))
            return each;
    return NULL;
}

span yaml_member_text(const struct yaml *mapping, span key)
{
    const struct yaml *value = yaml_member(mapping, key);
    return value && value->kind == YAML_SCALAR ? value->text : (span){0};
}

const struct yaml *yaml_first(const struct yaml *value)
{
    return value ? value->first : NULL;
}
