// Harbor's pluggable scanner API, version 1.2 of its specification, which is compatible with 1.0
// and 1.1. Harbor names an image and asks until there is a report. It also sends credentials: they
// are not looked at, since the service has its own for each registry of its configuration, and no
// other is ever asked.
#include "api/api_inner.h"

#include "flow/flow.h"

enum {
    SECONDS_A_DAY = 86400,
    ASK_AGAIN_SECONDS = 5,
    MOST_BODY_BYTES = 1 << 20,
    MOST_ID_BYTES = 2048,
};

#define ERROR_TYPE S("application/vnd.scanner.adapter.error+json; version=1.0")
#define REPORT_1_0 "application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0"
#define REPORT_1_1 "application/vnd.security.vulnerability.report; version=1.1"
#define REPORT_SBOM "application/vnd.security.sbom.report+json; version=1.0"
#define SBOM_SPDX "application/spdx+json"
#define SBOM_CYCLONEDX "application/vnd.cyclonedx+json"

// ---------------------------------------------------------------- errors in its form

static bool harbor_error(struct call *call, unsigned status, const char *message, struct err *err)
{
    struct json_out out = call_json(call);
    call->response->status = status;
    call->response->media_type = ERROR_TYPE;
    json_begin_object(&out);
    json_key(&out, "error");
    json_begin_object(&out);
    json_field_text(&out, "message", span_of_text(message));
    json_end_object(&out);
    json_end_object(&out);
    call_finish(&out);
    return text_ok(out.text) || arena_err(call->mem, err, "answer");
}

// ---------------------------------------------------------------- metadata

static void add_types(struct json_out *out, const char *key, const char *const *types)
{
    json_key(out, key);
    json_begin_array(out);
    for (size_t i = 0; types[i]; i++)
        json_write_text(out, span_of_text(types[i]));
    json_end_array(out);
}

static const char *const manifest_types[] = {
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    NULL,
};

static void add_capabilities(struct json_out *out)
{
    static const char *const reports[] = {REPORT_1_0, REPORT_1_1, NULL};
    static const char *const bills[] = {REPORT_SBOM, NULL};
    static const char *const bill_types[] = {SBOM_SPDX, SBOM_CYCLONEDX, NULL};
    json_key(out, "capabilities");
    json_begin_array(out);
    json_begin_object(out);
    json_field_text(out, "type", S("vulnerability"));
    add_types(out, "consumes_mime_types", manifest_types);
    add_types(out, "produces_mime_types", reports);
    json_end_object(out);
    json_begin_object(out);
    json_field_text(out, "type", S("sbom"));
    add_types(out, "consumes_mime_types", manifest_types);
    add_types(out, "produces_mime_types", bills);
    json_key(out, "additional_attributes");
    json_begin_object(out);
    add_types(out, "sbom_media_types", bill_types);
    json_end_object(out);
    json_end_object(out);
    json_end_array(out);
}

bool answer_harbor_metadata(struct call *call, struct err *err)
{
    struct json_out out = call_json(call);
    json_begin_object(&out);
    json_key(&out, "scanner");
    json_begin_object(&out);
    json_field_text(&out, "name", S("Plimsoll"));
    json_field_text(&out, "vendor", S("Plimsoll"));
    json_field_text(&out, "version", call->api->options.tool_version);
    json_end_object(&out);
    add_capabilities(&out);
    json_key(&out, "properties");
    json_begin_object(&out);
    json_field_text(&out, "harbor.scanner-adapter/scanner-type", S("os-package-vulnerability"));
    json_end_object(&out);
    json_end_object(&out);
    call_finish(&out);
    return text_ok(out.text) || arena_err(call->mem, err, "answer");
}

// ---------------------------------------------------------------- scan

