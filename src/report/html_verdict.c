// The top of the page: what it comes to, in words and in numbers.
#include "report/html_inner.h"

static const enum severity worst_first[] = {SEVERITY_CRITICAL,   SEVERITY_HIGH,
                                            SEVERITY_MEDIUM,     SEVERITY_LOW,
                                            SEVERITY_NEGLIGIBLE, SEVERITY_UNKNOWN};
enum { SEVERITIES = sizeof worst_first / sizeof *worst_first };

// ---------------------------------------------------------------- the verdict

struct verdict {
    const char *class; // "bad", "warn", "good"
    struct text words;
};

static void judge_by_threshold(const struct page *page, struct verdict *verdict)
{
    const char *least = severity_name(page->options->fail_on);
    verdict->class = page->failing ? "bad" : "good";
    if (page->failing)
        text_addf(&verdict->words, "Fails: %zu finding%s at or above %s", page->failing,
                  plural(page->failing), least);
    else
        text_addf(&verdict->words, "Passes: nothing at or above %s", least);
}

static void judge_by_worst(const struct page *page, struct verdict *verdict)
{
    size_t critical = page->by_severity[SEVERITY_CRITICAL].all;
    size_t high = page->by_severity[SEVERITY_HIGH].all;
    bool is_bad = page->malware || page->total.exploited || critical;
    verdict->class = is_bad ? "bad" : high ? "warn" : "good";
    if (page->malware)
        text_addf(&verdict->words, "Act now: %zu malicious package%s", page->malware,
                  plural(page->malware));
    else if (page->total.exploited)
        text_addf(&verdict->words, "Act now: %zu finding%s known to be exploited",
                  page->total.exploited, page->total.exploited == 1 ? " is" : "s are");
    else if (critical)
        text_addf(&verdict->words, "Act soon: %zu critical finding%s", critical, plural(critical));
    else if (high)
        text_addf(&verdict->words, "Plan upgrades: %zu finding%s of high severity", high,
                  plural(high));
    else
        text_add(&verdict->words, page->total.all ? S("Nothing of high or critical severity")
                                                  : S("Nothing was found"));
}

// What was not read cannot be vouched for.
static void judge(const struct page *page, struct verdict *verdict)
{
    if (!page->scan->matched && !page->scan->inspected) {
        verdict->class = "warn";
        text_add(&verdict->words, S("Nothing was looked for: this lists only what is in it"));
    } else if (page->options->has_fail_on) {
        judge_by_threshold(page, verdict);
    } else {
        judge_by_worst(page, verdict);
    }
    if (page->scan->complete)
        return;
    text_add(&verdict->words, S("; not everything could be looked at"));
    if (span_equal(span_of_text(verdict->class), S("good")))
        verdict->class = "warn";
}

static void put_exploited(struct page *page)
{
    if (page->total.exploited && (page->options->has_fail_on || page->malware))
        page_format(page,
                    "<li>%zu finding%s known to be exploited (<a href=\"#exploited\">which</a>)."
                    "</li>\n",
                    page->total.exploited, page->total.exploited == 1 ? " is" : "s are");
}

static void put_upgrades(struct page *page)
{
    const struct upgrades *upgrades = &page->upgrades;
    if (upgrades->count == 0 && page->total.all)
        page_markup(page, "<li>No upgrade clears any of them: no fix is published.</li>\n");
    if (upgrades->count == 0)
        return;
    page_format(page, "<li><a href=\"#upgrades\">%zu upgrade%s</a> clear%s %zu of %zu findings",
                upgrades->count, plural(upgrades->count), upgrades->count == 1 ? "s" : "",
                upgrades->cleared, page->total.all);
    if (upgrades->exploited)
        page_format(page, ", %zu of them known to be exploited", upgrades->exploited);
    page_markup(page, ".</li>\n");
}

static void put_owners(struct page *page)
{
    const struct image *image = &page->scan->image;
    if (!report_knows_base(image) || page->total.all == 0)
        return;
    page_format(page, "<li>%zu of %zu come with the base image ", page->total.inherited,
                page->total.all);
    page_element(page, "code", NULL, image->layers[0].base);
    page_format(page, ": a newer one may clear them. %zu %s from this image's own layers.</li>\n",
                page->total.all - page->total.inherited,
                page->total.all - page->total.inherited == 1 ? "is" : "are");
}

static void put_end_of_life(struct page *page)
{
    const struct distro *distro = &page->scan->bom.distro;
    uint32_t regular = 0;
    uint32_t extended = 0;
    uint32_t today = page->options->today;
    if (!date_parse(distro->end_of_life, &regular) || regular >= today)
        return;
    bool goes_on = date_parse(distro->end_of_extended_life, &extended) && extended >= today;
    page_markup(page, "<li>Support for ");
    page_distro(page);
    page_markup(page, " ended on ");
    page_text(page, span_first(distro->end_of_life, 10));
    if (goes_on) {
        page_markup(page, "; extended support goes on until ");
        page_text(page, span_first(distro->end_of_extended_life, 10));
    } else {
        page_markup(page, ": new flaws are not fixed, and may not even be listed here");
    }
    page_markup(page, ".</li>\n");
}

// The oldest of the databases that the reader depends on: that another is of today helps nobody who
// is not told of its packages. Without such, or without their days, the newest fact of all.
static span oldest_source(const struct scan *scan, uint32_t *day)
{
    span oldest = {0};
    for (size_t i = 0; i < scan->database.sources.count; i++) {
        span text = scan->database.sources.items[i];
        span name = span_cut(&text, ' ');
        uint32_t of = 0;
        if (!report_depends_on(scan, name) || !date_parse(text, &of) || (oldest.len && of >= *day))
            continue;
        oldest = name;
        *day = of;
    }
    return oldest;
}

