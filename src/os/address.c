#include "os/os.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum {
    V4_AT = 12, // where an IPv4 address lies in one of version 6
    V4_BITS = 32,
    V6_BITS = 128,
};

static struct os_address address_of_v4(const uint8_t bytes[static 4])
{
    struct os_address address = {.bytes = {[10] = 0xff, [11] = 0xff}};
    for (size_t i = 0; i < 4; i++)
        address.bytes[V4_AT + i] = bytes[i];
    return address;
}

bool os_address_of(const void *sockaddr, size_t len, struct os_address *ret)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    sa_family_t family = AF_UNSPEC;
    if (len < sizeof family)
        return false;
    memcpy(&family, sockaddr, sizeof family);
    if (family == AF_INET && len >= sizeof v4) {
        memcpy(&v4, sockaddr, sizeof v4);
        *ret = address_of_v4((const uint8_t *)&v4.sin_addr);
        return true;
    }
    if (family == AF_INET6 && len >= sizeof v6) {
        memcpy(&v6, sockaddr, sizeof v6);
        memcpy(ret->bytes, &v6.sin6_addr, sizeof ret->bytes);
        return true;
    }
    return false;
}

bool os_address_parse(span text, struct os_address *ret)
{
    char name[INET6_ADDRSTRLEN] = {0};
    uint8_t v4[4];
    if (text.len == 0 || text.len >= sizeof name)
        return false;
    memcpy(name, text.ptr, text.len);
    if (strlen(name) != text.len)
        return false;
    if (inet_pton(AF_INET, name, v4) == 1) {
        *ret = address_of_v4(v4);
        return true;
    }
    return inet_pton(AF_INET6, name, ret->bytes) == 1;
}

bool os_address_is_v4(struct os_address address)
{
    struct os_address same = address_of_v4(address.bytes + V4_AT);
    return memcmp(same.bytes, address.bytes, sizeof same.bytes) == 0;
}

bool os_block_parse(span text, struct os_block *ret)
{
    uint64_t bits = 0;
    bool has_bits = span_find(text, '/') != SPAN_NONE;
    span address = span_cut(&text, '/');
    struct os_block block = {.bits = V6_BITS};
    if (!os_address_parse(address, &block.address))
        return false;
    if (has_bits) {
        unsigned width = os_address_is_v4(block.address) ? V4_BITS : V6_BITS;
        if (!span_to_u64(text, &bits) || bits > width)
            return false;
        block.bits = V6_BITS - width + (unsigned)bits;
    }
    *ret = block;
    return true;
}

bool os_block_has(const struct os_block *block, struct os_address address)
{
    size_t whole = block->bits / 8;
    unsigned rest = block->bits % 8;
    if (memcmp(block->address.bytes, address.bytes, whole) != 0)
        return false;
    return rest == 0 || (block->address.bytes[whole] ^ address.bytes[whole]) >> (8 - rest) == 0;
}

bool os_blocks_have(const struct os_block *blocks, size_t count, struct os_address address)
{
    for (size_t i = 0; i < count; i++)
        if (os_block_has(&blocks[i], address))
            return true;
    return false;
}

int os_socket(int family, int type, int protocol)
{
    return socket(family, type | SOCK_CLOEXEC, protocol);
}
