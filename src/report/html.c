// One page that stands alone: nothing is fetched, nothing runs, and it prints. Made to be read from
// the top by somebody who has five minutes.
#include "report/html_inner.h"

#include "crypto/crypto.h"

// ---------------------------------------------------------------- counting

static void add(struct tally *tally, const struct finding *finding, bool inherited)
{
    tally->all++;
    tally->fixed += finding->status == STATUS_FIXED;
    tally->exploited += finding->exploited;
    tally->inherited += inherited;
}

static void count(struct page *page)
{
    for (size_t i = 0; i < page->scan->findings.count; i++) {
        const struct finding *finding = &page->scan->findings.items[i];
        bool inherited = report_is_inherited(&page->scan->image, finding->layer);
        if (finding->suppressed.len) {
            page->suppressed++;
        } else if (!report_shows(finding, page->options)) {
            page->hidden++;
        } else {
            add(&page->by_severity[finding->severity], finding, inherited);
            add(&page->total, finding, inherited);
            page->failing += report_counts(finding, page->options);
        }
    }
}

// ---------------------------------------------------------------- head

// Only this very style may apply: what slipped through the escapes could neither load nor run nor
// even look like anything.
static void put_policy(struct page *page)
{
    digest sum = {0};
    span hash = {0};
    if (!digest_of(DIGEST_SHA256, span_of_text(page_style), &sum, NULL) ||
        !base64_encode(span_of(sum.bytes, 32), page->out->mem, &hash)) {
        page->out->failed = true;
        return;
    }
    page_markup(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                      "style-src 'sha256-");
    page_text(page, hash);
    page_markup(page, "'; base-uri 'none'; form-action 'none'\">\n");
}