// Of the URL only the host is looked at, to find which registry of the configuration is meant.
static const struct registry_settings *find_harbor(const struct call *call, span url)
{
    const struct service_settings *settings = call->api->options.settings;
    size_t scheme = span_find(url, ':');
    span rest = scheme == SPAN_NONE ? (span){0} : span_from(url, scheme + 1);
    if (!span_starts_with(rest, S("//")))
        return NULL;
    rest = span_from(rest, 2);
    span host = span_cut(&rest, '/');
    for (size_t i = 0; settings && i < settings->registry_count; i++)
        if (settings->registries[i].kind == REGISTRY_HARBOR &&
            span_equal_nocase(settings->registries[i].host, host))
            return &settings->registries[i];
    return NULL;
}

// What names a request is the push that it stands for: whichever process is asked for the report
// knows what it is about.
static bool make_id(const struct push *push, struct arena *mem, span *ret)
{
    struct text bytes = {0};
    text_init(&bytes, mem, MOST_ID_BYTES);
    push_write(push, &bytes);
    return text_ok(&bytes) && base64url_encode(text_span(&bytes), mem, ret);
}

static bool answer_id(struct call *call, const struct push *push, struct err *err)
{
    span id = {0};
    struct json_out out = call_json(call);
    if (!make_id(push, call->mem, &id))
        return arena_err(call->mem, err, "answer");
    json_begin_object(&out);
    json_field_text(&out, "id", id);
    json_end_object(&out);
    call_finish(&out);
    return text_ok(out.text) || arena_err(call->mem, err, "answer");
}

bool answer_harbor_scan(struct call *call, struct err *err)
{
    CLEANUP(json_cleanup) struct json *body = NULL;
    size_t taken = 0;
    if (!json_parse(call->request->body, MOST_BODY_BYTES, &body, NULL) || !json_is_object(body))
        return harbor_error(call, 400, "the body is no JSON object", err);
    const struct json *artifact = json_get(body, "artifact");
    const struct registry_settings *registry =
        find_harbor(call, json_get_text(json_get(body, "registry"), "url"));
    if (!registry)
        return harbor_error(call, 422, "registry.url is no Harbor of the service's configuration",
                            err);
    struct push push = {
        .kind = PUSH_IMAGE,
        .registry = registry->name,
        .repository = json_get_text(artifact, "repository"),
        .tag = json_get_text(artifact, "tag"),
        .digest = json_get_text(artifact, "digest"),
    };
    if (!push_check(&push, NULL) || push.digest.len == 0)
        return harbor_error(call, 422, "artifact names no image by its digest", err);
    if (!registry_takes(registry, push.repository))
        return harbor_error(call, 422, "the service does not look at this repository", err);
    return intake_pushes(call->api->intake, &push, 1, &taken, err) && answer_id(call, &push, err);
}

// ---------------------------------------------------------------- report

enum wanted {
    WANTED_FLAWS,
    WANTED_BOM,
    WANTED_OTHER,
};

// Without white space, which not everybody writes.
static bool type_is(span accept, const char *type)
{
    span want = span_of_text(type);
    for (;;) {
        while (accept.len && accept.ptr[0] == ' ')
            accept = span_from(accept, 1);
        while (want.len && want.ptr[0] == ' ')
            want = span_from(want, 1);
        if (!accept.len || !want.len)
            return accept.len == want.len;
        if (ascii_lower(accept.ptr[0]) != ascii_lower(want.ptr[0]))
            return false;
        accept = span_from(accept, 1);
        want = span_from(want, 1);
    }
}

static enum wanted wanted_of(const struct call *call, span *ret_type)
{
    span accept = http_request_header(call->request, S("Accept"));
    bool older = type_is(accept, REPORT_1_0);
    *ret_type = older ? S(REPORT_1_0) : S(REPORT_1_1);
    if (accept.len == 0 || older || type_is(accept, REPORT_1_1) || type_is(accept, "*/*"))
        return WANTED_FLAWS;
    *ret_type = S(REPORT_SBOM);
    return type_is(accept, REPORT_SBOM) ? WANTED_BOM : WANTED_OTHER;
}

static bool bom_format(const struct call *call, enum report_format *ret)
{
    span type = call_parameter(call, "sbom_media_type");
    *ret = span_equal(type, S(SBOM_SPDX)) ? REPORT_SPDX : REPORT_CYCLONEDX;
    return *ret == REPORT_SPDX || span_equal(type, S(SBOM_CYCLONEDX));
}

