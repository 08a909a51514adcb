// What registries have said.
#include "service/store/store_inner.h"

enum { PAYLOAD_BYTES = 4096 };

// ---------------------------------------------------------------- pushes

// Two that take the same at once are one after the other: the second one finds it there.
static bool take_delivery(struct store *store, const struct push *push, uint64_t now, bool *ret_new,
                          struct err *err)
{
    const sql_value values[] = {
        sql_text(push->registry),
        sql_text(push->delivery),
        sql_integer((int64_t)now),
    };
    *ret_new = true;
    if (push->delivery.len == 0)
        return true;
    if (!sql_run(store->sql,
                 "INSERT INTO delivery (sender, delivery, at) VALUES ($1, $2, $3)"
                 " ON CONFLICT (sender, delivery) DO NOTHING",
                 values, 3, err))
        return err_add(err, "store: take a delivery");
    *ret_new = sql_changes(store->sql) > 0;
    return true;
}

static bool add_scan(struct store *store, const struct push *push, uint64_t now, struct arena *mem,
                     struct err *err)
{
    struct text payload = {0};
    span key = {0};
    text_init(&payload, mem, PAYLOAD_BYTES);
    push_write(push, &payload);
    if (!text_ok(&payload) || !push_key(push, mem, &key))
        return arena_err(mem, err, "store: a push");
    return store_add_job(store, JOB_SCAN, key, text_span(&payload), now, err);
}

bool store_take_pushes(struct store *store, const struct push *pushes, size_t count, uint64_t now,
                       struct arena *mem, size_t *ret_new, struct err *err)
{
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_new = false;
        if (!take_delivery(store, &pushes[i], now, &is_new, err) ||
            (is_new && !add_scan(store, &pushes[i], now, mem, err)))
            return false;
        taken += is_new;
    }
    if (taken && !ring_for_jobs(store, err))
        return false;
    *ret_new = taken;
    return true;
}

static bool count_waiting(struct store *store, span key, int64_t *ret, struct err *err)
{
    const sql_value values[] = {sql_integer(JOB_SCAN), sql_text(key)};
    return sql_ask_integer(store->sql,
                           "SELECT count(*) FROM job WHERE kind = $1 AND key = $2 AND state = 0",
                           values, 2, ret, err);
}

static bool take_why(void *self, const struct sql_row *row, struct err *err)
{
    struct taken_text *why = self;
    return arena_span(why->mem, sql_row_bytes(row, 0), &why->text) ||
           arena_err(why->mem, err, "store: a push");
}

static bool find_failure(struct store *store, span key, struct arena *mem, span *ret,
                         struct err *err)
{
    const sql_value values[] = {sql_integer(JOB_SCAN), sql_text(key)};
    struct taken_text why = {.mem = mem};
    const struct sql_reader answer = {&why, take_why};
    // The latest one counts: what failed once may have been done since.
    if (!sql_ask(store->sql,
                 "SELECT error FROM job WHERE kind = $1 AND key = $2 AND state = 2 AND NOT EXISTS"
                 " (SELECT 1 FROM job AS later WHERE later.id > job.id AND later.kind = $1 AND"
                 " later.key = $2)",
                 values, 2, &answer, err))
        return false;
    *ret = why.text;
    return true;
}

bool store_push_state(struct store *store, span key, struct arena *mem, enum push_state *ret,
                      span *ret_why, struct err *err)
{
    int64_t waiting = 0;
    span why = {0};
    if (!count_waiting(store, key, &waiting, err) ||
        (!waiting && !find_failure(store, key, mem, &why, err)))
        return err_add(err, "store: what became of a push");
    *ret = waiting ? PUSH_WAITS : why.len ? PUSH_FAILED : PUSH_DONE;
    *ret_why = why;
    return true;
}

bool store_forget_deliveries(struct store *store, uint64_t before, struct err *err)
{
    const sql_value values[] = {sql_integer((int64_t)before)};
    return sql_run(store->sql, "DELETE FROM delivery WHERE at < $1", values, 1, err) ||
           err_add(err, "store: forget deliveries");
}

