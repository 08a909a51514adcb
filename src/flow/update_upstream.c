// From publishers' feeds to a database: what has not changed is neither fetched nor translated.
#include "flow/build_inner.h"
#include "flow/session_inner.h"
#include "flow/upstream_inner.h"
#include "net/net.h"
#include "os/os.h"

#include <string.h>

// One feed: where it stands, and what becomes of it.
struct source {
    struct err err;  // of fetching
    digest inputs;   // of the code and all files
    bool has_inputs; // there are any
    span kept;       // its segment in the database that is there; empty: none
    digest kept_sum; // of that
    bool is_current; // that one was made of these inputs
};

struct upstream_update {
    const struct upstream_request *request;
    struct arena *mem;
    struct update_state state;
    const char *directory; // of feeds
    struct source_list sources;
    struct source *items; // in the order of the feeds
    struct database *old; // null: there is none
    struct build build;
    struct upstream_result result;
};

// ---------------------------------------------------------------- fetching

static const char *feed_directory(const struct upstream_update *update,
                                  const struct upstream_feed *upstream)
{
    const char *own = file_in(update->mem, update->directory, upstream->feed->file);
    return own && upstream->below ? file_in(update->mem, own, upstream->below) : own;
}

// The file keeps the name of the address that leads to it, so that tomorrow's takes its place.
static bool fetch_address(const struct upstream_update *update, struct web *web, span url,
                          const char *directory, struct err *err)
{
    const struct limits *limits = &update->request->limits;
    span name = upstream_local_name(url, update->mem);
    span file = {0};
    if (!name.len || name.ptr[0] == '.')
        return err_set(err, ERR_USAGE, "'%s' names no file", quote(url).text);
    return upstream_follow(web, url, directory, limits, update->mem, &file, err) &&
           upstream_fetch(web, file, directory, name, limits, update->mem, err);
}

// A year's file that is not there yet is no failure as long as there are others.
static bool fetch_addresses(const struct upstream_update *update, struct web *web,
                            const struct upstream_feed *upstream, struct err *err)
{
    const char *directory = feed_directory(update, upstream);
    size_t fetched = 0;
    struct err missing = {0};
    if (!directory)
        return arena_err(update->mem, err, "update");
    for (size_t i = 0; i < upstream->addresses.count; i++) {
        span url = *LIST_AT(&upstream->addresses, span, i);
        struct err failure = {0};
        bool ok = fetch_address(update, web, url, directory, &failure);
        if (!ok && failure.kind != ERR_MISSING)
            return err_copy(err, &failure);
        if (!ok)
            missing = failure;
        fetched += ok;
    }
    return fetched || upstream->addresses.count == 0 || err_copy(err, &missing);
}

// A mirror has the files under their own names; not every one has all.
static bool fetch_mirrored(const struct upstream_update *update, struct web *web,
                           const struct feed *feed, struct err *err)
{
    span mirror = span_trim_end(update->request->mirror, '/');
    for (size_t i = 0; feeds_file(feed, i); i++) {
        struct text url = {0};
        struct err failure = {0};
        span name = span_of_text(feeds_file(feed, i));
        text_init(&url, update->mem, SIZE_MAX);
        text_add(&url, mirror);
        text_add_byte(&url, '/');
        text_add(&url, name);
        if (!text_ok(&url))
            return arena_err(update->mem, err, "update");
        if (!upstream_fetch(web, text_span(&url), update->directory, name, &update->request->limits,
                            update->mem, &failure) &&
            failure.kind != ERR_MISSING)
            return err_copy(err, &failure);
    }
    return true;
}

static bool fetch_feed(struct upstream_update *update, struct web *web, const struct feed *feed,
                       struct err *err)
{
    enum { DAYS_A_YEAR_100 = 36525, SECONDS_A_DAY = 86400, EPOCH = 1970 };
    uint64_t year = EPOCH + update->request->now / SECONDS_A_DAY * 100 / DAYS_A_YEAR_100;
    struct upstream_feed upstream = {0};
    if (update->request->mirror.len)
        return fetch_mirrored(update, web, feed, err);
    return upstream_find(&update->sources, feed, year, update->mem, &upstream, err) &&
           fetch_addresses(update, web, &upstream, err);
}

