// The day on which support of a distribution ends changes what the same facts mean: what stands in
// the store is judged again that day, and its owner is told, without a new database; also of what
// is just being stored.
#include "fresh.h"

#include "flow/service_inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { LAST_DAY = 21000, NOW = 1000, MEMORY = 1 << 24 };

struct scene {
    char directory[64];
    char database[100];
    struct arena *mem;
    struct service_settings settings;
    struct serve_options options;
    struct service service;
};

static void ok(bool good, const struct err *err)
{
    if (!good)
        fail_msg("%s", err->text);
}

// ---------------------------------------------------------------- what is known

static void write_database(const struct scene *scene)
{
    CLEANUP(database_builder_cleanup) struct database_builder *builder = NULL;
    struct err err = {0};
    const struct affected affected = {
        .ecosystem = S("debian:12"),
        .name = S("openssl"),
        .status = STATUS_AFFECTED,
    };
    const struct advisory advisory = {
        .database = S("debian"),
        .id = S("CVE-2026-0001"),
        .severity = SEVERITY_HIGH,
        .score = -1,
        .affected = &affected,
        .affected_count = 1,
    };
    const struct release release = {
        .distro = S("debian"),
        .database = S("debian"),
        .version_id = S("12"),
        .end_of_life = LAST_DAY,
    };
    ok(database_builder_new(&scene->options.limits, &builder, &err), &err);
    struct advisory_sink sink = database_builder_sink(builder);
    ok(sink.take_advisory(sink.self, &advisory, &err), &err);
    ok(sink.take_release(sink.self, &release, &err), &err);
    ok(database_write(&builder, 1, &scene->options.limits, scene->database, &err), &err);
}

struct sample {
    struct location place;
    struct package package;
    struct layer layer;
    struct scan scan;
};

static void make_scan(struct sample *sample, const char *named)
{
    sample->place = (struct location){S("var/lib/dpkg/status"), 0};
    sample->package = (struct package){
        .id = S("openssl"),
        .type = S("deb"),
        .name = S("openssl"),
        .version = S("3.0.11-1"),
        .source_name = S("openssl"),
        .source_version = S("3.0.11-1"),
        .locations = &sample->place,
        .location_count = 1,
    };
    sample->layer = (struct layer){.diff_id = S("sha256:aa")};
    sample->scan = (struct scan){
        .image = {.name = S("app"),
                  .kind = S("registry"),
                  .manifest_digest = span_of_text(named),
                  .layers = &sample->layer,
                  .layer_count = 1},
        .bom = {.distro = {.id = S("debian"), .version_id = S("12")},
                .packages = &sample->package,
                .package_count = 1},
        .bom_complete = true,
    };
}

// ---------------------------------------------------------------- what is stored

struct kept_scan {
    struct scene *scene;
    struct kept_image kept;
    const char *named;
    const struct judgement *judgements[1];
    void (*meanwhile)(struct scene *scene); // null: nothing
};

static bool keep_scan(void *self, struct err *err)
{
    struct kept_scan *scan = self;
    struct store *store = scan->scene->service.store;
    const struct push push = {
        .registry = S("main"),
        .repository = S("team/app"),
        .tag = span_of_text(scan->named + sizeof "sha256:" - 1),
        .digest = span_of_text(scan->named),
    };
    int64_t image = 0;
    bool holds = false; // nobody has set another one
    if (!store_hold_stamp(store, (span){0}, &holds, err) ||
        !store_keep_image(store, &scan->kept, scan->judgements, NOW, &image, err) ||
        !store_set_tag(store, &push, &image, 1, NOW, err))
        return false;
    if (scan->meanwhile)
        scan->meanwhile(scan->scene);
    return true;
}

