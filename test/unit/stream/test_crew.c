#include "os/os.h"
#include "stream/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

enum { FILE_SIZE = 3 * 1024 * 1024 + 17, MOST_HELPERS = 8, JOBS = 12 };

// One file that many jobs read at once, each behind a lane of its own.
struct scene {
    int fd;
    digest expected;
    struct crew *crew;
    struct os_monitor *monitor; // guards all below
    size_t left;
    size_t wrong;
};

struct job {
    struct scene *scene;
    size_t number;
};

static bool read_through(const struct scene *scene, size_t number, struct lane *lane)
{
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    struct stream_file file = {.fd = scene->fd, .seekable = true, .length = FILE_SIZE};
    if (number % 4 == 3)
        file.length += 100; // past the end: fails in the last chunk
    if (!stream_open_file(file, lane, &stream, NULL))
        return false;
    span chunk = {0};
    for (size_t i = 0; number % 4 != 2 || i < 3; i++) { // some close early
        if (!stream_next(stream, &chunk, NULL))
            return number % 4 == 3 && stream_position(stream) == FILE_SIZE;
        if (chunk.len == 0)
            break;
    }
    return number % 4 == 2 || stream_position(stream) == FILE_SIZE;
}

static void run_job(void *self)
{
    struct job *job = self;
    struct scene *scene = job->scene;
    CLEANUP(lane_cleanup) struct lane *lane = NULL;
    bool ok =
        lane_new(scene->crew, DIGEST_SHA256, &lane, NULL) && read_through(scene, job->number, lane);
    if (ok && job->number % 4 != 2) // those that closed early throw their lane away as it is
        ok = digest_equal(lane_finish(lane), scene->expected);
    os_monitor_enter(scene->monitor);
    scene->wrong += !ok;
    scene->left--;
    os_monitor_notify(scene->monitor);
    os_monitor_leave(scene->monitor);
}

static void help(void *self)
{
    crew_help(((struct scene *)self)->crew);
}

static void make_file(struct scene *scene)
{
    CLEANUP(hasher_cleanup) struct hasher *hasher = NULL;
    static uint8_t bytes[FILE_SIZE];
    for (size_t i = 0; i < FILE_SIZE; i++)
        bytes[i] = (uint8_t)(i * 2654435761u >> 13);
    scene->fd = memfd_create("stream", MFD_CLOEXEC);
    assert_true(scene->fd >= 0 && os_write_all(scene->fd, span_of(bytes, FILE_SIZE), NULL));
    assert_true(digest_of(DIGEST_SHA256, span_of(bytes, FILE_SIZE), &scene->expected, NULL));
}

static void run_jobs(unsigned helpers, size_t count)
{
    struct scene scene = {.left = count};
    struct job jobs[JOBS];
    struct os_thread *threads[MOST_HELPERS] = {0};
    make_file(&scene);
    assert_true(crew_new(&scene.crew, NULL) && os_monitor_new(&scene.monitor, NULL));
    for (unsigned i = 0; i < helpers; i++)
        assert_true(os_thread_start(help, &scene, &threads[i], NULL));
    for (size_t i = 0; i < count; i++) {
        jobs[i] = (struct job){.scene = &scene, .number = i};
        if (helpers == 0)
            run_job(&jobs[i]); // whoever has no helpers digests what it reads
        else
            assert_true(crew_submit(scene.crew, run_job, &jobs[i], NULL));
    }
    os_monitor_enter(scene.monitor);
    while (scene.left)
        os_monitor_wait(scene.monitor);
    os_monitor_leave(scene.monitor);
    crew_dismiss(scene.crew);
    for (unsigned i = 0; i < helpers; i++)
        os_thread_join(threads[i]);
    assert_int_equal(scene.wrong, 0);
    crew_free(scene.crew);
    os_monitor_free(scene.monitor);
    os_close(&scene.fd);
}

static void digests_are_right_with_any_number_of_helpers(void **state)
{
    (void)state;
    const unsigned helpers[] = {0, 1, 2, 8};
    for (size_t i = 0; i < 4; i++) {
        run_jobs(helpers[i], 1);
        run_jobs(helpers[i], JOBS);
    }
}

static void a_dismissed_crew_leaves_jobs_undone(void **state)
{
    (void)state;
    struct scene scene = {.left = 1};
    struct job job = {.scene = &scene};
    assert_true(crew_new(&scene.crew, NULL));
    crew_dismiss(scene.crew);
    assert_true(crew_submit(scene.crew, run_job, &job, NULL));
    crew_help(scene.crew);
    assert_int_equal(scene.left, 1);
    crew_free(scene.crew);
    crew_free(NULL);
    lane_free(NULL);
}

static void an_empty_stream_has_the_digest_of_nothing(void **state)
{
    (void)state;
    CLEANUP(lane_cleanup) struct lane *lane = NULL;
    digest expected = {0};
    assert_true(lane_new(NULL, DIGEST_SHA512, &lane, NULL));
    assert_true(digest_of(DIGEST_SHA512, (span){0}, &expected, NULL));
    assert_true(digest_equal(lane_finish(lane), expected));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_right_with_any_number_of_helpers),
        cmocka_unit_test(a_dismissed_crew_leaves_jobs_undone),
        cmocka_unit_test(an_empty_stream_has_the_digest_of_nothing),
    };
    return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}
