// OpenVEX 0.2.0, and 0.0.x before it, where vulnerabilities and products are plain texts.
#include "suppress/suppress_inner.h"

bool openvex_is(const struct json *root)
{
    return span_starts_with(json_get_text(root, "@context"), S("https://openvex.dev/ns"));
}

// ---------------------------------------------------------------- products

// A product or a subcomponent; in 0.0.x a text.
static struct component *read_component(const struct reading *reading, const struct json *json,
                                        struct err *err)
{
    struct arena *mem = reading->suppress->mem;
    struct component *component = reading_component(reading, err);
    const struct json *identifiers = json_get(json, "identifiers");
    bool is_text = json_is_string(json);
    if (!component)
        return NULL;
    if (!is_text && !json_is_object(json)) {
        (void)err_set(err, ERR_INPUT, "a product is neither an object nor a text");
        return NULL;
    }
    span id = is_text ? json_text(json) : json_get_text(json, "@id");
    span purl = json_get_text(identifiers, "purl");
    bool ok = component_identify(component, purl.len ? purl : id, mem, err) &&
              reading_set_digest(reading, json_get_text(json_get(json, "hashes"), "sha-256"),
                                 component, err);
    return ok ? component : NULL;
}

static bool read_parts(const struct reading *reading, uint32_t vex, struct component *product,
                       const struct json *parts, struct err *err)
{
    if (json_count(parts) == 0)
        return reading_add_clause(reading, vex, product, NULL, err);
    for (size_t i = 0; i < json_count(parts); i++) {
        struct component *part = read_component(reading, json_at(parts, i), err);
        if (!part || !reading_add_clause(reading, vex, product, part, err))
            return err_add(err, "subcomponents[%zu]", i);
    }
    return true;
}

// In 0.0.x the subcomponents are those of all products of the statement.
static bool read_products(const struct reading *reading, uint32_t vex, const struct json *statement,
                          struct err *err)
{
    enum { MOST_PAIRS = 1000000 };
    const struct json *products = json_get(statement, "products");
    const struct json *shared = json_get(statement, "subcomponents");
    if (products && !json_is_array(products))
        return err_set(err, ERR_INPUT, "products is no list");
    if (json_count(products) == 0 && reading->subject)
        return reading_add_clause(reading, vex, reading->subject, NULL, err);
    if (json_count(products) == 0)
        suppress_document(reading->suppress, reading->document)->unknown++;
    if (json_count(products) * json_count(shared) > MOST_PAIRS)
        return err_set(err, ERR_LIMIT, "%zu products with %zu subcomponents", json_count(products),
                       json_count(shared));
    for (size_t i = 0; i < json_count(products); i++) {
        const struct json *json = json_at(products, i);
        const struct json *own = json_get(json, "subcomponents");
        struct component *product = read_component(reading, json, err);
        if (!product || !read_parts(reading, vex, product, own ? own : shared, err))
            return err_add(err, "products[%zu]", i);
    }
    return true;
}

// ---------------------------------------------------------------- statements

static bool read_status(span word, enum vex_status *ret, struct err *err)
{
    static const struct {
        const char *word;
        enum vex_status status;
    } words[] = {
        {"not_affected", VEX_NOT_AFFECTED},
        {"fixed", VEX_FIXED},
        {"affected", VEX_AFFECTED},
        {"under_investigation", VEX_UNDER_INVESTIGATION},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!span_equal(word, span_of_text(words[i].word)))
            continue;
        *ret = words[i].status;
        return true;
    }
    return err_set(err, ERR_INPUT, "status '%s' is none of OpenVEX", quote(word).text);
}

// The name, what it is also called, and, where that is all there is, its IRI.
static bool read_names(const struct reading *reading, const struct json *vulnerability,
                       struct spans *ret, struct err *err)
{
    const struct json *aliases = json_get(vulnerability, "aliases");
    span *names = arena_array(reading->suppress->mem, json_count(aliases) + 2, sizeof *names);
    size_t count = 0;
    if (!names)
        return arena_err(reading->suppress->mem, err, "vex");
    names[count++] = json_is_string(vulnerability) ? json_text(vulnerability)
                                                   : json_get_text(vulnerability, "name");
    names[count++] = json_get_text(vulnerability, "@id");
    for (size_t i = 0; i < json_count(aliases); i++)
        names[count++] = json_text(json_at(aliases, i));
    *ret = (struct spans){.items = names, .count = count};
    return true;
}

static bool read_statement(const struct reading *reading, const struct json *statement,
                           struct err *err)
{
    struct document *document = suppress_document(reading->suppress, reading->document);
    uint32_t index = 0;
    struct vex vex = {
        .justification = json_get_text(statement, "justification"),
        .text = json_get_text(statement, "impact_statement"),
        .timestamp = parse_timestamp(json_get_text(statement, "timestamp"), document->timestamp),
    };
    if (!read_status(json_get_text(statement, "status"), &vex.status, err) ||
        !read_names(reading, json_get(statement, "vulnerability"), &vex.flaws, err))
        return false;
    // "A not_affected statement MUST have a justification or an impact statement."
    if (vex.status == VEX_NOT_AFFECTED && vex.justification.len + vex.text.len == 0) {
        document->unexplained++;
        return true;
    }
    if (vex.text.len == 0 && vex.status == VEX_AFFECTED)
        vex.text = json_get_text(statement, "action_statement");
    if (vex.text.len == 0)
        vex.text = json_get_text(statement, "status_notes");
    return reading_add_vex(reading, &vex, &index, err) &&
           read_products(reading, index, statement, err);
}

bool openvex_read(const struct reading *reading, const struct json *root, struct err *err)
{
    const struct json *statements = json_get(root, "statements");
    span version = {0};
    if (!reading_number(reading, json_get(root, "version"), &version, err) ||
        !reading_set_document(reading, "openvex", json_get_text(root, "@id"), version,
                              json_get_text(root, "timestamp"), err))
        return false;
    if (!json_is_array(statements))
        return err_set(err, ERR_INPUT, "openvex: statements is no list");
    for (size_t i = 0; i < json_count(statements); i++)
        if (!read_statement(reading, json_at(statements, i), err))
            return err_add(err, "openvex: statements[%zu]", i);
    return true;
}
