// SARIF 2.1.0, with what GitHub's code scanning asks for: doc/formats/reports.md has the mapping.
#include "report/report_inner.h"

#include "format/json/json.h"

struct sarif {
    struct json_out json;
    const struct scan *scan;
    const struct report_options *options;
    const span *fingerprints;     // one for each finding of the scan
    const struct finding **rules; // one for each id, the worst of it; sorted by id
    size_t rule_count;
};

static struct text begin_text(struct sarif *sarif)
{
    struct text text = {0};
    text_init(&text, sarif->json.text->mem, SIZE_MAX);
    return text;
}

static void field_text(struct sarif *sarif, const char *key, const struct text *text)
{
    if (!text_ok(text))
        sarif->json.text->failed = true;
    json_field_text(&sarif->json, key, text_span(text));
}

static void field(struct sarif *sarif, const char *key, span value)
{
    if (value.len)
        json_field_text(&sarif->json, key, value);
}

// {"text": …}, what SARIF calls a message; in one, brackets make links (section 3.11.6).
static void message(struct sarif *sarif, const char *key, span value)
{
    struct text text = begin_text(sarif);
    report_put_marked(&text, value, S("[]\\"));
    json_key(&sarif->json, key);
    json_begin_object(&sarif->json);
    field_text(sarif, "text", &text);
    json_end_object(&sarif->json);
}

// ---------------------------------------------------------------- rules

static span level_of(enum severity severity)
{
    switch (severity) {
    case SEVERITY_CRITICAL:
    case SEVERITY_HIGH:
        return S("error");
    case SEVERITY_MEDIUM:
        return S("warning");
    case SEVERITY_LOW:
    case SEVERITY_NEGLIGIBLE:
    case SEVERITY_UNKNOWN:
        return S("note");
    }
    return S("note");
}

// GitHub makes a word of this number, by the bands of CVSS. The word has to be ours, so a score of
// another band is moved to the nearest end of that of the severity.
static double security_severity(const struct finding *finding)
{
    static const double bands[][3] = {
        // least, most, without a score
        [SEVERITY_UNKNOWN] = {0.0, 10.0, 0.0}, [SEVERITY_NEGLIGIBLE] = {0.1, 0.1, 0.1},
        [SEVERITY_LOW] = {0.1, 3.9, 2.0},      [SEVERITY_MEDIUM] = {4.0, 6.9, 5.0},
        [SEVERITY_HIGH] = {7.0, 8.9, 8.0},     [SEVERITY_CRITICAL] = {9.1, 10.0, 9.5},
    };
    const double *band = bands[finding->severity];
    if (!(finding->score >= 0 && finding->score <= 10))
        return band[2];
    return finding->score < band[0] ? band[0] : finding->score > band[1] ? band[1] : finding->score;
}

static int compare_rules(const void *left, const void *right)
{
    const struct finding *a = *(const struct finding *const *)left;
    const struct finding *b = *(const struct finding *const *)right;
    int order = span_compare(a->id, b->id);
    return order ? order : (a->severity < b->severity) - (a->severity > b->severity);
}

static bool make_rules(struct sarif *sarif, struct arena *mem)
{
    const struct findings *all = &sarif->scan->findings;
    const struct finding **rules = arena_array(mem, all->count, sizeof *rules);
    size_t count = 0;
    if (!rules)
        return false;
    for (size_t i = 0; i < all->count; i++)
        if (report_shows(&all->items[i], sarif->options))
            rules[count++] = &all->items[i];
    sort_items(rules, count, sizeof *rules, compare_rules);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !span_equal(rules[i]->id, rules[i - 1]->id))
            rules[sarif->rule_count++] = rules[i];
    sarif->rules = rules;
    return true;
}

