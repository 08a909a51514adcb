// What owners are told: added once, collected where they wish, leased to whoever delivers it.
#include "service/store/store_inner.h"

static const char *const states[] = {
    [NOTIFICATION_WAITING] = "waiting", [NOTIFICATION_SENT] = "sent",
    [NOTIFICATION_DEAD] = "dead",       [NOTIFICATION_PART] = "part",
    [NOTIFICATION_JOINED] = "joined",
};

const char *notification_state_name(enum notification_state state)
{
    return states[state];
}

bool notification_state_parse(span text, enum notification_state *ret)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (!span_equal(text, span_of_text(states[i])))
            continue;
        *ret = (enum notification_state)i;
        return true;
    }
    return false;
}

// ---------------------------------------------------------------- adding

static const char add_notification[] =
    "INSERT INTO notification (subscription, key, state, created, due, attempts, sent, error, "
    "lease,"
    " content) VALUES ($1, $2, $3, $4, $5, 0, 0, '', '', $6) ON CONFLICT (key) DO NOTHING";

bool store_add_notification(struct store *store, const struct subscription *subscription, span key,
                            span content, uint64_t now, struct err *err)
{
    uint64_t period = subscription->digest;
    uint64_t due = period ? (now / period + 1) * period : now;
    if (!message_key_is_valid(key))
        return err_set(err, ERR_USAGE, "store: '%s' is no key of a message", quote(key).text);
    if (content.len > NOTIFICATION_BYTES)
        return err_set(err, ERR_LIMIT, "store: a message of %zu bytes", content.len);
    const sql_value values[] = {
        sql_integer(subscription->id),
        sql_text(key),
        sql_integer(period ? NOTIFICATION_PART : NOTIFICATION_WAITING),
        sql_integer((int64_t)now),
        sql_integer((int64_t)due),
        sql_bytes(content),
    };
    return sql_run(store->sql, add_notification, values, 6, err) ||
           err_add(err, "store: add a message");
}

// ---------------------------------------------------------------- collecting

enum {
    COLLECT_BYTES = 16 << 20, // of the message that comes of it
    COLLECT_PARTS = 128,      // that are in memory at once: more are another message
};

struct joining {
    struct store *store;
    const struct collector *collector;
    uint64_t now;
    int64_t subscription;
    int64_t last; // part that was read
    bool done;
};

static bool take_part(void *self, const struct sql_row *row, struct err *err)
{
    struct joining *joining = self;
    joining->last = sql_row_integer(row, 0);
    return joining->collector->part(joining->collector->self, sql_row_bytes(row, 1), err);
}

// Whoever locks the subscription has its parts. ERR_MISSING: no period is over, or somebody else is
// at it.
static bool find_collection(struct joining *joining, struct err *err)
{
    const sql_value values[] = {sql_integer(NOTIFICATION_PART), sql_integer((int64_t)joining->now)};
    return sql_ask_integer(joining->store->sql,
                           "SELECT id FROM subscription WHERE id = (SELECT subscription FROM"
                           " notification WHERE state = $1 AND due <= $2 ORDER BY due, id LIMIT 1)"
                           " {skip locked}",
                           values, 2, &joining->subscription, err);
}

static bool read_parts(struct joining *joining, struct err *err)
{
    const sql_value values[] = {
        sql_integer(joining->subscription),
        sql_integer(NOTIFICATION_PART),
        sql_integer((int64_t)joining->now),
        sql_integer(COLLECT_PARTS),
    };
    const struct sql_reader to = {joining, take_part};
    return joining->collector->begin(joining->collector->self, err) &&
           sql_ask(joining->store->sql,
                   "SELECT id, content FROM notification WHERE subscription = $1 AND state = $2"
                   " AND due <= $3 ORDER BY id LIMIT $4",
                   values, 4, &to, err);
}

// The same rows: a transaction sees one state.
static bool mark_parts(struct joining *joining, struct err *err)
{
    const sql_value values[] = {
        sql_integer(joining->subscription),
        sql_integer(NOTIFICATION_PART),
        sql_integer((int64_t)joining->now),
        sql_integer(NOTIFICATION_JOINED),
        sql_bytes((span){0}),
        sql_integer(joining->last),
    };
    return sql_run(joining->store->sql,
                   "UPDATE notification SET state = $4, content = $5 WHERE subscription = $1"
                   " AND state = $2 AND due <= $3 AND id <= $6",
                   values, 6, err);
}

