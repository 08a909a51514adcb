// GitLab's security reports, schema 15.0.7: container scanning for images and machines, dependency
// scanning for directories and bills of materials. GitLab refuses a whole report for one field.
#include "report/report_inner.h"
#include "report/sbom_inner.h"

#include "format/json/json.h"

enum {
    LONGEST_NAME = 255, // bytes, where the schema counts characters
    LONGEST_SOLUTION = 7000,
    LONGEST_DESCRIPTION = 1 << 20,
    MOST_IDENTIFIERS = 20, // that GitLab reads of one
    MOST_VECTORS = 10,     // of CVSS, the same
    BASE_VECTOR_LEN = sizeof "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N" - 1,
};

// Descriptions and solutions are GitLab's Markdown, in which these could make links and images.
#define MARKDOWN S("\\`*_{}[]()<>#!|~@:$&%^\"")

static struct text begin_text(const struct json_out *json)
{
    struct text text = {0};
    text_init(&text, json->text->mem, SIZE_MAX);
    return text;
}

static void field_text(struct json_out *json, const char *key, const struct text *text)
{
    if (!text_ok(text))
        json->text->failed = true;
    json_field_text(json, key, text_span(text));
}

// The text as far as the schema allows; glyphs are valid UTF-8, so only the last can be cut
// through.
static void field_cut(struct json_out *json, const char *key, const struct text *text, size_t most)
{
    span cut = span_first(text_span(text), most);
    while (!utf8_is_valid(cut))
        cut = span_first(cut, cut.len - 1);
    if (!text_ok(text))
        json->text->failed = true;
    json_field_text(json, key, cut);
}

// GitLab has no word for what is negligible.
static span severity_word(enum severity severity)
{
    return severity == SEVERITY_NEGLIGIBLE ? S("Info") : report_capital_severity(severity);
}

// ---------------------------------------------------------------- identifiers

// "cve", "ghsa", "cwe": the letters before the first dash, where they are letters.
static void add_type(struct json_out *json, span id)
{
    span letters = span_cut_letters(&id);
    struct text type = begin_text(json);
    for (size_t i = 0; i < letters.len && span_starts_with(id, S("-")); i++)
        text_add_byte(&type, ascii_lower(letters.ptr[i]));
    if (type.len == 0)
        text_add(&type, S("plimsoll"));
    field_text(json, "type", &type);
}

static void add_identifier(struct json_out *json, span id)
{
    struct text url = begin_text(json);
    json_begin_object(json);
    add_type(json, id);
    json_field_text(json, "name", id);
    json_field_text(json, "value", id);
    if (advisory_url(id, &url))
        field_text(json, "url", &url);
    json_end_object(json);
}

static void add_identifiers(struct json_out *json, const struct finding *finding)
{
    size_t count = 1;
    json_key(json, "identifiers");
    json_begin_array(json);
    add_identifier(json, finding->id.len ? finding->id : S("unnamed"));
    for (size_t i = 0; i < finding->aliases.count && count < MOST_IDENTIFIERS; i++)
        if (finding->aliases.items[i].len && ++count)
            add_identifier(json, finding->aliases.items[i]);
    for (size_t i = 0; i < finding->weakness_count && count < MOST_IDENTIFIERS; i++)
        if (finding->weaknesses[i].id.len && ++count)
            add_identifier(json, finding->weaknesses[i].id);
    json_end_array(json);
}

// ---------------------------------------------------------------- vectors

// The schema has patterns for versions 3.0 and 3.1. A vector of this length that has a score holds
// the eight base metrics and nothing else, so it fits them.
static bool is_base_vector(span vector)
{
    double score = 0;
    return vector.len == BASE_VECTOR_LEN && span_starts_with(vector, S("CVSS:3.")) &&
           cvss_score(vector, &score);
}

static size_t add_vector(struct json_out *json, span vendor, span vector, size_t count)
{
    if (!is_base_vector(vector) || count == MOST_VECTORS)
        return count;
    if (count == 0) {
        json_key(json, "cvss_vectors");
        json_begin_array(json);
    }
    json_begin_object(json);
    json_field_text(json, "vendor", vendor.len ? vendor : S("unknown"));
    json_field_text(json, "vector", vector);
    json_end_object(json);
    return count + 1;
}

