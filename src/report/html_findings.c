// The findings: those that are exploited, the upgrades that help, then all of them by package.
#include "report/html_inner.h"

// "libcurl4, curl" and how many more; the source's name for packages of one source.
static void put_group_name(struct page *page, const struct group *group)
{
    const struct package *first = group->members->package;
    page_text(page, group->count > 1 && first->source_name.len ? first->source_name : first->name);
}

static span group_version(const struct group *group)
{
    const struct package *first = group->members->package;
    for (size_t i = 1; i < group->count; i++)
        if (!span_equal(group->members[i].package->version, first->version))
            return first->source_version;
    return first->version;
}

static void put_percent(struct page *page, double epss)
{
    page_markup(page, "<td class=\"n\">");
    if (epss >= 0 && epss <= 1)
        page_format(page, "%.1f%%", epss * 100);
    page_markup(page, "</td>");
}

static void put_score(struct page *page, const struct finding *finding)
{
    page_markup(page, "<td class=\"n\">");
    if (finding->score >= 0 && finding->score <= 10)
        page_format(page, "%.1f", finding->score);
    page_markup(page, "</td>");
}

static void put_outcome(struct page *page, const struct finding *finding)
{
    bool is_fixed = finding->status == STATUS_FIXED;
    page_element(page, "td", is_fixed ? "fix" : "soft", report_outcome(finding));
}

// ---------------------------------------------------------------- why

static void put_ratings(struct page *page, const struct finding *finding)
{
    for (size_t i = 0; i < finding->rating_count; i++) {
        const struct rating *rating = &finding->ratings[i];
        page_markup(page, "<li>");
        page_text(page, rating->database);
        page_format(page, " rates it %s", severity_name(rating->severity));
        if (rating->score >= 0 && rating->score <= 10)
            page_format(page, " (%.1f)", rating->score);
        if (rating->cvss.len) {
            page_markup(page, " ");
            page_element(page, "code", NULL, rating->cvss);
        }
        page_markup(page, "</li>\n");
    }
}

static void put_evidence(struct page *page, const struct finding *finding)
{
    for (size_t i = 0; i < finding->evidence_count; i++) {
        const struct evidence *evidence = &finding->evidence[i];
        page_markup(page, "<li>");
        page_text(page, evidence->database);
        page_markup(page, " ");
        page_id(page, evidence->advisory);
        page_markup(page, finding->kind == FINDING_INTEGRITY ? " recorded " : " says ");
        page_element(page, "code", NULL, evidence->range);
        page_markup(page, finding->kind == FINDING_INTEGRITY ? ", here is " : "; compared: ");
        page_element(page, "code", NULL, evidence->compared);
        page_markup(page, "</li>\n");
    }
}

static void put_weaknesses(struct page *page, const struct finding *finding)
{
    for (size_t i = 0; i < finding->weakness_count; i++) {
        page_markup(page, "<li>weakness ");
        page_id(page, finding->weaknesses[i].id);
        page_markup(page, " ");
        page_text(page, finding->weaknesses[i].name);
        page_markup(page, "</li>\n");
    }
}

static void put_aliases(struct page *page, const struct finding *finding)
{
    if (finding->aliases.count == 0)
        return;
    page_markup(page, "<li>also known as ");
    for (size_t i = 0; i < finding->aliases.count; i++) {
        page_markup(page, i ? ", " : "");
        page_id(page, finding->aliases.items[i]);
    }
    page_markup(page, "</li>\n");
}

static void put_why(struct page *page, const struct finding *finding)
{
    if (finding->evidence_count + finding->rating_count + finding->aliases.count +
            finding->weakness_count ==
        0)
        return;
    page_markup(page, "<details><summary>why</summary><ul>\n");
    put_evidence(page, finding);
    put_ratings(page, finding);
    put_weaknesses(page, finding);
    put_aliases(page, finding);
    page_markup(page, "</ul></details>");
}

static void put_marks(struct page *page, const struct finding *finding)
{
    page_markup(page, "<td>");
    if (finding->exploited)
        page_markup(page, "<span class=\"kev\">exploited</span> ");
    if (finding->disputed)
        page_markup(page, "<span class=\"soft\">disputed</span> ");
    put_why(page, finding);
    page_markup(page, "</td></tr>\n");
}

// ---------------------------------------------------------------- exploited

static void put_exploited_row(struct page *page, const struct group *group,
                              const struct finding *finding)
{
    page_markup(page, "<tr><td>");
    page_severity(page, finding->severity);
    page_markup(page, "</td><td>");
    page_id(page, finding->id);
    page_markup(page, "</td><td>");
    put_group_name(page, group);
    page_markup(page, " ");
    page_text(page, group_version(group));
    if (group->count > 1)
        page_format(page, " <span class=\"soft\">(%zu packages)</span>", group->count);
    page_markup(page, "</td>");
    put_outcome(page, finding);
    page_markup(page, "<td class=\"soft\">");
    page_layer(page, finding->layer);
    page_markup(page, "</td></tr>\n");
}

