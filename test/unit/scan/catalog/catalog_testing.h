// What the tests of text readers share: a scene for each test, and what a file should tell.
#ifndef PLIMSOLL_TEST_CATALOG_TESTING_H
#define PLIMSOLL_TEST_CATALOG_TESTING_H

#include "catalog_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct scene scene;

static int set_up(void **state)
{
    (void)state;
    scene_open(&scene);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scene_close(&scene);
    return 0;
}

static void assert_span(span got, const char *wanted)
{
    if (!span_equal(got, span_of_text(wanted)))
        fail_msg("'%.*s' is not '%s'", (int)got.len, (const char *)got.ptr, wanted);
}

// Shown this file, the catalog lists these packages and has nothing to note.
static void assert_list(span path, const char *text, const char *list)
{
    assert_true(scene_show(&scene, path, span_of_text(text)));
    assert_span(scene_list(&scene), list);
    assert_int_equal(scene.notes.items.count, 0);
}

#endif
