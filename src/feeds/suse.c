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

// One update may name a package for a release in several products.
static void add_build(struct draft *draft, const struct affected *statement, bool afterlife)
{
    rpm_add_build(draft, statement);
    if (!afterlife)
        return;
    struct affected ended = *statement;
    ended.status = STATUS_END_OF_LIFE;
    ended.repository = (span){0};
    rpm_add_build(draft, &ended);
}

static void add_builds(struct draft *draft, const struct affected *pattern, bool afterlife,
                       const struct json *affected)
{
    const struct json *lists = json_get(json_get(affected, "ecosystem_specific"), "binaries");
    for (size_t i = 0; i < json_count(lists); i++) {
        struct json_member binary = {0};
        while (json_next(json_at(lists, i), &binary)) {
            struct affected build = *pattern;
            build.name = binary.key;
            build.fixed = json_text(binary.value);
            if (build.fixed.len && !rpm_is_debug(build.name))
                add_build(draft, &build, afterlife);
        }
    }
}

static void add_for_pack(struct draft *draft, const struct rule *rule,
                         const struct product *product, span pack, const struct json *affected)
{
    struct text version = {0};
    text_init(&version, draft->translation->mem, SIZE_MAX);
    text_add(&version, product->major);
    if (pack.len)
        text_add_byte(&version, '.');
    text_add(&version, pack);
    if (!text_ok(&version))
        draft->affected.failed = true;
    const struct affected pattern = {
        .ecosystem = draft_ecosystem(draft, span_of_text(rule->distro), text_span(&version)),
        .name_kind = NAME_BINARY,
        .status = STATUS_FIXED,
        .repository = repository_of(draft, rule, product->variant),
    };
    add_builds(draft, &pattern, is_afterlife(rule, product->variant), affected);
}

static void add_enterprise(struct draft *draft, span text, const struct json *affected)
{
    static const char *const packs_of_12[] = {"1", "2", "3", "4", "5"};
    struct product product = read_product(text);
    const struct rule *rule = find_rule(product.name);
    if (!rule || !product.major.len || !ascii_is_digit(product.major.ptr[0]))
        return;
    add_for_pack(draft, rule, &product, product.pack, affected);
    if (!rule->all_packs || product.pack.len || !span_equal(product.major, S("12")))
        return;
    for (size_t i = 0; i < sizeof packs_of_12 / sizeof *packs_of_12; i++)
        add_for_pack(draft, rule, &product, span_of_text(packs_of_12[i]), affected);
}

// ---------------------------------------------------------------- openSUSE

// "Leap 15.5", "Leap 15.5 NonFree", "Leap Micro 5.5", "Tumbleweed".
static void add_community(struct draft *draft, span text, const struct json *affected)
{
    struct affected pattern = {.name_kind = NAME_BINARY, .status = STATUS_FIXED};
    span rest = text;
    span word = span_cut(&rest, ' ');
    span micro = S("Micro ");
    if (span_equal(word, S("Tumbleweed"))) {
        pattern.ecosystem = S("opensuse-tumbleweed");
    } else if (span_equal(word, S("Leap")) && span_starts_with(rest, micro)) {
        pattern.ecosystem =
            draft_ecosystem(draft, S("opensuse-leap-micro"), span_from(rest, micro.len));
    } else if (span_equal(word, S("Leap")) && rest.len) {
        pattern.ecosystem = draft_ecosystem(draft, S("opensuse-leap"), span_cut(&rest, ' '));
    } else {
        return;
    }
    add_builds(draft, &pattern, false, affected);
}

static void add_package(struct draft *draft, const struct json *affected)
{
    span ecosystem = osv_ecosystem(affected);
    span enterprise = S("SUSE:");
    span community = S("openSUSE:");
    if (span_starts_with(ecosystem, enterprise))
        add_enterprise(draft, span_from(ecosystem, enterprise.len), affected);
    else if (span_starts_with(ecosystem, community))
        add_community(draft, span_from(ecosystem, community.len), affected);
}

bool translate_suse(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = osv_add_related,
        .add_package = add_package,
    };
    return osv_translate(translation, &dialect, path, bytes, err);
}
