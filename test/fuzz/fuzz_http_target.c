// The first line of a request: httpd/target.c.
#include "httpd/httpd_inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct http_request request = {0};
    span value = {0};
    if (!mem || !http_target_parse(span_of(data, size), mem, &request.path, &request.query, NULL))
        return 0;
    assert(request.path.len && request.path.ptr[0] == '/');
    assert(utf8_is_valid(request.path) && span_find(request.path, 0) == SPAN_NONE);
    if (http_request_parameter(&request, S("a"), mem, &value))
        assert(utf8_is_valid(value) && span_find(value, 0) == SPAN_NONE);
    return 0;
}
