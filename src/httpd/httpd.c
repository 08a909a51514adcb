#include "httpd/httpd_inner.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    TICK_MS = 200, // how often deadlines are looked at
    NS_PER_MS = 1000000,
    POOL_OVERHEAD = 16 << 10, // of libmicrohttpd's memory for one connection
    MOST_PEM_BYTES = 1 << 20,
    MOST_THREADS = 256,
};

// TLS 1.2 at least (RFC 8996), and in it only what has forward secrecy and authenticates what it
// encrypts (RFC 9325).
static const char tls_priorities[] =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:"
    "+CHACHA20-POLY1305";

// ---------------------------------------------------------------- connections

void connection_extend(const struct httpd *httpd, struct connection *connection)
{
    connection->deadline_ns =
        os_monotonic_ns() + (uint64_t)httpd->options.seconds * 1000 * NS_PER_MS;
}

static void link_connection(struct httpd *httpd, struct connection *connection)
{
    connection->next = httpd->connections;
    if (connection->next)
        connection->next->previous = connection;
    httpd->connections = connection;
}

static void unlink_connection(struct httpd *httpd, struct connection *connection)
{
    if (connection->next)
        connection->next->previous = connection->previous;
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        httpd->connections = connection->next;
}

static void open_connection(struct httpd *httpd, struct MHD_Connection *handle, void **context)
{
    const union MHD_ConnectionInfo *fd =
        httpd->mhd.get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD);
    int socket = fd ? fd->connect_fd : -1;
    struct connection *connection = calloc(1, sizeof *connection);
    if (!connection)
        return; // its requests find no connection and are not served
    connection->socket = socket;
    connection->peer = os_socket_peer(socket);
    connection->is_proxy = proxies_have(httpd, &connection->peer);
    connection_extend(httpd, connection);
    link_connection(httpd, connection);
    *context = connection;
}

static void on_connection(void *self, struct MHD_Connection *handle, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct httpd *httpd = self;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        open_connection(httpd, handle, context);
        return;
    }
    struct connection *connection = *context;
    if (!connection)
        return;
    unlink_connection(httpd, connection);
    free(connection);
    *context = NULL;
}

// May somebody of that network have one more connection?
static enum MHD_Result accept_from(void *self, const struct sockaddr *address, socklen_t size)
{
    const struct httpd *httpd = self;
    struct os_peer peer = os_peer_of(address, size);
    size_t count = 0;
    if (!peer.network[0] || proxies_have(httpd, &peer))
        return MHD_YES;
    for (const struct connection *each = httpd->connections; each; each = each->next)
        count += strcmp(each->peer.network, peer.network) == 0;
    return count < httpd->options.connections_per_network ? MHD_YES : MHD_NO;
}

// libmicrohttpd ends connections on which nothing happens; who sends a byte now and then is ours.
static void end_slow_connections(const struct httpd *httpd)
{
    uint64_t now = os_monotonic_ns();
    for (const struct connection *each = httpd->connections; each; each = each->next)
        if (each->deadline_ns && each->deadline_ns < now)
            os_socket_shut(each->socket);
}

// How long nothing is to be done, as far as libmicrohttpd knows.
static uint64_t longest_wait(const struct httpd *httpd)
{
    MHD_UNSIGNED_LONG_LONG timeout = 0;
    if (httpd->mhd.get_timeout(httpd->daemon, &timeout) != MHD_YES || timeout > TICK_MS)
        return TICK_MS;
    return timeout;
}

