// JUnit XML as Jenkins and GitLab read it: a suite is a target, a test case a finding.
#include "report/report_inner.h"

struct counts {
    size_t tests;
    size_t failures;
    size_t errors;
    size_t skipped;
};

// XML 1.0, section 2.4; controls, which no XML may hold, are gone through glyphs.
static void put(struct text *out, span value)
{
    while (value.len) {
        struct glyph glyph = glyph_next(&value);
        span bytes = span_of(glyph.bytes, glyph.len);
        if (span_equal(bytes, S("<")))
            bytes = S("&lt;");
        else if (span_equal(bytes, S(">")))
            bytes = S("&gt;");
        else if (span_equal(bytes, S("&")))
            bytes = S("&amp;");
        else if (span_equal(bytes, S("\"")))
            bytes = S("&quot;");
        else if (span_equal(bytes, S("\xef\xbf\xbe")) || span_equal(bytes, S("\xef\xbf\xbf")))
            bytes = S("\xef\xbf\xbd"); // U+FFFE and U+FFFF are no characters of XML
        text_add(out, bytes);
    }
}

static void attribute(struct text *out, const char *name, span value)
{
    text_addf(out, " %s=\"", name);
    put(out, value);
    text_add_byte(out, '"');
}

static void attribute_number(struct text *out, const char *name, size_t value)
{
    text_addf(out, " %s=\"%zu\"", name, value);
}

static void attribute_text(struct text *out, const char *name, const struct text *value)
{
    if (!text_ok(value))
        out->failed = true;
    attribute(out, name, text_span(value));
}

// ---------------------------------------------------------------- cases

static struct text begin_text(const struct text *out)
{
    struct text text = {0};
    text_init(&text, out->mem, SIZE_MAX);
    return text;
}

// Test reports group by the part before the last dot, so the kind of package comes first.
static void begin_case(const struct scan *scan, const struct finding *finding, struct text *out)
{
    const struct package *package = report_package(scan, finding);
    struct text class = begin_text(out);
    struct text name = begin_text(out);
    text_add(&class, package ? package->type : span_of_text(finding_kind_name(finding->kind)));
    text_add_byte(&class, '.');
    text_add(&class, package ? package->name : report_location(scan, finding));
    text_addf(&name, "[%s] ", severity_name(finding->severity));
    text_add(&name, finding->id);
    if (package) {
        text_add(&name, S(" in "));
        text_add(&name, package->name);
        text_add_byte(&name, ' ');
        text_add(&name, package->version);
    }
    text_add(out, S("    <testcase"));
    attribute_text(out, "classname", &class);
    attribute_text(out, "name", &name);
    attribute(out, "time", S("0"));
}

static void put_line(struct text *out, const char *what, span value)
{
    if (value.len == 0)
        return;
    text_addf(out, "%s: ", what);
    put(out, value);
    text_add_byte(out, '\n');
}

// Everything that helps to act.
static void put_details(const struct scan *scan, const struct finding *finding, struct text *out)
{
    struct text url = begin_text(out);
    (void)advisory_url(finding->id, &url); // no line where there is none
    put_line(out, "fix", report_outcome(finding));
    put_line(out, "location", report_location(scan, finding));
    put_line(out, "layer", report_layer(scan, finding->layer));
    put_line(out, "cvss", finding->cvss);
    put_line(out, "link", text_span(&url));
    for (size_t i = 0; i < finding->evidence_count; i++) {
        const struct evidence *evidence = &finding->evidence[i];
        struct text why = begin_text(out);
        text_add(&why, evidence->database);
        text_add_byte(&why, ' ');
        text_add(&why, evidence->advisory);
        text_add(&why, S(" says "));
        text_add(&why, evidence->range);
        text_add(&why, S(": "));
        text_add(&why, evidence->compared);
        put_line(out, "because", text_span(&why));
    }
}

static void put_failure(const struct scan *scan, const struct finding *finding, struct text *out)
{
    struct text sentence = begin_text(out);
    report_sentence(scan, finding, &sentence);
    text_add(out, S(">\n      <failure"));
    attribute_text(out, "message", &sentence);
    attribute(out, "type", span_of_text(severity_name(finding->severity)));
    text_add_byte(out, '>');
    put_details(scan, finding, out);
    text_add(out, S("</failure>\n    </testcase>\n"));
}

