#include "flow/upstream_inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void expand(const char *pattern, const char *const *wanted, size_t count)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct list addresses = {0};
    list_init(&addresses, mem, sizeof(span), 2000);
    assert_true(address_expand(span_of_text(pattern), 2026, &addresses, NULL));
    assert_int_equal(addresses.count, count);
    for (size_t i = 0; i < count; i++)
        assert_true(
            span_equal(*LIST_AT(&addresses, span, i), span_of_text(wanted ? wanted[i] : pattern)));
}

static void braces_stand_for_alternatives(void **state)
{
    (void)state;
    expand("https://a/b.json", NULL, 1);
    expand("https://a/{x,y}.json", (const char *[]){"https://a/x.json", "https://a/y.json"}, 2);
    expand("v{9..11}", (const char *[]){"v9", "v10", "v11"}, 3);
    expand("{2025..now}", (const char *[]){"2025", "2026"}, 2);
    expand("{2027..now}", (const char *[]){"none"}, 0);
    expand("{1..2}/{a,b}", (const char *[]){"1/a", "1/b", "2/a", "2/b"}, 4);
    expand("{a}", (const char *[]){"a"}, 1);
    expand("x{", (const char *[]){"none"}, 0);
}

static void too_many_are_refused(void **state)
{
    (void)state;
    static const char *const patterns[] = {"{1..100000}", "{1..18446744073709551615}",
                                           "{1..100}{1..100}"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
        struct list addresses = {0};
        struct err err = {0};
        list_init(&addresses, mem, sizeof(span), 1000);
        assert_false(address_expand(span_of_text(patterns[i]), 2026, &addresses, &err));
        assert_int_equal(err.kind, ERR_USAGE);
    }
}

// Every row is a feed that there is, and its addresses are https.
static void the_table_is_sound(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 22);
    for (size_t i = 0; upstream_at(i); i++) {
        struct list addresses = {0};
        bool known = false;
        for (size_t k = 0; feeds_at(k); k++)
            known |=
                span_equal(span_of_text(feeds_at(k)->name), span_of_text(upstream_at(i)->feed));
        assert_true(known);
        list_init(&addresses, mem, sizeof(span), 1000);
        assert_true(address_expand(span_of_text(upstream_at(i)->address), 2026, &addresses, NULL));
        assert_true(addresses.count > 0);
        for (size_t k = 0; k < addresses.count; k++)
            assert_true(span_starts_with(*LIST_AT(&addresses, span, k), S("https://")));
    }
}

static void every_feed_has_an_address(void **state)
{
    (void)state;
    for (size_t k = 0; feeds_at(k); k++) {
        bool found = false;
        for (size_t i = 0; upstream_at(i); i++)
            found |=
                span_equal(span_of_text(feeds_at(k)->name), span_of_text(upstream_at(i)->feed));
        if (!found)
            fail_msg("%s has no address", feeds_at(k)->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(braces_stand_for_alternatives),
        cmocka_unit_test(too_many_are_refused),
        cmocka_unit_test(the_table_is_sound),
        cmocka_unit_test(every_feed_has_an_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
