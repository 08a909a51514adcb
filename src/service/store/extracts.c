// What was read of layers, for all machines: a cache, which may be emptied at any time.
#include "service/store/store_inner.h"

enum { USE_SECONDS = 3600 }; // a use is noted no more often than this

// ---------------------------------------------------------------- finding

struct found_extract {
    struct arena *mem;
    span content;
    uint64_t used;
};

static bool take_extract(void *self, const struct sql_row *row, struct err *err)
{
    struct found_extract *found = self;
    found->used = (uint64_t)sql_row_integer(row, 0);
    return arena_span(found->mem, sql_row_bytes(row, 1), &found->content) ||
           arena_err(found->mem, err, "store: an extract");
}

bool store_find_extract(struct store *store, span key, uint64_t now, struct arena *mem, span *ret,
                        struct err *err)
{
    const sql_value values[] = {sql_bytes(key), sql_integer((int64_t)now)};
    struct found_extract found = {.mem = mem};
    const struct sql_reader to = {.self = &found, .row = take_extract};
    if (!sql_ask(store->sql, "SELECT used, content FROM layer_extract WHERE key = $1", values, 1,
                 &to, err))
        return err_add(err, "store: find an extract");
    if (found.content.len && found.used + USE_SECONDS < now &&
        !sql_run(store->sql, "UPDATE layer_extract SET used = $2 WHERE key = $1", values, 2, err))
        return err_add(err, "store: note the use of an extract");
    *ret = found.content;
    return true;
}

// ---------------------------------------------------------------- keeping

struct kept_extract {
    struct store *store;
    span key;
    span content;
    uint64_t now;
    uint64_t most;
};

// Those that were used last stay, as many as there is room for.
static const char drop_extracts[] =
    "DELETE FROM layer_extract WHERE id IN (SELECT id FROM"
    " (SELECT id, sum(bytes) OVER (ORDER BY used DESC, id DESC) AS together FROM layer_extract)"
    " AS aged WHERE together > $1)";

static bool keep(void *self, struct err *err)
{
    const struct kept_extract *kept = self;
    struct sql *sql = kept->store->sql;
    const sql_value values[] = {
        sql_bytes(kept->key),
        sql_integer((int64_t)kept->now),
        sql_integer((int64_t)kept->content.len),
        sql_bytes(kept->content),
    };
    const sql_value most[] = {sql_integer((int64_t)kept->most)};
    return sql_run(sql,
                   "INSERT INTO layer_extract (key, used, bytes, content) VALUES ($1, $2, $3, $4)"
                   " ON CONFLICT (key) DO UPDATE SET used = excluded.used, bytes = excluded.bytes,"
                   " content = excluded.content",
                   values, 4, err) &&
           sql_run(sql, drop_extracts, most, 1, err);
}

bool store_keep_extract(struct store *store, span key, span content, uint64_t now, uint64_t most,
                        struct err *err)
{
    struct kept_extract kept = {
        .store = store,
        .key = key,
        .content = content,
        .now = now,
        .most = most,
    };
    if (content.len > EXTRACT_MOST || content.len > most)
        return err_set(err, ERR_LIMIT, "store: an extract of %zu bytes", content.len);
    return sql_transact_snapshot(store->sql, keep, &kept, err) ||
           err_add(err, "store: keep an extract");
}
