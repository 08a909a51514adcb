#include "feeds/feeds_inner.h"

// SUSE's and openSUSE's updates in OSV form. An ecosystem is a product: "SUSE:Linux Enterprise
// Module for Basesystem 15 SP5", "openSUSE:Leap 15.5". The binary packages of an update stand in
// ecosystem_specific, all of a product's with each of its source packages.

struct product {
    span name;    // "Linux Enterprise Server"
    span major;   // "15", "5.5"
    span pack;    // service pack: "5"; may be empty
    span variant; // "LTSS", "LTSS EXTREME CORE", "ESPOS"; mostly empty
};

// Where " SP" and a number stand, or SPAN_NONE.
static size_t find_pack(span text)
{
    span mark = S(" SP");
    for (size_t i = 0; i + mark.len < text.len; i++)
        if (span_equal(span_slice(text, i, mark.len), mark) &&
            ascii_is_digit(text.ptr[i + mark.len]))
            return i;
    return SPAN_NONE;
}

// Reads "Linux Enterprise Server 15 SP3-LTSS", "Linux Enterprise Micro 5.5".
static struct product read_product(span text)
{
    struct product product = {0};
    size_t pack = find_pack(text);
    span head = text;
    if (pack != SPAN_NONE) {
        head = span_first(text, pack);
        span rest = span_from(text, pack + S(" SP").len);
        product.pack = span_cut_digits(&rest);
        product.variant = span_from(rest, 1);
    }
    size_t blank = span_find_last(head, ' ');
    if (blank == SPAN_NONE)
        return (struct product){.name = head};
    span version = span_from(head, blank + 1);
    product.name = span_first(head, blank);
    product.major = span_cut(&version, '-');
    if (version.len)
        product.variant = version;
    return product;
}

// ---------------------------------------------------------------- SUSE Linux Enterprise

struct rule {
    const char *prefix; // of the product's name; the first that fits counts
    const char *distro;
    const char *repository; // empty: the release itself, or something that is registered into it
    bool all_packs;         // without a service pack it is for every one of release 12
};

static const struct rule rules[] = {
    {"Linux Enterprise Server for SAP Applications", "sles", "sles_sap", false},
    {"Linux Enterprise Server LTSS Extended Security", "sles", "ltss-extended-security", false},
    {"Linux Enterprise Server", "sles", "", false},
    {"Linux Enterprise Desktop", "sles", "", false},
    {"Linux Enterprise Module for ", "sles", "", true},
    {"Linux Enterprise Live Patching", "sles", "", true},
    {"Linux Enterprise Software Development Kit", "sles", "", false},
    {"Linux Enterprise Workstation Extension", "sles", "", false},
    {"Linux Enterprise High Availability", "sles", "", false},
    {"Linux Enterprise Installer Updates", "sles", "", false},
    {"Package Hub", "sles", "", true},
    {"Real Time Module", "sles", "", false},
    {"Linux Enterprise High Performance Computing", "sles", "sle_hpc", false},
    {"Linux Enterprise Real Time", "sles", "real-time", false},
    {"Linux Enterprise Point of Sale", "sles", "point-of-sale", false},
    {"Linux Enterprise Micro", "sle-micro", "", false},
    {"Linux Micro", "sle-micro", "", false},
};

// Null for products with releases of their own, which do not say what they are built upon.
static const struct rule *find_rule(span name)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (span_starts_with(name, span_of_text(rules[i].prefix)))
            return &rules[i];
    return NULL;
}

// "ltss", "sle_hpc-espos": the product, and for how long or for whom it is kept.
static span repository_of(struct draft *draft, const struct rule *rule, span variant)
{
    struct text name = {0};
    text_init(&name, draft->translation->mem, SIZE_MAX);
    text_add(&name, span_of_text(rule->repository));
    if (name.len && variant.len)
        text_add_byte(&name, '-');
    for (size_t i = 0; i < variant.len; i++)
        text_add_byte(&name, variant.ptr[i] == ' ' ? '-' : ascii_lower(variant.ptr[i]));
    if (!text_ok(&name))
        draft->affected.failed = true;
    return text_span(&name);
}

// Kept after support for the release has ended: who has not bought it stays affected.
static bool is_afterlife(const struct rule *rule, span variant)
{
    return !*rule->repository &&
           (span_starts_with(variant, S("LTSS")) || span_equal(variant, S("ESPOS")) ||
            span_equal(variant, S("BCL")) || span_equal(variant, S("TERADATA")));
}

