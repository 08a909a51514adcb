// Runs .case files (README.md): matches what each one gives and prints where the answer differs
// from the one that it expects.
//
// usage: run_cases FILE...
#include "case.h"

#include <stdio.h>
#include <stdlib.h>

// ---------------------------------------------------------------- both sides as lines

static void add_expected(struct text *out, const struct expected_finding *finding)
{
    const span columns[] = {finding->flaw, finding->package, finding->severity, finding->status,
                            finding->fixed};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        text_add(out, i ? S(" ") : (span){0});
        text_add(out, columns[i]);
    }
    for (size_t i = 0; i < finding->extra_count; i++) {
        text_add(out, S(" "));
        text_add(out, finding->extra[i].key);
        text_add(out, S("="));
        text_add(out, finding->extra[i].value);
    }
}

static void add_aliases(struct text *out, const struct finding *finding)
{
    for (size_t i = 0; i < finding->aliases.count; i++) {
        text_add(out, i ? S(",") : (span){0});
        text_add(out, finding->aliases.items[i]);
    }
}

static void add_databases(struct text *out, const struct finding *finding)
{
    for (size_t i = 0; i < finding->evidence_count; i++) {
        text_add(out, i ? S(",") : (span){0});
        text_add(out, finding->evidence[i].database);
    }
}

static void add_ratings(struct text *out, const struct finding *finding)
{
    for (size_t i = 0; i < finding->rating_count; i++) {
        const struct rating *rating = &finding->ratings[i];
        text_add(out, i ? S(",") : (span){0});
        text_add(out, rating->database);
        text_addf(out, ":%s:%.1f", severity_name(rating->severity), rating->score);
    }
}

static void add_weaknesses(struct text *out, const struct finding *finding)
{
    for (size_t i = 0; i < finding->weakness_count; i++) {
        text_add(out, i ? S(",") : (span){0});
        text_add(out, finding->weaknesses[i].id);
        text_add_byte(out, ':');
        text_add(out, finding->weaknesses[i].name);
    }
}

// The value that a finding has for a key of the case file.
static void add_value(struct text *out, const struct finding *finding, span key)
{
    static const struct evidence none = {0};
    const struct evidence *evidence = finding->evidence_count ? &finding->evidence[0] : &none;
    if (span_equal(key, S("aliases")))
        add_aliases(out, finding);
    else if (span_equal(key, S("databases")))
        add_databases(out, finding);
    else if (span_equal(key, S("range")))
        text_add(out, evidence->range);
    else if (span_equal(key, S("compared")))
        text_add(out, evidence->compared);
    else if (span_equal(key, S("suppressed")))
        text_add(out, finding->suppressed);
    else if (span_equal(key, S("severity_source")))
        text_add(out, finding->severity_source);
    else if (span_equal(key, S("kind")))
        text_add(out, span_of_text(finding_kind_name(finding->kind)));
    else if (span_equal(key, S("disputed")))
        text_add(out, finding->disputed ? S("yes") : S("no"));
    else if (span_equal(key, S("ratings")))
        add_ratings(out, finding);
    else if (span_equal(key, S("weaknesses")))
        add_weaknesses(out, finding);
    else if (span_equal(key, S("risk")))
        text_addf(out, "%.2f", finding->risk);
    else
        text_add(out, S("(no such key)"));
}

// In the form of the expected line, with the keys that this one asks for.
static void add_actual(struct text *out, const struct finding *finding, const struct bom *bom,
                       const struct expected_finding *expected)
{
    text_add(out, finding->id);
    text_add(out, S(" "));
    text_add(out, bom->packages[finding->package].name);
    text_addf(out, " %s %s ", severity_name(finding->severity), status_name(finding->status));
    text_add(out, finding->fixed_version.len ? finding->fixed_version : S("-"));
    for (size_t i = 0; expected && i < expected->extra_count; i++) {
        text_add(out, S(" "));
        text_add(out, expected->extra[i].key);
        text_add(out, S("="));
        add_value(out, finding, expected->extra[i].key);
    }
}

static void print_line(char sign, span line)
{
    printf("  %c %.*s\n", sign, (int)line.len, (const char *)line.ptr);
}

// ---------------------------------------------------------------- comparison

