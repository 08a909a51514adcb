// Whatever stands in a scan, the table gives a terminal nothing but text: valid UTF-8, no control
// character but the newline (and, with colour, our own sequences), nothing that reorders or hides.
// The JSON is one document, a row of CSV has its columns and no formula, markup is ours alone.
#include "format/json/json.h"
#include "report/report.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// ---------------------------------------------------------------- a scan out of bytes

enum { MOST = 6 };

// Texts are separated by 0xfe, so that an editor can write seeds.
static span next_text(span *rest)
{
    return span_cut(rest, 0xfe);
}

static void fill_package(span *rest, struct package *package, struct location *location)
{
    location->path = next_text(rest);
    location->layer = (uint32_t)location->path.len % 3;
    *package = (struct package){
        .id = next_text(rest),
        .type = next_text(rest),
        .name = next_text(rest),
        .version = next_text(rest),
        .arch = next_text(rest),
        .source_name = next_text(rest),
        .source_version = next_text(rest),
        .licenses = next_text(rest),
        .locations = location,
        .location_count = package->name.len % 4 != 1,
        .removed = rest->len % 5 == 0,
    };
}

static void fill_finding(span *rest, size_t packages, struct finding *finding,
                         struct evidence *evidence, span *alias)
{
    size_t left = rest->len;
    *evidence =
        (struct evidence){next_text(rest), next_text(rest), next_text(rest), next_text(rest)};
    *alias = next_text(rest);
    *finding = (struct finding){
        .id = next_text(rest),
        .package = left % packages,
        .severity = (enum severity)(left % (SEVERITY_CRITICAL + 1)),
        .severity_source = next_text(rest),
        .status = (enum status)(left % (STATUS_NOT_AFFECTED + 1)),
        .fixed_version = next_text(rest),
        .aliases = {alias, 1},
        .cvss = next_text(rest),
        .score = (double)left * 0.37 - 1,
        .epss = (double)left * 0.017 - 0.1,
        .exploited = left % 3 == 0,
        .risk = (double)left,
        .evidence = evidence,
        .evidence_count = 1,
        .layer = (uint32_t)left % 4,
        .suppressed = next_text(rest),
    };
}

static void fill_image(span *rest, struct layer layers[static 2], struct scan *scan)
{
    for (size_t i = 0; i < 2; i++)
        layers[i] = (struct layer){.diff_id = next_text(rest), .created_by = next_text(rest)};
    scan->image = (struct image){
        .name = next_text(rest),
        .kind = next_text(rest),
        .manifest_digest = next_text(rest),
        .platform = {next_text(rest), next_text(rest), next_text(rest)},
        .layers = layers,
        .layer_count = rest->len % 3,
    };
    scan->bom.distro = (struct distro){
        .id = next_text(rest),
        .version_id = next_text(rest),
        .codename = next_text(rest),
        .end_of_life = next_text(rest),
    };
}

// ---------------------------------------------------------------- what may come out

static bool skip(span *out, span prefix)
{
    if (!span_starts_with(*out, prefix))
        return false;
    *out = span_from(*out, prefix.len);
    return true;
}

// The start of U+0080 to U+009F, U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F, U+FEFF.
static bool is_unsafe(span out)
{
    span two = span_first(out, 2);
    uint8_t third = out.len > 2 ? out.ptr[2] : 0;
    if (two.len == 2 && two.ptr[0] == 0xc2 && two.ptr[1] < 0xa0)
        return true;
    if (span_equal(two, S("\xe2\x80")))
        return (third >= 0x8b && third <= 0x8f) || (third >= 0xa8 && third <= 0xae);
    if (span_equal(two, S("\xe2\x81")))
        return third >= 0xa0 && third <= 0xaf;
    return span_starts_with(out, S("\xef\xbb\xbf"));
}

static void check_table(span out, bool color)
{
    while (out.len) {
        uint8_t byte = out.ptr[0];
        if (color && byte == 0x1b && skip(&out, S("\033["))) {
            while (out.len && (ascii_is_digit(out.ptr[0]) || out.ptr[0] == ';'))
                out = span_from(out, 1);
            if (!skip(&out, S("m")))
                abort();
            continue;
        }
        if ((byte < 0x20 && byte != '\n') || byte == 0x7f || is_unsafe(out))
            abort();
        out = span_from(out, 1);
    }
}

static void check_json(span out)
{
    CLEANUP(json_cleanup) struct json *document = NULL;
    if (!json_parse(out, SIZE_MAX, &document, NULL))
        abort();
}

// Tags of ours alone: nothing that came from outside opens one.
static void check_markup(span out, const span *tags, size_t count)
{
    while (out.len) {
        size_t at = span_find(out, '<');
        if (at == SPAN_NONE)
            return;
        out = span_from(out, at + 1);
        (void)skip(&out, S("/"));
        size_t len = 0;
        while (len < out.len && (ascii_is_alpha(out.ptr[len]) || ascii_is_digit(out.ptr[len])))
            len++;
        bool known = skip(&out, S("!DOCTYPE html>")) || skip(&out, S("?xml "));
        for (size_t i = 0; i < count; i++)
            known = known || span_equal(span_first(out, len), tags[i]);
        if (!known)
            abort();
    }
}

