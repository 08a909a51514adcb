// json_items: however a document is cut into pieces, the same elements come out; and those of a
// document that json_parse accepts are what it reads in its lists.
#include "format/json/json.h"

#include <stdlib.h>

enum { MOST = 1 << 16, BUDGET = 1 << 24 };

struct outcome {
    struct text joined;
    size_t count;
    bool ok;
};

static struct outcome cut(span document, bool as_members, size_t piece, struct arena *mem)
{
    struct outcome outcome = {0};
    struct json_items items = {0};
    json_items_init(&items, as_members, mem, MOST);
    text_init(&outcome.joined, mem, BUDGET);
    while (document.len) {
        span input = span_first(document, piece);
        document = span_from(document, piece);
        while (input.len) {
            span item = {0};
            if (!json_items_step(&items, &input, &item, NULL))
                return outcome;
            outcome.count += item.len != 0;
            text_add_field(&outcome.joined, item);
            if (!item.len)
                outcome.joined.len -= sizeof(uint32_t);
        }
    }
    outcome.ok = json_items_finish(&items, NULL);
    return outcome;
}

static size_t count_elements(const struct json *document, bool as_members)
{
    size_t count = 0;
    struct json_member member = {0};
    while (json_next(document, &member))
        count += as_members ? 1 : json_count(member.value);
    return count;
}

static void check(span document, bool as_members, struct arena *mem)
{
    struct outcome whole = cut(document, as_members, MOST, mem);
    struct outcome pieces = cut(document, as_members, 3, mem);
    if (whole.ok != pieces.ok || whole.count != pieces.count ||
        !span_equal(text_span(&whole.joined), text_span(&pieces.joined)))
        abort();
    CLEANUP(json_cleanup) struct json *json = NULL;
    // A key that is repeated is read once by json_parse: strict reading refuses it.
    if (whole.ok && json_parse_strict(document, MOST, &json, NULL) &&
        count_elements(json, as_members) != whole.count)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span document = span_of(data, size < MOST ? size : MOST);
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    check(document, false, mem);
    arena_reset(mem);
    check(document, true, mem);
    return 0;
}
