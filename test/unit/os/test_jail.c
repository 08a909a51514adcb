#include "os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

// One thing that hostile bytes might make the child try. The answer is what came of it.
struct attempt {
    const char *name;
    long (*run)(void); // -1 with errno when it is refused
    bool deadly;       // refused by SIGSYS
};

static long open_a_file(void)
{
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static long write_a_file(void)
{
    return open("/tmp/plimsoll-escaped", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

static long make_a_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static long run_a_program(void)
{
    char name[] = "true";
    char *const argv[] = {name, NULL};
    return execv("/bin/true", argv);
}

static long make_a_process(void)
{
    return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static long map_executable(void)
{
    void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? -1 : 0;
}

static long make_executable(void)
{
    void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mprotect(at, 4096, PROT_READ | PROT_EXEC);
}

static long signal_another(void)
{
    return syscall(SYS_tgkill, getppid(), getppid(), 0);
}

static long use_an_inherited_descriptor(void)
{
    for (int fd = 4; fd < 1000; fd++)
        if (lseek(fd, 0, SEEK_CUR) >= 0 || errno != EBADF)
            return fd;
    errno = EPERM; // none is open, which is as good
    return -1;
}

static const struct attempt attempts[] = {
    {"open a file", open_a_file, false},
    {"write a file", write_a_file, false},
    {"make a socket", make_a_socket, true},
    {"run a program", run_a_program, true},
    {"make a process", make_a_process, false},
    {"map executable memory", map_executable, false},
    {"make memory executable", make_executable, false},
    {"signal another process", signal_another, false},
    {"use an inherited descriptor", use_an_inherited_descriptor, false},
};

static void try_it(void *self, int socket)
{
    const struct attempt *attempt = self;
    errno = 0;
    long result = attempt->run();
    uint8_t refused = result == -1 && errno == EPERM;
    (void)os_send_frame(socket, 1, span_of(&refused, 1), -1, NULL); // the parent asserts
}

static void check_attempt(const struct attempt *attempt)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct limits limits = limits_default();
    struct os_jail_work work = {.run = try_it, .self = (void *)(uintptr_t)attempt};
    struct os_jail jail = {.socket = -1};
    struct err err = {0};
    uint32_t kind = 0;
    span payload = {0};
    int fd = -1;
    if (!os_jail_start(&work, &limits, &jail, &err) || !os_jail_ready(&jail, &limits, &err))
        fail_msg("%s: %s", attempt->name, err.text);
    bool answered = os_receive_frame(jail.socket, 100, mem, &kind, &payload, &fd, NULL);
    if (answered == attempt->deadly || (answered && !payload.ptr[0]))
        fail_msg("%s: was not refused", attempt->name);
    bool well = os_jail_stop(&jail, &err);
    assert_int_equal(well, !attempt->deadly);
    if (attempt->deadly)
        assert_int_equal(err.kind, ERR_INPUT);
}

static void everything_hostile_is_refused(void **state)
{
    (void)state;
    int inherited = open("/dev/null", O_RDONLY); // deliberately without O_CLOEXEC
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
        check_attempt(&attempts[i]);
    (void)close(inherited);
}

static void everything_is_refused_for_nobody_too(void **state)
{
    (void)state;
    if (geteuid() != 0)
        return; // the test above was it
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
            _exit(2);
        for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
            check_attempt(&attempts[i]);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void abort_itself(void *self, int socket)
{
    (void)self;
    (void)socket;
    abort();
}

static void an_abort_is_named(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    struct os_jail_work work = {.run = abort_itself};
    struct os_jail jail = {.socket = -1};
    struct err err = {0};
    char byte = 0;
    assert_true(os_jail_start(&work, &limits, &jail, NULL));
    assert_true(os_jail_ready(&jail, &limits, NULL));
    assert_int_equal(read(jail.socket, &byte, 1), 0);
    assert_false(os_jail_stop(&jail, &err));
    assert_string_equal(err.text, "the worker died of signal 6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_hostile_is_refused),
        cmocka_unit_test(everything_is_refused_for_nobody_too),
        cmocka_unit_test(an_abort_is_named),
    };
    return cmocka_run_group_tests_name("jail", tests, NULL, NULL);
}
