// Whom messages may go to.
#include "net/http_inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct gate *make(const span *allowed, size_t count, struct arena *mem)
{
    struct gate *gate = NULL;
    struct err err = {0};
    if (!gate_make((struct spans){allowed, count}, mem, &gate, &err))
        fail_msg("%s", err.text);
    return gate;
}

static bool admits(const struct gate *gate, const char *text, bool *ret_listed)
{
    struct os_address address = {0};
    if (!os_address_parse(span_of_text(text), &address))
        fail_msg("%s is no address", text);
    return gate_admits(gate, address, ret_listed);
}

static const char *const denied[] = {
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.0.0",
    "169.254.169.254",
    "169.254.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.168.0.0",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.255",
    "168.63.129.16",
    "100.100.100.200",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:1ff:ffff::",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "3fff::1",
    "4000::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
};

static const char *const admitted[] = {
    "1.1.1.1",       "9.255.255.255",        "11.0.0.0",        "100.63.255.255",
    "100.128.0.0",   "126.255.255.255",      "128.0.0.0",       "169.253.255.255",
    "169.255.0.0",   "172.15.255.255",       "172.32.0.0",      "192.167.255.255",
    "192.169.0.0",   "198.17.255.255",       "198.20.0.0",      "223.255.255.255",
    "168.63.129.15", "168.63.129.17",        "::ffff:8.8.8.8",  "64:ff9b::8.8.8.8",
    "2001:200::",    "2001:4860:4860::8888", "2606:4700::1111", "2a00::1",
    "3ffe::1",
};

static void test_public(void **state)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct gate *gate = make(NULL, 0, mem);
    bool listed = true;
    (void)state;
    for (size_t i = 0; i < sizeof denied / sizeof *denied; i++)
        if (admits(gate, denied[i], &listed) || listed)
            fail_msg("%s is admitted", denied[i]);
    for (size_t i = 0; i < sizeof admitted / sizeof *admitted; i++)
        if (!admits(gate, admitted[i], &listed) || listed)
            fail_msg("%s is not admitted", admitted[i]);
}

static void test_list(void **state)
{
    static const span allowed[] = {S("10.1.0.0/16"),    S("127.0.0.1"),      S("fd00:1::/32"),
                                   S("hooks.internal"), S("*.corp.example"), S("172.16.0.0/13")};
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct gate *gate = make(allowed, sizeof allowed / sizeof *allowed, mem);
    bool listed = false;
    (void)state;
    assert_true(admits(gate, "10.1.0.0", &listed) && listed);
    assert_true(admits(gate, "10.1.255.255", &listed) && listed);
    assert_true(admits(gate, "::ffff:10.1.2.3", &listed) && listed);
    assert_false(admits(gate, "10.0.255.255", &listed));
    assert_false(admits(gate, "10.2.0.0", &listed));
    assert_true(admits(gate, "127.0.0.1", &listed));
    assert_false(admits(gate, "127.0.0.2", &listed));
    assert_true(admits(gate, "fd00:1:2::", &listed));
    assert_false(admits(gate, "fd00:2::", &listed));
    assert_true(admits(gate, "172.23.255.255", &listed));
    assert_false(admits(gate, "172.24.0.0", &listed));
    assert_true(admits(gate, "8.8.8.8", &listed) && !listed);
    assert_true(gate_names(gate, S("hooks.internal:443")));
    assert_true(gate_names(gate, S("HOOKS.Internal:443")));
    assert_true(gate_names(gate, S("a.b.corp.example:80")));
    assert_false(gate_names(gate, S("corp.example:80")));
    assert_false(gate_names(gate, S("hooks.internal.example:443")));
    assert_false(gate_names(gate, S("xhooks.internal:443")));
}

static void test_everything(void **state)
{
    static const span allowed[] = {S("0.0.0.0/0")};
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const struct gate *gate = make(allowed, 1, mem);
    bool listed = false;
    (void)state;
    assert_true(admits(gate, "127.0.0.1", &listed));
    assert_false(admits(gate, "::1", &listed));
}

static void test_malformed(void **state)
{
    static const span lists[] = {S(""),         S("10.0.0.0/33"), S("10.0.0.0/"), S("10.0.0.0/x"),
                                 S("::/129"),   S("a b"),         S("/8"),        S("10.0.0/8"),
                                 S("http://x"), S("::1/-1"),      S("x:80")};
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct gate *gate = NULL;
        struct err err = {0};
        if (gate_make((struct spans){&lists[i], 1}, mem, &gate, &err))
            fail_msg("case %zu", i);
        assert_int_equal(err.kind, ERR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_public),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_everything),
        cmocka_unit_test(test_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
