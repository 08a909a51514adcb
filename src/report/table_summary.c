// The end of the table: what could not be done, and what it all comes to.
#include "report/report_inner.h"

// ---------------------------------------------------------------- notes

static void put_note(struct table *table, const struct note *note)
{
    struct text sentence;
    text_init(&sentence, table->line.out->mem, SIZE_MAX);
    text_add(&sentence, span_of_text(note_kind_name(note->kind)));
    text_add(&sentence, S(": "));
    text_add(&sentence, note->location);
    text_add(&sentence, note->location.len ? S(": ") : (span){0});
    text_add(&sentence, note->text);
    line_pad(&table->line, 2);
    line_wrap_text(&table->line, 4, &sentence);
    line_end(&table->line);
}

void table_notes(struct table *table)
{
    enum { MOST = 25 };
    const struct notes *notes = &table->scan->bom.notes;
    struct line *line = &table->line;
    size_t count = notes->items.count;
    size_t shown = table->options->verbose || count < MOST ? count : MOST;
    uint64_t hidden = count - shown + notes->dropped;
    if (count == 0 && hidden == 0)
        return;
    line_put_ink(line, INK_STRONG, S("Notes"));
    line_end(line);
    for (size_t i = 0; i < shown; i++)
        put_note(table, LIST_AT(&notes->items, struct note, i));
    if (hidden) {
        line_pad(line, 2);
        line_format(line, "and %llu more", (unsigned long long)hidden);
        line_end(line);
    }
    line_end(line);
}

// Notes that stand for something missing.
static uint64_t count_gaps(const struct notes *notes)
{
    uint64_t gaps = notes->dropped;
    for (size_t i = 0; i < notes->items.count; i++)
        gaps += LIST_AT(&notes->items, struct note, i)->kind != NOTE_INFORMATION;
    return gaps;
}

static void put_incomplete(struct table *table)
{
    unsigned long long gaps = count_gaps(&table->scan->bom.notes);
    struct text sentence;
    text_init(&sentence, table->line.out->mem, SIZE_MAX);
    text_addf(&sentence, "INCOMPLETE: %llu note%s", gaps, plural(gaps));
    text_add(&sentence,
             S(" above on what was not read or not compared; there may be more than this shows"));
    line_ink(&table->line, INK_CRITICAL);
    line_wrap_text(&table->line, 0, &sentence);
    line_ink_end(&table->line);
    line_end(&table->line);
}

// ---------------------------------------------------------------- counts

struct counts {
    size_t by_severity[SEVERITY_CRITICAL + 1];
    size_t all;
    size_t fixed;
    size_t exploited;
    size_t inherited;  // from the base image
    size_t hidden;     // by options
    size_t suppressed; // do not count
};

static struct counts count_findings(const struct table *table, enum finding_kind kind)
{
    struct counts counts = {0};
    for (size_t i = 0; i < table->scan->findings.count; i++) {
        const struct finding *finding = &table->scan->findings.items[i];
        if (finding->kind != kind) {
            continue;
        } else if (finding->suppressed.len) {
            counts.suppressed++;
        } else if (!report_shows(finding, table->options)) {
            counts.hidden++;
        } else {
            counts.by_severity[finding->severity]++;
            counts.all++;
            counts.fixed += finding->status == STATUS_FIXED;
            counts.exploited += finding->exploited;
            counts.inherited += report_is_inherited(&table->scan->image, finding->layer);
        }
    }
    return counts;
}

// What is in no line of the table, of every kind.
static struct counts count_unshown(const struct table *table)
{
    struct counts all = {0};
    for (unsigned kind = FINDING_VULNERABILITY; kind <= FINDING_CONFIG; kind++) {
        struct counts counts = count_findings(table, (enum finding_kind)kind);
        all.hidden += counts.hidden;
        all.suppressed += counts.suppressed;
    }
    return all;
}

static void add_severities(struct text *sentence, const struct counts *counts)
{
    const char *separator = ": ";
    for (size_t i = SEVERITY_CRITICAL + 1; i-- > 0;) {
        if (counts->by_severity[i] == 0)
            continue;
        text_addf(sentence, "%s%zu %s", separator, counts->by_severity[i],
                  severity_name((enum severity)i));
        separator = ", ";
    }
}

