#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fuzz_hook.h"
#include "os/os.h"

static const char *directory; // of the samples

#define A "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define B "sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define RECORDED "sha256:2ae91b4240796b3d2c198b983a6e79837abbb7b8e39064e6974594a7414ce8fe"

struct row {
    const char *sample;
    const char *keys; // push_key of each push, a line each
    size_t ignored;
};

static const struct row rows[] = {
    {"distribution-push", "push main/team/app:v1@" A "\npush main/team/other@" B "\n", 3},
    {"distribution-delete", "delete main/team/app@" A "\ndelete main/team/app:v1\n", 0},
    // As docker-registry 2.8.2 sends them when skopeo pushes, and somebody deletes.
    {"distribution-recorded-blob", "", 1},
    {"distribution-recorded-push", "push main/team/app:v1@" RECORDED "\n", 0},
    {"distribution-recorded-delete", "delete main/team/app@" RECORDED "\n", 0},
    {"distribution-recorded-untag", "delete main/team/app:v1\n", 0},
    {"docker-hub-push", "push main/team/app:latest\n", 0},
    {"mirantis-push", "push main/team/app:v1@" A "\n", 0},
    {"mirantis-delete", "delete main/team/app@" A "\n", 0},
    {"mirantis-scan", "", 1},
    {"harbor-push", "push main/team/app:v1@" A "\n", 0},
    {"harbor-cloudevent", "push main/team/app:v1@" A "\npush main/team/app@" B "\n", 0},
    {"harbor-delete", "delete main/team/app:v1@" A "\n", 0},
    {"harbor-scan", "", 1},
    {"quay-push", "push main/team/app:latest\npush main/team/app:v1\n", 0},
    {"quay-build", "", 1},
    {"gitlab-registry", "push main/group/project/app:v1@" A "\n", 0},
    {"gitlab-system-hook", "", 1},
    {"artifactory-push", "push main/docker-local/team/app:v1@" A "\n", 0},
    {"artifactory-signed", "push main/docker-local/team/app:v1@" A "\n", 0},
    {"artifactory-delete", "delete main/docker-local/team/app:v1@" A "\n", 0},
    {"artifactory-deployed", "", 1},
    {"nexus-component", "push main/team/app:v1\n", 0},
    {"nexus-asset", "push main/team/app@" A "\n", 0},
    {"nexus-blob", "", 1},
    {"nexus-delete", "delete main/team/app:v1\n", 0},
    {"nexus-npm", "", 1},
    {"ecr-push", "push main/team/app:v1@" A "\n", 0},
    {"ecr-delete", "delete main/team/app:v1@" A "\n", 0},
    {"ecr-failure", "", 1},
    {"ecr-other-account", "", 1},
    {"ecr-scan", "", 1},
    {"google-push", "push main/project/repo/app:v1@" A "\n", 0},
    {"google-delete", "delete main/project/repo/app:v1\n", 0},
    {"google-other-host", "", 1},
    {"azure-webhook", "push main/team/app:v1@" A "\n", 0},
    {"azure-ping", "", 1},
    {"azure-event-grid", "push main/team/app:v1@" A "\ndelete main/team/app:v1@" A "\n", 1},
    {"azure-cloudevent", "push main/team/app:v1@" A "\n", 0},
    {"azure-cloudevent-as-text", "push main/team/app:v1@" A "\n", 0},
    {"azure-validation", "", 0},
    {"github-registry-package", "push main/team/app:v1@" A "\n", 0},
    {"github-package", "push main/team/app@" A "\n", 0},
    {"github-npm", "", 1},
    {"github-ping", "", 1},
};

// ---------------------------------------------------------------- samples

static void load(span name, struct arena *mem, struct hook_sample *ret)
{
    struct text path = {0};
    span text = {0};
    text_init(&path, mem, 4096);
    text_addf(&path, "%s/", directory);
    text_add(&path, name);
    assert_true(os_read_file(arena_text(mem, text_span(&path)), 1 << 20, mem, &text, NULL));
    assert_true(hook_sample_read(text, ret));
}

static void load_text(const char *name, struct arena *mem, struct hook_sample *ret)
{
    load(span_of_text(name), mem, ret);
}

