#include "net/http_inner.h"

#include <curl/curl.h>
#include <limits.h>
#include <stdlib.h>

enum {
    CONNECT_SECONDS = 30,
    STALL_SECONDS = 60,       // less than a byte a second for that long
    FIRST_BYTE_SECONDS = 600, // for an engine that packs an image before it answers
    MOST_REDIRECTS = 5,
    MOST_ERROR_BYTES = 64 << 10,  // of a body that is passed over: that of an error or redirect
    MOST_HEADER_BYTES = 64 << 10, // one header: tokens grow long
};

struct http {
    CURL *curl;
    const struct net_options *options;
};

// Whom a hop talks to.
struct place {
    span host;
    bool tls;
};

// One hop: what is asked of where, and what came back.
struct hop {
    struct http *http;
    const struct http_request *request;
    const struct place *place;
    struct arena *mem;
    struct http_response response;
    span location;
    span range;
    struct text body;
    struct text challenge;
    uint64_t taken;
    bool proxied;      // a proxy is asked to pass it on
    bool answered;     // the headers of a final answer are complete
    bool enough;       // the rest of a body that nobody reads was not waited for
    struct err failed; // what stopped the body, if it was us
    bool sink_failed;
};

static void headers_cleanup(struct curl_slist **headers)
{
    curl_slist_free_all(*headers);
}

bool http_open(const struct net_options *options, struct http **ret, struct err *err)
{
    struct http *http = calloc(1, sizeof *http);
    if (!http)
        return err_set(err, ERR_MEMORY, "no memory for an HTTP session");
    http->options = options;
    http->curl = curl_easy_init();
    if (!http->curl) {
        free(http);
        return http_available(err) && err_set(err, ERR_MEMORY, "libcurl does not start");
    }
    *ret = http;
    return true;
}

void http_close(struct http *http)
{
    if (!http)
        return;
    curl_easy_cleanup(http->curl);
    free(http);
}

void http_cleanup(struct http **http)
{
    http_close(*http);
}

// ---------------------------------------------------------------- headers

static bool cut_header(span *line, span *ret_name)
{
    size_t colon = span_find(*line, ':');
    if (colon == SPAN_NONE)
        return false;
    *ret_name = span_trim(span_first(*line, colon));
    *line = span_trim(span_from(*line, colon + 1));
    return true;
}

// Every status line (of a 100 Continue, of a proxy) begins the headers anew.
static void begin_headers(struct hop *hop)
{
    bool secure = hop->response.secure;
    bool redirected = hop->response.redirected;
    hop->response = (struct http_response){.secure = secure, .redirected = redirected};
    hop->answered = false;
    hop->location = (span){0};
    hop->range = (span){0};
    text_init(&hop->challenge, hop->mem, MOST_HEADER_BYTES);
}

static bool keep_header(struct hop *hop, span name, span value)
{
    span *kept = NULL;
    if (span_equal_nocase(name, S("content-type")))
        kept = &hop->response.content_type;
    else if (span_equal_nocase(name, S("etag")))
        kept = &hop->response.etag;
    else if (span_equal_nocase(name, S("last-modified")))
        kept = &hop->response.last_modified;
    else if (span_equal_nocase(name, S("docker-content-digest")))
        kept = &hop->response.content_digest;
    else if (span_equal_nocase(name, S("location")))
        kept = &hop->location;
    else if (span_equal_nocase(name, S("link")))
        kept = &hop->response.link;
    else if (span_equal_nocase(name, S("content-range")))
        kept = &hop->range;
    else if (span_equal_nocase(name, S("retry-after")))
        (void)span_to_u64(value, &hop->response.retry_after); // a date counts as not said
    else if (span_equal_nocase(name, S("www-authenticate"))) {
        text_add(&hop->challenge, hop->challenge.len ? S(", ") : S(""));
        text_add(&hop->challenge, value);
        return text_ok(&hop->challenge);
    }
    return !kept || arena_span(hop->mem, span_first(value, MOST_HEADER_BYTES), kept);
}

