#include "feeds/redhat_inner.h"

// Red Hat's VEX documents: CSAF 2.0, one a flaw. The product tree has platforms, which bear a CPE,
// and components, which bear a purl; relationships put the one into the other, and product_status
// tells what holds of the product that comes of it. A component of a module may stand in a
// relationship to one that puts the module into the platform.

struct product {
    span id;
    span name;
    span cpe;
    span purl;      // older documents have none for what is not fixed
    span component; // of a relationship: the ids of its two sides
    span platform;
};

struct vex {
    struct translation *translation;
    struct list products;     // of struct product, sorted by id
    struct list remediations; // of struct remedy, sorted by id
    struct draft draft;
};

// What will be done about a product.
struct remedy {
    span id;
    enum status status;
};

// ---------------------------------------------------------------- the product tree

static int by_id(const void *left, const void *right)
{
    return span_compare(*(const span *)left, *(const span *)right); // the first member is the id
}

// The item whose first member, a span, is `id`; null when there is none.
static const void *find(const struct list *items, span id)
{
    size_t low = 0;
    size_t high = items->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const span *item = list_at(items, middle);
        int order = span_compare(*item, id);
        if (order == 0)
            return item;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void add_product(struct vex *vex, const struct json *product)
{
    const struct json *helper = json_get(product, "product_identification_helper");
    struct product *item =
        json_is_object(product) ? LIST_ADD(&vex->products, struct product) : NULL;
    if (!item)
        return;
    item->id = json_get_text(product, "product_id");
    item->name = json_get_text(product, "name");
    item->cpe = json_get_text(helper, "cpe");
    item->purl = json_get_text(helper, "purl");
}

// Recursion: json_parse has checked the depth.
static void add_branches(struct vex *vex, const struct json *branches)
{
    for (size_t i = 0; i < json_count(branches); i++) {
        const struct json *branch = json_at(branches, i);
        add_product(vex, json_get(branch, "product"));
        add_branches(vex, json_get(branch, "branches"));
    }
}

static bool read_tree(struct vex *vex, const struct json *tree, struct err *err)
{
    add_branches(vex, json_get(tree, "branches"));
    const struct json *relationships = json_get(tree, "relationships");
    for (size_t i = 0; i < json_count(relationships); i++) {
        const struct json *relationship = json_at(relationships, i);
        struct product *item = LIST_ADD(&vex->products, struct product);
        if (!item)
            break;
        item->id = json_get_text(json_get(relationship, "full_product_name"), "product_id");
        item->component = json_get_text(relationship, "product_reference");
        item->platform = json_get_text(relationship, "relates_to_product_reference");
    }
    if (!list_ok(&vex->products))
        return arena_err(vex->translation->mem, err, "products");
    sort_items(vex->products.items, vex->products.count, sizeof(struct product), by_id);
    return true;
}

// ---------------------------------------------------------------- one product

// "cpe:/o:redhat:enterprise_linux:8::baseos"
static bool read_platform(struct vex *vex, span cpe, struct affected *ret)
{
    span vendor = S(":redhat:");
    enum { TYPE = 6 }; // "cpe:/o", "cpe:/a"
    return span_starts_with(span_from(cpe, TYPE), vendor) &&
           redhat_read_cpe(&vex->draft, span_from(cpe, TYPE + vendor.len), ret);
}

// A component: an rpm, with a version where it is a build. False for what is none: images, jars.
static bool read_component(struct vex *vex, const struct product *component, struct affected *ret,
                           bool *ret_is_source)
{
    struct purl purl = {0};
    if (!component->purl.len)
        return redhat_read_package_name(component->name, ret);
    if (!purl_parse(component->purl, vex->translation->mem, &purl, NULL) ||
        !span_equal(purl.type, S("rpm")))
        return false;
    span epoch = purl_qualifier(&purl, S("epoch"));
    size_t dash = span_find_last(purl.version, '-');
    ret->name = purl.name;
    ret->module = rpm_stream_of(purl_qualifier(&purl, S("rpmmod")));
    if (dash != SPAN_NONE)
        ret->fixed = rpm_build(&vex->draft, epoch, span_first(purl.version, dash),
                               span_from(purl.version, dash + 1));
    *ret_is_source = span_equal(purl_qualifier(&purl, S("arch")), S("src"));
    return !rpm_is_debug(ret->name);
}

// Fills all but the status from a product of the relationships.
static bool read_product(struct vex *vex, span id, struct affected *ret, bool *ret_is_source)
{
    const struct product *product = find(&vex->products, id);
    const struct product *component = product ? find(&vex->products, product->component) : NULL;
    const struct product *platform = product ? find(&vex->products, product->platform) : NULL;
    struct affected module = {0};
    bool ignored = false;
    if (platform && platform->platform.len) { // a module in the platform
        const struct product *part = find(&vex->products, platform->component);
        if (part && (!read_component(vex, part, &module, &ignored) || !module.module.len))
            module.module = rpm_stream_of(part->name);
        platform = find(&vex->products, platform->platform);
    }
    if (!component || !platform || !read_platform(vex, platform->cpe, ret) ||
        !read_component(vex, component, ret, ret_is_source))
        return false;
    if (!ret->module.len)
        ret->module = module.module;
    return true;
}

// ---------------------------------------------------------------- statements

static void add_fixed(struct vex *vex, span id)
{
    struct affected affected = {.name_kind = NAME_BINARY, .status = STATUS_FIXED};
    bool is_source = false;
    if (read_product(vex, id, &affected, &is_source) && !is_source && affected.fixed.len)
        rpm_add_build(&vex->draft, &affected);
}

// A product without a version: every one that there is. Older documents name the source alone and
// do not say so, newer ones name it as "curl.src" beside its packages.
static void add_unfixed(struct vex *vex, span id, enum status status)
{
    struct affected affected = {.name_kind = NAME_SOURCE, .status = status};
    bool is_source = false;
    if (!read_product(vex, id, &affected, &is_source) || affected.fixed.len)
        return;
    draft_add(&vex->draft, &affected);
    affected.name_kind = NAME_BINARY;
    if (!is_source)
        draft_add(&vex->draft, &affected);
}

static enum status status_of(const struct vex *vex, span id)
{
    const struct remedy *remedy = find(&vex->remediations, id);
    return remedy ? remedy->status : STATUS_AFFECTED;
}

static bool read_remedy(const struct json *remediation, enum status *ret)
{
    span category = json_get_text(remediation, "category");
    if (!span_equal(category, S("no_fix_planned")))
        return false;
    bool is_over = span_starts_with(json_get_text(remediation, "details"), S("Out of support"));
    *ret = is_over ? STATUS_END_OF_LIFE : STATUS_WONT_FIX;
    return true;
}

static bool read_remediations(struct vex *vex, const struct json *remediations, struct err *err)
{
    for (size_t i = 0; i < json_count(remediations); i++) {
        const struct json *remediation = json_at(remediations, i);
        const struct json *ids = json_get(remediation, "product_ids");
        enum status status = STATUS_AFFECTED;
        bool counts = read_remedy(remediation, &status);
        for (size_t k = 0; counts && k < json_count(ids); k++) {
            struct remedy *remedy = LIST_ADD(&vex->remediations, struct remedy);
            if (remedy)
                *remedy = (struct remedy){.id = json_text(json_at(ids, k)), .status = status};
        }
    }
    if (!list_ok(&vex->remediations))
        return arena_err(vex->translation->mem, err, "remediations");
    sort_items(vex->remediations.items, vex->remediations.count, sizeof(struct remedy), by_id);
    return true;
}

static void add_statuses(struct vex *vex, const struct json *statuses)
{
    const struct json *fixed = json_get(statuses, "fixed");
    for (size_t i = 0; i < json_count(fixed); i++)
        add_fixed(vex, json_text(json_at(fixed, i)));
    const struct json *affected = json_get(statuses, "known_affected");
    for (size_t i = 0; i < json_count(affected); i++) {
        span id = json_text(json_at(affected, i));
        add_unfixed(vex, id, status_of(vex, id));
    }
    const struct json *fine = json_get(statuses, "known_not_affected");
    for (size_t i = 0; i < json_count(fine); i++)
        add_unfixed(vex, json_text(json_at(fine, i)), STATUS_NOT_AFFECTED);
    const struct json *open = json_get(statuses, "under_investigation");
    for (size_t i = 0; i < json_count(open); i++)
        add_unfixed(vex, json_text(json_at(open, i)), STATUS_UNDER_INVESTIGATION);
}

// ---------------------------------------------------------------- flaws

// Version 3 before 2; all products have the same score.
static void read_scores(const struct json *scores, struct flaw *flaw)
{
    static const char *const versions[] = {"cvss_v3", "cvss_v2"};
    for (size_t v = 0; v < sizeof versions / sizeof *versions; v++)
        for (size_t i = 0; i < json_count(scores); i++) {
            const struct json *cvss = json_get(json_at(scores, i), versions[v]);
            flaw_rate(flaw, json_get_text(cvss, "vectorString"), (span){0});
        }
}

static bool give_flaw(struct vex *vex, const struct json *vulnerability, enum severity severity,
                      struct err *err)
{
    struct translation *translation = vex->translation;
    struct flaw flaw = flaw_none(translation, json_get_text(vulnerability, "cve"));
    span weakness = json_get_text(json_get(vulnerability, "cwe"), "id");
    flaw.severity = severity;
    flaw.published = translation_day(translation, json_get_text(vulnerability, "release_date"));
    flaw.weaknesses = (struct spans){.items = &weakness, .count = weakness.len ? 1 : 0};
    read_scores(json_get(vulnerability, "scores"), &flaw);
    vex->draft.advisory.cvss = flaw.cvss;
    vex->draft.advisory.score = flaw.score;
    return draft_give(&vex->draft, err) && translation_give_flaw(translation, &flaw, err);
}

static bool give_vulnerability(struct vex *vex, const struct json *document,
                               const struct json *vulnerability, struct err *err)
{
    const struct json *head = json_get(document, "document");
    span id = json_get_text(vulnerability, "cve");
    if (!is_cve(id))
        return err_set(err, ERR_INPUT, "csaf: a vulnerability without a CVE id");
    if (!translation_is_new(vex->translation, id))
        return true;
    draft_init(&vex->draft, vex->translation, id);
    struct advisory *advisory = &vex->draft.advisory;
    span day = json_get_text(json_get(head, "tracking"), "current_release_date");
    span severity = json_get_text(json_get(head, "aggregate_severity"), "text");
    advisory->modified = translation_day(vex->translation, day);
    (void)severity_parse(severity, &advisory->severity);
    list_init(&vex->remediations, vex->translation->mem, sizeof(struct remedy), SIZE_MAX);
    if (!read_remediations(vex, json_get(vulnerability, "remediations"), err))
        return false;
    add_statuses(vex, json_get(vulnerability, "product_status"));
    return give_flaw(vex, vulnerability, advisory->severity, err);
}

bool redhat_give_vex(struct translation *translation, const struct json *document, struct err *err)
{
    span category = json_get_text(json_get(document, "document"), "category");
    if (!category.len)
        return err_set(err, ERR_INPUT, "csaf: a document without a category");
    if (!span_equal(category, S("csaf_vex")))
        return true;
    struct vex vex = {.translation = translation};
    list_init(&vex.products, translation->mem, sizeof(struct product), SIZE_MAX);
    if (!read_tree(&vex, json_get(document, "product_tree"), err))
        return false;
    const struct json *vulnerabilities = json_get(document, "vulnerabilities");
    for (size_t i = 0; i < json_count(vulnerabilities); i++)
        if (!give_vulnerability(&vex, document, json_at(vulnerabilities, i), err))
            return false;
    return true;
}
