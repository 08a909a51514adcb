// The body of the table: groups of packages with their findings. Installed and fixed versions stand
// in one column, so that the eye compares them.
#include "report/report_inner.h"

// Columns of a row: severity, finding, version, score, EPSS and marks.
enum {
    SEVERITY = 2,
    FINDING = 14,
    WIDEST_FINDING = 24,
    WIDEST_VERSION = 36,
    SCORES = 24, // columns that score, EPSS and marks need behind the version
    WHY = TABLE_REMARK,
    MANY = 10, // findings in a group before those that call for no action stand close together
};

struct layout {
    size_t version;
    size_t score;
    bool has_scores;
    bool is_narrow; // the version has a line of its own
};

// ---------------------------------------------------------------- layout

// The source's version is what advisories of its packages speak of, where these differ.
static span installed_version(const struct group *group)
{
    const struct package *first = group->members->package;
    for (size_t i = 1; i < group->count; i++)
        if (!span_equal(group->members[i].package->version, first->version))
            return first->source_version;
    return first->version.len ? first->version : S("unknown version");
}

static struct layout layout_of(const struct table *table, const struct groups *groups)
{
    size_t finding = 0;
    size_t version = 0;
    for (size_t i = 0; i < groups->count; i++) {
        const struct group *group = &groups->items[i];
        version = larger(version, glyphs_columns(installed_version(group)));
        for (size_t j = 0; j < group->members->count; j++) {
            const struct finding *row = group->members->findings[j];
            finding = larger(finding, glyphs_columns(row->id));
            version = larger(version, glyphs_columns(report_outcome(row)));
        }
    }
    struct layout layout = {.version = FINDING + smaller(finding, WIDEST_FINDING) + 2};
    layout.score = layout.version + smaller(version, WIDEST_VERSION) + 2;
    layout.has_scores = layout.score + SCORES <= table->line.width;
    layout.is_narrow = layout.score - 2 > table->line.width;
    return layout;
}

static void put_columns(struct table *table, const struct layout *layout)
{
    struct line *line = &table->line;
    if (layout->is_narrow)
        return; // no columns
    line_ink(line, INK_FAINT);
    line_put(line, S("PACKAGE"));
    line_pad(line, layout->version);
    line_put(line, S("INSTALLED"));
    line_end(line);
    line_pad(line, SEVERITY);
    line_put(line, S("SEVERITY"));
    line_pad(line, FINDING);
    line_put(line, S("FINDING"));
    line_pad(line, layout->version);
    line_put(line, S("FIXED IN"));
    if (layout->has_scores) {
        line_pad(line, layout->score);
        line_put(line, S("CVSS    EPSS"));
    }
    line_ink_end(line);
    line_end(line);
    line_end(line);
}

// ---------------------------------------------------------------- heading

// Where a version belongs: behind what stands there, or below it.
static void begin_version(struct line *line, const struct layout *layout)
{
    if (layout->is_narrow) {
        line_end(line);
        line_pad(line, SEVERITY + 2);
    } else {
        line_pad(line, layout->version);
    }
}

static void put_title(struct table *table, const struct layout *layout, const struct group *group)
{
    struct line *line = &table->line;
    const struct package *first = group->members->package;
    size_t room = layout->is_narrow ? line->width : layout->version - 2;
    line_ink(line, INK_STRONG);
    line_put_cut(line, group->count > 1 ? first->source_name : first->name, room);
    line_ink_end(line);
    begin_version(line, layout);
    line_put_rest(line, installed_version(group));
    line_end(line);
}

// What the title does not say: the packages that it stands for, or the source of the only one.
static void add_names(struct line *sentence, const struct group *group)
{
    enum { LONGEST_NAME = 60 };
    const struct package *first = group->members->package;
    if (group->count > 1)
        line_format(sentence, "%zu packages: ", group->count);
    else if (!span_equal(first->name, first->source_name))
        line_put(sentence, S("built from "));
    else
        return;
    for (size_t i = 0; i < group->count; i++) {
        const struct package *package = group->members[i].package;
        line_put(sentence, i ? S(", ") : (span){0});
        line_put_cut(sentence, group->count > 1 ? package->name : package->source_name,
                     LONGEST_NAME);
    }
}

static void put_origin(struct table *table, const struct group *group)
{
    struct text text;
    text_init(&text, table->line.out->mem, SIZE_MAX);
    struct table sentence = *table;
    sentence.line = (struct line){.out = &text, .width = SIZE_MAX, .wrap = SIZE_MAX};
    add_names(&sentence.line, group);
    uint32_t layer = group->members->findings[0]->layer;
    if (table_names_layer(table, layer)) {
        line_put(&sentence.line, text.len ? S("; ") : (span){0});
        table_put_layer(&sentence, layer);
    }
    if (group->members->package->removed) {
        line_put(&sentence.line, text.len ? S(", ") : (span){0});
        line_put(&sentence.line, S("removed by a later layer"));
    }
    if (text_ok(&text) && text.len == 0)
        return;
    line_pad(&table->line, SEVERITY);
    line_ink(&table->line, INK_FAINT);
    line_wrap_text(&table->line, SEVERITY, &text);
    line_ink_end(&table->line);
    line_end(&table->line);
}

