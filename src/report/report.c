#include "report/report_inner.h"

typedef void write_report(const struct scan *scan, const struct report_options *options,
                          struct text *out);

static const struct form {
    const char *name;
    write_report *write;
} forms[] = {
    [REPORT_TABLE] = {"table", report_table},
    [REPORT_JSON] = {"json", report_json},
    [REPORT_CYCLONEDX] = {"cyclonedx-json", report_cyclonedx},
    [REPORT_SPDX] = {"spdx-json", report_spdx},
    [REPORT_SARIF] = {"sarif", report_sarif},
    [REPORT_CSV] = {"csv", report_csv},
    [REPORT_JUNIT] = {"junit", report_junit},
    [REPORT_CYCLONEDX_VDR] = {"cyclonedx-vdr", report_disclosure},
    [REPORT_HTML] = {"html", report_html},
    [REPORT_GITLAB] = {"gitlab", report_gitlab},
};

const char report_format_names[] = "table, json, html, sarif, csv, junit, gitlab, cyclonedx-vdr, "
                                   "cyclonedx-json, spdx-json";

bool report_format_parse(span name, enum report_format *ret)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (span_equal(name, span_of_text(forms[i].name))) {
            *ret = (enum report_format)i;
            return true;
        }
    return false;
}

void report_write(enum report_format format, const struct scan *scan,
                  const struct report_options *options, struct text *out)
{
    enum { USUAL_PACKAGE = 512 };
    text_reserve(out, scan->bom.package_count * USUAL_PACKAGE);
    forms[format].write(scan, options, out);
}

bool report_shows(const struct finding *finding, const struct report_options *options)
{
    if (options->severities && !(options->severities >> finding->severity & 1))
        return false;
    if (options->only_fixed && finding->status != STATUS_FIXED)
        return false;
    return finding->suppressed.len == 0 || options->show_suppressed;
}

const struct package *report_package(const struct scan *scan, const struct finding *finding)
{
    return finding->package == NO_PACKAGE ? NULL : &scan->bom.packages[finding->package];
}

bool report_worst(const struct scan *scan, const struct report_options *options, enum severity *ret)
{
    bool any = false;
    enum severity worst = SEVERITY_UNKNOWN;
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *finding = &scan->findings.items[i];
        if (finding->suppressed.len || !report_shows(finding, options))
            continue;
        any = true;
        worst = finding->severity > worst ? finding->severity : worst;
    }
    if (any)
        *ret = worst;
    return any;
}

// Most databases are named after the distribution that they are about; these after its maker.
static span maker_of(span distro)
{
    static const struct {
        span distro; // or what its id begins with
        span maker;
    } makers[] = {
        {S("rhel"), S("redhat")},        {S("centos"), S("redhat")}, {S("sle"), S("suse")},
        {S("opensuse"), S("suse")},      {S("amzn"), S("amazon")},   {S("ol"), S("oracle")},
        {S("mariner"), S("azurelinux")},
    };
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        if (span_starts_with(distro, makers[i].distro))
            return makers[i].maker;
    return distro;
}

static bool is_evidence(const struct findings *findings, span database)
{
    for (size_t i = 0; i < findings->count; i++)
        for (size_t j = 0; j < findings->items[i].evidence_count; j++)
            if (span_equal(findings->items[i].evidence[j].database, database))
                return true;
    return false;
}

bool report_depends_on(const struct scan *scan, span database)
{
    span distro = scan->bom.distro.id;
    return (distro.len && span_starts_with(database, maker_of(distro))) ||
           is_evidence(&scan->findings, database);
}