static bool fetch_feeds(struct upstream_update *update, struct err *err)
{
    CLEANUP(web_cleanup) struct web *web = NULL;
    const struct upstream_request *request = update->request;
    if (!web_open(&request->net, &web, err))
        return false;
    for (size_t i = 0; i < feeds_count(); i++) {
        if (request->progress)
            request->progress(request->progress_self, "fetching", i, feeds_count());
        (void)fetch_feed(update, web, feeds_at(i), &update->items[i].err); // looked at later
    }
    if (request->progress)
        request->progress(request->progress_self, "fetching", feeds_count(), feeds_count());
    return true;
}

// ---------------------------------------------------------------- what has changed

enum { MOST_LEVELS = 4, MOST_FILES = 4096 };

static bool add_file(struct hasher *hasher, const char *path, struct err *err)
{
    struct os_map map = {0};
    digest sum = {0};
    if (!os_map_file(path, &map, err))
        return false;
    bool ok = digest_of(DIGEST_SHA256, map.bytes, &sum, err);
    os_unmap(&map);
    if (ok)
        hasher_add(hasher, span_of(sum.bytes, digest_size(DIGEST_SHA256)));
    return ok;
}

static bool add_path(struct hasher *hasher, const char *path, unsigned level, struct arena *mem,
                     struct err *err);

static bool add_directory(struct hasher *hasher, const char *path, unsigned level,
                          struct arena *mem, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    struct os_names names = {0};
    if (!os_open_directory(path, &fd, err) || !os_list_directory(fd, MOST_FILES, mem, &names, err))
        return false;
    for (size_t i = 0; i < names.count && level < MOST_LEVELS; i++) {
        span name = names.items[i];
        char *text = arena_text(mem, name);
        const char *below = text ? file_in(mem, path, text) : NULL;
        if (!below)
            return arena_err(mem, err, "update");
        if (name.ptr[0] == '.')
            continue;
        hasher_add(hasher, name);
        if (!add_path(hasher, below, level + 1, mem, err))
            return false;
    }
    return true;
}

static bool add_path(struct hasher *hasher, const char *path, unsigned level, struct arena *mem,
                     struct err *err)
{
    struct os_stat st = {0};
    if (!os_stat_path(path, &st, err))
        return false;
    return st.kind == OS_DIRECTORY ? add_directory(hasher, path, level, mem, err)
                                   : add_file(hasher, path, err);
}

static bool digest_inputs(const struct upstream_update *update, const struct feed *feed,
                          struct source *source, struct err *err)
{
    CLEANUP(hasher_cleanup) struct hasher *hasher = NULL;
    if (!hasher_new(DIGEST_SHA256, &hasher, err))
        return false;
    hasher_add(hasher, feeds_edition);
    for (size_t i = 0; feeds_file(feed, i); i++) {
        struct err failure = {0};
        const char *path = file_in(update->mem, update->directory, feeds_file(feed, i));
        if (!path)
            return arena_err(update->mem, err, "update");
        bool added = add_path(hasher, path, 0, update->mem, &failure);
        if (!added && failure.kind != ERR_MISSING)
            return err_copy(err, &failure);
        source->has_inputs |= added;
    }
    source->inputs = hasher_finish(hasher);
    return true;
}

// ---------------------------------------------------------------- what was made of it before

// Lines: a feed, the digest of its inputs, that of the segment made of them.
static bool is_recorded(span records, const char *feed, const struct source *source)
{
    while (records.len) {
        span line = span_cut_line(&records);
        digest inputs = {0};
        digest segment = {0};
        if (span_equal(span_cut(&line, ' '), span_of_text(feed)))
            return digest_parse(span_cut(&line, ' '), &inputs, NULL) &&
                   digest_parse(line, &segment, NULL) && digest_equal(inputs, source->inputs) &&
                   digest_equal(segment, source->kept_sum);
    }
    return false;
}