static bool check_findings(const struct test_case *test, const struct findings *findings,
                           struct arena *mem)
{
    bool same = true;
    size_t expected_count = test->findings.count;
    for (size_t i = 0; i < findings->count || i < expected_count; i++) {
        const struct expected_finding *expected =
            i < expected_count ? LIST_AT(&test->findings, struct expected_finding, i) : NULL;
        struct text wanted = {0};
        struct text got = {0};
        text_init(&wanted, mem, 1 << 16);
        text_init(&got, mem, 1 << 16);
        if (expected)
            add_expected(&wanted, expected);
        if (i < findings->count)
            add_actual(&got, &findings->items[i], &test->bom, expected);
        if (span_equal(text_span(&wanted), text_span(&got)))
            continue;
        same = false;
        if (expected)
            print_line('-', text_span(&wanted));
        if (i < findings->count)
            print_line('+', text_span(&got));
    }
    return same;
}

static bool note_fits(const struct expected_note *expected, const struct note *note)
{
    return span_equal(expected->kind, span_of_text(note_kind_name(note->kind))) &&
           span_contains(note->text, expected->part);
}

static bool check_notes(const struct test_case *test, const struct notes *notes)
{
    bool same = true;
    size_t expected_count = test->notes.count;
    for (size_t i = 0; i < notes->items.count || i < expected_count; i++) {
        const struct expected_note *expected =
            i < expected_count ? LIST_AT(&test->notes, struct expected_note, i) : NULL;
        const struct note *note =
            i < notes->items.count ? LIST_AT(&notes->items, struct note, i) : NULL;
        if (expected && note && note_fits(expected, note))
            continue;
        same = false;
        if (expected)
            printf("  - note %.*s: %.*s\n", (int)expected->kind.len,
                   (const char *)expected->kind.ptr, (int)expected->part.len,
                   (const char *)expected->part.ptr);
        if (note)
            printf("  + note %s: %.*s\n", note_kind_name(note->kind), (int)note->text.len,
                   (const char *)note->text.ptr);
    }
    return same;
}

// ---------------------------------------------------------------- files

static bool read_file(const char *path, struct arena *mem, span *ret)
{
    enum { MOST = 1 << 20 };
    FILE *file = fopen(path, "rb");
    void *bytes = file ? arena_alloc(mem, MOST) : NULL;
    if (!bytes)
        return false;
    *ret = span_of(bytes, fread(bytes, 1, MOST, file));
    (void)fclose(file); // read only
    return true;
}

static bool match(const struct test_case *test, struct arena *mem, struct findings *ret,
                  struct notes *notes, struct err *err)
{
    struct limits limits = limits_default();
    notes_init(notes, mem, &limits);
    struct case_source source = {.test = test};
    struct advisory_source advisories = case_advisories(&source);
    return match_bom(&test->bom, &advisories, &test->options, mem, ret, notes, err);
}

// With less memory there is the same answer or ERR_LIMIT, and nothing in between.
static bool survives_shortage(const struct test_case *test, size_t findings)
{
    static const uint64_t step = 1 << 10;
    for (uint64_t budget = 0; budget < 256 * step; budget += step) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(budget);
        struct err err = {0};
        struct notes notes = {0};
        struct findings found = {0};
        if (!mem)
            continue;
        bool done = match(test, mem, &found, &notes, &err);
        if (done ? found.count == findings : err.kind == ERR_LIMIT)
            continue;
        printf("  with %llu bytes: %s\n", (unsigned long long)budget,
               done ? "another answer" : err.text);
        return false;
    }
    return true;
}

static bool run(const char *path)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 20);
    struct err err = {0};
    span bytes = {0};
    struct test_case test = {0};
    if (!mem || !read_file(path, mem, &bytes) || !case_read(bytes, mem, &test, &err)) {
        printf("%s: cannot be read: %s\n", path, err.text);
        return false;
    }
    struct notes notes = {0};
    struct findings findings = {0};
    if (!match(&test, mem, &findings, &notes, &err)) {
        printf("%s: %s\n", path, err.text);
        return false;
    }
    printf("%s\n", path);
    bool same = check_findings(&test, &findings, mem);
    same = check_notes(&test, &notes) && same;
    return survives_shortage(&test, findings.count) && same;
}

int main(int argc, char **argv)
{
    bool passed = argc > 1;
    for (int i = 1; i < argc; i++)
        passed = run(argv[i]) && passed;
    return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
