// Scans for the service are processes of their own: they begin with an empty memory, in which there
// is nothing of the service's secrets but what the registry has to be shown, and whatever happens
// in one ends that one alone. Each is started before it is needed and scans one image.
#include "flow/apart_inner.h"
#include "flow/service_inner.h"
#include "flow/worker_inner.h"

#define COMMAND "scan-for-service"

// One scan that is talked to.
struct talk {
    struct service *service;
    int socket;
    uint64_t deadline_ns;
    struct arena *mem;    // of the result
    struct arena *frames; // of one frame
};

// ---------------------------------------------------------------- processes

// Where things are, how hosts are reached, and what sanitizers want. Not what the service keeps
// secret in its environment: the store's address, passwords of registries and of PostgreSQL.
static const char *const handed_on[] = {
    "PATH=",
    "HOME=",
    "XDG_",
    "TMPDIR=",
    "LANG=",
    "LC_",
    "LD_",
    "SSL_CERT_",
    "http_proxy=",
    "https_proxy=",
    "all_proxy=",
    "no_proxy=",
    "HTTP_PROXY=",
    "HTTPS_PROXY=",
    "ALL_PROXY=",
    "NO_PROXY=",
    "ASAN_OPTIONS=",
    "UBSAN_OPTIONS=",
    "TSAN_OPTIONS=",
    "MALLOC_",
    "PLIMSOLL_CONFIG=",
    NULL,
};

static bool start(const struct service *service, struct os_companion *ret, struct err *err)
{
    const char *const argv[] = {service->options->program, COMMAND, NULL};
    return os_companion_start(argv, handed_on, ret, err);
}

void service_expect_scan(struct service *service)
{
    if (!os_companion_runs(&service->scanner))
        (void)start(service, &service->scanner, NULL); // the scan will say what is wrong
}

void service_expect_no_scan(struct service *service)
{
    os_companion_stop(&service->scanner);
}

static bool take_scanner(struct service *service, struct os_companion *ret, struct err *err)
{
    if (!os_companion_runs(&service->scanner))
        return start(service, ret, err);
    *ret = service->scanner;
    service->scanner = (struct os_companion){0};
    return true;
}

// ---------------------------------------------------------------- extracts for it, and from it

static uint64_t most_shared(const struct service *service)
{
    return service->options->settings->shared_bytes;
}

// Without an extract the layer is read.
static bool give_extract(const struct talk *talk, span key, struct err *err)
{
    span content = {0};
    if (key.len == APART_KEY_BYTES)
        (void)store_find_extract(talk->service->store, key, os_now(), talk->frames, &content, NULL);
    return os_send_frame(talk->socket, APART_ENTRY, content, -1, err);
}

// One that cannot be kept makes another scan slower, nothing else.
static void keep_extract(const struct talk *talk, span payload)
{
    span key = span_first(payload, APART_KEY_BYTES);
    span content = span_from(payload, APART_KEY_BYTES);
    if (content.len)
        (void)store_keep_extract(talk->service->store, key, content, os_now(),
                                 most_shared(talk->service), NULL);
}

// ---------------------------------------------------------------- the talk

static bool receive(const struct talk *talk, uint32_t *ret_kind, span *ret_payload, struct err *err)
{
    CLEANUP(os_close) int fd = -1; // none is ever sent: what comes is closed
    uint64_t most = talk->service->options->limits.kept_bytes;
    uint64_t now = os_monotonic_ns();
    arena_reset(talk->frames);
    if (now < talk->deadline_ns)
        os_await_any(&talk->socket, 1, (talk->deadline_ns - now) / 1000000 + 1);
    if (os_monotonic_ns() >= talk->deadline_ns)
        return err_set(err, ERR_TIMEOUT, "no answer in time");
    if (os_receive_frame(talk->socket, most, talk->frames, ret_kind, ret_payload, &fd, err))
        return true;
    if (err && err->kind == ERR_MISSING)
        return err_set(err, ERR_IO, "the scan ended without a result");
    return false;
}

static bool take_scan(const struct talk *talk, span payload, struct scan *ret, struct err *err)
{
    span bytes = {0};
    return (arena_span(talk->mem, payload, &bytes) || arena_err(talk->mem, err, "scan")) &&
           scan_read(bytes, &talk->service->options->limits, talk->mem, ret, err);
}

static bool take_failure(span payload, struct err *err)
{
    struct err failure = {0};
    uint32_t index = 0;
    return failure_read(payload, &index, &failure, err) && err_copy(err, &failure);
}

// Answers what the scan asks until it has a result.
static bool follow(const struct talk *talk, struct scan *ret, struct err *err)
{
    uint32_t kind = 0;
    span payload = {0};
    while (receive(talk, &kind, &payload, err)) {
        if (kind == APART_SCANNED)
            return take_scan(talk, payload, ret, err);
        if (kind == APART_FAILED)
            return take_failure(payload, err);
        if (kind == APART_KEEP)
            keep_extract(talk, payload);
        else if (kind != APART_ASK)
            return err_set(err, ERR_INPUT, "the scan says what means nothing");
        else if (!give_extract(talk, payload, err))
            return false;
    }
    return false;
}

static bool converse(struct service *service, int socket, span request, struct arena *mem,
                     struct scan *ret, struct err *err)
{
    const struct limits *limits = &service->options->limits;
    uint64_t seconds = limits->seconds + 10; // the scan itself ends before
    CLEANUP(arena_cleanup) struct arena *frames = arena_new(limits->kept_bytes * 2);
    const struct talk talk = {
        .service = service,
        .socket = socket,
        .deadline_ns = os_monotonic_ns() + seconds * 1000000000u,
        .mem = mem,
        .frames = frames,
    };
    if (!frames)
        return err_set(err, ERR_MEMORY, "out of memory");
    return os_socket_patience(socket, seconds, err) &&
           os_send_frame(socket, APART_SCAN, request, -1, err) && follow(&talk, ret, err);
}

bool scan_apart(struct service *service, const struct held_registry *held, span target,
                span platform, const struct source_documents *known, struct arena *mem,
                struct scan *ret, struct err *err)
{
    CLEANUP(os_companion_stop) struct os_companion scanner = {.socket = -1};
    const struct registry_settings *registry = held->settings;
    const struct apart_request request = {
        .target = target,
        .platform = platform,
        .ca_file = registry->ca_file ? span_of_text(registry->ca_file) : (span){0},
        .plain_http = registry->plain_http ? registry->host : (span){0},
        .host = registry->host,
        .credentials = held->credentials,
        .shares = most_shared(service) > 0,
        .known = *known,
    };
    struct text bytes;
    text_init(&bytes, mem, SIZE_MAX);
    apart_request_write(&request, &bytes);
    if (!text_ok(&bytes))
        return arena_err(mem, err, "request");
    return take_scanner(service, &scanner, err) &&
           converse(service, scanner.socket, text_span(&bytes), mem, ret, err);
}
