// Rows of the store as JSON, and what their columns are called in schemas.
#include "api/api_inner.h"

enum { USUAL_ROWS = 50, MOST_ROWS = 500 };

// ---------------------------------------------------------------- columns

static void write_time(struct json_out *out, int64_t seconds)
{
    char text[21] = "";
    if (seconds <= 0) {
        json_write_null(out);
        return;
    }
    time_format((uint64_t)seconds, text);
    json_write_text(out, span_of_text(text));
}

static void write_hex(struct json_out *out, span bytes)
{
    struct text hex;
    text_init(&hex, out->text->mem, SIZE_MAX);
    text_add_hex(&hex, bytes);
    json_write_text(out, text_span(&hex));
}

// A URL may be as good as a password.
static void write_address(struct json_out *out, span address)
{
    const struct subscription subscription = {.address = address};
    span shown = {0};
    if (!subscription_shown_address(&subscription, out->text->mem, &shown))
        out->text->failed = true;
    json_write_text(out, shown);
}

static void write_day(struct json_out *out, int64_t days)
{
    char text[11] = "";
    if (days <= 0) {
        json_write_null(out);
        return;
    }
    date_format((uint32_t)days, text);
    json_write_text(out, span_of_text(text));
}

static void write_words(struct json_out *out, span lines)
{
    json_begin_array(out);
    while (lines.len)
        json_write_text(out, span_cut(&lines, '\n'));
    json_end_array(out);
}

static void write_scopes(struct json_out *out, uint32_t scopes)
{
    json_begin_array(out);
    for (size_t i = 0; scope_name(i); i++)
        if (scopes & UINT32_C(1) << i)
            json_write_text(out, span_of_text(scope_name(i)));
    json_end_array(out);
}

static const char *word_of(enum column_kind kind, int64_t number)
{
    switch (kind) {
    case COLUMN_SEVERITY:
        return severity_name((enum severity)number);
    case COLUMN_STATUS:
        return status_name((enum status)number);
    case COLUMN_FINDING_KIND:
        return finding_kind_name((enum finding_kind)number);
    case COLUMN_JOB_KIND:
        return job_kind_name((enum job_kind)number);
    case COLUMN_CHANNEL:
        return channel_kind_name((enum channel_kind)number);
    case COLUMN_NOTIFICATION:
        return notification_state_name((enum notification_state)number);
    case COLUMN_RULE_KIND:
        return rule_kind_name((enum rule_kind)number);
    case COLUMN_TEXT:
    case COLUMN_INTEGER:
    case COLUMN_BOOLEAN:
    case COLUMN_TIME:
    case COLUMN_BYTES:
    case COLUMN_ADDRESS:
    case COLUMN_SCOPES:
    case COLUMN_DAY:
    case COLUMN_WORDS:
        break;
    }
    return "";
}

void write_column(const struct view_column *column, const sql_value *value, struct json_out *out)
{
    json_key(out, column->name);
    switch (column->kind) {
    case COLUMN_TEXT:
        if (value->bytes.len)
            json_write_text(out, value->bytes);
        else
            json_write_null(out);
        return;
    case COLUMN_INTEGER:
        json_write_u64(out, value->integer > 0 ? (uint64_t)value->integer : 0);
        return;
    case COLUMN_BOOLEAN:
        json_write_bool(out, value->integer != 0);
        return;
    case COLUMN_TIME:
        write_time(out, value->integer);
        return;
    case COLUMN_BYTES:
        write_hex(out, value->bytes);
        return;
    case COLUMN_ADDRESS:
        write_address(out, value->bytes);
        return;
    case COLUMN_SCOPES:
        write_scopes(out, (uint32_t)value->integer);
        return;
    case COLUMN_DAY:
        write_day(out, value->integer);
        return;
    case COLUMN_WORDS:
        write_words(out, value->bytes);
        return;
    case COLUMN_SEVERITY:
    case COLUMN_STATUS:
    case COLUMN_FINDING_KIND:
    case COLUMN_JOB_KIND:
    case COLUMN_CHANNEL:
    case COLUMN_NOTIFICATION:
    case COLUMN_RULE_KIND:
        json_write_text(out, span_of_text(word_of(column->kind, value->integer)));
        return;
    }
}

