// The parts of the table about malware, about files that are not what the records of packages say,
// and about what the user's own rules forbid.
#include "report/report_inner.h"

// Columns of a row.
enum {
    SEVERITY = 2,
    FINDING = 14,
    PATH = 37,
    WHY = TABLE_REMARK,
    MOST = 40, // rows without --verbose
};

static bool is_shown(const struct table *table, enum finding_kind kind,
                     const struct finding *finding)
{
    return finding->kind == kind && report_shows(finding, table->options);
}

static bool has_kind(const struct table *table, enum finding_kind kind)
{
    for (size_t i = 0; i < table->scan->findings.count; i++)
        if (is_shown(table, kind, &table->scan->findings.items[i]))
            return true;
    return false;
}

bool table_has_files(const struct table *table)
{
    return has_kind(table, FINDING_MALWARE) || has_kind(table, FINDING_INTEGRITY) ||
           has_kind(table, FINDING_RULE);
}

// "bash 5.2-1: a program that is not the one that the package installed; layer 2 a36efe6def81"
static void put_reason(struct table *table, const struct finding *finding)
{
    struct text text;
    text_init(&text, table->line.out->mem, SIZE_MAX);
    struct table sentence = *table;
    sentence.line = (struct line){.out = &text, .width = SIZE_MAX, .wrap = SIZE_MAX};
    const struct package *package = report_package(table->scan, finding);
    if (package) {
        line_put(&sentence.line, package->name);
        line_put(&sentence.line, S(" "));
        line_put(&sentence.line, package->version);
        line_put(&sentence.line, S(": "));
    }
    line_put(&sentence.line, report_text(finding));
    if (table_names_layer(table, finding->layer)) {
        line_put(&sentence.line, S("; "));
        table_put_layer(&sentence, finding->layer);
    }
    table_put_remark(table, INK_FAINT, &text);
}

static void put_evidence(struct table *table, const struct finding *finding,
                         const struct evidence *evidence)
{
    struct text sentence;
    bool is_malware = finding->kind == FINDING_MALWARE;
    text_init(&sentence, table->line.out->mem, SIZE_MAX);
    text_add(&sentence, is_malware ? evidence->database : S("recorded"));
    text_add_byte(&sentence, ' ');
    if (is_malware) {
        text_add(&sentence, evidence->advisory);
        text_add(&sentence, S(" says "));
    }
    text_add(&sentence, evidence->range);
    text_add(&sentence, is_malware ? S(": ") : S(", here "));
    text_add(&sentence, evidence->compared);
    table_put_remark(table, INK_FAINT, &sentence);
}

static void put_row(struct table *table, const struct finding *finding)
{
    struct line *line = &table->line;
    line_pad(line, SEVERITY);
    line_put_ink(line, ink_of_severity(finding->severity), span_of_severity(finding->severity));
    line_pad(line, FINDING);
    line_put(line, finding->id);
    size_t column =
        PATH + glyphs_columns(report_location(table->scan, finding)) > line->width ? WHY : PATH;
    if (column == WHY)
        line_end(line);
    line_pad(line, column);
    line_wrap(line, column,
              report_location(table->scan, finding)); // never cut: it is what the finding is about
    line_end(line);
    put_reason(table, finding);
    if (finding->suppressed.len)
        table_put_suppressed(table, finding->suppressed);
    for (size_t i = 0; table->options->verbose && i < finding->evidence_count; i++)
        put_evidence(table, finding, &finding->evidence[i]);
}

static void put_hidden(struct table *table, size_t hidden)
{
    line_pad(&table->line, SEVERITY);
    line_format(&table->line, "and %zu more (--verbose)", hidden);
    line_end(&table->line);
}

// Said only where nothing else says what came of the scan.
static void put_nothing(struct table *table)
{
    if (!table->scan->inspected || table->scan->matched || table->scan->findings.count)
        return;
    line_wrap(&table->line, 0, S("Nothing to report: the files are what the packages say"));
    line_end(&table->line);
    line_end(&table->line);
}

static void put_kind(struct table *table, enum finding_kind kind, span title)
{
    const struct findings *findings = &table->scan->findings;
    size_t shown = 0;
    size_t hidden = 0;
    if (!has_kind(table, kind))
        return;
    line_put_ink(&table->line, INK_STRONG, title);
    line_end(&table->line);
    for (size_t i = 0; i < findings->count; i++) {
        if (!is_shown(table, kind, &findings->items[i]))
            continue;
        if (shown == MOST && !table->options->verbose) {
            hidden++;
            continue;
        }
        put_row(table, &findings->items[i]);
        shown++;
    }
    if (hidden)
        put_hidden(table, hidden);
    line_end(&table->line);
}

void table_files(struct table *table)
{
    if (!table_has_files(table)) {
        put_nothing(table);
        return;
    }
    put_kind(table, FINDING_MALWARE, S("Malware"));
    put_kind(table, FINDING_INTEGRITY, S("Files that are not what the packages say"));
    put_kind(table, FINDING_RULE, S("What the rules do not allow"));
}
