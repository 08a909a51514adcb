#include "os/os.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

// ---------------------------------------------------------------- addresses

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
};

enum { MOST_PORT = 65535, NETWORK_BYTES = 8 };

static bool parse_unix(span path, union address *ret, struct err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path.len == 0 || path.len >= sizeof address.sun_path || span_find(path, 0) != SPAN_NONE)
        return err_set(err, ERR_USAGE, "'%s' cannot be a socket's path", quote(path).text);
    memcpy(address.sun_path, path.ptr, path.len);
    ret->local = address;
    return true;
}

// A number, never a name: what a name stands for is another's word.
static bool parse_host(span host, uint16_t port, union address *ret)
{
    char text[INET6_ADDRSTRLEN] = {0};
    if (host.len >= 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']') {
        host = span_slice(host, 1, host.len - 2);
        if (host.len == 0 || host.len >= sizeof text)
            return false;
        memcpy(text, host.ptr, host.len);
        ret->v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port)};
        return inet_pton(AF_INET6, text, &ret->v6.sin6_addr) == 1;
    }
    if (span_equal(host, S("localhost")))
        host = S("127.0.0.1");
    if (host.len == 0 || host.len >= sizeof text)
        return false;
    memcpy(text, host.ptr, host.len);
    ret->v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    return inet_pton(AF_INET, text, &ret->v4.sin_addr) == 1;
}

static bool parse_address(span text, union address *ret, struct err *err)
{
    *ret = (union address){0};
    if (span_starts_with(text, S("unix:")))
        return parse_unix(span_from(text, 5), ret, err);
    size_t colon = span_find_last(text, ':');
    uint64_t port = 0;
    if (colon == SPAN_NONE || !span_to_u64(span_from(text, colon + 1), &port) || port > MOST_PORT ||
        !parse_host(span_first(text, colon), (uint16_t)port, ret))
        return err_set(err, ERR_USAGE,
                       "'%s' is not an address (127.0.0.1:8080, [::1]:8080, unix:PATH)",
                       quote(text).text);
    return true;
}

static bool is_loopback(const union address *address)
{
    if (address->any.sa_family == AF_INET)
        return ntohl(address->v4.sin_addr.s_addr) >> 24 == 127;
    if (address->any.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
    return true;
}

bool os_listens_locally(span text, bool *ret, struct err *err)
{
    union address address = {0};
    if (!parse_address(text, &address, err))
        return false;
    *ret = is_loopback(&address);
    return true;
}

// ---------------------------------------------------------------- listening

static socklen_t size_of(const union address *address)
{
    switch (address->any.sa_family) {
    case AF_INET:
        return sizeof address->v4;
    case AF_INET6:
        return sizeof address->v6;
    default:
        return sizeof address->local;
    }
}

// A socket that nobody answers at was left behind by a process that died.
static void remove_stale(const struct sockaddr_un *address)
{
    struct stat st = {0};
    if (lstat(address->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
        return;
    CLEANUP(os_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
        errno == ECONNREFUSED)
        (void)unlink(address->sun_path); // bind says if it is still there
}

// Local sockets are for their owner and its group: 0660, set before anybody can connect.
static bool bind_address(int fd, const union address *address, span text, struct err *err)
{
    static const int yes = 1;
    bool is_unix = address->any.sa_family == AF_UNIX;
    if (is_unix)
        remove_stale(&address->local);
    else if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0)
        return err_set_sys(err, errno, "%s", quote(text).text);
    if (is_unix && fchmod(fd, 0660) != 0)
        return err_set_sys(err, errno, "%s", quote(text).text);
    if (bind(fd, &address->any, size_of(address)) != 0) {
        int sys = errno;
        (void)err_set_sys(err, sys, "%s", quote(text).text);
        if (err && sys == EADDRINUSE)
            err->kind = ERR_CONFLICT;
        return false;
    }
    return true;
}

bool os_listen(span text, int *ret_fd, struct err *err)
{
    union address address = {0};
    if (!parse_address(text, &address, err))
        return false;
    CLEANUP(os_close)
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_set_sys(err, errno, "%s", quote(text).text);
    if (!bind_address(fd, &address, text, err))
        return false;
    if (listen(fd, SOMAXCONN) != 0)
        return err_set_sys(err, errno, "%s", quote(text).text);
    *ret_fd = os_take_fd(&fd);
    return true;
}

unsigned os_socket_port(int fd)
{
    union address address = {0};
    socklen_t size = sizeof address;
    if (getsockname(fd, &address.any, &size) != 0)
        return 0;
    if (address.any.sa_family == AF_INET)
        return ntohs(address.v4.sin_port);
    return address.any.sa_family == AF_INET6 ? ntohs(address.v6.sin6_port) : 0;
}

void os_socket_shut(int fd)
{
    (void)shutdown(fd, SHUT_RDWR); // whoever has gone already is gone
}

// ---------------------------------------------------------------- the other side

static void print_v6(const struct in6_addr *address, struct os_peer *ret)
{
    struct in6_addr network = *address;
    if (IN6_IS_ADDR_V4MAPPED(address)) {
        (void)inet_ntop(AF_INET, &address->s6_addr[12], ret->address, sizeof ret->address);
        memcpy(ret->network, ret->address, sizeof ret->network);
        return;
    }
    memset(&network.s6_addr[NETWORK_BYTES], 0, sizeof network.s6_addr - NETWORK_BYTES);
    (void)inet_ntop(AF_INET6, address, ret->address, sizeof ret->address); // there is room
    (void)inet_ntop(AF_INET6, &network, ret->network, sizeof ret->network);
}

struct os_peer os_peer_of(const void *socket_address, size_t size)
{
    struct os_peer peer = {0};
    union address address = {0};
    memcpy(&address, socket_address, size < sizeof address ? size : sizeof address);
    if (address.any.sa_family == AF_INET) {
        (void)inet_ntop(AF_INET, &address.v4.sin_addr, peer.address, sizeof peer.address);
        memcpy(peer.network, peer.address, sizeof peer.network);
    } else if (address.any.sa_family == AF_INET6) {
        print_v6(&address.v6.sin6_addr, &peer);
    }
    return peer;
}

struct os_peer os_peer_at(struct os_address address)
{
    struct os_peer peer = {0};
    struct in6_addr v6;
    memcpy(&v6, address.bytes, sizeof v6);
    print_v6(&v6, &peer);
    return peer;
}

struct os_peer os_socket_peer(int fd)
{
    union address address = {0};
    socklen_t size = sizeof address;
    if (getpeername(fd, &address.any, &size) != 0)
        return (struct os_peer){0};
    return os_peer_of(&address, size);
}

// ---------------------------------------------------------------- bells

bool os_bell_new(int *ret_fd, struct err *err)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        return err_set_sys(err, errno, "eventfd");
    *ret_fd = fd;
    return true;
}

void os_bell_ring(int fd)
{
    static const uint64_t one = 1;
    (void)!write(fd, &one, sizeof one); // it fails where it has rung so often that it is heard
}

void os_bell_silence(int fd)
{
    uint64_t times = 0;
    (void)!read(fd, &times, sizeof times); // it fails where it has not rung
}

void os_await_any(const int fds[], size_t count, uint64_t milliseconds)
{
    enum { MOST_FDS = 8 };
    struct pollfd polled[MOST_FDS] = {{0}};
    assert(count <= MOST_FDS);
    for (size_t i = 0; i < count; i++)
        polled[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
    (void)poll(polled, count, milliseconds < INT32_MAX ? (int)milliseconds : INT32_MAX);
}
