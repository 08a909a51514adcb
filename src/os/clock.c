#include "os/os.h"

#include <errno.h>
#include <signal.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static struct timespec read_clock(clockid_t clock)
{
    struct timespec now = {0};
    int failed = clock_gettime(clock, &now);
    assert(!failed);
    return now;
}

uint64_t os_now(void)
{
    return (uint64_t)read_clock(CLOCK_REALTIME).tv_sec;
}

uint64_t os_monotonic_ns(void)
{
    struct timespec now = read_clock(CLOCK_MONOTONIC);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void os_sleep_ms(uint64_t milliseconds)
{
    struct timespec left = {
        .tv_sec = (time_t)(milliseconds / 1000),
        .tv_nsec = (long)(milliseconds % 1000) * 1000000,
    };
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

bool os_random(void *buffer, size_t len, struct err *err)
{
    uint8_t *at = buffer;
    while (len) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set_sys(err, errno, "getrandom");
        at += got;
        len -= (size_t)got;
    }
    return true;
}

// What a signal handler may read: set before the timer runs, never changed after.
static volatile sig_atomic_t give_up_status;

static void give_up(int signal)
{
    static const char line[] = "plimsoll: the time is over\n";
    (void)signal;
    // Whether the line can be written or not, this is the end.
    ssize_t put = write(OS_STDERR, line, sizeof line - 1);
    (void)put;
    _exit(give_up_status);
}

void os_give_up_after(uint64_t seconds, int status)
{
    struct sigaction action = {.sa_handler = give_up};
    give_up_status = status;
    int failed = sigaction(SIGALRM, &action, NULL);
    assert(!failed);
    (void)alarm(seconds < UINT32_MAX ? (unsigned)seconds : UINT32_MAX); // there was no other alarm
}
