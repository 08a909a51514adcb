// plimsoll token: who may ask the service for what, on the store itself: so the first token is
// made.
#include "app/app_inner.h"

#include "os/os.h"
#include "service/store/store.h"

#include <stdio.h>

enum { SECONDS_A_DAY = 86400, SECONDS_AN_HOUR = 3600, USUAL_GRACE = 24, MOST_TOKENS = 10000 };

// One change and its entry in the audit log, in one transaction.
struct token_work {
    struct settings *settings;
    struct store *store;
    bool (*run)(struct token_work *work, struct err *err);
    const char *action;
    struct token token;
    int64_t id;
    int64_t new_id;
    span secret;
};

static bool run_work(void *self, struct err *err)
{
    struct token_work *work = self;
    struct settings *settings = work->settings;
    struct text actor;
    struct text object;
    text_init(&actor, settings->mem, SIZE_MAX);
    text_init(&object, settings->mem, SIZE_MAX);
    if (!work->run(work, err))
        return false;
    text_addf(&actor, "local user %u", os_user_id());
    text_addf(&object, "token %lld (", (long long)work->id);
    text_add(&object, work->token.name);
    text_add_byte(&object, ')');
    const struct audit audit = {
        .at = os_now(),
        .actor = text_span(&actor),
        .action = span_of_text(work->action),
        .object = text_span(&object),
    };
    if (!text_ok(&actor) || !text_ok(&object))
        return arena_err(settings->mem, err, "audit log");
    return store_add_audit(work->store, &audit, err);
}

static bool print_secret(const struct token_work *work, int64_t id, struct err *err)
{
    struct text out;
    text_init(&out, work->settings->mem, 512);
    text_add(&out, work->secret);
    text_add_byte(&out, '\n');
    if (!work->settings->quiet)
        complain("this is token %lld; it is shown this once", (long long)id);
    return print_text(text_span(&out), err);
}

// ---------------------------------------------------------------- create

static bool create(struct token_work *work, struct err *err)
{
    struct settings *settings = work->settings;
    struct project project = {0};
    uint64_t now = os_now();
    if (settings->names_layers)
        return err_set(err, ERR_USAGE,
                       "--scope: read, push, scan, subscribe, rules or admin is wanted");
    if (settings->project.len &&
        !store_find_project(work->store, settings->project, settings->mem, &project, err))
        return false;
    work->token = (struct token){
        .name = settings->arguments.items[1],
        .scopes = settings->token_scopes ? settings->token_scopes : SCOPE_READ,
        .project = project.id,
        .expires = settings->token_days ? now + settings->token_days * SECONDS_A_DAY : 0,
    };
    return store_add_token(work->store, &work->token, now, settings->mem, &work->secret, &work->id,
                           err);
}

static bool create_token(struct token_work *work, struct err *err)
{
    work->action = "token.create";
    work->run = create;
    return store_transact(work->store, run_work, work, err) && print_secret(work, work->id, err);
}

// ---------------------------------------------------------------- revoke, rotate

static bool read_id(struct token_work *work, struct err *err)
{
    uint64_t id = 0;
    span text = work->settings->arguments.items[1];
    if (!span_to_u64(text, &id) || id == 0 || id > INT64_MAX)
        return err_set(err, ERR_USAGE, "'%s' is not a number of plimsoll token list",
                       quote(text).text);
    work->id = (int64_t)id;
    return true;
}

static bool revoke(struct token_work *work, struct err *err)
{
    return store_find_token(work->store, work->id, work->settings->mem, &work->token, err) &&
           store_revoke_token(work->store, work->id, os_now(), err);
}

static bool revoke_token(struct token_work *work, struct err *err)
{
    work->action = "token.revoke";
    work->run = revoke;
    return read_id(work, err) && store_transact(work->store, run_work, work, err);
}

static bool rotate(struct token_work *work, struct err *err)
{
    struct settings *settings = work->settings;
    uint64_t hours = settings->has_grace ? settings->grace_hours : USUAL_GRACE;
    return store_find_token(work->store, work->id, settings->mem, &work->token, err) &&
           store_rotate_token(work->store, work->id, hours * SECONDS_AN_HOUR, os_now(),
                              settings->mem, &work->secret, &work->new_id, err);
}

static bool rotate_token(struct token_work *work, struct err *err)
{
    work->action = "token.rotate";
    work->run = rotate;
    return read_id(work, err) && store_transact(work->store, run_work, work, err) &&
           print_secret(work, work->new_id, err);
}

// ---------------------------------------------------------------- list

static void add_time(struct text *out, int64_t seconds, const char *none)
{
    char text[21] = "";
    if (seconds > 0)
        time_format((uint64_t)seconds, text);
    text_addf(out, "  %-20s", seconds > 0 ? text : none);
}

// Columns are those of VIEW_TOKENS: id name scopes project created expires used revoked.
static bool print_token(void *self, const struct sql_row *row, struct err *err)
{
    (void)self; // rows go to standard output
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(64 << 10);
    struct text out;
    struct text scopes;
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory");
    text_init(&out, mem, SIZE_MAX);
    text_init(&scopes, mem, SIZE_MAX);
    scopes_write((uint32_t)sql_row_integer(row, 2), &scopes);
    text_addf(&out, "%6lld", (long long)sql_row_integer(row, 0));
    add_time(&out, sql_row_integer(row, 5), "for ever");
    add_time(&out, sql_row_integer(row, 6), "never used");
    text_add(&out, sql_row_integer(row, 7) ? S("  revoked  ") : S("  good     "));
    text_add(&out, text_span(&scopes));
    text_add(&out, sql_row_is_null(row, 3) ? S("  all projects  ") : S("  "));
    add_safe(&out, sql_row_bytes(row, 3));
    text_add(&out, S("  "));
    add_safe(&out, sql_row_bytes(row, 1));
    text_add_byte(&out, '\n');
    return text_ok(&out) ? print_text(text_span(&out), err) : arena_err(mem, err, "a line");
}

static bool list_tokens(struct token_work *work, struct err *err)
{
    const struct view *view = store_view(VIEW_TOKENS);
    const struct sql_reader to = {work, print_token};
    span *wants = arena_array(work->settings->mem, view->filter_count, sizeof *wants);
    span next = {0};
    const struct browse browse = {.view = view, .wants = wants, .limit = MOST_TOKENS};
    if (!wants)
        return arena_err(work->settings->mem, err, "list");
    return store_browse(work->store, &browse, &to, work->settings->mem, &next, err);
}

// ---------------------------------------------------------------- all of them

struct part {
    const char *name;
    size_t arguments; // behind the name
    bool (*run)(struct token_work *work, struct err *err);
};

static const struct part parts[] = {
    {"create", 1, create_token},
    {"list", 0, list_tokens},
    {"revoke", 1, revoke_token},
    {"rotate", 1, rotate_token},
};

static const struct part *find_part(const struct spans *arguments)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (is_part(arguments, parts[i].name, parts[i].arguments))
            return &parts[i];
    return NULL;
}

int command_token(struct settings *settings)
{
    CLEANUP(store_cleanup) struct store *store = NULL;
    const struct part *part = find_part(&settings->arguments);
    struct err err = {0};
    span url = {0};
    if (!part) {
        complain("token create NAME, list, revoke NUMBER or rotate NUMBER; see plimsoll token "
                 "--help");
        return EXIT_USAGE;
    }
    if (!find_store(settings, &url, &err) || !store_open(url, &settings->limits, &store, &err))
        return fail(&err);
    struct token_work work = {.settings = settings, .store = store};
    return part->run(&work, &err) ? EXIT_DONE : fail(&err);
}
