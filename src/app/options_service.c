// Options of the service and of those who talk to it.
#include "app/app_inner.h"

#include "service/store/store.h"

// ---------------------------------------------------------------- serve

bool option_set_service(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->service, err);
}

bool option_set_state(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->state, err);
}

bool option_set_listen(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->listen, err);
}

bool option_set_certificate(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->certificate, err);
}

bool option_set_key(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->key, err);
}

bool option_set_roles(struct settings *settings, span value, struct err *err)
{
    static const span names[] = {S("api"), S("worker"), S("notifier")};
    settings->roles = 0;
    while (value.len) {
        span name = span_trim(span_cut(&value, ','));
        uint32_t role = 0;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (span_equal(name, names[i]))
                role = UINT32_C(1) << i;
        if (role == 0)
            return err_set(err, ERR_USAGE, "'%s' is not a role (api, worker, notifier)",
                           quote(name).text);
        settings->roles |= role;
    }
    return true;
}

bool option_set_workers(struct settings *settings, span value, struct err *err)
{
    uint64_t workers = 0;
    if (!span_to_u64(value, &workers) || workers == 0 || workers > 64)
        return err_set(err, ERR_USAGE, "'%s' is not a number from 1 to 64", quote(value).text);
    settings->workers = (unsigned)workers;
    return true;
}

bool option_set_store(struct settings *settings, span value, struct err *err)
{
    (void)err; // whoever opens it judges it
    settings->store = value;
    return true;
}

// ---------------------------------------------------------------- token

bool option_set_scopes(struct settings *settings, span value, struct err *err)
{
    settings->token_scopes = 0;
    while (value.len) {
        span word = span_trim(span_cut(&value, ','));
        uint32_t scope = 0;
        if (!scope_parse(word, &scope))
            return err_set(err, ERR_USAGE,
                           "'%s' is not a scope (squashed, all-layers; of a token: read, push, "
                           "scan, subscribe, rules, admin)",
                           quote(word).text);
        settings->token_scopes |= scope;
    }
    return true;
}

bool option_set_project(struct settings *settings, span value, struct err *err)
{
    (void)err; // whether there is one is for the store to say
    settings->project = value;
    return true;
}

static bool set_number(span value, uint64_t most, uint64_t *ret, struct err *err)
{
    uint64_t number = 0;
    if (!span_to_u64(value, &number) || number > most)
        return err_set(err, ERR_USAGE, "'%s' is not a number up to %llu", quote(value).text,
                       (unsigned long long)most);
    *ret = number;
    return true;
}

bool option_set_expires(struct settings *settings, span value, struct err *err)
{
    enum { MOST_DAYS = 3650 };
    return set_number(value, MOST_DAYS, &settings->token_days, err);
}

bool option_set_grace(struct settings *settings, span value, struct err *err)
{
    enum { MOST_HOURS = 720 };
    settings->has_grace = true;
    return set_number(value, MOST_HOURS, &settings->grace_hours, err);
}

// ---------------------------------------------------------------- scan --server

bool option_set_server(struct settings *settings, span value, struct err *err)
{
    bool tls = span_starts_with(value, S("https://"));
    settings->server = span_trim_end(value, '/');
    return tls || span_starts_with(value, S("http://")) ||
           err_set(err, ERR_USAGE, "'%s' is not a URL (https://plimsoll.example)",
                   quote(value).text);
}

bool option_set_token_file(struct settings *settings, span value, struct err *err)
{
    return option_keep_text(settings, value, &settings->token_file, err);
}
