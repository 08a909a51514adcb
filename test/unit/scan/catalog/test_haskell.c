#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void ghc_registers_packages(void **state)
{
    (void)state;
    scene_expect("var/lib/ghc/package.conf.d/aeson-2.0.3.0.conf",
                 "name:            aeson\nversion:         2.0.3.0\nvisibility:      public\n"
                 "id:              aeson-2.0.3.0-AbC\nlicense:         BSD-3-Clause\n"
                 "description:\n    Fast.\n    .\n    Name: no\n",
                 "hackage aeson 2.0.3.0\n", 0);
    scene_expect("x/package.conf.d/z-attoparsec-z-internal.conf",
                 "name: z-attoparsec-z-internal\nversion: 0.14.4\npackage-name: attoparsec\n", "",
                 0);
    scene_expect("x/package.conf.d/x.conf", "hello\n", "", 1);
}

static void stack_locks_packages(void **state)
{
    (void)state;
    scene_expect("stack.yaml.lock",
                 "packages:\n"
                 "- completed:\n"
                 "    hackage: HsYAML-0.2.1.1@sha256:e4677daeba57f7a1e9a709a1f3022fe9,1234\n"
                 "    pantry-tree:\n      sha256: aa\n      size: 1340\n"
                 "  original:\n    hackage: HsYAML-0.2.1.1\n"
                 "- completed:\n    commit: 0b\n    git: https://example.org/x.git\n"
                 "    name: servant\n    version: 0.19.1\n"
                 "  original:\n    git: https://example.org/x.git\n"
                 "snapshots: []\n",
                 "hackage HsYAML 0.2.1.1\nhackage servant 0.19.1\n", 0);
}

static void stack_asks_for_packages(void **state)
{
    (void)state;
    scene_expect("stack.yaml",
                 "resolver: lts-20.4\nextra-deps:\n- acme-missiles-0.3\n"
                 "- HsYAML-0.2.1.1@sha256:e467,1234\n- git: https://example.org/x.git\n"
                 "  commit: 0b\n- ./vendor/local-thing\n",
                 "hackage acme-missiles 0.3\nhackage HsYAML 0.2.1.1\n", 0);
}

static void cabal_freezes_packages(void **state)
{
    (void)state;
    scene_expect("cabal.project.freeze",
                 "active-repositories: hackage:merge\n"
                 "constraints: any.Cabal ==3.2.1.0,\n"
                 "             any.aeson ==2.0.3.0,\n"
                 "             aeson -cffi +ordered-keymap,\n"
                 "             any.base >=4\n"
                 "index-state: hackage 2022-01-01T00:00:00Z\n",
                 "hackage Cabal 3.2.1.0\nhackage aeson 2.0.3.0\n", 0);
}

static void damage_is_noted(void **state)
{
    (void)state;
    scene_expect("stack.yaml.lock", "packages: {", "", 1);
    scene_expect("stack.yaml", "extra-deps: 7\n", "", 0);
    scene_expect("cabal.project.freeze", "any.\nany.x\nany.x ==\nconstraints:", "", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ghc_registers_packages),  cmocka_unit_test(stack_locks_packages),
        cmocka_unit_test(stack_asks_for_packages), cmocka_unit_test(cabal_freezes_packages),
        cmocka_unit_test(damage_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
