// The server on loopback, spoken to in bytes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "httpd/httpd.h"
#include "os/os.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BODY_BYTES = 1000, HELD_BYTES = 3000, HEADER_BYTES = 2000 };

static uint64_t body_bytes(void *self, const struct http_request *head)
{
    (void)self;
    return span_equal(head->path, S("/none")) ? 0 : BODY_BYTES;
}

// Says what it was asked.
static void answer(void *self, const struct http_request *request, struct arena *mem,
                   struct http_response *response)
{
    (void)self;
    (void)mem;
    if (span_equal(request->path, S("/slow")))
        os_sleep_ms(300);
    if (span_equal(request->path, S("/problem"))) {
        http_response_problem(response, 404, S("there is no \"x\"\\\xff"));
        return;
    }
    if (span_equal(request->path, S("/split")))
        http_response_header(response, S("X-Split"), S("a\r\nSet-Cookie: b"));
    response->media_type = S("text/plain");
    text_add(&response->body, request->method);
    text_add(&response->body, S(" "));
    text_add(&response->body, request->path);
    text_add(&response->body, S(" "));
    text_add_u64(&response->body, request->body.len);
    text_add(&response->body, S(" "));
    text_add(&response->body, request->peer);
}

static struct httpd_options options_of(const char *address)
{
    return (struct httpd_options){.address = address,
                                  .header_bytes = HEADER_BYTES,
                                  .held_bytes = HELD_BYTES,
                                  .answer_bytes = 1 << 20,
                                  .seconds = 1,
                                  .connections = 20,
                                  .connections_per_network = 5,
                                  .threads = 2};
}

static struct httpd *start(const char *address)
{
    struct httpd_options options = options_of(address);
    const struct http_service service = {.body_bytes = body_bytes, .answer = answer};
    struct httpd *httpd = NULL;
    struct err err = {0};
    if (!httpd_start(&options, &service, &httpd, &err))
        fail_msg("%s", err.text);
    return httpd;
}

static int connect_to(const struct httpd *httpd)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)httpd_port(httpd)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

struct heard {
    char text[8192];
};

