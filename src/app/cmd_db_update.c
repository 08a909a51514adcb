// Published databases: fetching and publishing them.
#include "app/app_inner.h"

#include "os/os.h"

enum { USUAL_DAYS = 30, KEPT_VERSIONS = 7, NOTES_BUDGET = 64 << 20 };

// ---------------------------------------------------------------- update

// The file to bring up to date: --db, else the user's own.
static bool own_database(const struct settings *settings, const char **ret, struct err *err)
{
    const char *directory = data_directory(settings->mem);
    if (settings->database) {
        *ret = settings->database;
        return true;
    }
    struct text path = {0};
    text_init(&path, settings->mem, SIZE_MAX);
    text_add(&path, span_of_text(directory));
    text_add(&path, S("/plimsoll.db"));
    *ret = directory && text_ok(&path) ? arena_text(settings->mem, text_span(&path)) : NULL;
    return *ret || err_set(err, ERR_USAGE,
                           "there is no home directory: --db FILE names the "
                           "database to update");
}

static bool say_update(const struct settings *settings, const struct update_result *result,
                       struct err *err)
{
    struct text out = {0};
    if (settings->quiet)
        return true;
    text_init(&out, settings->mem, SIZE_MAX);
    if (result->changed)
        text_addf(&out, "version %llu: %zu segments fetched, %zu of them as patches, %llu bytes\n",
                  (unsigned long long)result->version, result->segments, result->patches,
                  (unsigned long long)result->fetched);
    else
        text_addf(&out, "version %llu: up to date\n", (unsigned long long)result->version);
    return text_ok(&out) ? print_text(text_span(&out), err)
                         : arena_err(settings->mem, err, "update");
}

static bool update_published(struct settings *settings, span from, const char *database,
                             struct err *err)
{
    struct update_result result = {0};
    struct update_request request = {
        .from = from,
        .database = database,
        .root = settings->root,
        .now = os_now(),
        .limits = settings->limits,
        .progress = progress_for(settings),
    };
    fill_net_options(settings, &request.net);
    return update_database(&request, &result, err) && say_update(settings, &result, err);
}

static bool say_upstream(const struct settings *settings, const struct upstream_result *result,
                         struct err *err)
{
    struct text out = {0};
    text_init(&out, settings->mem, SIZE_MAX);
    text_addf(&out, "%zu feeds had changed, %zu could not be had\n", result->translated,
              result->failed);
    return settings->quiet || print_text(text_span(&out), err);
}

static bool update_upstream(struct settings *settings, const char *database, bool *ret_failed,
                            struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(NOTES_BUDGET);
    struct notes notes;
    struct upstream_result result = {0};
    struct upstream_request request = {
        .mirror = settings->mirror,
        .sources = settings->sources,
        .database = database,
        .now = os_now(),
        .limits = settings->limits,
        .progress = progress_for(settings),
    };
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    notes_init(&notes, mem, &settings->limits);
    fill_net_options(settings, &request.net);
    bool ok = update_from_upstream(&request, &notes, &result, err);
    if (!settings->quiet || result.failed)
        complain_notes(settings, &notes);
    *ret_failed = result.failed > 0;
    return ok && say_upstream(settings, &result, err);
}

// A published database if one is named or was used before, else the publishers of feeds.
int db_update(struct settings *settings)
{
    struct err err = {0};
    const char *database = NULL;
    span from = span_of_text(settings->from);
    struct published last = {0};
    bool failed = false;
    bool ok = own_database(settings, &database, &err);
    if (ok && from.len == 0 && settings->mirror.len == 0 && !settings->sources) {
        ok = published_last(database, &settings->limits, settings->mem, &last, &err);
        from = last.source;
    }
    if (ok)
        ok = from.len ? update_published(settings, from, database, &err)
                      : update_upstream(settings, database, &failed, &err);
    if (!ok)
        return fail(&err);
    return failed ? EXIT_ERROR : EXIT_DONE;
}

// ---------------------------------------------------------------- export

static bool say_publish(const struct settings *settings, const struct publish_result *result,
                        struct err *err)
{
    struct text out = {0};
    if (settings->quiet)
        return true;
    text_init(&out, settings->mem, SIZE_MAX);
    text_addf(&out, "version %llu: %llu bytes, or %llu as patches to the version before\n",
              (unsigned long long)result->version, (unsigned long long)result->bytes,
              (unsigned long long)result->patch_bytes);
    return text_ok(&out) ? print_text(text_span(&out), err)
                         : arena_err(settings->mem, err, "export");
}

static bool export_directory(struct settings *settings, const char *directory, struct err *err)
{
    struct publish_result result = {0};
    struct publish_request request = {
        .directory = directory,
        .keys = settings->keys,
        .old_keys = settings->old_keys,
        .days = settings->days ? settings->days : USUAL_DAYS,
        .keep = KEPT_VERSIONS,
        .now = os_now(),
        .limits = settings->limits,
        .progress = progress_for(settings),
    };
    if (!request.keys)
        return err_set(err, ERR_USAGE,
                       "db export needs --keys DIR; plimsoll db keygen DIR makes them");
    return find_database(settings, &request.database, err) &&
           publish_database(&request, &result, err) && say_publish(settings, &result, err);
}

// One file, from what --from names or the database was updated from.
static bool export_archive(struct settings *settings, const char *archive, struct err *err)
{
    struct net_options net = {0};
    const char *database = NULL;
    span from = span_of_text(settings->from);
    struct published last = {0};
    fill_net_options(settings, &net);
    if (from.len == 0 && (!own_database(settings, &database, err) ||
                          !published_last(database, &settings->limits, settings->mem, &last, err)))
        return false;
    if (from.len == 0)
        from = last.source;
    if (from.len == 0)
        return err_set(err, ERR_USAGE, "--from DIR|URL names the published database to pack");
    return pack_published(from, archive, &net, &settings->limits, err);
}

int db_export(struct settings *settings)
{
    struct err err = {0};
    const char *to = arena_text(settings->mem, settings->arguments.items[1]);
    bool ok = false;
    if (!to)
        ok = err_set(&err, ERR_USAGE, "that is no file name");
    else if (span_ends_with(settings->arguments.items[1], S(".tar")))
        ok = export_archive(settings, to, &err);
    else
        ok = export_directory(settings, to, &err);
    return ok ? EXIT_DONE : fail(&err);
}

int db_import(struct settings *settings)
{
    struct err err = {0};
    const char *database = NULL;
    span from = settings->arguments.items[1];
    const char *path = arena_text(settings->mem, from);
    bool ok = (path || err_set(&err, ERR_USAGE, "that is no file name")) &&
              own_database(settings, &database, &err);
    if (ok)
        ok = settings->is_unsigned ? import_unsigned(path, database, &settings->limits, &err)
                                   : update_published(settings, from, database, &err);
    return ok ? EXIT_DONE : fail(&err);
}

int db_keygen(struct settings *settings)
{
    struct err err = {0};
    const char *directory = arena_text(settings->mem, settings->arguments.items[1]);
    if (!directory)
        return EXIT_USAGE;
    return make_publish_keys(directory, &err) ? EXIT_DONE : fail(&err);
}