// ---------------------------------------------------------------- rows

static void put_severity(struct line *line, enum severity severity)
{
    line_pad(line, SEVERITY);
    line_put_ink(line, ink_of_severity(severity), span_of_severity(severity));
    line_pad(line, FINDING);
}

static void put_scores(struct line *line, const struct layout *layout,
                       const struct finding *finding)
{
    if (finding->score >= 0 && finding->score <= 10) {
        line_pad(line, layout->score);
        line_format(line, "%4.1f", finding->score);
    }
    if (finding->epss >= 0 && finding->epss <= 1) {
        line_pad(line, layout->score + 6);
        line_format(line, "%5.1f%%", finding->epss * 100);
    }
    if (finding->exploited) {
        line_pad(line, layout->score + 14);
        line_put_ink(line, INK_CRITICAL, S("exploited"));
    }
}

static void put_evidence(struct table *table, const struct evidence *evidence)
{
    struct text sentence;
    text_init(&sentence, table->line.out->mem, SIZE_MAX);
    text_add(&sentence, S("because "));
    text_add(&sentence, evidence->database);
    text_add_byte(&sentence, ' ');
    text_add(&sentence, evidence->advisory);
    text_add(&sentence, S(" says "));
    text_add(&sentence, evidence->range);
    text_add(&sentence, S(": "));
    text_add(&sentence, evidence->compared);
    table_put_remark(table, INK_FAINT, &sentence);
}

// What others than the one that counts think of it.
static void add_rating(struct text *sentence, const struct finding *finding,
                       const struct rating *rating)
{
    if (span_equal(rating->database, finding->severity_source))
        return;
    text_add(sentence, sentence->len ? S(", ") : (span){0});
    text_add(sentence, rating->database);
    text_addf(sentence, " says %s", severity_name(rating->severity));
    if (rating->score >= 0 && rating->score <= 10)
        text_addf(sentence, " (%.1f)", rating->score);
}

static void put_weaknesses(struct table *table, const struct finding *finding)
{
    struct text sentence;
    text_init(&sentence, table->line.out->mem, SIZE_MAX);
    for (size_t i = 0; i < finding->weakness_count; i++) {
        text_add(&sentence, i ? S(", ") : (span){0});
        text_add(&sentence, finding->weaknesses[i].id);
        text_add(&sentence, finding->weaknesses[i].name.len ? S(" ") : (span){0});
        text_add(&sentence, finding->weaknesses[i].name);
    }
    if (sentence.len || !text_ok(&sentence))
        table_put_remark(table, INK_FAINT, &sentence);
}

static void put_disputed(struct table *table)
{
    struct text sentence;
    text_init(&sentence, table->line.out->mem, SIZE_MAX);
    text_add(&sentence, S("disputed: somebody who should know says that it is no flaw"));
    table_put_remark(table, INK_FAINT, &sentence);
}

static void put_names_of_flaw(struct table *table, const struct finding *finding)
{
    struct text sentence;
    text_init(&sentence, table->line.out->mem, SIZE_MAX);
    if (finding->severity_source.len) {
        text_add(&sentence, S("rated by "));
        text_add(&sentence, finding->severity_source);
    }
    for (size_t i = 0; i < finding->rating_count; i++)
        add_rating(&sentence, finding, &finding->ratings[i]);
    for (size_t i = 0; i < finding->aliases.count; i++) {
        text_add(&sentence, i ? S(", ") : sentence.len ? S("; also ") : S("also "));
        text_add(&sentence, finding->aliases.items[i]);
    }
    if (sentence.len || !text_ok(&sentence))
        table_put_remark(table, INK_FAINT, &sentence);
}

static void put_exploited(struct line *line)
{
    line_pad(line, WHY);
    line_put_ink(line, INK_CRITICAL, S("exploited"));
    line_end(line);
}

static void put_row(struct table *table, const struct layout *layout, const struct finding *finding)
{
    struct line *line = &table->line;
    bool is_fixed = finding->status == STATUS_FIXED;
    put_severity(line, finding->severity);
    line_put(line, finding->id);
    begin_version(line, layout);
    line_ink(line, is_fixed ? INK_GOOD : INK_FAINT);
    line_put_rest(line, report_outcome(finding));
    line_ink_end(line);
    if (layout->has_scores)
        put_scores(line, layout, finding);
    line_end(line);
    if (finding->exploited && !layout->has_scores)
        put_exploited(line);
    if (finding->suppressed.len)
        table_put_suppressed(table, finding->suppressed);
    if (!table->options->verbose)
        return;
    if (finding->disputed)
        put_disputed(table);
    put_names_of_flaw(table, finding);
    put_weaknesses(table, finding);
    for (size_t i = 0; i < finding->evidence_count; i++)
        put_evidence(table, &finding->evidence[i]);
}