// ---------------------------------------------------------------- polls

struct taken_polls {
    struct arena *mem;
    struct list items; // of struct poll
};

static bool take_poll(void *self, const struct sql_row *row, struct err *err)
{
    struct taken_polls *taken = self;
    struct poll *poll = LIST_ADD(&taken->items, struct poll);
    if (!poll || !arena_span(taken->mem, sql_row_bytes(row, 0), &poll->place) ||
        !arena_span(taken->mem, sql_row_bytes(row, 1), &poll->etag) ||
        !arena_span(taken->mem, sql_row_bytes(row, 2), &poll->value))
        return arena_err(taken->mem, err, "store: polls");
    return true;
}

static bool ask_polls(struct store *store, const char *statement, const sql_value *values,
                      size_t count, struct taken_polls *taken, struct err *err)
{
    const struct sql_reader answer = {.self = taken, .row = take_poll};
    list_init(&taken->items, taken->mem, sizeof(struct poll), SIZE_MAX / sizeof(struct poll));
    return sql_ask(store->sql, statement, values, count, &answer, err) ||
           err_add(err, "store: read polls");
}

bool store_find_poll(struct store *store, span registry, span place, struct arena *mem,
                     struct poll *ret, struct err *err)
{
    const sql_value values[] = {sql_text(registry), sql_text(place)};
    struct taken_polls taken = {.mem = mem};
    if (!ask_polls(store, "SELECT place, etag, value FROM poll WHERE registry = $1 AND place = $2",
                   values, 2, &taken, err))
        return false;
    if (taken.items.count == 0)
        return err_set(err, ERR_MISSING, "store: '%s' was never asked", quote(place).text);
    *ret = *LIST_AT(&taken.items, struct poll, 0);
    return true;
}

// The least text behind all that begin with `prefix`, whose last byte is below 0x7f.
static bool end_of_prefix(span prefix, struct arena *mem, span *ret)
{
    struct text end = {0};
    text_init(&end, mem, prefix.len);
    text_add(&end, span_first(prefix, prefix.len - 1));
    text_add_byte(&end, (uint8_t)(prefix.ptr[prefix.len - 1] + 1));
    *ret = text_span(&end);
    return text_ok(&end);
}

bool store_list_polls(struct store *store, span registry, span prefix, struct arena *mem,
                      struct polls *ret, struct err *err)
{
    struct taken_polls taken = {.mem = mem};
    span end = {0};
    assert(prefix.len > 0 && prefix.ptr[prefix.len - 1] < 0x7f);
    if (!end_of_prefix(prefix, mem, &end))
        return arena_err(mem, err, "store: polls");
    const sql_value values[] = {sql_text(registry), sql_text(prefix), sql_text(end)};
    if (!ask_polls(store,
                   "SELECT place, etag, value FROM poll WHERE registry = $1 AND place >= $2 AND"
                   " place < $3 ORDER BY place",
                   values, 3, &taken, err))
        return false;
    *ret = (struct polls){.items = taken.items.items, .count = taken.items.count};
    return true;
}

bool store_keep_poll(struct store *store, span registry, const struct poll *poll, uint64_t now,
                     struct err *err)
{
    const sql_value values[] = {
        sql_text(registry),    sql_text(poll->place),     sql_text(poll->etag),
        sql_text(poll->value), sql_integer((int64_t)now),
    };
    return sql_run(store->sql,
                   "INSERT INTO poll (registry, place, etag, value, at) VALUES ($1, $2, $3, $4, $5)"
                   " ON CONFLICT (registry, place) DO UPDATE SET etag = excluded.etag,"
                   " value = excluded.value, at = excluded.at",
                   values, 5, err) ||
           err_add(err, "store: keep a poll");
}

bool store_drop_poll(struct store *store, span registry, span place, struct err *err)
{
    const sql_value values[] = {sql_text(registry), sql_text(place)};
    return sql_run(store->sql, "DELETE FROM poll WHERE registry = $1 AND place = $2", values, 2,
                   err) ||
           err_add(err, "store: drop a poll");
}
