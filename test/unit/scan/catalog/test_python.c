#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const span metadata_path = S("usr/lib/python3/dist-packages/x-1.dist-info/METADATA");

static void assert_span(span got, const char *wanted)
{
    if (!span_equal(got, span_of_text(wanted)))
        fail_msg("'%.*s' is not '%s'", (int)got.len, (const char *)got.ptr, wanted);
}

static void show(struct scene *scene, span path, const char *text)
{
    assert_true(scene_show(scene, path, span_of_text(text)));
}

static void metadata_names_the_package(void **state)
{
    (void)state;
    static const span paths[] = {
        S("usr/lib/python3/dist-packages/requests-2.28.1.dist-info/METADATA"),
        S("usr/lib/python3/dist-packages/requests-2.28.1.egg-info/PKG-INFO"),
        S("usr/lib/python3/dist-packages/requests-2.28.1.egg/EGG-INFO/PKG-INFO"),
        S("usr/lib/python3/dist-packages/requests-2.28.1.egg-info"),
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct scene scene;
        scene_open(&scene);
        show(&scene, paths[i],
             "Metadata-Version: 2.1\nName: requests\nVersion: 2.28.1\n\nName: no\n");
        assert_span(scene_list(&scene), "pypi requests 2.28.1\n");
        assert_int_equal(scene.notes.items.count, 0);
        scene_close(&scene);
    }
}

static void metadata_without_a_version_is_noted(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    show(&scene, metadata_path, "Name: x\n\nVersion: 1\n");
    assert_int_equal(scene_count(&scene), 0);
    assert_true(scene.notes.incomplete);
    scene_close(&scene);
}

static void licences_come_from_the_best_field(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *license;
    } cases[] = {
        {"License-Expression: MIT OR BSD-2-Clause\nLicense: X\n", "MIT OR BSD-2-Clause"},
        {"License: BSD 3-Clause\nClassifier: License :: OSI Approved :: BSD License\n",
         "BSD-3-Clause"},
        {"License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n", "MIT"},
        {"License: The whole\n        text of it\n"
         "Classifier: License :: OSI Approved :: Apache Software License\n",
         "Apache-2.0"},
        {"Classifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: ISC License "
         "(ISCL)\nClassifier: License :: Other/Proprietary License\n",
         "ISC AND LicenseRef-Other-Proprietary-License"},
        {"Classifier: Topic :: Utilities\n", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene scene;
        struct text text;
        scene_open(&scene);
        text_init(&text, scene.mem, SIZE_MAX);
        text_addf(&text, "Name: x\nVersion: 1\n%s", cases[i].text);
        assert_true(scene_show(&scene, metadata_path, text_span(&text)));
        assert_span(scene_package(&scene, 0)->licenses, cases[i].license);
        scene_close(&scene);
    }
}

static void needs_are_those_without_an_extra(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    show(&scene, metadata_path,
         "Name: x\nVersion: 1\nRequires-Dist: idna (<4,>=2.5)\n"
         "Requires-Dist: PySocks!=1.5.7 ; extra == 'socks'\n"
         "Requires-Dist: zope.interface[test]>=1; python_version < '3'\nRequires-Dist: six\n");
    const struct spans *depends = &scene_package(&scene, 0)->depends;
    assert_int_equal(depends->count, 3);
    assert_span(depends->items[0], "idna");
    assert_span(depends->items[1], "zope.interface");
    assert_span(depends->items[2], "six");
    scene_close(&scene);
}

static void conda_names_packages(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    show(&scene, S("opt/conda/conda-meta/zlib-1.2.13-h1.json"),
         "{\"name\": \"zlib\", \"version\": \"1.2.13\", \"license\": \"Zlib\", \"md5\": \"00\","
         " \"depends\": [\"libgcc-ng >=12\", \"__glibc >=2.17\"], \"sha256\": \"No\"}");
    assert_span(scene_list(&scene), "conda zlib 1.2.13\n");
    const struct package *package = scene_package(&scene, 0);
    assert_span(package->licenses, "Zlib");
    assert_int_equal(package->depends.count, 1);
    assert_span(package->depends.items[0], "libgcc-ng");
    assert_int_equal(package->hashes.count, 1);
    assert_span(package->hashes.items[0], "md5:00");
    show(&scene, S("opt/conda/conda-meta/x.json"), "{\"name\": \"zlib\"}");
    assert_int_equal(scene_count(&scene), 0);
    show(&scene, S("opt/conda/conda-meta/x.json"), "{\"name\": ");
    assert_int_equal(scene.notes.items.count, 2);
    scene_close(&scene);
}

static void expect_seed(const char *path, const char *seed, const char *packages, size_t notes)
{
    struct scene scene;
    scene_open(&scene);
    scene_expect_seed(&scene, path, seed, packages, notes);
    scene_close(&scene);
}

static void eggs_may_be_zipped(void **state)
{
    (void)state;
    expect_seed("usr/lib/python3/dist-packages/eggy-1.2.0-py3.11.egg", "python_archive/real-egg",
                "pypi eggy 1.2.0\n", 0);
    expect_seed("x.egg", "python_archive/entries-overlap", "", 2);
    scene_expect("x.egg", "no archive", "", 1);
}

static void programs_may_hold_packages(void **state)
{
    (void)state;
    static const char packages[] = "pypi six 1.16.0\npypi idna 3.4\n";
    struct scene scene;
    scene_open(&scene);
    scene_expect_seed(&scene, "opt/x.pyz", "python_archive/program", packages, 0);
    assert_span(scene_package(&scene, 0)->member, "site-packages/six-1.16.0.dist-info/METADATA");
    scene_close(&scene);
    expect_seed("opt/x.pex", "python_archive/program", packages, 0);
    expect_seed("usr/local/bin/x", "python_archive/program", packages, 0);
    scene_expect("usr/bin/script", "#!/usr/bin/python3\nprint('no archive behind this line')\n", "",
                 0);
    scene_expect("usr/bin/script", "#!/usr/bin/python3\n", "", 0);
}

static void wheels_and_links_are_not_installed(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_false(
        scene_show(&scene, S("usr/share/python-wheels/pip-23.0.1-py3-none-any.whl"), S("PK\3\4")));
    assert_false(scene_show(&scene, S("usr/lib/python3/site-packages/x.egg-link"), S("/src\n.")));
    scene_close(&scene);
}

static void a_name_that_is_no_text_is_noted(void **state)
{
    (void)state;
    scene_expect("usr/lib/python3/site-packages/x-1.dist-info/METADATA",
                 "Metadata-Version: 2.1\nName: x\xff\nVersion: 1\n", "pypi x\xff 1\n", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_names_the_package),
        cmocka_unit_test(metadata_without_a_version_is_noted),
        cmocka_unit_test(licences_come_from_the_best_field),
        cmocka_unit_test(needs_are_those_without_an_extra),
        cmocka_unit_test(conda_names_packages),
        cmocka_unit_test(eggs_may_be_zipped),
        cmocka_unit_test(programs_may_hold_packages),
        cmocka_unit_test(wheels_and_links_are_not_installed),
        cmocka_unit_test(a_name_that_is_no_text_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
