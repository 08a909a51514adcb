// One request: found a route, held to limits, answered.
#include "api/api_inner.h"

#include "crypto/crypto.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    BURST = 10, // times what is allowed in a second
    MOST_BODY_BYTES = 1 << 20,
    ETAG_BYTES = 16,
};

// ---------------------------------------------------------------- for handlers

static const struct parameter *find_parameter(const struct call *call, span name)
{
    for (size_t i = 0; i < call->query_count; i++)
        if (span_equal(call->query[i].name, name))
            return &call->query[i];
    return NULL;
}

span call_parameter(const struct call *call, const char *name)
{
    const struct parameter *parameter = find_parameter(call, span_of_text(name));
    if (!parameter || parameter->value.ptr)
        return parameter ? parameter->value : (span){0};
    return (span){.ptr = (const uint8_t *)"", .len = 0}; // there, and empty
}

bool call_flag(const struct call *call, const char *name)
{
    return span_equal(call_parameter(call, name), S("true"));
}

int64_t call_project(const struct call *call)
{
    return call->token.project;
}

uint32_t call_today(const struct call *call)
{
    enum { SECONDS_A_DAY = 86400 };
    return (uint32_t)(call->now / SECONDS_A_DAY);
}

struct rules_request call_rules(const struct call *call, span image)
{
    return (struct rules_request){
        .project = call_project(call),
        .today = call_today(call),
        .image = image,
        .limits = call->api->options.limits,
    };
}

struct json_out call_json(struct call *call)
{
    struct text *body = &call->response->body;
    text_init(body, call->mem, SIZE_MAX);
    return (struct json_out){.text = body};
}

void call_finish(struct json_out *out)
{
    text_add_byte(out->text, '\n');
}

static bool is_known(span key, const char *const *keys)
{
    for (size_t i = 0; keys[i]; i++)
        if (span_equal(key, span_of_text(keys[i])))
            return true;
    return false;
}

bool call_body(struct call *call, const char *const *keys, struct json **ret, struct err *err)
{
    CLEANUP(json_cleanup) struct json *body = NULL;
    struct err why = {0};
    struct json_member member = {0};
    if (!json_parse_strict(call->request->body, MOST_BODY_BYTES, &body, &why))
        return err_set(err, why.kind == ERR_MEMORY ? ERR_MEMORY : ERR_USAGE, "body: %s", why.text);
    if (!json_is_object(body))
        return err_set(err, ERR_USAGE, "body: a JSON object is wanted");
    while (json_next(body, &member))
        if (!is_known(member.key, keys))
            return err_set(err, ERR_USAGE, "body: there is no '%s' here", quote(member.key).text);
    *ret = take(&body);
    return true;
}

bool call_number(const struct call *call, size_t index, int64_t *ret, struct err *err)
{
    uint64_t number = 0;
    if (!span_to_u64(call->values[index], &number) || number == 0 || number > INT64_MAX)
        return err_set(err, ERR_MISSING, "there is none that this token may see");
    *ret = (int64_t)number;
    return true;
}

// ---------------------------------------------------------------- failures

static unsigned status_of(const struct err *err)
{
    switch (err->kind) {
    case ERR_USAGE:
        return 400;
    case ERR_DENIED:
        return 403;
    case ERR_MISSING:
        return 404;
    case ERR_CONFLICT:
        return 409;
    case ERR_LIMIT:
        return 413;
    case ERR_UNSUPPORTED:
        return 415;
    case ERR_TIMEOUT:
    case ERR_IO:
    case ERR_MEMORY:
        return 503;
    case ERR_NONE:
    case ERR_INPUT:
    case ERR_UNTRUSTED:
        return 500;
    }
    return 500;
}

static void log_failure(const struct call *call, const struct err *err)
{
    char line[400] = "";
    if (!call->api->options.log)
        return;
    (void)snprintf(line, sizeof line, "api: %.*s %s: %s", (int)call->request->method.len,
                   (const char *)call->request->method.ptr, quote(call->request->path).text,
                   err->text); // cut short is good enough
    call->api->options.log(call->api->options.self, line);
}

static void refuse(struct call *call, unsigned status, const char *detail)
{
    list_init(&call->response->headers, call->mem, sizeof(struct http_header), 20);
    text_init(&call->response->body, call->mem, SIZE_MAX);
    http_response_problem(call->response, status, span_of_text(detail));
    if (status == 401)
        http_response_header(call->response, S("WWW-Authenticate"),
                             S("Bearer realm=\"plimsoll\", Basic realm=\"plimsoll\""));
    if (status == 503)
        http_response_header(call->response, S("Retry-After"), S("5"));
    if (call->route && call->route->flags & ROUTE_CHANGES && status < 500)
        access_refused(call, status);
}

