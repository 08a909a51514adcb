#include "suppress/suppress_inner.h"

static const span patterns[] = {
    S("usr/share/vex/**"),
    S("var/lib/vex/**"),
    S("**/*.openvex.json"),
    S("**/*.vex.json"),
};
const struct wants suppress_wants = {
    .patterns = patterns,
    .count = sizeof patterns / sizeof *patterns,
};

bool suppress_new(const struct limits *limits, uint32_t today, struct arena *mem,
                  struct suppress **ret, struct err *err)
{
    struct suppress *suppress = ARENA_NEW(mem, struct suppress);
    if (!suppress)
        return arena_err(mem, err, "ignore files");
    *suppress = (struct suppress){.limits = limits, .today = today, .mem = mem};
    list_init(&suppress->documents, mem, sizeof(struct document), UINT32_MAX);
    list_init(&suppress->rules, mem, sizeof(struct rule), UINT32_MAX);
    list_init(&suppress->vexes, mem, sizeof(struct vex), UINT32_MAX);
    list_init(&suppress->clauses, mem, sizeof(struct clause), UINT32_MAX);
    list_init(&suppress->components, mem, sizeof(struct component *), UINT32_MAX);
    list_init(&suppress->names, mem, sizeof(span), UINT32_MAX);
    *ret = suppress;
    return true;
}

const char *suppress_origin_name(enum suppress_origin origin)
{
    switch (origin) {
    case SUPPRESS_FILE:
    case SUPPRESS_HUB:
        return "file";
    case SUPPRESS_SERVICE:
        return "service";
    case SUPPRESS_REFERRER:
        return "referrer";
    case SUPPRESS_IMAGE:
        return "image";
    }
    return "file";
}

bool suppress_add_document(struct suppress *suppress, const struct document *document,
                           uint32_t *ret, struct err *err)
{
    size_t index = suppress->documents.count;
    span source = {0};
    struct document *added = LIST_ADD(&suppress->documents, struct document);
    if (!added || !arena_span(suppress->mem, document->source, &source))
        return arena_err(suppress->mem, err, "ignore files");
    *added = *document;
    added->source = source;
    *ret = (uint32_t)index;
    return true;
}

struct document *suppress_document(const struct suppress *suppress, uint32_t index)
{
    return LIST_AT(&suppress->documents, struct document, index);
}

// ---------------------------------------------------------------- ignore files

typedef bool read_file(struct suppress *suppress, uint32_t document, span text, struct err *err);

bool suppress_add_ignore(struct suppress *suppress, span name, span text, struct err *err)
{
    static const struct {
        const char *ending;
        const char *format;
        read_file *read;
    } kinds[] = {
        {".trivyignore", "trivyignore", read_trivyignore},
        {".trivyignore.yaml", "trivyignore.yaml", read_trivyignore_yaml},
        {".trivyignore.yml", "trivyignore.yaml", read_trivyignore_yaml},
        {"", "plimsollignore", read_ignore},
    };
    size_t kind = 0;
    uint32_t document = 0;
    while (!span_ends_with(name, span_of_text(kinds[kind].ending)))
        kind++;
    const struct document made = {.source = name, .format = kinds[kind].format};
    return suppress_add_document(suppress, &made, &document, err) &&
           (kinds[kind].read(suppress, document, text, err) ||
            err_add(err, "%s", quote(name).text));
}

// ---------------------------------------------------------------- VEX documents

typedef bool read_vex(const struct reading *reading, span text, struct err *err);

static bool read_json(const struct reading *reading, span text, struct err *err)
{
    CLEANUP(json_cleanup) struct json *root = NULL;
    return json_parse_strict(text, reading->suppress->limits->feed_bytes, &root, err) &&
           envelope_read(reading, root, err);
}

static bool add_vex(struct suppress *suppress, const struct document *made, span text,
                    read_vex *read, struct err *err)
{
    const struct suppress before = *suppress;
    struct reading reading = {.suppress = suppress, .components = suppress->components.count};
    if (!suppress_add_document(suppress, made, &reading.document, err))
        return false;
    if (read(&reading, text, err))
        return true;
    // Half a document says something else than all of it.
    suppress->documents.count = before.documents.count;
    suppress->vexes.count = before.vexes.count;
    suppress->clauses.count = before.clauses.count;
    suppress->components.count = before.components.count;
    return err_add(err, "%s", quote(made->source).text);
}

bool suppress_add_vex(struct suppress *suppress, enum suppress_origin origin, span name, span text,
                      struct err *err)
{
    const struct document made = {.source = name, .format = "vex", .origin = origin};
    return add_vex(suppress, &made, text, read_json, err);
}

bool suppress_read_vex(struct suppress *suppress, enum suppress_origin origin, span name,
                       span bytes, struct err *err)
{
    const struct document made = {.source = name, .format = "vex", .origin = origin};
    return add_vex(suppress, &made, bytes, wire_read, err);
}