static bool add_joined(struct joining *joining, struct arena *mem, struct err *err)
{
    const struct subscription at_once = {.id = joining->subscription};
    struct text key;
    span content = {0};
    text_init(&key, mem, MESSAGE_KEY_MOST);
    text_addf(&key, "digest-%lld-%lld", (long long)joining->subscription, (long long)joining->last);
    if (!text_ok(&key))
        return arena_err(mem, err, "store: a message");
    return joining->collector->finish(joining->collector->self, text_span(&key), mem, &content,
                                      err) &&
           store_add_notification(joining->store, &at_once, text_span(&key), content, joining->now,
                                  err);
}

static bool join(void *self, struct err *err)
{
    struct joining *joining = self;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(COLLECT_BYTES);
    struct err none = {0};
    joining->done = false;
    if (!mem)
        return err_set(err, ERR_MEMORY, "store: out of memory");
    if (!find_collection(joining, &none))
        return none.kind == ERR_MISSING || err_copy(err, &none);
    joining->done = true;
    return read_parts(joining, err) && mark_parts(joining, err) && add_joined(joining, mem, err);
}

bool store_join_notifications(struct store *store, uint64_t now, const struct collector *collector,
                              bool *ret, struct err *err)
{
    struct joining joining = {.store = store, .collector = collector, .now = now};
    if (!sql_transact(store->sql, join, &joining, err))
        return err_add(err, "store: join messages");
    *ret = joining.done;
    return true;
}

// ---------------------------------------------------------------- leasing

static const char lease_notification[] =
    "UPDATE notification SET lease = $1, due = $2, attempts = attempts + 1 WHERE id ="
    " (SELECT id FROM notification WHERE state = 0 AND due <= $3 ORDER BY due, id LIMIT 1"
    " {skip locked}) RETURNING id, key, attempts, content";

struct leasing {
    struct arena *mem;
    struct leased_notification leased;
    bool found;
};

static bool take_leased(void *self, const struct sql_row *row, struct err *err)
{
    struct leasing *leasing = self;
    struct leased_notification *leased = &leasing->leased;
    leased->id = sql_row_integer(row, 0);
    leased->attempts = (uint32_t)sql_row_integer(row, 2);
    leasing->found = true;
    return (arena_span(leasing->mem, sql_row_bytes(row, 1), &leased->key) &&
            arena_span(leasing->mem, sql_row_bytes(row, 3), &leased->content)) ||
           arena_err(leasing->mem, err, "store: a message");
}

static bool take_its_subscription(void *self, const struct sql_row *row, struct err *err)
{
    struct leasing *leasing = self;
    leasing->found = true;
    return read_subscription(row, 0, leasing->mem, &leasing->leased.subscription, err);
}

static bool lease(struct store *store, uint64_t now, uint64_t seconds, struct leasing *leasing,
                  struct err *err)
{
    const sql_value values[] = {
        sql_text(leasing->leased.lease),
        sql_integer((int64_t)(now + seconds)),
        sql_integer((int64_t)now),
    };
    const struct sql_reader to = {leasing, take_leased};
    if (!sql_ask(store->sql, lease_notification, values, 3, &to, err))
        return false;
    return leasing->found || err_set(err, ERR_MISSING, "there is nothing to tell");
}

// If it is removed now, its messages are, too.
static bool add_subscription(struct store *store, struct leasing *leasing, struct err *err)
{
    const sql_value id = sql_integer(leasing->leased.id);
    const struct sql_reader to = {leasing, take_its_subscription};
    leasing->found = false;
    if (!sql_ask(store->sql,
                 "SELECT " SUBSCRIPTION_COLUMNS " FROM subscription s, notification n"
                 " WHERE n.id = $1 AND s.id = n.subscription",
                 &id, 1, &to, err))
        return false;
    return leasing->found || err_set(err, ERR_CONFLICT, "the subscription is gone");
}

bool store_lease_notification(struct store *store, uint64_t now, uint64_t seconds,
                              struct arena *mem, struct leased_notification *ret, struct err *err)
{
    struct leasing leasing = {.mem = mem};
    if (!make_lease(mem, &leasing.leased.lease, err) ||
        !lease(store, now, seconds, &leasing, err) || !add_subscription(store, &leasing, err))
        return err_add(err, "store: lease a message");
    *ret = leasing.leased;
    return true;
}

// ---------------------------------------------------------------- renewing, ending

