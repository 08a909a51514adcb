// CSAF 2.0: security advisories and VEX. The product tree gives each product an id, by which each
// vulnerability says what its status is.
#include "suppress/suppress_inner.h"

struct csaf {
    const struct reading *reading;
    struct arena *scratch; // while the document is read
    struct labels products;
    struct labels groups;
};

bool csaf_is(const struct json *root)
{
    return json_get_text(json_get(root, "document"), "csaf_version").len != 0;
}

// ---------------------------------------------------------------- the product tree

// 3.1.3.3: what helps to identify a product.
static bool identify(const struct csaf *csaf, const struct json *helper,
                     struct component *component, struct err *err)
{
    const struct reading *reading = csaf->reading;
    const struct json *hashes = json_get(json_at(json_get(helper, "hashes"), 0), "file_hashes");
    if (!component_identify(component, json_get_text(helper, "purl"), reading->suppress->mem,
                            err) ||
        !reading_keep(reading, json_get_text(helper, "cpe"), &component->cpe, err))
        return false;
    for (size_t i = 0; i < json_count(hashes); i++)
        if (span_equal_nocase(json_get_text(json_at(hashes, i), "algorithm"), S("sha256")) &&
            !reading_set_digest(reading, json_get_text(json_at(hashes, i), "value"), component,
                                err))
            return false;
    return true;
}

// 3.1.2.2: a version that stands in the branch alone counts as well, and a range of versions is
// nothing that can be compared here.
static void limit_version(const struct json *branch, struct component *component)
{
    span category = json_get_text(branch, "category");
    span name = json_get_text(branch, "name");
    span digits = span_starts_with(name, S("v")) ? span_from(name, 1) : name;
    if (component->purl.version.len)
        return;
    if (span_equal(category, S("product_version_range")))
        component->purl = (struct purl){0};
    else if (span_equal(category, S("product_version")) && digits.len &&
             ascii_is_digit(digits.ptr[0]))
        component->purl.version = name;
}

// `branch` is what the product stands in; null: a list.
static bool add_product(struct csaf *csaf, const struct json *product, const struct json *branch,
                        struct err *err)
{
    struct component *component = reading_component(csaf->reading, err);
    span id = json_get_text(product, "product_id");
    if (!component ||
        !identify(csaf, json_get(product, "product_identification_helper"), component, err))
        return false;
    if (id.len == 0)
        return err_set(err, ERR_INPUT, "a product without product_id");
    limit_version(branch, component);
    if (!reading_keep(csaf->reading, component->purl.version, &component->purl.version, err))
        return false;
    struct label *label = labels_add(&csaf->products, id);
    if (!label)
        return arena_err(csaf->scratch, err, "csaf");
    label->component = component;
    return true;
}

static bool add_products(struct csaf *csaf, const struct json *products, struct err *err)
{
    for (size_t i = 0; i < json_count(products); i++)
        if (!add_product(csaf, json_at(products, i), NULL, err))
            return err_add(err, "full_product_names[%zu]", i);
    return true;
}

static bool add_branches(struct csaf *csaf, const struct json *branches, uint64_t depth_left,
                         struct err *err)
{
    if (json_count(branches) && depth_left == 0)
        return err_set(err, ERR_LIMIT, "nested too deep");
    for (size_t i = 0; i < json_count(branches); i++) {
        const struct json *branch = json_at(branches, i);
        const struct json *product = json_get(branch, "product");
        if ((product && !add_product(csaf, product, branch, err)) ||
            !add_branches(csaf, json_get(branch, "branches"), depth_left - 1, err))
            return err_add(err, "branches[%zu]", i);
    }
    return true;
}

// 3.2.2.4: one product as a part of, or installed on, another.
static bool add_relationships(struct csaf *csaf, const struct json *relationships, struct err *err)
{
    for (size_t i = 0; i < json_count(relationships); i++) {
        const struct json *json = json_at(relationships, i);
        span id = json_get_text(json_get(json, "full_product_name"), "product_id");
        struct label *label = labels_add(&csaf->products, id);
        if (!label)
            return arena_err(csaf->scratch, err, "csaf");
        label->part = json_get_text(json, "product_reference");
        label->whole = json_get_text(json, "relates_to_product_reference");
        if (id.len == 0 || label->part.len == 0 || label->whole.len == 0)
            return err_set(err, ERR_INPUT, "relationships[%zu]: it names no products", i);
    }
    return true;
}