void write_json(struct json_out *out, const char *json)
{
    if (!out->after_key && out->comma)
        text_add_byte(out->text, ',');
    text_add(out->text, span_of_text(json));
    out->after_key = false;
    out->comma = true;
}

static const char *type_of(enum column_kind kind)
{
    switch (kind) {
    case COLUMN_TEXT:
        return "[\"string\",\"null\"]";
    case COLUMN_TIME:
        return "[\"string\",\"null\"],\"format\":\"date-time\"";
    case COLUMN_DAY:
        return "[\"string\",\"null\"],\"format\":\"date\"";
    case COLUMN_WORDS:
        return "\"array\",\"items\":{\"type\":\"string\"}";
    case COLUMN_INTEGER:
        return "\"integer\",\"minimum\":0";
    case COLUMN_BOOLEAN:
        return "\"boolean\"";
    case COLUMN_SCOPES:
        return "\"array\",\"items\":{\"enum\":[\"read\",\"push\",\"scan\",\"subscribe\",\"admin\","
               "\"rules\"]}";
    case COLUMN_SEVERITY:
        return "\"string\",\"enum\":[\"unknown\",\"negligible\",\"low\",\"medium\",\"high\","
               "\"critical\"]";
    case COLUMN_CHANNEL:
        return "\"string\",\"enum\":[\"webhook\",\"mail\",\"slack\",\"teams\",\"file\","
               "\"command\"]";
    case COLUMN_BYTES:
    case COLUMN_STATUS:
    case COLUMN_FINDING_KIND:
    case COLUMN_JOB_KIND:
    case COLUMN_ADDRESS:
    case COLUMN_NOTIFICATION:
    case COLUMN_RULE_KIND:
        return "\"string\"";
    }
    return "\"string\"";
}

void describe_column(const struct view_column *column, struct json_out *out)
{
    json_key(out, column->name);
    json_begin_object(out);
    json_key(out, "type");
    write_json(out, type_of(column->kind));
    json_field_text(out, "description", span_of_text(column->about));
    json_end_object(out);
}

// ---------------------------------------------------------------- rows

struct row_writer {
    const struct view *view;
    struct json_out *out;
    size_t count;
};

static bool write_row(void *self, const struct sql_row *row, struct err *err)
{
    struct row_writer *writer = self;
    json_begin_object(writer->out);
    for (size_t i = 0; i < writer->view->column_count && i < row->count; i++)
        write_column(&writer->view->columns[i], &row->values[i], writer->out);
    json_end_object(writer->out);
    writer->count++;
    return text_ok(writer->out->text) || arena_err(writer->out->text->mem, err, "answer");
}

// A text that is there and empty is not one that is not there.
static span want_of(span value)
{
    return value.ptr ? value : (span){.ptr = (const uint8_t *)"", .len = 0};
}

bool write_rows(struct call *call, const struct view *view, const char *filter, span value,
                struct json_out *out, size_t *ret_count, struct err *err)
{
    struct row_writer writer = {.view = view, .out = out};
    const struct sql_reader to = {&writer, write_row};
    span wants[MOST_WANTS] = {{0}};
    span next = {0};
    assert(view->filter_count <= MOST_WANTS);
    for (size_t i = 0; i < view->filter_count; i++)
        if (strcmp(view->filters[i].name, filter) == 0)
            wants[i] = want_of(value);
    const struct browse browse = {
        .view = view,
        .project = call_project(call),
        .wants = wants,
        .limit = MOST_ROWS,
        .today = call_today(call),
    };
    if (!store_browse(call->store, &browse, &to, call->mem, &next, err))
        return false;
    *ret_count = writer.count;
    return true;
}