static void put_head(struct page *page)
{
    page_markup(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    put_policy(page);
    page_markup(page, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=\"referrer\" content=\"no-referrer\">\n"
                      "<meta name=\"generator\" content=\"plimsoll\">\n<title>");
    page_text(page, page->scan->image.name);
    page_markup(page, ": what Plimsoll found</title>\n<style>");
    page_markup(page, page_style);
    page_markup(page, "</style>\n</head>\n<body>\n"
                      "<a class=\"skip\" href=\"#verdict\">Skip to the verdict</a>\n");
}

static void put_fact(struct page *page, const char *name, span value)
{
    if (value.len == 0)
        return;
    page_format(page, "<dt>%s</dt><dd>", name);
    page_text(page, value);
    page_markup(page, "</dd>\n");
}

static void put_distro(struct page *page)
{
    const struct distro *distro = &page->scan->bom.distro;
    uint32_t day = 0;
    if (distro->id.len == 0)
        return;
    page_markup(page, "<dt>Distribution</dt><dd>");
    page_distro(page);
    if (date_parse(distro->end_of_life, &day) && day >= page->options->today) {
        page_markup(page, ", supported until ");
        page_text(page, span_first(distro->end_of_life, 10));
    }
    page_markup(page, "</dd>\n");
}

static void put_platform(struct page *page)
{
    const struct platform *platform = &page->scan->image.platform;
    if (platform->architecture.len == 0)
        return;
    page_markup(page, "<dt>Platform</dt><dd>");
    page_text(page, platform->os);
    page_markup(page, "/");
    page_text(page, platform->architecture);
    page_markup(page, platform->variant.len ? "/" : "");
    page_text(page, platform->variant);
    page_markup(page, "</dd>\n");
}

static void put_header(struct page *page)
{
    const struct image *image = &page->scan->image;
    char day[11];
    date_format(page->options->today, day);
    page_markup(page, "<header>\n<p class=\"kicker\">Plimsoll scan</p>\n<h1>");
    page_text(page, image->name.len ? image->name : S("unnamed"));
    page_markup(page, "</h1>\n<dl class=\"facts\">\n");
    put_fact(page, "Manifest", image->manifest_digest);
    put_fact(page, "Image ID", image->image_id);
    put_distro(page);
    put_platform(page);
    put_fact(page, "Built", span_first(image->created, 10));
    put_fact(page, "Scanned", span_of_text(day));
    put_fact(page, "Data as of",
             page->scan->matched ? span_first(page->scan->database.built, 10) : (span){0});
    page_markup(page, "</dl>\n</header>\n<main>\n");
}

// ---------------------------------------------------------------- layers

static void count_layers(const struct page *page, struct tally *tallies)
{
    for (size_t i = 0; i < page->scan->findings.count; i++) {
        const struct finding *finding = &page->scan->findings.items[i];
        if (finding->suppressed.len == 0 && report_shows(finding, page->options) &&
            finding->layer < page->scan->image.layer_count)
            add(&tallies[finding->layer], finding, false);
    }
}

static void put_layer(struct page *page, size_t index, const struct tally *tally)
{
    const struct layer *layer = &page->scan->image.layers[index];
    page_format(page, "<tr><th scope=\"row\">%zu</th><td>", index + 1);
    if (report_knows_base(&page->scan->image))
        page_text(page, layer->base.len ? layer->base : S("this image"));
    else
        page_markup(page, "not known");
    page_markup(page, "</td><td>");
    page_element(page, "code", NULL, layer->created_by);
    page_format(page, "</td><td class=\"n\">%zu</td><td class=\"n\">%zu</td></tr>\n", tally->all,
                tally->fixed);
}

// Those that brought findings; who built them can act.
void page_layers(struct page *page)
{
    const struct image *image = &page->scan->image;
    struct tally *tallies = arena_array(page->out->mem, image->layer_count, sizeof *tallies);
    static const char *const heads[] = {"Layer", "Of", "Made by", "#Findings", "#With a fix", NULL};
    if (!tallies) {
        page->out->failed = true;
        return;
    }
    count_layers(page, tallies);
    if (image->layer_count < 2 || page->total.all == 0)
        return;
    page_section(page, "layers", "Where they come from");
    page_markup(page, "<div class=\"scroll\">");
    page_table(page, "Layers that brought findings, the lowest first", heads);
    for (size_t i = 0; i < image->layer_count; i++)
        if (tallies[i].all)
            put_layer(page, i, &tallies[i]);
    page_markup(page, "</tbody>\n</table>\n</div>\n</section>\n");
}

// ---------------------------------------------------------------- notes and data

static const char *note_words(enum note_kind kind)
{
    switch (kind) {
    case NOTE_DAMAGED:
        return "Damaged";
    case NOTE_LIMIT:
        return "Cut short by a limit";
    case NOTE_UNSUPPORTED:
        return "Not read";
    case NOTE_SUSPICIOUS:
        return "Suspicious";
    case NOTE_INFORMATION:
        break;
    }
    return "To know";
}

void page_notes(struct page *page)
{
    const struct notes *notes = &page->scan->bom.notes;
    if (notes->items.count == 0 && notes->dropped == 0)
        return;
    page_section(page, "notes", "Notes");
    page_markup(page, "<ul>\n");
    for (size_t i = 0; i < notes->items.count; i++) {
        const struct note *note = LIST_AT(&notes->items, struct note, i);
        page_format(page, "<li><strong>%s:</strong> ", note_words(note->kind));
        page_element(page, "code", NULL, note->location);
        page_markup(page, " ");
        page_text(page, note->text);
        page_markup(page, "</li>\n");
    }
    if (notes->dropped)
        page_format(page, "<li>and %llu more that were not kept</li>\n",
                    (unsigned long long)notes->dropped);
    page_markup(page, "</ul>\n</section>\n");
}

// How old the data is matters as much as what it says.
void page_data(struct page *page)
{
    const struct database_info *database = &page->scan->database;
    uint32_t built = 0;
    page_markup(page, "</main>\n<footer>\n");
    if (page->scan->matched) {
        page_markup(page, "<p>Advisory data as of ");
        page_text(page, database->built.len ? database->built : S("an unknown day"));
        if (date_parse(database->built, &built) && built < page->options->today)
            page_format(page, ", %u day%s before this scan", page->options->today - built,
                        plural(page->options->today - built));
        page_format(page, ".</p>\n<details><summary>%zu source%s</summary><ul>\n",
                    database->sources.count, plural(database->sources.count));
        for (size_t i = 0; i < database->sources.count; i++) {
            page_element(page, "li", NULL, database->sources.items[i]);
            page_markup(page, "\n");
        }
        page_markup(page, "</ul></details>\n");
    }
    page_markup(page, "<p>Severity is the vendor's for its own packages, else by CVSS. EPSS is the "
                      "probability that a flaw is exploited within 30 days (FIRST). Exploited "
                      "means listed in CISA's KEV catalogue.</p>\n<p>Plimsoll ");
    page_text(page, page->options->tool_version);
    page_markup(page, "</p>\n</footer>\n</body>\n</html>\n");
}

void report_html(const struct scan *scan, const struct report_options *options, struct text *out)
{
    struct page page = {.scan = scan, .options = options, .out = out};
    if (!groups_make(scan, options, out->mem, &page.groups) ||
        !upgrades_make(&page.groups, out->mem, &page.upgrades)) {
        out->failed = true;
        return;
    }
    count(&page);
    put_head(&page);
    put_header(&page);
    page_verdict(&page);
    page_counts(&page);
    page_exploited(&page);
    page_upgrades(&page);
    page_layers(&page);
    page_files(&page);
    page_findings(&page);
    page_suppressed(&page);
    page_notes(&page);
    page_data(&page);
}
