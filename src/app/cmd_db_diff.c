// What became known between two databases, in words or as JSON.
#include "app/app_inner.h"

#include "format/json/json.h"

enum { OUTPUT_BYTES = 1 << 16, SOURCES_BYTES = 1 << 20 };

// Changes are printed in pieces: there may be millions.
struct printer {
    struct arena *mem;
    struct text out;
    struct json_out json;
    bool as_json;
};

static bool flush(struct printer *printer, struct err *err)
{
    bool ok = text_ok(&printer->out) ? print_text(text_span(&printer->out), err)
                                     : arena_err(printer->mem, err, "diff");
    arena_reset(printer->mem);
    text_init(&printer->out, printer->mem, SIZE_MAX);
    return ok;
}

static const char *word_of(enum change_kind kind)
{
    switch (kind) {
    case CHANGE_NEW:
        return "new";
    case CHANGE_GONE:
        return "gone";
    case CHANGE_FIXED:
        return "now fixed";
    case CHANGE_RANGE:
        return "range changed";
    case CHANGE_STATUS:
        return "status changed";
    case CHANGE_SEVERITY:
        return "severity changed";
    case CHANGE_WITHDRAWN:
        return "withdrawn";
    case CHANGE_EXPLOITED:
        return "newly exploited (KEV)";
    case CHANGE_EPSS:
        return "EPSS";
    case CHANGE_REJECTED:
        return "rejected";
    case CHANGE_SUPPORT:
        return "support ends";
    }
    return "";
}

// ---------------------------------------------------------------- words

static void add_range(struct text *out, const struct affected *affected)
{
    if (affected->introduced.len) {
        text_add(out, affected->after_introduced ? S(" > ") : S(" >= "));
        add_safe(out, affected->introduced);
    }
    if (affected->fixed.len) {
        text_add(out, S(" < "));
        add_safe(out, affected->fixed);
    } else if (affected->last_affected.len) {
        text_add(out, S(" <= "));
        add_safe(out, affected->last_affected);
    } else {
        text_add(out, S(" and all later ones"));
    }
}

static void add_severities(struct text *out, const struct change *change)
{
    bool raised = change->severity_after > change->severity_before;
    text_addf(out, ", severity %s from %s to %s", raised ? "raised" : "lowered",
              severity_name(change->severity_before), severity_name(change->severity_after));
}

static void add_day(struct text *out, uint32_t day)
{
    char date[11] = "";
    if (day)
        date_format(day, date);
    text_add(out, day ? span_of_text(date) : S("an unknown day"));
}

static const char *status_word(const struct affected *affected)
{
    return affected->status == STATUS_NOT_AFFECTED ? "not_affected" : status_name(affected->status);
}

static void add_details(struct text *out, const struct change *change)
{
    const struct affected *after = change->after;
    switch (change->kind) {
    case CHANGE_NEW:
        if (after && after->fixed.len) {
            text_add(out, S(", fixed in "));
            add_safe(out, after->fixed);
        } else if (after) {
            text_addf(out, ", %s", status_word(after));
        } else {
            text_addf(out, ", severity %s", severity_name(change->severity_after));
        }
        break;
    case CHANGE_FIXED:
        text_add(out, S(" in "));
        add_safe(out, after->fixed);
        break;
    case CHANGE_RANGE:
        text_add(out, S(", from"));
        add_range(out, change->before);
        text_add(out, S(" to"));
        add_range(out, after);
        break;
    case CHANGE_STATUS:
        text_addf(out, " from %s to %s", status_word(change->before), status_word(after));
        break;
    case CHANGE_SEVERITY:
        add_severities(out, change);
        break;
    case CHANGE_EPSS:
        if (change->epss_before < 0)
            text_addf(out, " %.3f, none before", change->epss_after);
        else
            text_addf(out, " %.3f -> %.3f", change->epss_before, change->epss_after);
        break;
    case CHANGE_SUPPORT:
        text_add(out, S(" on "));
        add_day(out, change->day_after);
        if (change->day_before) {
            text_add(out, S(", was "));
            add_day(out, change->day_before);
        }
        break;
    case CHANGE_GONE:
    case CHANGE_WITHDRAWN:
    case CHANGE_EXPLOITED:
    case CHANGE_REJECTED:
        break;
    }
}

// "new: CVE-2025-1234 in debian:12 openssl, fixed in 3.0.15-1 (debian-osv)"
static void add_line(struct text *out, const struct change *change)
{
    bool is_first = change->kind == CHANGE_NEW || change->kind == CHANGE_GONE;
    if (is_first)
        text_addf(out, "%s: ", word_of(change->kind));
    if (change->kind == CHANGE_SUPPORT) {
        add_safe(out, change->ecosystem);
        text_add_byte(out, ' ');
    }
    add_safe(out, change->id);
    if (change->package.len) {
        text_add(out, S(" in "));
        add_safe(out, change->ecosystem);
        text_add_byte(out, ' ');
        add_safe(out, change->package);
    }
    if (!is_first && change->kind != CHANGE_SEVERITY)
        text_addf(out, ": %s", word_of(change->kind));
    add_details(out, change);
    text_add(out, S(" ("));
    add_safe(out, change->source);
    text_add(out, S(")\n"));
}

// ---------------------------------------------------------------- JSON

