#include "report/cyclonedx_inner.h"

// ---------------------------------------------------------------- groups

static int compare_numbers(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

// Findings that differ only in their package are one vulnerability.
static int compare_vulnerability(const struct finding *a, const struct finding *b)
{
    const span texts[][2] = {
        {a->id, b->id},
        {a->suppressed, b->suppressed},
        {a->severity_source, b->severity_source},
        {a->fixed_version, b->fixed_version},
        {a->cvss, b->cvss},
    };
    const size_t numbers[][2] = {
        {a->kind, b->kind},
        {a->severity, b->severity},
        {a->status, b->status},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int order = span_compare(texts[i][0], texts[i][1]);
        if (order != 0)
            return order;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int order = compare_numbers(numbers[i][0], numbers[i][1]);
        if (order != 0)
            return order;
    }
    return 0;
}

static int compare_findings(const void *a, const void *b)
{
    const struct finding *left = *(const struct finding *const *)a;
    const struct finding *right = *(const struct finding *const *)b;
    int order = compare_vulnerability(left, right);
    return order != 0 ? order : compare_numbers(left->package, right->package);
}

// ---------------------------------------------------------------- parts

static void add_source(struct json_out *out, span name)
{
    json_key(out, "source");
    json_begin_object(out);
    if (name.len)
        json_field_text(out, "name", name);
    json_end_object(out);
}

// Who gives out names like this: "GHSA", "DSA", "CVE".
static span issuer_of(span id)
{
    size_t dash = span_find(id, '-');
    return dash == SPAN_NONE ? id : span_first(id, dash);
}

static void add_references(struct json_out *out, const struct finding *finding)
{
    json_key(out, "references");
    json_begin_array(out);
    for (size_t i = 0; i < finding->aliases.count; i++) {
        if (finding->aliases.items[i].len == 0)
            continue;
        json_begin_object(out);
        json_field_text(out, "id", finding->aliases.items[i]);
        add_source(out, issuer_of(finding->aliases.items[i]));
        json_end_object(out);
    }
    json_end_array(out);
}

static span severity_word(enum severity severity)
{
    return severity == SEVERITY_NEGLIGIBLE ? S("info") : span_of_text(severity_name(severity));
}

static span method_of(span vector)
{
    if (span_starts_with(vector, S("CVSS:3.0/")))
        return S("CVSSv3");
    if (span_starts_with(vector, S("CVSS:3.1/")))
        return S("CVSSv31");
    return span_starts_with(vector, S("CVSS:4.0/")) ? S("CVSSv4") : S("CVSSv2");
}

static void add_rating(struct json_out *out, const struct rating *rating)
{
    json_begin_object(out);
    add_source(out, rating->database);
    if (rating->score >= 0 && rating->score <= 10) {
        json_key(out, "score");
        json_write_number(out, rating->score, 1);
    }
    json_field_text(out, "severity", severity_word(rating->severity));
    if (rating->cvss.len) {
        json_field_text(out, "method", method_of(rating->cvss));
        json_field_text(out, "vector", rating->cvss);
    }
    json_end_object(out);
}

// The one that counts comes first.
static void add_ratings(struct json_out *out, const struct finding *finding)
{
    const struct rating own = {finding->severity_source, finding->severity, finding->cvss,
                               finding->score};
    json_key(out, "ratings");
    json_begin_array(out);
    add_rating(out, &own);
    for (size_t i = 0; i < finding->rating_count; i++)
        if (!span_equal(finding->ratings[i].database, own.database))
            add_rating(out, &finding->ratings[i]);
    json_end_array(out);
}

static void add_weaknesses(struct json_out *out, const struct finding *finding)
{
    if (finding->weakness_count == 0)
        return;
    json_key(out, "cwes");
    json_begin_array(out);
    for (size_t i = 0; i < finding->weakness_count; i++) {
        span id = finding->weaknesses[i].id;
        uint64_t number = 0;
        if (span_starts_with(id, S("CWE-")) && span_to_u64(span_from(id, 4), &number) && number &&
            number <= INT32_MAX)
            json_write_u64(out, number);
    }
    json_end_array(out);
}

// ---------------------------------------------------------------- analysis

// VEX's five justifications in the words of CycloneDX; its own words are left as they are.
static span justification_of(span word)
{
    static const span words[][2] = {
        {S("component_not_present"), S("code_not_present")},
        {S("vulnerable_code_not_present"), S("code_not_present")},
        {S("vulnerable_code_not_in_execute_path"), S("code_not_reachable")},
        {S("vulnerable_code_cannot_be_controlled_by_adversary"), S("requires_environment")},
        {S("inline_mitigations_already_exist"), S("protected_by_mitigating_control")},
        {S("code_not_present"), S("code_not_present")},
        {S("code_not_reachable"), S("code_not_reachable")},
        {S("requires_configuration"), S("requires_configuration")},
        {S("requires_dependency"), S("requires_dependency")},
        {S("requires_environment"), S("requires_environment")},
        {S("protected_by_compiler"), S("protected_by_compiler")},
        {S("protected_at_runtime"), S("protected_at_runtime")},
        {S("protected_at_perimeter"), S("protected_at_perimeter")},
        {S("protected_by_mitigating_control"), S("protected_by_mitigating_control")},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_equal(word, words[i][0]))
            return words[i][1];
    return (span){0};
}

// What was judged, not what was silenced: that the user does not want to see it is no state.
static span state_of(const struct finding *finding)
{
    const struct suppression *suppression = finding->suppression;
    if (finding->suppressed.len && suppression && suppression->kind == SUPPRESSION_NOT_AFFECTED)
        return S("not_affected");
    if (finding->suppressed.len && suppression && suppression->kind == SUPPRESSION_FIXED)
        return S("resolved");
    if (finding->status == STATUS_NOT_AFFECTED)
        return S("not_affected");
    return finding->status == STATUS_UNDER_INVESTIGATION ? S("in_triage") : (span){0};
}

static span response_of(const struct finding *finding)
{
    if (finding->suppressed.len == 0 && finding->status == STATUS_FIXED)
        return S("update");
    return finding->status == STATUS_WONT_FIX ? S("will_not_fix") : (span){0};
}

static void add_analysis(struct json_out *out, const struct finding *finding)
{
    span state = state_of(finding);
    span response = response_of(finding);
    span justification = {0};
    if (finding->suppression)
        justification = justification_of(finding->suppression->justification);
    if (state.len == 0 && response.len == 0 && finding->suppressed.len == 0)
        return;
    json_key(out, "analysis");
    json_begin_object(out);
    if (state.len)
        json_field_text(out, "state", state);
    if (state.len && justification.len)
        json_field_text(out, "justification", justification);
    if (response.len) {
        json_key(out, "response");
        json_begin_array(out);
        json_write_text(out, response);
        json_end_array(out);
    }
    if (finding->suppressed.len)
        json_field_text(out, "detail", finding->suppressed);
    json_end_object(out);
}

// ---------------------------------------------------------------- what is affected

// Ranges as each database gives them, each once.
static void add_ranges(struct json_out *out, const struct finding *finding,
                       const struct package *package)
{
    enum { LONGEST_RANGE = 4096 };
    for (size_t i = 0; i < finding->evidence_count; i++) {
        struct text range = {0};
        bool repeated = false;
        for (size_t j = 0; j < i && !repeated; j++)
            repeated = span_equal(finding->evidence[j].range, finding->evidence[i].range);
        text_init(&range, out->text->mem, SIZE_MAX);
        if (repeated || !sbom_range(package, finding->evidence[i].range, &range) ||
            range.len > LONGEST_RANGE)
            continue;
        json_begin_object(out);
        json_field_text(out, "range", text_span(&range));
        json_field_text(out, "status", S("affected"));
        json_end_object(out);
    }
}

static void add_affected(struct json_out *out, const struct sbom *sbom,
                         const struct finding *finding)
{
    const struct package *package = &sbom->scan->bom.packages[finding->package];
    bool affected = finding->status != STATUS_NOT_AFFECTED;
    json_begin_object(out);
    json_field_text(out, "ref", sbom->refs[finding->package]);
    json_key(out, "versions");
    json_begin_array(out);
    if (package->version.len) {
        json_begin_object(out);
        json_field_text(out, "version", package->version);
        json_field_text(out, "status", affected ? S("affected") : S("unaffected"));
        json_end_object(out);
    }
    if (affected)
        add_ranges(out, finding, package);
    json_end_array(out);
    json_end_object(out);
}

// ---------------------------------------------------------------- properties

static void add_property(struct json_out *out, const char *name, span value)
{
    json_begin_object(out);
    json_field_text(out, "name", span_of_text(name));
    json_field_text(out, "value", value);
    json_end_object(out);
}

static void add_number(struct json_out *out, const char *name, double value, double most,
                       const char *format)
{
    struct text text = {0};
    if (!(value >= 0 && value <= most))
        return;
    text_init(&text, out->text->mem, SIZE_MAX);
    text_addf(&text, format, value);
    add_property(out, name, text_span(&text));
}

static void add_properties(struct json_out *out, const struct finding *finding)
{
    json_key(out, "properties");
    json_begin_array(out);
    add_property(out, "plimsoll:kind", span_of_text(finding_kind_name(finding->kind)));
    add_property(out, "plimsoll:status", span_of_text(status_name(finding->status)));
    if (finding->fixed_version.len)
        add_property(out, "plimsoll:fixedVersion", finding->fixed_version);
    if (finding->exploited)
        add_property(out, "plimsoll:kev", S("true"));
    if (finding->disputed)
        add_property(out, "plimsoll:disputed", S("true"));
    add_number(out, "plimsoll:epss", finding->epss, 1, "%.5f");
    add_number(out, "plimsoll:risk", finding->risk, 100, "%.1f");
    json_end_array(out);
}

static void add_recommendation(struct json_out *out, const struct finding *finding)
{
    struct text text = {0};
    if (finding->status != STATUS_FIXED || finding->fixed_version.len == 0)
        return;
    text_init(&text, out->text->mem, SIZE_MAX);
    text_add(&text, S("Upgrade to "));
    text_add(&text, finding->fixed_version);
    json_field_text(out, "recommendation", text_span(&text));
}

// ---------------------------------------------------------------- the section

static void add_vulnerability(struct json_out *out, const struct sbom *sbom,
                              const struct finding *const *findings, size_t count)
{
    const struct finding *first = findings[0];
    json_begin_object(out);
    json_field_text(out, "id", first->id);
    add_source(out, issuer_of(first->id));
    add_references(out, first);
    add_ratings(out, first);
    add_weaknesses(out, first);
    add_recommendation(out, first);
    add_analysis(out, first);
    json_key(out, "affects");
    json_begin_array(out);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || findings[i - 1]->package != findings[i]->package)
            add_affected(out, sbom, findings[i]);
    json_end_array(out);
    add_properties(out, first);
    json_end_object(out);
}

// Findings about files are none, and may have no package.
bool cyclonedx_shows(const struct finding *finding, const struct report_options *options)
{
    return (finding->kind == FINDING_VULNERABILITY || finding->kind == FINDING_MALWARE) &&
           finding->package != NO_PACKAGE && report_shows(finding, options);
}

void cyclonedx_vulnerabilities(struct json_out *out, const struct sbom *sbom)
{
    const struct findings *all = &sbom->scan->findings;
    const struct finding **shown = arena_array(sbom->mem, all->count, sizeof(struct finding *));
    size_t count = 0;
    if (!shown) {
        out->text->failed = true;
        return;
    }
    for (size_t i = 0; i < all->count; i++)
        if (cyclonedx_shows(&all->items[i], sbom->options))
            shown[count++] = &all->items[i];
    sort_items(shown, count, sizeof *shown, compare_findings);
    json_key(out, "vulnerabilities");
    json_begin_array(out);
    for (size_t start = 0, end = 0; start < count; start = end) {
        while (end < count && compare_vulnerability(shown[start], shown[end]) == 0)
            end++;
        add_vulnerability(out, sbom, shown + start, end - start);
    }
    json_end_array(out);
}