static bool read_at(const struct hook_sample *sample, uint64_t now, struct arena *mem,
                    struct hook_notice *ret, struct err *err)
{
    struct limits limits = limits_default();
    return hook_read(&sample->registry, &sample->request, now, &limits, mem, ret, err);
}

static bool read(const struct hook_sample *sample, struct arena *mem, struct hook_notice *ret,
                 struct err *err)
{
    return read_at(sample, HOOK_SAMPLE_NOW, mem, ret, err);
}

static span keys_of(const struct hook_notice *notice, struct arena *mem)
{
    struct text keys = {0};
    text_init(&keys, mem, 1 << 16);
    for (size_t i = 0; i < notice->count; i++) {
        span key = {0};
        assert_true(push_key(&notice->pushes[i], mem, &key));
        text_add(&keys, key);
        text_add_byte(&keys, '\n');
    }
    return text_span(&keys);
}

static void each_sender_is_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
        struct hook_sample sample = {0};
        struct hook_notice notice = {0};
        struct err err = {0};
        load_text(rows[i].sample, mem, &sample);
        if (!read(&sample, mem, &notice, &err))
            fail_msg("%s: %s", rows[i].sample, err.text);
        span keys = keys_of(&notice, mem);
        if (!span_equal(keys, span_of_text(rows[i].keys)) || notice.ignored != rows[i].ignored)
            fail_msg("%s: %.*s and %zu ignored", rows[i].sample, (int)keys.len,
                     (const char *)keys.ptr, notice.ignored);
    }
}

// Each sample that is named so is refused before its body is looked at.
static void nobody_else_is_believed(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *names_mem = arena_new(1 << 20);
    CLEANUP(os_close) int fd = -1;
    struct os_names names = {0};
    size_t denied = 0;
    assert_true(os_open_directory(directory, &fd, NULL));
    assert_true(os_list_directory(fd, 1000, names_mem, &names, NULL));
    for (size_t i = 0; i < names.count; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
        struct hook_sample sample = {0};
        struct hook_notice notice = {0};
        struct err err = {0};
        if (!span_starts_with(names.items[i], S("denied-")))
            continue;
        load(names.items[i], mem, &sample);
        if (read(&sample, mem, &notice, &err) || err.kind != ERR_DENIED)
            fail_msg("%s was not denied", quote(names.items[i]).text);
        denied++;
    }
    assert_true(denied >= 20);
}

static void what_is_malformed_is_refused(void **state)
{
    (void)state;
    static const char *const hostile[] = {"hostile-names", "hostile-depth", "hostile-types",
                                          "hostile-data"};
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
        struct hook_sample sample = {0};
        struct hook_notice notice = {0};
        struct err err = {0};
        load_text(hostile[i], mem, &sample);
        if (read(&sample, mem, &notice, &err) || err.kind != ERR_INPUT)
            fail_msg("%s was not refused", hostile[i]);
    }
}

// A body that is JSON, but not this sender's, is refused by each of them.
static void what_is_of_another_sender_is_refused(void **state)
{
    (void)state;
    static const char *const bodies[] = {"", "{", "[]x", "null", "7", "\"text\"", "\xff"};
    for (int kind = REGISTRY_DISTRIBUTION; kind <= REGISTRY_GITHUB; kind++)
        for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
            CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
            struct hook_sample sample = {0};
            struct hook_notice notice = {0};
            struct err err = {0};
            hook_sample_settings(&sample, (enum registry_kind)kind);
            sample.registry.hook = (struct hook_settings){.accepted = true, .insecure = true};
            sample.request.body = span_of_text(bodies[i]);
            if (read(&sample, mem, &notice, &err))
                fail_msg("%s took '%s'", registry_kind_name((enum registry_kind)kind), bodies[i]);
            assert_int_equal(err.kind, ERR_INPUT);
        }
}

// ---------------------------------------------------------------- proofs

