// The first line of a request: hostile, and read by nobody before.
#include "httpd/httpd_inner.h"

static int hex_digit(uint8_t c)
{
    if (ascii_is_digit(c))
        return c - '0';
    uint8_t lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool is_plain_text(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return false;
    return utf8_is_valid(text);
}

// RFC 3986, section 2.1; in queries a '+' is a space, as forms write it.
static bool decode(span text, bool plus_is_space, struct arena *mem, span *ret, struct err *err)
{
    struct text out;
    text_init(&out, mem, text.len);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (c == '%') {
            int high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
            int low = i + 2 < text.len ? hex_digit(text.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return err_set(err, ERR_INPUT, "a percent sign without two hexadecimal digits");
            c = (uint8_t)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        text_add_byte(&out, c);
    }
    if (!text_ok(&out))
        return arena_err(mem, err, "request");
    if (!is_plain_text(text_span(&out)))
        return err_set(err, ERR_INPUT, "control characters, or no UTF-8");
    *ret = text_span(&out);
    return true;
}

// RFC 9112, section 3.2.2: a URL as a whole is as good as its path.
static span without_authority(span target)
{
    size_t scheme = span_starts_with(target, S("http://"))    ? 7
                    : span_starts_with(target, S("https://")) ? 8
                                                              : 0;
    if (scheme == 0)
        return target;
    span rest = span_from(target, scheme);
    size_t slash = span_find(rest, '/');
    return slash == SPAN_NONE ? (span){0} : span_from(rest, slash);
}

bool http_query_cut(span *query, struct arena *mem, span *ret_name, span *ret_value,
                    struct err *err)
{
    span value = span_cut(query, '&');
    span name = span_cut(&value, '=');
    return decode(name, true, mem, ret_name, err) && decode(value, true, mem, ret_value, err);
}

static bool check_query(span query, struct arena *mem, struct err *err)
{
    for (size_t i = 0; query.len; i++) {
        span name = {0};
        span value = {0};
        if (i == MOST_PARAMETERS)
            return err_set(err, ERR_INPUT, "more than %d parameters", MOST_PARAMETERS);
        if (!http_query_cut(&query, mem, &name, &value, err))
            return err_add(err, "query");
    }
    return true;
}

bool http_target_parse(span target, struct arena *mem, span *ret_path, span *ret_query,
                       struct err *err)
{
    span query = without_authority(target);
    span path = span_cut(&query, '?');
    span decoded = {0};
    if (path.len == 0 || path.ptr[0] != '/')
        return err_set(err, ERR_INPUT, "neither a path nor a URL");
    if (!decode(path, false, mem, &decoded, err))
        return err_add(err, "path");
    if (!check_query(query, mem, err))
        return false;
    *ret_path = decoded;
    *ret_query = query;
    return true;
}

span http_request_header(const struct http_request *request, span name)
{
    span found = {0};
    for (size_t i = 0; i < request->header_count; i++) {
        if (!span_equal_nocase(request->headers[i].name, name))
            continue;
        if (found.ptr)
            return (span){0};
        found = request->headers[i].value;
    }
    return found;
}

bool http_request_parameter(const struct http_request *request, span name, struct arena *mem,
                            span *ret)
{
    span query = request->query;
    span found = {0};
    size_t count = 0;
    while (query.len) {
        span key = {0};
        span value = {0};
        if (!http_query_cut(&query, mem, &key, &value, NULL))
            return false;
        if (span_equal(key, name)) {
            found = value;
            count++;
        }
    }
    if (count == 1)
        *ret = found;
    return count == 1;
}
