#include "report/sbom_inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_cpe(span type, span name, span expected)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct package package = {.type = type, .name = name, .version = S("1.2.3")};
    span cpe = {0};
    assert_true(cpe_guess(&package, mem, &cpe));
    assert_true(span_equal(cpe, expected));
}

static void classified_programs_have_the_names_of_their_table(void **state)
{
    (void)state;
    assert_cpe(S("generic"), S("nginx"), S("cpe:2.3:a:f5:nginx:1.2.3:*:*:*:*:*:*:*"));
    assert_cpe(S("generic"), S("libcurl"), S("cpe:2.3:a:haxx:libcurl:1.2.3:*:*:*:*:*:*:*"));
    assert_cpe(S("generic"), S("erlang"), S("cpe:2.3:a:erlang:erlang\\/otp:1.2.3:*:*:*:*:*:*:*"));
    assert_cpe(S("generic"), S("zulu"), S("cpe:2.3:a:azul:zulu:1.2.3:*:*:*:*:*:*:*"));
}

static void other_types_do_not_ask_it(void **state)
{
    (void)state;
    assert_cpe(S("hackage"), S("stack"), S("cpe:2.3:a:stack:stack:1.2.3:*:*:*:*:*:*:*"));
    assert_cpe(S("generic"), S("unheard-of"),
               S("cpe:2.3:a:unheard-of:unheard-of:1.2.3:*:*:*:*:*:*:*"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classified_programs_have_the_names_of_their_table),
        cmocka_unit_test(other_types_do_not_ask_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
