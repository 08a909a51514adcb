// What holds of matching whatever the case: names are looked up once, a failing database is an
// error, the keys are those of doc/formats/ecosystem.md.
#include "case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena *mem;
    struct test_case test;
    struct notes notes;
    struct findings findings;
};

static void fixture_read(struct fixture *fixture, const char *text)
{
    struct limits limits = limits_default();
    struct err err = {0};
    *fixture = (struct fixture){.mem = arena_new(4 << 20)};
    assert_non_null(fixture->mem);
    notes_init(&fixture->notes, fixture->mem, &limits);
    if (!case_read(span_of_text(text), fixture->mem, &fixture->test, &err))
        fail_msg("%s", err.text);
}

static void each_name_is_looked_up_once(void **state)
{
    (void)state;
    struct fixture f = {0};
    fixture_read(&f, "[distro]\nid=debian version_id=12\n[packages]\n"
                     "deb a 1 source_name=s\ndeb b 1 source_name=s\ndeb s 1\n"
                     "[advisories]\nd CVE-1\n debian:12 s source fixed=2\n");
    struct case_source source = {.test = &f.test};
    struct advisory_source advisories = case_advisories(&source);
    assert_true(
        match_bom(&f.test.bom, &advisories, &f.test.options, f.mem, &f.findings, &f.notes, NULL));
    assert_int_equal(f.findings.count, 3);
    assert_int_equal(source.look_ups, 3); // s, a, b
    assert_false(f.notes.incomplete);
    arena_free(f.mem);
}

// More names than there was room for at first.
static void many_names_are_kept(void **state)
{
    (void)state;
    enum { MANY = 32 };
    char text[1 << 14];
    size_t len =
        (size_t)snprintf(text, sizeof text, "[distro]\nid=debian version_id=12\n[packages]\n");
    for (int i = 0; i < MANY; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "deb b%d 1 source_name=s%d\n", i, i);
    len += (size_t)snprintf(text + len, sizeof text - len, "[advisories]\nd CVE-1\n");
    for (int i = 0; i < MANY; i++)
        len +=
            (size_t)snprintf(text + len, sizeof text - len, " debian:12 s%d source fixed=2\n", i);
    struct fixture f = {0};
    fixture_read(&f, text);
    struct case_source source = {.test = &f.test};
    struct advisory_source advisories = case_advisories(&source);
    assert_true(
        match_bom(&f.test.bom, &advisories, &f.test.options, f.mem, &f.findings, &f.notes, NULL));
    assert_int_equal(f.findings.count, MANY);
    assert_int_equal(source.look_ups, 2 * MANY);
    arena_free(f.mem);
}

static bool fail_look_up(void *self, span ecosystem, span name, struct arena *mem,
                         struct claims *ret, struct err *err)
{
    (void)self;
    (void)ecosystem;
    (void)name;
    (void)mem;
    (void)ret;
    return err_set(err, ERR_INPUT, "database: damaged");
}

static bool fail_read_statements(void *self, const struct claim *claim, struct arena *mem,
                                 struct statement *ret, struct err *err)
{
    (void)self;
    (void)claim;
    (void)mem;
    (void)ret;
    return err_set(err, ERR_INPUT, "database: damaged");
}

static bool fail_look_up_flaw(void *self, span id, span vendor, struct arena *mem, struct flaw *ret,
                              struct err *err)
{
    (void)self;
    (void)vendor;
    (void)id;
    (void)mem;
    (void)ret;
    return err_set(err, ERR_INPUT, "database: damaged");
}

static bool fail_look_up_release(void *self, span distro, span version_id, struct arena *mem,
                                 struct release *ret, struct err *err)
{
    (void)self;
    (void)distro;
    (void)version_id;
    (void)mem;
    (void)ret;
    return err_set(err, ERR_INPUT, "database: damaged");
}

