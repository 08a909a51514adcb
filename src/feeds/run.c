// One run over the files of one feed.
#include "feeds/feeds_inner.h"

#include <stdio.h>

#include "os/os.h"

// A feed with more spoiled documents than one in SPOILED_SHARE is not what we take it for.
enum { SPOILED_SHARE = 20 };

struct run {
    const struct feed *feed;
    struct translation translation;
    uint64_t documents;
    uint64_t spoiled;
    uint32_t newest_file; // day on which a document was last changed
};

static bool is_about_document(const struct err *err)
{
    return err->kind == ERR_INPUT || err->kind == ERR_LIMIT || err->kind == ERR_UNSUPPORTED;
}

static bool visit_document(void *self, const struct document *document, struct err *err)
{
    struct run *run = self;
    struct translation *translation = &run->translation;
    run->documents++;
    translation->written = document->modified;
    if (document->modified > run->newest_file)
        run->newest_file = document->modified;
    struct err failure = {0};
    bool ok = run->feed->translate(translation, document->path, document->bytes, &failure);
    arena_reset(translation->mem);
    if (ok)
        return true;
    if (translation->sink_failed || !is_about_document(&failure))
        return err_set(err, failure.kind, "%s: %s", quote(document->path).text, failure.text);
    run->spoiled++;
    notes_add_err(translation->notes, document->path, &failure);
    return true;
}

static bool finish(const struct run *run, struct err *err)
{
    if (run->spoiled > run->documents / SPOILED_SHARE)
        return err_set(err, ERR_INPUT, "%llu of %llu documents cannot be read",
                       (unsigned long long)run->spoiled, (unsigned long long)run->documents);
    const struct advisory_sink *sink = run->translation.sink;
    // Some documents bear no date: then the archive knows when they were written.
    uint32_t newest = run->translation.newest ? run->translation.newest : run->newest_file;
    return sink->take_source(sink->self, run->translation.database, newest,
                             span_of_text(run->feed->licence), err);
}

// ---------------------------------------------------------------- files

enum { MOST_FILES = 4, PATH_BYTES = 4096 };
struct feed_file {
    size_t index;
    uint32_t day; // of its state
    bool has_document;
};

static bool path_of(const struct feed *feed, const char *directory, size_t index,
                    char path[PATH_BYTES], struct err *err)
{
    int len = snprintf(path, PATH_BYTES, "%s/%s", directory, feeds_file(feed, index));
    return (len >= 0 && len < PATH_BYTES) ||
           err_set(err, ERR_USAGE, "the name of the directory is too long");
}

static bool stop_at_first(void *self, const struct document *document, struct err *err)
{
    struct feed_file *file = self;
    file->day = document->modified;
    file->has_document = true;
    return err_set(err, ERR_CONFLICT, "that is all");
}

// "epss-2021-08-31.csv.zst"
static uint32_t day_in_name(span path)
{
    uint32_t day = 0;
    for (span rest = path_name(path); rest.len; rest = span_from(rest, 1))
        if (date_parse(rest, &day))
            return day;
    return 0;
}

static uint32_t day_of_file(const char *path)
{
    enum { SECONDS_A_DAY = 86400 };
    struct os_stat stat = {0};
    int64_t day = os_stat_path(path, &stat, NULL) ? stat.modified / SECONDS_A_DAY : 0;
    return day > 0 && day <= UINT32_MAX ? (uint32_t)day : 0;
}

// Of which day a file is, its name says, or its first document, or the file system.
static bool look_at(const struct feed *feed, const char *directory, const struct limits *limits,
                    struct feed_file *file, struct err *err)
{
    char path[PATH_BYTES];
    if (!path_of(feed, directory, file->index, path, err) ||
        !(archive_each(path, feed_file_form(feed, file->index), limits, stop_at_first, file, err) ||
          file->has_document))
        return false;
    uint32_t named = day_in_name(span_of_text(path));
    if (named || !file->day)
        file->day = named ? named : day_of_file(path);
    return true;
}

static int newest_first(const void *left, const void *right)
{
    const struct feed_file *a = left;
    const struct feed_file *b = right;
    return (a->day < b->day) - (a->day > b->day);
}

// Those that are there, the newest first; those of one day in the order of the table.
static bool find_files(const struct feed *feed, const char *directory, const struct limits *limits,
                       struct feed_file *files, size_t *ret_count, struct err *err)
{
    struct err missing = {0};
    size_t count = 0;
    if (!feeds_file(feed, 1)) { // nothing to choose
        files[0] = (struct feed_file){0};
        *ret_count = 1;
        return true;
    }
    for (size_t i = 0; feeds_file(feed, i); i++) {
        assert(count < MOST_FILES);
        struct err failure = {0};
        files[count] = (struct feed_file){.index = i};
        if (look_at(feed, directory, limits, &files[count], &failure))
            count++;
        else if (failure.kind != ERR_MISSING)
            return err_copy(err, &failure);
        else if (missing.kind == ERR_NONE)
            missing = failure;
    }
    if (!count)
        return err_copy(err, &missing);
    sort_items(files, count, sizeof *files, newest_first);
    *ret_count = count;
    return true;
}

static bool translate_file(struct run *run, const char *path, enum file_form form, bool is_last,
                           struct err *err)
{
    run->translation.is_last_file = is_last;
    return archive_each(path, form, run->translation.limits, visit_document, run, err) &&
           translation_end_file(&run->translation, err);
}

static bool translate_files(struct run *run, const char *directory, const struct feed_file *files,
                            size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        char path[PATH_BYTES];
        enum file_form form = feed_file_form(run->feed, files[i].index);
        if (!path_of(run->feed, directory, files[i].index, path, err) ||
            (form == FORM_LIST && !translate_file(run, path, FORM_LIST_OF_CHANGES, false, err)) ||
            !translate_file(run, path, form, i + 1 == count, err))
            return false;
    }
    return true;
}

bool feeds_translate(const struct feed *feed, const char *directory, const struct limits *limits,
                     const struct advisory_sink *sink, struct notes *notes, struct err *err)
{
    struct feed_file files[MOST_FILES];
    size_t count = 0;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(document_budget(limits));
    CLEANUP(arena_cleanup) struct arena *names = arena_new(document_budget(limits));
    if (!mem || !names)
        return err_set(err, ERR_MEMORY, "feed %s", feed->name);
    struct run run = {
        .feed = feed,
        .translation =
            {
                .database = span_of_text(feed->name),
                .limits = limits,
                .mem = mem,
                .sink = sink,
                .notes = notes,
            },
    };
    translation_init_names(&run.translation, names);
    if (!find_files(feed, directory, limits, files, &count, err) ||
        !translate_files(&run, directory, files, count, err) || !finish(&run, err))
        return err_add(err, "feed %s", feed->name);
    return true;
}
