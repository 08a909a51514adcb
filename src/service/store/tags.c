// Names of images: repositories and their tags.
#include "service/store/store_inner.h"

// ---------------------------------------------------------------- repositories

// The pattern that fits best so far, and whose it is.
struct best_project {
    span name; // "REGISTRY/REPOSITORY"
    size_t length;
    int64_t project; // 0: none fits
};

static bool try_pattern(void *self, const struct sql_row *row, struct err *err)
{
    struct best_project *best = self;
    span pattern = sql_row_bytes(row, 0);
    (void)err; // comparing cannot fail
    if (pattern.len > best->length && span_matches(best->name, pattern)) {
        best->length = pattern.len;
        best->project = sql_row_integer(row, 1);
    }
    return true;
}

static bool find_project(struct store *store, const struct push *push, struct arena *mem,
                         int64_t *ret, struct err *err)
{
    struct text name;
    text_init(&name, mem, SIZE_MAX);
    text_add(&name, push->registry);
    text_add_byte(&name, '/');
    text_add(&name, push->repository);
    struct best_project best = {.name = text_span(&name)};
    const struct sql_reader answer = {&best, try_pattern};
    if (!text_ok(&name))
        return arena_err(mem, err, "repository");
    if (!sql_ask(store->sql, "SELECT pattern, project FROM project_pattern", NULL, 0, &answer, err))
        return false;
    if (best.project == 0)
        return err_set(err, ERR_DENIED, "no project has the repository %s", quote(best.name).text);
    *ret = best.project;
    return true;
}

static bool add_repository(struct store *store, const struct push *push, int64_t *ret,
                           struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(store->limits->path_bytes * 4);
    int64_t project = 0;
    if (!mem)
        return err_set(err, ERR_MEMORY, "store: out of memory");
    if (!find_project(store, push, mem, &project, err))
        return false;
    const sql_value values[] = {
        sql_text(push->registry),
        sql_text(push->repository),
        sql_integer(project),
    };
    return sql_ask_integer(store->sql,
                           "INSERT INTO repository (registry, name, project) VALUES ($1, $2, $3)"
                           " ON CONFLICT (registry, name) DO UPDATE SET name = excluded.name"
                           " RETURNING id",
                           values, 3, ret, err);
}

static bool find_repository(struct store *store, const struct push *push, int64_t *ret,
                            struct err *err)
{
    const sql_value values[] = {sql_text(push->registry), sql_text(push->repository)};
    return sql_ask_integer(store->sql,
                           "SELECT id FROM repository WHERE registry = $1 AND name = $2", values, 2,
                           ret, err);
}

// ---------------------------------------------------------------- tags

// What was pushed by its digest alone has a name, too, so that it counts as in use.
static span name_of(const struct push *push)
{
    return push->tag.len ? push->tag : push->digest;
}

static bool replace_images(struct store *store, int64_t tag, const int64_t *images, size_t count,
                           struct err *err)
{
    const sql_value of[] = {sql_integer(tag)};
    if (!sql_run(store->sql, "DELETE FROM tag_image WHERE tag = $1", of, 1, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        const sql_value values[] = {sql_integer(tag), sql_integer(images[i])};
        if (!sql_run(store->sql,
                     "INSERT INTO tag_image (tag, image) VALUES ($1, $2)"
                     " ON CONFLICT (tag, image) DO NOTHING",
                     values, 2, err))
            return false;
    }
    return true;
}

bool store_set_tag(struct store *store, const struct push *push, const int64_t *images,
                   size_t count, uint64_t now, struct err *err)
{
    int64_t repository = 0;
    int64_t tag = 0;
    struct err none = {0};
    if (!find_repository(store, push, &repository, &none)) {
        if (none.kind != ERR_MISSING)
            return err_copy(err, &none);
        if (!add_repository(store, push, &repository, err))
            return false;
    }
    const sql_value values[] = {
        sql_integer(repository),
        sql_text(name_of(push)),
        sql_text(push->digest),
        sql_integer((int64_t)now),
    };
    return sql_ask_integer(store->sql,
                           "INSERT INTO tag (repository, name, digest, pushed)"
                           " VALUES ($1, $2, $3, $4) ON CONFLICT (repository, name) DO UPDATE"
                           " SET digest = excluded.digest, pushed = excluded.pushed RETURNING id",
                           values, 4, &tag, err) &&
           replace_images(store, tag, images, count, err);
}

bool store_remove_tag(struct store *store, const struct push *push, struct err *err)
{
    int64_t repository = 0;
    struct err none = {0};
    if (!find_repository(store, push, &repository, &none))
        return none.kind == ERR_MISSING || err_copy(err, &none);
    const sql_value values[] = {
        sql_integer(repository),
        sql_text(push->tag),
        sql_text(push->digest),
    };
    return sql_run(store->sql,
                   "DELETE FROM tag_image WHERE tag IN (SELECT id FROM tag WHERE repository = $1"
                   " AND (name = $2 OR ($2 = '' AND digest = $3)))",
                   values, 3, err) &&
           sql_run(store->sql,
                   "DELETE FROM tag WHERE repository = $1"
                   " AND (name = $2 OR ($2 = '' AND digest = $3))",
                   values, 3, err);
}