static void add_found(struct text *sentence, const struct counts *counts, size_t packages)
{
    text_addf(sentence, "%zu with findings", packages);
    add_severities(sentence, counts);
    text_addf(sentence, "; %zu of %zu %s a fix", counts->fixed, counts->all,
              counts->fixed == 1 ? "has" : "have");
    if (counts->exploited)
        text_addf(sentence, ", %zu known to be exploited", counts->exploited);
}

// Who is to act: whoever makes the base image, or the reader.
static void add_owners(struct text *sentence, const struct image *image,
                       const struct counts *counts)
{
    if (report_knows_base(image))
        text_addf(sentence, "; %zu inherited from the base image, %zu of this image's own layers",
                  counts->inherited, counts->all - counts->inherited);
}

static void add_left_out(struct text *sentence, const struct counts *counts)
{
    if (counts->hidden)
        text_addf(sentence, "; %zu finding%s left out (--severity, --only-fixed)", counts->hidden,
                  plural(counts->hidden));
}

static void add_source(struct text *sentence, size_t count, const char *how, span source,
                       size_t *rest)
{
    if (count == 0)
        return;
    text_addf(sentence, "%zu %s ", count, how);
    text_add(sentence, source);
    *rest -= smaller(*rest, count);
    if (*rest)
        text_add(sentence, S(", "));
}

// Who said so of how many; what Plimsoll itself left out comes last.
static void add_suppressed(struct text *sentence, const struct scan *scan, size_t count)
{
    const struct baseline *baseline = &scan->baseline;
    size_t rest = count;
    size_t named = baseline->known;
    for (size_t i = 0; i < scan->suppressor_count; i++)
        named += scan->suppressors[i].findings;
    if (count && named)
        text_addf(sentence, "; %zu suppressed: ", count);
    for (size_t i = 0; i < scan->suppressor_count && rest; i++)
        add_source(sentence, scan->suppressors[i].findings, "by", scan->suppressors[i].source,
                   &rest);
    add_source(sentence, baseline->known, "known since", baseline->source, &rest);
    if (rest)
        text_addf(sentence, "%s%zu that do%s not count", named ? "" : "; ", rest,
                  rest == 1 ? "es" : "");
    if (baseline->source.len)
        text_addf(sentence, "; %zu of those in it %s resolved", baseline->resolved,
                  baseline->resolved == 1 ? "is" : "are");
}

static span no_findings(const struct counts *counts, bool has_others)
{
    if (counts->hidden)
        return S("no findings shown");
    return has_others ? S("no known vulnerabilities") : S("no findings");
}

static void add_others(struct text *sentence, const struct image *image,
                       const struct counts *counts, const char *what)
{
    if (counts->all == 0)
        return;
    text_addf(sentence, "; %zu finding%s %s", counts->all, plural(counts->all), what);
    add_severities(sentence, counts);
    add_owners(sentence, image, counts);
}

void table_summary(struct table *table, const struct groups *groups)
{
    const struct scan *scan = table->scan;
    struct counts counts = count_findings(table, FINDING_VULNERABILITY);
    struct counts files = count_findings(table, FINDING_INTEGRITY);
    struct counts rules = count_findings(table, FINDING_RULE);
    struct counts malware = count_findings(table, FINDING_MALWARE);
    struct text sentence;
    text_init(&sentence, table->line.out->mem, SIZE_MAX);
    text_addf(&sentence, "%zu package%s", scan->bom.package_count, plural(scan->bom.package_count));
    if (scan->matched) {
        text_add(&sentence, S(", "));
        if (counts.all) {
            add_found(&sentence, &counts, groups->packages);
            add_owners(&sentence, &scan->image, &counts);
        } else {
            text_add(&sentence, no_findings(&counts, files.all || rules.all || malware.all));
        }
    }
    struct counts unshown = count_unshown(table);
    add_left_out(&sentence, &unshown);
    add_suppressed(&sentence, scan, unshown.suppressed);
    add_others(&sentence, &scan->image, &malware, "of malware");
    add_others(&sentence, &scan->image, &files, "about files");
    add_others(&sentence, &scan->image, &rules, "of rules");
    line_ink(&table->line, INK_STRONG);
    line_wrap_text(&table->line, 0, &sentence);
    line_ink_end(&table->line);
    line_end(&table->line);
    if (!scan->complete)
        put_incomplete(table);
}