static void without_settings_nothing_is_taken(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
    struct hook_sample sample = {0};
    struct hook_notice notice = {0};
    struct err err = {0};
    load_text("distribution-push", mem, &sample);
    sample.registry.hook = (struct hook_settings){0};
    assert_false(read(&sample, mem, &notice, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    sample.registry.hook = (struct hook_settings){.accepted = true}; // no secret, and none is empty
    assert_false(read(&sample, mem, &notice, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    sample.registry.hook = (struct hook_settings){.accepted = true, .insecure = true};
    assert_true(read(&sample, mem, &notice, &err));
}

static void a_body_that_was_changed_is_denied(void **state)
{
    (void)state;
    static const char *const signed_ones[] = {"nexus-component", "github-package",
                                              "artifactory-signed"};
    for (size_t i = 0; i < sizeof signed_ones / sizeof *signed_ones; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
        struct hook_sample sample = {0};
        struct hook_notice notice = {0};
        struct err err = {0};
        load_text(signed_ones[i], mem, &sample);
        sample.request.body = span_first(sample.request.body, sample.request.body.len - 1);
        assert_false(read(&sample, mem, &notice, &err));
        assert_int_equal(err.kind, ERR_DENIED);
    }
}

static void a_user_is_checked_where_one_is_set(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
    struct hook_sample sample = {0};
    struct hook_notice notice = {0};
    load_text("ecr-push", mem, &sample);
    sample.registry.hook.user = S("eventbridge");
    assert_true(read(&sample, mem, &notice, NULL));
    sample.registry.hook.user = S("other");
    assert_false(read(&sample, mem, &notice, NULL));
    load_text("ecr-delete", mem, &sample); // a bearer token has no user
    sample.registry.hook.user = S("eventbridge");
    assert_false(read(&sample, mem, &notice, NULL));
}

static void no_error_holds_a_secret(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
    struct hook_sample sample = {0};
    struct hook_notice notice = {0};
    struct err err = {0};
    load_text("denied-distribution", mem, &sample);
    assert_false(read(&sample, mem, &notice, &err));
    assert_false(span_contains(span_of_text(err.text), S("hook-secre")));
}

static void a_token_is_valid_for_a_while(void **state)
{
    (void)state;
    static const struct {
        uint64_t now;
        bool valid;
    } times[] = {
        {1699999400 - 61, false}, {1699999400 - 60, true},  {1700003000, true},
        {1700003000 + 59, true},  {1700003000 + 60, false}, {0, false},
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
        struct hook_sample sample = {0};
        struct hook_notice notice = {0};
        load_text("google-push", mem, &sample);
        if (read_at(&sample, times[i].now, mem, &notice, NULL) != times[i].valid)
            fail_msg("at %llu", (unsigned long long)times[i].now);
    }
}

// ---------------------------------------------------------------- replays, limits, answers

static void a_repeated_notice_has_the_same_name(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
    struct hook_sample sample = {0};
    struct hook_notice first = {0};
    struct hook_notice second = {0};
    load_text("harbor-cloudevent", mem, &sample);
    assert_true(read(&sample, mem, &first, NULL));
    assert_true(read_at(&sample, HOOK_SAMPLE_NOW + 60, mem, &second, NULL));
    assert_int_equal(first.count, 2);
    assert_true(first.pushes[0].delivery.len > 0);
    assert_true(span_equal(first.pushes[0].delivery, second.pushes[0].delivery));
    assert_false(span_equal(first.pushes[0].delivery, first.pushes[1].delivery));
    load_text("quay-push", mem, &sample); // says neither time nor name
    assert_true(read(&sample, mem, &first, NULL));
    assert_int_equal(first.pushes[0].delivery.len, 0);
}

static void what_is_old_is_ignored(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
    struct hook_sample sample = {0};
    struct hook_notice notice = {0};
    load_text("distribution-push", mem, &sample);
    assert_true(read_at(&sample, 1699999990 + 86400, mem, &notice, NULL));
    assert_int_equal(notice.count, 2);
    assert_int_equal(notice.pushes[0].at, 1699999990);
    assert_true(read_at(&sample, 1699999990 + 86401, mem, &notice, NULL));
    assert_int_equal(notice.count, 0);
    assert_int_equal(notice.ignored, 5);
}

static void what_nobody_wants_is_ignored(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
    struct hook_sample sample = {0};
    struct hook_notice notice = {0};
    span patterns[] = {S("team/o*")};
    load_text("distribution-push", mem, &sample);
    sample.registry.repositories = (struct spans){.items = patterns, .count = 1};
    assert_true(read(&sample, mem, &notice, NULL));
    assert_int_equal(notice.count, 1);
    assert_true(span_equal(notice.pushes[0].repository, S("team/other")));
}

static void the_handshake_is_answered(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
    struct hook_sample sample = {0};
    struct hook_notice notice = {0};
    load_text("azure-validation", mem, &sample);
    assert_true(read(&sample, mem, &notice, NULL));
    assert_true(span_equal(notice.reply,
                           S("{\"validationResponse\":\"512d38b6-c7b8-40c8-89fe-f46f9e9622b6\"}")));
}

static void artifactory_may_have_a_host_for_each_repository(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        const char *repository;
    } hosts[] = {
        {"docker-local.example", "team/app"},
        {"acme-docker-local.jfrog.io", "team/app"},
        {"acme.jfrog.io", "docker-local/team/app"},
        {"xdocker-local.example", "docker-local/team/app"},
    };
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
        struct hook_sample sample = {0};
        struct hook_notice notice = {0};
        load_text("artifactory-push", mem, &sample);
        sample.registry.host = span_of_text(hosts[i].host);
        assert_true(read(&sample, mem, &notice, NULL));
        assert_true(span_equal(notice.pushes[0].repository, span_of_text(hosts[i].repository)));
    }
}

static span many_events(size_t count, struct arena *mem)
{
    struct text body = {0};
    text_init(&body, mem, 64 << 20);
    text_add(&body, S("{\"events\":["));
    for (size_t i = 0; i < count; i++)
        text_addf(&body,
                  "%s{\"id\":\"%zu\",\"action\":\"delete\",\"target\":{\"repository\":\"a\","
                  "\"tag\":\"v%zu\"}}",
                  i ? "," : "", i, i);
    text_add(&body, S("]}"));
    assert_true(text_ok(&body));
    return text_span(&body);
}

static void there_is_an_end_to_what_is_read(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(128 << 20);
    struct hook_sample sample = {0};
    struct hook_notice notice = {0};
    struct err err = {0};
    hook_sample_settings(&sample, REGISTRY_DISTRIBUTION);
    sample.registry.hook = (struct hook_settings){.accepted = true, .insecure = true};
    sample.request.body = many_events(1000, mem);
    assert_true(read(&sample, mem, &notice, NULL));
    assert_int_equal(notice.count, 1000);
    sample.request.body = many_events(1001, mem);
    assert_false(read(&sample, mem, &notice, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    struct limits limits = limits_default();
    limits.document_bytes = sample.request.body.len - 1;
    assert_false(hook_read(&sample.registry, &sample.request, 0, &limits, mem, &notice, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void memory_that_runs_out_is_an_error(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(8 << 20);
    struct hook_sample sample = {0};
    load_text("google-push", mem, &sample);
    for (uint64_t budget = 0; budget < 20000; budget += 100) {
        CLEANUP(arena_cleanup) struct arena *small = arena_new(budget);
        struct hook_notice notice = {0};
        struct err err = {0};
        if (small && !read(&sample, small, &notice, &err))
            assert_true(err.kind != ERR_NONE);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sender_is_understood),
        cmocka_unit_test(nobody_else_is_believed),
        cmocka_unit_test(what_is_malformed_is_refused),
        cmocka_unit_test(what_is_of_another_sender_is_refused),
        cmocka_unit_test(without_settings_nothing_is_taken),
        cmocka_unit_test(a_body_that_was_changed_is_denied),
        cmocka_unit_test(a_user_is_checked_where_one_is_set),
        cmocka_unit_test(no_error_holds_a_secret),
        cmocka_unit_test(a_token_is_valid_for_a_while),
        cmocka_unit_test(a_repeated_notice_has_the_same_name),
        cmocka_unit_test(what_is_old_is_ignored),
        cmocka_unit_test(what_nobody_wants_is_ignored),
        cmocka_unit_test(the_handshake_is_answered),
        cmocka_unit_test(artifactory_may_have_a_host_for_each_repository),
        cmocka_unit_test(there_is_an_end_to_what_is_read),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
    };
    if (argc < 2)
        return 2;
    directory = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