// Of the row that has this id and lease, the first two values.
static bool change(struct store *store, const char *statement, const sql_value *values,
                   size_t count, struct err *err)
{
    if (!sql_run(store->sql, statement, values, count, err))
        return err_add(err, "store: a message");
    if (sql_changes(store->sql) == 0)
        return err_set(err, ERR_CONFLICT, "store: a message: somebody else has it");
    return true;
}

bool store_renew_notification(struct store *store, const struct leased_notification *leased,
                              uint64_t now, uint64_t seconds, struct err *err)
{
    const sql_value values[] = {
        sql_integer(leased->id),
        sql_text(leased->lease),
        sql_integer((int64_t)(now + seconds)),
    };
    return change(store, "UPDATE notification SET due = $3 WHERE id = $1 AND lease = $2", values, 3,
                  err);
}

bool store_sent_notification(struct store *store, const struct leased_notification *leased,
                             uint64_t now, struct err *err)
{
    const sql_value values[] = {
        sql_integer(leased->id),   sql_text(leased->lease), sql_integer(NOTIFICATION_SENT),
        sql_integer((int64_t)now), sql_bytes((span){0}),
    };
    return change(store,
                  "UPDATE notification SET state = $3, sent = $4, content = $5, lease = '',"
                  " error = '' WHERE id = $1 AND lease = $2",
                  values, 5, err);
}

bool store_fail_notification(struct store *store, const struct leased_notification *leased,
                             uint64_t due, bool give_up, span why, struct err *err)
{
    const sql_value values[] = {
        sql_integer(leased->id),
        sql_text(leased->lease),
        sql_integer(give_up ? NOTIFICATION_DEAD : NOTIFICATION_WAITING),
        sql_integer((int64_t)due),
        sql_text(why),
    };
    return change(store,
                  "UPDATE notification SET state = $3, due = $4, error = $5, lease = ''"
                  " WHERE id = $1 AND lease = $2",
                  values, 5, err);
}

static bool put_off_others(struct store *store, const struct leased_notification *leased,
                           uint64_t due, struct err *err)
{
    const sql_value values[] = {
        sql_integer(leased->subscription.id),
        sql_integer(NOTIFICATION_WAITING),
        sql_integer((int64_t)due),
    };
    return sql_run(store->sql,
                   "UPDATE notification SET due = $3 WHERE subscription = $1 AND state = $2"
                   " AND lease = '' AND due < $3",
                   values, 3, err) ||
           err_add(err, "store: put off messages");
}

bool store_put_off_notification(struct store *store, const struct leased_notification *leased,
                                uint64_t due, struct err *err)
{
    const sql_value values[] = {
        sql_integer(leased->id),
        sql_text(leased->lease),
        sql_integer((int64_t)due),
    };
    return change(store,
                  "UPDATE notification SET due = $3, attempts = attempts - 1, lease = ''"
                  " WHERE id = $1 AND lease = $2",
                  values, 3, err) &&
           put_off_others(store, leased, due, err);
}

bool store_resend_notification(struct store *store, int64_t project, int64_t id, uint64_t now,
                               struct err *err)
{
    const sql_value values[] = {
        sql_integer(id),
        sql_integer(project),
        sql_integer(NOTIFICATION_DEAD),
        sql_integer(NOTIFICATION_WAITING),
        sql_integer((int64_t)now),
    };
    if (!sql_run(store->sql,
                 "UPDATE notification SET state = $4, due = $5, attempts = 0 WHERE id = $1"
                 " AND state = $3 AND ($2 = 0 OR subscription IN"
                 " (SELECT s.id FROM subscription s WHERE s.project = $2))",
                 values, 5, err))
        return err_add(err, "store: resend a message");
    if (sql_changes(store->sql) == 0)
        return err_set(err, ERR_MISSING, "store: there is no dead message %lld", (long long)id);
    return true;
}

bool store_forget_notifications(struct store *store, uint64_t before, struct err *err)
{
    const sql_value values[] = {
        sql_integer((int64_t)before),
        sql_integer(NOTIFICATION_SENT),
        sql_integer(NOTIFICATION_JOINED),
        sql_integer(NOTIFICATION_DEAD),
    };
    return sql_run(store->sql,
                   "DELETE FROM notification WHERE created < $1 AND state IN ($2, $3, $4)", values,
                   4, err) ||
           err_add(err, "store: forget messages");
}