static void damage_is_an_error(void **state)
{
    (void)state;
    for (int which = 0; which < 4; which++) {
        struct fixture f = {0};
        fixture_read(&f, "[distro]\nid=debian version_id=12\n[packages]\ndeb s 1\n"
                         "[advisories]\nd CVE-1\n debian:12 s source fixed=2\n");
        struct case_source source = {.test = &f.test};
        struct advisory_source advisories = case_advisories(&source);
        if (which == 0)
            advisories.look_up = fail_look_up;
        if (which == 1)
            advisories.look_up_flaw = fail_look_up_flaw;
        if (which == 2)
            advisories.look_up_release = fail_look_up_release;
        if (which == 3)
            advisories.read_statements = fail_read_statements;
        struct err err = {0};
        assert_false(match_bom(&f.test.bom, &advisories, &f.test.options, f.mem, &f.findings,
                               &f.notes, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_non_null(strstr(err.text, "damaged"));
        arena_free(f.mem);
    }
}

static void end_of_life_is_filled_in(void **state)
{
    (void)state;
    struct fixture f = {0};
    fixture_read(&f, "[releases]\ndebian 12 end_of_life=2026-07-11 extended=2028-06-30\n"
                     "centos 8 end_of_life=2021-12-31\n");
    struct case_source source = {.test = &f.test};
    struct advisory_source advisories = case_advisories(&source);
    struct distro debian = {.id = S("debian"), .version_id = S("12.5")};
    assert_true(match_fill_distro(&advisories, &debian, f.mem, NULL));
    assert_true(span_equal(debian.end_of_life, S("2026-07-11")));
    assert_true(span_equal(debian.end_of_extended_life, S("2028-06-30")));
    struct distro centos = {.id = S("centos"), .version_id = S("8")};
    assert_true(match_fill_distro(&advisories, &centos, f.mem, NULL));
    assert_true(span_equal(centos.end_of_life, S("2021-12-31")));
    assert_int_equal(centos.end_of_extended_life.len, 0);
    struct distro none = {0};
    assert_true(match_fill_distro(&advisories, &none, f.mem, NULL));
    assert_int_equal(none.end_of_life.len, 0);
    advisories.look_up_release = fail_look_up_release;
    struct err err = {0};
    assert_false(match_fill_distro(&advisories, &debian, f.mem, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    arena_free(f.mem);
}

struct key {
    const char *distro; // a line of [distro]
    const char *ecosystem;
    const char *type;
};

// A statement under the expected key must be found.
static void keys_are_as_documented(void **state)
{
    (void)state;
    static const struct key keys[] = {
        {"id=debian version_id=12.5", "debian:12", "deb"},
        {"id=ubuntu version_id=22.04", "ubuntu:22.04", "deb"},
        {"id=alpine version_id=3.20.3", "alpine:3.20", "apk"},
        {"id=alpine version_id=3.21_alpha20240923", "alpine:edge", "apk"},
        {"id=rhel version_id=9.2", "rhel:9", "rpm"},
        {"id=centos version_id=7", "rhel:7", "rpm"},
        {"id=almalinux version_id=9.3", "almalinux:9", "rpm"},
        {"id=rocky version_id=9.3", "rocky:9", "rpm"},
        {"id=arch version_id=20240101", "arch", "alpm"},
        {"id=amzn version_id=2023", "amzn:2023", "rpm"},
        {"id=wolfi", "wolfi", "apk"},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char text[512];
        (void)snprintf(text, sizeof text,
                       "[distro]\n%s\n[packages]\n%s s 1-1\n[advisories]\nd CVE-1\n"
                       " %s s source status=affected\n",
                       keys[i].distro, keys[i].type, keys[i].ecosystem);
        struct fixture f = {0};
        fixture_read(&f, text);
        f.test.bom.packages[0].version = S("1");
        f.test.bom.packages[0].source_version = S("1");
        struct case_source source = {.test = &f.test};
        struct advisory_source advisories = case_advisories(&source);
        assert_true(match_bom(&f.test.bom, &advisories, &f.test.options, f.mem, &f.findings,
                              &f.notes, NULL));
        if (f.findings.count != 1)
            fail_msg("%s is not asked for as %s", keys[i].distro, keys[i].ecosystem);
        arena_free(f.mem);
    }
}

static void bad_cases_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"x\n",
                                      "[distro]\nid\"\n",
                                      "[distro]\ncolour=red\n",
                                      "[packages]\ndeb a\n",
                                      "[advisories]\n debian:12 a source\n",
                                      "[advisories]\nd CVE-1\n debian:12 a source status=ill\n",
                                      "[findings]\nCVE-1 a\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(4 << 20);
        struct test_case test = {0};
        struct err err = {0};
        assert_false(case_read(span_of_text(bad[i]), mem, &test, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_name_is_looked_up_once), cmocka_unit_test(many_names_are_kept),
        cmocka_unit_test(damage_is_an_error),          cmocka_unit_test(end_of_life_is_filled_in),
        cmocka_unit_test(keys_are_as_documented),      cmocka_unit_test(bad_cases_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
