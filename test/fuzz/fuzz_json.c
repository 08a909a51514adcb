// json: what is read can be written, and what was written is read back as the same text.
#include "format/json/json.h"

#include <stdlib.h>

enum { MOST = 1 << 20, BUDGET = 1 << 24 };

static void check_round_trip(span value)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new(BUDGET);
    struct text text = {0};
    text_init(&text, arena, MOST);
    json_write_text(&(struct json_out){.text = &text}, value);
    CLEANUP(json_cleanup) struct json *json = NULL;
    if (!text_ok(&text))
        return;
    if (!json_parse(text_span(&text), MOST, &json, NULL) || !json_is_string(json))
        abort();
    // Only bytes that are no UTF-8 are replaced, and a replacement is longer than what it replaces.
    if (json_text(json).len == value.len && !span_equal(json_text(json), value))
        abort();
}

static void walk(const struct json *json)
{
    struct json_member member = {0};
    while (json_next(json, &member)) {
        check_round_trip(member.key);
        walk(member.value);
    }
    for (size_t i = 0; i < json_count(json); i++)
        walk(json_at(json, i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span text = span_of(data, size);
    CLEANUP(json_cleanup) struct json *lax = NULL;
    CLEANUP(json_cleanup) struct json *strict = NULL;
    bool is_lax = json_parse(text, MOST, &lax, NULL);
    bool is_strict = json_parse_strict(text, MOST, &strict, NULL);
    if (is_strict && !is_lax)
        abort();
    if (is_lax)
        walk(lax);
    check_round_trip(text);
    return 0;
}