static bool find_segment(const struct upstream_update *update, const char *feed,
                         struct source *source, struct err *err)
{
    size_t count = update->old ? database_segment_count(update->old) : 0;
    for (size_t i = 0; i < count; i++) {
        struct database_segment segment = {0};
        if (!database_segment_at(update->old, i, &segment, err))
            return false;
        if (!span_equal(segment.name, span_of_text(feed)))
            continue;
        source->kept = database_segment_bytes(update->old, i);
        source->kept_sum = segment.digest;
    }
    return true;
}

static bool examine(struct upstream_update *update, struct err *err)
{
    span records = {0};
    struct err failure = {0};
    if (!update_state_read(&update->state, "sources", update->request->limits.document_bytes,
                           update->mem, &records, &failure) &&
        failure.kind != ERR_MISSING)
        return err_copy(err, &failure);
    for (size_t i = 0; i < feeds_count(); i++) {
        const struct feed *feed = feeds_at(i);
        struct source *source = &update->items[i];
        if (!digest_inputs(update, feed, source, err) ||
            !find_segment(update, feed->name, source, err))
            return err_add(err, "feed %s", feed->name);
        source->is_current = source->kept.len && is_recorded(records, feed->name, source);
        update->build.items[i].left_out =
            source->is_current || source->err.kind != ERR_NONE || !source->has_inputs;
    }
    return true;
}

static bool record(const struct upstream_update *update, const struct database *database,
                   struct err *err)
{
    struct text out = {0};
    text_init(&out, update->mem, SIZE_MAX);
    for (size_t i = 0; i < database_segment_count(database); i++) {
        struct database_segment segment = {0};
        if (!database_segment_at(database, i, &segment, err))
            return false;
        for (size_t k = 0; k < feeds_count(); k++) {
            const struct source *source = &update->items[k];
            if (!span_equal(segment.name, span_of_text(feeds_at(k)->name)) ||
                (!source->is_current && !update->build.items[k].ok))
                continue;
            text_add(&out, segment.name);
            text_addf(&out, " %s %s\n", digest_text(source->inputs).text,
                      digest_text(segment.digest).text);
        }
    }
    if (!text_ok(&out))
        return arena_err(update->mem, err, "update");
    return update_state_write(&update->state, "sources", text_span(&out), update->mem, err);
}

// ---------------------------------------------------------------- joining

// A feed that could not be fetched or read keeps the segment it has.
static void settle(struct upstream_update *update, struct notes *notes)
{
    for (size_t i = 0; i < feeds_count(); i++) {
        const struct build_item *item = &update->build.items[i];
        const struct source *source = &update->items[i];
        const struct err *why = source->err.kind != ERR_NONE ? &source->err : &item->err;
        if (item->ok)
            notes_merge(notes, &item->notes);
        update->result.translated += item->ok;
        if (item->ok || why->kind == ERR_NONE)
            continue;
        update->result.failed++;
        notes_add(notes, NOTE_INFORMATION, span_of_text(item->feed->name), "%s: %s", why->text,
                  source->kept.len ? "what was known of it stays" : "nothing is known of it");
    }
}

static bool add_segment(struct list *segments, span bytes)
{
    span *added = LIST_ADD(segments, span);
    if (added)
        *added = bytes;
    return added != NULL;
}

static bool was_translated(const struct upstream_update *update, span name)
{
    for (size_t i = 0; i < feeds_count(); i++)
        if (span_equal(name, span_of_text(feeds_at(i)->name)))
            return update->build.items[i].ok;
    return false;
}

