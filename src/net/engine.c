// Docker's Engine API: "ImageInspect" and "ImageGet". Version prefixes are left out: every version
// has both.
#include "format/json/json.h"
#include "net/http_inner.h"
#include "os/os.h"

enum { REQUEST_BYTES = 1 << 20 };

struct endpoint {
    span socket; // path; empty: the network
    span host;   // host:port; "localhost" behind a socket
};

static bool endpoint_parse(span address, struct endpoint *ret, struct err *err)
{
    if (span_starts_with(address, S("unix://"))) {
        *ret = (struct endpoint){.socket = span_from(address, 7), .host = S("localhost")};
        return true;
    }
    if (span_starts_with(address, S("tcp://"))) {
        *ret = (struct endpoint){.host = span_trim_end(span_from(address, 6), '/')};
        return true;
    }
    return err_set(err, ERR_UNSUPPORTED, "'%s' is neither unix:// nor tcp://", quote(address).text);
}

// The name becomes part of a URL's path: only what names and ids are made of.
static bool name_valid(span name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        bool word = ascii_is_alpha(c) || ascii_is_digit(c);
        if (!word && span_find(S("._-/:@"), c) == SPAN_NONE)
            return false;
    }
    return name.len > 0 && !span_contains(name, S(".."));
}

static bool make_url(const struct endpoint *endpoint, span name, span action, struct arena *mem,
                     span *ret, struct err *err)
{
    struct text url = {0};
    if (!name_valid(name))
        return err_set(err, ERR_USAGE, "'%s' is no image name", quote(name).text);
    text_init(&url, mem, 4096);
    text_add(&url, S("http://"));
    text_add(&url, endpoint->host);
    text_add(&url, S("/images/"));
    text_add(&url, name);
    text_add(&url, action);
    *ret = text_span(&url);
    return text_ok(&url) || err_set(err, ERR_USAGE, "the image's name is too long");
}

// A socket that is not there, or on which nobody listens, is an engine that does not run.
static bool socket_reachable(const struct endpoint *endpoint, struct arena *mem, struct err *err)
{
    struct os_stat stat = {0};
    if (endpoint->socket.len == 0)
        return true;
    char *path = arena_text(mem, endpoint->socket);
    return path ? os_stat_path(path, &stat, err) : err_set(err, ERR_USAGE, "no path of a socket");
}

static bool fail_call(span address, struct err *err)
{
    if (err && err->kind == ERR_DENIED && err->sys)
        (void)err_add(err, "only root and members of the socket's group may use it");
    return err_add(err, "%s", quote(address).text);
}

static bool call(span address, span name, span action, const struct net_options *options,
                 struct http_request *request, struct arena *mem, struct http_response *ret,
                 struct err *err)
{
    struct endpoint endpoint = {0};
    bool sink_failed = false;
    if (!endpoint_parse(address, &endpoint, err) ||
        !make_url(&endpoint, name, action, mem, &request->url, err) ||
        !socket_reachable(&endpoint, mem, err))
        return false;
    // Whoever sets the address of an engine asks for it by name, and engines speak plain HTTP. No
    // proxy stands between a host and its engine.
    struct net_options own = *options;
    own.plain_http = arena_text(mem, endpoint.host);
    own.proxy = own.plain_proxy = NULL;
    request->socket = endpoint.socket;
    request->patient = true;
    CLEANUP(http_cleanup) struct http *http = NULL;
    if (!http_open(&own, &http, err) || !http_send(http, request, mem, ret, &sink_failed, err))
        return fail_call(address, err);
    if (ret->status == 404)
        return err_set(err, ERR_MISSING, "the engine has no image '%s'", quote(name).text);
    if (ret->status != 200)
        return err_set(err, ERR_IO, "%s: status %u", quote(address).text, ret->status);
    return true;
}

// RepoDigests are "NAME@DIGEST", one for each repository the image was pulled from or pushed to.
static span repository_digest(const struct json *image, span name)
{
    const struct json *digests = json_get(image, "RepoDigests");
    span repository = span_cut(&name, '@');
    span first = {0};
    for (size_t i = 0; i < json_count(digests); i++) {
        span digest = json_text(json_at(digests, i));
        span of = span_cut(&digest, '@');
        if (span_starts_with(repository, of))
            return digest;
        if (i == 0)
            first = digest;
    }
    return first;
}

bool engine_inspect(span address, span name, const struct net_options *options, struct arena *mem,
                    struct engine_image *ret, struct err *err)
{
    struct http_request request = {.most = options->limits->document_bytes};
    struct http_response response = {0};
    CLEANUP(json_cleanup) struct json *json = NULL;
    struct engine_image image = {0};
    if (!call(address, name, S("/json"), options, &request, mem, &response, err) ||
        !json_parse(response.body, options->limits->document_bytes, &json, err))
        return false;
    if (!arena_span(mem, json_get_text(json, "Id"), &image.id) ||
        !arena_span(mem, repository_digest(json, name), &image.manifest_digest))
        return arena_err(mem, err, "image");
    *ret = image;
    return true;
}

static bool write_to(void *self, span bytes, struct err *err)
{
    return os_write_all(*(const int *)self, bytes, err);
}

bool engine_export(span address, span name, const struct net_options *options, int fd,
                   struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(REQUEST_BYTES);
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for a request");
    struct http_request request = {
        .most = options->limits->spool_bytes,
        .sink = {.self = &fd, .put = write_to},
    };
    struct http_response response = {0};
    return call(address, name, S("/get"), options, &request, mem, &response, err);
}
