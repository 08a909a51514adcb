#include "net/http_inner.h"

#include <curl/curl.h>

static void url_cleanup(CURLU **url)
{
    curl_url_cleanup(*url);
}

static void curl_text_cleanup(char **text)
{
    curl_free(*text);
}

static CURLU *parse(span url, struct arena *mem)
{
    char *text = arena_text(mem, url);
    CURLU *handle = text ? curl_url() : NULL;
    if (handle && curl_url_set(handle, CURLUPART_URL, text, 0) != CURLUE_OK) {
        curl_url_cleanup(handle);
        return NULL;
    }
    return handle;
}

static bool part(CURLU *url, CURLUPart which, unsigned flags, struct arena *mem, span *ret)
{
    CLEANUP(curl_text_cleanup) char *text = NULL;
    return curl_url_get(url, which, &text, flags) == CURLUE_OK &&
           arena_span(mem, span_of_text(text), ret);
}

bool http_url_host(span text, struct arena *mem, span *ret_host, bool *ret_tls)
{
    CLEANUP(url_cleanup) CURLU *url = parse(text, mem);
    span scheme = {0};
    span host = {0};
    span port = {0};
    struct text out = {0};
    if (!url || !part(url, CURLUPART_SCHEME, 0, mem, &scheme) ||
        !part(url, CURLUPART_HOST, 0, mem, &host) ||
        !part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT, mem, &port))
        return false;
    bool tls = span_equal(scheme, S("https"));
    if (!tls && !span_equal(scheme, S("http")))
        return false;
    text_init(&out, mem, 1024);
    text_add(&out, host);
    text_add_byte(&out, ':');
    text_add(&out, port);
    if (!text_ok(&out))
        return false;
    *ret_host = text_span(&out);
    *ret_tls = tls;
    return true;
}

bool http_url_join(span base, span location, struct arena *mem, span *ret)
{
    CLEANUP(url_cleanup) CURLU *url = parse(base, mem);
    char *relative = arena_text(mem, location);
    return url && relative && curl_url_set(url, CURLUPART_URL, relative, 0) == CURLUE_OK &&
           part(url, CURLUPART_URL, 0, mem, ret);
}

static span without_port(span host)
{
    if (span_starts_with(host, S("["))) {
        size_t end = span_find(host, ']');
        return end == SPAN_NONE ? host : span_first(host, end + 1);
    }
    size_t colon = span_find_last(host, ':');
    return colon == SPAN_NONE ? host : span_first(host, colon);
}

span http_bare_host(span host_and_port)
{
    span host = without_port(host_and_port);
    bool is_v6 = span_starts_with(host, S("[")) && span_ends_with(host, S("]"));
    return is_v6 ? span_slice(host, 1, host.len - 2) : host;
}

// Four decimal numbers of which the first is 127.
static bool is_loopback_v4(span host)
{
    uint64_t first = 0;
    for (size_t i = 0; i < 4; i++) {
        uint64_t number = 0;
        span field = span_cut(&host, '.');
        if (field.len > 3 || !span_to_u64(field, &number) || number > 255)
            return false;
        first = i == 0 ? number : first;
    }
    return host.len == 0 && first == 127;
}

bool http_is_loopback(span host_and_port)
{
    span host = without_port(host_and_port);
    return span_equal_nocase(host, S("localhost")) || span_equal(host, S("[::1]")) ||
           is_loopback_v4(host);
}

bool http_plain_named(span host_and_port, const char *plain_http)
{
    span named = span_of_text(plain_http);
    if (named.len == 0)
        return false;
    return span_equal_nocase(host_and_port, named) ||
           (span_ends_with(host_and_port, S(":80")) &&
            span_equal_nocase(without_port(host_and_port), named));
}

bool http_plain_allowed(span host_and_port, const char *plain_http)
{
    return http_is_loopback(host_and_port) || http_plain_named(host_and_port, plain_http);
}

// RFC 3986 section 2.3: everything but the unreserved characters.
void http_escape(struct text *out, span value)
{
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = value.ptr[i];
        bool plain =
            ascii_is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain)
            text_add_byte(out, c);
        else
            text_addf(out, "%%%02X", c);
    }
}