// What comes until the other side has no more to say.
static struct heard hear(int fd)
{
    struct heard heard = {0};
    size_t len = 0;
    for (;;) {
        ssize_t got = recv(fd, heard.text + len, sizeof heard.text - 1 - len, 0);
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    (void)close(fd);
    return heard;
}

static void say(int fd, const char *text)
{
    (void)send(fd, text, strlen(text), MSG_NOSIGNAL); // whoever has hung up is heard of in hear()
}

static struct heard ask(const struct httpd *httpd, const char *text)
{
    int fd = connect_to(httpd);
    say(fd, text);
    return hear(fd);
}

static bool has(struct heard heard, const char *text)
{
    return strstr(heard.text, text) != NULL;
}

#define END "Host: a\r\nConnection: close\r\n\r\n"

static void answers(void **state)
{
    const struct httpd *httpd = *state;
    struct heard heard = ask(httpd, "GET /a%20b?c=d HTTP/1.1\r\n" END);
    assert_true(has(heard, "HTTP/1.1 200"));
    assert_true(has(heard, "GET /a b 0 127.0.0.1"));
    assert_true(has(heard, "X-Content-Type-Options: nosniff"));
    assert_true(has(heard, "Cache-Control: no-store"));
    assert_true(has(heard, "Content-Security-Policy: default-src 'none'"));
    heard = ask(httpd, "POST /p HTTP/1.1\r\nContent-Length: 3\r\n" END "abc");
    assert_true(has(heard, "POST /p 3 "));
    heard = ask(httpd, "POST /p HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END
                       "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
    assert_true(has(heard, "POST /p 3 "));
    heard = ask(httpd, "HEAD /p HTTP/1.1\r\n" END);
    assert_true(has(heard, "HTTP/1.1 200") && !has(heard, "HEAD /p"));
    heard = ask(httpd, "GET /problem HTTP/1.1\r\n" END);
    assert_true(has(heard, "HTTP/1.1 404") && has(heard, "application/problem+json"));
    assert_true(has(heard, "\"detail\":\"there is no \\\"x\\\"\\\\?\""));
}

static void keeps_connections(void **state)
{
    int fd = connect_to(*state);
    say(fd, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    say(fd, "GET /3 HTTP/1.1\r\n" END);
    struct heard heard = hear(fd);
    assert_true(has(heard, "GET /1 ") && has(heard, "GET /slow ") && has(heard, "GET /3 "));
}

static void refuses_oddities(void **state)
{
    static const struct {
        const char *request;
        const char *status;
    } cases[] = {
        {"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n" END "abc", " 400"},
        {"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n" END "abc", " 400"},
        {"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n" END "0\r\n\r\n",
         " 400"},
        {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" END
         "0\r\n\r\n",
         " 400"},
        {"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n" END "0\r\n\r\n", " 400"},
        {"POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n" END "0\r\n\r\n", " 400"},
        {"POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n" END "0\r\n\r\n", " 400"},
        {"POST / HTTP/1.1\r\nContent-Length: +3\r\n" END "abc", " 400"},
        {"POST / HTTP/1.1\r\nContent-Length: 3, 3\r\n" END "abc", " 400"},
        {"POST / HTTP/1.1\r\nContent-Length: -1\r\n" END "abc", " 400"},
        {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" END "0\r\n\r\n", " 400"},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", " 400"},
        {"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", " 400"},
        {"GET /%00 HTTP/1.1\r\n" END, " 400"},
        {"GET /%zz HTTP/1.1\r\n" END, " 400"},
        {"GET /?%f HTTP/1.1\r\n" END, " 400"},
        {"GET / HTTP/1.1\r\nX: a\x01"
         "b\r\n" END,
         " 400"},
        {"GET split HTTP/1.1\r\n" END, " 400"},
        {"GET /split HTTP/1.1\r\n" END, ""},
        {"G\x01T / HTTP/1.1\r\n" END, " 400"},
        {"GET / HTTP/2.0\r\n" END, " 505"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct heard heard = ask(*state, cases[i].request);
        bool fits = cases[i].status[0] ? strncmp(heard.text + 8, cases[i].status, 4) == 0
                                       : !has(heard, "Set-Cookie");
        if (!fits || has(heard, "GET /smuggled"))
            fail_msg("%s answered %s", cases[i].request, heard.text);
    }
}

static void a_refused_request_ends_its_connection(void **state)
{
    struct heard heard = ask(*state, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
                                     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                                     "GET /smuggled HTTP/1.1\r\n" END);
    assert_true(has(heard, " 400 ") && !has(heard, "smuggled"));
}

static struct heard post(const struct httpd *httpd, size_t announced, size_t size)
{
    char head[200];
    (void)snprintf(head, sizeof head, "POST / HTTP/1.1\r\nContent-Length: %zu\r\n" END, announced);
    int fd = connect_to(httpd);
    say(fd, head);
    for (size_t i = 0; i < size; i++)
        say(fd, "x");
    return hear(fd);
}

static void bounds_bodies(void **state)
{
    const struct httpd *httpd = *state;
    assert_true(has(post(httpd, BODY_BYTES - 1, BODY_BYTES - 1), "POST / 999"));
    assert_true(has(post(httpd, BODY_BYTES, BODY_BYTES), "POST / 1000"));
    assert_true(has(post(httpd, BODY_BYTES + 1, 0), " 413 "));
    assert_true(has(post(httpd, 100 << 20, 0), " 413 "));
    char request[2000];
    (void)snprintf(
        request, sizeof request,
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END "3e9\r\n%01001d\r\n0\r\n\r\n", 0);
    assert_true(has(ask(httpd, request), " 413 "));
    assert_true(has(ask(httpd, "POST /none HTTP/1.1\r\nContent-Length: 1\r\n" END "a"), " 413 "));
    assert_true(has(ask(httpd, "POST /none HTTP/1.1\r\nContent-Length: 0\r\n" END), " 200 "));
    assert_true(has(ask(httpd, "POST / HTTP/1.1\r\nExpect: 100-continue\r\n"
                               "Content-Length: 5000\r\n" END),
                    "HTTP/1.1 413"));
    assert_true(has(ask(httpd, "POST / HTTP/1.1\r\nExpect: 100-continue\r\n"
                               "Content-Length: 1\r\n" END "a"),
                    "HTTP/1.1 100"));
}

static void bounds_all_bodies_together(void **state)
{
    const struct httpd *httpd = *state;
    char head[] = "POST / HTTP/1.1\r\nContent-Length: 1000\r\n" END;
    char most[BODY_BYTES] = {0};
    memset(most, 'x', sizeof most - 1);
    int fds[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        fds[i] = connect_to(httpd);
        say(fds[i], head);
        say(fds[i], most);
    }
    os_sleep_ms(100);
    unsigned refused = 0;
    for (size_t i = 0; i < 4; i++)
        say(fds[i], "x");
    for (size_t i = 0; i < 4; i++)
        refused += has(hear(fds[i]), " 503 ");
    assert_int_equal(refused, 1);
}

static void bounds_headers(void **state)
{
    static const struct {
        size_t size;
        const char *status;
    } cases[] = {{HEADER_BYTES - 200, " 200 "}, {HEADER_BYTES + 1, " 431 "}, {100000, " 431 "}};
    static char request[200000];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)snprintf(request, sizeof request, "GET / HTTP/1.1\r\nX: %0*d\r\n" END,
                       (int)cases[i].size, 0);
        assert_true(has(ask(*state, request), cases[i].status));
    }
    size_t len = (size_t)snprintf(request, sizeof request, "GET / HTTP/1.1\r\n");
    for (size_t i = 0; i < 200; i++)
        len += (size_t)snprintf(request + len, sizeof request - len, "a: b\r\n");
    (void)snprintf(request + len, sizeof request - len, END);
    assert_true(has(ask(*state, request), " 431 "));
}

// One byte now and then keeps a connection from being idle, and not from ending.
static void ends_slow_connections(void **state)
{
    static const char *const parts[] = {"GET / HTT", "POST / HTTP/1.1\r\nHost: a\r\nX",
                                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        int fd = connect_to(*state);
        say(fd, parts[i]);
        bool ended = false;
        for (unsigned tenths = 0; tenths < 60 && !ended; tenths++) {
            os_sleep_ms(100);
            ended = send(fd, "x", 1, MSG_NOSIGNAL) < 0;
        }
        assert_true(ended);
        (void)close(fd);
    }
}

static void bounds_connections_of_one_address(void **state)
{
    int fds[6] = {0};
    char byte = 0;
    for (size_t i = 0; i < 5; i++) {
        fds[i] = connect_to(*state);
        say(fds[i], "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_int_equal(recv(fds[i], &byte, 1, 0), 1);
    }
    fds[5] = connect_to(*state);
    say(fds[5], "GET / HTTP/1.1\r\n" END);
    assert_true(recv(fds[5], &byte, 1, 0) <= 0);
    for (size_t i = 0; i < 6; i++)
        (void)close(fds[i]);
    os_sleep_ms(300);
    assert_true(has(ask(*state, "GET / HTTP/1.1\r\n" END), " 200 "));
}

static void finishes_what_it_has_begun(void **state)
{
    (void)state;
    struct httpd *httpd = start("127.0.0.1:0");
    int fd = connect_to(httpd);
    say(fd, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    os_sleep_ms(100);
    httpd_stop(httpd);
    assert_true(has(hear(fd), "GET /slow "));
}

static void listens_on_unix_sockets(void **state)
{
    (void)state;
    char path[] = "/tmp/plimsoll-test-XXXXXX";
    char address[100];
    assert_non_null(mkdtemp(path));
    (void)snprintf(address, sizeof address, "unix:%s/s", path);
    struct httpd *httpd = start(address);
    assert_int_equal(httpd_port(httpd), 0);
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    (void)snprintf(to.sun_path, sizeof to.sun_path, "%s/s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    say(fd, "GET /u HTTP/1.1\r\n" END);
    assert_true(has(hear(fd), "GET /u 0 "));
    httpd_stop(httpd);
    httpd = start(address); // the file that was left is in nobody's way
    httpd_stop(httpd);
    (void)unlink(to.sun_path);
    (void)rmdir(path);
}

static void refuses_to_start(void **state)
{
    const struct http_service service = {.body_bytes = body_bytes, .answer = answer};
    char taken[40];
    (void)snprintf(taken, sizeof taken, "127.0.0.1:%u", httpd_port(*state));
    const struct {
        const char *address;
        const char *certificate;
        enum err_kind kind;
    } cases[] = {
        {"0.0.0.0:0", NULL, ERR_DENIED},
        {"[::]:0", NULL, ERR_DENIED},
        {"192.0.2.1:80", NULL, ERR_DENIED},
        {"localhost", NULL, ERR_USAGE},
        {"host.example:80", NULL, ERR_USAGE},
        {"127.0.0.1:65536", NULL, ERR_USAGE},
        {"unix:", NULL, ERR_USAGE},
        {taken, NULL, ERR_CONFLICT},
        {"127.0.0.1:0", "/dev/null", ERR_INPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct httpd_options options = options_of(cases[i].address);
        options.certificate = options.key = cases[i].certificate;
        struct httpd *httpd = NULL;
        struct err err = {0};
        assert_false(httpd_start(&options, &service, &httpd, &err));
        if (err.kind != cases[i].kind)
            fail_msg("%s: %s", cases[i].address, err.text);
    }
}

static int set_up(void **state)
{
    *state = start("127.0.0.1:0");
    return 0;
}

static int tear_down(void **state)
{
    httpd_stop(*state);
    return 0;
}

// ---------------------------------------------------------------- proxies

static struct httpd *start_behind(const span *proxies, size_t count)
{
    struct httpd_options options = options_of("127.0.0.1:0");
    const struct http_service service = {.body_bytes = body_bytes, .answer = answer};
    struct httpd *httpd = NULL;
    struct err err = {0};
    options.proxies = proxies;
    options.proxy_count = count;
    options.connections_per_network = 1;
    if (!httpd_start(&options, &service, &httpd, &err))
        fail_msg("%s", err.text);
    return httpd;
}

// Who asks, as the server sees it, with these headers.
static void assert_peer(const struct httpd *httpd, const char *headers, const char *peer)
{
    char request[1000];
    char answered[200];
    (void)snprintf(request, sizeof request,
                   "GET /a HTTP/1.1\r\nHost: x\r\n%sConnection: close\r\n\r\n", headers);
    (void)snprintf(answered, sizeof answered, "\r\n\r\nGET /a 0 %s", peer);
    struct heard heard = ask(httpd, request);
    if (!has(heard, answered))
        fail_msg("'%s' is not '%s'", heard.text, peer);
}

static void a_stranger_is_not_believed(void **state)
{
    (void)state;
    const span proxies[] = {S("10.0.0.0/8")};
    CLEANUP(httpd_cleanup) struct httpd *none = start("127.0.0.1:0");
    CLEANUP(httpd_cleanup) struct httpd *others = start_behind(proxies, 1);
    assert_peer(none, "X-Forwarded-For: 192.0.2.1\r\n", "127.0.0.1");
    assert_peer(others, "X-Forwarded-For: 192.0.2.1\r\n", "127.0.0.1");
}

static void a_proxy_says_who_asks(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "127.0.0.1"},
        {"X-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1"},
        {"x-forwarded-for: 192.0.2.1:4711\r\n", "192.0.2.1"},
        {"X-Forwarded-For: 2001:DB8::1\r\n", "2001:db8::1"},
        {"X-Forwarded-For: [2001:db8::1]:80\r\n", "2001:db8::1"},
        {"X-Forwarded-For: ::ffff:192.0.2.1\r\n", "192.0.2.1"},
        // What the client has sent itself stands in front, and counts for nothing.
        {"X-Forwarded-For: 198.51.100.7, 192.0.2.1\r\n", "192.0.2.1"},
        {"X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1"},
        // Through two proxies, in one header or in two.
        {"X-Forwarded-For: 192.0.2.1, 10.1.2.3\r\n", "192.0.2.1"},
        {"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 10.1.2.3\r\n", "192.0.2.1"},
        {"X-Forwarded-For: 10.1.2.3\r\n", "10.1.2.3"},
        // What cannot be read is the last proxy's.
        {"X-Forwarded-For: unknown\r\n", "127.0.0.1"},
        {"X-Forwarded-For: 192.0.2.1, x, 10.1.2.3\r\n", "10.1.2.3"},
        {"X-Forwarded-For: 192.0.2.1,\r\n", "127.0.0.1"},
        {"X-Forwarded-For:\r\n", "127.0.0.1"},
        {"X-Forwarded-For: [\r\n", "127.0.0.1"},
    };
    const span proxies[] = {S("127.0.0.1"), S("10.0.0.0/8")};
    CLEANUP(httpd_cleanup) struct httpd *httpd = start_behind(proxies, 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_peer(httpd, cases[i][0], cases[i][1]);
}

static void a_proxy_has_many_connections(void **state)
{
    (void)state;
    const span proxies[] = {S("127.0.0.1")};
    CLEANUP(httpd_cleanup) struct httpd *httpd = start_behind(proxies, 1);
    int idle = connect_to(httpd);
    assert_peer(httpd, "", "127.0.0.1"); // a second one
    (void)close(idle);
}

static void a_proxy_is_an_address(void **state)
{
    (void)state;
    static const span bad[] = {S("proxy.example"), S("10.0.0.0/33"), S("10.0.0.0/"), S("")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct httpd_options options = options_of("127.0.0.1:0");
        const struct http_service service = {.body_bytes = body_bytes, .answer = answer};
        struct httpd *httpd = NULL;
        struct err err = {0};
        options.proxies = &bad[i];
        options.proxy_count = 1;
        assert_false(httpd_start(&options, &service, &httpd, &err));
        assert_int_equal(err.kind, ERR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers),
        cmocka_unit_test(keeps_connections),
        cmocka_unit_test(refuses_oddities),
        cmocka_unit_test(a_refused_request_ends_its_connection),
        cmocka_unit_test(bounds_bodies),
        cmocka_unit_test(bounds_all_bodies_together),
        cmocka_unit_test(bounds_headers),
        cmocka_unit_test(ends_slow_connections),
        cmocka_unit_test(bounds_connections_of_one_address),
        cmocka_unit_test(finishes_what_it_has_begun),
        cmocka_unit_test(listens_on_unix_sockets),
        cmocka_unit_test(refuses_to_start),
        cmocka_unit_test(a_stranger_is_not_believed),
        cmocka_unit_test(a_proxy_says_who_asks),
        cmocka_unit_test(a_proxy_has_many_connections),
        cmocka_unit_test(a_proxy_is_an_address),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
