#include "os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
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

static long make_executable_with_a_key(void)
{
    void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return syscall(SYS_pkey_mprotect, at, 4096, PROT_READ | PROT_EXEC, -1);
}

static long make_a_thread(void)
{
    return syscall(SYS_clone3, NULL, 0);
}

static long make_a_memory_file(void)
{
    return memfd_create("escaped", 0);
}

static long copy_a_descriptor(void)
{
    return dup(STDERR_FILENO);
}

static long type_into_the_terminal(void)
{
    return ioctl(STDERR_FILENO, TIOCSTI, "x");
}

static long shorten_the_users_file(void)
{
    return ftruncate(STDERR_FILENO, 0);
}

// The kernel takes the lower half of the register for the descriptor.
static long shorten_the_users_file_in_disguise(void)
{
    return syscall(SYS_ftruncate, (UINT64_C(1) << 32) + STDERR_FILENO, 0);
}

static long overwrite_the_users_file(void)
{
    return pwrite(STDERR_FILENO, "x", 1, 0);
}

static long write_elsewhere(void)
{
    return write(STDOUT_FILENO, "x", 1);
}

static long send_elsewhere(void)
{
    return send(STDERR_FILENO, "x", 1, 0);
}

static long use_an_inherited_descriptor(void)
{
    char byte = 0;
    for (int fd = 4; fd < 1000; fd++)
        if (pread(fd, &byte, 1, 0) >= 0 || errno != EBADF)
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
    {"make memory executable with a key", make_executable_with_a_key, false},
    {"signal another process", signal_another, false},
    {"make a thread", make_a_thread, false},
    {"make a memory file", make_a_memory_file, false},
    {"copy a descriptor", copy_a_descriptor, false},
    {"type into the terminal", type_into_the_terminal, false},
    {"shorten standard error", shorten_the_users_file, false},
    {"shorten standard error in disguise", shorten_the_users_file_in_disguise, false},
    {"overwrite standard error", overwrite_the_users_file, false},
    {"write to another descriptor", write_elsewhere, false},
    {"send on another descriptor", send_elsewhere, false},
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

// ---------------------------------------------------------------- what is handed over

enum { SCRATCH_SIZE = 65536, FRAME_FILE = 1, FRAME_ANSWER = 2 };

static void write_what_comes(void *self, int socket)
{
    (void)self;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(4096);
    uint32_t kind = 0;
    span payload = {0};
    CLEANUP(os_close) int fd = -1;
    if (!os_receive_frame(socket, 8, mem, &kind, &payload, &fd, NULL))
        return;
    reader r = reader_of(payload);
    uint64_t end = read_u64le(&r);
    uint8_t done = os_resize(fd, end, NULL) && os_write_at(fd, end - 1, S("x"), NULL);
    (void)os_send_frame(socket, FRAME_ANSWER, span_of(&done, 1), -1, NULL); // the parent asserts
}

// Hands over a file in which something is to be written right before `end`. Does the worker say
// that it has? False with an error if it died.
static bool written_before(int fd, uint64_t end, bool *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 16);
    struct limits limits = limits_default();
    limits.file_bytes = SCRATCH_SIZE;
    struct os_jail_work work = {.run = write_what_comes};
    struct os_jail jail = {.socket = -1};
    struct text place;
    uint32_t kind = 0;
    span answer = {0};
    int none = -1;
    text_init(&place, mem, 8);
    text_add_u64le(&place, end);
    assert_true(os_jail_start(&work, &limits, &jail, NULL));
    assert_true(os_jail_ready(&jail, &limits, NULL));
    assert_true(os_send_frame(jail.socket, FRAME_FILE, text_span(&place), fd, NULL));
    bool answered = os_receive_frame(jail.socket, 8, mem, &kind, &answer, &none, NULL);
    *ret = answered && answer.ptr[0];
    return os_jail_stop(&jail, err);
}

static void a_scratch_file_is_written_up_to_the_limit(void **state)
{
    (void)state;
    CLEANUP(os_close) int fd = -1;
    bool written = false;
    struct err err = {0};
    struct os_stat stat = {0};
    assert_true(os_memory_file(&fd, NULL));
    assert_true(written_before(fd, SCRATCH_SIZE, &written, &err));
    assert_true(written);
    assert_false(written_before(fd, SCRATCH_SIZE + 1, &written, &err));
    assert_false(written);
    assert_string_equal(err.text, "the worker died of signal 25"); // SIGXFSZ
    assert_true(os_stat_fd(fd, &stat, NULL));
    assert_int_equal(stat.size, SCRATCH_SIZE);
}

static void what_is_read_only_stays_as_it_is(void **state)
{
    (void)state;
    CLEANUP(os_close) int fd = -1;
    bool written = false;
    struct err err = {0};
    struct os_stat stat = {0};
    assert_true(os_spool_file("/tmp", &fd, NULL));
    assert_true(os_write_all(fd, S("layer"), NULL));
    os_make_read_only(&fd);
    assert_true(written_before(fd, 1, &written, &err));
    assert_false(written);
    assert_true(os_stat_fd(fd, &stat, NULL));
    assert_int_equal(stat.size, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_hostile_is_refused),
        cmocka_unit_test(everything_is_refused_for_nobody_too),
        cmocka_unit_test(an_abort_is_named),
        cmocka_unit_test(a_scratch_file_is_written_up_to_the_limit),
        cmocka_unit_test(what_is_read_only_stays_as_it_is),
    };
    return cmocka_run_group_tests_name("jail", tests, NULL, NULL);
}
