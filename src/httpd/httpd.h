// httpd: an HTTP server over libmicrohttpd: it listens, bounds what comes in, and hands whole
// requests to one function. It knows nothing of what is asked for.
#ifndef PLIMSOLL_HTTPD_H
#define PLIMSOLL_HTTPD_H

#include "base/base.h"

struct httpd_options {
    const char *address;     // "127.0.0.1:8080", "[::]:8443", "unix:/run/plimsoll.sock"
    const char *certificate; // PEM chain; null: no TLS, which only loopback and unix sockets may do
    const char *key;         // PEM
    uint64_t body_bytes;     // most of one request; more is answered with 413
    uint64_t header_bytes;   // most of its line and headers; more is answered with 431
    unsigned seconds;        // a connection that is idle, or slower than this for one request, ends
    unsigned connections;    // at once; more wait to be accepted
    unsigned connections_per_address;
    unsigned threads; // that answer
};

struct http_header {
    span name; // as it came; compared without regard to case
    span value;
};

// A request as it came: everything in it is hostile. Valid while it is answered.
struct http_request {
    span method; // "GET"
    span path;   // decoded, begins with '/', holds no NUL
    span query;  // behind the '?', as it came
    const struct http_header *headers;
    size_t header_count;
    span body;
    span peer; // the other side's address without its port; empty for unix sockets
};
span http_request_header(const struct http_request *request, span name); // empty: none
// A parameter of the query, decoded, in `mem`; false if it is not there or is not well formed.
bool http_request_parameter(const struct http_request *request, span name, struct arena *mem,
                            span *ret);

// The answer; 200 with an empty body until something else is set.
struct http_response {
    unsigned status;
    span media_type;
    struct text body;
    struct list headers; // of struct http_header
};

// Answers one request; called by several threads at once. `mem` lives until the answer is sent.
typedef void http_answer(void *self, const struct http_request *request, struct arena *mem,
                         struct http_response *response);

struct httpd;
// Listens and answers until httpd_stop. ERR_DENIED: an address other than loopback without TLS;
// ERR_CONFLICT: the address is in use; ERR_INPUT: a certificate or key that cannot be read.
bool httpd_start(const struct httpd_options *options, http_answer *answer, void *self,
                 struct httpd **ret, struct err *err);
// Takes no more connections, lets those finish that are being answered.
void httpd_stop(struct httpd *httpd); // null is fine
void httpd_cleanup(struct httpd **httpd);
unsigned httpd_port(const struct httpd *httpd); // that was taken for port 0; 0 for unix sockets

#endif