static long status_of(const struct hop *hop)
{
    long status = 0;
    (void)curl_easy_getinfo(hop->http->curl, CURLINFO_RESPONSE_CODE, &status); // 0 is no answer
    return status;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *self)
{
    struct hop *hop = self;
    span line = span_of(bytes, size * count);
    span name = {0};
    if (span_starts_with(line, S("HTTP/")))
        begin_headers(hop);
    else if (span_trim(line).len == 0)
        hop->answered = status_of(hop) >= 200;
    else if (cut_header(&line, &name) && !keep_header(hop, name, line)) {
        (void)err_set(&hop->failed, ERR_LIMIT, "the answer's headers are too long");
        return 0;
    }
    return size * count;
}

// "bytes FIRST-LAST/SIZE" (RFC 9110 section 14.4).
static bool parse_range(span range, uint64_t *ret_first)
{
    if (!span_starts_with(range, S("bytes ")))
        return false;
    span rest = span_from(range, 6);
    return span_to_u64(span_cut(&rest, '-'), ret_first);
}

// ---------------------------------------------------------------- body

static bool is_good(long status)
{
    return status == 200 || status == 206;
}

static bool feed_sink(struct hop *hop, long status, bool first, span bytes, struct err *err)
{
    const struct http_sink *sink = &hop->request->sink;
    if (first && status == 206 && !parse_range(hop->range, &hop->response.offset))
        return err_set(err, ERR_INPUT, "a partial answer that does not say which part");
    if (first && sink->begin && !sink->begin(sink->self, &hop->response, err))
        return false;
    return sink->put(sink->self, bytes, err);
}

// Keeps the start and waits for no more.
static bool take_excerpt(struct hop *hop, span bytes)
{
    size_t room = hop->request->most - hop->body.len;
    text_add(&hop->body, span_first(bytes, room));
    hop->enough = bytes.len >= room;
    return !hop->enough;
}

static bool take_body(struct hop *hop, long status, span bytes, struct err *err)
{
    if (hop->request->unread)
        return take_excerpt(hop, bytes);
    uint64_t most = is_good(status) ? hop->request->most : MOST_ERROR_BYTES;
    hop->enough = !is_good(status) && bytes.len > most - hop->taken;
    if (hop->enough)
        return false;
    if (bytes.len > most - hop->taken)
        return err_set(err, ERR_LIMIT, "the answer is longer than %llu bytes",
                       (unsigned long long)most);
    bool first = hop->taken == 0;
    hop->taken += bytes.len;
    if (!is_good(status))
        return true;
    if (hop->request->sink.put) {
        hop->sink_failed = !feed_sink(hop, status, first, bytes, err);
        return !hop->sink_failed;
    }
    text_add(&hop->body, bytes);
    return text_ok(&hop->body) || arena_err(hop->mem, err, "body of an answer");
}

static size_t on_body(char *bytes, size_t size, size_t count, void *self)
{
    struct hop *hop = self;
    bool fine = take_body(hop, status_of(hop), span_of(bytes, size * count), &hop->failed);
    return fine ? size * count : 0;
}

// ---------------------------------------------------------------- one hop

static bool add_header(struct curl_slist **headers, const char *name, span value, struct arena *mem)
{
    struct text line = {0};
    text_init(&line, mem, MOST_HEADER_BYTES);
    text_add(&line, span_of_text(name));
    text_add(&line, S(": "));
    text_add(&line, value);
    // A line break in a value would be a header of its own.
    if (span_find(value, '\n') != SPAN_NONE || span_find(value, '\r') != SPAN_NONE)
        return false;
    char *text = text_ok(&line) ? arena_text(mem, text_span(&line)) : NULL;
    struct curl_slist *longer = text ? curl_slist_append(*headers, text) : NULL;
    if (!longer)
        return false;
    *headers = longer;
    return true;
}

