#include "flow/build_inner.h"
#include "os/os.h"

// Enough for two cores; more feeds at once would only hold more documents in memory.
enum { MOST_THREADS = 2 };

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
    if (item->left_out || !start_item(build, item))
        return;
    struct advisory_sink sink = database_builder_sink(item->builder);
    item->ok = feeds_translate(item->feed, build->directory, build->limits, &sink, &item->notes,
                               &item->err) &&
               database_builder_seal(item->builder, &item->err);
}

bool build_init(struct build *build, const char *directory, const struct limits *limits,
                struct arena *mem, struct err *err)
{
    struct build made = {.directory = directory, .limits = limits, .count = feeds_count()};
    made.items = arena_array(mem, made.count, sizeof *made.items);
    if (!made.items)
        return arena_err(mem, err, "database");
    for (size_t i = 0; i < made.count; i++)
        made.items[i].feed = feeds_at(i);
    *build = made;
    return true;
}

void build_translate(struct build *build)
{
    os_parallel(MOST_THREADS, build->count, build_item, build);
}

bool build_write(const struct build *build, struct arena *mem, const char *path, struct err *err)
{
    struct database_builder **builders = arena_array(mem, build->count, sizeof(void *));
    if (!builders)
        return arena_err(mem, err, "database");
    size_t count = 0;
    for (size_t i = 0; i < build->count; i++)
        if (build->items[i].ok)
            builders[count++] = build->items[i].builder;
    return database_write(builders, count, build->limits, path, err);
}

void build_free(struct build *build)
{
    for (size_t i = 0; i < build->count; i++) {
        database_builder_free(build->items[i].builder);
        arena_free(build->items[i].mem);
    }
}

// ---------------------------------------------------------------- all feeds

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
    (void)err_copy(err, &item->err); // always false
    return err_add(err, "feed %s", item->feed->name);
}

static bool settle(const struct build *build, struct notes *notes, struct err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < build->count; i++) {
        if (!settle_item(&build->items[i], notes, err))
            return false;
        count += build->items[i].ok;
    }
    return count || err_set(err, ERR_MISSING, "%s: holds none of the feeds",
                            quote(span_of_text(build->directory)).text);
}

bool build_database(const char *directory, const char *path, const struct limits *limits,
                    struct notes *notes, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->document_bytes);
    struct build build = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "database: out of memory");
    if (!build_init(&build, directory, limits, mem, err))
        return false;
    build_translate(&build);
    bool ok = settle(&build, notes, err) && build_write(&build, mem, path, err);
    build_free(&build);
    return ok;
}
