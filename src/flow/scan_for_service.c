// The other side of scan_apart.c: the process that scans one image for the service. Its worker
// stands in its jail before there is a request.
#include "crypto/crypto.h"
#include "flow/apart_inner.h"
#include "flow/judge_inner.h"
#include "flow/session_inner.h"

enum { REQUEST_BYTES = 64 << 20, FAILED_STATUS = 1 };

// ---------------------------------------------------------------- the request

static void set_platform(span platform, struct platform *ret)
{
    ret->os = span_cut(&platform, '/');
    ret->architecture = span_cut(&platform, '/');
    ret->variant = platform;
}

static bool apply(const struct apart_request *apart, struct arena *mem,
                  struct scan_request *request, struct err *err)
{
    struct net_options *net = &request->source.net;
    request->target = apart->target;
    request->source.known = apart->known;
    net->ca_file = apart->ca_file.len ? arena_text(mem, apart->ca_file) : net->ca_file;
    net->plain_http = apart->plain_http.len ? arena_text(mem, apart->plain_http) : NULL;
    net->credentials = &apart->credentials;
    net->credentials_host = apart->host;
    if (apart->platform.len)
        set_platform(apart->platform, &request->source.platform);
    return arena_left(mem) > 0 || arena_err(mem, err, "request");
}

// What libraries load when they are first used is loaded while nobody waits for it.
static void warm_up(void)
{
    digest none = {0};
    (void)digest_of(DIGEST_SHA256, (span){0}, &none, NULL); // the scan says if it cannot
}

static bool receive_request(int socket, struct arena *mem, struct apart_request *ret,
                            struct err *err)
{
    CLEANUP(os_close) int fd = -1; // none is ever sent: what comes is closed
    uint32_t kind = 0;
    span payload = {0};
    if (!os_receive_frame(socket, REQUEST_BYTES, mem, &kind, &payload, &fd, err))
        return false;
    if (kind != APART_SCAN)
        return err_set(err, ERR_USAGE, "only the service asks for this");
    return apart_request_read(payload, mem, ret, err);
}

// ---------------------------------------------------------------- extracts of others

static bool ask_extract(void *self, digest key, struct arena *mem, span *ret, struct err *err)
{
    const int *socket = self;
    CLEANUP(os_close) int fd = -1; // as above
    uint32_t kind = 0;
    span key_bytes = span_of(key.bytes, APART_KEY_BYTES);
    uint64_t most = arena_left(mem);
    return os_send_frame(*socket, APART_ASK, key_bytes, -1, err) &&
           os_receive_frame(*socket, most, mem, &kind, ret, &fd, err) &&
           (kind == APART_ENTRY || err_set(err, ERR_INPUT, "service: unexpected answer %u", kind));
}

static bool keep_extract(void *self, digest key, span content, struct err *err)
{
    const int *socket = self;
    span key_bytes = span_of(key.bytes, APART_KEY_BYTES);
    return os_send_frame_parts(*socket, APART_KEEP, key_bytes, content, err);
}

// ---------------------------------------------------------------- the scan

static bool scan_into(const struct scan_request *request, struct os_jail *jail, struct text *out,
                      struct err *err)
{
    CLEANUP(scan_session_cleanup) struct scan_session *session = NULL;
    if (!scan_with_worker(request, jail, &session, err))
        return false;
    scan_write(scan_result(session), out);
    return text_ok(out) || err_set(err, ERR_LIMIT, "the result is too large");
}

static bool answer(const struct scan_request *request, struct os_jail *jail, int socket,
                   struct arena *mem, struct err *err)
{
    struct err failure = {0};
    struct text out;
    text_init(&out, mem, request->limits.kept_bytes);
    if (scan_into(request, jail, &out, &failure))
        return os_send_frame(socket, APART_SCANNED, text_span(&out), -1, err);
    text_init(&out, mem, SIZE_MAX);
    failure_write(0, &failure, &out);
    return os_send_frame(socket, APART_FAILED, text_span(&out), -1, err);
}

bool scan_for_service(struct scan_request *request, int socket, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(request->limits.kept_bytes * 2);
    struct apart_request apart = {0};
    struct os_jail jail = {.socket = -1};
    const struct extract_share share = {.self = &socket, .ask = ask_extract, .keep = keep_extract};
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    // The worker inherits what is in memory: nothing yet.
    if (!scan_start_worker(request, &jail, err))
        return false;
    warm_up();
    struct err why = {0};
    if (!receive_request(socket, mem, &apart, &why) || !apply(&apart, mem, request, &why)) {
        (void)os_jail_stop(&jail, NULL);                       // what is in `why` is the reason
        return why.kind == ERR_MISSING || err_copy(err, &why); // the service has gone
    }
    os_give_up_after(request->limits.seconds + 1, FAILED_STATUS);
    request->share = apart.shares ? &share : NULL;
    return answer(request, &jail, socket, mem, err);
}
