// What several forms say of a finding.
#include "report/report_inner.h"

bool report_counts(const struct finding *finding, const struct report_options *options)
{
    if (finding->suppressed.len || !report_shows(finding, options))
        return false;
    return !options->has_fail_on || finding->severity >= options->fail_on;
}

span report_location(const struct scan *scan, const struct finding *finding)
{
    const struct package *package = report_package(scan, finding);
    if (finding->location.len || !package || package->location_count == 0)
        return finding->location;
    return package->locations[0].path;
}

span report_layer(const struct scan *scan, uint32_t layer)
{
    return layer < scan->image.layer_count ? scan->image.layers[layer].diff_id : (span){0};
}

bool report_is_inherited(const struct image *image, uint32_t layer)
{
    return layer < image->layer_count && image->layers[layer].base.len;
}

bool report_knows_base(const struct image *image)
{
    return report_is_inherited(image, 0);
}

bool report_is_reference(const struct image *image)
{
    return span_equal(image->kind, S("registry")) || span_equal(image->kind, S("docker")) ||
           span_equal(image->kind, S("podman"));
}

span report_repository(const struct image *image, span *ret_tag)
{
    span name = image->name;
    if (!report_is_reference(image))
        return name;
    span repository = span_cut(&name, '@');
    size_t slash = span_find_last(repository, '/');
    size_t colon = span_find_last(repository, ':');
    bool has_tag = colon != SPAN_NONE && (slash == SPAN_NONE || colon > slash);
    if (has_tag)
        *ret_tag = span_from(repository, colon + 1);
    return has_tag ? span_first(repository, colon) : repository;
}

span report_text(const struct finding *finding)
{
    bool is_bare_malware = finding->kind == FINDING_MALWARE && finding->text.len == 0;
    return is_bare_malware ? S("the package itself is malicious") : finding->text;
}

span report_outcome(const struct finding *finding)
{
    if (finding->kind == FINDING_MALWARE && finding->status != STATUS_FIXED)
        return S("remove it");
    switch (finding->status) {
    case STATUS_FIXED:
        return finding->fixed_version.len ? finding->fixed_version : S("fixed");
    case STATUS_AFFECTED:
        return S("no fix yet");
    case STATUS_WONT_FIX:
        return S("won't be fixed");
    case STATUS_UNDER_INVESTIGATION:
        return S("being investigated");
    case STATUS_END_OF_LIFE:
        return S("end of life, no fix");
    case STATUS_NOT_AFFECTED:
        return S("not affected");
    }
    return S("unknown");
}

static bool is_about_package(const struct finding *finding)
{
    return finding->kind == FINDING_VULNERABILITY || finding->kind == FINDING_MALWARE;
}

void report_sentence(const struct scan *scan, const struct finding *finding, struct text *out)
{
    const struct package *package = report_package(scan, finding);
    if (package) {
        text_add(out, package->name);
        text_add_byte(out, ' ');
        text_add(out, package->version.len ? package->version : S("of unknown version"));
        text_add(out, S(": "));
    }
    text_add(out, finding->id);
    text_addf(out, " (%s)", severity_name(finding->severity));
    span what = report_text(finding);
    text_add(out, what.len ? S(": ") : (span){0});
    text_add(out, what);
    if (!is_about_package(finding))
        return;
    bool has_version = finding->status == STATUS_FIXED && finding->fixed_version.len;
    text_add(out, has_version ? S(", fixed in ") : S(", "));
    text_add(out, report_outcome(finding));
    if (finding->exploited)
        text_add(out, S("; known to be exploited"));
    if (finding->disputed)
        text_add(out, S("; disputed"));
}

void report_put_marked(struct text *out, span text, span marked)
{
    while (text.len) {
        struct glyph glyph = glyph_next(&text);
        if (glyph.len == 1 && span_find(marked, glyph.bytes[0]) != SPAN_NONE)
            text_add_byte(out, '\\');
        text_add(out, span_of(glyph.bytes, glyph.len));
    }
}

span report_capital_severity(enum severity severity)
{
    switch (severity) {
    case SEVERITY_CRITICAL:
        return S("Critical");
    case SEVERITY_HIGH:
        return S("High");
    case SEVERITY_MEDIUM:
        return S("Medium");
    case SEVERITY_LOW:
        return S("Low");
    case SEVERITY_NEGLIGIBLE:
        return S("Negligible");
    case SEVERITY_UNKNOWN:
        break;
    }
    return S("Unknown");
}