static bool add_range(struct curl_slist **headers, uint64_t offset, struct arena *mem)
{
    struct text range = {0};
    text_init(&range, mem, 64);
    text_addf(&range, "bytes=%llu-", (unsigned long long)offset);
    return add_header(headers, "Range", text_span(&range), mem);
}

static bool add_if_any(struct curl_slist **headers, const char *name, span value, struct arena *mem)
{
    return value.len == 0 || add_header(headers, name, value, mem);
}

static bool add_others(struct curl_slist **headers, const struct http_request *request,
                       struct arena *mem)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (!add_header(headers, request->headers[i].name, request->headers[i].value, mem))
            return false;
    return true;
}

static bool make_headers(const struct http_request *request, span authorization, struct arena *mem,
                         struct curl_slist **ret)
{
    return add_if_any(ret, "Accept", request->accept, mem) &&
           add_if_any(ret, "Authorization", authorization, mem) &&
           add_if_any(ret, "If-Range", request->if_range, mem) &&
           add_if_any(ret, "If-None-Match", request->if_none_match, mem) &&
           add_if_any(ret, "If-Modified-Since", request->if_modified_since, mem) &&
           add_if_any(ret, "Content-Type", request->content_type, mem) &&
           add_others(ret, request, mem) &&
           (request->offset == 0 || add_range(ret, request->offset, mem));
}

// libcurl would take proxies from the environment by itself: an empty text says none.
static const char *proxy_for(const struct net_options *options, const struct http_request *request,
                             const struct place *place)
{
    const char *proxy = place->tls ? options->proxy : options->plain_proxy;
    bool direct = http_is_loopback(place->host) || request->socket.len; // no proxy leads back here
    return proxy && !direct ? proxy : "";
}

// Behind a gate, what is not to be asked of the proxy would be asked without anybody's permission.
static const char *exceptions_for(const struct net_options *options,
                                  const struct http_request *request, const struct place *place)
{
    bool free = !request->gate || gate_names(request->gate, place->host);
    return options->no_proxy && free ? options->no_proxy : "";
}

static void set_network(CURL *curl, struct hop *hop)
{
    const struct net_options *options = hop->http->options;
    const struct http_request *request = hop->request;
    const char *proxy = proxy_for(options, request, hop->place);
    hop->proxied = proxy[0] != '\0';
    (void)curl_easy_setopt(curl, CURLOPT_PROXY, proxy);
    (void)curl_easy_setopt(curl, CURLOPT_NOPROXY, exceptions_for(options, request, hop->place));
    // What a proxy says to CONNECT is no answer of the server behind it.
    (void)curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    (void)curl_easy_setopt(curl, CURLOPT_USERAGENT, options->user_agent);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)request->seconds);
    if (options->ca_file)
        (void)curl_easy_setopt(curl, CURLOPT_CAINFO, options->ca_file);
}

static void set_callbacks(CURL *curl, struct hop *hop)
{
    (void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, hop);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, hop);
}

// libcurl is about to connect.
static curl_socket_t on_connect(void *self, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct hop *hop = self;
    struct os_address to = {0};
    bool listed = false;
    const struct gate *gate = hop->request->gate;
    bool admitted = hop->proxied || gate_names(gate, hop->place->host);
    if (!admitted && os_address_of(&address->addr, address->addrlen, &to))
        admitted = gate_admits(gate, to, &listed) && (listed || hop->place->tls);
    if (purpose != CURLSOCKTYPE_IPCXN || !admitted) {
        (void)err_set(&hop->failed, ERR_DENIED, "messages may not go to this address");
        return CURL_SOCKET_BAD;
    }
    hop->failed = (struct err){0}; // of an address before this one
    return os_socket(address->family, address->socktype, address->protocol);
}

static void set_gate(CURL *curl, struct hop *hop)
{
    if (hop->request->gate) {
        (void)curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_connect);
        (void)curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, hop);
    }
}