static void put_skipped(span reason, struct text *out)
{
    text_add(out, S(">\n      <skipped"));
    attribute(out, "message", reason);
    text_add(out, S("/>\n    </testcase>\n"));
}

static void put_case(const struct scan *scan, const struct finding *finding,
                     const struct report_options *options, struct text *out)
{
    begin_case(scan, finding, out);
    if (finding->suppressed.len)
        put_skipped(finding->suppressed, out);
    else if (report_counts(finding, options))
        put_failure(scan, finding, out);
    else
        text_add(out, S("/>\n"));
}

// That all was read is a test, too; so no suite is empty.
static void put_completeness(const struct scan *scan, const struct report_options *options,
                             struct text *out)
{
    const span reason = S("not all was read or compared, as the notes say");
    text_add(out,
             S("    <testcase classname=\"plimsoll\" name=\"the scan is complete\" time=\"0\""));
    if (scan->complete) {
        text_add(out, S("/>\n"));
    } else if (options->strict) {
        text_add(out, S(">\n      <error"));
        attribute(out, "message", reason);
        attribute(out, "type", S("incomplete"));
        text_add(out, S("/>\n    </testcase>\n"));
    } else {
        put_skipped(reason, out);
    }
}

// ---------------------------------------------------------------- the suite

static struct counts count_cases(const struct scan *scan, const struct report_options *options)
{
    struct counts counts = {.tests = 1};
    counts.errors = !scan->complete && options->strict;
    counts.skipped = !scan->complete && !options->strict;
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *finding = &scan->findings.items[i];
        if (!report_shows(finding, options))
            continue;
        counts.tests++;
        counts.skipped += finding->suppressed.len != 0;
        counts.failures += report_counts(finding, options);
    }
    return counts;
}

static void put_counts(struct text *out, struct counts counts)
{
    attribute_number(out, "tests", counts.tests);
    attribute_number(out, "failures", counts.failures);
    attribute_number(out, "errors", counts.errors);
}

static void put_property(struct text *out, const char *name, span value)
{
    if (value.len == 0)
        return;
    text_add(out, S("      <property"));
    attribute(out, "name", span_of_text(name));
    attribute(out, "value", value);
    text_add(out, S("/>\n"));
}

static void put_properties(const struct scan *scan, const struct report_options *options,
                           struct text *out)
{
    text_add(out, S("    <properties>\n"));
    put_property(out, "tool", S("plimsoll"));
    put_property(out, "version", options->tool_version);
    put_property(out, "manifest_digest", scan->image.manifest_digest);
    put_property(out, "distribution", scan->bom.distro.id);
    put_property(out, "distribution_version", scan->bom.distro.version_id);
    put_property(out, "database_built", scan->matched ? scan->database.built : (span){0});
    text_add(out, S("    </properties>\n"));
}

static void put_notes(const struct notes *notes, struct text *out)
{
    if (notes->items.count == 0)
        return;
    text_add(out, S("    <system-out>"));
    for (size_t i = 0; i < notes->items.count; i++) {
        const struct note *note = LIST_AT(&notes->items, struct note, i);
        put(out, note->location);
        text_add(out, note->location.len ? S(": ") : (span){0});
        put(out, note->text);
        text_add_byte(out, '\n');
    }
    text_add(out, S("</system-out>\n"));
}

void report_junit(const struct scan *scan, const struct report_options *options, struct text *out)
{
    struct counts counts = count_cases(scan, options);
    text_add(out, S("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"));
    attribute(out, "name", S("plimsoll"));
    put_counts(out, counts);
    text_add(out, S(">\n  <testsuite"));
    attribute(out, "name", scan->image.name.len ? scan->image.name : S("unnamed"));
    put_counts(out, counts);
    attribute_number(out, "skipped", counts.skipped);
    attribute(out, "time", S("0"));
    text_add(out, S(">\n"));
    put_properties(scan, options, out);
    for (size_t i = 0; i < scan->findings.count; i++)
        if (report_shows(&scan->findings.items[i], options))
            put_case(scan, &scan->findings.items[i], options, out);
    put_completeness(scan, options, out);
    put_notes(&scan->bom.notes, out);
    text_add(out, S("  </testsuite>\n</testsuites>\n"));
}