// Without a thread of its own libmicrohttpd does not notice that a connection was resumed while it
// waits: so it is us who wait.
static void loop(void *self)
{
    struct httpd *httpd = self;
    const union MHD_DaemonInfo *epoll =
        httpd->mhd.get_daemon_info(httpd->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    const int fds[] = {httpd->bell, epoll->epoll_fd};
    while (!atomic_load(&httpd->loop_ends)) {
        os_await_any(fds, 2, longest_wait(httpd));
        os_bell_silence(httpd->bell);
        // It fails where the kernel has no memory: waiting is all that there is to do.
        if (httpd->mhd.run(httpd->daemon) != MHD_YES)
            os_sleep_ms(TICK_MS);
        end_slow_connections(httpd);
    }
}

// ---------------------------------------------------------------- those who answer

static struct exchange *dequeue(struct httpd *httpd)
{
    os_monitor_enter(httpd->monitor);
    while (!httpd->first && !httpd->is_over)
        os_monitor_wait(httpd->monitor);
    struct exchange *exchange = httpd->first;
    if (exchange)
        httpd->first = exchange->next;
    if (!httpd->first)
        httpd->last = NULL;
    os_monitor_leave(httpd->monitor);
    return exchange;
}

static void answer_one(struct httpd *httpd, struct exchange *exchange)
{
    struct http_response *response = &exchange->response;
    *response = (struct http_response){.status = 200};
    text_init(&response->body, exchange->answer_mem, SIZE_MAX);
    list_init(&response->headers, exchange->answer_mem, sizeof(struct http_header), MOST_HEADERS);
    httpd->service.answer(httpd->service.self, &exchange->request, exchange->answer_mem, response);
    exchange->state = EXCHANGE_ANSWERED;
    httpd->mhd.resume_connection(exchange->handle);
    os_bell_ring(httpd->bell); // `exchange` may be gone
}

static void answer_all(void *self)
{
    struct httpd *httpd = self;
    for (;;) {
        struct exchange *exchange = dequeue(httpd);
        if (!exchange)
            return;
        answer_one(httpd, exchange);
    }
}

// ---------------------------------------------------------------- start

static bool check_address(const struct httpd_options *options, struct err *err)
{
    bool is_local = false;
    if (!os_listens_locally(span_of_text(options->address), &is_local, err))
        return false;
    return is_local || options->certificate ||
           err_set(err, ERR_DENIED,
                   "%s can be reached from elsewhere: without a certificate and a key for TLS "
                   "only loopback and unix sockets are listened at",
                   options->address);
}

// Keeps the first line of what libmicrohttpd says when it does not start.
static void keep_reason(void *self, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
static void keep_reason(void *self, const char *format, va_list arguments)
{
    struct httpd *httpd = self;
    char text[200] = {0};
    if (httpd->loop || httpd->reason.text[0])
        return;
    (void)vsnprintf(text, sizeof text, format, arguments); // cut short is good enough
    (void)err_set(&httpd->reason, ERR_INPUT, "%s", quote(span_trim(span_of_text(text))).text);
}

static bool read_pem(const char *path, struct arena *mem, char **ret, struct err *err)
{
    span bytes = {0};
    if (!path)
        return err_set(err, ERR_INPUT, "a certificate needs its key");
    if (!os_read_file(path, MOST_PEM_BYTES, mem, &bytes, err))
        return false;
    *ret = arena_text(mem, bytes);
    return *ret || err_set(err, ERR_INPUT, "%s: no PEM", path);
}

static bool start_daemon(struct httpd *httpd, char *certificate, char *key, struct err *err)
{
    const struct httpd_options *options = &httpd->options;
    struct MHD_OptionItem items[] = {
        {MHD_OPTION_LISTEN_SOCKET, httpd->socket, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, options->connections, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, options->seconds, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)(4 * options->header_bytes + POOL_OVERHEAD),
         NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)exchange_begin, httpd},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)exchange_end, httpd},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, httpd},
        {certificate ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0, certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)tls_priorities},
        {MHD_OPTION_END, 0, NULL},
    };
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    httpd->daemon = httpd->mhd.start_daemon(
        flags | (certificate ? MHD_USE_TLS : 0), 0, accept_from, httpd, exchange_step, httpd,
        MHD_OPTION_EXTERNAL_LOGGER, keep_reason, httpd, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
    if (httpd->daemon)
        return true;
    if (httpd->reason.kind == ERR_NONE)
        return err_set(err, ERR_IO, "the HTTP server does not start");
    return err_copy(err, &httpd->reason);
}

