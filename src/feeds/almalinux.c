#include "feeds/feeds_inner.h"

// AlmaLinux: the OSV records have every erratum, the errata proper those of a few years, with the
// module of each package.

static bool add_release(struct draft *draft, span ecosystem, struct affected *ret)
{
    span prefix = S("AlmaLinux:");
    if (!span_starts_with(ecosystem, prefix))
        return false;
    ret->ecosystem = draft_ecosystem(draft, S("almalinux"), span_from(ecosystem, prefix.len));
    return true;
}

// Titles begin "Important: …" where the update is about security.
static void read_severity(struct draft *draft, span title)
{
    (void)severity_parse(span_cut(&title, ':'), &draft->advisory.severity);
}

static void add_names(struct draft *draft, const struct json *document)
{
    span title = json_get_text(document, "summary");
    osv_add_related(draft, document);
    rpm_read_title(draft, title);
    read_severity(draft, title);
}

static void add_package(struct draft *draft, const struct json *affected)
{
    struct affected pattern = {
        .name = osv_name(affected),
        .name_kind = NAME_BINARY,
        .status = STATUS_AFFECTED,
    };
    if (!rpm_is_debug(pattern.name) && add_release(draft, osv_ecosystem(affected), &pattern))
        osv_add_ranges(draft, affected, &pattern, rpm_add_titled);
}

bool translate_almalinux_osv(struct translation *translation, span path, span bytes,
                             struct err *err)
{
    static const struct osv_dialect dialect = {.add_names = add_names, .add_package = add_package};
    return osv_translate(translation, &dialect, path, bytes, err);
}

// ---------------------------------------------------------------- errata

static void add_erratum_package(struct draft *draft, span ecosystem, const struct json *package)
{
    struct affected affected = {
        .ecosystem = ecosystem,
        .name = json_get_text(package, "name"),
        .name_kind = NAME_BINARY,
        .status = STATUS_FIXED,
        .fixed = rpm_build(draft, json_get_text(package, "epoch"),
                           json_get_text(package, "version"), json_get_text(package, "release")),
        .module = rpm_stream_of(json_get_text(package, "module")),
    };
    if (affected.fixed.len && !rpm_is_debug(affected.name))
        rpm_add_build(draft, &affected);
}

static void add_erratum_flaws(struct draft *draft, const struct json *references)
{
    for (size_t i = 0; i < json_count(references); i++) {
        span id = json_get_text(json_at(references, i), "id");
        if (is_cve(id))
            draft_add_flaw(draft, id);
    }
}

// Seconds since 1970 as days.
static uint32_t read_day(struct translation *translation, const struct json *document)
{
    enum { SECONDS_A_DAY = 86400 };
    uint64_t seconds = 0;
    if (!json_get_u64(document, "updated_date", &seconds) || seconds / SECONDS_A_DAY > UINT32_MAX)
        return 0;
    return translation_saw_day(translation, (uint32_t)(seconds / SECONDS_A_DAY));
}

// "8/2022/ALSA-2022:7704.json": only the path says for which release an erratum is.
bool translate_almalinux_errata(struct translation *translation, span path, span bytes,
                                struct err *err)
{
    if (!span_ends_with(path, S(".json")))
        return true;
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(bytes, translation->limits->feed_bytes, &document, err))
        return false;
    span id = json_get_text(document, "id");
    uint64_t release = 0;
    span rest = path;
    span folder = span_cut(&rest, '/');
    if (!id.len || !span_to_u64(folder, &release))
        return err_set(err, ERR_INPUT, "almalinux: an erratum without an id or a release");
    struct draft draft = {0};
    draft_init(&draft, translation, id);
    draft.advisory.modified = read_day(translation, document);
    (void)severity_parse(json_get_text(document, "severity"), &draft.advisory.severity);
    add_erratum_flaws(&draft, json_get(document, "references"));
    span ecosystem = draft_ecosystem(&draft, S("almalinux"), folder);
    const struct json *packages = json_get(document, "packages");
    for (size_t i = 0; i < json_count(packages); i++)
        add_erratum_package(&draft, ecosystem, json_at(packages, i));
    return draft_give(&draft, err);
}