static void add_vectors(struct json_out *json, const struct finding *finding)
{
    size_t count = add_vector(json, finding->severity_source, finding->cvss, 0);
    for (size_t i = 0; i < finding->rating_count; i++) {
        const struct rating *rating = &finding->ratings[i];
        if (!span_equal(rating->cvss, finding->cvss) ||
            !span_equal(rating->database, finding->severity_source))
            count = add_vector(json, rating->database, rating->cvss, count);
    }
    if (count)
        json_end_array(json);
}

// ---------------------------------------------------------------- one vulnerability

static void add_name(struct json_out *json, const struct finding *finding,
                     const struct package *package)
{
    struct text name = begin_text(json);
    text_add_glyphs(&name, finding->id);
    if (package) {
        text_add(&name, S(" in "));
        text_add_glyphs(&name, package->name);
    }
    field_cut(json, "name", &name, LONGEST_NAME);
}

static void add_description(struct json_out *json, const struct scan *scan,
                            const struct finding *finding)
{
    struct text text = begin_text(json);
    report_sentence(scan, finding, &text);
    for (size_t i = 0; i < finding->evidence_count; i++) {
        const struct evidence *evidence = &finding->evidence[i];
        text_add(&text, i ? S("; ") : S(". Because "));
        text_add(&text, evidence->database);
        text_add_byte(&text, ' ');
        text_add(&text, evidence->advisory);
        text_add(&text, S(": "));
        text_add(&text, evidence->range);
        text_add(&text, S(": "));
        text_add(&text, evidence->compared);
    }
    struct text shown = begin_text(json);
    report_put_marked(&shown, text_span(&text), MARKDOWN);
    field_cut(json, "description", &shown, LONGEST_DESCRIPTION);
}

static void add_solution(struct json_out *json, const struct finding *finding,
                         const struct package *package)
{
    struct text text = begin_text(json);
    if (!package || finding->status != STATUS_FIXED || finding->fixed_version.len == 0)
        return;
    text_add(&text, S("Upgrade "));
    report_put_marked(&text, package->name, MARKDOWN);
    text_add(&text, S(" to "));
    report_put_marked(&text, finding->fixed_version, MARKDOWN);
    field_cut(json, "solution", &text, LONGEST_SOLUTION);
}

static void add_dependency(struct json_out *json, const struct scan *scan,
                           const struct finding *finding)
{
    const struct package *package = report_package(scan, finding);
    json_key(json, "dependency");
    json_begin_object(json);
    json_key(json, "package");
    json_begin_object(json);
    json_field_text(json, "name", package ? package->name : report_location(scan, finding));
    json_end_object(json);
    json_field_text(json, "version", package ? package->version : (span){0});
    json_end_object(json);
}

static void add_system(struct json_out *json, const struct distro *distro)
{
    struct text system = begin_text(json);
    text_add(&system, distro->id.len ? distro->id : S("unknown"));
    if (distro->id.len && distro->version_id.len) {
        text_add_byte(&system, ':');
        text_add(&system, distro->version_id);
    }
    field_text(json, "operating_system", &system);
}

static void add_location(struct json_out *json, const struct scan *scan,
                         const struct finding *finding, bool is_container)
{
    span path = report_location(scan, finding);
    json_key(json, "location");
    json_begin_object(json);
    add_dependency(json, scan, finding);
    if (is_container) {
        add_system(json, &scan->bom.distro);
        json_field_text(json, "image", scan->image.name.len ? scan->image.name : S("unnamed"));
    } else {
        json_field_text(json, "file", path.len ? path : S("unnamed"));
    }
    json_end_object(json);
}

static void add_detail(struct json_out *json, const char *key, const char *name, span value)
{
    if (value.len == 0)
        return;
    json_key(json, key);
    json_begin_object(json);
    json_field_text(json, "type", S("text"));
    json_field_text(json, "name", span_of_text(name));
    json_field_text(json, "value", value);
    json_end_object(json);
}

static void add_details(struct json_out *json, const struct scan *scan,
                        const struct finding *finding)
{
    json_key(json, "details");
    json_begin_object(json);
    add_detail(json, "status", "Status", report_outcome(finding));
    add_detail(json, "location", "Location", report_location(scan, finding));
    add_detail(json, "layer", "Layer", report_layer(scan, finding->layer));
    if (finding->exploited)
        add_detail(json, "exploited", "Exploited", S("known to be (CISA KEV)"));
    if (finding->disputed)
        add_detail(json, "disputed", "Disputed", S("somebody who should know says it is no flaw"));
    json_end_object(json);
}

