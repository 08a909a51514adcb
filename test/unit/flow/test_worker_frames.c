#include "flow/worker_inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { BUDGET = 1 << 20 };

struct fixture {
    struct arena *mem;
    struct text out;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture.mem = arena_new(BUDGET);
    assert_non_null(fixture.mem);
    text_init(&fixture.out, fixture.mem, SIZE_MAX);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_free(fixture->mem);
    return 0;
}

// ---------------------------------------------------------------- requests

static const struct layer_request sample = {
    .index = UINT32_MAX,
    .seekable = true,
    .offset = UINT64_MAX,
    .length = 1,
    .digest = {(const uint8_t *)"sha256:ab", 9},
};

static void request_survives(void **state)
{
    struct fixture *fixture = *state;
    struct layer_request got = {0};
    layer_request_write(&sample, &fixture->out);
    assert_true(layer_request_read(text_span(&fixture->out), &got, NULL));
    assert_int_equal(got.index, sample.index);
    assert_true(got.seekable);
    assert_true(got.offset == sample.offset && got.length == sample.length);
    assert_true(span_equal(got.digest, sample.digest));
    assert_int_equal(got.diff_id.len, 0);
}

static void damaged_request_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct layer_request untouched = {.index = 7};
    struct err err = {0};
    layer_request_write(&sample, &fixture->out);
    span whole = text_span(&fixture->out);
    for (size_t len = 0; len < whole.len; len++) {
        assert_false(layer_request_read(span_first(whole, len), &untouched, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
    text_add_u8(&fixture->out, 0);
    assert_false(layer_request_read(text_span(&fixture->out), &untouched, &err));
    assert_int_equal(untouched.index, 7);
}

// ---------------------------------------------------------------- failures

static void failure_survives(void **state)
{
    struct fixture *fixture = *state;
    struct err failure = {0};
    struct err got = {0};
    uint32_t index = 0;
    (void)err_set(&failure, ERR_LIMIT, "layer: too large");
    failure_write(3, &failure, &fixture->out);
    assert_true(failure_read(text_span(&fixture->out), &index, &got, NULL));
    assert_int_equal(index, 3);
    assert_int_equal(got.kind, ERR_LIMIT);
    assert_string_equal(got.text, "layer: too large");
}

// The worker may have been taken over: what it says must not reach a terminal as it is.
static void failure_is_quoted(void **state)
{
    struct fixture *fixture = *state;
    struct err got = {0};
    uint32_t index = 0;
    text_add_u32le(&fixture->out, 0);
    text_add_u32le(&fixture->out, ERR_INPUT);
    for (int i = 0; i < 1000; i++)
        text_add(&fixture->out, S("\x1b[2J%s"));
    assert_true(failure_read(text_span(&fixture->out), &index, &got, NULL));
    assert_true(span_find(span_of_text(got.text), 0x1b) == SPAN_NONE);
}

static void damaged_failure_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const uint32_t kinds[] = {ERR_NONE, ERR_USAGE + 1, UINT32_MAX};
    struct err got = {0};
    uint32_t index = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct text out;
        text_init(&out, fixture->mem, SIZE_MAX);
        text_add_u32le(&out, 0);
        text_add_u32le(&out, kinds[i]);
        assert_false(failure_read(text_span(&out), &index, &got, NULL));
    }
    assert_false(failure_read(S("short"), &index, &got, NULL));
    assert_false(failure_read((span){0}, &index, &got, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(request_survives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_request_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(failure_survives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(failure_is_quoted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_failure_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
