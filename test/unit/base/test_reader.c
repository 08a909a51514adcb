#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t counting[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static reader over(size_t len)
{
    return reader_of(span_of(counting, len));
}

static void byte_orders(void **state)
{
    (void)state;
    reader r = over(9);
    assert_int_equal(read_u8(&r), 1);
    r = over(9);
    assert_int_equal(read_u16le(&r), 0x0201);
    assert_int_equal(read_u16be(&r), 0x0304);
    r = over(9);
    assert_int_equal(read_u32le(&r), 0x04030201);
    assert_int_equal(read_u32be(&r), 0x05060708);
    r = over(9);
    assert_int_equal(read_u64le(&r), UINT64_C(0x0807060504030201));
    r = over(9);
    assert_int_equal(read_u64be(&r), UINT64_C(0x0102030405060708));
    assert_true(read_ok(&r));
    assert_false(read_end(&r));
    assert_int_equal(read_u8(&r), 9);
    assert_true(read_end(&r));
}

static void each_read_needs_all_its_bytes(void **state)
{
    (void)state;
    for (size_t len = 0; len < 8; len++) {
        reader r = over(len);
        assert_int_equal(read_u64be(&r), 0);
        assert_false(read_ok(&r));
    }
    for (size_t len = 0; len < 4; len++) {
        reader r = over(len);
        assert_int_equal(read_u32le(&r), 0);
        assert_false(read_ok(&r));
    }
    reader r = over(1);
    assert_int_equal(read_u16be(&r), 0);
    assert_false(read_ok(&r));
}

static void failure_poisons(void **state)
{
    (void)state;
    reader r = over(9);
    assert_int_equal(read_bytes(&r, 10).len, 0);
    assert_false(read_ok(&r));
    assert_false(read_end(&r));
    assert_int_equal(read_u8(&r), 0);
    assert_int_equal(read_bytes(&r, 0).len, 0);
    assert_int_equal(read_field(&r).len, 0);
    assert_false(read_ok(&r));
}

static void lengths_up_to_the_largest(void **state)
{
    (void)state;
    const uint64_t too_long[] = {10, UINT32_MAX, UINT64_MAX - 8, UINT64_MAX};
    for (size_t i = 0; i < sizeof too_long / sizeof *too_long; i++) {
        reader r = over(9);
        read_skip(&r, too_long[i]);
        assert_false(read_ok(&r));
    }
    reader r = over(9);
    read_skip(&r, 0);
    read_skip(&r, 8);
    assert_int_equal(read_bytes(&r, 1).ptr[0], 9);
    assert_true(read_end(&r));
    assert_int_equal(read_bytes(&r, 0).len, 0);
    assert_true(read_end(&r));
}

static void nothing_can_be_read_from_nothing(void **state)
{
    (void)state;
    reader r = reader_of((span){0});
    assert_true(read_end(&r));
    assert_int_equal(read_u8(&r), 0);
    assert_false(read_end(&r));
}

static void fields_carry_their_length(void **state)
{
    (void)state;
    reader r = reader_of(S("\2\0\0\0hi\0\0\0\0\3\0\0\0no"));
    assert_true(span_equal(read_field(&r), S("hi")));
    assert_int_equal(read_field(&r).len, 0);
    assert_true(read_ok(&r));
    assert_int_equal(read_field(&r).len, 0);
    assert_false(read_ok(&r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(byte_orders),
        cmocka_unit_test(each_read_needs_all_its_bytes),
        cmocka_unit_test(failure_poisons),
        cmocka_unit_test(lengths_up_to_the_largest),
        cmocka_unit_test(nothing_can_be_read_from_nothing),
        cmocka_unit_test(fields_carry_their_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
