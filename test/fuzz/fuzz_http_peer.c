// Whom a proxy says it speaks for: httpd/peer.c. One header a line.
#include "httpd/httpd_inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct os_block proxies[2];
    assert(os_block_parse(S("127.0.0.1"), &proxies[0]));
    assert(os_block_parse(S("10.0.0.0/8"), &proxies[1]));
    struct httpd httpd = {.options.proxy_count = 2, .proxies = proxies};
    struct connection connection = {.peer.address = "127.0.0.1", .is_proxy = true};
    struct http_header headers[8];
    struct exchange exchange = {.httpd = &httpd, .connection = &connection};
    span rest = span_of(data, size);
    struct os_address address;
    exchange.request.headers = headers;
    while (rest.len && exchange.request.header_count < 8)
        headers[exchange.request.header_count++] =
            (struct http_header){.name = S("X-Forwarded-For"), .value = span_cut(&rest, '\n')};
    struct os_peer peer = exchange_peer(&exchange);
    assert(os_address_parse(span_of_text(peer.address), &address));
    return 0;
}
