// A VEX document that was read elsewhere, as bytes. doc/formats/vex-wire.md describes them.
#include "suppress/suppress_inner.h"

#define MAGIC S("plimvex\x02")

enum {
    // The least that one of each takes.
    QUALIFIER_BYTES = 4 + 4,
    COMPONENT_BYTES = 8 * 4 + 4,
    STATEMENT_BYTES = 1 + 8 + 4 + 4 + 4,
    CLAUSE_BYTES = 4 * 4,
};
static const uint32_t nobody = UINT32_MAX; // instead of the number of a component

static const char *const formats[] = {"openvex", "csaf", "cyclonedx"};
enum { FORMATS = sizeof formats / sizeof *formats };

// ---------------------------------------------------------------- writing

static void write_count(size_t count, struct text *out)
{
    if (count >= nobody)
        out->failed = true;
    else
        text_add_u32le(out, (uint32_t)count);
}

static void write_component(const struct component *component, struct text *out)
{
    const struct purl *purl = &component->purl;
    const span texts[] = {purl->type,    purl->space,       purl->name,     purl->version,
                          purl->subpath, component->digest, component->cpe, component->bom};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        text_add_field(out, texts[i]);
    write_count(purl->qualifier_count, out);
    for (size_t i = 0; i < purl->qualifier_count; i++) {
        text_add_field(out, purl->qualifiers[i].key);
        text_add_field(out, purl->qualifiers[i].value);
    }
}

static void write_statement(const struct vex *vex, struct text *out)
{
    text_add_u8(out, (uint8_t)vex->status);
    text_add_u64le(out, vex->timestamp);
    text_add_field(out, vex->justification);
    text_add_field(out, vex->text);
    write_count(vex->flaws.count, out);
    for (size_t i = 0; i < vex->flaws.count; i++)
        text_add_field(out, vex->flaws.items[i]);
}

static void write_number(const struct component *component, struct text *out)
{
    text_add_u32le(out, component ? component->number : nobody);
}

static void write_head(const struct document *document, struct text *out)
{
    text_add(out, MAGIC);
    text_add_field(out, span_of_text(document->format));
    text_add_field(out, document->id);
    text_add_field(out, document->version);
    text_add_u64le(out, document->timestamp);
    write_count(document->unknown, out);
    write_count(document->unexplained, out);
}

void suppress_write_vex(const struct suppress *suppress, struct text *out)
{
    assert(suppress->documents.count == 1);
    write_head(suppress_document(suppress, 0), out);
    write_count(suppress->components.count, out);
    for (size_t i = 0; i < suppress->components.count; i++)
        write_component(*LIST_AT(&suppress->components, struct component *, i), out);
    write_count(suppress->vexes.count, out);
    for (size_t i = 0; i < suppress->vexes.count; i++)
        write_statement(LIST_AT(&suppress->vexes, struct vex, i), out);
    write_count(suppress->clauses.count, out);
    for (size_t i = 0; i < suppress->clauses.count; i++) {
        const struct clause *clause = LIST_AT(&suppress->clauses, struct clause, i);
        text_add_u32le(out, clause->vex);
        write_number(clause->product, out);
        write_number(clause->part, out);
        write_number(clause->subject, out);
    }
}

// ---------------------------------------------------------------- reading

// What is read, and where what is numbered in it begins among all that was said.
struct source {
    const struct reading *reading;
    reader bytes;
    size_t vexes;
    size_t components;
};

static bool check(const struct source *source, const char *what, struct err *err)
{
    return read_ok(&source->bytes) || err_set(err, ERR_INPUT, "%s: cut short", what);
}

// More items than the bytes left can hold are refused before there is room made for them.
static bool read_count(struct source *source, size_t item_bytes, const char *what, uint32_t *ret,
                       struct err *err)
{
    uint32_t count = read_u32le(&source->bytes);
    if (!check(source, what, err))
        return false;
    if (count > source->bytes.rest.len / item_bytes)
        return err_set(err, ERR_INPUT, "%s: %u do not fit into the bytes left", what, count);
    *ret = count;
    return true;
}

static bool read_text(struct source *source, span *ret, struct err *err)
{
    return reading_keep(source->reading, read_field(&source->bytes), ret, err);
}

static bool read_head(struct source *source, struct err *err)
{
    const struct reading *reading = source->reading;
    struct document *document = suppress_document(reading->suppress, reading->document);
    if (!span_equal(read_bytes(&source->bytes, MAGIC.len), MAGIC))
        return err_set(err, ERR_INPUT, "not of this version");
    span format = read_field(&source->bytes);
    size_t known = 0;
    while (known < FORMATS && !span_equal(format, span_of_text(formats[known])))
        known++;
    if (known == FORMATS)
        return err_set(err, ERR_INPUT, "there is no format '%s'", quote(format).text);
    document->format = formats[known];
    if (!read_text(source, &document->id, err) || !read_text(source, &document->version, err))
        return false;
    document->timestamp = read_u64le(&source->bytes);
    document->unknown = read_u32le(&source->bytes);
    document->unexplained = read_u32le(&source->bytes);
    return check(source, "document", err);
}

