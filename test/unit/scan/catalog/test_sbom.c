#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void bitnami_describes_what_it_installs(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(
        &scene, S("opt/bitnami/redis/.spdx-redis.spdx"),
        S("{\"spdxVersion\": \"SPDX-2.3\", \"packages\": ["
          "{\"name\": \"redis\", \"licenseConcluded\": \"BSD-3-Clause\", \"externalRefs\": ["
          "{\"referenceType\": \"cpe23Type\", \"referenceLocator\": \"cpe:2.3:a:x\"},"
          "{\"referenceType\": \"purl\", \"referenceLocator\": "
          "\"pkg:bitnami/redis@7.2.4-0?arch=amd64&distro=debian-12\"}]},"
          "{\"name\": \"x/net\", \"externalRefs\": [{\"referenceType\": \"purl\", "
          "\"referenceLocator\": \"pkg:golang/golang.org/x/net@v0.1.0\"}]}]}")));
    assert_true(span_equal(scene_list(&scene), S("bitnami redis 7.2.4-0\n")));
    assert_true(span_equal(scene_package(&scene, 0)->licenses, S("BSD-3-Clause")));
    assert_true(span_equal(scene_package(&scene, 0)->arch, S("amd64")));
    scene_close(&scene);
}

static void cyclonedx_is_read(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    assert_true(scene_show(
        &scene, S("usr/share/sbom/app/app.json"),
        S("{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": ["
          "{\"type\": \"library\", \"name\": \"core\", \"purl\": "
          "\"pkg:npm/%40angular/core@17.0.1\","
          "\"licenses\": [{\"license\": {\"id\": \"MIT\"}}, {\"license\": {\"name\": \"0BSD\"}}],"
          "\"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"AF15\"}],"
          "\"components\": [{\"name\": \"z\", \"purl\": \"pkg:maven/org.z/z@1.0\"}]},"
          "{\"name\": \"out\", \"scope\": \"excluded\", \"purl\": \"pkg:npm/out@1.0.0\"},"
          "{\"name\": \"bash\", \"purl\": \"pkg:deb/debian/bash@5.2\"},"
          "{\"name\": \"none\"}]}")));
    assert_true(span_equal(scene_list(&scene), S("npm @angular/core 17.0.1\nmaven org.z:z 1.0\n")));
    assert_true(span_equal(scene_package(&scene, 0)->licenses, S("MIT AND 0BSD")));
    assert_true(span_equal(scene_hashes(&scene, 0), S("sha256:af15")));
    scene_close(&scene);
}

static void damage_is_noted(void **state)
{
    (void)state;
    scene_expect("bom.json", "{}", "", 1);
    scene_expect("bom.json", "{", "", 1);
    scene_expect("bom.json",
                 "{\"bomFormat\": \"CycloneDX\", \"components\": [{\"purl\": \"nonsense\"}, 1]}",
                 "", 1);
    scene_expect("opt/bitnami/x/.spdx-x.spdx", "SPDXVersion: SPDX-2.2\n", "", 1);
}

static void nested_components_end(void **state)
{
    (void)state;
    struct scene scene;
    scene_open(&scene);
    struct text text;
    text_init(&text, scene.mem, SIZE_MAX);
    text_add(&text, S("{\"bomFormat\": \"CycloneDX\""));
    for (size_t i = 0; i < 100; i++)
        text_add(&text, S(", \"components\": [{\"purl\": \"pkg:npm/a@1\""));
    for (size_t i = 0; i < 100; i++)
        text_add(&text, S("}]"));
    text_add_byte(&text, '}');
    assert_true(text_ok(&text));
    assert_true(scene_show(&scene, S("bom.json"), text_span(&text)));
    assert_int_equal(scene_count(&scene), scene.limits.depth);
    assert_int_equal(scene.notes.items.count, 1);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bitnami_describes_what_it_installs),
        cmocka_unit_test(cyclonedx_is_read),
        cmocka_unit_test(damage_is_noted),
        cmocka_unit_test(nested_components_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
