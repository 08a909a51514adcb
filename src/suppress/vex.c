// What the readers of VEX documents have in common.
#include "suppress/suppress_inner.h"

bool reading_keep(const struct reading *reading, span text, span *ret, struct err *err)
{
    return arena_span(reading->suppress->mem, text, ret) ||
           arena_err(reading->suppress->mem, err, "vex");
}

struct component *reading_component(const struct reading *reading, struct err *err)
{
    struct suppress *suppress = reading->suppress;
    size_t number = suppress->components.count - reading->components;
    struct component *component = ARENA_NEW(suppress->mem, struct component);
    struct component **added = LIST_ADD(&suppress->components, struct component *);
    if (!component || !added) {
        (void)arena_err(suppress->mem, err, "vex"); // null says that it failed
        return NULL;
    }
    component->number = (uint32_t)number;
    *added = component;
    return component;
}

uint64_t parse_timestamp(span text, uint64_t otherwise)
{
    uint64_t seconds = 0;
    return time_parse(text, &seconds) ? seconds : otherwise;
}

bool reading_set_document(const struct reading *reading, const char *format, span id, span version,
                          span timestamp, struct err *err)
{
    struct document *document = suppress_document(reading->suppress, reading->document);
    document->format = format;
    document->timestamp = parse_timestamp(timestamp, 0);
    return reading_keep(reading, id, &document->id, err) &&
           reading_keep(reading, version, &document->version, err);
}

// Each name is filed with each product: more than these are no names but an attack.
enum { MOST_NAMES = 256 };

static bool keep_names(const struct reading *reading, struct spans names, struct spans *ret,
                       struct err *err)
{
    span *kept = arena_array(reading->suppress->mem, names.count, sizeof *kept);
    size_t count = 0;
    if (!kept)
        return arena_err(reading->suppress->mem, err, "vex");
    if (names.count > MOST_NAMES)
        return err_set(err, ERR_LIMIT, "%zu names of one flaw", names.count);
    for (size_t i = 0; i < names.count; i++)
        if (names.items[i].len && !reading_keep(reading, names.items[i], &kept[count++], err))
            return false;
    if (count == 0)
        return err_set(err, ERR_INPUT, "it names no vulnerability");
    *ret = (struct spans){.items = kept, .count = count};
    return true;
}

bool reading_add_vex(const struct reading *reading, const struct vex *vex, uint32_t *ret,
                     struct err *err)
{
    struct suppress *suppress = reading->suppress;
    struct vex kept = *vex;
    size_t index = suppress->vexes.count;
    kept.document = reading->document;
    if (!keep_names(reading, vex->flaws, &kept.flaws, err) ||
        !reading_keep(reading, vex->justification, &kept.justification, err) ||
        !reading_keep(reading, vex->text, &kept.text, err))
        return false;
    struct vex *added = LIST_ADD(&suppress->vexes, struct vex);
    if (!added)
        return arena_err(suppress->mem, err, "vex");
    *added = kept;
    suppress_document(suppress, reading->document)->statements++;
    *ret = (uint32_t)index;
    return true;
}

bool reading_add_clause(const struct reading *reading, uint32_t vex, struct component *product,
                        struct component *part, struct err *err)
{
    struct suppress *suppress = reading->suppress;
    if (!component_is_known(product) || (part && !component_is_known(part))) {
        suppress_document(suppress, reading->document)->unknown++;
        return true;
    }
    struct clause *clause = LIST_ADD(&suppress->clauses, struct clause);
    if (!clause)
        return arena_err(suppress->mem, err, "vex");
    *clause = (struct clause){
        .vex = vex,
        .product = product,
        .part = part,
        .subject = reading->subject,
    };
    return true;
}

bool reading_set_digest(const struct reading *reading, span hex, struct component *component,
                        struct err *err)
{
    struct text text;
    if (hex.len == 0)
        return true;
    text_init(&text, reading->suppress->mem, SIZE_MAX);
    text_add(&text, S("sha256:"));
    for (size_t i = 0; i < hex.len; i++)
        text_add_byte(&text, ascii_lower(hex.ptr[i]));
    component->digest = text_span(&text);
    return text_ok(&text) || arena_err(reading->suppress->mem, err, "vex");
}

bool reading_number(const struct reading *reading, const struct json *json, span *ret,
                    struct err *err)
{
    double number = 0;
    struct text text;
    if (!json_number(json, &number) || !(number >= 0 && number < 1e15))
        return reading_keep(reading, json_text(json), ret, err);
    text_init(&text, reading->suppress->mem, SIZE_MAX);
    text_add_u64(&text, (uint64_t)number);
    *ret = text_span(&text);
    return text_ok(&text) || arena_err(reading->suppress->mem, err, "vex");
}

// ---------------------------------------------------------------- names within a document

void labels_init(struct labels *labels, struct arena *mem)
{
    list_init(&labels->items, mem, sizeof(struct label), SIZE_MAX);
}

struct label *labels_add(struct labels *labels, span name)
{
    size_t order = labels->items.count;
    struct label *label = LIST_ADD(&labels->items, struct label);
    if (label)
        *label = (struct label){.name = name, .order = order};
    return label;
}

static int compare_labels(const void *left, const void *right)
{
    const struct label *a = left;
    const struct label *b = right;
    int order = span_compare(a->name, b->name);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

bool labels_close(struct labels *labels, struct err *err)
{
    if (!list_ok(&labels->items))
        return arena_err(labels->items.mem, err, "vex");
    sort_items(labels->items.items, labels->items.count, sizeof(struct label), compare_labels);
    return true;
}

const struct label *labels_find(const struct labels *labels, span name)
{
    const struct label *items = labels->items.items;
    size_t low = 0;
    size_t high = labels->items.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(items[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < labels->items.count && span_equal(items[low].name, name);
    return found ? &items[low] : NULL;
}
