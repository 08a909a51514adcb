#include "feeds/redhat_inner.h"

// Red Hat's advisories in OSV form (what is fixed) and its records of single CVEs (what is not).
// Products are CPE 2.2 names: "rhel_eus:9.2::appstream" is product, version, update, edition.

struct product {
    span name;
    span version;
    span edition; // what stands behind the version: "appstream", "el8", "server:el6"
    span release; // name and version: "rhel_eus:9.2"
};

static struct product read_product(span cpe)
{
    struct product product = {0};
    span rest = cpe;
    product.name = span_cut(&rest, ':');
    product.version = span_cut(&rest, ':');
    product.edition = rest.len && rest.ptr[0] == ':' ? span_from(rest, 1) : rest;
    bool has_version = product.version.len != 0;
    size_t len = product.name.len + (has_version ? 1 + product.version.len : 0);
    product.release = span_first(cpe, len);
    return product;
}

// Streams and add-ons that carry the version of the RHEL that they belong to.
static const char *const rhel_like[] = {
    "rhel_eus",
    "rhel_aus",
    "rhel_e4s",
    "rhel_tus",
    "rhel_els",
    "rhel_extras",
    "rhel_extras_rt",
    "rhel_extras_sap",
    "rhel_productivity",
    "rhel_mission_critical",
    "rhel_virtualization",
    "rhel_eus_long_life",
};

static bool has_rhel_version(span name)
{
    for (size_t i = 0; i < sizeof rhel_like / sizeof *rhel_like; i++)
        if (span_equal(name, span_of_text(rhel_like[i])))
            return true;
    return span_equal(name, S("enterprise_linux"));
}

// The major release of RHEL that the product is for; empty when it does not say.
static span rhel_major(const struct product *product)
{
    span edition = product->edition;
    size_t colon = span_find_last(edition, ':');
    span last = colon == SPAN_NONE ? edition : span_from(edition, colon + 1);
    uint64_t number = 0;
    if (span_starts_with(last, S("el")) && span_to_u64(span_from(last, 2), &number))
        return span_from(last, 2);
    span version = product->version;
    span major = span_cut(&version, '.');
    bool known = has_rhel_version(product->name) && span_to_u64(major, &number);
    return known ? major : (span){0};
}

// Is it RHEL itself, with whatever repositories come with a subscription?
static bool is_mainline(const struct product *product)
{
    return span_equal(product->name, S("enterprise_linux")) &&
           !span_contains(product->edition, S("hypervisor")) &&
           !span_contains(product->edition, S("fastdatapath"));
}

bool redhat_read_cpe(struct draft *draft, span cpe, struct affected *ret)
{
    struct product product = read_product(cpe);
    span major = rhel_major(&product);
    if (!major.len)
        return false;
    ret->ecosystem = draft_ecosystem(draft, S("rhel"), major);
    ret->repository = is_mainline(&product) ? (span){0} : product.release;
    return true;
}

// ---------------------------------------------------------------- OSV

static void add_names(struct draft *draft, const struct json *document)
{
    osv_add_related(draft, document);
    rpm_read_title(draft, json_get_text(document, "summary"));
}

static void add_package(struct draft *draft, const struct json *affected)
{
    span ecosystem = osv_ecosystem(affected);
    span prefix = S("Red Hat:");
    struct affected pattern = {
        .name = osv_name(affected),
        .name_kind = NAME_BINARY,
        .status = STATUS_AFFECTED,
    };
    if (rpm_is_debug(pattern.name) || !span_starts_with(ecosystem, prefix))
        return;
    if (redhat_read_cpe(draft, span_from(ecosystem, prefix.len), &pattern))
        osv_add_ranges(draft, affected, &pattern, rpm_add_titled);
}

bool translate_redhat_osv(struct translation *translation, span path, span bytes, struct err *err)
{
    static const struct osv_dialect dialect = {
        .add_names = add_names,
        .add_package = add_package,
    };
    return osv_translate(translation, &dialect, path, bytes, err);
}

