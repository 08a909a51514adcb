#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void modules_are_required(void **state)
{
    (void)state;
    scene_expect("src/go.mod",
                 "module example.org/shop // the shop\n\n"
                 "go 1.21\n\ntoolchain go1.21.3\n\n"
                 "require github.com/pkg/errors v0.9.1\n"
                 "require (\n"
                 "\tgolang.org/x/net v0.17.0 // indirect\n"
                 "\t\"golang.org/x/text\" v0.13.0\n"
                 "\tgopkg.in/yaml.v3 v3.0.1\n"
                 ")\n"
                 "exclude golang.org/x/crypto v0.1.0\n"
                 "retract (\n\tv1.0.0\n\t[v1.1.0, v1.2.0] // wrong\n)\n",
                 "golang github.com/pkg/errors v0.9.1\n"
                 "golang golang.org/x/net v0.17.0\n"
                 "golang golang.org/x/text v0.13.0\n"
                 "golang gopkg.in/yaml.v3 v3.0.1\n"
                 "golang stdlib 1.21.3\n",
                 0);
}

static void replaced_modules_are_what_replaces_them(void **state)
{
    (void)state;
    scene_expect("go.mod",
                 "module m\r\nrequire (\r\n a.org/x v1.0.0\r\n a.org/y v1.0.0\r\n"
                 " a.org/z v1.0.0\r\n a.org/w v1.0.0\r\n)\r\n"
                 "replace a.org/x => b.org/x v1.1.0\r\n"
                 "replace (\r\n a.org/y v1.0.0 => ./y\r\n a.org/z v0.9.0 => b.org/z v0.9.1\r\n"
                 " a.org/w => b.org/w v2.0.0\r\n a.org/w v1.0.0 => b.org/w v1.0.1\r\n)\r\n",
                 "golang a.org/z v1.0.0\ngolang b.org/w v1.0.1\ngolang b.org/x v1.1.0\n", 0);
}

static void nonsense_asks_for_nothing(void **state)
{
    (void)state;
    scene_expect("go.mod", "require", "", 0);
    scene_expect("go.mod", "require (", "", 0);
    scene_expect("go.mod", "(\n)\n)\nrequire x\nreplace\nreplace =>\nreplace a => \ntoolchain\n",
                 "", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modules_are_required),
        cmocka_unit_test(replaced_modules_are_what_replaces_them),
        cmocka_unit_test(nonsense_asks_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
