// One row a finding, for spreadsheets: RFC 4180.
#include "report/report_inner.h"

// A cell that begins so is a formula to Excel, LibreOffice and Google Sheets.
static bool is_formula(span value)
{
    static const span starts[] = {S("="),
                                  S("+"),
                                  S("-"),
                                  S("@"),
                                  S("\t"),
                                  S("\xef\xbc\x9d"),
                                  S("\xef\xbc\x8b"),
                                  S("\xef\xbc\x8d"),
                                  S("\xef\xbc\xa0")}; // the same, of full width
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (span_starts_with(value, starts[i]))
            return true;
    return false;
}

struct row {
    struct text *out;
    bool started;
};

static void begin_cell(struct row *row)
{
    if (row->started)
        text_add_byte(row->out, ',');
    row->started = true;
}

// Always quoted. An apostrophe in front makes text of what would be a formula.
static void put_cell(struct row *row, span value)
{
    begin_cell(row);
    text_add_byte(row->out, '"');
    if (is_formula(value))
        text_add_byte(row->out, '\'');
    while (value.len) {
        struct glyph glyph = glyph_next(&value);
        span bytes = span_of(glyph.bytes, glyph.len);
        text_add(row->out, span_equal(bytes, S("\"")) ? S("\"\"") : bytes);
    }
    text_add_byte(row->out, '"');
}

static void put_number(struct row *row, double value, double most, const char *format)
{
    begin_cell(row);
    if (value >= 0 && value <= most)
        text_addf(row->out, format, value);
}

static void put_flag(struct row *row, bool value)
{
    begin_cell(row);
    text_add(row->out, value ? S("yes") : S("no"));
}

static void end_row(struct row *row)
{
    text_add(row->out, S("\r\n"));
    row->started = false;
}

// ---------------------------------------------------------------- lists in one cell

static void put_text(struct row *row, const struct text *text)
{
    if (!text_ok(text))
        row->out->failed = true;
    put_cell(row, text_span(text));
}

static struct text begin_list(const struct row *row)
{
    struct text text = {0};
    text_init(&text, row->out->mem, SIZE_MAX);
    return text;
}

static void add_item(struct text *list, span item)
{
    text_add(list, list->len ? S("; ") : (span){0});
    text_add(list, item);
}

static void put_aliases(struct row *row, const struct finding *finding)
{
    struct text list = begin_list(row);
    for (size_t i = 0; i < finding->aliases.count; i++)
        add_item(&list, finding->aliases.items[i]);
    put_text(row, &list);
}

static void put_weaknesses(struct row *row, const struct finding *finding)
{
    struct text list = begin_list(row);
    for (size_t i = 0; i < finding->weakness_count; i++)
        add_item(&list, finding->weaknesses[i].id);
    put_text(row, &list);
}

// "debian-osv low; nvd critical 9.8"
static void put_ratings(struct row *row, const struct finding *finding)
{
    struct text list = begin_list(row);
    for (size_t i = 0; i < finding->rating_count; i++) {
        const struct rating *rating = &finding->ratings[i];
        add_item(&list, rating->database);
        text_addf(&list, " %s", severity_name(rating->severity));
        if (rating->score >= 0 && rating->score <= 10)
            text_addf(&list, " %.1f", rating->score);
    }
    put_text(row, &list);
}

static void put_evidence(struct row *row, const struct finding *finding)
{
    struct text list = begin_list(row);
    for (size_t i = 0; i < finding->evidence_count; i++) {
        const struct evidence *evidence = &finding->evidence[i];
        add_item(&list, evidence->database);
        text_add_byte(&list, ' ');
        text_add(&list, evidence->advisory);
        text_add(&list, S(": "));
        text_add(&list, evidence->range);
        text_add(&list, S(": "));
        text_add(&list, evidence->compared);
    }
    put_text(row, &list);
}

static void put_url(struct row *row, span id)
{
    struct text url = begin_list(row);
    (void)advisory_url(id, &url); // an empty cell where there is none
    put_text(row, &url);
}

// ---------------------------------------------------------------- rows

static const char *const columns[] = {
    "target",
    "manifest_digest",
    "finding",
    "kind",
    "severity",
    "status",
    "package",
    "type",
    "installed",
    "fixed",
    "architecture",
    "purl",
    "location",
    "layer",
    "base",
    "cvss",
    "vector",
    "epss",
    "kev",
    "risk",
    "aliases",
    "weaknesses",
    "ratings",
    "disputed",
    "suppressed",
    "suppressed_by",
    "suppressed_until",
    "text",
    "evidence",
    "url",
};

static void put_header(struct row *row)
{
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        put_cell(row, span_of_text(columns[i]));
    end_row(row);
}

static void put_package(struct row *row, const struct finding *finding,
                        const struct package *package)
{
    static const struct package none = {0};
    package = package ? package : &none;
    put_cell(row, package->name);
    put_cell(row, package->type);
    put_cell(row, package->version);
    put_cell(row, finding->fixed_version);
    put_cell(row, package->arch);
    put_cell(row, package->purl);
}

static void put_place(struct row *row, const struct scan *scan, const struct finding *finding)
{
    bool known = report_knows_base(&scan->image) && finding->layer < scan->image.layer_count;
    bool inherited = report_is_inherited(&scan->image, finding->layer);
    put_cell(row, report_location(scan, finding));
    put_cell(row, report_layer(scan, finding->layer));
    put_cell(row, !known ? (span){0} : inherited ? S("inherited") : S("own"));
}

static void put_suppression(struct row *row, const struct finding *finding)
{
    const struct suppression *suppression = finding->suppression;
    struct text source = begin_list(row);
    char day[11] = "";
    if (suppression)
        text_add(&source, suppression->source);
    if (suppression && suppression->line)
        text_addf(&source, ":%u", suppression->line);
    if (suppression && suppression->expires)
        date_format(suppression->expires, day);
    put_cell(row, finding->suppressed);
    put_text(row, &source);
    put_cell(row, span_of_text(day));
}

static void put_finding(struct row *row, const struct scan *scan, const struct finding *finding)
{
    put_cell(row, scan->image.name);
    put_cell(row, scan->image.manifest_digest);
    put_cell(row, finding->id);
    put_cell(row, span_of_text(finding_kind_name(finding->kind)));
    put_cell(row, span_of_text(severity_name(finding->severity)));
    put_cell(row, span_of_text(status_name(finding->status)));
    put_package(row, finding, report_package(scan, finding));
    put_place(row, scan, finding);
    put_number(row, finding->score, 10, "%.1f");
    put_cell(row, finding->cvss);
    put_number(row, finding->epss, 1, "%.5f");
    put_flag(row, finding->exploited);
    put_number(row, finding->risk, 100, "%.1f");
    put_aliases(row, finding);
    put_weaknesses(row, finding);
    put_ratings(row, finding);
    put_flag(row, finding->disputed);
    put_suppression(row, finding);
    put_cell(row, report_text(finding));
    put_evidence(row, finding);
    put_url(row, finding->id);
    end_row(row);
}

void report_csv(const struct scan *scan, const struct report_options *options, struct text *out)
{
    struct row row = {.out = out};
    put_header(&row);
    for (size_t i = 0; i < scan->findings.count; i++)
        if (report_shows(&scan->findings.items[i], options))
            put_finding(&row, scan, &scan->findings.items[i]);
}
