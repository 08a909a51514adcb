#include "os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Sanitizers reserve terabytes of address space.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER 0
#endif

// Descriptors of the child: nothing as standard input and output, then these, then what is handed
// over.
enum { NOBODY = 65534, SOCKET = 3, MOST_DESCRIPTORS = 64 };

// ---------------------------------------------------------------- the walls, one by one

// Keeps the socket, as descriptor SOCKET, and standard error; everything else is closed.
static bool close_descriptors(int *socket, struct err *err)
{
    CLEANUP(os_close) int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0)
        return err_set_sys(err, errno, "/dev/null");
    if (dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0 || dup2(*socket, SOCKET) < 0)
        return err_set_sys(err, errno, "descriptors");
    os_take_fd(&nothing); // closed with the rest below
    *socket = SOCKET;
    if (syscall(SYS_close_range, SOCKET + 1u, ~0u, 0u) != 0)
        return err_set_sys(err, errno, "close_range");
    return true;
}

static bool set_limit(int resource, rlim_t value, struct err *err)
{
    struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
    if (setrlimit((__rlimit_resource_t)resource, &limit) != 0)
        return err_set_sys(err, errno, "rlimit %d", resource);
    return true;
}

static bool set_limits(const struct limits *limits, struct err *err)
{
    rlim_t processor_seconds = limits->seconds * os_cpu_count();
    if (!HAS_SANITIZER && !set_limit(RLIMIT_AS, limits->memory_bytes, err))
        return false;
    return set_limit(RLIMIT_CORE, 0, err) && set_limit(RLIMIT_FSIZE, limits->file_bytes, err) &&
           set_limit(RLIMIT_NOFILE, MOST_DESCRIPTORS, err) &&
           set_limit(RLIMIT_CPU, processor_seconds, err);
}

// Namespaces of its own: no network device, no view of other processes' IPC or mounts. Needs
// privilege or unprivileged user namespaces, so it is a second wall, not the first.
static bool leave_namespaces(void)
{
    int kinds = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;
    return unshare(kinds) == 0 || unshare(kinds | CLONE_NEWUSER) == 0;
}

// An unprivileged user, and root in a user namespace without a mapping, cannot become nobody; they
// still lose every capability.
static bool drop_privileges(struct err *err)
{
    bool nobody = setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
                  setresuid(NOBODY, NOBODY, NOBODY) == 0;
    if (!nobody && errno != EPERM && errno != EINVAL)
        return err_set_sys(err, errno, "privileges");
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {0};
    if (syscall(SYS_capset, &header, none) != 0)
        return err_set_sys(err, errno, "capabilities");
    return true;
}

// A ruleset that handles every right and grants none (Landlock ABI 1).
static bool forbid_files(void)
{
    struct landlock_ruleset_attr attr = {.handled_access_fs = (1u << 13) - 1};
    CLEANUP(os_close)
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0u);
    return ruleset >= 0 && syscall(SYS_landlock_restrict_self, ruleset, 0u) == 0;
}

// What computing, reading handed-over descriptors and answering takes, whatever the arguments.
static const int allowed_calls[] = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(close),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(getrandom),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sysinfo),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
#if HAS_SANITIZER
    SCMP_SYS(sigaltstack),
    SCMP_SYS(sched_yield),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),
#endif
};

// Only on the socket to the parent.
static const int socket_calls[] = {
    SCMP_SYS(sendmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(recvmsg),
};

// Only on standard error, where the C library says why it aborts.
static const int message_calls[] = {
    SCMP_SYS(write),
    SCMP_SYS(writev),
};

// Only on what the parent hands over: standard error may be a file of the user's. Of that, only
// scratch files can be written to, and RLIMIT_FSIZE bounds them.
static const int scratch_calls[] = {
    SCMP_SYS(pwrite64),
    SCMP_SYS(ftruncate),
};

// No reader of bytes ever needs these: an attempt is an attack and ends the process. All other
// calls fail with EPERM, since libraries probe for files that they can do without.
static const int deadly_calls[] = {
    SCMP_SYS(socket),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(ptrace),
    SCMP_SYS(mount),
    SCMP_SYS(bpf),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(kexec_load),
    SCMP_SYS(init_module),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
};

// The kernel looks at the lower half of a descriptor's register only, and so does every rule.
static int allow_on(scmp_filter_ctx filter, const int *calls, size_t count, int descriptor)
{
    int failed = 0;
    for (size_t i = 0; i < count; i++)
        failed |=
            seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 1,
                             SCMP_A0(SCMP_CMP_MASKED_EQ, UINT32_MAX, (scmp_datum_t)descriptor));
    return failed;
}

// A descriptor after the socket's is one with any bit above the two lowest.
static int allow_on_handed_over(scmp_filter_ctx filter)
{
    int failed = 0;
    for (size_t i = 0; i < sizeof scratch_calls / sizeof *scratch_calls; i++)
        for (scmp_datum_t bit = SOCKET + 1; bit < MOST_DESCRIPTORS; bit *= 2)
            failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, scratch_calls[i], 1,
                                       SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit));
    return failed;
}

static int fill_filter(scmp_filter_ctx filter)
{
    int failed = 0;
    for (size_t i = 0; i < sizeof allowed_calls / sizeof *allowed_calls; i++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_calls[i], 0);
    for (size_t i = 0; i < sizeof deadly_calls / sizeof *deadly_calls; i++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly_calls[i], 0);
    failed |= allow_on(filter, socket_calls, sizeof socket_calls / sizeof *socket_calls, SOCKET);
    failed |=
        allow_on(filter, message_calls, sizeof message_calls / sizeof *message_calls, OS_STDERR);
    failed |= allow_on_handed_over(filter);
    // Memory, but none that can be executed.
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    // abort() signals the process itself, and nobody else.
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                               SCMP_A0(SCMP_CMP_MASKED_EQ, UINT32_MAX, (scmp_datum_t)getpid()));
    // The filter covers every thread: those made before it too.
    failed |= seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    return failed ? failed : seccomp_load(filter);
}