static void add_flags(struct json_out *json, span suppressed)
{
    if (suppressed.len == 0)
        return;
    json_key(json, "flags");
    json_begin_array(json);
    json_begin_object(json);
    json_field_text(json, "type", S("flagged-as-likely-false-positive"));
    json_field_text(json, "origin", S("plimsoll"));
    json_field_text(json, "description", suppressed);
    json_end_object(json);
    json_end_array(json);
}

static void add_vulnerability(struct json_out *json, const struct scan *scan,
                              const struct finding *finding, span fingerprint, bool is_container)
{
    const struct package *package = report_package(scan, finding);
    json_begin_object(json);
    json_field_text(json, "id", fingerprint);
    add_name(json, finding, package);
    add_description(json, scan, finding);
    json_field_text(json, "severity", severity_word(finding->severity));
    add_solution(json, finding, package);
    add_identifiers(json, finding);
    add_vectors(json, finding);
    add_location(json, scan, finding, is_container);
    add_details(json, scan, finding);
    add_flags(json, finding->suppressed);
    json_end_object(json);
}

// ---------------------------------------------------------------- the scan

static void add_program(struct json_out *json, const char *key, span version)
{
    json_key(json, key);
    json_begin_object(json);
    json_field_text(json, "id", S("plimsoll"));
    json_field_text(json, "name", S("Plimsoll"));
    json_field_text(json, "version", version.len ? version : S("unknown"));
    json_key(json, "vendor");
    json_begin_object(json);
    json_field_text(json, "name", S("Plimsoll"));
    json_end_object(json);
    json_end_object(json);
}

static void add_messages(struct json_out *json, const struct notes *notes)
{
    json_key(json, "messages");
    json_begin_array(json);
    for (size_t i = 0; i < notes->items.count; i++) {
        const struct note *note = LIST_AT(&notes->items, struct note, i);
        struct text text = begin_text(json);
        text_add_glyphs(&text, note->location);
        text_add(&text, S(": "));
        text_add_glyphs(&text, note->text);
        json_begin_object(json);
        json_field_text(json, "level", note->kind == NOTE_INFORMATION ? S("info") : S("warn"));
        field_text(json, "value", &text);
        json_end_object(json);
    }
    json_end_array(json);
}

static void add_scan(struct json_out *json, const struct scan *scan,
                     const struct report_options *options, bool is_container)
{
    char time[21];
    time_format(options->has_timestamp ? options->timestamp : options->now, time);
    span local = span_first(span_of_text(time), sizeof "YYYY-MM-DDTHH:MM:SS" - 1);
    json_key(json, "scan");
    json_begin_object(json);
    add_program(json, "analyzer", options->tool_version);
    add_program(json, "scanner", options->tool_version);
    json_field_text(json, "type",
                    is_container ? S("container_scanning") : S("dependency_scanning"));
    json_field_text(json, "start_time", local);
    json_field_text(json, "end_time", local);
    json_field_text(json, "status", S("success"));
    add_messages(json, &scan->bom.notes);
    json_end_object(json);
}

void report_gitlab(const struct scan *scan, const struct report_options *options, struct text *out)
{
    struct json_out json = {.text = out, .indent = 2};
    enum sbom_subject subject = sbom_subject(&scan->image);
    bool is_container = subject == SUBJECT_IMAGE || subject == SUBJECT_MACHINE;
    span *fingerprints = NULL;
    if (!report_fingerprints(scan, out->mem, &fingerprints)) {
        out->failed = true;
        return;
    }
    json_begin_object(&json);
    json_field_text(&json, "version", S("15.0.7"));
    add_scan(&json, scan, options, is_container);
    json_key(&json, "vulnerabilities");
    json_begin_array(&json);
    for (size_t i = 0; i < scan->findings.count; i++)
        if (report_shows(&scan->findings.items[i], options))
            add_vulnerability(&json, scan, &scan->findings.items[i], fingerprints[i], is_container);
    json_end_array(&json);
    if (!is_container) { // the schema wants them; GitLab takes its dependency list from CycloneDX
        json_key(&json, "dependency_files");
        json_begin_array(&json);
        json_end_array(&json);
    }
    json_end_object(&json);
    text_add_byte(out, '\n');
}