static bool read_id(const struct call *call, struct push *ret)
{
    span bytes = {0};
    return call->values[0].len <= MOST_ID_BYTES &&
           base64url_decode(call->values[0], call->mem, &bytes) &&
           push_read(bytes, call->api->options.limits, call->mem, ret, NULL) && ret->digest.len > 0;
}

static bool write_answer(struct call *call, const struct scan *scan, const struct push *push,
                         const enum report_format *bom, struct err *err)
{
    struct text *body = &call->response->body;
    const struct harbor_artifact artifact = {
        .repository = push->repository,
        .digest = push->digest,
        .tag = push->tag,
    };
    const struct report_options options = {
        .tool_version = call->api->options.tool_version,
        .today = (uint32_t)(call->now / SECONDS_A_DAY),
        .has_timestamp = true,
        .timestamp = 0,
        .now = call->now,
    };
    text_init(body, call->mem, SIZE_MAX);
    if (bom)
        report_harbor_sbom(scan, &artifact, *bom, &options, body);
    else
        report_harbor(scan, &artifact, &options, body);
    return text_ok(body) || arena_err(call->mem, err, "report");
}

// `bom`: the form of a bill of materials; null: what is wrong with it.
static bool answer_with(struct call *call, const struct push *push, const struct database *database,
                        const enum report_format *bom, struct err *err)
{
    struct scan scan = {0};
    const struct judge_options options = {
        .database = database,
        .today = (uint32_t)(call->now / SECONDS_A_DAY),
        .limits = call->api->options.limits,
        .project = call_project(call),
    };
    return read_kept_scan(call->store, push->digest, &options, call->mem, &scan, err) &&
           write_answer(call, &scan, push, bom, err);
}

static bool answer_known_image(struct call *call, const struct push *push, struct err *err)
{
    struct shelved *shelved = NULL;
    struct err none = {0};
    enum report_format format = REPORT_SPDX;
    span type = {0};
    enum wanted wanted = wanted_of(call, &type);
    if (wanted == WANTED_OTHER)
        return harbor_error(call, 501, "there is no report of this type", err);
    if (wanted == WANTED_BOM && !bom_format(call, &format))
        return harbor_error(call, 400, "sbom_media_type is " SBOM_SPDX " or " SBOM_CYCLONEDX, err);
    call->response->media_type = type;
    if (wanted == WANTED_BOM)
        return answer_with(call, push, NULL, &format, err);
    if (!shelf_take(call->api->shelf, &shelved, &none))
        return err_set(err, ERR_IO, "%s", none.text);
    bool good = answer_with(call, push, shelved->database, NULL, err);
    shelf_give_back(call->api->shelf, shelved);
    return good;
}

static bool answer_later(struct call *call)
{
    struct text seconds = {0};
    text_init(&seconds, call->mem, SIZE_MAX);
    text_add_u64(&seconds, ASK_AGAIN_SECONDS);
    call->response->status = 302;
    call->response->media_type = (span){0};
    http_response_header(call->response, S("Refresh-After"), text_span(&seconds));
    return true;
}

bool answer_harbor_report(struct call *call, struct err *err)
{
    struct push push = {0};
    enum push_state state = PUSH_DONE;
    struct err unseen = {0};
    span key = {0};
    span why = {0};
    if (!read_id(call, &push))
        return harbor_error(call, 404, "there is no such request", err);
    if (!push_key(&push, call->mem, &key))
        return arena_err(call->mem, err, "request");
    if (!store_push_state(call->store, key, call->mem, &state, &why, err))
        return false;
    if (state == PUSH_WAITS)
        return answer_later(call);
    if (call_sees_image(call, push.digest, &unseen))
        return answer_known_image(call, &push, err);
    if (unseen.kind != ERR_MISSING)
        return err_copy(err, &unseen);
    return state == PUSH_FAILED
               ? harbor_error(call, 500, "the image could not be looked at: see the service's jobs",
                              err)
               : harbor_error(call, 404, "there is no such request", err);
}
