// The description of the API, out of the same table that answers it.
#include "api/api_inner.h"

// ---------------------------------------------------------------- parameters

static void write_parameter(struct json_out *out, span name, const char *in, const char *about,
                            const char *schema)
{
    json_begin_object(out);
    json_field_text(out, "name", name);
    json_field_text(out, "in", span_of_text(in));
    json_field_bool(out, "required", strcmp(in, "path") == 0);
    if (about)
        json_field_text(out, "description", span_of_text(about));
    json_key(out, "schema");
    write_json(out, schema);
    json_end_object(out);
}

static const char *schema_of(enum filter_kind kind)
{
    switch (kind) {
    case FILTER_INTEGER:
        return "{\"type\":\"integer\",\"minimum\":0}";
    case FILTER_FLAG:
        return "{\"type\":\"boolean\"}";
    case FILTER_TIME:
        return "{\"type\":\"string\",\"format\":\"date\"}";
    case FILTER_TEXT:
    case FILTER_SEVERITY:
    case FILTER_FINDING_KIND:
    case FILTER_STATUS:
    case FILTER_JOB_KIND:
    case FILTER_NOTIFICATION:
    case FILTER_RULE_KIND:
    case FILTER_VERSION:
        break;
    }
    return "{\"type\":\"string\"}";
}

static void write_path_parameters(struct json_out *out, const struct route *route)
{
    span rest = span_of_text(route->pattern);
    while (rest.len) {
        span segment = span_cut(&rest, '/');
        if (span_starts_with(segment, S("{")))
            write_parameter(out, span_slice(segment, 1, segment.len - 2), "path", NULL,
                            "{\"type\":\"string\"}");
    }
}

static void write_parameters(struct json_out *out, const struct route *route)
{
    const struct view *view = route_is_list(route) ? route_view(route) : NULL;
    json_key(out, "parameters");
    json_begin_array(out);
    write_path_parameters(out, route);
    for (size_t i = 0; view && i < view->filter_count; i++)
        write_parameter(out, span_of_text(view->filters[i].name), "query", view->filters[i].about,
                        schema_of(view->filters[i].kind));
    if (view) {
        write_parameter(out, S("limit"), "query", "most rows of one page",
                        "{\"type\":\"integer\",\"minimum\":1,\"maximum\":500}");
        write_parameter(out, S("after"), "query", "where the page before ended: its next",
                        "{\"type\":\"string\"}");
    }
    for (const struct route_parameter *each = route->parameters; each && each->name; each++)
        write_parameter(out, span_of_text(each->name), "query", each->about,
                        "{\"type\":\"string\"}");
    json_end_array(out);
}

// ---------------------------------------------------------------- operations

static void write_reference(struct json_out *out, const char *schema)
{
    struct text path;
    text_init(&path, out->text->mem, SIZE_MAX);
    text_addf(&path, "#/components/schemas/%s", schema);
    json_begin_object(out);
    json_field_text(out, "$ref", text_span(&path));
    json_end_object(out);
}

static void write_content(struct json_out *out, const char *media_type, const char *schema)
{
    json_key(out, "content");
    json_begin_object(out);
    json_key(out, media_type);
    json_begin_object(out);
    json_key(out, "schema");
    write_reference(out, schema);
    json_end_object(out);
    json_end_object(out);
}

static void write_body(struct json_out *out, const struct route *route)
{
    if (!route->body)
        return;
    bool is_binary = strcmp(route->body, "binary") == 0;
    json_key(out, "requestBody");
    json_begin_object(out);
    json_field_bool(out, "required", strcmp(route->body, "rotation") != 0);
    write_content(out, is_binary ? "application/vnd.plimsoll.scan" : "application/json",
                  route->body);
    json_end_object(out);
}

static void write_responses(struct json_out *out, const struct route *route)
{
    char status[4] = {(char)('0' + route->status / 100), (char)('0' + route->status / 10 % 10),
                      (char)('0' + route->status % 10), 0};
    json_key(out, "responses");
    json_begin_object(out);
    json_key(out, status);
    json_begin_object(out);
    json_field_text(out, "description", S("all is well"));
    if (route->result)
        write_content(out, route->media_type ? route->media_type : "application/json",
                      route->result);
    json_end_object(out);
    json_key(out, "default");
    json_begin_object(out);
    json_field_text(out, "description", S("what is wrong (RFC 9457)"));
    write_content(out, "application/problem+json", "problem");
    json_end_object(out);
    json_end_object(out);
}

