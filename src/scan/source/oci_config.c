// The image configuration (image-spec config.md): platform, diffIDs, history.
#include "scan/source/oci_inner.h"

#include "format/json/json.h"

static bool text_field(const struct json *json, const char *key, bool required, struct arena *mem,
                       span *ret, struct err *err)
{
    const struct json *value = json_get(json, key);
    if (!value && !required)
        return true;
    if (!json_is_string(value))
        return err_set(err, ERR_INPUT, "image configuration: %s is missing or no string", key);
    return arena_span(mem, json_text(value), ret) || arena_err(mem, err, key);
}

static bool parse_diff_ids(const struct json *json, const struct limits *limits, struct arena *mem,
                           struct oci_config *ret, struct err *err)
{
    const struct json *array = json_get(json_get(json, "rootfs"), "diff_ids");
    if (!json_is_array(array))
        return err_set(err, ERR_INPUT, "image configuration: rootfs.diff_ids is missing");
    size_t count = json_count(array);
    if (count > limits->layers)
        return err_set(err, ERR_LIMIT, "image configuration: %zu diff_ids", count);
    span *ids = arena_array(mem, count, sizeof *ids);
    if (!ids)
        return arena_err(mem, err, "diff_ids");
    for (size_t i = 0; i < count; i++) {
        span id = json_text(json_at(array, i));
        if (!oci_digest_valid(id))
            return err_set(err, ERR_INPUT, "image configuration: diff_id %zu is no digest", i + 1);
        if (!arena_span(mem, id, &ids[i]))
            return arena_err(mem, err, "diff_ids");
    }
    ret->diff_ids = ids;
    ret->diff_id_count = count;
    return true;
}

// Dockerfiles end in what to run; where that stands in the middle of the history, the image that
// this one was built on ended there.
static bool ends_image(span created_by)
{
    span line = created_by;
    if (span_starts_with(line, S("/bin/sh -c #(nop)")))
        line = span_trim(span_from(line, sizeof "/bin/sh -c #(nop)" - 1));
    return span_starts_with(line, S("CMD ")) || span_starts_with(line, S("ENTRYPOINT "));
}

// History lines that only set metadata made no layer (empty_layer); the others stand in layer
// order.
static bool parse_history(const struct json *json, const struct limits *limits, struct arena *mem,
                          struct oci_config *ret, struct err *err)
{
    const struct json *array = json_get(json, "history");
    if (array && !json_is_array(array))
        return err_set(err, ERR_INPUT, "image configuration: history is not an array");
    struct list lines = {0};
    size_t ended = 0; // layers below the last line that ends an image
    list_init(&lines, mem, sizeof(span), limits->layers);
    for (size_t i = 0; i < json_count(array); i++) {
        const struct json *entry = json_at(array, i);
        if (json_is_true(json_get(entry, "empty_layer"))) {
            ended = ends_image(json_get_text(entry, "created_by")) ? lines.count : ended;
            continue;
        }
        ret->base_layers = ended;
        span *line = LIST_ADD(&lines, span);
        if (!line)
            break;
        if (!arena_span(mem, json_get_text(entry, "created_by"), line))
            return arena_err(mem, err, "history");
    }
    if (!list_ok(&lines))
        return err_set(err, ERR_LIMIT, "image configuration: history is too long");
    ret->created_by = lines.items;
    ret->created_by_count = lines.count;
    return true;
}

static bool is_assignment(span s)
{
    size_t equals = span_find(s, '=');
    return equals != SPAN_NONE && equals > 0;
}

static void note_odd_execution(const struct json *config, struct notes *notes)
{
    span where = S("image configuration");
    const struct json *user = json_get(config, "User");
    if (user && !json_is_string(user))
        notes_add(notes, NOTE_DAMAGED, where, "User is not a string");
    const struct json *volumes = json_get(config, "Volumes");
    if (json_is_array(volumes) || json_is_string(volumes))
        notes_add(notes, NOTE_DAMAGED, where, "Volumes is not an object");
    const struct json *environment = json_get(config, "Env");
    for (size_t i = 0; i < json_count(environment); i++)
        if (!is_assignment(json_text(json_at(environment, i))))
            notes_add(notes, NOTE_DAMAGED, where, "Env: line %zu is not NAME=VALUE", i + 1);
}

// Labels that are no texts say nothing.
static bool parse_labels(const struct json *json, const struct limits *limits, struct arena *mem,
                         struct oci_config *config, struct err *err)
{
    struct json_member member = {0};
    struct list labels;
    list_init(&labels, mem, sizeof(struct image_label), limits->kept_entries);
    while (json_next(json_get(json_get(json, "config"), "Labels"), &member)) {
        if (!json_is_string(member.value))
            continue;
        struct image_label *label = LIST_ADD(&labels, struct image_label);
        if (!label || !arena_span(mem, member.key, &label->key) ||
            !arena_span(mem, json_text(member.value), &label->value))
            return arena_err(mem, err, "labels");
    }
    config->labels = labels.items;
    config->label_count = labels.count;
    return true;
}

bool oci_config_parse(span document, const struct limits *limits, struct arena *mem,
                      struct notes *notes, struct oci_config *ret, struct err *err)
{
    CLEANUP(json_cleanup) struct json *json = NULL;
    if (!json_parse(document, limits->document_bytes, &json, err))
        return err_add(err, "image configuration");
    if (!json_is_object(json))
        return err_set(err, ERR_INPUT, "image configuration: it is not a JSON object");
    struct oci_config config = {0};
    if (!text_field(json, "os", true, mem, &config.platform.os, err) ||
        !text_field(json, "architecture", true, mem, &config.platform.architecture, err) ||
        !text_field(json, "variant", false, mem, &config.platform.variant, err) ||
        !parse_diff_ids(json, limits, mem, &config, err) ||
        !parse_history(json, limits, mem, &config, err) ||
        !parse_labels(json, limits, mem, &config, err))
        return false;
    if (!arena_span(mem, json_get_text(json, "created"), &config.created))
        return arena_err(mem, err, "created");
    note_odd_execution(json_get(json, "config"), notes);
    *ret = config;
    return true;
}