// The options above fail only where libcurl was built without TLS or without memory; then the
// transfer fails as well. Those that carry addresses and secrets are checked.
static bool set_request(CURL *curl, const struct http_request *request, span url,
                        struct curl_slist *headers, struct arena *mem)
{
    char *text = arena_text(mem, url);
    char *socket = arena_text(mem, request->socket);
    char *form = arena_text(mem, request->form);
    if (!text || !socket || !form)
        return false;
    long stall = request->patient ? FIRST_BYTE_SECONDS : STALL_SECONDS;
    long speed = request->least_speed ? (long)request->least_speed : 1;
    bool set = curl_easy_setopt(curl, CURLOPT_URL, text) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, speed) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, stall) == CURLE_OK;
    if (set && request->socket.len)
        set = curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket) == CURLE_OK;
    if (set && request->head)
        set = curl_easy_setopt(curl, CURLOPT_NOBODY, 1L) == CURLE_OK;
    if (set && request->form.len)
        set = curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form) == CURLE_OK;
    if (set && request->content.len)
        set =
            request->content.len <= INT_MAX &&
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)request->content.len) == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->content.ptr) == CURLE_OK;
    return set;
}

// Whoever listens nowhere today may listen a moment later: only a refusal is final.
static bool err_set_connect(struct err *err, bool proxied, int sys)
{
    (void)err_set_sys(err, sys, "cannot connect%s", proxied ? " through the proxy" : "");
    if (err && err->kind != ERR_DENIED)
        err->kind = ERR_IO;
    return false;
}

// libcurl's own words never hold more than host names and numbers.
static bool fail_transfer(const struct hop *hop, CURLcode code, struct err *err)
{
    if (hop->failed.kind != ERR_NONE)
        return err_copy(err, &hop->failed);
    const char *why = curl_easy_strerror(code);
    long proxy_status = 0;
    long sys = 0;
    // Both are 0 where there is none.
    (void)curl_easy_getinfo(hop->http->curl, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    (void)curl_easy_getinfo(hop->http->curl, CURLINFO_OS_ERRNO, &sys);
    if (proxy_status && !is_good(proxy_status))
        return err_set(err, ERR_DENIED, "the proxy refuses: status %ld", proxy_status);
    if (code == CURLE_COULDNT_CONNECT && sys)
        return err_set_connect(err, hop->proxied, (int)sys);
    // Not all codes matter: everything else is the network's fault and may pass.
    if (code == CURLE_OPERATION_TIMEDOUT)
        return err_set(err, ERR_TIMEOUT, "no answer in time");
    if (code == CURLE_SSL_CACERT_BADFILE && hop->http->options->ca_file)
        return err_set(err, ERR_UNTRUSTED, "TLS: '%s' holds no certificates that can be read",
                       quote(span_of_text(hop->http->options->ca_file)).text);
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
        code == CURLE_SSL_ISSUER_ERROR)
        return err_set(err, ERR_UNTRUSTED, "TLS: %s", why);
    if (code == CURLE_SSL_CONNECT_ERROR)
        return err_set(err, ERR_UNSUPPORTED, "TLS: %s", why);
    if (code == CURLE_COULDNT_RESOLVE_HOST)
        return err_set(err, ERR_MISSING, "%s", why);
    if (code == CURLE_OUT_OF_MEMORY)
        return err_set(err, ERR_MEMORY, "%s", why);
    return err_set(err, ERR_IO, "%s", why);
}

static bool send_hop(struct hop *hop, span url, span authorization, struct err *err)
{
    CLEANUP(headers_cleanup) struct curl_slist *headers = NULL;
    CURL *curl = hop->http->curl;
    curl_easy_reset(curl); // forgets the options, keeps the connections
    set_network(curl, hop);
    set_callbacks(curl, hop);
    set_gate(curl, hop);
    if (!make_headers(hop->request, authorization, hop->mem, &headers) ||
        !set_request(curl, hop->request, url, headers, hop->mem))
        return err_set(err, ERR_USAGE, "the request cannot be sent: a name or token is malformed");
    begin_headers(hop);
    text_init(&hop->body, hop->mem, hop->request->most);
    hop->taken = 0;
    hop->enough = false;
    CURLcode code = curl_easy_perform(curl);
    bool settled = hop->enough || (hop->answered && hop->request->unread);
    if (code != CURLE_OK && !settled)
        return fail_transfer(hop, code, err);
    hop->response.status = (unsigned)status_of(hop);
    hop->response.body = text_span(&hop->body);
    hop->response.challenge = text_span(&hop->challenge);
    return true;
}

