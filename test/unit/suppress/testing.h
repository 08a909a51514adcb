// What the tests of suppress share: a scene that begins anew for each test, and asking it.
#ifndef PLIMSOLL_TEST_SUPPRESS_TESTING_H
#define PLIMSOLL_TEST_SUPPRESS_TESTING_H

#include "unit/suppress/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct scene *scene;

static inline int set_up(void **state)
{
    struct arena *mem = arena_new(UINT64_C(1) << 30);
    (void)state;
    scene = mem ? ARENA_NEW(mem, struct scene) : NULL;
    if (!scene)
        return -1;
    scene_init(scene, mem);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    arena_free(scene->mem);
    return 0;
}

static inline void ignore_file(const char *name, const char *text)
{
    if (!suppress_add_ignore(scene->suppress, span_of_text(name), span_of_text(text), &scene->err))
        fail_msg("%s", scene->err.text);
}

// As what comes with an image is read: by somebody else, who sends what it says.
static inline bool add_sent(enum suppress_origin origin, span name, span text)
{
    struct suppress *other = NULL;
    struct text wire;
    text_init(&wire, scene->mem, SIZE_MAX);
    if (!suppress_new(&scene->limits, 0, scene->mem, &other, &scene->err) ||
        !suppress_add_vex(other, origin, name, text, &scene->err))
        return false;
    suppress_write_vex(other, &wire);
    return text_ok(&wire) &&
           suppress_read_vex(scene->suppress, origin, name, text_span(&wire), &scene->err);
}

static inline void vex_from(enum suppress_origin origin, const char *name, const char *text)
{
    span source = span_of_text(name);
    bool given = origin == SUPPRESS_FILE || origin == SUPPRESS_HUB;
    bool ok =
        given ? suppress_add_vex(scene->suppress, origin, source, span_of_text(text), &scene->err)
              : add_sent(origin, source, span_of_text(text));
    if (!ok)
        fail_msg("%s", scene->err.text);
}

static inline void vex(const char *text)
{
    vex_from(SUPPRESS_FILE, "vex.json", text);
}

static inline void apply(void)
{
    if (!suppress_apply(scene->suppress, &scene->scan, &scene->notes, &scene->err))
        fail_msg("%s", scene->err.text);
    scene_check(scene);
}

static inline void assert_refused(bool accepted, enum err_kind kind, const char *words)
{
    assert_false(accepted);
    assert_string_equal(err_kind_name(scene->err.kind), err_kind_name(kind));
    if (!strstr(scene->err.text, words))
        fail_msg("'%s' does not say '%s'", scene->err.text, words);
}

static inline void assert_span(span got, const char *wanted)
{
    if (!span_equal(got, span_of_text(wanted)))
        fail_msg("'%.*s' is not '%s'", (int)got.len, (const char *)got.ptr, wanted);
}

static inline bool counts(const struct finding *finding)
{
    return finding->suppressed.len == 0;
}

// Is there a note that says so?
static inline bool noted(const char *words)
{
    for (size_t i = 0; i < scene->notes.items.count; i++)
        if (span_contains(LIST_AT(&scene->notes.items, struct note, i)->text, span_of_text(words)))
            return true;
    return false;
}

#endif
