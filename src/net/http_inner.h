// HTTP over libcurl: one request at a time on a session, redirects followed by hand so that no
// credential leaves its host and no answer leaves TLS.
#ifndef PLIMSOLL_NET_HTTP_INNER_H
#define PLIMSOLL_NET_HTTP_INNER_H

#include "base/base.h"
#include "net/net.h"
#include "os/os.h"

// Is libcurl there? Otherwise ERR_UNSUPPORTED. It is loaded when it is first needed.
bool http_available(struct err *err);

// A connection kept open between requests. Not to be shared between threads.
struct http;

bool http_open(const struct net_options *options, struct http **ret, struct err *err);
void http_close(struct http *http); // null is fine
void http_cleanup(struct http **http);

struct http_response;

// Where the body of a good answer (200, 206) goes.
struct http_sink {
    void *self;
    // Before the first bytes of every such answer; may be null.
    bool (*begin)(void *self, const struct http_response *response, struct err *err);
    bool (*put)(void *self, span bytes, struct err *err);
};

// Whom a request on behalf of others may reach: see struct web_message. The address is looked at
// when it is connected to, so that a name cannot mean one host when it is checked and another
// later.
struct gate;
// ERR_USAGE: an entry of `allowed` is neither a name, an address nor a block of them.
bool gate_make(struct spans allowed, struct arena *mem, struct gate **ret, struct err *err);
// Is the host of the URL named by the list?
bool gate_names(const struct gate *gate, span host_and_port);
// May it be connected to? *ret_listed: the list says so; else it is an address of the public.
bool gate_admits(const struct gate *gate, struct os_address address, bool *ret_listed);

struct http_request {
    span url;
    span authorization; // header value, for the host of `url` only; empty: none
    span accept;
    span form;    // sent as a POST of application/x-www-form-urlencoded; empty: GET
    span content; // sent as a POST of `content_type`; empty: as above
    span content_type;
    const struct web_header *headers;
    size_t header_count;
    const struct gate *gate; // null: whoever the URL names
    // The status says all: redirects are answers like others, and of a body no more is read than is
    // kept in response.body; `most` bytes.
    bool unread;
    bool head;        // no body is wanted (RFC 9110 section 9.3.2)
    uint64_t seconds; // for all of it; 0: as long as something comes
    span socket;      // path of a Unix socket to go through; empty: the network
    uint64_t offset;  // of the first byte wanted (RFC 9110 section 14.2, Range)
    span if_range;    // validators (RFC 9110 section 13.1); empty: none
    span if_none_match;
    span if_modified_since;
    uint64_t most;         // bytes of body
    struct http_sink sink; // put null: the body is collected in the response
    bool patient;          // the answer may take long to begin
    uint64_t least_speed;  // bytes a second, over a minute; 0: one
};

// Spans live in the arena given to http_send.
struct http_response {
    unsigned status;
    span body; // of an answer without a sink
    span content_type;
    span etag;
    span last_modified;
    span content_digest;  // Docker-Content-Digest
    span challenge;       // WWW-Authenticate, several joined by ", "
    span link;            // RFC 8288
    uint64_t retry_after; // seconds; 0: not said
    uint64_t offset;      // where the body starts, by Content-Range
    bool secure;          // every hop was TLS or loopback
    bool redirected;      // it is not the host of the request's URL that speaks
};

// True for every complete answer, whatever its status. Otherwise, so that the caller can tell what
// to try again: ERR_IO and ERR_TIMEOUT for the network, ERR_UNTRUSTED for TLS, ERR_LIMIT for a
// body too large, ERR_UNSUPPORTED when the other side does not speak TLS, ERR_DENIED for a URL or
// a redirect that may not be followed; what the sink says if it fails (*ret_sink_failed).
bool http_send(struct http *http, const struct http_request *request, struct arena *mem,
               struct http_response *ret, bool *ret_sink_failed, struct err *err);

struct http *web_http(struct web *web); // its session

// May this URL be asked without TLS: is its host this machine, or the one named by plain_http?
bool http_plain_allowed(span host_and_port, const char *plain_http);
bool http_plain_named(span host_and_port, const char *plain_http); // loopback does not count
bool http_is_loopback(span host_and_port);
// "host[:port]" of a URL as libcurl understands it, and whether it is https; false for what is no
// http(s) URL.
bool http_url_host(span url, struct arena *mem, span *ret_host, bool *ret_tls);
span http_bare_host(span host_and_port); // without the port, and without brackets
// The `location` of a redirect made absolute.
bool http_url_join(span base, span location, struct arena *mem, span *ret);
// `value` as it may stand in a query or a form.
void http_escape(struct text *out, span value);

#endif