static void refuse_rate(struct call *call, uint64_t wait)
{
    struct text seconds;
    text_init(&seconds, call->mem, SIZE_MAX);
    text_add_u64(&seconds, wait);
    refuse(call, 429, "too many requests");
    http_response_header(call->response, S("Retry-After"), text_span(&seconds));
}

// ---------------------------------------------------------------- limits

static bool take_from(struct call *call, const char *kind, span who, unsigned per_second)
{
    uint64_t wait = 0;
    struct text name;
    text_init(&name, call->mem, SIZE_MAX);
    text_add(&name, span_of_text(kind));
    text_add(&name, who);
    if (rates_take(call->api->rates, text_span(&name), per_second, BURST * (double)per_second,
                   &wait))
        return true;
    refuse_rate(call, wait);
    return false;
}

static bool within_token_rate(struct call *call)
{
    char id[32] = "";
    (void)snprintf(id, sizeof id, "%lld", (long long)call->token.id); // has room
    return take_from(call, "token ", span_of_text(id), call->api->options.requests_per_token);
}

// Those without a good token: whoever tries tokens, and hooks that prove themselves otherwise.
static bool within_network_rate(struct call *call)
{
    return take_from(call, "network ", call->request->network,
                     call->api->options.requests_per_network);
}

// What went wrong with us is for whoever runs the service; the other side learns that it did.
static void fail(struct call *call, const struct err *err)
{
    unsigned status = status_of(err);
    // A notice without a proof uses up what its network may try; one with a proof may come as often
    // as it likes.
    if (status == 403 && call->route->flags & ROUTE_OPEN && !within_network_rate(call))
        return;
    if (status >= 500)
        log_failure(call, err);
    refuse(call, status, status >= 500 ? "the service cannot answer this now" : err->text);
}

// ---------------------------------------------------------------- the query

static bool takes_parameter(const struct route *route, span name)
{
    const struct view *view = route_view(route);
    if (view && route_is_list(route)) {
        if (span_equal(name, S("limit")) || span_equal(name, S("after")))
            return true;
        for (size_t i = 0; i < view->filter_count; i++)
            if (span_equal(name, span_of_text(view->filters[i].name)))
                return true;
    }
    for (const struct route_parameter *each = route->parameters; each && each->name; each++)
        if (span_equal(name, span_of_text(each->name)))
            return true;
    return false;
}

// A parameter that is not known, or there twice, is not what whoever asks believes it to be.
static bool read_query(struct call *call, struct err *err)
{
    span query = call->request->query;
    while (query.len) {
        struct parameter parameter = {0};
        if (call->query_count == MOST_QUERY)
            return err_set(err, ERR_USAGE, "more than %d parameters", MOST_QUERY);
        if (!http_query_cut(&query, call->mem, &parameter.name, &parameter.value, err))
            return false;
        if (!takes_parameter(call->route, parameter.name))
            return err_set(err, ERR_USAGE, "there is no parameter '%s' here",
                           quote(parameter.name).text);
        if (find_parameter(call, parameter.name))
            return err_set(err, ERR_USAGE, "the parameter '%s' is there twice",
                           quote(parameter.name).text);
        call->query[call->query_count++] = parameter;
    }
    return true;
}

// ---------------------------------------------------------------- answers

static bool is_listed(span list, span tag)
{
    while (list.len) {
        span each = span_trim(span_cut(&list, ','));
        if (span_starts_with(each, S("W/")))
            each = span_from(each, 2);
        if (span_equal(each, tag) || span_equal(each, S("*")))
            return true;
    }
    return false;
}

// RFC 9110, section 8.8.3: of what was asked for, not of how it was made.
static void add_etag(struct call *call)
{
    struct http_response *response = call->response;
    digest hash = {0};
    struct text tag;
    if (!text_ok(&response->body) ||
        !digest_of(DIGEST_SHA256, text_span(&response->body), &hash, NULL))
        return;
    text_init(&tag, call->mem, SIZE_MAX);
    text_add_byte(&tag, '"');
    text_add_hex(&tag, span_of(hash.bytes, ETAG_BYTES));
    text_add_byte(&tag, '"');
    http_response_header(response, S("ETag"), text_span(&tag));
    http_response_header(response, S("Cache-Control"), S("private, no-cache"));
    http_response_header(response, S("Vary"), S("Authorization"));
    if (!is_listed(http_request_header(call->request, S("If-None-Match")), text_span(&tag)))
        return;
    response->status = 304;
    response->media_type = (span){0};
    text_init(&response->body, call->mem, SIZE_MAX);
}

