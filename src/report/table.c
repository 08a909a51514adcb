#include "report/report_inner.h"

static void add_safe(struct text *out, span s)
{
    text_add(out, span_of_text(quote(s).text));
}

void report_table(const struct scan *scan, const struct report_options *options, struct text *out)
{
    for (size_t i = 0; i < scan->findings.count; i++) {
        const struct finding *finding = &scan->findings.items[i];
        const struct package *package = &scan->bom.packages[finding->package];
        if (!report_shows(finding, options))
            continue;
        text_addf(out, "%-10s ", severity_name(finding->severity));
        add_safe(out, finding->id);
        text_add_byte(out, ' ');
        add_safe(out, package->name);
        text_add_byte(out, ' ');
        add_safe(out, package->version);
        text_addf(out, " %s ", status_name(finding->status));
        add_safe(out, finding->fixed_version);
        text_add_byte(out, '\n');
    }
    text_addf(out, "%zu packages, %zu findings\n", scan->bom.package_count, scan->findings.count);
}
