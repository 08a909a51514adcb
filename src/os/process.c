#include "os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct pipes {
    int input[2];  // to the program
    int output[2]; // from the program
};

static void pipes_close(struct pipes *pipes)
{
    for (int i = 0; i < 2; i++) {
        os_close(&pipes->input[i]);
        os_close(&pipes->output[i]);
    }
}

// Threads block all signals, and a program would inherit that: it could not be ended.
static int allow_signals(posix_spawnattr_t *attributes)
{
    sigset_t none;
    (void)sigemptyset(&none); // cannot fail
    int sys = posix_spawnattr_setsigmask(attributes, &none);
    return sys ? sys : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK);
}

static bool spawn(const char *const argv[], char *const *environment, int input, int output,
                  pid_t *ret_pid, struct err *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    (void)posix_spawnattr_init(&attributes); // of plain memory
    int sys = posix_spawn_file_actions_init(&actions);
    if (sys == 0)
        sys = allow_signals(&attributes);
    if (sys == 0)
        sys = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (sys == 0)
        sys = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (sys == 0)
        sys = posix_spawnp(ret_pid, argv[0], &actions, &attributes, (char *const *)(uintptr_t)argv,
                           environment);
    (void)posix_spawn_file_actions_destroy(&actions); // release memory only
    (void)posix_spawnattr_destroy(&attributes);
    if (sys != 0)
        return err_set_sys(err, sys, "%s", quote(span_of_text(argv[0])).text);
    return true;
}

// A pipe that is ready takes this much without blocking (POSIX.1-2017, write).
enum { CHUNK = PIPE_BUF };

// A program that does not want its input is no failure.
static void give_input(struct pipes *pipes, span *input)
{
    ssize_t put = write(pipes->input[1], input->ptr, input->len < CHUNK ? input->len : CHUNK);
    *input = put > 0 ? span_from(*input, (size_t)put) : (span){0};
}

static bool take_output(struct pipes *pipes, struct text *output, struct err *err)
{
    uint8_t chunk[CHUNK];
    size_t got = 0;
    if (!os_read(pipes->output[0], chunk, sizeof chunk, &got, err))
        return false;
    if (got == 0)
        os_close(&pipes->output[0]);
    text_add(output, span_of(chunk, got));
    return text_ok(output) || err_set(err, ERR_LIMIT, "answered more than %zu bytes", output->max);
}

// Waits until a side is ready or some time has passed.
static bool wait_for_either(struct pollfd polls[2], uint64_t deadline_ns, struct err *err)
{
    uint64_t now = os_monotonic_ns();
    if (now >= deadline_ns)
        return err_set(err, ERR_TIMEOUT, "no answer in time");
    int ready = poll(polls, 2, (int)((deadline_ns - now) / 1000000 + 1));
    if (ready < 0 && errno != EINTR)
        return err_set_sys(err, errno, "poll");
    if (ready < 0)
        polls[0].revents = polls[1].revents = 0;
    return true;
}

// Writes and reads as each side is ready, so that neither blocks the other for ever.
static bool converse(struct pipes *pipes, span input, uint64_t deadline_ns, struct text *output,
                     struct err *err)
{
    while (pipes->output[0] >= 0) {
        if (input.len == 0)
            os_close(&pipes->input[1]);
        struct pollfd polls[] = {
            {.fd = pipes->output[0], .events = POLLIN},
            {.fd = pipes->input[1], .events = POLLOUT},
        };
        if (!wait_for_either(polls, deadline_ns, err))
            return false;
        if (polls[1].revents)
            give_input(pipes, &input);
        if (polls[0].revents && !take_output(pipes, output, err))
            return false;
    }
    return true;
}

// A program may close its output and run on: its end is awaited no longer than its answer.
static bool await_end(pid_t pid, uint64_t deadline_ns, struct err *err)
{
    CLEANUP(os_close) int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0)
        return err_set_sys(err, errno, "pidfd");
    struct pollfd polls[] = {{.fd = fd, .events = POLLIN}, {.fd = -1}};
    while (!polls[0].revents)
        if (!wait_for_either(polls, deadline_ns, err))
            return false;
    return true;
}

