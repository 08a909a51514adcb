#include "testing.h"

#include <math.h>
#include <string.h>

static struct finding finding_of(const char *id, enum severity severity, size_t package)
{
    return (struct finding){
        .id = span_of_text(id),
        .kind = FINDING_INTEGRITY,
        .package = package,
        .severity = severity,
        .status = STATUS_AFFECTED,
        .score = -1,
        .epss = -1,
    };
}

static span write(const struct findings *findings, struct arena *mem)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    findings_write(findings, &text);
    assert_true(text_ok(&text));
    return text_span(&text);
}

// ---------------------------------------------------------------- order

static void the_worst_stand_first_and_those_of_no_package_last(void **state)
{
    (void)state;
    struct finding items[] = {
        finding_of("a", SEVERITY_LOW, 0),  finding_of("c", SEVERITY_HIGH, NO_PACKAGE),
        finding_of("b", SEVERITY_HIGH, 1), finding_of("a", SEVERITY_HIGH, 1),
        finding_of("a", SEVERITY_HIGH, 1),
    };
    items[3].location = S("z");
    items[4].location = S("y");
    struct findings findings = {.items = items, .count = 5};
    findings_sort(&findings);
    assert_span(items[0].location, S("y"));
    assert_span(items[1].location, S("z"));
    assert_span(items[2].id, S("b"));
    assert_int_equal(items[3].package, NO_PACKAGE);
    assert_int_equal(items[4].severity, SEVERITY_LOW);
}

static void two_lists_become_one(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct finding one = finding_of("a", SEVERITY_LOW, 0);
    struct finding two = finding_of("b", SEVERITY_HIGH, 0);
    struct findings a = {.items = &one, .count = 1};
    struct findings b = {.items = &two, .count = 1};
    struct findings none = {0};
    struct findings all = {0};
    assert_true(findings_join(&a, &b, mem, &all, NULL));
    assert_int_equal(all.count, 2);
    assert_span(all.items[0].id, S("b"));
    assert_true(findings_join(&none, &none, mem, &all, NULL));
    assert_int_equal(all.count, 0);
}

// ---------------------------------------------------------------- round trip

static struct finding full_finding(void)
{
    static const span aliases[] = {S("CVE-1"), S("GHSA-2")};
    static const struct evidence evidence = {
        .database = S("dpkg"), .advisory = S("a"), .range = S("md5 1"), .compared = S("md5 2")};
    static const struct rating rating = {
        .database = S("nvd"), .severity = SEVERITY_LOW, .cvss = S("v"), .score = 3.5};
    static const struct weakness weakness = {
        .id = S("CWE-79"), .database = S("nvd"), .name = S("XSS")};
    struct finding finding = finding_of("file-changed", SEVERITY_HIGH, 3);
    finding.location = S("usr/bin/ls");
    finding.text = S("is not what it was");
    finding.severity_source = S("nvd");
    finding.fixed_version = S("2");
    finding.cvss = S("CVSS:3.1/AV:N");
    finding.suppressed = S("no");
    finding.aliases = (struct spans){.items = aliases, .count = 2};
    finding.evidence = &evidence;
    finding.evidence_count = 1;
    finding.ratings = &rating;
    finding.rating_count = 1;
    finding.weaknesses = &weakness;
    finding.weakness_count = 1;
    finding.disputed = true;
    finding.score = 9.8;
    finding.epss = 0.25;
    finding.risk = 100;
    finding.exploited = true;
    finding.layer = 2;
    return finding;
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct finding items[] = {full_finding(), finding_of("x", SEVERITY_LOW, NO_PACKAGE)};
    struct findings findings = {.items = items, .count = 2};
    span bytes = write(&findings, mem);
    struct findings back = {0};
    struct err err = {0};
    if (!findings_read(bytes, 4, &limits, mem, &back, &err))
        fail_msg("%s", err.text);
    assert_int_equal(back.count, 2);
    assert_span(back.items[0].text, S("is not what it was"));
    assert_span(back.items[0].location, S("usr/bin/ls"));
    assert_span(back.items[0].aliases.items[1], S("GHSA-2"));
    assert_span(back.items[0].evidence[0].compared, S("md5 2"));
    assert_span(back.items[0].ratings[0].database, S("nvd"));
    assert_int_equal(back.items[0].ratings[0].severity, SEVERITY_LOW);
    assert_span(back.items[0].weaknesses[0].name, S("XSS"));
    assert_true(back.items[0].disputed);
    assert_true(back.items[0].score > 9.7 && back.items[0].exploited);
    assert_int_equal(back.items[0].layer, 2);
    assert_int_equal(back.items[1].package, NO_PACKAGE);
    assert_true(span_equal(write(&back, mem), bytes));
}

// ---------------------------------------------------------------- refusals

static void every_shorter_message_is_refused(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct finding item = full_finding();
    struct findings findings = {.items = &item, .count = 1};
    span bytes = write(&findings, mem);
    struct findings back = {0};
    for (size_t len = 0; len < bytes.len; len++)
        assert_false(findings_read(span_first(bytes, len), 4, &limits, mem, &back, NULL));
    struct text longer = {0};
    text_init(&longer, mem, SIZE_MAX);
    text_add(&longer, bytes);
    text_add_u8(&longer, 0);
    assert_false(findings_read(text_span(&longer), 4, &limits, mem, &back, NULL));
}

static void assert_refused(const struct finding *item, size_t packages)
{
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct findings findings = {.items = (struct finding *)(uintptr_t)item, .count = 1};
    struct findings back = {0};
    struct err err = {0};
    assert_false(findings_read(write(&findings, mem), packages, &limits, mem, &back, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void what_no_worker_would_say_is_refused(void **state)
{
    (void)state;
    struct finding item = full_finding();
    assert_refused(&item, 3);
    item = full_finding();
    item.layer = 512;
    assert_refused(&item, 4);
    item = full_finding();
    item.id = (span){0};
    assert_refused(&item, 4);
    item = full_finding();
    item.location = S("../etc/passwd");
    assert_refused(&item, 4);
    item = full_finding();
    item.score = (double)NAN;
    assert_refused(&item, 4);
    item = full_finding();
    item.risk = 1e300;
    assert_refused(&item, 4);
    item = full_finding();
    item.kind = (enum finding_kind)(FINDING_CONFIG + 1);
    assert_refused(&item, 4);
}

static void findings_out_of_order_are_refused(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct finding items[] = {finding_of("a", SEVERITY_LOW, 0), finding_of("a", SEVERITY_HIGH, 0)};
    struct findings findings = {.items = items, .count = 2};
    struct findings back = {0};
    assert_false(findings_read(write(&findings, mem), 1, &limits, mem, &back, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_stand_first_and_those_of_no_package_last),
        cmocka_unit_test(two_lists_become_one),
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(every_shorter_message_is_refused),
        cmocka_unit_test(what_no_worker_would_say_is_refused),
        cmocka_unit_test(findings_out_of_order_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