// 3.2.2.3: names for several products at once.
static bool add_groups(struct csaf *csaf, const struct json *groups, struct err *err)
{
    labels_init(&csaf->groups, csaf->scratch);
    for (size_t i = 0; i < json_count(groups); i++) {
        const struct json *json = json_at(groups, i);
        struct label *label = labels_add(&csaf->groups, json_get_text(json, "group_id"));
        if (label)
            label->json = json_get(json, "product_ids");
    }
    return labels_close(&csaf->groups, err);
}

static bool read_tree(struct csaf *csaf, const struct json *tree, struct err *err)
{
    labels_init(&csaf->products, csaf->scratch);
    return (add_products(csaf, json_get(tree, "full_product_names"), err) &&
            add_branches(csaf, json_get(tree, "branches"), csaf->reading->suppress->limits->depth,
                         err) &&
            add_relationships(csaf, json_get(tree, "relationships"), err) &&
            labels_close(&csaf->products, err) &&
            add_groups(csaf, json_get(tree, "product_groups"), err)) ||
           err_add(err, "product_tree");
}

// ---------------------------------------------------------------- why

static bool explain_products(struct labels *labels, const struct json *ids, span text,
                             struct err *err)
{
    for (size_t i = 0; i < json_count(ids); i++) {
        struct label *label = labels_add(labels, json_text(json_at(ids, i)));
        if (!label)
            return arena_err(labels->items.mem, err, "csaf");
        label->text = text;
    }
    return true;
}

// The products, and those of the groups, that each item of a list is about, with what it says.
static bool explain(const struct csaf *csaf, const struct json *items, const char *category,
                    const char *text_key, struct labels *ret, struct err *err)
{
    labels_init(ret, csaf->scratch);
    for (size_t i = 0; i < json_count(items); i++) {
        const struct json *item = json_at(items, i);
        const struct json *groups = json_get(item, "group_ids");
        span text = json_get_text(item, text_key);
        if (category && !span_equal(json_get_text(item, "category"), span_of_text(category)))
            continue;
        if (!explain_products(ret, json_get(item, "product_ids"), text, err))
            return false;
        for (size_t j = 0; j < json_count(groups); j++) {
            const struct label *label = labels_find(&csaf->groups, json_text(json_at(groups, j)));
            if (label && !explain_products(ret, label->json, text, err))
                return false;
        }
    }
    return labels_close(ret, err);
}

// ---------------------------------------------------------------- statements

struct flaw_reading {
    const struct csaf *csaf;
    struct vex vex;        // of the products that come next
    struct labels flags;   // VEX justifications
    struct labels threats; // impact statements
    uint32_t number;       // of the statement that was added last
    bool added;            // there is one, and it says the same as `vex`
};

static span text_of(const struct labels *labels, span product)
{
    const struct label *label = labels_find(labels, product);
    return label ? label->text : (span){0};
}

// Products of which the same is said share a statement.
static bool begin_statement(struct flaw_reading *flaw, span product, struct err *err)
{
    span justification = text_of(&flaw->flags, product);
    span text = text_of(&flaw->threats, product);
    bool silent = flaw->vex.status != VEX_NOT_AFFECTED;
    bool same = silent || (span_equal(flaw->vex.justification, justification) &&
                           span_equal(flaw->vex.text, text));
    if (flaw->added && same)
        return true;
    flaw->vex.justification = silent ? (span){0} : justification;
    flaw->vex.text = silent ? (span){0} : text;
    flaw->added = true;
    return reading_add_vex(flaw->csaf->reading, &flaw->vex, &flaw->number, err);
}

// A product by its id. What is a part of a part is not taken apart.
static bool add_clause(const struct flaw_reading *flaw, span id, struct err *err)
{
    const struct reading *reading = flaw->csaf->reading;
    const struct labels *products = &flaw->csaf->products;
    const struct label *label = labels_find(products, id);
    if (!label)
        return err_set(err, ERR_INPUT, "the product '%s' is not in the product_tree",
                       quote(id).text);
    if (label->component) {
        // A platform by itself is no statement about all that may be installed on it.
        struct component bare = *label->component;
        bare.cpe = (span){0};
        struct component *product = component_is_known(&bare) ? label->component : NULL;
        if (product)
            return reading_add_clause(reading, flaw->number, product, NULL, err);
        suppress_document(reading->suppress, reading->document)->unknown++;
        return true;
    }
    const struct label *part = labels_find(products, label->part);
    const struct label *whole = labels_find(products, label->whole);
    if (!part || !whole)
        return err_set(err, ERR_INPUT, "a part of '%s' is not in the product_tree", quote(id).text);
    if (part->component && whole->component)
        return reading_add_clause(reading, flaw->number, whole->component, part->component, err);
    suppress_document(reading->suppress, reading->document)->unknown++;
    return true;
}

