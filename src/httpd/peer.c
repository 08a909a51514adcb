// Who asks, where proxies stand in between. X-Forwarded-For is a list to which each proxy adds whom
// it speaks for; it has no standard, and anybody can send one. So it is read from its end, as far
// as those who added to it are believed.
#include "httpd/httpd_inner.h"

#include <stdlib.h>

bool proxies_parse(struct httpd *httpd, struct err *err)
{
    const struct httpd_options *options = &httpd->options;
    httpd->proxies = calloc(options->proxy_count + 1, sizeof *httpd->proxies);
    if (!httpd->proxies)
        return err_set(err, ERR_MEMORY, "no memory for a list of proxies");
    for (size_t i = 0; i < options->proxy_count; i++)
        if (!os_block_parse(options->proxies[i], &httpd->proxies[i]))
            return err_set(err, ERR_USAGE, "'%s' is neither an address nor a block of addresses",
                           quote(options->proxies[i]).text);
    return true;
}

bool proxies_have(const struct httpd *httpd, const struct os_peer *peer)
{
    struct os_address address;
    return os_address_parse(span_of_text(peer->address), &address) &&
           os_blocks_have(httpd->proxies, httpd->options.proxy_count, address);
}

// "192.0.2.1", "2001:db8::1"; some write a port behind: "192.0.2.1:80", "[2001:db8::1]:80".
static bool parse_hop(span text, struct os_address *ret)
{
    span hop = span_trim(text);
    if (os_address_parse(hop, ret))
        return true;
    if (span_starts_with(hop, S("["))) {
        hop = span_from(hop, 1);
        hop = span_cut(&hop, ']');
    } else if (span_find(hop, '.') != SPAN_NONE) {
        hop = span_cut(&hop, ':');
    }
    return os_address_parse(hop, ret);
}

static span cut_last(span *list)
{
    size_t at = list->len;
    while (at && list->ptr[at - 1] != ',')
        at--;
    span last = span_from(*list, at);
    *list = span_first(*list, at ? at - 1 : 0);
    return last;
}

// False: who stands in *ret now is nobody whose word on others counts.
static bool follow(const struct httpd *httpd, span list, struct os_peer *ret)
{
    do {
        struct os_address address;
        if (!parse_hop(cut_last(&list), &address))
            return false;
        *ret = os_peer_at(address);
        if (!os_blocks_have(httpd->proxies, httpd->options.proxy_count, address))
            return false;
    } while (list.len);
    return true;
}

struct os_peer exchange_peer(const struct exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    struct os_peer peer = exchange->connection->peer;
    bool believed = exchange->connection->is_proxy;
    for (size_t i = request->header_count; i > 0 && believed; i--)
        if (span_equal_nocase(request->headers[i - 1].name, S("X-Forwarded-For")))
            believed = follow(exchange->httpd, request->headers[i - 1].value, &peer);
    return peer;
}
