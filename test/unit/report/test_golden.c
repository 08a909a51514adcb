// Each report of a sample against the file that shows how it should look. With --write, the files
// are made anew, to be read before they are committed.
#include "samples.h"

#include <stdio.h>
#include <string.h>

#define SEVERE (1U << SEVERITY_CRITICAL | 1U << SEVERITY_HIGH)

static const struct golden {
    const char *file;
    const char *sample;
    struct report_options options;
} goldens[] = {
    {"debian.json", "debian", {.show_suppressed = true}},
    {"debian-only-fixed.json", "debian", {.only_fixed = true}},
    {"hostile.json", "hostile", {.show_suppressed = true}},
    {"clean.json", "clean", {0}},
    {"empty.json", "empty", {0}},
    {"bom.json", "bom", {0}},
    {"debian.cdx", "debian", {.show_suppressed = true}},
    {"hostile.cdx", "hostile", {.show_suppressed = true}},
    {"bom.cdx", "bom", {0}},
    {"empty.cdx", "empty", {0}},
    {"debian.spdx", "debian", {0}},
    {"hostile.spdx", "hostile", {0}},
    {"bom.spdx", "bom", {0}},
    {"empty.spdx", "empty", {0}},
    {"debian.sarif", "debian", {.show_suppressed = true}},
    {"hostile.sarif", "hostile", {.show_suppressed = true}},
    {"tampered.sarif", "tampered", {0}},
    {"empty.sarif", "empty", {0}},
    {"debian.csv", "debian", {.show_suppressed = true}},
    {"hostile.csv", "hostile", {.show_suppressed = true}},
    {"tampered.csv", "tampered", {0}},
    {"empty.csv", "empty", {0}},
    {"debian.junit.xml", "debian", {.show_suppressed = true}},
    {"hostile.junit.xml", "hostile", {.show_suppressed = true}},
    {"tampered.junit.xml", "tampered", {0}},
    {"empty.junit.xml", "empty", {0}},
    {"debian.gitlab", "debian", {.show_suppressed = true}},
    {"hostile.gitlab", "hostile", {.show_suppressed = true}},
    {"tampered.gitlab", "tampered", {0}},
    {"empty.gitlab", "empty", {0}},
    {"debian.vdr", "debian", {.show_suppressed = true}},
    {"hostile.vdr", "hostile", {.show_suppressed = true}},
    {"tampered.vdr", "tampered", {0}},
    {"empty.vdr", "empty", {0}},
    {"debian-fail-on.junit.xml", "debian", {.has_fail_on = true, .fail_on = SEVERITY_HIGH}},
    {"debian-strict.junit.xml", "debian", {.strict = true, .severities = SEVERE}},
    {"modern.gitlab", "modern", {0}},
    {"debian.html", "debian", {.show_suppressed = true}},
    {"debian-fail-on.html", "debian", {.has_fail_on = true, .fail_on = SEVERITY_HIGH}},
    {"hostile.html", "hostile", {.show_suppressed = true}},
    {"tampered.html", "tampered", {.show_suppressed = true}},
    {"clean.html", "clean", {0}},
    {"unjudged.html", "unjudged", {0}},
    {"bom.html", "bom", {0}},
    {"empty.html", "empty", {0}},
    {"debian.txt", "debian", {0}},
    {"debian-40.txt", "debian", {.width = 40}},
    {"debian-80.txt", "debian", {.width = 80}},
    {"debian-200.txt", "debian", {.width = 200}},
    {"debian-verbose.txt", "debian", {.width = 100, .verbose = true}},
    {"debian-color.txt", "debian", {.width = 80, .color = true}},
    {"debian-severe.txt", "debian", {.width = 80, .severities = SEVERE}},
    {"debian-only-fixed.txt", "debian", {.width = 80, .only_fixed = true}},
    {"debian-suppressed.txt", "debian", {.width = 80, .show_suppressed = true}},
    {"hostile.txt", "hostile", {.width = 80, .show_suppressed = true, .verbose = true}},
    {"kernel-80.txt", "kernel", {.width = 80}},
    {"modern.txt", "modern", {.width = 80}},
    {"modern-severe.txt", "modern", {.width = 80, .severities = SEVERE}},
    {"tampered.json", "tampered", {.show_suppressed = true}},
    {"tampered.txt", "tampered", {.width = 80}},
    {"tampered-verbose.txt", "tampered", {.width = 100, .verbose = true, .show_suppressed = true}},
    {"clean.txt", "clean", {.width = 80}},
    {"unjudged.txt", "unjudged", {.width = 80}},
    {"empty.txt", "empty", {.width = 80}},
    {"bom.txt", "bom", {.width = 80}},
    {"bom-40.txt", "bom", {.width = 40}},
};

static enum report_format format_of(const char *file)
{
    static const struct {
        const char *ending;
        enum report_format format;
    } endings[] = {
        {".cdx", REPORT_CYCLONEDX}, {".spdx", REPORT_SPDX}, {".json", REPORT_JSON},
        {".sarif", REPORT_SARIF},   {".csv", REPORT_CSV},   {".junit.xml", REPORT_JUNIT},
        {".gitlab", REPORT_GITLAB}, {".html", REPORT_HTML}, {".vdr", REPORT_CYCLONEDX_VDR},
    };
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (strstr(file, endings[i].ending))
            return endings[i].format;
    return REPORT_TABLE;
}

static span report_of(const struct golden *golden, struct arena *mem)
{
    struct scan scan = {0};
    struct report_options options = golden->options;
    struct text out;
    enum report_format format = format_of(golden->file);
    options.has_timestamp = true;
    options.timestamp = (uint64_t)SAMPLE_TODAY * 86400;
    options.today = SAMPLE_TODAY;
    options.tool_version = S("1.2.3");
    assert(sample_make(golden->sample, mem, &scan));
    text_init(&out, mem, SIZE_MAX);
    report_write(format, &scan, &options, &out);
    assert(text_ok(&out));
    return text_span(&out);
}

static bool write_golden(const char *path, span report)
{
    FILE *file = fopen(path, "wb");
    return file && fwrite(report.ptr, 1, report.len, file) == report.len && fclose(file) == 0;
}

static bool read_golden(const char *path, struct arena *mem, span *ret)
{
    enum { MOST = 1 << 20 };
    uint8_t *bytes = arena_alloc(mem, MOST);
    FILE *file = fopen(path, "rb");
    if (!bytes || !file)
        return false;
    *ret = span_of(bytes, fread(bytes, 1, MOST, file));
    return fclose(file) == 0;
}

static bool check(const struct golden *golden, const char *directory, bool write)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    char path[4096];
    span want = {0};
    int len = snprintf(path, sizeof path, "%s/%s", directory, golden->file);
    assert(mem && len > 0 && (size_t)len < sizeof path);
    span got = report_of(golden, mem);
    if (write)
        return write_golden(path, got);
    if (read_golden(path, mem, &want) && span_equal(got, want))
        return true;
    (void)fprintf(stderr, "%s should be:\n%.*s\n", golden->file, (int)got.len,
                  (const char *)got.ptr);
    return false;
}

int main(int argc, char **argv)
{
    size_t failed = 0;
    if (argc < 2)
        return 64;
    for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++)
        failed += !check(&goldens[i], argv[1], argc > 2 && strcmp(argv[2], "--write") == 0);
    return failed ? 1 : 0;
}