static bool is_unexplained(const struct flaw_reading *flaw, span product)
{
    return flaw->vex.status == VEX_NOT_AFFECTED && text_of(&flaw->flags, product).len == 0 &&
           text_of(&flaw->threats, product).len == 0;
}

static bool read_products(struct flaw_reading *flaw, const struct json *ids, struct err *err)
{
    const struct reading *reading = flaw->csaf->reading;
    for (size_t i = 0; i < json_count(ids); i++) {
        span id = json_text(json_at(ids, i));
        if (is_unexplained(flaw, id)) {
            suppress_document(reading->suppress, reading->document)->unexplained++;
            continue;
        }
        if (!begin_statement(flaw, id, err) || !add_clause(flaw, id, err))
            return err_add(err, "[%zu]", i);
    }
    return true;
}

static bool read_statuses(struct flaw_reading *flaw, const struct json *status, struct err *err)
{
    static const struct {
        const char *key;
        enum vex_status status;
    } kinds[] = {
        {"known_not_affected", VEX_NOT_AFFECTED},
        {"fixed", VEX_FIXED},
        {"first_fixed", VEX_FIXED},
        {"known_affected", VEX_AFFECTED},
        {"first_affected", VEX_AFFECTED},
        {"last_affected", VEX_AFFECTED},
        {"under_investigation", VEX_UNDER_INVESTIGATION},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        flaw->vex.status = kinds[i].status;
        flaw->added = false;
        if (!read_products(flaw, json_get(status, kinds[i].key), err))
            return err_add(err, "product_status: %s", kinds[i].key);
    }
    return true;
}

static bool read_names(const struct csaf *csaf, const struct json *flaw, struct spans *ret,
                       struct err *err)
{
    const struct json *ids = json_get(flaw, "ids");
    span *names = arena_array(csaf->scratch, json_count(ids) + 1, sizeof *names);
    size_t count = 0;
    if (!names)
        return arena_err(csaf->scratch, err, "csaf");
    names[count++] = json_get_text(flaw, "cve");
    for (size_t i = 0; i < json_count(ids); i++)
        names[count++] = json_get_text(json_at(ids, i), "text");
    *ret = (struct spans){.items = names, .count = count};
    return true;
}

static bool read_flaw(const struct csaf *csaf, const struct json *json, struct err *err)
{
    const struct reading *reading = csaf->reading;
    struct flaw_reading flaw = {
        .csaf = csaf,
        .vex.timestamp = suppress_document(reading->suppress, reading->document)->timestamp,
    };
    return read_names(csaf, json, &flaw.vex.flaws, err) &&
           explain(csaf, json_get(json, "flags"), NULL, "label", &flaw.flags, err) &&
           explain(csaf, json_get(json, "threats"), "impact", "details", &flaw.threats, err) &&
           read_statuses(&flaw, json_get(json, "product_status"), err);
}

static bool read_all(struct csaf *csaf, const struct json *root, struct err *err)
{
    const struct json *flaws = json_get(root, "vulnerabilities");
    if (!read_tree(csaf, json_get(root, "product_tree"), err))
        return false;
    for (size_t i = 0; i < json_count(flaws); i++)
        if (!read_flaw(csaf, json_at(flaws, i), err))
            return err_add(err, "vulnerabilities[%zu]", i);
    return true;
}

bool csaf_read(const struct reading *reading, const struct json *root, struct err *err)
{
    const struct limits *limits = reading->suppress->limits;
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(limits->feed_bytes * 4);
    const struct json *document = json_get(root, "document");
    const struct json *tracking = json_get(document, "tracking");
    struct csaf csaf = {.reading = reading, .scratch = scratch};
    if (!scratch)
        return err_set(err, ERR_MEMORY, "csaf: no memory");
    if (!span_equal(json_get_text(document, "csaf_version"), S("2.0")))
        return err_set(err, ERR_UNSUPPORTED, "csaf: version '%s'; 2.0 is read",
                       quote(json_get_text(document, "csaf_version")).text);
    return (reading_set_document(reading, "csaf", json_get_text(tracking, "id"),
                                 json_get_text(tracking, "version"),
                                 json_get_text(tracking, "current_release_date"), err) &&
            read_all(&csaf, root, err)) ||
           err_add(err, "csaf");
}
