// Scans for the service are processes of their own: they begin with an empty memory, in which there
// is nothing of the service's secrets but what the registry has to be shown, and whatever happens
// in one ends that one alone.
#include "flow/service_inner.h"
#include "flow/worker_inner.h"

#define REQUEST_MAGIC S("plimreq\x01")
#define COMMAND "scan-for-service"

// doc/formats/scan-wire.md, "What is asked".
enum { REQUEST_FIELDS = 9 };

struct apart {
    span target;
    span platform;
    span ca_file;
    span plain_http;
    span host; // that the credentials are for
    struct credentials credentials;
};

static void list_fields(struct apart *apart, span *ret[static REQUEST_FIELDS])
{
    span *const fields[REQUEST_FIELDS] = {
        &apart->target,
        &apart->platform,
        &apart->ca_file,
        &apart->plain_http,
        &apart->host,
        &apart->credentials.user,
        &apart->credentials.password,
        &apart->credentials.identity_token,
        &apart->credentials.bearer,
    };
    for (size_t i = 0; i < REQUEST_FIELDS; i++)
        ret[i] = fields[i];
}

// ---------------------------------------------------------------- the service's side

static bool write_request(struct apart *apart, struct arena *mem, span *ret, struct err *err)
{
    span *fields[REQUEST_FIELDS] = {0};
    struct text request;
    list_fields(apart, fields);
    text_init(&request, mem, SIZE_MAX);
    text_add(&request, REQUEST_MAGIC);
    for (size_t i = 0; i < REQUEST_FIELDS; i++)
        text_add_field(&request, *fields[i]);
    *ret = text_span(&request);
    return text_ok(&request) || arena_err(mem, err, "request");
}

// The last byte of an answer says whether it is a scan or why there is none.
static bool read_answer(span answer, const struct limits *limits, struct arena *mem,
                        struct scan *ret, struct err *err)
{
    struct err failure = {0};
    uint32_t index = 0;
    if (answer.len == 0)
        return err_set(err, ERR_IO, "the scan ended without a result");
    uint8_t done = answer.ptr[answer.len - 1];
    span bytes = span_first(answer, answer.len - 1);
    if (done)
        return scan_read(bytes, limits, mem, ret, err);
    return failure_read(bytes, &index, &failure, err) && err_copy(err, &failure);
}

static bool run(const struct service *service, span request, struct arena *mem, span *ret,
                struct err *err)
{
    const struct serve_options *options = service->options;
    const char *const argv[] = {options->program, COMMAND, NULL};
    int status = 0;
    return os_run(argv, request, options->limits.kept_bytes, options->limits.seconds + 10, mem, ret,
                  &status, err);
}

bool scan_apart(const struct service *service, span target, span platform,
                const struct registry_settings *registry, struct arena *mem, struct scan *ret,
                struct err *err)
{
    const struct serve_options *options = service->options;
    struct apart apart = {
        .target = target,
        .platform = platform,
        .ca_file = registry->ca_file ? span_of_text(registry->ca_file) : (span){0},
        .plain_http = registry->plain_http ? registry->host : (span){0},
        .host = registry->host,
    };
    span request = {0};
    span answer = {0};
    uint64_t until = 0;
    return registry_login(registry, options->net, os_now(), mem, &apart.credentials, &until, err) &&
           write_request(&apart, mem, &request, err) && run(service, request, mem, &answer, err) &&
           read_answer(answer, &options->limits, mem, ret, err);
}

// ---------------------------------------------------------------- the scan's side

static bool read_request(span request, struct apart *ret, struct err *err)
{
    reader r = reader_of(request);
    span *fields[REQUEST_FIELDS] = {0};
    list_fields(ret, fields);
    if (!span_equal(read_bytes(&r, REQUEST_MAGIC.len), REQUEST_MAGIC))
        return err_set(err, ERR_USAGE, "only the service asks for this");
    for (size_t i = 0; i < REQUEST_FIELDS; i++)
        *fields[i] = read_field(&r);
    return read_end(&r) || err_set(err, ERR_INPUT, "request: damaged");
}

static void set_platform(span platform, struct platform *ret)
{
    ret->os = span_cut(&platform, '/');
    ret->architecture = span_cut(&platform, '/');
    ret->variant = platform;
}

static bool apply(const struct apart *apart, struct arena *mem, struct scan_request *request,
                  struct err *err)
{
    struct net_options *net = &request->source.net;
    request->target = apart->target;
    net->ca_file = apart->ca_file.len ? arena_text(mem, apart->ca_file) : net->ca_file;
    net->plain_http = apart->plain_http.len ? arena_text(mem, apart->plain_http) : NULL;
    net->credentials = &apart->credentials;
    net->credentials_host = apart->host;
    if (apart->platform.len)
        set_platform(apart->platform, &request->source.platform);
    return arena_left(mem) > 0 || arena_err(mem, err, "request");
}

static bool scan_into(struct scan_request *request, struct text *out, struct err *err)
{
    CLEANUP(scan_session_cleanup) struct scan_session *session = NULL;
    if (!scan_image(request, &session, err))
        return false;
    scan_write(scan_result(session), out);
    text_add_u8(out, 1);
    return text_ok(out) || err_set(err, ERR_LIMIT, "the result is too large");
}

bool scan_for_service(struct scan_request *request, int in, int out, struct err *err)
{
    enum { REQUEST_BYTES = 1 << 20 };
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(request->limits.kept_bytes * 2);
    struct apart apart = {0};
    struct err failure = {0};
    struct text answer;
    span bytes = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!os_read_all(in, REQUEST_BYTES, mem, &bytes, err) || !read_request(bytes, &apart, err) ||
        !apply(&apart, mem, request, err))
        return false;
    text_init(&answer, mem, request->limits.kept_bytes);
    if (!scan_into(request, &answer, &failure)) {
        text_init(&answer, mem, SIZE_MAX);
        failure_write(0, &failure, &answer);
        text_add_u8(&answer, 0);
    }
    return os_write_all(out, text_span(&answer), err);
}