// As a push on that day leaves it.
static void keep_image_on(struct scene *scene, uint32_t day, const char *named,
                          void (*meanwhile)(struct scene *scene))
{
    CLEANUP(database_cleanup) struct database *database = NULL;
    struct kept_scan first = {.scene = scene, .named = named, .meanwhile = meanwhile};
    struct judgement judgement = {0};
    struct sample sample;
    struct err err = {0};
    make_scan(&sample, named);
    ok(database_open(scene->database, &database, &err), &err);
    struct judge judge = judge_of(database, day, &scene->options.limits);
    ok(keep_image(&sample.scan, scene->mem, &first.kept, &err), &err);
    assert_int_equal(first.kept.unit_count, 1);
    ok(judge_unit(&judge, first.kept.units[0].company, scene->mem, &judgement, &err), &err);
    first.judgements[0] = &judgement;
    ok(store_transact_snapshot(scene->service.store, keep_scan, &first, &err), &err);
}

static void subscribe(struct scene *scene)
{
    struct project project = {0};
    struct err err = {0};
    int64_t id = 0;
    ok(store_find_project(scene->service.store, S("default"), scene->mem, &project, &err), &err);
    const struct subscription subscription = {
        .project = project.id,
        .owner = S("team"),
        .channel = CHANNEL_FILE,
        .address = S("team.jsonl"),
    };
    ok(store_add_subscription(scene->service.store, &subscription, NOW, &id, &err), &err);
}

// ---------------------------------------------------------------- the scene

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    struct err err = {0};
    assert_non_null(scene);
    (void)snprintf(scene->directory, sizeof scene->directory, "/tmp/plimsoll-review-XXXXXX");
    assert_non_null(mkdtemp(scene->directory));
    (void)snprintf(scene->database, sizeof scene->database, "%s/live.db", scene->directory);
    scene->mem = arena_new(MEMORY);
    assert_non_null(scene->mem);
    scene->options = (struct serve_options){
        .store = fresh_url("review", scene->mem),
        .database = scene->database,
        .state = scene->directory,
        .settings = &scene->settings,
        .limits = limits_default(),
    };
    scene->service.options = &scene->options;
    write_database(scene);
    ok(store_migrate(scene->options.store, &scene->options.limits, &err), &err);
    ok(store_open(scene->options.store, &scene->options.limits, &scene->service.store, &err), &err);
    *state = scene;
    return 0;
}

static void remove_all(const struct scene *scene)
{
    char copy[120];
    (void)snprintf(copy, sizeof copy, "databases/%s.db", scene->service.seen);
    const char *const names[] = {"live.db", copy, "databases", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[200];
        (void)snprintf(path, sizeof path, "%s/%s", scene->directory, names[i]);
        assert_int_equal(remove(path), 0);
    }
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    store_close(scene->service.store);
    remove_all(scene);
    arena_free(scene->mem);
    free(scene);
    return 0;
}

// ---------------------------------------------------------------- what a day brings

// What a worker does that looks at its database on that day. False: it finds nothing to do.
static bool pass_day(struct scene *scene, uint32_t day)
{
    struct job job = {0};
    struct err err = {0};
    scene->service.today = day;
    ok(service_watch_database(&scene->service, &err), &err);
    if (!store_lease_job(scene->service.store, UINT32_MAX, os_now(), 600, scene->mem, &job, &err)) {
        assert_int_equal(err.kind, ERR_MISSING);
        return false;
    }
    assert_int_equal(job.kind, JOB_REJUDGE);
    ok(do_rejudge(&scene->service, &job, scene->mem, &err), &err);
    return true;
}

static enum status status_of_finding(struct scene *scene)
{
    const struct unit_finding *found = NULL;
    struct err err = {0};
    size_t count = 0;
    int64_t image = 0;
    ok(store_find_image(scene->service.store, S("sha256:01"), &image, &err), &err);
    ok(store_image_findings(scene->service.store, image, scene->mem, &found, &count, &err), &err);
    assert_int_equal(count, 1);
    return found[0].finding.status;
}

