#include "database/database.h"
#include "feeds/feeds.h"
#include "flow/flow.h"
#include "os/os.h"

// Enough for two cores; more feeds at once would only hold more documents in memory.
enum { MOST_THREADS = 2 };

// One feed on its way into the database: a builder and notes of its own, so that feeds share
// nothing while they are translated.
struct build_item {
    const struct feed *feed;
    struct database_builder *builder;
    struct arena *mem;
    struct notes notes;
    struct err err;
    bool ok;
};

struct build {
    const char *directory;
    const struct limits *limits;
    struct build_item *items;
    size_t count;
};

static bool start_item(const struct build *build, struct build_item *item)
{
    item->mem = arena_new(build->limits->kept_bytes);
    if (!item->mem)
        return err_set(&item->err, ERR_MEMORY, "out of memory");
    notes_init(&item->notes, item->mem, build->limits);
    return database_builder_new(build->limits, &item->builder, &item->err);
}

static void build_item(void *self, size_t index)
{
    const struct build *build = self;
    struct build_item *item = &build->items[index];
    if (!start_item(build, item))
        return;
    struct advisory_sink sink = database_builder_sink(item->builder);
    item->ok = feeds_translate(item->feed, build->directory, build->limits, &sink, &item->notes,
                               &item->err) &&
               database_builder_seal(item->builder, &item->err);
}

// A feed whose file is absent is left out, and said so; any other failure ends the build.
static bool settle_item(const struct build_item *item, struct notes *notes, struct err *err)
{
    if (item->ok) {
        notes_merge(notes, &item->notes);
        return true;
    }
    if (item->err.kind == ERR_MISSING) {
        notes_add(notes, NOTE_INFORMATION, span_of_text(item->feed->name), "no such feed: %s",
                  item->feed->file);
        return true;
    }
    *err = item->err;
    return err_add(err, "feed %s", item->feed->name);
}

static bool write_items(const struct build *build, struct arena *mem, const char *path,
                        struct notes *notes, struct err *err)
{
    struct database_builder **builders = arena_array(mem, build->count, sizeof(void *));
    if (!builders)
        return arena_err(mem, err, "database");
    size_t count = 0;
    for (size_t i = 0; i < build->count; i++) {
        const struct build_item *item = &build->items[i];
        if (!settle_item(item, notes, err))
            return false;
        if (item->ok)
            builders[count++] = item->builder;
    }
    if (count == 0)
        return err_set(err, ERR_MISSING, "%s: holds none of the feeds",
                       quote(span_of_text(build->directory)).text);
    return database_write(builders, count, build->limits, path, err);
}

static void free_items(const struct build *build)
{
    for (size_t i = 0; i < build->count; i++) {
        database_builder_free(build->items[i].builder);
        arena_free(build->items[i].mem);
    }
}

bool build_database(const char *directory, const char *path, const struct limits *limits,
                    struct notes *notes, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->document_bytes);
    if (!mem)
        return err_set(err, ERR_MEMORY, "database: out of memory");
    struct build build = {.directory = directory, .limits = limits, .count = feeds_count()};
    build.items = arena_array(mem, build.count, sizeof *build.items);
    if (!build.items)
        return arena_err(mem, err, "database");
    for (size_t i = 0; i < build.count; i++)
        build.items[i].feed = feeds_at(i);

    os_parallel(MOST_THREADS, build.count, build_item, &build);
    bool ok = write_items(&build, mem, path, notes, err);
    free_items(&build);
    return ok;
}
