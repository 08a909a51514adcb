// Writes a TOML document as JSON: strings as they are, what is no string as {"kind", "text"}.
// usage: toml_dump FILE; exits with 1 and a message if it is refused.
#include "format/json/json.h"
#include "format/toml/toml.h"
#include "os/os.h"

#include <stdio.h>

static void dump_word(struct json_out *out, const char *kind, span text)
{
    json_begin_object(out);
    json_field_text(out, "kind", span_of_text(kind));
    json_field_text(out, "text", text);
    json_end_object(out);
}

static void dump(struct json_out *out, const struct toml *value);

static void dump_table(struct json_out *out, const struct toml *table)
{
    json_begin_object(out);
    json_field_text(out, "kind", S("table"));
    json_key(out, "members");
    json_begin_array(out); // of pairs: a key may hold what a C string may not
    for (const struct toml *each = table->first; each; each = each->next) {
        json_begin_array(out);
        json_write_text(out, each->key);
        dump(out, each);
        json_end_array(out);
    }
    json_end_array(out);
    json_end_object(out);
}

static void dump_array(struct json_out *out, const struct toml *array)
{
    json_begin_array(out);
    for (const struct toml *each = array->first; each; each = each->next)
        dump(out, each);
    json_end_array(out);
}

static void dump(struct json_out *out, const struct toml *value)
{
    switch (value->kind) {
    case TOML_STRING:
        json_write_text(out, value->text);
        return;
    case TOML_INTEGER:
        dump_word(out, "integer", value->text);
        return;
    case TOML_FLOAT:
        dump_word(out, "float", value->text);
        return;
    case TOML_BOOLEAN:
        dump_word(out, "boolean", value->text);
        return;
    case TOML_DATE:
        dump_word(out, "date", value->text);
        return;
    case TOML_ARRAY:
        dump_array(out, value);
        return;
    case TOML_TABLE:
        dump_table(out, value);
        return;
    }
}

int main(int argc, char **argv)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 30);
    struct limits limits = limits_default();
    struct err err = {0};
    span text = {0};
    const struct toml *root = NULL;
    if (argc != 2 || !os_read_file(argv[1], limits.document_bytes, mem, &text, &err) ||
        !toml_parse(text, &limits, mem, &root, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    struct text written;
    text_init(&written, mem, SIZE_MAX);
    struct json_out out = {.text = &written};
    dump(&out, root);
    if (!text_ok(&written))
        return 1;
    fwrite(text_span(&written).ptr, 1, text_span(&written).len, stdout);
    return 0;
}
