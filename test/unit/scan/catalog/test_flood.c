// Lock files of as many entries as fit, all alike: they end, and what is told stays within bounds.
#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct flood {
    const char *path;
    const char *head;
    const char *each;
    const char *tail;
};

static const struct flood floods[] = {
    {"go.mod", "require (\n", "a.org/x v1.0.0\n", ")\n"},
    {"go.mod", "replace (\n", "a.org/x => a.org/y v1.0.0\n", ")\nrequire a.org/x v1.0.0\n"},
    {"mix.lock", "%{\n", "\"a\": {:hex, :a, \"1.0.0\", \"0\", [], [], \"h\", \"0\"},\n", "}\n"},
    {"lib/x/ebin/x.app", "{application,x,[{vsn,\"1\"},{applications,[", "k,", "]}]}.\n"},
    {"rebar.lock", "[", "{<<\"a\">>,{pkg,<<\"a\">>,<<\"1\">>},0},", "].\n"},
    {"a/x-1-1.rockspec", "", "package = package .. \"x\"\n", "version = \"1\"\n"},
    {"a/x-1-1.rockspec", "", "--[[", ""},
    {"src/x.opam", "version: \"1\"\ndepends: [", "\"a\" {>= \"1\"} ", "]\n"},
    {"src/x.opam", "", "(*", ""},
    {"Podfile.lock", "PODS:\n", "  - A/B (1.0)\n", ""},
    {"cabal.project.freeze", "constraints: ", "any.a ==1,\n", ""},
    {"conanfile.txt", "[requires]\n", "a/1\n", ""},
    {"usr/lib/opkg/status", "", "Package: a\nVersion: 1\nStatus: a b installed\n\n", ""},
    {"usr/lib/R/library/x/DESCRIPTION", "Package: x\nVersion: 1\nImports: ", "a,\n ", "\n"},
    {"x.deps.json", "{\"libraries\": {\"z/1\": {}", ", \"a/1\": {\"type\": \"package\"}", "}}"},
    {"packages.lock.json", "{\"dependencies\": {\"a\": {\"b\": 1}", ", \"a\": {}", "}}"},
    {"packages.config", "<packages>", "<package id=\"a\" version=\"1\"/>", "</packages>"},
    {"Package.resolved", "{\"pins\": [1",
     ", {\"identity\": \"a\", \"state\": {\"version\": \"1\"}}", "]}"},
    {"bom.json", "{\"bomFormat\": \"CycloneDX\", \"components\": [1",
     ", {\"purl\": \"pkg:npm/a@1\"}", "]}"},
};

static void many_entries_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof floods / sizeof *floods; i++) {
        struct scene scene;
        struct text text = {0};
        scene_open(&scene);
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
        assert_non_null(mem);
        text_init(&text, mem, SIZE_MAX);
        text_add(&text, span_of_text(floods[i].head));
        while (text.len < 2 << 20)
            text_add(&text, span_of_text(floods[i].each));
        text_add(&text, span_of_text(floods[i].tail));
        assert_true(text_ok(&text));
        assert_true(scene_show(&scene, span_of_text(floods[i].path), text_span(&text)));
        assert_true(scene_count(&scene) <= scene.limits.packages);
        scene_close(&scene);
    }
}

// The same with bytes in them that no text has: what is told holds none of them.
static void bytes_that_are_no_text_are_not_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof floods / sizeof *floods; i++) {
        struct scene scene;
        struct text text = {0};
        scene_open(&scene);
        text_init(&text, scene.mem, SIZE_MAX);
        text_add(&text, span_of_text(floods[i].head));
        text_add(&text, span_of_text(floods[i].each));
        text_add(&text, span_of("\0\xff\xc0\x01\"", 5));
        text_add(&text, span_of_text(floods[i].tail));
        assert_true(scene_show(&scene, span_of_text(floods[i].path), text_span(&text)));
        for (size_t j = 0; j < scene_count(&scene); j++)
            assert_int_equal(span_find(scene_package(&scene, j)->name, '\0'), SPAN_NONE);
        scene_close(&scene);
    }
}

// "L0 or L1 …" becomes "LicenseRef-L0 OR …": longer than one value may be, though the metadata was
// not.
static void licenses_that_grow_cost_no_package(void **state)
{
    (void)state;
    struct scene scene;
    struct text text = {0};
    scene_open(&scene);
    scene.limits.field_bytes = 1000;
    text_init(&text, scene.mem, SIZE_MAX);
    text_add(&text, S("{\"name\":\"a\",\"version\":\"1\",\"license\":\"L0"));
    for (unsigned i = 1; i < 100; i++)
        text_addf(&text, " OR L%u", i);
    text_add(&text, S("\"}"));
    assert_true(scene_show(&scene, S("node_modules/a/package.json"), text_span(&text)));
    assert_int_equal(scene_count(&scene), 1);
    assert_int_equal(scene_package(&scene, 0)->licenses.len, 0);
    assert_int_equal(scene.notes.items.count, 1);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_entries_end),
        cmocka_unit_test(licenses_that_grow_cost_no_package),
        cmocka_unit_test(bytes_that_are_no_text_are_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
