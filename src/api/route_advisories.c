// What the advisory database says under a name: of a flaw, an advisory, a package or a weakness.
#include "api/api_inner.h"

enum { MOST_STATEMENTS = 1000 };

struct advisory_writer {
    struct json_out out;
    struct text statements;
    struct json_out statements_out;
    size_t statement_count;
    size_t flaw_count;
};

static void field(struct json_out *out, const char *key, span value)
{
    json_key(out, key);
    if (value.len)
        json_write_text(out, value);
    else
        json_write_null(out);
}

static void number_or_null(struct json_out *out, const char *key, double value, unsigned decimals)
{
    json_key(out, key);
    if (value < 0)
        json_write_null(out);
    else
        json_write_number(out, value, decimals);
}

static void write_statement(struct json_out *out, span ecosystem, span name,
                            const struct statement *statement)
{
    const struct advisory *advisory = &statement->advisory;
    const struct affected *affected = &statement->affected;
    json_begin_object(out);
    field(out, "database", advisory->database);
    field(out, "advisory", advisory->id);
    field(out, "ecosystem", ecosystem);
    field(out, "package", name);
    json_field_text(out, "status", span_of_text(status_name(affected->status)));
    json_field_text(
        out, "severity",
        span_of_text(severity_name(affected->severity ? affected->severity : advisory->severity)));
    field(out, "introduced", affected->introduced);
    field(out, "fixed", affected->fixed);
    field(out, "last_affected", affected->last_affected);
    json_field_bool(out, "withdrawn", advisory->withdrawn);
    json_field_bool(out, "malicious", advisory->malicious);
    json_end_object(out);
}

static bool take_package(void *self, span ecosystem, span name, const struct statements *statements,
                         struct err *err)
{
    struct advisory_writer *writer = self;
    for (size_t i = 0; i < statements->count && writer->statement_count < MOST_STATEMENTS; i++) {
        write_statement(&writer->statements_out, ecosystem, name, &statements->items[i]);
        writer->statement_count++;
    }
    return text_ok(&writer->statements) || arena_err(writer->statements.mem, err, "answer");
}

static bool take_flaw(void *self, const struct flaw *flaw, struct err *err)
{
    struct advisory_writer *writer = self;
    struct json_out *out = &writer->out;
    char day[11] = "";
    json_begin_object(out);
    field(out, "database", flaw->database);
    json_field_text(out, "severity", span_of_text(severity_name(flaw->severity)));
    field(out, "cvss", flaw->cvss);
    number_or_null(out, "score", flaw->score, 1);
    number_or_null(out, "epss", flaw->epss, 5);
    json_field_bool(out, "kev", flaw->exploited);
    json_field_bool(out, "rejected", flaw->rejected);
    json_field_bool(out, "disputed", flaw->disputed);
    if (flaw->published)
        date_format(flaw->published, day);
    field(out, "published", span_of_text(day));
    json_end_object(out);
    writer->flaw_count++;
    return text_ok(out->text) || arena_err(out->text->mem, err, "answer");
}

static bool write_changes(struct call *call, struct json_out *out, size_t *ret_count,
                          struct err *err)
{
    json_key(out, "changes");
    json_begin_array(out);
    if (!write_rows(call, store_view(VIEW_CHANGES), "id", call->values[0], out, ret_count, err))
        return false;
    json_end_array(out);
    return true;
}

static bool search(struct call *call, const struct database *database, struct err *err)
{
    struct advisory_writer writer = {.out = call_json(call)};
    const struct database_visitor visitor = {
        .self = &writer, .visit_package = take_package, .visit_flaw = take_flaw};
    struct json_out *out = &writer.out;
    size_t changes = 0;
    text_init(&writer.statements, call->mem, SIZE_MAX);
    writer.statements_out = (struct json_out){.text = &writer.statements, .depth = 1};
    json_begin_object(out);
    json_field_text(out, "id", call->values[0]);
    json_key(out, "flaws");
    json_begin_array(out);
    if (!database_search(database, call->values[0], call->api->options.limits, &visitor, err))
        return false;
    json_end_array(out);
    json_key(out, "statements");
    json_begin_array(out);
    text_add(out->text, text_span(&writer.statements));
    json_end_array(out);
    if (!write_changes(call, out, &changes, err))
        return false;
    json_end_object(out);
    call_finish(out);
    if (writer.flaw_count + writer.statement_count + changes == 0)
        return err_set(err, ERR_MISSING, "nothing is known of this");
    return text_ok(out->text) || arena_err(call->mem, err, "answer");
}

bool answer_advisory(struct call *call, struct err *err)
{
    struct shelved *shelved = NULL;
    struct err why = {0};
    if (!shelf_take(call->api->shelf, &shelved, &why))
        return err_set(err, ERR_IO, "%s", why.text);
    bool good = search(call, shelved->database, err);
    shelf_give_back(call->api->shelf, shelved);
    return good;
}