static bool read_qualifiers(struct source *source, struct purl *purl, struct err *err)
{
    struct arena *mem = source->reading->suppress->mem;
    uint32_t count = 0;
    if (!read_count(source, QUALIFIER_BYTES, "qualifiers", &count, err))
        return false;
    struct purl_qualifier *items = arena_array(mem, count, sizeof *items);
    if (!items)
        return arena_err(mem, err, "vex");
    for (uint32_t i = 0; i < count; i++)
        if (!read_text(source, &items[i].key, err) || !read_text(source, &items[i].value, err))
            return false;
    purl->qualifiers = items;
    purl->qualifier_count = count;
    return check(source, "qualifiers", err);
}

static bool read_component(struct source *source, struct err *err)
{
    struct component *component = reading_component(source->reading, err);
    if (!component)
        return false;
    struct purl *purl = &component->purl;
    span *const texts[] = {&purl->type,    &purl->space,       &purl->name,     &purl->version,
                           &purl->subpath, &component->digest, &component->cpe, &component->bom};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!read_text(source, texts[i], err))
            return false;
    return read_qualifiers(source, purl, err);
}

static bool read_flaws(struct source *source, struct spans *ret, struct err *err)
{
    struct arena *mem = source->reading->suppress->mem;
    uint32_t count = 0;
    if (!read_count(source, sizeof(uint32_t), "flaws", &count, err))
        return false;
    span *names = arena_array(mem, count, sizeof *names);
    if (!names)
        return arena_err(mem, err, "vex");
    for (uint32_t i = 0; i < count; i++) {
        names[i] = read_field(&source->bytes);
        if (names[i].len == 0)
            return err_set(err, ERR_INPUT, "a flaw without a name");
    }
    *ret = (struct spans){.items = names, .count = count};
    return true;
}

static bool read_statement(struct source *source, struct err *err)
{
    uint32_t index = 0;
    uint8_t status = read_u8(&source->bytes);
    struct vex vex = {.timestamp = read_u64le(&source->bytes)};
    vex.justification = read_field(&source->bytes);
    vex.text = read_field(&source->bytes);
    if (!check(source, "statement", err) || !read_flaws(source, &vex.flaws, err))
        return false;
    if (status > VEX_UNDER_INVESTIGATION)
        return err_set(err, ERR_INPUT, "there is no status %u", status);
    vex.status = (enum vex_status)status;
    return reading_add_vex(source->reading, &vex, &index, err);
}

// `optional`: there may be none.
static bool read_number(struct source *source, bool optional, struct component **ret,
                        struct err *err)
{
    const struct list *components = &source->reading->suppress->components;
    uint32_t number = read_u32le(&source->bytes);
    *ret = NULL;
    if (optional && number == nobody)
        return true;
    if (number >= components->count - source->components)
        return err_set(err, ERR_INPUT, "there is no component %u", number);
    *ret = *LIST_AT(components, struct component *, source->components + number);
    return component_is_known(*ret) ||
           err_set(err, ERR_INPUT, "component %u: nothing identifies it", number);
}

static bool read_clause(struct source *source, struct err *err)
{
    struct reading reading = *source->reading;
    struct component *product = NULL;
    struct component *part = NULL;
    uint32_t vex = read_u32le(&source->bytes);
    if (!read_number(source, false, &product, err) || !read_number(source, true, &part, err) ||
        !read_number(source, true, &reading.subject, err) || !check(source, "clause", err))
        return false;
    if (vex >= reading.suppress->vexes.count - source->vexes)
        return err_set(err, ERR_INPUT, "there is no statement %u", vex);
    return reading_add_clause(&reading, (uint32_t)source->vexes + vex, product, part, err);
}

typedef bool read_item(struct source *source, struct err *err);

static bool read_items(struct source *source, size_t item_bytes, const char *what, read_item *read,
                       struct err *err)
{
    uint32_t count = 0;
    if (!read_count(source, item_bytes, what, &count, err))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!read(source, err))
            return err_add(err, "%s %u", what, i);
    return true;
}

bool wire_read(const struct reading *reading, span bytes, struct err *err)
{
    struct source source = {
        .reading = reading,
        .bytes = reader_of(bytes),
        .vexes = reading->suppress->vexes.count,
        .components = reading->suppress->components.count,
    };
    if (!read_head(&source, err) ||
        !read_items(&source, COMPONENT_BYTES, "component", read_component, err) ||
        !read_items(&source, STATEMENT_BYTES, "statement", read_statement, err) ||
        !read_items(&source, CLAUSE_BYTES, "clause", read_clause, err))
        return false;
    return read_end(&source.bytes) || err_set(err, ERR_INPUT, "bytes behind the end");
}