static size_t find_rule(const struct sarif *sarif, span id)
{
    size_t low = 0;
    size_t high = sarif->rule_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(sarif->rules[middle]->id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// Tags of the kind that GitHub makes links of: "external/cwe/cwe-79". It takes 20.
static void add_tags(struct sarif *sarif, const struct finding *finding)
{
    enum { MOST_WEAKNESSES = 18 };
    json_key(&sarif->json, "tags");
    json_begin_array(&sarif->json);
    json_write_text(&sarif->json, S("security"));
    json_write_text(&sarif->json, span_of_text(finding_kind_name(finding->kind)));
    for (size_t i = 0; i < finding->weakness_count && i < MOST_WEAKNESSES; i++) {
        struct text tag = begin_text(sarif);
        span id = finding->weaknesses[i].id;
        text_add(&tag, S("external/cwe/"));
        for (size_t j = 0; j < id.len; j++)
            text_add_byte(&tag, ascii_lower(id.ptr[j]));
        json_write_text(&sarif->json, text_span(&tag));
    }
    json_end_array(&sarif->json);
}

static void add_rule_properties(struct sarif *sarif, const struct finding *finding)
{
    struct text severity = begin_text(sarif);
    json_key(&sarif->json, "properties");
    json_begin_object(&sarif->json);
    add_tags(sarif, finding);
    json_field_text(&sarif->json, "precision", S("very-high"));
    text_addf(&severity, "%.1f", security_severity(finding));
    field_text(sarif, "security-severity", &severity);
    json_end_object(&sarif->json);
}

// In words: what it is, as far as that is known without the package.
static void describe(struct sarif *sarif, const struct finding *finding, struct text *out)
{
    text_add(out, finding->id);
    text_addf(out, ", %s, rated %s", finding_kind_name(finding->kind),
              severity_name(finding->severity));
    if (finding->severity_source.len) {
        text_add(out, S(" by "));
        text_add(out, finding->severity_source);
    }
    for (size_t i = 0; i < finding->weakness_count; i++) {
        text_add(out, i ? S(", ") : S("; "));
        text_add(out, finding->weaknesses[i].id);
        text_add(out, finding->weaknesses[i].name.len ? S(" ") : (span){0});
        text_add(out, finding->weaknesses[i].name);
    }
    if (!text_ok(out))
        sarif->json.text->failed = true;
}

static void add_rule(struct sarif *sarif, const struct finding *finding)
{
    struct json_out *json = &sarif->json;
    struct text description = begin_text(sarif);
    struct text url = begin_text(sarif);
    describe(sarif, finding, &description);
    json_begin_object(json);
    json_field_text(json, "id", finding->id);
    message(sarif, "shortDescription", finding->id);
    message(sarif, "fullDescription", text_span(&description));
    if (advisory_url(finding->id, &url))
        field_text(sarif, "helpUri", &url);
    message(sarif, "help", text_span(&description));
    json_key(json, "defaultConfiguration");
    json_begin_object(json);
    json_field_text(json, "level", level_of(finding->severity));
    json_end_object(json);
    add_rule_properties(sarif, finding);
    json_end_object(json);
}

// ---------------------------------------------------------------- results

// RFC 3986: a reference, whatever bytes the path is made of.
static void add_uri(struct sarif *sarif, span path)
{
    struct text uri = begin_text(sarif);
    for (size_t i = 0; i < path.len; i++) {
        uint8_t byte = path.ptr[i];
        bool plain = ascii_is_alpha(byte) || ascii_is_digit(byte) || byte == '-' || byte == '.' ||
                     byte == '_' || byte == '~' || byte == '/';
        if (plain)
            text_add_byte(&uri, byte);
        else
            text_addf(&uri, "%%%02X", byte);
    }
    field_text(sarif, "uri", &uri);
}

static void add_physical_location(struct sarif *sarif, span path)
{
    struct json_out *json = &sarif->json;
    json_key(json, "physicalLocation");
    json_begin_object(json);
    json_key(json, "artifactLocation");
    json_begin_object(json);
    add_uri(sarif, path);
    json_field_text(json, "uriBaseId", S("IMAGE_ROOT"));
    json_end_object(json);
    json_key(json, "region"); // GitHub wants one
    json_begin_object(json);
    json_field_u64(json, "startLine", 1);
    json_end_object(json);
    json_end_object(json);
}

static void add_logical_location(struct sarif *sarif, const struct package *package)
{
    struct json_out *json = &sarif->json;
    json_key(json, "logicalLocations");
    json_begin_array(json);
    json_begin_object(json);
    json_field_text(json, "name", package->name);
    field(sarif, "fullyQualifiedName", package->purl);
    json_field_text(json, "kind", S("package"));
    json_end_object(json);
    json_end_array(json);
}

// What has no path of its own is about the target as a whole.
static void add_location(struct sarif *sarif, const struct finding *finding)
{
    struct json_out *json = &sarif->json;
    span path = report_location(sarif->scan, finding);
    const struct package *package = report_package(sarif->scan, finding);
    json_key(json, "locations");
    json_begin_array(json);
    json_begin_object(json);
    add_physical_location(sarif, path.len ? path : S("image"));
    if (package)
        add_logical_location(sarif, package);
    struct text sentence = begin_text(sarif);
    report_sentence(sarif->scan, finding, &sentence);
    message(sarif, "message", text_span(&sentence));
    json_end_object(json);
    json_end_array(json);
}

static void add_fingerprints(struct sarif *sarif, span fingerprint)
{
    json_key(&sarif->json, "partialFingerprints");
    json_begin_object(&sarif->json);
    json_field_text(&sarif->json, "primaryLocationLineHash", fingerprint); // GitHub's name for it
    json_field_text(&sarif->json, "plimsollFinding/v1", fingerprint);
    json_end_object(&sarif->json);
}

static span state_of(const struct finding *finding)
{
    bool review = finding->status == STATUS_UNDER_INVESTIGATION;
    return review ? S("underReview") : S("accepted");
}

// Where somebody wrote that it does not count.
static void add_source(struct sarif *sarif, const struct suppression *suppression)
{
    struct json_out *json = &sarif->json;
    json_key(json, "location");
    json_begin_object(json);
    json_key(json, "physicalLocation");
    json_begin_object(json);
    json_key(json, "artifactLocation");
    json_begin_object(json);
    add_uri(sarif, suppression->source);
    json_end_object(json);
    if (suppression->line) {
        json_key(json, "region");
        json_begin_object(json);
        json_field_u64(json, "startLine", suppression->line);
        json_end_object(json);
    }
    json_end_object(json);
    json_end_object(json);
}

// Everything that does not count says why, outside of the scanned thing ("external").
static void add_suppressions(struct sarif *sarif, const struct finding *finding)
{
    struct json_out *json = &sarif->json;
    json_key(json, "suppressions");
    json_begin_array(json);
    if (finding->suppressed.len) {
        json_begin_object(json);
        json_field_text(json, "kind", S("external"));
        json_field_text(json, "status", state_of(finding));
        json_field_text(json, "justification", finding->suppressed);
        if (finding->suppression && finding->suppression->source.len)
            add_source(sarif, finding->suppression);
        json_end_object(json);
    }
    json_end_array(json);
}

static void number(struct sarif *sarif, const char *key, double value, double most,
                   unsigned decimals)
{
    if (!(value >= 0 && value <= most))
        return;
    json_key(&sarif->json, key);
    json_write_number(&sarif->json, value, decimals);
}

static void add_evidence(struct sarif *sarif, const struct finding *finding)
{
    struct json_out *json = &sarif->json;
    json_key(json, "evidence");
    json_begin_array(json);
    for (size_t i = 0; i < finding->evidence_count; i++) {
        const struct evidence *evidence = &finding->evidence[i];
        json_begin_object(json);
        field(sarif, "database", evidence->database);
        field(sarif, "advisory", evidence->advisory);
        field(sarif, "range", evidence->range);
        field(sarif, "compared", evidence->compared);
        json_end_object(json);
    }
    json_end_array(json);
}

static void add_result_properties(struct sarif *sarif, const struct finding *finding)
{
    struct json_out *json = &sarif->json;
    const struct package *package = report_package(sarif->scan, finding);
    json_key(json, "properties");
    json_begin_object(json);
    json_field_text(json, "severity", span_of_text(severity_name(finding->severity)));
    json_field_text(json, "status", span_of_text(status_name(finding->status)));
    field(sarif, "installedVersion", package ? package->version : (span){0});
    field(sarif, "fixedVersion", finding->fixed_version);
    field(sarif, "layer", report_layer(sarif->scan, finding->layer));
    if (report_knows_base(&sarif->scan->image))
        json_field_bool(json, "inherited",
                        report_is_inherited(&sarif->scan->image, finding->layer));
    number(sarif, "cvss", finding->score, 10, 1);
    number(sarif, "epss", finding->epss, 1, 5);
    json_field_bool(json, "kev", finding->exploited);
    if (finding->disputed)
        json_field_bool(json, "disputed", true);
    number(sarif, "risk", finding->risk, 100, 1);
    add_evidence(sarif, finding);
    json_end_object(json);
}

// SARIF's own word for what an earlier result had.
static void add_baseline_state(struct sarif *sarif, const struct finding *finding)
{
    const struct suppression *suppression = finding->suppression;
    bool known = suppression && suppression->kind == SUPPRESSION_KNOWN;
    if (sarif->scan->baseline.source.len)
        json_field_text(&sarif->json, "baselineState", known ? S("unchanged") : S("new"));
}

static void add_result(struct sarif *sarif, size_t index)
{
    const struct finding *finding = &sarif->scan->findings.items[index];
    struct text sentence = begin_text(sarif);
    report_sentence(sarif->scan, finding, &sentence);
    json_begin_object(&sarif->json);
    json_field_text(&sarif->json, "ruleId", finding->id);
    json_field_u64(&sarif->json, "ruleIndex", find_rule(sarif, finding->id));
    json_field_text(&sarif->json, "level", level_of(finding->severity));
    message(sarif, "message", text_span(&sentence));
    add_location(sarif, finding);
    add_fingerprints(sarif, sarif->fingerprints[index]);
    add_suppressions(sarif, finding);
    add_baseline_state(sarif, finding);
    add_result_properties(sarif, finding);
    json_end_object(&sarif->json);
}

// ---------------------------------------------------------------- the run

static void add_driver(struct sarif *sarif)
{
    struct json_out *json = &sarif->json;
    json_key(json, "tool");
    json_begin_object(json);
    json_key(json, "driver");
    json_begin_object(json);
    json_field_text(json, "name", S("plimsoll"));
    field(sarif, "version", sarif->options->tool_version);
    json_key(json, "rules");
    json_begin_array(json);
    for (size_t i = 0; i < sarif->rule_count; i++)
        add_rule(sarif, sarif->rules[i]);
    json_end_array(json);
    json_end_object(json);
    json_end_object(json);
}

static void add_note(struct sarif *sarif, const struct note *note)
{
    struct text sentence = begin_text(sarif);
    text_add(&sentence, note->location);
    text_add(&sentence, note->location.len ? S(": ") : (span){0});
    text_add(&sentence, note->text);
    json_begin_object(&sarif->json);
    json_field_text(&sarif->json, "level",
                    note->kind == NOTE_INFORMATION ? S("note") : S("warning"));
    message(sarif, "message", text_span(&sentence));
    json_end_object(&sarif->json);
}

static void add_invocation(struct sarif *sarif)
{
    struct json_out *json = &sarif->json;
    const struct notes *notes = &sarif->scan->bom.notes;
    json_key(json, "invocations");
    json_begin_array(json);
    json_begin_object(json);
    json_field_bool(json, "executionSuccessful", true);
    json_key(json, "toolExecutionNotifications");
    json_begin_array(json);
    for (size_t i = 0; i < notes->items.count; i++)
        add_note(sarif, LIST_AT(&notes->items, struct note, i));
    json_end_array(json);
    json_end_object(json);
    json_end_array(json);
}

// One series of results a repository: a new tag of an image must close what it repairs.
static void add_automation(struct sarif *sarif)
{
    const struct image *image = &sarif->scan->image;
    struct text id = begin_text(sarif);
    span tag = {0};
    text_add(&id, S("plimsoll/"));
    text_add(&id, report_repository(image, &tag));
    text_add_byte(&id, '/');
    json_key(&sarif->json, "automationDetails");
    json_begin_object(&sarif->json);
    field_text(sarif, "id", &id);
    json_end_object(&sarif->json);
}

static void add_root(struct sarif *sarif)
{
    json_key(&sarif->json, "originalUriBaseIds");
    json_begin_object(&sarif->json);
    json_key(&sarif->json, "IMAGE_ROOT");
    json_begin_object(&sarif->json);
    message(sarif, "description", S("The root directory of what was scanned."));
    json_end_object(&sarif->json);
    json_end_object(&sarif->json);
}

static void add_run_properties(struct sarif *sarif)
{
    const struct scan *scan = sarif->scan;
    json_key(&sarif->json, "properties");
    json_begin_object(&sarif->json);
    field(sarif, "target", scan->image.name);
    field(sarif, "manifestDigest", scan->image.manifest_digest);
    field(sarif, "imageID", scan->image.image_id);
    field(sarif, "databaseBuilt", scan->matched ? scan->database.built : (span){0});
    json_field_bool(&sarif->json, "complete", scan->complete);
    json_end_object(&sarif->json);
}

static void add_run(struct sarif *sarif)
{
    json_begin_object(&sarif->json);
    add_driver(sarif);
    add_automation(sarif);
    add_invocation(sarif);
    add_root(sarif);
    json_key(&sarif->json, "results");
    json_begin_array(&sarif->json);
    for (size_t i = 0; i < sarif->scan->findings.count; i++)
        if (report_shows(&sarif->scan->findings.items[i], sarif->options))
            add_result(sarif, i);
    json_end_array(&sarif->json);
    add_run_properties(sarif);
    json_end_object(&sarif->json);
}

void report_sarif(const struct scan *scan, const struct report_options *options, struct text *out)
{
    struct sarif sarif = {.json = {.text = out, .indent = 2}, .scan = scan, .options = options};
    span *fingerprints = NULL;
    if (!make_rules(&sarif, out->mem) || !report_fingerprints(scan, out->mem, &fingerprints)) {
        out->failed = true;
        return;
    }
    sarif.fingerprints = fingerprints;
    json_begin_object(&sarif.json);
    json_field_text(&sarif.json, "$schema", S("https://json.schemastore.org/sarif-2.1.0.json"));
    json_field_text(&sarif.json, "version", S("2.1.0"));
    json_key(&sarif.json, "runs");
    json_begin_array(&sarif.json);
    add_run(&sarif);
    json_end_array(&sarif.json);
    json_end_object(&sarif.json);
    text_add_byte(out, '\n');
}