static void write_security(struct json_out *out, const struct route *route)
{
    struct text scopes;
    if (route->flags & ROUTE_OPEN) {
        json_key(out, "security");
        write_json(out, "[]");
        return;
    }
    text_init(&scopes, out->text->mem, SIZE_MAX);
    text_add(&scopes, S("needs a token with one of these scopes: "));
    scopes_write(route->scope, &scopes);
    if (route->flags & ROUTE_ALL_PROJECTS)
        text_add(&scopes, S("; not one that is limited to a project"));
    json_field_text(out, "description", text_span(&scopes));
}

static void write_operation(struct json_out *out, const struct route *route)
{
    struct text method;
    text_init(&method, out->text->mem, SIZE_MAX);
    for (const char *c = route->method; *c; c++)
        text_add_byte(&method, ascii_lower((uint8_t)*c));
    json_key_text(out, text_span(&method));
    json_begin_object(out);
    json_field_text(out, "summary", span_of_text(route->summary));
    write_security(out, route);
    write_parameters(out, route);
    write_body(out, route);
    write_responses(out, route);
    json_end_object(out);
}

static bool is_first_of_path(size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(route_at(i)->pattern, route_at(index)->pattern) == 0)
            return false;
    return true;
}

static void write_paths(struct json_out *out)
{
    json_key(out, "paths");
    json_begin_object(out);
    for (size_t i = 0; route_at(i); i++) {
        if (!is_first_of_path(i))
            continue;
        json_key_text(out, span_of_text(route_at(i)->pattern));
        json_begin_object(out);
        for (size_t j = i; route_at(j); j++)
            if (strcmp(route_at(j)->pattern, route_at(i)->pattern) == 0)
                write_operation(out, route_at(j));
        json_end_object(out);
    }
    json_end_object(out);
}

// ---------------------------------------------------------------- schemas

static void write_row_schema(struct json_out *out, const struct view *view)
{
    json_key(out, view->name);
    json_begin_object(out);
    json_field_text(out, "type", S("object"));
    json_field_bool(out, "additionalProperties", false);
    json_key(out, "required");
    json_begin_array(out);
    for (size_t i = 0; i < view->column_count; i++)
        json_write_text(out, span_of_text(view->columns[i].name));
    json_end_array(out);
    json_key(out, "properties");
    json_begin_object(out);
    for (size_t i = 0; i < view->column_count; i++)
        describe_column(&view->columns[i], out);
    json_end_object(out);
    json_end_object(out);
}

static void write_list_schema(struct json_out *out, const struct view *view)
{
    struct text name;
    text_init(&name, out->text->mem, SIZE_MAX);
    text_addf(&name, "%sList", view->name);
    json_key_text(out, text_span(&name));
    json_begin_object(out);
    json_field_text(out, "type", S("object"));
    json_field_bool(out, "additionalProperties", false);
    json_key(out, "required");
    write_json(out, "[\"items\",\"next\"]");
    json_key(out, "properties");
    json_begin_object(out);
    json_key(out, "items");
    json_begin_object(out);
    json_field_text(out, "type", S("array"));
    json_key(out, "items");
    write_reference(out, view->name);
    json_end_object(out);
    json_key(out, "next");
    write_json(out, "{\"type\":[\"string\",\"null\"],\"description\":\"where the next page begins;"
                    " null: this is the last\"}");
    json_end_object(out);
    json_end_object(out);
}

static void write_components(struct json_out *out)
{
    const char *name = NULL;
    json_key(out, "components");
    json_begin_object(out);
    json_key(out, "securitySchemes");
    write_json(out, "{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
                    "\"basic\":{\"type\":\"http\",\"scheme\":\"basic\",\"description\":"
                    "\"the token is the password, the user name does not matter\"}}");
    json_key(out, "schemas");
    json_begin_object(out);
    for (int view = 0; view < VIEW_COUNT; view++) {
        write_row_schema(out, store_view((enum view_name)view));
        write_list_schema(out, store_view((enum view_name)view));
    }
    for (size_t i = 0; schema_text(i, &name); i++) {
        json_key(out, name);
        write_json(out, schema_text(i, &name));
    }
    json_end_object(out);
    json_end_object(out);
}

bool api_describe(struct text *text)
{
    struct json_out out = {.text = text};
    json_begin_object(&out);
    json_field_text(&out, "openapi", S("3.1.0"));
    json_key(&out, "info");
    write_json(&out, "{\"title\":\"Plimsoll\",\"version\":\"1\",\"description\":"
                     "\"What is in container images, and what is wrong with it.\"}");
    json_key(&out, "security");
    write_json(&out, "[{\"bearer\":[]},{\"basic\":[]}]");
    write_paths(&out);
    write_components(&out);
    json_end_object(&out);
    text_add_byte(text, '\n');
    return text_ok(text);
}
