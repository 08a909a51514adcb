#include "os/os.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

// A frame on the wire: kind (u32le), flags (u32le, bit 0: a descriptor comes along), payload
// length (u64le), payload. The descriptor travels with the header.
enum { HEADER_SIZE = 16, HAS_DESCRIPTOR = 1 };

static void put_le(uint8_t *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> (8 * i));
}

union control {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
};

// A socket's patience (SO_RCVTIMEO, SO_SNDTIMEO) ends in EAGAIN.
static bool failed(struct err *err, const char *what)
{
    if (errno == EAGAIN)
        return err_set(err, ERR_TIMEOUT, "%s: nothing happens", what);
    return err_set_sys(err, errno, "%s", what);
}

static bool send_header(int socket, const uint8_t *header, int fd, struct err *err)
{
    struct iovec part = {.iov_base = (void *)(uintptr_t)header, .iov_len = HEADER_SIZE};
    union control control = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
        *rights = (struct cmsghdr){
            .cmsg_level = SOL_SOCKET,
            .cmsg_type = SCM_RIGHTS,
            .cmsg_len = CMSG_LEN(sizeof fd),
        };
        memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    }
    ssize_t put = -1;
    do {
        put = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (put < 0 && errno == EINTR);
    if (put < 0)
        return failed(err, "send");
    // Sixteen bytes into an empty stream go whole or not at all.
    return put == HEADER_SIZE || err_set(err, ERR_IO, "send: short header");
}

static bool send_start(int socket, uint32_t kind, uint64_t len, int fd, struct err *err)
{
    uint8_t header[HEADER_SIZE];
    put_le(header, kind, 4);
    put_le(header + 4, fd >= 0 ? HAS_DESCRIPTOR : 0, 4);
    put_le(header + 8, len, 8);
    return send_header(socket, header, fd, err);
}

static bool send_payload(int socket, span payload, struct err *err)
{
    while (payload.len) {
        ssize_t put = send(socket, payload.ptr, payload.len, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return failed(err, "send");
        payload = span_from(payload, (size_t)put);
    }
    return true;
}

bool os_send_frame(int socket, uint32_t kind, span payload, int fd, struct err *err)
{
    return send_start(socket, kind, payload.len, fd, err) && send_payload(socket, payload, err);
}

bool os_send_frame_parts(int socket, uint32_t kind, span start, span rest, struct err *err)
{
    return send_start(socket, kind, (uint64_t)start.len + rest.len, -1, err) &&
           send_payload(socket, start, err) && send_payload(socket, rest, err);
}

static bool receive(int socket, uint8_t *at, size_t len, int *fd, struct err *err)
{
    while (len) {
        struct iovec part = {.iov_base = at, .iov_len = len};
        union control control = {0};
        struct msghdr message = {
            .msg_iov = &part,
            .msg_iovlen = 1,
            .msg_control = &control,
            // Room for one descriptor only, so that the kernel closes any others: CMSG_SPACE would
            // let a second in, which nobody would ever close.
            .msg_controllen = CMSG_LEN(sizeof(int)),
        };
        ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno != ECONNRESET)
            return failed(err, "receive");
        if (got <= 0)
            return err_set(err, ERR_MISSING, "the other side has gone");
        struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
        if (rights && rights->cmsg_type == SCM_RIGHTS &&
            rights->cmsg_len == CMSG_LEN(sizeof(int))) {
            os_close(fd);
            memcpy(fd, CMSG_DATA(rights), sizeof *fd);
        }
        at += got;
        len -= (size_t)got;
    }
    return true;
}

bool os_receive_frame(int socket, uint64_t most, struct arena *mem, uint32_t *ret_kind,
                      span *ret_payload, int *ret_fd, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    uint8_t header[HEADER_SIZE];
    if (!receive(socket, header, sizeof header, &fd, err))
        return false;
    reader r = reader_of(span_of(header, sizeof header));
    uint32_t kind = read_u32le(&r);
    bool has_descriptor = (read_u32le(&r) & HAS_DESCRIPTOR) != 0;
    uint64_t len = read_u64le(&r);
    if (len > most)
        return err_set(err, ERR_LIMIT, "frame of %llu bytes", (unsigned long long)len);
    if (has_descriptor != (fd >= 0))
        return err_set(err, ERR_INPUT, "frame: the descriptor is missing");
    uint8_t *payload = arena_alloc(mem, (size_t)len);
    if (!payload)
        return arena_err(mem, err, "frame");
    if (!receive(socket, payload, (size_t)len, &fd, err))
        return false;
    *ret_kind = kind;
    *ret_payload = span_of(payload, (size_t)len);
    *ret_fd = os_take_fd(&fd);
    return true;
}

bool os_socket_patience(int socket, uint64_t seconds, struct err *err)
{
    struct timeval patience = {.tv_sec = (time_t)seconds};
    if (setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0)
        return err_set_sys(err, errno, "socket");
    return true;
}