static bool listen_with_tls(struct httpd *httpd, struct err *err)
{
    const struct httpd_options *options = &httpd->options;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(4 * MOST_PEM_BYTES);
    char *certificate = NULL;
    char *key = NULL;
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for a server");
    if (options->certificate && (!read_pem(options->certificate, mem, &certificate, err) ||
                                 !read_pem(options->key, mem, &key, err)))
        return err_add(err, "TLS");
    if (!os_listen(span_of_text(options->address), &httpd->socket, err))
        return false;
    httpd->port = os_socket_port(httpd->socket);
    return start_daemon(httpd, certificate, key, err);
}

static bool start_threads(struct httpd *httpd, struct err *err)
{
    size_t count = httpd->options.threads < MOST_THREADS ? httpd->options.threads : MOST_THREADS;
    httpd->threads = calloc(count ? count : 1, sizeof(struct os_thread *));
    if (!httpd->threads)
        return err_set(err, ERR_MEMORY, "no memory for a server");
    for (; httpd->thread_count < count; httpd->thread_count++)
        if (!os_thread_start(answer_all, httpd, &httpd->threads[httpd->thread_count], err))
            return false;
    return os_thread_start(loop, httpd, &httpd->loop, err);
}

bool httpd_start(const struct httpd_options *options, const struct http_service *service,
                 struct httpd **ret, struct err *err)
{
    CLEANUP(httpd_cleanup) struct httpd *httpd = calloc(1, sizeof *httpd);
    if (!httpd)
        return err_set(err, ERR_MEMORY, "no memory for a server");
    httpd->options = *options;
    httpd->service = *service;
    httpd->socket = -1;
    httpd->bell = -1;
    if (!check_address(options, err) || !proxies_parse(httpd, err) ||
        !microhttpd_load(&httpd->mhd, err) || !os_monitor_new(&httpd->monitor, err) ||
        !os_bell_new(&httpd->bell, err) || !listen_with_tls(httpd, err) ||
        !start_threads(httpd, err))
        return false;
    *ret = take(&httpd);
    return true;
}

// ---------------------------------------------------------------- stop

static void end_threads(struct httpd *httpd)
{
    os_monitor_enter(httpd->monitor);
    httpd->is_over = true;
    os_monitor_notify(httpd->monitor);
    os_monitor_leave(httpd->monitor);
    for (size_t i = 0; i < httpd->thread_count; i++)
        os_thread_join(httpd->threads[i]);
}

// What is queued is answered, and answers are sent, as long as that takes no longer than a request
// may.
static void finish_exchanges(struct httpd *httpd)
{
    uint64_t deadline = os_monotonic_ns() + (uint64_t)httpd->options.seconds * 1000 * NS_PER_MS;
    while (atomic_load(&httpd->exchanges) && os_monotonic_ns() < deadline)
        os_sleep_ms(10);
}

void httpd_stop(struct httpd *httpd)
{
    if (!httpd)
        return;
    if (httpd->loop) {
        (void)httpd->mhd.quiesce_daemon(httpd->daemon); // the socket is ours and is closed below
        os_monitor_enter(httpd->monitor);
        atomic_store(&httpd->is_stopping, true);
        os_monitor_leave(httpd->monitor);
    }
    if (httpd->monitor)
        end_threads(httpd);
    if (httpd->loop) {
        finish_exchanges(httpd);
        atomic_store(&httpd->loop_ends, true);
        os_thread_join(httpd->loop);
    }
    if (httpd->daemon)
        httpd->mhd.stop_daemon(httpd->daemon);
    os_close(&httpd->socket);
    os_close(&httpd->bell);
    os_monitor_free(httpd->monitor);
    free(httpd->threads);
    free(httpd->proxies);
    free(httpd);
}

void httpd_cleanup(struct httpd **httpd)
{
    httpd_stop(*httpd);
}

unsigned httpd_port(const struct httpd *httpd)
{
    return httpd->port;
}
