#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_switch_describes_what_it_holds(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(
        &scene, S("home/opam/.opam/4.14.1/.opam-switch/packages/dune.3.6.1/opam"),
        S("opam-version: \"2.0\"\nsynopsis: \"Fast {portable} builds\"\n"
          "description: \"\"\"\nname: \"no\"\n\"\"\"\n"
          "license: \"MIT\" # or not\n"
          "depends: [\n  \"ocaml\" {>= \"4.08\" & with-test}\n  (\"base-unix\" | "
          "\"base-threads\")\n]\n"
          "build: [[\"ocaml\" \"bootstrap.ml\"] {os = \"linux\"}]\n"
          "x-commit: \"0\"\n"
          "url {\n  src: \"https://example.org/dune.tbz\"\n  checksum: [\n"
          "    \"sha256=f1d5ac04b7a027f3d549e25cf885ebf7acc135e0291c18e6b43123a6f2f4ffa5\"\n"
          "    \"sha512=00\"\n  ]\n}\n")));
    assert_true(span_equal(scene_list(&scene), S("opam dune 3.6.1\n")));
    assert_true(span_equal(scene_package(&scene, 0)->licenses, S("MIT")));
    assert_true(span_equal(scene_depends(&scene, 0), S("ocaml base-unix base-threads")));
    assert_true(
        span_equal(scene_hashes(&scene, 0),
                   S("sha256:f1d5ac04b7a027f3d549e25cf885ebf7acc135e0291c18e6b43123a6f2f4ffa5")));
    scene_close(&scene);
}

static void licences_may_be_several(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(&scene, S("s/.opam-switch/packages/bar.0.9~beta+1/opam"),
                           S("license: [\"ISC\" \"BSD-3-Clause\"]\n")));
    assert_true(span_equal(scene_list(&scene), S("opam bar 0.9~beta+1\n")));
    assert_true(span_equal(scene_package(&scene, 0)->licenses, S("ISC AND BSD-3-Clause")));
    scene_close(&scene);
}

static void a_source_tree_describes_itself(void **state)
{
    (void)state;
    scene_expect("src/shop.opam",
                 "opam-version: \"2.0\"\nextra-source \"fix.patch\" {\n  version: \"no\"\n}\n"
                 "version: \"1.2\"\n",
                 "opam shop 1.2\n", 0);
    scene_expect("src/shop.opam", "opam-version: \"2.0\"\n", "", 0);
}

static void nonsense_says_nothing(void **state)
{
    (void)state;
    scene_expect("src/x.opam", "}}}]]) : : { { [", "", 0);
    scene_expect("src/.opam", "version: \"1", "", 0);
    scene_expect("src/x.opam", "version: \"\"\"1", "opam x 1\n", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_switch_describes_what_it_holds),
        cmocka_unit_test(licences_may_be_several),
        cmocka_unit_test(a_source_tree_describes_itself),
        cmocka_unit_test(nonsense_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