static void check_page(span out)
{
    static const span tags[] = {
        S("html"),    S("head"),   S("meta"),    S("title"), S("style"),   S("body"), S("a"),
        S("header"),  S("main"),   S("p"),       S("h1"),    S("h2"),      S("h3"),   S("dl"),
        S("dt"),      S("dd"),     S("ul"),      S("li"),    S("section"), S("svg"),  S("g"),
        S("rect"),    S("table"),  S("caption"), S("thead"), S("tbody"),   S("tr"),   S("th"),
        S("td"),      S("span"),   S("strong"),  S("code"),  S("br"),      S("div"),  S("details"),
        S("summary"), S("footer"),
    };
    check_markup(out, tags, sizeof tags / sizeof *tags);
}

static void check_junit(span out)
{
    static const span tags[] = {
        S("testsuites"), S("testsuite"), S("properties"), S("property"), S("testcase"),
        S("failure"),    S("error"),     S("skipped"),    S("system"),
    };
    check_table(out, false);
    check_markup(out, tags, sizeof tags / sizeof *tags);
}

// To behind the quote that ends a cell; two in a row are one of its text.
static void skip_quoted(span *out)
{
    for (;;) {
        if (skip(out, S("\"\"")))
            continue;
        if (out->len == 0)
            abort();
        if (skip(out, S("\"")))
            return;
        *out = span_from(*out, 1);
    }
}

// Nothing but quoted cells and numbers, every row of the same length, and no cell a formula.
static void check_csv(span out)
{
    size_t columns = 0;
    size_t column = 0;
    while (out.len) {
        if (skip(&out, S("\""))) {
            if (out.len &&
                (out.ptr[0] == '=' || out.ptr[0] == '+' || out.ptr[0] == '-' || out.ptr[0] == '@'))
                abort();
            skip_quoted(&out);
        }
        while (out.len && out.ptr[0] != ',' && out.ptr[0] != '\r')
            out = span_from(out, 1);
        column++;
        if (skip(&out, S("\r\n"))) {
            if (columns && columns != column)
                abort();
            columns = column;
            column = 0;
        } else if (!skip(&out, S(","))) {
            abort();
        }
    }
}

static void check(const struct scan *scan, const struct report_options *options, struct arena *mem)
{
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    report_write(REPORT_TABLE, scan, options, &out);
    if (text_ok(&out))
        check_table(text_span(&out), options->color);
    text_init(&out, mem, SIZE_MAX);
    report_write(REPORT_CSV, scan, options, &out);
    if (text_ok(&out))
        check_csv(text_span(&out));
    text_init(&out, mem, SIZE_MAX);
    report_write(REPORT_JUNIT, scan, options, &out);
    if (text_ok(&out))
        check_junit(text_span(&out));
    text_init(&out, mem, SIZE_MAX);
    report_write(REPORT_HTML, scan, options, &out);
    if (text_ok(&out)) {
        check_table(text_span(&out), false);
        check_page(text_span(&out));
    }
    const enum report_format documents[] = {REPORT_JSON,  REPORT_CYCLONEDX, REPORT_SPDX,
                                            REPORT_SARIF, REPORT_GITLAB,    REPORT_CYCLONEDX_VDR};
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        text_init(&out, mem, SIZE_MAX);
        report_write(documents[i], scan, options, &out);
        if (text_ok(&out))
            check_json(text_span(&out));
    }
}

static void check_harbor(const struct scan *scan, const struct report_options *options,
                         struct arena *mem)
{
    const struct harbor_artifact artifact = {.repository = S("a"), .digest = scan->image.name};
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    report_harbor(scan, &artifact, options, &out);
    if (text_ok(&out))
        check_json(text_span(&out));
    text_init(&out, mem, SIZE_MAX);
    report_harbor_sbom(scan, &artifact, REPORT_SPDX, options, &out);
    if (text_ok(&out))
        check_json(text_span(&out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    struct layer layers[2];
    struct package packages[MOST];
    struct location locations[MOST] = {0};
    struct finding findings[MOST];
    struct evidence evidence[MOST];
    span aliases[MOST];
    span rest = span_of(data, size);
    struct scan scan = {.matched = size % 7 != 0, .complete = size % 2};
    if (!mem)
        return 0;
    notes_init(&scan.bom.notes, mem, &limits);
    fill_image(&rest, layers, &scan);
    notes_add(&scan.bom.notes, NOTE_LIMIT, next_text(&rest), "a note");
    scan.database.sources = (struct spans){(span[]){next_text(&rest)}, 1};
    scan.bom.packages = packages;
    scan.findings.items = findings;
    while (scan.bom.package_count < MOST && rest.len) {
        size_t at = scan.bom.package_count++;
        fill_package(&rest, &packages[at], &locations[at]);
        size_t count = scan.findings.count++;
        fill_finding(&rest, scan.bom.package_count, &findings[count], &evidence[count],
                     &aliases[count]);
    }
    struct report_options options = {.verbose = size % 3 == 0, .show_suppressed = size % 5 == 0};
    options.today = 20778;
    check(&scan, &options, mem);
    check_harbor(&scan, &options, mem);
    options.width = (unsigned)(size % 200);
    options.color = true;
    check(&scan, &options, mem);
    return 0;
}
