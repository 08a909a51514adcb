#include "feeds/feeds_inner.h"

#include "format/toml/toml.h"
#include "format/yaml/yaml.h"

// YAML and TOML documents as JSON values, so that a translator reads one kind of tree whatever its
// publisher writes. They are written as JSON text and read from that, which costs little beside
// parsing them.

static void write_yaml(struct json_out *out, const struct yaml *value)
{
    switch (value->kind) {
    case YAML_SCALAR:
        json_write_text(out, value->text);
        return;
    case YAML_SEQUENCE:
        json_begin_array(out);
        for (const struct yaml *each = value->first; each; each = each->next)
            write_yaml(out, each);
        json_end_array(out);
        return;
    case YAML_MAPPING:
        json_begin_object(out);
        for (const struct yaml *each = value->first; each; each = each->next) {
            json_key_text(out, each->key);
            write_yaml(out, each);
        }
        json_end_object(out);
        return;
    }
}

static void write_toml(struct json_out *out, const struct toml *value)
{
    switch (value->kind) {
    case TOML_STRING:
    case TOML_INTEGER:
    case TOML_FLOAT:
    case TOML_BOOLEAN:
    case TOML_DATE:
        json_write_text(out, value->text);
        return;
    case TOML_ARRAY:
        json_begin_array(out);
        for (const struct toml *each = value->first; each; each = each->next)
            write_toml(out, each);
        json_end_array(out);
        return;
    case TOML_TABLE:
        json_begin_object(out);
        for (const struct toml *each = value->first; each; each = each->next) {
            json_key_text(out, each->key);
            write_toml(out, each);
        }
        json_end_object(out);
        return;
    }
}

// The parsers' own limit is one for settings; these are documents of feeds.
static struct limits document_limits(const struct translation *translation)
{
    struct limits limits = *translation->limits;
    limits.document_bytes = limits.feed_bytes;
    return limits;
}

static bool parse_written(struct translation *translation, const struct text *text,
                          struct json **ret, struct err *err)
{
    if (!text_ok(text))
        return arena_err(translation->mem, err, "document");
    return json_parse(text_span(text), text->len, ret, err);
}

static bool parse_yaml(struct translation *translation, span bytes, struct json **ret,
                       struct err *err)
{
    const struct limits limits = document_limits(translation);
    const struct yaml *root = NULL;
    struct text text = {0};
    struct json_out out = {.text = &text};
    if (!yaml_parse(bytes, &limits, translation->mem, &root, err))
        return false;
    if (!root)
        return err_set(err, ERR_INPUT, "yaml: an empty document");
    text_init(&text, translation->mem, SIZE_MAX);
    write_yaml(&out, root);
    return parse_written(translation, &text, ret, err);
}

// The lines before the one that ends a fenced block.
static span fenced(span text)
{
    span rest = text;
    while (rest.len && !span_starts_with(rest, S("```")))
        (void)span_cut_line(&rest);
    return span_first(text, text.len - rest.len);
}

// Advisories of Rust and Haskell are Markdown behind a fenced block of TOML.
static bool parse_markdown(struct translation *translation, span bytes, struct json **ret,
                           struct err *err)
{
    const struct limits limits = document_limits(translation);
    const struct toml *root = NULL;
    struct text text = {0};
    struct json_out out = {.text = &text};
    span rest = bytes;
    if (!span_equal(span_cut_line(&rest), S("```toml")))
        return true; // a page about the database
    if (!toml_parse(fenced(rest), &limits, translation->mem, &root, err))
        return false;
    text_init(&text, translation->mem, SIZE_MAX);
    write_toml(&out, root);
    return parse_written(translation, &text, ret, err);
}

bool document_parse(struct translation *translation, span path, span bytes, struct json **ret,
                    struct err *err)
{
    *ret = NULL;
    if (span_ends_with(path, S(".json")))
        return json_parse(bytes, translation->limits->feed_bytes, ret, err);
    if (span_ends_with(path, S(".yaml")) || span_ends_with(path, S(".yml")))
        return parse_yaml(translation, bytes, ret, err);
    if (span_ends_with(path, S(".md")))
        return parse_markdown(translation, bytes, ret, err);
    return true;
}
