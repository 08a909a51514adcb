#include "app/app_inner.h"

#include "api/api.h"
#include "os/os.h"
#include "service/settings/settings.h"

#include <stdio.h>

enum { SETTINGS_BYTES = 1 << 20, SECRET_BYTES = 1 << 16 };

// All that runs, and what it points to.
struct service_run {
    struct settings *settings;
    struct service_settings service;
    struct net_options net;
    struct serve_options serve;
    struct api_options api;
    struct serve *serving;
};

// ---------------------------------------------------------------- what is said

static void say(void *self, bool is_failure, const char *text)
{
    const struct service_run *run = self;
    if (is_failure || !run->settings->quiet)
        complain("%s", text);
}

static void say_line(void *self, const char *line)
{
    say(self, true, line);
}

// ---------------------------------------------------------------- the configuration

static bool read_secret(void *self, enum secret_place place, span name, struct arena *mem,
                        span *ret, struct err *err)
{
    (void)self; // the environment and the file system are everybody's
    const char *text = arena_text(mem, name);
    if (!text)
        return err_set(err, ERR_USAGE, "'%s' is not a name", quote(name).text);
    if (place == SECRET_FILE)
        return os_read_file(text, SECRET_BYTES, mem, ret, err);
    const char *value = environment(text);
    if (!value)
        return err_set(err, ERR_MISSING, "the variable %s is not set", quote(name).text);
    *ret = span_of_text(value);
    return true;
}

static bool has_role(const struct settings *settings, enum service_role role)
{
    return !settings->roles || settings->roles >> role & 1;
}

// What no role of this process needs is for others: it need not be readable here.
static uint32_t secrets_left_out(const struct settings *settings)
{
    return (has_role(settings, ROLE_API) ? 0 : SECRET_OF_HOOK) |
           (has_role(settings, ROLE_WORKER) ? 0 : SECRET_OF_LOGIN) |
           (has_role(settings, ROLE_NOTIFIER) ? 0 : SECRET_OF_MAIL);
}

static bool read_settings(struct service_run *run, struct err *err)
{
    const struct secret_source secrets = {
        .self = run, .left_out = secrets_left_out(run->settings), .read = read_secret};
    struct arena *mem = run->settings->mem;
    span text = {0};
    if (!run->settings->service)
        return true;
    if (!os_read_file(run->settings->service, SETTINGS_BYTES, mem, &text, err))
        return false;
    if (!service_settings_read(text, &secrets, &run->settings->limits, mem, &run->service, err))
        return err_add(err, "%s", run->settings->service);
    // Made here, so that the first message arrives.
    return !run->service.files || os_make_directories(run->service.files, err);
}

static bool state_directory(const struct settings *settings, const char **ret, struct err *err)
{
    const char *data = data_directory(settings->mem);
    struct text path;
    text_init(&path, settings->mem, SIZE_MAX);
    text_add(&path, span_of_text(data ? data : ""));
    text_add(&path, S("/service"));
    *ret = settings->state ? settings->state : arena_text(settings->mem, text_span(&path));
    return (settings->state || data) ||
           err_set(err, ERR_USAGE, "there is no home: --state DIR says where to keep things");
}

static bool fill(struct service_run *run, struct err *err)
{
    struct settings *settings = run->settings;
    span program = {0};
    fill_net_options(settings, &run->net);
    run->net.limits = &settings->limits;
    run->serve = (struct serve_options){
        .settings = &run->service,
        .limits = settings->limits,
        .net = &run->net,
        .workers = !has_role(settings, ROLE_WORKER) ? 0
                   : settings->workers              ? settings->workers
                                                    : os_cpu_count(),
        .notifiers = has_role(settings, ROLE_NOTIFIER),
        .say = say,
        .say_self = run,
    };
    if (!read_settings(run, err) || !find_store(settings, &run->serve.store, err) ||
        !find_live_database(settings, &run->serve.database, err) ||
        !state_directory(settings, &run->serve.state, err) ||
        !os_program_path(settings->mem, &program, err))
        return false;
    run->serve.program = arena_text(settings->mem, program);
    return run->serve.program || arena_err(settings->mem, err, "path");
}

// ---------------------------------------------------------------- the API

static bool open_store(void *self, struct store **ret, struct err *err)
{
    const struct service_run *run = self;
    return store_open(run->serve.store, &run->settings->limits, ret, err);
}

static void wake(void *self)
{
    const struct service_run *run = self;
    if (run->serving)
        serve_wake(run->serving);
}

static bool start_api(struct service_run *run, struct api **ret, struct err *err)
{
    enum {
        SCAN_BYTES = 64 << 20,
        HELD_BYTES = 512 << 20, // of bodies that are coming, from whomever
        ANSWER_BYTES = 512 << 20,
        HEADER_BYTES = 16 << 10,
        SECONDS = 30,
    };
    struct settings *settings = run->settings;
    if (!has_role(settings, ROLE_API))
        return true;
    run->api = (struct api_options){
        .http =
            {
                .address = settings->listen ? settings->listen : "127.0.0.1:8420",
                .certificate = settings->certificate,
                .key = settings->key,
                .header_bytes = HEADER_BYTES,
                .held_bytes = HELD_BYTES,
                .answer_bytes = ANSWER_BYTES,
                .seconds = SECONDS,
                .connections = 1000,
                .connections_per_network = 200,
                .threads = 8,
                .proxies = run->service.proxies.items,
                .proxy_count = run->service.proxies.count,
            },
        .self = run,
        .open_store = open_store,
        .log = say_line,
        .added = wake,
        .database = run->serve.database,
        .settings = &run->service,
        .limits = &settings->limits,
        .tool_version = S(PLIMSOLL_VERSION),
        .scan_bytes = SCAN_BYTES,
        .requests_per_token = 500,
        .requests_per_network = 500,
    };
    if (!api_start(&run->api, ret, err))
        return false;
    char port[32] = "";
    char text[200];
    if (span_ends_with(span_of_text(run->api.http.address), S(":0")))
        (void)snprintf(port, sizeof port, ", which is port %u", api_port(*ret)); // has room
    (void)snprintf(text, sizeof text, "listening on %s%s", run->api.http.address, port);
    say(run, false, text);
    return true;
}

// ---------------------------------------------------------------- the command

int command_serve(struct settings *settings)
{
    static struct service_run run; // for as long as the process
    CLEANUP(serve_cleanup) struct serve *serve = NULL;
    CLEANUP(api_cleanup) struct api *api = NULL;
    struct err err = {0};
    run.settings = settings;
    if (settings->arguments.count) {
        complain("serve takes no arguments");
        return EXIT_USAGE;
    }
    if (!os_end_prepare(&err) || !fill(&run, &err) || !serve_start(&run.serve, &serve, &err))
        return fail(&err);
    run.serving = serve;
    if (!start_api(&run, &api, &err))
        return fail(&err);
    os_end_await();
    say(&run, false, "ending");
    return EXIT_DONE;
}

int command_scan_for_service(struct settings *settings)
{
    struct scan_request request = {
        .limits = settings->limits,
        .cache_directory = cache_directory(settings->mem, "layers"),
        .checks = UINT32_C(1) << FINDING_INTEGRITY,
    };
    struct err err = {0};
    fill_source_options(settings, &request.source);
    return scan_for_service(&request, OS_STDIN, &err) ? EXIT_DONE : fail(&err);
}
