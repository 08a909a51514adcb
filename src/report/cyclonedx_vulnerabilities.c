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

static void add_ratings(struct json_out *out, const struct finding *finding)
{
    bool has_score = finding->score >= 0 && finding->score <= 10;
    json_key(out, "ratings");
    json_begin_array(out);
    json_begin_object(out);
    add_source(out, finding->severity_source);
    if (has_score) {
        json_key(out, "score");
        json_write_number(out, finding->score, 1);
    }
    json_field_text(out, "severity", severity_word(finding->severity));
    if (finding->cvss.len) {
        json_field_text(out, "method", method_of(finding->cvss));
        json_field_text(out, "vector", finding->cvss);
    }
    json_end_object(out);
    json_end_array(out);
}

// CycloneDX has words of its own for most of the justifications of OpenVEX and CSAF.
static span analysis_justification(span word)
{
    static const struct {
        const char *vex;
        const char *cyclonedx;
    } words[] = {
        {"component_not_present", "code_not_present"},
        {"vulnerable_code_not_present", "code_not_present"},
        {"vulnerable_code_not_in_execute_path", "code_not_reachable"},
        {"inline_mitigations_already_exist", "protected_by_mitigating_control"},
        {"code_not_present", "code_not_present"},
        {"code_not_reachable", "code_not_reachable"},
        {"requires_configuration", "requires_configuration"},
        {"requires_dependency", "requires_dependency"},
        {"requires_environment", "requires_environment"},
        {"protected_by_compiler", "protected_by_compiler"},
        {"protected_at_runtime", "protected_at_runtime"},
        {"protected_at_perimeter", "protected_at_perimeter"},
        {"protected_by_mitigating_control", "protected_by_mitigating_control"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_equal(word, span_of_text(words[i].vex)))
            return span_of_text(words[i].cyclonedx);
    return (span){0};
}

// A vendor's "not affected" is an analysis; that the user does not want to see it is not.
static void add_analysis(struct json_out *out, const struct finding *finding)
{
    if (finding->suppressed.len == 0)
        return;
    json_key(out, "analysis");
    json_begin_object(out);
    const struct suppression *suppression = finding->suppression;
    if (finding->status == STATUS_NOT_AFFECTED)
        json_field_text(out, "state", S("not_affected"));
    else if (suppression && suppression->kind == SUPPRESSION_FIXED)
        json_field_text(out, "state", S("resolved"));
    span justification =
        analysis_justification(suppression ? suppression->justification : (span){0});
    if (justification.len)
        json_field_text(out, "justification", justification);
    json_field_text(out, "detail", finding->suppressed);
    json_end_object(out);
}

static void add_affected(struct json_out *out, const struct sbom *sbom,
                         const struct finding *finding)
{
    const struct package *package = &sbom->scan->bom.packages[finding->package];
    bool affected = finding->status != STATUS_NOT_AFFECTED;
    json_begin_object(out);
    json_field_text(out, "ref", sbom->refs[finding->package]);
    if (package->version.len) {
        json_key(out, "versions");
        json_begin_array(out);
        json_begin_object(out);
        json_field_text(out, "version", package->version);
        json_field_text(out, "status", affected ? S("affected") : S("unaffected"));
        json_end_object(out);
        json_end_array(out);
    }
    json_end_object(out);
}

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
        if (all->items[i].kind == FINDING_VULNERABILITY &&
            report_shows(&all->items[i], sbom->options))
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