// The only message that there is, and there is no other.
static struct message only_message(struct scene *scene)
{
    struct leased_notification leased = {0};
    struct leased_notification other = {0};
    struct message message = {0};
    struct store *store = scene->service.store;
    struct err err = {0};
    ok(store_lease_notification(store, os_now(), 600, scene->mem, &leased, &err), &err);
    assert_false(store_lease_notification(store, os_now(), 600, scene->mem, &other, &err));
    ok(message_read(leased.content, &scene->options.limits, scene->mem, &message, &err), &err);
    return message;
}

static void the_end_of_support_is_learned(void **state)
{
    struct scene *scene = *state;
    scene->service.today = LAST_DAY - 1;
    assert_false(pass_day(scene, LAST_DAY - 1)); // it adopts the database
    keep_image_on(scene, LAST_DAY - 1, "sha256:01", NULL);
    subscribe(scene);
    assert_false(pass_day(scene, LAST_DAY - 1));
    assert_false(pass_day(scene, LAST_DAY)); // support lasts until the end of its last day
    assert_int_equal(status_of_finding(scene), STATUS_AFFECTED);
    assert_true(pass_day(scene, LAST_DAY + 1));
    assert_int_equal(status_of_finding(scene), STATUS_END_OF_LIFE);
    struct message message = only_message(scene);
    assert_int_equal(message.count, 1);
    assert_int_equal(message.learned[0].kind, LEARNED_CHANGED);
    assert_true(span_equal(message.learned[0].id, S("CVE-2026-0001")));
    assert_false(pass_day(scene, LAST_DAY + 1)); // once
    assert_false(pass_day(scene, LAST_DAY + 2));
}

// ---------------------------------------------------------------- what comes meanwhile

struct other_worker {
    struct scene scene; // with a connection of its own
    struct os_thread *thread;
    bool judged;
};
static struct other_worker other;

static void judge_elsewhere(void *self)
{
    struct other_worker *worker = self;
    worker->judged = pass_day(&worker->scene, LAST_DAY + 1);
}

static bool somebody_waits(struct sql *sql)
{
    int64_t waiting = 0;
    struct err err = {0};
    ok(sql_ask_integer(sql,
                       "SELECT count(*) FROM pg_locks l, pg_database d WHERE NOT l.granted"
                       " AND l.database = d.oid AND d.datname = current_database()",
                       NULL, 0, &waiting, &err),
       &err);
    return waiting > 0;
}

// Another worker begins to keep its judgement, and has to wait for this transaction.
static void begin_judging(struct scene *scene)
{
    enum { PAUSE_MS = 10, PATIENCE = 3000 };
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    struct err err = {0};
    ok(sql_open(scene->options.store, false, &sql, &err), &err);
    ok(os_thread_start(judge_elsewhere, &other, &other.thread, &err), &err);
    for (unsigned i = 0; i < PATIENCE && !somebody_waits(sql); i++)
        os_sleep_ms(PAUSE_MS);
    assert_true(somebody_waits(sql));
}

static void who_is_just_being_stored_is_told(void **state)
{
    struct scene *scene = *state;
    struct err err = {0};
    assert_false(pass_day(scene, LAST_DAY - 1));
    if (fresh_kind() == SQL_SQLITE)
        return; // there, nobody does anything meanwhile
    keep_image_on(scene, LAST_DAY - 1, "sha256:01", NULL);
    subscribe(scene);
    other = (struct other_worker){.scene = *scene};
    other.scene.mem = arena_new(MEMORY);
    assert_non_null(other.scene.mem);
    ok(store_open(scene->options.store, &scene->options.limits, &other.scene.service.store, &err),
       &err);
    keep_image_on(scene, LAST_DAY - 1, "sha256:02", begin_judging);
    os_thread_join(other.thread);
    assert_true(other.judged);
    struct message message = only_message(scene);
    assert_int_equal(message.count, 1);
    assert_int_equal(message.learned[0].images, 2);
    store_close(other.scene.service.store);
    arena_free(other.scene.mem);
}

int main(int argc, char **argv)
{
    int status = fresh_start(argc, argv);
    if (status)
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_end_of_support_is_learned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_is_just_being_stored_is_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
