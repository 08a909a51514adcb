// The report for people: what was looked at, what is wrong with it, worst first, and what it comes
// to.
#include "report/report_inner.h"

span span_of_severity(enum severity severity)
{
    return span_of_text(severity_name(severity));
}

enum ink ink_of_severity(enum severity severity)
{
    switch (severity) {
    case SEVERITY_CRITICAL:
        return INK_CRITICAL;
    case SEVERITY_HIGH:
        return INK_HIGH;
    case SEVERITY_MEDIUM:
        return INK_MEDIUM;
    case SEVERITY_LOW:
        return INK_LOW;
    case SEVERITY_NEGLIGIBLE:
    case SEVERITY_UNKNOWN:
        return INK_FAINT;
    }
    return INK_FAINT;
}

const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

bool table_names_layer(const struct table *table, uint32_t layer)
{
    const struct image *image = &table->scan->image;
    return image->layer_count > 1 && layer < image->layer_count;
}

void table_put_layer(struct table *table, uint32_t layer)
{
    enum { SHORT_DIGEST = 12 };
    span hex = table->scan->image.layers[layer].diff_id;
    span algorithm = span_cut(&hex, ':');
    bool inherited = table->scan->image.layers[layer].base.len != 0;
    line_format(&table->line, inherited ? "base layer %u " : "layer %u ", layer + 1);
    line_put(&table->line, span_first(hex.len ? hex : algorithm, SHORT_DIGEST));
}

void table_put_remark(struct table *table, enum ink ink, const struct text *sentence)
{
    struct line *line = &table->line;
    line_pad(line, TABLE_REMARK);
    line_ink(line, ink);
    line_wrap_text(line, TABLE_REMARK + 2, sentence);
    line_ink_end(line);
    line_end(line);
}

void table_put_suppressed(struct table *table, span reason)
{
    struct text sentence;
    text_init(&sentence, table->line.out->mem, SIZE_MAX);
    text_add(&sentence, S("does not count: "));
    text_add(&sentence, reason);
    table_put_remark(table, INK_GOOD, &sentence);
}

void report_table(const struct scan *scan, const struct report_options *options, struct text *out)
{
    enum { READABLE = 120 };
    struct table table = {
        .scan = scan,
        .options = options,
        .line =
            {
                .out = out,
                .width = options->width ? options->width : SIZE_MAX,
                .wrap = options->width ? options->width : READABLE,
                .color = options->color,
            },
    };
    struct groups groups = {0};
    if (!groups_make(scan, options, out->mem, &groups)) {
        out->failed = true;
        return;
    }
    table_header(&table);
    if (scan->matched)
        table_groups(&table, &groups);
    else if (!scan->inspected)
        table_packages(&table);
    table_files(&table);
    table_notes(&table);
    table_summary(&table, &groups);
}
