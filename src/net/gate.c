// Whom messages may go to.
#include "net/http_inner.h"

#include "os/os.h"

struct gate {
    struct spans names;
    struct os_block *blocks;
    size_t block_count;
};

enum { V6_BITS = 128, V4_BITS = 32, V4_AT = 12 };

// ---------------------------------------------------------------- the public

#define V4(a, b, c, d, len)                                                  \
    {                                                                        \
        {{[10] = 0xff, 0xff, (a), (b), (c), (d)}}, V6_BITS - V4_BITS + (len) \
    }

// IANA's registry of special-purpose addresses (RFC 6890), and what is no unicast.
static const struct os_block special_v4[] = {
    V4(0, 0, 0, 0, 8),        // this host on this network
    V4(10, 0, 0, 0, 8),       // private use
    V4(100, 64, 0, 0, 10),    // shared address space
    V4(127, 0, 0, 0, 8),      // loopback
    V4(169, 254, 0, 0, 16),   // link local; services of most clouds for their machines
    V4(172, 16, 0, 0, 12),    // private use
    V4(192, 0, 0, 0, 24),     // protocol assignments
    V4(192, 0, 2, 0, 24),     // documentation
    V4(192, 31, 196, 0, 24),  // AS112
    V4(192, 52, 193, 0, 24),  // AMT
    V4(192, 88, 99, 0, 24),   // 6to4 relays
    V4(192, 168, 0, 0, 16),   // private use
    V4(192, 175, 48, 0, 24),  // AS112
    V4(198, 18, 0, 0, 15),    // benchmarks
    V4(198, 51, 100, 0, 24),  // documentation
    V4(203, 0, 113, 0, 24),   // documentation
    V4(224, 0, 0, 0, 4),      // multicast
    V4(240, 0, 0, 0, 4),      // reserved, broadcast
    V4(168, 63, 129, 16, 32), // Azure's service for its machines
};

// All of version 6 that is global unicast (RFC 4291 section 2.5.4), and what of it is special.
static const struct os_block global_v6 = {.address = {{0x20}}, .bits = 3};
static const struct os_block special_v6[] = {
    {.address = {{0x20, 0x01}}, .bits = 23},                // protocol assignments, Teredo
    {.address = {{0x20, 0x01, 0x0d, 0xb8}}, .bits = 32},    // documentation
    {.address = {{0x20, 0x02}}, .bits = 16},                // 6to4: stands for one of version 4
    {.address = {{0x26, 0x20, 0, 0x4f, 0x80}}, .bits = 48}, // AS112
    {.address = {{0x3f, 0xff}}, .bits = 20},                // documentation
};
// RFC 6052: the last four bytes are an address of version 4.
static const struct os_block nat64 = {.address = {{0, 0x64, 0xff, 0x9b}}, .bits = 96};

static bool is_public(struct os_address address)
{
    if (os_block_has(&nat64, address)) {
        memset(address.bytes, 0, V4_AT - 2);
        address.bytes[10] = address.bytes[11] = 0xff;
    }
    if (os_address_is_v4(address))
        return !os_blocks_have(special_v4, sizeof special_v4 / sizeof *special_v4, address);
    return os_block_has(&global_v6, address) &&
           !os_blocks_have(special_v6, sizeof special_v6 / sizeof *special_v6, address);
}

// ---------------------------------------------------------------- the list

static bool is_name(span text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (!ascii_is_alpha(c) && !ascii_is_digit(c) && c != '-' && c != '.' && c != '*')
            return false;
    }
    return text.len > 0;
}

bool gate_make(struct spans allowed, struct arena *mem, struct gate **ret, struct err *err)
{
    struct gate *gate = ARENA_NEW(mem, struct gate);
    struct os_block *blocks = arena_array(mem, allowed.count, sizeof *blocks);
    span *names = arena_array(mem, allowed.count, sizeof *names);
    if (!gate || !blocks || !names)
        return arena_err(mem, err, "list of those who may get messages");
    gate->blocks = blocks;
    gate->names.items = names;
    for (size_t i = 0; i < allowed.count; i++) {
        if (os_block_parse(allowed.items[i], &blocks[gate->block_count]))
            gate->block_count++;
        else if (is_name(allowed.items[i]))
            names[gate->names.count++] = allowed.items[i];
        else
            return err_set(err, ERR_USAGE, "'%s' is neither a host nor a block of addresses",
                           quote(allowed.items[i]).text);
    }
    *ret = gate;
    return true;
}

bool gate_names(const struct gate *gate, span host_and_port)
{
    span host = http_bare_host(host_and_port);
    for (size_t i = 0; i < gate->names.count; i++)
        if (span_equal_nocase(gate->names.items[i], host) ||
            span_matches(host, gate->names.items[i]))
            return true;
    return false;
}

bool gate_admits(const struct gate *gate, struct os_address address, bool *ret_listed)
{
    *ret_listed = os_blocks_have(gate->blocks, gate->block_count, address);
    return *ret_listed || is_public(address);
}
