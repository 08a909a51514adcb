// httpd: an HTTP server over libmicrohttpd: it listens, bounds what comes in, and hands whole
// requests to one function. It knows nothing of what is asked for.
#ifndef PLIMSOLL_HTTPD_H
#define PLIMSOLL_HTTPD_H

#include "base/base.h"

struct httpd_options {
    const char *address;     // "127.0.0.1:8080", "[::]:8443", "unix:/run/plimsoll.sock"
    const char *certificate; // PEM chain; null: no TLS, which only loopback and unix sockets may do
    const char *key;         // PEM
    uint64_t header_bytes;   // most of one request's line and headers; more is answered with 431
    uint64_t held_bytes;     // most of all bodies that are in memory; more is answered with 503
    uint64_t answer_bytes;   // most memory for making one answer
    unsigned seconds;        // a connection that is idle, or slower than this for one request or
                             // for taking its answer, ends
    unsigned connections;    // at once; more wait to be accepted
    unsigned connections_per_network; // one address, or 64 bits of an IPv6 one; more are closed
    unsigned threads;                 // that answer
    // Addresses and blocks of proxies: what they say in X-Forwarded-For of whom they speak for is
    // believed, and they may have any number of connections. Of all others that header says
    // nothing.
    const span *proxies;
    size_t proxy_count;
};

struct http_header {
    span name; // as it came; compared without regard to case
    span value;
};

// A request as it came: everything in it is hostile. Valid while it is answered.
struct http_request {
    span method; // "GET"
    span path;   // decoded, begins with '/', UTF-8 without control characters
    span query;  // behind the '?', as it came; its escapes are well formed
    const struct http_header *headers;
    size_t header_count;
    span body;
    span peer; // the address of who asks, without a port, behind proxies that are believed; empty
               // for unix sockets
    span network; // the same, of an IPv6 address its first 64 bits
};
// A header that is there once; empty: it is not, or more than once.
span http_request_header(const struct http_request *request, span name);
// A parameter of the query, decoded, in `mem`; false if it is not there once.
bool http_request_parameter(const struct http_request *request, span name, struct arena *mem,
                            span *ret);
// Cuts the next parameter off the query, decoded, in `mem`: `while (query.len)`. ERR_INPUT: an
// escape is broken, or what it says is no UTF-8 or holds control characters.
bool http_query_cut(span *query, struct arena *mem, span *ret_name, span *ret_value,
                    struct err *err);

// The answer; 200 with an empty body until something else is set.
struct http_response {
    unsigned status;
    span media_type;
    struct text body;
    struct list headers; // of struct http_header
};
// Adds a header; without room for it the answer fails as a whole.
void http_response_header(struct http_response *response, span name, span value);
// Makes it a problem (RFC 9457) of no more than its status and, if there is one, a sentence.
void http_response_problem(struct http_response *response, unsigned status, span detail);

// Who answers; called by several threads at once.
struct http_service {
    void *self;
    // Most bytes of the body of a request, of which no more is known than what stands in front of
    // it; more is answered with 413. Called by the thread that reads, so it must not wait.
    uint64_t (*body_bytes)(void *self, const struct http_request *head);
    // `mem` lives until the answer is sent.
    void (*answer)(void *self, const struct http_request *request, struct arena *mem,
                   struct http_response *response);
};

struct httpd;
// Listens and answers until httpd_stop. ERR_DENIED: an address other than loopback without TLS;
// ERR_CONFLICT: the address is in use; ERR_INPUT: a certificate or key that cannot be read.
bool httpd_start(const struct httpd_options *options, const struct http_service *service,
                 struct httpd **ret, struct err *err);
// Takes no more connections, lets those finish that are being answered.
void httpd_stop(struct httpd *httpd); // null is fine
void httpd_cleanup(struct httpd **httpd);
unsigned httpd_port(const struct httpd *httpd); // that was taken for port 0; 0 for unix sockets

#endif