void page_exploited(struct page *page)
{
    static const char *const heads[] = {"Severity", "Flaw", "Package", "Fixed in", "From", NULL};
    if (page->total.exploited == 0)
        return;
    page_section(page, "exploited", "Known to be exploited");
    page_table(page, "In CISA's catalogue of known exploited vulnerabilities: these first", heads);
    for (size_t i = 0; i < page->groups.count; i++) {
        const struct group *group = &page->groups.items[i];
        for (size_t j = 0; j < group->members->count; j++) {
            const struct finding *finding = group->members->findings[j];
            if (finding->exploited && finding->suppressed.len == 0)
                put_exploited_row(page, group, finding);
        }
    }
    page_markup(page, "</tbody>\n</table>\n</section>\n");
}

// ---------------------------------------------------------------- upgrades

static void put_cleared(struct page *page, const struct upgrade *upgrade)
{
    const char *separator = "";
    for (size_t i = SEVERITY_CRITICAL + 1; i-- > 0;) {
        if (upgrade->by_severity[i] == 0)
            continue;
        page_format(page, "%s%zu ", separator, upgrade->by_severity[i]);
        page_severity(page, (enum severity)i);
        separator = ", ";
    }
    if (upgrade->exploited)
        page_format(page, ", <span class=\"kev\">%zu exploited</span>", upgrade->exploited);
}

static void put_upgrade(struct page *page, const struct upgrade *upgrade)
{
    const struct group *group = upgrade->group;
    page_markup(page, "<tr><th scope=\"row\">");
    put_group_name(page, group);
    if (group->count > 1)
        page_format(page, " <span class=\"soft\">(%zu packages)</span>", group->count);
    page_markup(page, "</th>");
    page_element(page, "td", NULL, group_version(group));
    page_element(page, "td", "fix", upgrade->version);
    page_markup(page, "<td>");
    put_cleared(page, upgrade);
    page_markup(page, "</td><td class=\"n\">");
    page_number(page, upgrade->left);
    page_markup(page, "</td><td class=\"soft\">");
    page_layer(page, group->members->findings[0]->layer);
    page_markup(page, "</td></tr>\n");
}

void page_upgrades(struct page *page)
{
    static const char *const heads[] = {"Package", "Installed", "Upgrade to", "Clears",
                                        "#Leaves", "From",      NULL};
    if (page->upgrades.count == 0)
        return;
    page_section(page, "upgrades", "What to upgrade first");
    page_markup(page, "<div class=\"scroll\">");
    page_table(page, "Most urgent first; each to the smallest version that has all known fixes",
               heads);
    for (size_t i = 0; i < page->upgrades.count; i++)
        put_upgrade(page, &page->upgrades.items[i]);
    page_markup(page, "</tbody>\n</table>\n</div>\n</section>\n");
}

// ---------------------------------------------------------------- all findings of packages

static void put_members(struct page *page, const struct group *group)
{
    if (group->count > 1)
        page_format(page, "%zu packages: ", group->count);
    for (size_t i = 0; i < group->count && group->count > 1; i++) {
        page_markup(page, i ? ", " : "");
        page_text(page, group->members[i].package->name);
    }
    const struct package *first = group->members->package;
    if (group->count > 1 || first->location_count == 0)
        return;
    page_element(page, "code", NULL, first->locations[0].path);
}

static void put_heading(struct page *page, const struct group *group)
{
    page_markup(page, "<h3 class=\"pkg\">");
    put_group_name(page, group);
    page_markup(page, " ");
    page_element(page, "span", "mono soft", group_version(group));
    page_markup(page, "</h3>\n");
}

static void put_row(struct page *page, const struct finding *finding)
{
    page_markup(page, "<tr><td>");
    page_severity(page, finding->severity);
    page_markup(page, "</td><td>");
    page_id(page, finding->id);
    page_markup(page, "</td>");
    put_outcome(page, finding);
    put_score(page, finding);
    put_percent(page, finding->epss);
    put_marks(page, finding);
}

static bool counts(const struct finding *finding)
{
    return finding->suppressed.len == 0;
}

