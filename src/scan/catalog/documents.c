#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"
#include "format/yaml/yaml.h"

bool inspection_json(struct inspection *inspection, struct json **ret)
{
    struct err damage = {0};
    if (json_parse(inspection->text, inspection->limits->document_bytes, ret, &damage))
        return true;
    inspection_damaged(inspection, &damage);
    return false;
}

bool inspection_yaml(struct inspection *inspection, const struct yaml **ret)
{
    struct err damage = {0};
    if (yaml_parse(inspection->text, inspection->limits, inspection->scratch, ret, &damage))
        return true;
    inspection_damaged(inspection, &damage);
    return false;
}

const struct yaml *yaml_get(const struct yaml *mapping, span key)
{
    if (!mapping || mapping->kind != YAML_MAPPING)
        return NULL;
    const struct yaml *member = mapping->first;
    while (member && !span_equal(member->key, key))
        member = member->next;
    return member;
}

span yaml_get_text(const struct yaml *mapping, span key)
{
    const struct yaml *member = yaml_get(mapping, key);
    return member && member->kind == YAML_SCALAR ? member->text : (span){0};
}

const struct yaml *yaml_members(const struct yaml *value)
{
    return value && value->kind != YAML_SCALAR ? value->first : NULL;
}

static int compare_packages(const void *a, const void *b)
{
    return package_compare(a, b);
}

bool inspection_add_once(struct inspection *inspection, struct list *found, struct err *err)
{
    if (!list_ok(found))
        return arena_err(inspection->scratch, err, "packages");
    const struct package *packages = found->items;
    sort_items(found->items, found->count, sizeof *packages, compare_packages);
    for (size_t i = 0; i < found->count; i++) {
        if (i > 0 && package_compare(&packages[i - 1], &packages[i]) == 0)
            continue;
        if (!inspection_add(inspection, &packages[i], err))
            return false;
    }
    return true;
}

struct list inspection_list(const struct inspection *inspection, size_t item_size)
{
    struct list list = {0};
    list_init(&list, inspection->scratch, item_size, SIZE_MAX);
    return list;
}

struct spans inspection_spans(const struct list *list)
{
    return (struct spans){.items = list->items, .count = list->count};
}

static bool is_hexadecimal(span text)
{
    uint64_t number = 0;
    for (size_t i = 0; i < text.len; i += 16)
        if (!span_to_u64_hex(span_slice(text, i, 16), &number))
            return false;
    return true;
}

bool inspection_add_sha256(struct inspection *inspection, const struct package *package,
                           span sha256, struct err *err)
{
    if (sha256.len != 64 || !is_hexadecimal(sha256))
        return inspection_add(inspection, package, err);
    struct text hash = {0};
    text_init(&hash, inspection->scratch, SIZE_MAX);
    text_add(&hash, S("sha256:"));
    for (size_t i = 0; i < sha256.len; i++)
        text_add_byte(&hash, ascii_lower(sha256.ptr[i]));
    if (!text_ok(&hash))
        return arena_err(inspection->scratch, err, "hashes");
    span value = text_span(&hash);
    struct package hashed = *package;
    hashed.hashes = (struct spans){.items = &value, .count = 1};
    return inspection_add(inspection, &hashed, err);
}
