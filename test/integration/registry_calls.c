// Asks a registry of a service's configuration, and prints what it says as JSON. For the
// integration tests.
//
//   registry_calls SETTINGS REGISTRY login
//   registry_calls SETTINGS REGISTRY catalog [ETAG]
//   registry_calls SETTINGS REGISTRY tags REPOSITORY [ETAG]
//   registry_calls SETTINGS REGISTRY digest REPOSITORY TAG
//   registry_calls SETTINGS REGISTRY poll STORE      and does the jobs that come of it
#include <stdio.h>
#include <stdlib.h>

#include "flow/poll_inner.h"
#include "format/json/json.h"
#include "net/net.h"
#include "os/os.h"
#include "service/settings/settings.h"

enum { MEMORY_BYTES = 64 << 20 };

struct call {
    const struct registry_settings *settings;
    struct net_options options;
    struct credentials credentials;
    struct arena *mem;
    struct json_out *out;
};

static bool read_secret(void *self, enum secret_place place, span name, struct arena *mem,
                        span *ret, struct err *err)
{
    (void)self;
    const char *text = arena_text(mem, name);
    if (place == SECRET_FILE)
        return os_read_file(text, 1 << 20, mem, ret, err);
    *ret = span_of_text(getenv(text));
    return true;
}

static bool open_registry(const struct call *call, const char *repository, struct registry **ret,
                          struct err *err)
{
    struct reference reference =
        registry_image(call->settings, span_of_text(repository), (span){0}, (span){0});
    return registry_open(&reference, &call->credentials, &call->options, ret, err);
}

static void print_names(struct json_out *out, const struct registry_names *names)
{
    json_field_bool(out, "unchanged", names->unchanged);
    json_field_text(out, "etag", names->etag);
    json_key(out, "names");
    json_begin_array(out);
    for (size_t i = 0; i < names->names.count; i++)
        json_write_text(out, names->names.items[i]);
    json_end_array(out);
}

static bool list(const struct call *call, const char *repository, const char *etag, struct err *err)
{
    CLEANUP(registry_close) struct registry *registry = NULL;
    struct registry_names names = {0};
    if (!open_registry(call, repository, &registry, err))
        return false;
    bool listed = repository
                      ? registry_tags(registry, span_of_text(etag), call->mem, &names, err)
                      : registry_catalog(registry, span_of_text(etag), call->mem, &names, err);
    if (listed)
        print_names(call->out, &names);
    return listed;
}

static bool print_digest(const struct call *call, const char *repository, const char *tag,
                         struct err *err)
{
    CLEANUP(registry_close) struct registry *registry = NULL;
    span digest = {0};
    if (!open_registry(call, repository, &registry, err) ||
        !registry_digest(registry, span_of_text(tag), call->mem, &digest, err))
        return false;
    json_field_text(call->out, "digest", digest);
    return true;
}

// Prints the keys of all jobs, and ends them.
static bool do_jobs(const struct call *call, struct store *store, struct err *err)
{
    enum { LEASE_SECONDS = 60 };
    struct job job = {0};
    json_key(call->out, "jobs");
    json_begin_array(call->out);
    while (store_lease_job(store, 1 << JOB_SCAN, os_now(), LEASE_SECONDS, call->mem, &job, err)) {
        json_write_text(call->out, job.key);
        if (!store_finish_job(store, &job, os_now(), err))
            return false;
    }
    json_end_array(call->out);
    return err->kind == ERR_MISSING;
}

static bool poll_into(const struct call *call, struct store *store, struct err *err)
{
    struct poll_result result = {0};
    struct err failed = {0};
    struct poller poller = {
        .store = store,
        .registry = call->settings,
        .net = &call->options,
    };
    bool polled = poll_registry(&poller, &result, &failed);
    json_field_text(call->out, "error", polled ? (span){0} : span_of_text(failed.text));
    json_field_u64(call->out, "repositories", result.repositories);
    json_field_u64(call->out, "pushed", result.pushed);
    json_field_u64(call->out, "gone", result.gone);
    return do_jobs(call, store, err);
}

static bool poll(const struct call *call, const char *url, struct err *err)
{
    struct store *store = NULL;
    const struct limits *limits = call->options.limits;
    bool done = store_migrate(span_of_text(url), limits, err) &&
                store_open(span_of_text(url), limits, &store, err) && poll_into(call, store, err);
    store_close(store);
    return done;
}

static bool make_call(struct call *call, int argc, char **argv, struct err *err)
{
    uint64_t until = 0;
    span what = span_of_text(argv[3]);
    if (span_equal(what, S("poll")) && argc > 4)
        return poll(call, argv[4], err);
    if (!registry_login(call->settings, &call->options, os_now(), call->mem, &call->credentials,
                        &until, err))
        return err_add(err, "login");
    if (span_equal(what, S("login"))) {
        json_field_text(call->out, "user", call->credentials.user);
        json_field_text(call->out, "password", call->credentials.password);
        json_field_text(call->out, "identity_token", call->credentials.identity_token);
        json_field_u64(call->out, "until", until);
        return true;
    }
    if (span_equal(what, S("catalog")))
        return list(call, NULL, argc > 4 ? argv[4] : NULL, err);
    if (span_equal(what, S("tags")) && argc > 4)
        return list(call, argv[4], argc > 5 ? argv[5] : NULL, err);
    if (span_equal(what, S("digest")) && argc > 5)
        return print_digest(call, argv[4], argv[5], err);
    return err_set(err, ERR_USAGE, "there is no call '%s'", argv[3]);
}

static bool run(int argc, char **argv, struct arena *mem, struct json_out *out, struct err *err)
{
    struct limits limits = limits_default();
    struct secret_source secrets = {.read = read_secret};
    struct net_options options = {.user_agent = "plimsoll-test", .limits = &limits};
    struct service_settings settings = {0};
    struct call call = {.mem = mem, .out = out};
    span text = {0};
    if (getenv("CALLS_NAMES") &&
        !span_to_u64(span_of_text(getenv("CALLS_NAMES")), &limits.index_entries))
        return err_set(err, ERR_USAGE, "CALLS_NAMES is no number");
    if (!os_read_file(argv[1], 1 << 20, mem, &text, err) ||
        !service_settings_read(text, &secrets, &limits, mem, &settings, err))
        return false;
    call.settings = service_registry(&settings, span_of_text(argv[2]));
    if (!call.settings)
        return err_set(err, ERR_USAGE, "there is no registry '%s'", argv[2]);
    return registry_options(call.settings, &options, mem, &call.options, err) &&
           make_call(&call, argc, argv, err);
}

int main(int argc, char **argv)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY_BYTES);
    struct text text = {0};
    struct json_out out = {.text = &text};
    struct err err = {0};
    if (argc < 4 || !mem)
        return 64;
    text_init(&text, mem, MEMORY_BYTES);
    json_begin_object(&out);
    if (!run(argc, argv, mem, &out, &err)) {
        (void)fprintf(stderr, "%s: %s\n", err_kind_name(err.kind), err.text);
        return 1;
    }
    json_end_object(&out);
    (void)fwrite(text.ptr, 1, text.len, stdout); // a reader that is gone sees nothing
    return text_ok(&text) ? 0 : 1;
}