static void put_group(struct page *page, const struct group *group)
{
    put_heading(page, group);
    page_markup(page, "<div class=\"scroll\"><table class=\"flaws\">\n<caption>");
    put_members(page, group);
    if (page->scan->image.layer_count > 1) {
        page_markup(page, " &middot; ");
        page_layer(page, group->members->findings[0]->layer);
    }
    if (group->members->package->removed)
        page_markup(page, " &middot; removed by a later layer");
    page_markup(page, "</caption>\n<thead><tr><th scope=\"col\">Severity</th>"
                      "<th scope=\"col\">Flaw</th><th scope=\"col\">Fixed in</th>"
                      "<th scope=\"col\" class=\"n\">CVSS</th>"
                      "<th scope=\"col\" class=\"n\">EPSS</th>"
                      "<th scope=\"col\">Remarks</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < group->members->count; i++)
        if (counts(group->members->findings[i]))
            put_row(page, group->members->findings[i]);
    page_markup(page, "</tbody>\n</table></div>\n");
}

void page_findings(struct page *page)
{
    bool any = false;
    for (size_t i = 0; i < page->groups.count; i++) {
        if (page->groups.items[i].rank == 0)
            continue; // nothing of it counts
        if (!any)
            page_section(page, "findings", "All findings by package");
        any = true;
        put_group(page, &page->groups.items[i]);
    }
    if (any)
        page_markup(page, "</section>\n");
}

// ---------------------------------------------------------------- findings of other kinds

static void put_place(struct page *page, const struct finding *finding)
{
    const struct package *package = report_package(page->scan, finding);
    page_markup(page, "<td>");
    page_element(page, "code", NULL, report_location(page->scan, finding));
    if (package) {
        page_markup(page, "<br>");
        page_text(page, package->name);
        page_markup(page, " ");
        page_text(page, package->version);
    }
    page_markup(page, "</td>");
}

static void put_other(struct page *page, const struct finding *finding)
{
    page_markup(page, "<tr><td>");
    page_severity(page, finding->severity);
    page_markup(page, "</td><td>");
    page_id(page, finding->id);
    page_markup(page, "</td>");
    put_place(page, finding);
    page_markup(page, "<td>");
    page_text(page, report_text(finding));
    put_why(page, finding);
    page_markup(page, "</td><td class=\"soft\">");
    page_layer(page, finding->layer);
    page_markup(page, "</td></tr>\n");
}

static void put_kind(struct page *page, enum finding_kind kind, const char *heading)
{
    static const char *const heads[] = {"Severity", "Finding", "Where", "What", "From", NULL};
    bool any = false;
    for (size_t i = 0; i < page->scan->findings.count; i++) {
        const struct finding *finding = &page->scan->findings.items[i];
        if (finding->kind != kind || !counts(finding) || !report_shows(finding, page->options))
            continue;
        if (!any) {
            page_section(page, finding_kind_name(kind), heading);
            page_markup(page, "<div class=\"scroll\">");
            page_table(page, "Worst first", heads);
        }
        any = true;
        put_other(page, finding);
    }
    if (any)
        page_markup(page, "</tbody>\n</table>\n</div>\n</section>\n");
}

void page_files(struct page *page)
{
    put_kind(page, FINDING_MALWARE, "Malware");
    put_kind(page, FINDING_INTEGRITY, "Files that are not what the packages say");
    put_kind(page, FINDING_SECRET, "Secrets");
    put_kind(page, FINDING_RULE, "What the rules do not allow");
    put_kind(page, FINDING_CONFIG, "How the image is configured");
}

// ---------------------------------------------------------------- what does not count

static void put_until(struct page *page, const struct suppression *suppression)
{
    page_markup(page, "<td class=\"soft\">");
    if (suppression) {
        page_text(page, suppression->source);
        if (suppression->line)
            page_format(page, ", line %u", suppression->line);
        if (suppression->expires) {
            char day[11];
            date_format(suppression->expires, day);
            page_format(page, ", until %s", day);
        }
    }
    page_markup(page, "</td></tr>\n");
}

void page_suppressed(struct page *page)
{
    static const char *const heads[] = {"Severity", "Finding", "Where", "Why", "Who says so", NULL};
    if (page->suppressed == 0 || !page->options->show_suppressed)
        return;
    page_section(page, "suppressed", "What does not count");
    page_markup(page, "<div class=\"scroll\">");
    page_table(page, "Found, and judged to do no harm here", heads);
    for (size_t i = 0; i < page->scan->findings.count; i++) {
        const struct finding *finding = &page->scan->findings.items[i];
        if (counts(finding) || !report_shows(finding, page->options))
            continue;
        page_markup(page, "<tr><td>");
        page_severity(page, finding->severity);
        page_markup(page, "</td><td>");
        page_id(page, finding->id);
        page_markup(page, "</td>");
        put_place(page, finding);
        page_element(page, "td", NULL, finding->suppressed);
        put_until(page, finding->suppression);
    }
    page_markup(page, "</tbody>\n</table>\n</div>\n</section>\n");
}