static void put_age(struct page *page)
{
    const struct scan *scan = page->scan;
    uint32_t day = 0;
    uint32_t today = page->options->today;
    span name = oldest_source(scan, &day);
    if (!scan->matched || (!name.len && !date_parse(scan->database.built, &day)) ||
        day + REPORT_STALE_DAYS >= today)
        return;
    page_markup(page, "<li>The advisory data");
    if (name.len) {
        page_markup(page, " of ");
        page_element(page, "code", NULL, name);
    }
    page_format(page, " is %u days old: flaws that became known since are missing here.</li>\n",
                today - day);
}

static void put_incomplete(struct page *page)
{
    if (!page->scan->complete)
        page_markup(page, "<li>There may be more than this page shows: see <a href=\"#notes\">the "
                          "notes</a>.</li>\n");
}

static void put_baseline(struct page *page)
{
    const struct baseline *baseline = &page->scan->baseline;
    if (baseline->source.len == 0)
        return;
    page_format(page, "<li>Only what is new counts: %zu finding%s known from ", baseline->known,
                baseline->known == 1 ? " is" : "s are");
    page_element(page, "code", NULL, baseline->source);
    page_format(page, ", and %zu of those in it %s resolved.</li>\n", baseline->resolved,
                baseline->resolved == 1 ? "is" : "are");
}

static void put_left_out(struct page *page)
{
    if (page->hidden)
        page_format(page, "<li>%zu finding%s left out (by severity or for want of a fix).</li>\n",
                    page->hidden, page->hidden == 1 ? " is" : "s are");
    if (page->suppressed)
        page_format(page, "<li>%zu finding%s not count%s.</li>\n", page->suppressed,
                    page->suppressed == 1 ? " does" : "s do",
                    page->options->show_suppressed ? " (<a href=\"#suppressed\">which, and why</a>)"
                                                   : "");
}

void page_verdict(struct page *page)
{
    struct verdict verdict = {0};
    text_init(&verdict.words, page->out->mem, SIZE_MAX);
    judge(page, &verdict);
    page_format(page, "<section class=\"verdict %s\" aria-labelledby=\"verdict\">\n",
                verdict.class);
    page_markup(page, "<h2 id=\"verdict\">");
    page_text(page, text_span(&verdict.words));
    page_markup(page, ".</h2>\n<ul>\n");
    put_exploited(page);
    put_upgrades(page);
    put_owners(page);
    put_end_of_life(page);
    put_age(page);
    put_incomplete(page);
    put_baseline(page);
    put_left_out(page);
    page_format(page, "<li>%zu package%s looked at.</li>\n</ul>\n</section>\n",
                page->scan->bom.package_count,
                page->scan->bom.package_count == 1 ? " was" : "s were");
}

// ---------------------------------------------------------------- the numbers

// The shares as one bar; the table below says the same.
static void put_bar(struct page *page)
{
    enum { WIDTH = 1000 };
    size_t before = 0;
    page_markup(page, "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" "
                      "aria-hidden=\"true\">");
    for (size_t i = 0; i < SEVERITIES; i++) {
        size_t count = page->by_severity[worst_first[i]].all;
        if (count)
            page_format(page, "<g class=\"%s\"><rect x=\"%zu\" width=\"%zu\" height=\"10\"/></g>",
                        severity_name(worst_first[i]), before * WIDTH / page->total.all,
                        larger(count * WIDTH / page->total.all, 3));
        before += count;
    }
    page_markup(page, "</svg>\n");
}

static void put_cells(struct page *page, const struct tally *tally)
{
    page_format(page, "<td class=\"n\">%zu</td><td class=\"n\">%zu</td><td class=\"n\">%zu</td>",
                tally->all, tally->fixed, tally->exploited);
    if (report_knows_base(&page->scan->image))
        page_format(page, "<td class=\"n\">%zu</td><td class=\"n\">%zu</td>", tally->inherited,
                    tally->all - tally->inherited);
    page_markup(page, "</tr>\n");
}

void page_counts(struct page *page)
{
    if (page->total.all == 0)
        return;
    page_section(page, "counts", "How many, and how bad");
    put_bar(page);
    page_markup(page, "<table>\n<caption>Findings that count: one for each flaw in each package"
                      "</caption>\n<thead><tr><th scope=\"col\">Severity</th>"
                      "<th scope=\"col\" class=\"n\">Findings</th>"
                      "<th scope=\"col\" class=\"n\">With a fix</th>"
                      "<th scope=\"col\" class=\"n\">Exploited</th>");
    if (report_knows_base(&page->scan->image))
        page_markup(page, "<th scope=\"col\" class=\"n\">Base image</th>"
                          "<th scope=\"col\" class=\"n\">Own layers</th>");
    page_markup(page, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < SEVERITIES; i++) {
        if (page->by_severity[worst_first[i]].all == 0)
            continue;
        page_markup(page, "<tr><th scope=\"row\">");
        page_severity(page, worst_first[i]);
        page_markup(page, "</th>");
        put_cells(page, &page->by_severity[worst_first[i]]);
    }
    page_markup(page, "<tr><th scope=\"row\">all</th>");
    put_cells(page, &page->total);
    page_markup(page, "</tbody>\n</table>\n</section>\n");
}