static void answer_route(struct call *call)
{
    const struct route *route = call->route;
    struct http_response *response = call->response;
    struct err err = {0};
    response->status = route->status;
    response->media_type =
        route->media_type ? span_of_text(route->media_type) : S("application/json");
    if (!read_query(call, &err) || !route->answer(call, &err)) {
        fail(call, &err);
        return;
    }
    if (response->status == 204)
        response->media_type = (span){0};
    bool is_get = strcmp(route->method, "GET") == 0;
    if (response->status == 200 && is_get && !(route->flags & ROUTE_OPEN))
        add_etag(call);
}

static void answer_known(struct call *call)
{
    const struct route *route = call->route;
    struct err err = {0};
    if (!access_check(call, &err)) {
        if (err.kind != ERR_DENIED)
            fail(call, &err);
        else if (within_network_rate(call))
            refuse(call, 401, err.text);
        return;
    }
    if (!within_token_rate(call))
        return;
    if (!(call->token.scopes & route->scope))
        refuse(call, 403, "the token does not allow this");
    else if (route->flags & ROUTE_ALL_PROJECTS && call->token.project)
        refuse(call, 403, "this is for tokens that are not limited to a project");
    else
        answer_route(call);
}

static void allow_methods(struct call *call)
{
    span values[MOST_PATH_VALUES] = {{0}};
    struct text methods;
    text_init(&methods, call->mem, SIZE_MAX);
    for (size_t i = 0; route_at(i); i++) {
        if (!route_matches(route_at(i)->pattern, call->request->path, values))
            continue;
        text_addf(&methods, "%s%s", methods.len ? ", " : "", route_at(i)->method);
    }
    http_response_header(call->response, S("Allow"), text_span(&methods));
}

// Tokens are looked up in it.
static bool needs_store(const struct route *route)
{
    return !(route->flags & ROUTE_OPEN) || !(route->flags & ROUTE_STORELESS);
}

static void dispatch(struct call *call)
{
    struct err err = {0};
    bool has_path = false;
    call->route = route_find(call->request->method, call->request->path, call->values,
                             &call->route_index, &has_path);
    if (!call->route) {
        if (!within_network_rate(call))
            return;
        refuse(call, has_path ? 405 : 404, has_path ? "not this way" : "there is nothing here");
        if (has_path)
            allow_methods(call);
        return;
    }
    if (needs_store(call->route) && !pool_take(call->api->pool, &call->store, &err)) {
        fail(call, &err);
        return;
    }
    if (call->route->flags & ROUTE_OPEN)
        answer_route(call);
    else
        answer_known(call);
    pool_give_back(call->api->pool, call->store);
}

static void answer(void *self, const struct http_request *request, struct arena *mem,
                   struct http_response *response)
{
    uint64_t start = os_monotonic_ns();
    struct api *api = self;
    struct call call = {
        .api = api,
        .request = request,
        .response = response,
        .mem = mem,
        .now = os_now(),
        .route_index = MOST_ROUTES,
    };
    dispatch(&call);
    metrics_count(api->metrics, call.route_index, response->status, os_monotonic_ns() - start);
}

// ---------------------------------------------------------------- start and stop

// Asked before anybody knows who it is: what reads has no body.
static uint64_t body_bytes(void *self, const struct http_request *head)
{
    const struct api *api = self;
    if (!span_equal(head->method, S("POST")) && !span_equal(head->method, S("PUT")) &&
        !span_equal(head->method, S("PATCH")))
        return 0;
    return span_equal(head->path, S("/v1/scan")) ? api->options.scan_bytes : MOST_BODY_BYTES;
}

bool api_start(const struct api_options *options, struct api **ret, struct err *err)
{
    CLEANUP(api_cleanup) struct api *api = calloc(1, sizeof *api);
    if (!api)
        return err_set(err, ERR_MEMORY, "no memory for a service");
    api->options = *options;
    const struct http_service service = {.self = api, .body_bytes = body_bytes, .answer = answer};
    if (!pool_new(&api->options, &api->pool, err) || !intake_new(api->pool, &api->intake, err) ||
        !shelf_new(options->database, &api->shelf, err) || !rates_new(&api->rates, err) ||
        !metrics_new(&api->metrics, err) ||
        !httpd_start(&options->http, &service, &api->httpd, err))
        return false;
    *ret = take(&api);
    return true;
}

void api_stop(struct api *api)
{
    if (!api)
        return;
    httpd_stop(api->httpd);
    metrics_free(api->metrics);
    rates_free(api->rates);
    shelf_free(api->shelf);
    intake_free(api->intake);
    pool_free(api->pool);
    free(api);
}

void api_cleanup(struct api **api)
{
    api_stop(*api);
}

unsigned api_port(const struct api *api)
{
    return httpd_port(api->httpd);
}