// ---------------------------------------------------------------- dense rows

// Where there are many, those that no upgrade fixes and that are not grave need no row each.
static bool is_dense(const struct table *table, const struct member *member,
                     const struct finding *finding)
{
    return member->count > MANY && !table->options->verbose && finding->status != STATUS_FIXED &&
           finding->severity < SEVERITY_HIGH && !finding->exploited && finding->suppressed.len == 0;
}

// "12 no fix yet: CVE-… CVE-…"
static void put_dense(struct table *table, const struct member *member, enum severity severity,
                      enum status status)
{
    size_t count = 0;
    struct text ids;
    text_init(&ids, table->line.out->mem, SIZE_MAX);
    span words = {0};
    for (size_t i = 0; i < member->count; i++) {
        const struct finding *finding = member->findings[i];
        if (finding->severity != severity || finding->status != status ||
            !is_dense(table, member, finding))
            continue;
        count++;
        words = report_outcome(finding);
        text_add_byte(&ids, ' ');
        text_add(&ids, finding->id);
    }
    if (count == 0)
        return;
    struct text sentence;
    text_init(&sentence, table->line.out->mem, SIZE_MAX);
    text_addf(&sentence, "%zu ", count);
    text_add(&sentence, words);
    text_add_byte(&sentence, ':');
    text_add(&sentence, text_span(&ids));
    sentence.failed |= !text_ok(&ids);
    put_severity(&table->line, severity);
    line_wrap_text(&table->line, FINDING, &sentence);
    line_end(&table->line);
}

static void put_rows_of(struct table *table, const struct layout *layout,
                        const struct member *member, enum severity severity)
{
    for (size_t i = 0; i < member->count; i++) {
        const struct finding *finding = member->findings[i];
        if (finding->severity == severity && !is_dense(table, member, finding))
            put_row(table, layout, finding);
    }
    for (unsigned status = STATUS_AFFECTED; status <= STATUS_END_OF_LIFE; status++)
        put_dense(table, member, severity, (enum status)status);
}

static void put_rows(struct table *table, const struct layout *layout, const struct member *member)
{
    for (unsigned severity = SEVERITY_CRITICAL + 1; severity-- > SEVERITY_UNKNOWN;)
        put_rows_of(table, layout, member, (enum severity)severity);
}

// ---------------------------------------------------------------- the body

// "deb, rpm"; the packages are sorted by type.
static void add_types(struct text *sentence, const struct bom *bom)
{
    for (size_t i = 0; i < bom->package_count; i++) {
        span type = bom->packages[i].type;
        if (i && span_equal(type, bom->packages[i - 1].type))
            continue;
        text_add(sentence, i ? S(", ") : (span){0});
        text_add(sentence, type);
    }
}

static span nothing(bool is_compared, bool is_good, bool has_files)
{
    if (!is_compared)
        return S("NOTHING WAS COMPARED: ");
    if (is_good && has_files)
        return S("No known vulnerabilities: ");
    return is_good ? S("Nothing to report: ")
                   : S("Nothing found, but not all was compared (see the notes): ");
}

// Nothing found is good news only where there was something to find.
static void put_nothing(struct table *table)
{
    const struct bom *bom = &table->scan->bom;
    bool is_compared = bom->package_count && table_has_advisories(table);
    bool is_good = is_compared && table->scan->complete;
    struct text sentence;
    text_init(&sentence, table->line.out->mem, SIZE_MAX);
    text_add(&sentence, nothing(is_compared, is_good, table_has_files(table)));
    text_addf(&sentence, "%zu package%s", bom->package_count, plural(bom->package_count));
    if (bom->package_count) {
        text_add(&sentence, S(" ("));
        add_types(&sentence, bom);
        text_add(&sentence, is_compared ? S("), checked against the advisories above")
                                        : S("), no advisories for this distribution"));
    } else {
        text_add(&sentence, S(" found"));
    }
    line_ink(&table->line, is_good ? INK_GOOD : INK_CRITICAL);
    line_wrap_text(&table->line, 0, &sentence);
    line_ink_end(&table->line);
    line_end(&table->line);
    line_end(&table->line);
}

static void put_left_out(struct table *table)
{
    line_wrap(&table->line, 0, S("Nothing to show: the options leave all findings out"));
    line_end(&table->line);
    line_end(&table->line);
}

static bool has_vulnerabilities(const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].kind == FINDING_VULNERABILITY)
            return true;
    return false;
}

void table_groups(struct table *table, const struct groups *groups)
{
    if (groups->count == 0 && has_vulnerabilities(&table->scan->findings))
        put_left_out(table);
    else if (groups->count == 0)
        put_nothing(table);
    if (groups->count == 0)
        return;
    struct layout layout = layout_of(table, groups);
    put_columns(table, &layout);
    for (size_t i = 0; i < groups->count; i++) {
        put_title(table, &layout, &groups->items[i]);
        put_origin(table, &groups->items[i]);
        put_rows(table, &layout, groups->items[i].members);
        line_end(&table->line);
    }
}
