// The head of the table: what was scanned, and how far its advisories can be believed.
#include "report/report_inner.h"

enum { LABEL = 12 };

static struct line *begin(struct table *table, const char *label)
{
    if (*label)
        line_put_ink(&table->line, INK_FAINT, span_of_text(label));
    line_pad(&table->line, LABEL);
    return &table->line;
}

static void put_sentence(struct table *table, enum ink ink, const struct text *sentence)
{
    begin(table, "");
    line_ink(&table->line, ink);
    line_wrap_text(&table->line, LABEL, sentence);
    line_ink_end(&table->line);
    line_end(&table->line);
}

// ---------------------------------------------------------------- target

static void put_platform(struct line *line, const struct platform *platform)
{
    span parts[] = {platform->os, platform->architecture, platform->variant};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].len == 0)
            continue;
        line_put(line, i ? S("/") : S(", "));
        line_put(line, parts[i]);
    }
}

static void put_target(struct table *table)
{
    const struct image *image = &table->scan->image;
    struct line *line = begin(table, "Target");
    line_ink(line, INK_STRONG);
    line_put(line, image->name); // whole, to be copied
    line_ink_end(line);
    line_end(line);
    begin(table, "");
    line_put(line, image->kind);
    put_platform(line, &image->platform);
    line_end(line);
    if (image->manifest_digest.len) {
        line_put(begin(table, "Manifest"), image->manifest_digest); // whole too
        line_end(line);
    }
}

// ---------------------------------------------------------------- distribution

// Regular support is over. Whoever goes on is named after it; nobody does when that is over too.
static void put_after_life(struct table *table, span regular, span extended)
{
    uint32_t last = 0;
    struct text sentence;
    text_init(&sentence, table->line.out->mem, SIZE_MAX);
    if (date_parse(extended, &last) && last >= table->options->today) {
        text_add(&sentence, S("regular support ended on "));
        text_add(&sentence, regular);
        text_add(&sentence, S(", extended support until "));
        text_add(&sentence, extended);
        put_sentence(table, INK_FAINT, &sentence);
        return;
    }
    span end = extended.len ? extended : regular;
    if (!date_parse(end, &last))
        return;
    uint32_t age = table->options->today - last;
    text_add(&sentence, S("END OF LIFE since "));
    text_add(&sentence, end);
    text_addf(&sentence, " (%u day%s): all support is over", age, plural(age));
    put_sentence(table, INK_CRITICAL, &sentence);
}

static void put_end_of_life(struct table *table)
{
    const struct distro *distro = &table->scan->bom.distro;
    uint32_t day = 0;
    bool is_known = date_parse(distro->end_of_life, &day);
    bool is_over = is_known && day < table->options->today;
    if (is_known && !is_over) {
        line_put(&table->line, S(", supported until "));
        line_put(&table->line, distro->end_of_life);
    }
    line_end(&table->line);
    if (is_over)
        put_after_life(table, distro->end_of_life, distro->end_of_extended_life);
}

static void put_distro(struct table *table)
{
    const struct distro *distro = &table->scan->bom.distro;
    struct line *line = begin(table, "Distro");
    line_put(line, distro->id.len ? distro->id : S("unknown"));
    if (distro->version_id.len) {
        line_put(line, S(" "));
        line_put(line, distro->version_id);
    }
    if (distro->codename.len) {
        line_put(line, S(" ("));
        line_put(line, distro->codename);
        line_put(line, S(")"));
    }
    put_end_of_life(table);
}

// ---------------------------------------------------------------- layers

// Only those that brought a package: the others say nothing below.
static bool brought_packages(const struct bom *bom, uint32_t layer)
{
    for (size_t i = 0; i < bom->package_count; i++)
        if (bom->packages[i].location_count && bom->packages[i].locations[0].layer == layer)
            return true;
    return false;
}

static void put_layers(struct table *table)
{
    const struct image *image = &table->scan->image;
    if (image->layer_count < 2)
        return;
    const char *label = "Layers";
    for (uint32_t i = 0; i < image->layer_count; i++) {
        if (!brought_packages(&table->scan->bom, i))
            continue;
        struct line *line = begin(table, label);
        table_put_layer(table, i);
        if (image->layers[i].created_by.len) {
            line_pad(line, 0);
            line_put_rest(line, image->layers[i].created_by);
        }
        line_end(line);
        label = "";
    }
    struct line *line = begin(table, label);
    line_format(line, "%zu in all", image->layer_count);
    line_end(line);
}

// ---------------------------------------------------------------- advisories

// " as of 2025-02-12, 647 DAYS OLD": what was published since is not known.
static void put_day(struct table *table, span day_text)
{
    struct line *line = &table->line;
    uint32_t day = 0;
    if (!date_parse(day_text, &day)) {
        line_wrap(line, LABEL, S(" of unknown age"));
        return;
    }
    struct text sentence;
    bool is_stale = day + REPORT_STALE_DAYS < table->options->today;
    text_init(&sentence, line->out->mem, SIZE_MAX);
    text_add(&sentence, S(" as of "));
    text_add(&sentence, day_text);
    text_add(&sentence, is_stale ? S(",") : (span){0});
    line_wrap_text(line, LABEL, &sentence);
    if (!is_stale)
        return;
    text_init(&sentence, line->out->mem, SIZE_MAX);
    text_addf(&sentence, " %u DAYS OLD", table->options->today - day);
    line_ink(line, INK_CRITICAL);
    line_wrap_text(line, LABEL, &sentence);
    line_ink_end(line);
}

bool table_has_advisories(const struct table *table)
{
    const struct spans *sources = &table->scan->database.sources;
    for (size_t i = 0; i < sources->count; i++) {
        span rest = sources->items[i];
        if (report_depends_on(table->scan, span_cut(&rest, ' ')))
            return true;
    }
    return false;
}

static void put_sources(struct table *table)
{
    const struct spans *sources = &table->scan->database.sources;
    const char *label = "Advisories";
    for (size_t i = 0; i < sources->count; i++) {
        span day = sources->items[i];
        span name = span_cut(&day, ' ');
        if (!report_depends_on(table->scan, name))
            continue;
        line_put(begin(table, label), name);
        put_day(table, day);
        line_end(&table->line);
        label = "";
    }
}

static void put_no_source(struct table *table)
{
    span built = table->scan->database.built;
    struct line *line = begin(table, "Advisories");
    line_put_ink(line, INK_CRITICAL, S("NONE for this distribution;"));
    line_wrap(line, LABEL, S(" others"));
    put_day(table, span_first(built, sizeof "YYYY-MM-DD" - 1));
    line_end(line);
}

void table_header(struct table *table)
{
    put_target(table);
    put_distro(table);
    put_layers(table);
    if (table->scan->matched && table_has_advisories(table))
        put_sources(table);
    else if (table->scan->matched)
        put_no_source(table);
    line_end(&table->line);
}
