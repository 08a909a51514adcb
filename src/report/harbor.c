// Harbor's pluggable scanner API, 1.0 to 1.2: the reports that it understands ("Data Spec for
// Vulnerability", "Data Spec for SBOM").
#include "report/report_inner.h"

#include "format/json/json.h"

// ---------------------------------------------------------------- what every report begins with

static void add_scanner(span tool_version, struct json_out *json)
{
    json_key(json, "scanner");
    json_begin_object(json);
    json_field_text(json, "name", S("Plimsoll"));
    json_field_text(json, "vendor", S("Plimsoll"));
    json_field_text(json, "version", tool_version);
    json_end_object(json);
}

static void add_artifact(const struct harbor_artifact *artifact, struct json_out *json)
{
    json_key(json, "artifact");
    json_begin_object(json);
    json_field_text(json, "repository", artifact->repository);
    json_field_text(json, "digest", artifact->digest);
    if (artifact->tag.len)
        json_field_text(json, "tag", artifact->tag);
    if (artifact->media_type.len)
        json_field_text(json, "mime_type", artifact->media_type);
    json_end_object(json);
}

static void begin_report(const struct harbor_artifact *artifact,
                         const struct report_options *options, struct json_out *json)
{
    char date[21] = "";
    time_format(options->now, date);
    json_begin_object(json);
    json_field_text(json, "generated_at", span_of_text(date));
    add_artifact(artifact, json);
    add_scanner(options->tool_version, json);
}

// ---------------------------------------------------------------- vulnerabilities

static void add_links(const struct finding *finding, struct json_out *json)
{
    struct text url = {0};
    text_init(&url, json->text->mem, SIZE_MAX);
    json_key(json, "links");
    json_begin_array(json);
    if (advisory_url(finding->id, &url))
        json_write_text(json, text_span(&url));
    json_end_array(json);
    if (!text_ok(&url))
        json->text->failed = true;
}

// There is room for version 3 and for version 2, which has no prefix.
static void add_cvss(const struct finding *finding, struct json_out *json)
{
    bool third = span_starts_with(finding->cvss, S("CVSS:3"));
    bool second = span_starts_with(finding->cvss, S("AV:"));
    if (finding->score < 0 || !(third || second))
        return;
    json_key(json, "preferred_cvss");
    json_begin_object(json);
    json_key(json, third ? "score_v3" : "score_v2");
    json_write_number(json, finding->score, 1);
    json_field_text(json, third ? "vector_v3" : "vector_v2", finding->cvss);
    json_end_object(json);
}

static void add_weaknesses(const struct finding *finding, struct json_out *json)
{
    json_key(json, "cwe_ids");
    json_begin_array(json);
    for (size_t i = 0; i < finding->weakness_count; i++)
        json_write_text(json, finding->weaknesses[i].id);
    json_end_array(json);
}

static void add_attributes(const struct finding *finding, const struct package *package,
                           struct json_out *json)
{
    json_key(json, "vendor_attributes");
    json_begin_object(json);
    json_field_text(json, "status", span_of_text(status_name(finding->status)));
    json_field_text(json, "purl", package->purl);
    json_field_bool(json, "exploited", finding->exploited);
    if (finding->epss >= 0) {
        json_key(json, "epss");
        json_write_number(json, finding->epss, 5);
    }
    json_end_object(json);
}

static void add_vulnerability(const struct finding *finding, const struct package *package,
                              struct json_out *json)
{
    json_begin_object(json);
    json_field_text(json, "id", finding->id);
    json_field_text(json, "package", package->name);
    json_field_text(json, "version", package->version);
    json_field_text(json, "fix_version", finding->fixed_version);
    json_field_text(json, "severity", report_capital_severity(finding->severity));
    // Why it matched: the databases' prose is not kept.
    json_field_text(json, "description",
                    finding->evidence_count ? finding->evidence[0].compared : finding->text);
    add_links(finding, json);
    add_cvss(finding, json);
    add_weaknesses(finding, json);
    add_attributes(finding, package, json);
    json_end_object(json);
}

// Harbor knows of flaws in packages, and of nothing else.
static bool is_vulnerability(const struct scan *scan, const struct finding *finding,
                             const struct report_options *options)
{
    return finding->kind == FINDING_VULNERABILITY && report_shows(finding, options) &&
           finding->suppressed.len == 0 && report_package(scan, finding);
}

static span worst(const struct scan *scan, const struct report_options *options)
{
    enum severity severity = SEVERITY_UNKNOWN;
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *finding = &scan->findings.items[i];
        if (is_vulnerability(scan, finding, options) && finding->severity > severity)
            severity = finding->severity;
    }
    return report_capital_severity(severity);
}

void report_harbor(const struct scan *scan, const struct harbor_artifact *artifact,
                   const struct report_options *options, struct text *out)
{
    struct json_out json = {.text = out};
    begin_report(artifact, options, &json);
    json_field_text(&json, "severity", worst(scan, options));
    json_key(&json, "vulnerabilities");
    json_begin_array(&json);
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *finding = &scan->findings.items[i];
        if (is_vulnerability(scan, finding, options))
            add_vulnerability(finding, report_package(scan, finding), &json);
    }
    json_end_array(&json);
    json_end_object(&json);
    text_add_byte(out, '\n');
}

// ---------------------------------------------------------------- bill of materials

void report_harbor_sbom(const struct scan *scan, const struct harbor_artifact *artifact,
                        enum report_format format, const struct report_options *options,
                        struct text *out)
{
    struct json_out json = {.text = out};
    bool spdx = format == REPORT_SPDX;
    begin_report(artifact, options, &json);
    json_field_text(&json, "media_type",
                    spdx ? S("application/spdx+json") : S("application/vnd.cyclonedx+json"));
    json_key(&json, "sbom");
    report_write(format, scan, options, out);
    json.after_key = false; // the document is the value
    json.comma = true;
    json_end_object(&json);
    text_add_byte(out, '\n');
}
