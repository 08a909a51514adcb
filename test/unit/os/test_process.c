#include "os/os.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const everything[] = {"", NULL};

static bool run(const char *script, span input, uint64_t most, span *ret, int *status,
                struct err *err)
{
    static struct arena *mem;
    const char *const argv[] = {"sh", "-c", script, NULL};
    arena_free(mem);
    mem = arena_new(1 << 24);
    return os_run(argv, input, most, 1, mem, ret, status, err);
}

static void output_and_status_come_back(void **state)
{
    (void)state;
    span output = {0};
    int status = -1;
    assert_true(run("cat; exit 3", S("input"), 100, &output, &status, NULL));
    assert_true(span_equal(output, S("input")));
    assert_int_equal(status, 3);
}

static void more_output_than_allowed_is_a_limit(void **state)
{
    (void)state;
    span output = {0};
    int status = -1;
    struct err err = {0};
    assert_false(run("echo 123456789", S(""), 5, &output, &status, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void a_program_that_stays_is_ended(void **state)
{
    (void)state;
    const char *scripts[] = {"exec sleep 60", "exec >&-; exec sleep 60"};
    for (size_t i = 0; i < 2; i++) {
        span output = {0};
        int status = -1;
        struct err err = {0};
        assert_false(run(scripts[i], S(""), 5, &output, &status, &err));
        assert_int_equal(err.kind, ERR_TIMEOUT);
    }
}

static void a_program_that_is_not_there_is_missing(void **state)
{
    (void)state;
    const char *const argv[] = {"no-such-program-anywhere", NULL};
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    span output = {0};
    int status = 0;
    struct err err = {0};
    assert_false(os_run(argv, S(""), 10, 1, mem, &output, &status, &err));
    assert_int_equal(err.kind, ERR_MISSING);
}

static void a_frame_brings_one_descriptor_at_most(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    int sockets[2];
    int two[2] = {0, 1};
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    int before = dup(0);
    (void)close(before);
    uint8_t header[16] = {1};
    union {
        char bytes[CMSG_SPACE(sizeof two)];
        struct cmsghdr align;
    } control = {0};
    struct iovec part = {.iov_base = header, .iov_len = sizeof header};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    *rights = (struct cmsghdr){
        .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof two)};
    memcpy(CMSG_DATA(rights), two, sizeof two);
    assert_int_equal(sendmsg(sockets[1], &message, 0), sizeof header);
    uint32_t kind = 0;
    span payload = {0};
    int fd = -1;
    assert_false(os_receive_frame(sockets[0], 100, mem, &kind, &payload, &fd, NULL));
    int after = dup(0);
    assert_int_equal(after, before); // nothing was left open
    (void)close(after);
    (void)close(sockets[0]);
    (void)close(sockets[1]);
}

// ---------------------------------------------------------------- companions

// It sends back what it hears.
static void talk_to(const char *const argv[], const char *const variables[])
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    CLEANUP(os_companion_stop) struct os_companion companion = {.socket = -1};
    uint32_t kind = 0;
    span payload = {0};
    int fd = -1;
    struct err err = {0};
    if (!os_companion_start(argv, variables, &companion, &err) ||
        !os_socket_patience(companion.socket, 60, &err) ||
        !os_send_frame(companion.socket, 7, S("hello"), -1, &err) ||
        !os_receive_frame(companion.socket, 100, mem, &kind, &payload, &fd, &err))
        fail_msg("%s", err.text);
    assert_int_equal(kind, 7);
    assert_true(span_equal(payload, S("hello")));
}

static void a_companion_is_talked_to(void **state)
{
    (void)state;
    const char *const argv[] = {"sh", "-c", "echo nobody hears this; cat <&0 >&0", NULL};
    talk_to(argv, everything);
}

static void a_companion_has_what_it_is_given_of_the_environment(void **state)
{
    (void)state;
    static const char *const some[] = {"PATH=", "OPEN_", NULL};
    const char *const argv[] = {
        "sh", "-c", "test -z \"$HIDDEN\" && test \"$OPEN_ONE\" = 1 && cat <&0 >&0", NULL};
    assert_int_equal(setenv("HIDDEN", "secret", 1), 0);
    assert_int_equal(setenv("OPEN_ONE", "1", 1), 0);
    talk_to(argv, some);
}

static void a_companion_that_stays_is_ended(void **state)
{
    (void)state;
    const char *const argv[] = {"sleep", "1000", NULL};
    struct os_companion companion = {.socket = -1};
    struct err err = {0};
    if (!os_companion_start(argv, everything, &companion, &err))
        fail_msg("%s", err.text);
    int pid = companion.pid;
    assert_true(os_companion_runs(&companion));
    os_companion_stop(&companion);
    assert_int_equal(companion.pid, 0);
    assert_int_equal(kill(pid, 0), -1); // collected, too
    os_companion_stop(&companion);      // none is fine
}

static void a_companion_that_goes_is_noticed(void **state)
{
    (void)state;
    const char *const argv[] = {"true", NULL};
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    CLEANUP(os_companion_stop) struct os_companion companion = {.socket = -1};
    uint32_t kind = 0;
    span payload = {0};
    int fd = -1;
    struct err err = {0};
    assert_true(os_companion_start(argv, everything, &companion, &err));
    assert_false(os_receive_frame(companion.socket, 100, mem, &kind, &payload, &fd, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    for (unsigned i = 0; i < 1000 && os_companion_runs(&companion); i++)
        os_sleep_ms(1); // its socket goes before it does
    assert_false(os_companion_runs(&companion));
    assert_int_equal(companion.pid, 0);
}

static void a_companion_that_is_not_there_is_missing(void **state)
{
    (void)state;
    const char *const argv[] = {"no-such-program-anywhere", NULL};
    struct os_companion companion = {.socket = -1};
    struct err err = {0};
    assert_false(os_companion_start(argv, everything, &companion, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    assert_int_equal(companion.pid, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_and_status_come_back),
        cmocka_unit_test(more_output_than_allowed_is_a_limit),
        cmocka_unit_test(a_program_that_stays_is_ended),
        cmocka_unit_test(a_program_that_is_not_there_is_missing),
        cmocka_unit_test(a_frame_brings_one_descriptor_at_most),
        cmocka_unit_test(a_companion_is_talked_to),
        cmocka_unit_test(a_companion_has_what_it_is_given_of_the_environment),
        cmocka_unit_test(a_companion_that_stays_is_ended),
        cmocka_unit_test(a_companion_that_goes_is_noticed),
        cmocka_unit_test(a_companion_that_is_not_there_is_missing),
    };
    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
