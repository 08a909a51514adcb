#include "os/os.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

unsigned os_cpu_count(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count > 0 ? (unsigned)count : 1;
}

struct os_thread {
    pthread_t id;
    void (*run)(void *self);
    void *self;
};

static void *thread_main(void *argument)
{
    struct os_thread *thread = argument;
    thread->run(thread->self);
    return NULL;
}

bool os_thread_start(void (*run)(void *self), void *self, struct os_thread **ret, struct err *err)
{
    struct os_thread *thread = calloc(1, sizeof *thread);
    if (!thread)
        return err_set(err, ERR_MEMORY, "no memory for a thread");
    thread->run = run;
    thread->self = self;
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    int sys = pthread_sigmask(SIG_SETMASK, &all, &before); // inherited by the new thread
    assert(sys == 0);
    sys = pthread_create(&thread->id, NULL, thread_main, thread);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL); // cannot fail where the first did not
    if (sys != 0) {
        free(thread);
        return err_set_sys(err, sys, "thread");
    }
    *ret = thread;
    return true;
}

void os_thread_join(struct os_thread *thread)
{
    if (!thread)
        return;
    int sys = pthread_join(thread->id, NULL);
    assert(sys == 0);
    free(thread);
}

struct parallel {
    atomic_size_t next;
    size_t count;
    void (*work)(void *self, size_t index);
    void *self;
};

static void parallel_run(void *argument)
{
    struct parallel *parallel = argument;
    for (;;) {
        size_t index = atomic_fetch_add(&parallel->next, 1);
        if (index >= parallel->count)
            return;
        parallel->work(parallel->self, index);
    }
}

void os_parallel(unsigned threads, size_t count, void (*work)(void *self, size_t index), void *self)
{
    enum { MOST_THREADS = 64 };
    struct parallel parallel = {.count = count, .work = work, .self = self};
    struct os_thread *helpers[MOST_THREADS] = {0};
    size_t wanted = threads < count ? threads : count;
    // Fewer helpers than asked for make it slower, not wrong: the caller's thread does the rest.
    for (size_t i = 0; i + 1 < wanted && i < MOST_THREADS; i++)
        if (!os_thread_start(parallel_run, &parallel, &helpers[i], NULL))
            break;
    parallel_run(&parallel);
    for (size_t i = 0; i < MOST_THREADS; i++)
        os_thread_join(helpers[i]);
}

struct os_monitor {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
};

bool os_monitor_new(struct os_monitor **ret, struct err *err)
{
    struct os_monitor *monitor = calloc(1, sizeof *monitor);
    if (!monitor)
        return err_set(err, ERR_MEMORY, "no memory for a monitor");
    int failed = pthread_mutex_init(&monitor->mutex, NULL);
    assert(!failed);
    failed = pthread_cond_init(&monitor->condition, NULL);
    assert(!failed);
    *ret = monitor;
    return true;
}

void os_monitor_free(struct os_monitor *monitor)
{
    if (!monitor)
        return;
    (void)pthread_cond_destroy(&monitor->condition); // nobody waits any more
    (void)pthread_mutex_destroy(&monitor->mutex);
    free(monitor);
}

void os_monitor_enter(struct os_monitor *monitor)
{
    int failed = pthread_mutex_lock(&monitor->mutex);
    assert(!failed);
}

void os_monitor_leave(struct os_monitor *monitor)
{
    int failed = pthread_mutex_unlock(&monitor->mutex);
    assert(!failed);
}

void os_monitor_wait(struct os_monitor *monitor)
{
    int failed = pthread_cond_wait(&monitor->condition, &monitor->mutex);
    assert(!failed);
}

void os_monitor_notify(struct os_monitor *monitor)
{
    int failed = pthread_cond_broadcast(&monitor->condition);
    assert(!failed);
}
