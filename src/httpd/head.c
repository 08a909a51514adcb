// What stands in front of a request's body. Where servers read the same bytes in two ways, somebody
// passes one request off as two (RFC 9112, section 11.2): what is unclear here is refused, and the
// connection ends.
#include "httpd/httpd_inner.h"

struct head {
    struct exchange *exchange;
    struct list headers; // of struct http_header
    uint64_t bytes;
    bool failed;
};

static bool is_token(span text)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < text.len; i++)
        if (!ascii_is_alpha(text.ptr[i]) && !ascii_is_digit(text.ptr[i]) &&
            !memchr(others, text.ptr[i], sizeof others - 1))
            return false;
    return text.len > 0;
}

static bool is_field_value(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((text.ptr[i] < 0x20 && text.ptr[i] != '\t') || text.ptr[i] == 0x7f)
            return false;
    return true;
}

static enum MHD_Result take_header(void *self, enum MHD_ValueKind kind, const char *key,
                                   const char *value)
{
    struct head *head = self;
    struct http_header *header = LIST_ADD(&head->headers, struct http_header);
    (void)kind; // there is one that is asked for
    if (!header)
        return MHD_NO;
    *header = (struct http_header){.name = span_of_text(key), .value = span_of_text(value)};
    head->bytes += header->name.len + header->value.len + sizeof ": \r\n" - 1;
    head->failed |= !is_token(header->name) || !is_field_value(header->value);
    return MHD_YES;
}

static size_t count_of(const struct http_request *request, span name)
{
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++)
        count += span_equal_nocase(request->headers[i].name, name);
    return count;
}

// How long is the body? One number of digits, or "chunked", or nothing; never two of these.
static bool length_is_clear(const struct http_request *request)
{
    size_t lengths = count_of(request, S("Content-Length"));
    size_t codings = count_of(request, S("Transfer-Encoding"));
    uint64_t length = 0;
    if (lengths + codings > 1)
        return false;
    if (codings)
        return span_equal_nocase(http_request_header(request, S("Transfer-Encoding")),
                                 S("chunked"));
    return lengths == 0 || span_to_u64(http_request_header(request, S("Content-Length")), &length);
}

static unsigned check_length(const struct http_request *request, span version)
{
    if (!length_is_clear(request))
        return 400;
    // Chunks are not part of HTTP/1.0: whoever sends them in it is read differently elsewhere.
    bool is_old = span_equal(version, S("HTTP/1.0"));
    if (is_old && count_of(request, S("Transfer-Encoding")))
        return 400;
    return count_of(request, S("Host")) == 1 || (is_old && !count_of(request, S("Host"))) ? 0 : 400;
}

unsigned exchange_check_head(struct exchange *exchange, const char *method, const char *version)
{
    const struct httpd *httpd = exchange->httpd;
    struct http_request *request = &exchange->request;
    struct head head = {.exchange = exchange, .bytes = exchange->target.len};
    list_init(&head.headers, exchange->mem, sizeof(struct http_header), MOST_HEADERS);
    (void)httpd->mhd.get_connection_values(exchange->handle, MHD_HEADER_KIND, take_header, &head);
    if (!list_ok(&head.headers) || head.bytes > httpd->options.header_bytes)
        return 431;
    *request = (struct http_request){
        .method = span_of_text(method),
        .headers = head.headers.items,
        .header_count = head.headers.count,
    };
    exchange->peer = exchange_peer(exchange);
    request->peer = span_of_text(exchange->peer.address);
    request->network = span_of_text(exchange->peer.network);
    if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
        return 505;
    if (head.failed || !is_token(request->method) ||
        !http_target_parse(exchange->target, exchange->mem, &request->path, &request->query, NULL))
        return 400;
    return check_length(request, span_of_text(version));
}
