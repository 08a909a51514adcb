#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "model/model.h"

static const span id = {(const uint8_t *)"CVE-2024-0001", 13};
static const span packages[] = {{(const uint8_t *)"openssl", 7},
                                {(const uint8_t *)"pkg:npm/%40a/b@1", 16}};

static struct project_rule sample(void)
{
    return (struct project_rule){
        .id = 7,
        .ids = {&id, 1},
        .packages = {packages, 2},
        .image = S("hub/*"),
        .reason = S("because"),
        .expires = 20000,
    };
}

static span written(const struct project_rule *rule, struct arena *mem)
{
    const struct project_rules rules = {rule, 1};
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    project_rules_write(&rules, &out);
    assert_true(text_ok(&out));
    return text_span(&out);
}

static void goes_there_and_back(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct project_rule rule = sample();
    struct project_rules got = {0};
    assert_true(project_rules_read(written(&rule, mem), mem, &got, NULL));
    assert_int_equal(got.count, 1);
    assert_int_equal(got.items[0].id, 7);
    assert_int_equal(got.items[0].packages.count, 2);
    assert_true(span_equal(got.items[0].packages.items[1], packages[1]));
    assert_true(span_equal(got.items[0].image, rule.image));
    assert_int_equal(got.items[0].expires, 20000);
}

static void what_is_cut_or_longer_is_refused(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    const struct project_rule rule = sample();
    span bytes = written(&rule, mem);
    struct project_rules got = {0};
    struct err err = {0};
    struct text longer;
    for (size_t len = 0; len < bytes.len; len++) {
        assert_false(project_rules_read(span_first(bytes, len), mem, &got, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
    text_init(&longer, mem, SIZE_MAX);
    text_add(&longer, bytes);
    text_add_byte(&longer, 0);
    assert_false(project_rules_read(text_span(&longer), mem, &got, &err));
}

static void assert_refused(const struct project_rule *rule, const char *words)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct err err = {0};
    assert_false(project_rule_check(rule, mem, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    if (!strstr(err.text, words))
        fail_msg("'%s' does not say '%s'", err.text, words);
}

static void what_nobody_can_mean_is_refused(void **state)
{
    (void)state;
    static uint8_t bytes[RULE_REASON_BYTES + 1];
    static span many[RULE_WORDS_MOST + 1];
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const span bad[] = {{0}, S("a\nb"), S("\x7f"), S("\xff"), span_of(bytes, RULE_WORD_BYTES + 1)};
    const span no_purl = S("pkg:npm");
    memset(bytes, 'a', sizeof bytes);
    for (size_t i = 0; i < RULE_WORDS_MOST + 1; i++)
        many[i] = id;
    struct project_rule rule = sample();
    assert_true(project_rule_check(&rule, mem, NULL));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rule = sample();
        rule.ids.items = &bad[i];
        assert_refused(&rule, "id: ");
    }
    rule = sample();
    rule.paths = (struct spans){many, RULE_WORDS_MOST + 1};
    assert_refused(&rule, "path: more than 100");
    rule.paths.count--;
    assert_true(project_rule_check(&rule, mem, NULL));
    rule = sample();
    rule.packages = (struct spans){&no_purl, 1};
    assert_refused(&rule, "package: 'pkg:npm'");
    rule = (struct project_rule){.reason = S("x"), .expires = 1};
    assert_refused(&rule, "id, package or path");
    rule = sample();
    rule.reason = (span){0};
    assert_refused(&rule, "reason: ");
    rule.reason = span_of(bytes, sizeof bytes);
    assert_refused(&rule, "reason: ");
    rule = sample();
    rule.expires = 0;
    assert_refused(&rule, "expires: ");
    rule = sample();
    rule.image = S("a\tb");
    assert_refused(&rule, "image: ");
}

// By its flaws if it names some, else by its packages; a purl by the name in it.
static void is_looked_up_by_what_it_names(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct project_rule rule = sample();
    const int64_t *keys = NULL;
    size_t count = 0;
    assert_true(project_rule_keys(&rule, mem, &keys, &count, NULL));
    assert_int_equal(count, 1);
    assert_true(keys[0] == rule_key_of_flaw(id));
    rule.ids.count = 0;
    assert_true(project_rule_keys(&rule, mem, &keys, &count, NULL));
    assert_int_equal(count, 2);
    int64_t wanted = rule_key_of_package(S("b"));
    assert_true(keys[0] == wanted || keys[1] == wanted);
    rule.packages.count = 0;
    assert_true(project_rule_keys(&rule, mem, &keys, &count, NULL));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_there_and_back),
        cmocka_unit_test(what_is_cut_or_longer_is_refused),
        cmocka_unit_test(what_nobody_can_mean_is_refused),
        cmocka_unit_test(is_looked_up_by_what_it_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