static void write_side(struct json_out *json, const char *key, const struct affected *affected,
                       enum severity severity)
{
    json_key(json, key);
    json_begin_object(json);
    json_field_text(json, "status", span_of_text(status_word(affected)));
    json_field_text(json, "severity", span_of_text(severity_name(severity)));
    json_field_text(json, "introduced", affected->introduced);
    json_field_text(json, "fixed", affected->fixed);
    json_field_text(json, "last_affected", affected->last_affected);
    json_end_object(json);
}

static void write_numbers(struct json_out *json, const struct change *change)
{
    enum { DECIMALS = 5 };
    if (change->kind == CHANGE_EPSS) {
        json_key(json, "epss_before");
        json_write_number(json, change->epss_before, DECIMALS);
        json_key(json, "epss_after");
        json_write_number(json, change->epss_after, DECIMALS);
    }
    if (change->kind == CHANGE_SUPPORT) {
        char date[11] = "";
        if (change->day_after)
            date_format(change->day_after, date);
        json_field_text(json, "support_ends", span_of_text(date));
    }
    if (change->kind == CHANGE_SEVERITY && !change->after) {
        json_field_text(json, "severity_before",
                        span_of_text(severity_name(change->severity_before)));
        json_field_text(json, "severity_after",
                        span_of_text(severity_name(change->severity_after)));
    }
}

static void write_change(struct json_out *json, const struct change *change)
{
    json_begin_object(json);
    json_field_text(json, "change", span_of_text(word_of(change->kind)));
    json_field_text(json, "source", change->source);
    json_field_text(json, "id", change->id);
    json_field_text(json, "ecosystem", change->ecosystem);
    json_field_text(json, "package", change->package);
    if (change->before)
        write_side(json, "before", change->before, change->severity_before);
    if (change->after)
        write_side(json, "after", change->after, change->severity_after);
    write_numbers(json, change);
    json_end_object(json);
}

static void write_sources(struct json_out *json, const struct diff_sources *sources)
{
    json_end_array(json);
    json_key(json, "sources");
    json_begin_array(json);
    for (size_t i = 0; i < sources->count; i++) {
        json_begin_object(json);
        json_field_text(json, "name", sources->items[i].name);
        json_field_u64(json, "new", sources->items[i].added);
        json_field_u64(json, "changed", sources->items[i].changed);
        json_field_u64(json, "gone", sources->items[i].removed);
        json_end_object(json);
    }
    json_end_array(json);
    json_end_object(json);
}

// ---------------------------------------------------------------- the command

static bool take_change(void *self, const struct change *change, struct err *err)
{
    struct printer *printer = self;
    if (printer->as_json)
        write_change(&printer->json, change);
    else
        add_line(&printer->out, change);
    return printer->out.len < OUTPUT_BYTES || flush(printer, err);
}

static void add_counts(struct text *out, const struct diff_sources *sources)
{
    text_add(out, S("\n       new     changed        gone  source\n"));
    for (size_t i = 0; i < sources->count; i++) {
        const struct diff_source *source = &sources->items[i];
        text_addf(out, "%10llu  %10llu  %10llu  ", (unsigned long long)source->added,
                  (unsigned long long)source->changed, (unsigned long long)source->removed);
        add_safe(out, source->name);
        text_add_byte(out, '\n');
    }
}

static bool print_diff(struct printer *printer, const struct diff_request *request,
                       struct arena *mem, struct err *err)
{
    struct diff_sources sources = {0};
    printer->json = (struct json_out){.text = &printer->out, .indent = 1};
    if (printer->as_json) {
        json_begin_object(&printer->json);
        json_field_text(&printer->json, "schema", S("plimsoll.db-diff/1"));
        json_key(&printer->json, "changes");
        json_begin_array(&printer->json);
    }
    if (!diff_databases(request, mem, &sources, err))
        return false;
    if (printer->as_json)
        write_sources(&printer->json, &sources);
    else
        add_counts(&printer->out, &sources);
    if (printer->as_json)
        text_add_byte(&printer->out, '\n');
    return flush(printer, err);
}

// -o json, or nothing: text.
static bool choose_form(const struct settings *settings, bool *ret_json, struct err *err)
{
    bool one = settings->output_count == 1 && settings->outputs[0].file.len == 0;
    *ret_json = one && settings->outputs[0].format == REPORT_JSON;
    return (!settings->output_file && (settings->output_count == 0 || *ret_json)) ||
           err_set(err, ERR_USAGE, "db diff writes text, or with -o json JSON");
}

int db_diff(struct settings *settings)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(SOURCES_BYTES);
    struct printer printer = {.mem = arena_new(64 * OUTPUT_BYTES)};
    struct err err = {0};
    struct diff_request request = {
        .before = arena_text(settings->mem, settings->arguments.items[1]),
        .after = arena_text(settings->mem, settings->arguments.items[2]),
        .limits = settings->limits,
        .visit = take_change,
        .self = &printer,
    };
    bool ok = (mem && printer.mem && request.before && request.after) ||
              err_set(&err, ERR_MEMORY, "out of memory");
    if (ok) {
        text_init(&printer.out, printer.mem, SIZE_MAX);
        ok = choose_form(settings, &printer.as_json, &err) &&
             print_diff(&printer, &request, mem, &err);
    }
    arena_free(printer.mem);
    return ok ? EXIT_DONE : fail(&err);
}