static span release_of(struct draft *draft, span major, span pack)
{
    struct text version = {0};
    text_init(&version, draft->translation->mem, SIZE_MAX);
    text_add(&version, major);
    if (pack.len)
        text_add_byte(&version, '.');
    text_add(&version, pack);
    if (!text_ok(&version))
        draft->affected.failed = true;
    return text_span(&version);
}

static struct affected *add_target(struct draft *draft, const struct rule *rule,
                                   const struct product *product, span pack, struct targets *ret)
{
    assert(ret->count < MOST_TARGETS);
    struct affected *target = &ret->items[ret->count++];
    *target = (struct affected){
        .ecosystem = draft_ecosystem(draft, span_of_text(rule->distro),
                                     release_of(draft, product->major, pack)),
        .name_kind = NAME_BINARY,
        .status = STATUS_FIXED,
        .repository = repository_of(draft, rule, product->variant),
    };
    return target;
}

static bool read_enterprise(struct draft *draft, span text, struct targets *ret)
{
    static const char *const packs_of_12[] = {"1", "2", "3", "4", "5"};
    struct product product = read_product(text);
    const struct rule *rule = find_rule(product.name);
    if (!rule || !product.major.len || !ascii_is_digit(product.major.ptr[0]))
        return false;
    const struct affected *target = add_target(draft, rule, &product, product.pack, ret);
    if (is_afterlife(rule, product.variant)) {
        struct affected *ended = &ret->items[ret->count++];
        *ended = *target;
        ended->status = STATUS_END_OF_LIFE;
        ended->repository = (span){0};
    } else if (rule->all_packs && !product.pack.len && span_equal(product.major, S("12"))) {
        for (size_t i = 0; i < sizeof packs_of_12 / sizeof *packs_of_12; i++)
            (void)add_target(draft, rule, &product, span_of_text(packs_of_12[i]), ret);
    }
    return true;
}

// ---------------------------------------------------------------- openSUSE

// "Leap 15.5", "Leap 15.5 NonFree", "Leap Micro 5.5", "Tumbleweed".
static bool read_community(struct draft *draft, span text, struct targets *ret)
{
    struct affected target = {.name_kind = NAME_BINARY, .status = STATUS_FIXED};
    span rest = text;
    span word = span_cut(&rest, ' ');
    span micro = S("Micro ");
    if (span_equal(word, S("Tumbleweed"))) {
        target.ecosystem = S("opensuse-tumbleweed");
    } else if (span_equal(word, S("Leap")) && span_starts_with(rest, micro)) {
        target.ecosystem =
            draft_ecosystem(draft, S("opensuse-leap-micro"), span_from(rest, micro.len));
    } else if (span_equal(word, S("Leap")) && rest.len) {
        target.ecosystem = draft_ecosystem(draft, S("opensuse-leap"), span_cut(&rest, ' '));
    } else {
        return false;
    }
    ret->items[ret->count++] = target;
    return true;
}

bool suse_read_product(struct draft *draft, span publisher, span product, struct targets *ret)
{
    *ret = (struct targets){0};
    if (span_equal(publisher, S("SUSE")))
        return read_enterprise(draft, product, ret);
    return span_equal(publisher, S("openSUSE")) && read_community(draft, product, ret);
}

// ---------------------------------------------------------------- OSV

static void add_build(struct draft *draft, const struct targets *targets, span name, span fixed)
{
    if (!fixed.len || rpm_is_debug(name))
        return;
    for (size_t i = 0; i < targets->count; i++) {
        struct affected build = targets->items[i];
        build.name = name;
        build.fixed = fixed;
        rpm_add_build(draft, &build);
    }
}

static void add_package(struct draft *draft, const struct json *affected)
{
    struct targets targets = {0};
    span product = osv_ecosystem(affected);
    span publisher = span_cut(&product, ':');
    if (!suse_read_product(draft, publisher, product, &targets))
        return;
    const struct json *lists = json_get(json_get(affected, "ecosystem_specific"), "binaries");
    for (size_t i = 0; i < json_count(lists); i++) {
        struct json_member binary = {0};
        while (json_next(json_at(lists, i), &binary))
            add_build(draft, &targets, binary.key, json_text(binary.value));
    }
}

bool translate_suse(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = osv_add_related,
        .add_package = add_package,
    };
    return osv_translate(translation, &dialect, path, bytes, err);
}