static bool is_query_of(const struct view *view, span name)
{
    for (size_t i = 0; i < view->filter_count; i++)
        if (span_equal(name, span_of_text(view->filters[i].name)))
            return true;
    return false;
}

// ---------------------------------------------------------------- pages

static void add_percent(struct text *out, span value)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = value.ptr[i];
        if (ascii_is_alpha(c) || ascii_is_digit(c) || memchr("-._~", c, 4)) {
            text_add_byte(out, c);
            continue;
        }
        text_add_byte(out, '%');
        text_add_byte(out, (uint8_t)digits[c >> 4]);
        text_add_byte(out, (uint8_t)digits[c & 15]);
    }
}

// RFC 8288: the same request with another start.
static void link_next(struct call *call, const struct view *view, size_t limit, span next)
{
    struct text link;
    text_init(&link, call->mem, SIZE_MAX);
    text_addf(&link, "<%s?limit=%zu", call->route->pattern, limit);
    for (size_t i = 0; i < call->query_count; i++) {
        const struct parameter *each = &call->query[i];
        if (!is_query_of(view, each->name))
            continue;
        text_add_byte(&link, '&');
        add_percent(&link, each->name);
        text_add_byte(&link, '=');
        add_percent(&link, each->value);
    }
    text_add(&link, S("&after="));
    add_percent(&link, next);
    text_add(&link, S(">; rel=\"next\""));
    http_response_header(call->response, S("Link"), text_span(&link));
}

static bool read_limit(const struct call *call, size_t *ret, struct err *err)
{
    span text = call_parameter(call, "limit");
    uint64_t limit = USUAL_ROWS;
    if (text.ptr && (!span_to_u64(text, &limit) || limit == 0 || limit > MOST_ROWS))
        return err_set(err, ERR_USAGE, "limit: a number from 1 to %d is wanted", MOST_ROWS);
    *ret = (size_t)limit;
    return true;
}

static bool answer_page(struct call *call, const struct silencer *silencer, struct err *err)
{
    const struct view *view = route_view(call->route);
    struct json_out out = call_json(call);
    struct row_writer writer = {.view = view, .out = &out};
    const struct sql_reader to = {&writer, write_row};
    span wants[MOST_WANTS] = {{0}};
    span next = {0};
    size_t limit = 0;
    assert(view->filter_count <= MOST_WANTS);
    if (!read_limit(call, &limit, err))
        return false;
    for (size_t i = 0; i < view->filter_count; i++)
        wants[i] = call_parameter(call, view->filters[i].name);
    const struct browse browse = {
        .view = view,
        .project = call_project(call),
        .wants = wants,
        .after = call_parameter(call, "after"),
        .limit = limit,
        .today = call_today(call),
        .silencer = silencer,
    };
    json_begin_object(&out);
    json_key(&out, "items");
    json_begin_array(&out);
    if (!store_browse(call->store, &browse, &to, call->mem, &next, err))
        return false;
    json_end_array(&out);
    json_key(&out, "next");
    if (next.len) {
        json_write_text(&out, next);
        link_next(call, view, limit, next);
    } else {
        json_write_null(&out);
    }
    json_end_object(&out);
    call_finish(&out);
    return true;
}

bool answer_list(struct call *call, struct err *err)
{
    return answer_page(call, NULL, err);
}

bool answer_findings(struct call *call, struct err *err)
{
    const struct silencer *silencer = NULL;
    const struct rules_request request = call_rules(call, call_parameter(call, "image"));
    return rules_silencer(call->store, &request, call->mem, &silencer, err) &&
           answer_page(call, silencer, err);
}

bool answer_one(struct call *call, const char *filter, struct err *err)
{
    struct json_out out = call_json(call);
    size_t count = 0;
    if (!write_rows(call, route_view(call->route), filter, call->values[0], &out, &count, err))
        return false;
    call_finish(&out);
    return count == 1 || err_set(err, ERR_MISSING, "there is none that this token may see");
}
