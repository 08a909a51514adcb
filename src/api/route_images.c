// One image: what it is, what is in it, what is wrong with it. And one of other lists.
#include "api/api_inner.h"

#include "flow/flow.h"
#include "report/report.h"

enum { SECONDS_A_DAY = 86400 };

// ---------------------------------------------------------------- one row

bool answer_layer(struct call *call, struct err *err)
{
    return answer_one(call, "diff_id", err);
}

bool answer_package(struct call *call, struct err *err)
{
    int64_t id = 0;
    return call_number(call, 0, &id, err) && answer_one(call, "id", err);
}

bool answer_job(struct call *call, struct err *err)
{
    int64_t id = 0;
    return call_number(call, 0, &id, err) && answer_one(call, "id", err);
}

// ---------------------------------------------------------------- one image

static bool write_severities(struct call *call, span image, struct json_out *out, struct err *err)
{
    const struct rules_request request = call_rules(call, image);
    struct finding_counts found = {0};
    if (!rules_count_findings(call->store, &request, call->mem, &found, err))
        return false;
    json_key(out, "findings");
    json_begin_object(out);
    for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_UNKNOWN; severity--)
        json_field_u64(out, severity_name((enum severity)severity), found.counts[severity]);
    json_end_object(out);
    json_field_u64(out, "suppressed", found.suppressed);
    return true;
}

static bool write_part(struct call *call, enum view_name view, const char *name,
                       struct json_out *out, struct err *err)
{
    size_t count = 0;
    json_key(out, name);
    json_begin_array(out);
    if (!write_rows(call, store_view(view), "image", call->values[0], out, &count, err))
        return false;
    json_end_array(out);
    return true;
}

bool answer_image(struct call *call, struct err *err)
{
    struct json_out out = call_json(call);
    size_t count = 0;
    json_begin_object(&out);
    json_key(&out, "image");
    if (!write_rows(call, store_view(VIEW_IMAGES), "digest", call->values[0], &out, &count, err))
        return false;
    if (count != 1)
        return err_set(err, ERR_MISSING, "there is none that this token may see");
    if (!write_part(call, VIEW_TAGS, "tags", &out, err) ||
        !write_part(call, VIEW_IMAGE_LAYERS, "layers", &out, err) ||
        !write_severities(call, call->values[0], &out, err))
        return false;
    json_end_object(&out);
    call_finish(&out);
    return text_ok(out.text) || arena_err(call->mem, err, "answer");
}

// ---------------------------------------------------------------- documents

bool call_sees_image(struct call *call, span image, struct err *err)
{
    struct text rows;
    size_t count = 0;
    text_init(&rows, call->mem, SIZE_MAX);
    struct json_out out = {.text = &rows};
    return write_rows(call, store_view(VIEW_IMAGES), "digest", image, &out, &count, err) &&
           (count == 1 || err_set(err, ERR_MISSING, "there is none that this token may see"));
}

static span media_type_of(enum report_format format)
{
    switch (format) {
    case REPORT_JSON:
    case REPORT_GITLAB:
        return S("application/json");
    case REPORT_CYCLONEDX:
    case REPORT_CYCLONEDX_VDR:
        return S("application/vnd.cyclonedx+json");
    case REPORT_SPDX:
        return S("application/spdx+json");
    case REPORT_SARIF:
        return S("application/sarif+json");
    case REPORT_CSV:
        return S("text/csv; charset=utf-8");
    case REPORT_JUNIT:
        return S("application/xml");
    case REPORT_HTML:
        return S("text/html; charset=utf-8");
    case REPORT_TABLE:
        return S("text/plain; charset=utf-8");
    }
    return S("application/octet-stream");
}

bool answer_document(struct call *call, const struct scan *scan, enum report_format format,
                     struct err *err)
{
    struct text *body = &call->response->body;
    const struct report_options options = {
        .tool_version = call->api->options.tool_version,
        .today = (uint32_t)(call->now / SECONDS_A_DAY),
        .has_timestamp = true, // the same question has the same answer, and so the same ETag
        .timestamp = 0,
        .now = call->now,
        .show_suppressed = call_flag(call, "suppressed"),
    };
    text_init(body, call->mem, SIZE_MAX);
    report_write(format, scan, &options, body);
    call->response->media_type = media_type_of(format);
    return (text_ok(body) && !arena_refused(call->mem)) || arena_err(call->mem, err, "report");
}

bool call_format(const struct call *call, enum report_format usual, enum report_format *ret,
                 struct err *err)
{
    span name = call_parameter(call, "format");
    *ret = usual;
    return !name.ptr || (report_format_parse(name, ret) && *ret != REPORT_TABLE) ||
           err_set(err, ERR_USAGE, "format: '%s' is none (%s)", quote(name).text,
                   report_format_names);
}

static bool answer_kept(struct call *call, const struct database *database,
                        enum report_format format, struct err *err)
{
    const struct judge_options options = {
        .database = database,
        .today = (uint32_t)(call->now / SECONDS_A_DAY),
        .limits = call->api->options.limits,
        .project = call_project(call),
    };
    struct scan scan = {0};
    return call_sees_image(call, call->values[0], err) &&
           read_kept_scan(call->store, call->values[0], &options, call->mem, &scan, err) &&
           answer_document(call, &scan, format, err);
}

bool answer_image_bom(struct call *call, struct err *err)
{
    enum report_format format = REPORT_CYCLONEDX;
    if (!call_format(call, REPORT_CYCLONEDX, &format, err))
        return false;
    if (format != REPORT_CYCLONEDX && format != REPORT_SPDX && format != REPORT_JSON)
        return err_set(err, ERR_USAGE, "format: cyclonedx-json, spdx-json or json is wanted");
    return answer_kept(call, NULL, format, err);
}

bool answer_image_scan(struct call *call, struct err *err)
{
    enum report_format format = REPORT_JSON;
    struct shelved *shelved = NULL;
    struct err none = {0};
    if (!call_format(call, REPORT_JSON, &format, err))
        return false;
    if (!shelf_take(call->api->shelf, &shelved, &none))
        return err_set(err, ERR_IO, "%s", none.text);
    bool good = answer_kept(call, shelved->database, format, err);
    shelf_give_back(call->api->shelf, shelved);
    return good;
}