// The segments of the old database that nothing new has come for.
static bool add_kept(const struct upstream_update *update, struct list *segments, struct err *err)
{
    size_t count = update->old ? database_segment_count(update->old) : 0;
    for (size_t i = 0; i < count; i++) {
        struct database_segment segment = {0};
        if (!database_segment_at(update->old, i, &segment, err))
            return false;
        if (!was_translated(update, segment.name) &&
            !add_segment(segments, database_segment_bytes(update->old, i)))
            return arena_err(update->mem, err, "update");
    }
    return true;
}

static bool join(const struct upstream_update *update, const struct database *made, struct err *err)
{
    struct list segments = {0};
    list_init(&segments, update->mem, sizeof(span), SIZE_MAX);
    if (!add_kept(update, &segments, err))
        return false;
    for (size_t i = 0; i < database_segment_count(made); i++)
        if (!add_segment(&segments, database_segment_bytes(made, i)))
            return arena_err(update->mem, err, "update");
    struct spans all = {.items = segments.items, .count = segments.count};
    return database_join(&all, &update->request->limits, update->request->database, err);
}

static bool write_database(struct upstream_update *update, struct err *err)
{
    CLEANUP(database_cleanup) struct database *made = NULL;
    CLEANUP(database_cleanup) struct database *result = NULL;
    const char *path = file_in(update->mem, update->state.directory, "translated");
    if (!path)
        return arena_err(update->mem, err, "update");
    return build_write(&update->build, update->mem, path, err) && database_open(path, &made, err) &&
           join(update, made, err) && os_remove_file(path, err) &&
           database_open(update->request->database, &result, err) && record(update, result, err);
}

// ---------------------------------------------------------------- all of it

static bool open_old(struct upstream_update *update, struct err *err)
{
    struct err failure = {0};
    bool opened = database_open(update->request->database, &update->old, &failure) &&
                  database_verify(update->old, &update->request->limits, &failure);
    if (opened || failure.kind == ERR_MISSING || failure.kind == ERR_UNSUPPORTED)
        return true;
    return err_copy(err, &failure);
}

static bool find_directory(struct upstream_update *update, struct err *err)
{
    span mirror = update->request->mirror;
    if (mirror.len && !web_is_url(mirror)) {
        update->directory = arena_text(update->mem, mirror);
        return update->directory ||
               err_set(err, ERR_USAGE, "'%s' is no directory", quote(mirror).text);
    }
    update->directory = file_in(update->mem, update->state.directory, "feeds");
    if (!update->directory)
        return arena_err(update->mem, err, "update");
    return os_make_directories(update->directory, err) && fetch_feeds(update, err);
}

static bool run(struct upstream_update *update, struct notes *notes, struct err *err)
{
    const struct upstream_request *request = update->request;
    update->items = arena_array(update->mem, feeds_count(), sizeof *update->items);
    if (!update->items)
        return arena_err(update->mem, err, "update");
    if ((request->sources && !source_list_read(request->sources, &request->limits, update->mem,
                                               &update->sources, err)) ||
        !open_old(update, err) || !find_directory(update, err) ||
        !build_init(&update->build, update->directory, &request->limits, update->mem, err) ||
        !examine(update, err))
        return false;
    build_translate(&update->build);
    settle(update, notes);
    if (update->result.translated == 0)
        return update->old || err_set(err, ERR_MISSING, "none of the feeds could be had");
    return write_database(update, err);
}

bool update_from_upstream(const struct upstream_request *request, struct notes *notes,
                          struct upstream_result *ret, struct err *err)
{
    enum { COPIES = 16 }; // of documents: names, addresses, records
    CLEANUP(arena_cleanup)
    struct arena *mem = arena_new(COPIES * request->limits.document_bytes);
    CLEANUP(update_state_close) struct update_state state = {.lock = -1};
    if (!mem)
        return err_set(err, ERR_MEMORY, "update: out of memory");
    if (!update_state_open(request->database, mem, &state, err))
        return false;
    struct upstream_update update = {.request = request, .mem = mem, .state = state};
    bool ok = run(&update, notes, err);
    build_free(&update.build);
    database_close(update.old);
    if (ok)
        *ret = update.result;
    return ok;
}