static bool forbid_calls(struct err *err)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter)
        return err_set(err, ERR_MEMORY, "seccomp: no memory");
    int failed = fill_filter(filter);
    seccomp_release(filter);
    if (failed)
        return err_set(err, ERR_UNSUPPORTED, "seccomp: the kernel refuses the filter (%d)", failed);
    return true;
}

// ---------------------------------------------------------------- child and parent

enum { FRAME_READY = 0x52454459, WALL_LANDLOCK = 1, WALL_NAMESPACES = 2 };

// Building the walls takes milliseconds, but libseccomp 2.5 can loop for ever when memory runs out.
enum { START_SECONDS = 30 };

static bool build_walls(const struct os_jail_work *work, const struct limits *limits, int *socket,
                        uint8_t *ret_walls, struct err *err)
{
    if (!close_descriptors(socket, err))
        return false;
    uint8_t walls = leave_namespaces() ? WALL_NAMESPACES : 0;
    if (!drop_privileges(err))
        return false;
    // Changing the user clears the parent-death signal and the no-new-privileges bit is final.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_DUMPABLE, 0) != 0)
        return err_set_sys(err, errno, "prctl");
    if (forbid_files())
        walls |= WALL_LANDLOCK;
    for (unsigned i = 0; i < work->threads; i++) {
        struct os_thread *thread = NULL; // ends with the process
        if (!os_thread_start(work->help, work->self, &thread, err))
            return false;
    }
    if (!set_limits(limits, err) || !forbid_calls(err))
        return false;
    *ret_walls = walls;
    return true;
}

static _Noreturn void child(const struct os_jail_work *work, const struct limits *limits,
                            int socket)
{
    struct err err = {0};
    uint8_t walls = 0;
    if (!build_walls(work, limits, &socket, &walls, &err)) {
        (void)os_send_frame(socket, (uint32_t)err.kind, span_of_text(err.text), -1, NULL);
        _exit(1);
    }
    if (os_send_frame(socket, FRAME_READY, span_of(&walls, 1), -1, NULL))
        work->run(work->self, socket);
    _exit(0);
}

static bool await_ready(struct os_jail *jail, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(65536);
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory");
    uint32_t kind = 0;
    span payload = {0};
    CLEANUP(os_close) int fd = -1;
    if (!os_receive_frame(jail->socket, 4096, mem, &kind, &payload, &fd, err))
        return false;
    if (kind != FRAME_READY || payload.len != 1)
        return err_set(err, ERR_UNSUPPORTED, "%s", quote(payload).text);
    jail->landlock = (payload.ptr[0] & WALL_LANDLOCK) != 0;
    jail->namespaces = (payload.ptr[0] & WALL_NAMESPACES) != 0;
    return true;
}

static uint64_t deadline(uint64_t seconds)
{
    uint64_t end = 0;
    if (__builtin_mul_overflow(seconds, UINT64_C(1000000000), &end) ||
        __builtin_add_overflow(end, os_monotonic_ns(), &end))
        return UINT64_MAX;
    return end;
}

bool os_jail_start(const struct os_jail_work *work, const struct limits *limits,
                   struct os_jail *ret, struct err *err)
{
    int sockets[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        return err_set_sys(err, errno, "jail: socket pair");
    pid_t pid = fork();
    if (pid == 0)
        child(work, limits, sockets[1]);
    os_close(&sockets[1]);
    if (pid < 0) {
        os_close(&sockets[0]);
        return err_set_sys(err, errno, "jail: fork");
    }
    struct os_jail jail = {
        .socket = sockets[0],
        .pid = pid,
    };
    *ret = jail;
    return true;
}

bool os_jail_ready(struct os_jail *jail, const struct limits *limits, struct err *err)
{
    uint64_t start = limits->seconds < START_SECONDS ? limits->seconds : START_SECONDS;
    jail->deadline_ns = deadline(limits->seconds);
    // A child that neither listens nor speaks must not hold us for ever either.
    if (os_socket_patience(jail->socket, start, err) && await_ready(jail, err) &&
        os_socket_patience(jail->socket, limits->seconds, err))
        return true;
    (void)os_jail_stop(jail, NULL); // what await_ready said is the reason
    return err_add(err, "jail");
}

bool os_jail_await(const struct os_jail *jail, struct err *err)
{
    for (;;) {
        uint64_t now = os_monotonic_ns();
        if (now >= jail->deadline_ns)
            return err_set(err, ERR_TIMEOUT, "the time for the scan is over");
        uint64_t left_ms = (jail->deadline_ns - now) / 1000000 + 1;
        struct pollfd poll_socket = {.fd = jail->socket, .events = POLLIN};
        int ready = poll(&poll_socket, 1, left_ms < INT32_MAX ? (int)left_ms : INT32_MAX);
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return err_set_sys(err, errno, "jail: poll");
    }
}

bool os_jail_stop(struct os_jail *jail, struct err *err)
{
    if (jail->pid <= 0)
        return true;
    os_close(&jail->socket);
    (void)kill(jail->pid, SIGKILL); // it may have ended by itself
    int status = 0;
    pid_t ended = -1;
    do {
        ended = waitpid(jail->pid, &status, 0);
    } while (ended < 0 && errno == EINTR);
    jail->pid = 0;
    if (ended > 0 && WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
        return err_set(err, ERR_INPUT, "the worker died of signal %d", WTERMSIG(status));
    return true;
}