// ---------------------------------------------------------------- redirects

static bool is_redirect(unsigned status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// What a proxy is asked for is judged by its name: the proxy decides about the address.
static bool check_gate(const struct http_request *request, const struct place *place,
                       struct err *err)
{
    struct os_address address = {0};
    bool listed = gate_names(request->gate, place->host);
    bool admitted = listed || !os_address_parse(http_bare_host(place->host), &address) ||
                    gate_admits(request->gate, address, &listed);
    if (admitted && (listed || place->tls))
        return true;
    return err_set(err, ERR_DENIED, "messages may not go there");
}

static bool find_place(struct http *http, const struct http_request *request, span url,
                       struct arena *mem, struct place *ret, struct err *err)
{
    if (!http_url_host(url, mem, &ret->host, &ret->tls))
        return err_set(err, ERR_DENIED, "not an http or https URL");
    if (request->gate) {
        bool is_direct = proxy_for(http->options, request, ret)[0] == '\0';
        return is_direct || check_gate(request, ret, err); // direct: on_connect looks
    }
    if (!ret->tls && !http_plain_allowed(ret->host, http->options->plain_http))
        return err_set(err, ERR_DENIED,
                       "%s: plain HTTP is not allowed (--plain-http names an exception)",
                       quote(ret->host).text);
    return true;
}

static bool follow(struct hop *hop, span *url, span *authorization, struct place *place,
                   struct err *err)
{
    struct place next = {0};
    span target = {0};
    if (hop->request->form.len || hop->request->socket.len)
        return err_set(err, ERR_DENIED, "%s: a redirect is not expected here",
                       quote(place->host).text);
    if (!http_url_join(*url, hop->location, hop->mem, &target))
        return err_set(err, ERR_INPUT, "%s: a redirect to nowhere", quote(place->host).text);
    if (!find_place(hop->http, hop->request, target, hop->mem, &next, err))
        return err_add(err, "%s: redirect", quote(place->host).text);
    if (place->tls && !next.tls)
        return err_set(err, ERR_DENIED, "%s: a redirect from https to http",
                       quote(place->host).text);
    if (!span_equal_nocase(place->host, next.host) || place->tls != next.tls)
        *authorization = (span){0};
    *url = target;
    *place = next;
    return true;
}

bool http_send(struct http *http, const struct http_request *request, struct arena *mem,
               struct http_response *ret, bool *ret_sink_failed, struct err *err)
{
    struct place place = {.host = S("engine"), .tls = true};
    struct hop hop = {.http = http, .request = request, .mem = mem, .place = &place};
    span url = request->url;
    span authorization = request->authorization;
    *ret_sink_failed = false;
    if (request->socket.len == 0 && !find_place(http, request, url, mem, &place, err))
        return false;
    hop.response.secure = true;
    for (unsigned redirects = 0;; redirects++) {
        hop.response.secure &= place.tls || http_is_loopback(place.host);
        if (!send_hop(&hop, url, authorization, err)) {
            *ret_sink_failed = hop.sink_failed;
            return err_add(err, "%s", quote(place.host).text);
        }
        if (!is_redirect(hop.response.status) || hop.location.len == 0 || request->unread)
            break;
        if (redirects == MOST_REDIRECTS)
            return err_set(err, ERR_DENIED, "%s: more than %d redirects", quote(place.host).text,
                           MOST_REDIRECTS);
        if (!follow(&hop, &url, &authorization, &place, err))
            return false;
        hop.response.redirected = true;
    }
    *ret = hop.response;
    return true;
}