// ---------------------------------------------------------------- records of single CVEs

static bool read_fix_state(span text, enum status *ret)
{
    static const struct {
        const char *text;
        enum status status;
    } states[] = {
        {"Affected", STATUS_AFFECTED},
        {"Fix deferred", STATUS_AFFECTED},
        {"Will not fix", STATUS_WONT_FIX},
        {"Out of support scope", STATUS_END_OF_LIFE},
        {"Under investigation", STATUS_UNDER_INVESTIGATION},
        {"New", STATUS_UNDER_INVESTIGATION},
        {"Not affected", STATUS_NOT_AFFECTED},
    };
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (!span_equal(text, span_of_text(states[i].text)))
            continue;
        *ret = states[i].status;
        return true;
    }
    return false;
}

bool redhat_read_package_name(span text, struct affected *ret)
{
    size_t slash = span_find(text, '/');
    if (slash == SPAN_NONE) {
        ret->name = text;
        return text.len != 0;
    }
    ret->module = span_first(text, slash);
    ret->name = span_from(text, slash + 1);
    return span_find(ret->module, ':') != SPAN_NONE && !span_ends_with(ret->module, S(":flatpak"));
}

static void add_state(struct draft *draft, const struct json *state)
{
    struct affected affected = {.name_kind = NAME_SOURCE};
    span cpe = json_get_text(state, "cpe");
    span vendor = S(":redhat:");
    span type = span_first(cpe, 6); // "cpe:/o", "cpe:/a"
    if (!span_starts_with(span_from(cpe, type.len), vendor))
        return;
    if (!read_fix_state(json_get_text(state, "fix_state"), &affected.status) ||
        !redhat_read_package_name(json_get_text(state, "package_name"), &affected) ||
        !redhat_read_cpe(draft, span_from(cpe, type.len + vendor.len), &affected))
        return;
    (void)severity_parse(json_get_text(state, "impact"), &affected.severity);
    draft_add(draft, &affected);
}

// Red Hat's own score, version 3 before 2.
static void read_score(const struct json *document, struct flaw *flaw)
{
    const struct json *cvss3 = json_get(document, "cvss3");
    const struct json *cvss2 = json_get(document, "cvss");
    span vector = cvss3 ? json_get_text(cvss3, "cvss3_scoring_vector")
                        : json_get_text(cvss2, "cvss_scoring_vector");
    double score = 0;
    if (!cvss_score(vector, &score))
        return;
    flaw->cvss = vector;
    flaw->score = score;
}

static bool give_cve(struct translation *translation, const struct json *document, span id,
                     struct err *err)
{
    struct draft draft = {0};
    struct flaw flaw = flaw_none(translation, id);
    flaw.published = translation_day(translation, json_get_text(document, "public_date"));
    (void)severity_parse(json_get_text(document, "threat_severity"), &flaw.severity);
    read_score(document, &flaw);
    draft_init(&draft, translation, id);
    draft.advisory.severity = flaw.severity;
    draft.advisory.cvss = flaw.cvss;
    draft.advisory.score = flaw.score;
    const struct json *states = json_get(document, "package_state");
    for (size_t i = 0; i < json_count(states); i++)
        add_state(&draft, json_at(states, i));
    return draft_give(&draft, err) && translation_give_flaw(translation, &flaw, err);
}

// The records of the API, or the VEX documents that have taken their place.
bool translate_redhat_cve(struct translation *translation, span path, span bytes, struct err *err)
{
    // Beside the records the archive has repository-to-cpe.json.
    if (!span_ends_with(path, S(".json")) || span_contains(path, S("repository-to-cpe")))
        return true;
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, translation->limits->feed_bytes, &document, err))
        return false;
    if (json_get(document, "document"))
        return redhat_give_vex(translation, document, err);
    span id = json_get_text(document, "name");
    if (!is_cve(id))
        return err_set(err, ERR_INPUT, "redhat: a record without a CVE id");
    return !translation_is_new(translation, id) || give_cve(translation, document, id, err);
}