// Waits for a child that ends, or has ended; its exit status.
static int collect(pid_t pid)
{
    int status = 0;
    pid_t ended = -1;
    do {
        ended = waitpid(pid, &status, 0);
    } while (ended < 0 && errno == EINTR);
    return ended == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

bool os_run(const char *const argv[], span input, uint64_t most, uint64_t timeout_seconds,
            struct arena *mem, span *ret_output, int *ret_status, struct err *err)
{
    CLEANUP(pipes_close) struct pipes pipes = {.input = {-1, -1}, .output = {-1, -1}};
    if (pipe2(pipes.input, O_CLOEXEC) != 0 || pipe2(pipes.output, O_CLOEXEC) != 0)
        return err_set_sys(err, errno, "pipe");
    pid_t pid = -1;
    if (!spawn(argv, environ, pipes.input[0], pipes.output[1], &pid, err))
        return false;
    os_close(&pipes.input[0]);
    os_close(&pipes.output[1]);

    struct text output;
    text_init(&output, mem, (size_t)most);
    uint64_t deadline = os_monotonic_ns() + timeout_seconds * 1000000000u;
    bool ok = converse(&pipes, input, deadline, &output, err) && await_end(pid, deadline, err);
    if (!ok)
        (void)kill(pid, SIGKILL); // it may have ended by itself

    int status = collect(pid);
    if (!ok)
        return err_add(err, "%s", quote(span_of_text(argv[0])).text);
    *ret_output = text_span(&output);
    *ret_status = status;
    return true;
}

// ---------------------------------------------------------------- companions

static bool is_among(const char *variable, const char *const variables[])
{
    for (size_t i = 0; variables[i]; i++)
        if (strncmp(variable, variables[i], strlen(variables[i])) == 0)
            return true;
    return false;
}

// The caller frees the list alone. Null: no memory.
static char **choose_environment(const char *const variables[])
{
    size_t count = 0;
    while (environ && environ[count])
        count++;
    char **chosen = calloc(count + 1, sizeof *chosen);
    size_t kept = 0;
    for (size_t i = 0; chosen && i < count; i++)
        if (is_among(environ[i], variables))
            chosen[kept++] = environ[i];
    return chosen;
}

bool os_companion_start(const char *const argv[], const char *const variables[],
                        struct os_companion *ret, struct err *err)
{
    CLEANUP(os_close) int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    int sockets[2] = {-1, -1};
    pid_t pid = -1;
    if (nothing < 0)
        return err_set_sys(err, errno, "/dev/null");
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        return err_set_sys(err, errno, "socket pair");
    char **environment = choose_environment(variables);
    bool started = environment ? spawn(argv, environment, sockets[1], nothing, &pid, err)
                               : err_set(err, ERR_MEMORY, "no memory for a program");
    free(environment);
    os_close(&sockets[1]);
    if (!started) {
        os_close(&sockets[0]);
        return false;
    }
    *ret = (struct os_companion){.socket = sockets[0], .pid = pid};
    return true;
}

bool os_companion_runs(struct os_companion *companion)
{
    if (companion->pid <= 0)
        return false;
    if (waitpid(companion->pid, NULL, WNOHANG) == 0)
        return true;
    os_close(&companion->socket);
    companion->pid = 0;
    return false;
}

void os_companion_stop(struct os_companion *companion)
{
    if (companion->pid <= 0)
        return;
    os_close(&companion->socket);
    (void)kill(companion->pid, SIGKILL); // it may have ended by itself
    (void)collect(companion->pid);       // however it ended
    companion->pid = 0;
}

bool os_program_path(struct arena *mem, span *ret, struct err *err)
{
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path);
    if (len < 0)
        return err_set_sys(err, errno, "the program's own path");
    return arena_span(mem, span_of(path, (size_t)len), ret) || arena_err(mem, err, "path");
}

uint32_t os_user_id(void)
{
    return geteuid();
}

_Noreturn void os_process_end(int status)
{
    _exit(status);
}

// ---------------------------------------------------------------- the end of a service

static void end_signals(sigset_t *ret)
{
    (void)sigemptyset(ret); // these cannot fail
    (void)sigaddset(ret, SIGTERM);
    (void)sigaddset(ret, SIGINT);
}

bool os_end_prepare(struct err *err)
{
    sigset_t signals;
    end_signals(&signals);
    int sys = pthread_sigmask(SIG_BLOCK, &signals, NULL);
    return sys == 0 || err_set_sys(err, sys, "signals");
}

void os_end_await(void)
{
    sigset_t signals;
    int signal = 0;
    end_signals(&signals);
    while (sigwait(&signals, &signal) != 0)
        continue;
}
