#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void an_application_says_what_it_is(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(&scene, S("app/lib/jason-1.4.0/ebin/jason.app"),
                           S("%% generated, {not} a term\n"
                             "{application,jason,\n"
                             "             [{description,\"A {JSON} parser, \\\"fast\\\"\"},\n"
                             "              {modules,['Elixir.Jason',jason_sup]},\n"
                             "              {vsn,\"1.4.0\"},\n"
                             "              {applications,[kernel,stdlib,decimal]}]}.\n")));
    assert_true(span_equal(scene_list(&scene), S("otp jason 1.4.0\n")));
    assert_true(span_equal(scene_depends(&scene, 0), S("kernel stdlib decimal")));
    scene_close(&scene);
}

static void damaged_applications_are_noted(void **state)
{
    (void)state;
    scene_expect("lib/x/ebin/x.app", "{application,x,[{vsn,\"1\"}", "", 1);
    scene_expect("lib/x/ebin/x.app", "}", "", 1);
    scene_expect("lib/x/ebin/x.app", "hello", "", 1);
    scene_expect("lib/x/ebin/x.app", "{application,x,[]}.", "", 0);
    scene_expect("lib/x/ebin/x.app", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "", 1);
}

static void mix_locks_what_comes_from_hex(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(
        &scene, S("mix.lock"),
        S("%{\n"
          "  \"castore\": {:hex, :castore, \"1.0.5\", "
          "\"9eeebb394cc9a0f3ae56b813459f990abb0a3dedee1be6b27fdb50301930502f\", [:mix], [], "
          "\"hexpm\", \"8D7C597C3E4A64C395980882D4BCA3CEBB8D74197C590DC272CFD3B6A6310578\"},\n"
          "  \"my_fork\": {:git, \"https://example.org/f.git\", \"0123\", [branch: \"main\"]},\n"
          "  \"jason\": {:hex, :jason, \"1.4.1\", "
          "\"af1504e35f629ddcdd6addb3513c3853991f694921b1b9\""
          ", [:mix], [{:decimal, \"~> 1.0 or ~> 2.0\", [hex: :decimal, repo: \"hexpm\", "
          "optional: true]}], \"hexpm\"},\n"
          "}\n")));
    assert_true(span_equal(scene_list(&scene), S("hex castore 1.0.5\nhex jason 1.4.1\n")));
    assert_true(
        span_equal(scene_hashes(&scene, 0),
                   S("sha256:8d7c597c3e4a64c395980882d4bca3cebb8d74197c590dc272cfd3b6a6310578")));
    assert_true(span_equal(scene_hashes(&scene, 1), S("")));
    assert_true(span_equal(scene_depends(&scene, 1), S("decimal")));
    scene_close(&scene);
}

static void rebar_locks_in_two_forms(void **state)
{
    (void)state;
    const char *packages = "hex certifi 2.9.0\nhex hackney 1.18.1\n";
    scene_expect("rebar.lock",
                 "{\"1.2.0\",\n"
                 "[{<<\"certifi\">>,{pkg,<<\"certifi\">>,<<\"2.9.0\">>},1},\n"
                 " {<<\"fork\">>,{git,\"https://example.org/f.git\",{ref,\"0a\"}},0},\n"
                 " {<<\"hackney\">>,{pkg,<<\"hackney\">>,<<\"1.18.1\">>},0}]}.\n"
                 "[\n{pkg_hash,[\n {<<\"certifi\">>, <<\"6F2A475689DD47F19FB74334859D\">>}]}\n].\n",
                 packages, 0);
    scene_expect("rebar.lock",
                 "[{<<\"certifi\">>,{pkg,<<\"certifi\">>,<<\"2.9.0\">>},1},\n"
                 " {<<\"hackney\">>,{pkg,<<\"hackney\">>,<<\"1.18.1\">>},0}].\n",
                 packages, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_application_says_what_it_is),
        cmocka_unit_test(damaged_applications_are_noted),
        cmocka_unit_test(mix_locks_what_comes_from_hex),
        cmocka_unit_test(rebar_locks_in_two_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
