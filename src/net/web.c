#include "net/http_inner.h"
#include "net/retry_inner.h"

#include "os/os.h"

#include <stdlib.h>

enum {
    REQUEST_BYTES = 1 << 20,
    LEAST_SPEED = 256, // bytes a second: a server that drips would hold us for ever
};

struct web {
    struct http *http;
};

bool web_open(const struct net_options *options, struct web **ret, struct err *err)
{
    CLEANUP(web_cleanup) struct web *web = calloc(1, sizeof *web);
    if (!web)
        return err_set(err, ERR_MEMORY, "no memory for an HTTP session");
    if (!http_open(options, &web->http, err))
        return false;
    *ret = take(&web);
    return true;
}

void web_close(struct web *web)
{
    if (!web)
        return;
    http_close(web->http);
    free(web);
}

void web_cleanup(struct web **web)
{
    web_close(*web);
}

struct http *web_http(struct web *web)
{
    return web->http;
}

bool web_is_url(span place)
{
    return span_starts_with(place, S("https://")) || span_starts_with(place, S("http://"));
}

static bool status_err(unsigned status, struct err *err)
{
    if (status == 404 || status == 410)
        return err_set(err, ERR_MISSING, "not found (status %u)", status);
    if (status == 429 || status >= 500)
        return err_set(err, ERR_IO, "status %u", status);
    return err_set(err, ERR_DENIED, "status %u", status);
}

// ---------------------------------------------------------------- in memory

bool web_read(struct web *web, span url, uint64_t most, struct arena *mem, span *ret,
              struct err *err)
{
    struct http_request request = {.url = url, .most = most, .least_speed = LEAST_SPEED};
    struct retry retry = {0};
    for (;;) {
        struct err failed = {0};
        struct http_response response = {0};
        bool sink_failed = false;
        bool answered = http_send(web->http, &request, mem, &response, &sink_failed, &failed);
        if (answered && response.status == 200) {
            *ret = response.body;
            return true;
        }
        if (answered)
            (void)status_err(response.status, &failed); // says why, below
        if (!retry_again(&retry, &failed, response.retry_after)) {
            (void)err_copy(err, &failed); // fails below
            return err_add(err, "%s", quote(url).text);
        }
    }
}

// ---------------------------------------------------------------- into a file

struct transfer {
    const struct web_request *request;
    struct arena *mem;
    uint64_t done;              // bytes that are there
    struct web_version version; // of the file that they are of
    bool began;                 // in this try
};

static bool keep_version(struct transfer *transfer, const struct http_response *response,
                         struct err *err)
{
    struct web_version *version = &transfer->version;
    return (arena_span(transfer->mem, response->etag, &version->etag) &&
            arena_span(transfer->mem, response->last_modified, &version->modified)) ||
           arena_err(transfer->mem, err, "validators");
}

// A server that ignores the range, or has another file now, sends all of it.
static bool transfer_begin(void *self, const struct http_response *response, struct err *err)
{
    struct transfer *transfer = self;
    transfer->began = true;
    if (response->offset != 0 && response->offset != transfer->done)
        return err_set(err, ERR_INPUT, "the answer does not start where it was asked to");
    if (response->offset == 0 && transfer->done) {
        transfer->done = 0;
        if (!os_resize(transfer->request->fd, 0, err))
            return false;
    }
    return keep_version(transfer, response, err);
}

static bool transfer_put(void *self, span bytes, struct err *err)
{
    struct transfer *transfer = self;
    if (bytes.len > transfer->request->most - transfer->done)
        return err_set(err, ERR_LIMIT, "longer than %llu bytes",
                       (unsigned long long)transfer->request->most);
    if (!os_write_at(transfer->request->fd, transfer->done, bytes, err))
        return false;
    transfer->done += bytes.len;
    return true;
}

// RFC 9110 section 13.1.5: a weak etag proves nothing about a range.
static span range_validator(const struct web_version *version)
{
    bool strong = version->etag.len && !span_starts_with(version->etag, S("W/"));
    return strong ? version->etag : version->modified;
}

static struct http_request make_request(struct transfer *transfer)
{
    const struct web_request *wanted = transfer->request;
    span validator = range_validator(&transfer->version);
    bool may_continue = wanted->immutable || validator.len;
    return (struct http_request){
        .url = wanted->url,
        .offset = may_continue ? transfer->done : 0,
        .if_range = wanted->immutable || transfer->done == 0 ? (span){0} : validator,
        .if_none_match = wanted->known.etag,
        .if_modified_since = wanted->known.modified,
        .most = UINT64_MAX, // transfer_put counts
        .least_speed = LEAST_SPEED,
        .sink = {.self = transfer, .begin = transfer_begin, .put = transfer_put},
    };
}

// One try: true when the file is complete, or known.
static bool transfer_once(struct web *web, struct transfer *transfer, struct arena *mem,
                          bool *ret_unchanged, bool *ret_final, uint64_t *ret_retry_after,
                          struct err *err)
{
    struct http_response response = {0};
    struct http_request request = make_request(transfer);
    transfer->began = false;
    if (!http_send(web->http, &request, mem, &response, ret_final, err))
        return false;
    *ret_retry_after = response.retry_after;
    *ret_unchanged = response.status == 304;
    if (*ret_unchanged)
        return true;
    if (response.status == 416 && request.offset) { // behind the end: it is another file now
        transfer->done = 0;
        return err_set(err, ERR_IO, "the file has become shorter");
    }
    if (response.status != 200 && response.status != 206)
        return status_err(response.status, err);
    return transfer->began || transfer_begin(transfer, &response, err); // an empty file
}

static bool fetch(struct web *web, struct transfer *transfer, bool *ret_unchanged, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(REQUEST_BYTES);
    struct retry retry = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for a request");
    for (;;) {
        struct err failed = {0};
        bool final = false;
        uint64_t retry_after = 0;
        uint64_t before = transfer->done;
        arena_reset(mem);
        if (transfer_once(web, transfer, mem, ret_unchanged, &final, &retry_after, &failed))
            return true;
        retry_progress(&retry, transfer->done > before ? transfer->done - before : 0);
        if (final || !retry_again(&retry, &failed, retry_after))
            return err_copy(err, &failed);
    }
}

bool web_fetch(struct web *web, const struct web_request *request, struct arena *mem,
               struct web_answer *answer, struct err *err)
{
    struct transfer transfer = {
        .request = request, .mem = mem, .done = request->offset, .version = request->part};
    bool unchanged = false;
    bool fetched = fetch(web, &transfer, &unchanged, err);
    *answer = (struct web_answer){
        .unchanged = unchanged, .length = transfer.done, .version = transfer.version};
    return fetched || err_add(err, "%s", quote(request->url).text);
}
