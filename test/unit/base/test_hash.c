#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// The test vectors of the paper: key 00 01 … 0f, message 00 01 … of each length.
static void the_hash_is_siphash(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        uint64_t hash;
    } rows[] = {
        {0, 0x726fdb47dd0e0e31}, {1, 0x74f839c593dc67fd},  {7, 0xab0200f58b01d137},
        {8, 0x93f5f5799a932462}, {15, 0xa129ca6149be45e5}, {16, 0x3f2acc7f57c29bdb},
    };
    const hash_key key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
    uint8_t message[16];
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(span_keyed_hash(span_of(message, rows[i].len), key) == rows[i].hash);
}

static void every_part_of_the_key_counts(void **state)
{
    (void)state;
    uint64_t hash = span_keyed_hash(S("a"), (hash_key){1, 2});
    assert_true(hash != span_keyed_hash(S("a"), (hash_key){2, 2}));
    assert_true(hash != span_keyed_hash(S("a"), (hash_key){1, 1}));
    assert_true(hash == span_keyed_hash(S("a"), (hash_key){1, 2}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_is_siphash),
        cmocka_unit_test(every_part_of_the_key_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
