// Inside of httpd. One thread, the loop, reads and writes all connections; a request that has come
// whole waits in a queue for one of the threads that answer, and its connection is suspended
// meanwhile.
#ifndef PLIMSOLL_HTTPD_INNER_H
#define PLIMSOLL_HTTPD_INNER_H

#include "httpd/httpd.h"
#include "os/os.h"

#include <microhttpd.h>
#include <stdatomic.h>

// Most headers of a request and parameters of a query: more than anybody sends in earnest.
enum { MOST_HEADERS = 100, MOST_PARAMETERS = 100 };

// ---------------------------------------------------------------- the library

// The functions of libmicrohttpd that are used here. It is loaded by who serves: with GnuTLS it
// brings a dozen libraries, for which every other command would wait (decision 42).
struct microhttpd {
    __typeof__(&MHD_start_daemon) start_daemon;
    __typeof__(&MHD_stop_daemon) stop_daemon;
    __typeof__(&MHD_quiesce_daemon) quiesce_daemon;
    __typeof__(&MHD_run) run;
    __typeof__(&MHD_get_timeout) get_timeout;
    __typeof__(&MHD_get_daemon_info) get_daemon_info;
    __typeof__(&MHD_suspend_connection) suspend_connection;
    __typeof__(&MHD_resume_connection) resume_connection;
    __typeof__(&MHD_get_connection_info) get_connection_info;
    __typeof__(&MHD_get_connection_values) get_connection_values;
    __typeof__(&MHD_create_response_from_buffer) create_response_from_buffer;
    __typeof__(&MHD_destroy_response) destroy_response;
    __typeof__(&MHD_add_response_header) add_response_header;
    __typeof__(&MHD_queue_response) queue_response;
};
// ERR_UNSUPPORTED: it is not there, or too old.
bool microhttpd_load(struct microhttpd *ret, struct err *err);

// ---------------------------------------------------------------- targets

// Decodes what stands in a request's line: the path, and the query as it is. ERR_INPUT: broken
// escapes, control characters, no UTF-8, or neither a path nor a URL.
bool http_target_parse(span target, struct arena *mem, span *ret_path, span *ret_query,
                       struct err *err);

// ---------------------------------------------------------------- exchanges

struct connection {
    struct connection *next;
    struct connection *previous;
    int socket;
    struct os_peer peer;
    bool is_proxy;        // that is believed
    uint64_t deadline_ns; // on the monotonic clock; 0: it is being answered
};

enum exchange_state {
    EXCHANGE_NEW,      // nothing but the request's line has been looked at
    EXCHANGE_BODY,     // its body is coming
    EXCHANGE_QUEUED,   // its connection is suspended
    EXCHANGE_ANSWERED, // and has been resumed
    EXCHANGE_SENT,     // the answer has been handed over
};

// One request and its answer.
struct exchange {
    struct httpd *httpd;
    struct connection *connection;
    struct MHD_Connection *handle;
    struct exchange *next; // in the queue
    enum exchange_state state;
    unsigned refusal; // what it is answered with without being looked at; 0: nothing is wrong
    struct arena *mem;
    struct arena *body_mem;
    struct arena *answer_mem;
    span target;
    struct http_request request;
    struct os_peer peer; // who asks
    struct text body;
    uint64_t body_bytes; // most of it
    uint64_t held;       // counted in httpd.held
    struct http_response response;
};

struct httpd {
    struct microhttpd mhd;
    struct httpd_options options;
    struct http_service service;
    struct os_block *proxies; // options.proxy_count
    int socket;
    int bell; // wakes the loop: an answer is there
    unsigned port;
    struct MHD_Daemon *daemon;
    struct err reason; // why libmicrohttpd does not start, in its words
    // Written by the loop alone.
    struct connection *connections;
    uint64_t held;
    atomic_size_t exchanges; // that are not over
    // Guarded by the monitor.
    struct os_monitor *monitor;
    struct exchange *first;
    struct exchange *last;
    bool is_over; // whoever answers goes home
    // Set under it, read by the loop without.
    atomic_bool is_stopping; // no request is queued any more
    atomic_bool loop_ends;
    size_t thread_count;
    struct os_thread **threads;
    struct os_thread *loop;
};

// What libmicrohttpd calls.
void *exchange_begin(void *self, const char *uri, struct MHD_Connection *handle);
enum MHD_Result exchange_step(void *self, struct MHD_Connection *handle, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state);
void exchange_end(void *self, struct MHD_Connection *handle, void **state,
                  enum MHD_RequestTerminationCode code);

// Reads the proxies of the options. ERR_USAGE: one is no address.
bool proxies_parse(struct httpd *httpd, struct err *err);
// Is it a proxy that is believed?
bool proxies_have(const struct httpd *httpd, const struct os_peer *peer);
// Who asks, by the request's headers and who is connected.
struct os_peer exchange_peer(const struct exchange *exchange);

// Gives the request its time anew.
void connection_extend(const struct httpd *httpd, struct connection *connection);
// What is wrong with a request, as a status, before its body has come; 0: nothing. Fills the
// request's headers, path and query.
unsigned exchange_check_head(struct exchange *exchange, const char *method, const char *version);
// Hands the answer over to libmicrohttpd.
enum MHD_Result exchange_respond(struct exchange *exchange);

#endif
