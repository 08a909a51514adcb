// Who wants to be told what, and how. Each call is one statement, but for a change, which looks
// first at what it leaves alone.
#include "service/store/store_inner.h"

enum { COLUMNS = 15, MEMORY_BYTES = 64 << 10 };

// ---------------------------------------------------------------- rows

static bool read_texts(const struct sql_row *row, size_t column, struct arena *mem,
                       struct subscription *subscription)
{
    span *const texts[COLUMNS] = {
        [2] = &subscription->owner,       [3] = &subscription->image,
        [4] = &subscription->repository,  [5] = &subscription->label_key,
        [6] = &subscription->label_value, [11] = &subscription->address,
        [12] = &subscription->secret,
    };
    for (size_t i = 0; i < COLUMNS; i++)
        if (texts[i] && !arena_span(mem, sql_row_bytes(row, column + i), texts[i]))
            return false;
    return true;
}

bool read_subscription(const struct sql_row *row, size_t column, struct arena *mem,
                       struct subscription *ret, struct err *err)
{
    int64_t severity = sql_row_integer(row, column + 7);
    int64_t channel = sql_row_integer(row, column + 10);
    struct subscription subscription = {
        .id = sql_row_integer(row, column),
        .project = sql_row_integer(row, column + 1),
        .severity = (enum severity)severity,
        .only_fixed = sql_row_integer(row, column + 8) != 0,
        .only_exploited = sql_row_integer(row, column + 9) != 0,
        .channel = (enum channel_kind)channel,
        .digest = (uint32_t)sql_row_integer(row, column + 13),
        .disabled = sql_row_integer(row, column + 14) != 0,
    };
    if (severity < 0 || severity > SEVERITY_CRITICAL || channel < 0 || channel > CHANNEL_COMMAND)
        return err_set(err, ERR_INPUT, "store: subscription %lld is damaged",
                       (long long)subscription.id);
    if (!read_texts(row, column, mem, &subscription))
        return arena_err(mem, err, "store: a subscription");
    *ret = subscription;
    return true;
}

// The values of all columns; the first is free for the statement's own use.
static void make_values(const struct subscription *subscription, int64_t first,
                        sql_value ret[static COLUMNS])
{
    const sql_value values[COLUMNS] = {
        sql_integer(first),
        sql_integer(subscription->project),
        sql_text(subscription->owner),
        sql_text(subscription->image),
        sql_text(subscription->repository),
        sql_text(subscription->label_key),
        sql_text(subscription->label_value),
        sql_integer(subscription->severity),
        sql_integer(subscription->only_fixed),
        sql_integer(subscription->only_exploited),
        sql_integer(subscription->channel),
        sql_text(subscription->address),
        sql_bytes(subscription->secret),
        sql_integer(subscription->digest),
        sql_integer(subscription->disabled),
    };
    for (size_t i = 0; i < COLUMNS; i++)
        ret[i] = values[i];
}

// ---------------------------------------------------------------- changes

bool store_add_subscription(struct store *store, const struct subscription *subscription,
                            uint64_t now, int64_t *ret_id, struct err *err)
{
    sql_value values[COLUMNS];
    make_values(subscription, (int64_t)now, values);
    if (!subscription_check(subscription, err))
        return false;
    return sql_ask_integer(store->sql,
                           "INSERT INTO subscription (created, project, owner, image, repository,"
                           " label_key, label_value, severity, only_fixed, only_exploited, channel,"
                           " address, secret, digest, disabled) VALUES ($1, $2, $3, $4, $5, $6, $7,"
                           " $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id",
                           values, COLUMNS, ret_id, err) ||
           err_add(err, "store: add a subscription");
}

struct found {
    struct arena *mem;
    struct subscription subscription;
    bool found;
};

static bool take_subscription(void *self, const struct sql_row *row, struct err *err)
{
    struct found *found = self;
    found->found = true;
    return read_subscription(row, 0, found->mem, &found->subscription, err);
}

static bool find_subscription(struct store *store, int64_t project, int64_t id, struct arena *mem,
                              struct subscription *ret, struct err *err)
{
    struct found found = {.mem = mem};
    const sql_value values[] = {sql_integer(id), sql_integer(project)};
    const struct sql_reader to = {&found, take_subscription};
    if (!sql_ask(store->sql,
                 "SELECT " SUBSCRIPTION_COLUMNS " FROM subscription s WHERE s.id = $1"
                 " AND ($2 = 0 OR s.project = $2)",
                 values, 2, &to, err))
        return err_add(err, "store: find a subscription");
    if (!found.found)
        return err_set(err, ERR_MISSING, "store: there is no subscription %lld", (long long)id);
    *ret = found.subscription;
    return true;
}

bool store_change_subscription(struct store *store, const struct subscription *subscription,
                               struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY_BYTES);
    struct subscription before = {0};
    struct subscription after = *subscription;
    sql_value values[COLUMNS];
    if (!mem)
        return err_set(err, ERR_MEMORY, "store: out of memory");
    if (!find_subscription(store, subscription->project, subscription->id, mem, &before, err))
        return false;
    if (after.channel == before.channel && after.address.len == 0)
        after.address = before.address;
    if (after.channel == before.channel && after.secret.len == 0)
        after.secret = before.secret;
    if (!subscription_check(&after, err))
        return false;
    make_values(&after, after.id, values);
    return sql_run(
               store->sql,
               "UPDATE subscription SET owner = $3, image = $4, repository = $5, label_key = $6,"
               " label_value = $7, severity = $8, only_fixed = $9, only_exploited = $10,"
               " channel = $11, address = $12, secret = $13, digest = $14, disabled = $15"
               " WHERE id = $1 AND project = $2",
               values, COLUMNS, err) ||
           err_add(err, "store: change a subscription");
}

bool store_remove_subscription(struct store *store, int64_t project, int64_t id, struct err *err)
{
    const sql_value values[] = {sql_integer(id), sql_integer(project)};
    if (!sql_run(store->sql, "DELETE FROM subscription WHERE id = $1 AND project = $2", values, 2,
                 err))
        return err_add(err, "store: remove a subscription");
    if (sql_changes(store->sql) == 0)
        return err_set(err, ERR_MISSING, "store: there is no subscription %lld", (long long)id);
    return true;
}

// ---------------------------------------------------------------- lists

static bool hide(struct subscription *subscription, struct arena *mem, struct err *err)
{
    subscription->secret = (span){0};
    return subscription_shown_address(subscription, mem, &subscription->address) ||
           arena_err(mem, err, "store: a subscription");
}

bool store_subscription(struct store *store, int64_t project, int64_t id, struct arena *mem,
                        struct subscription *ret, struct err *err)
{
    struct subscription subscription = {0};
    if (!find_subscription(store, project, id, mem, &subscription, err) ||
        !hide(&subscription, mem, err))
        return false;
    *ret = subscription;
    return true;
}

struct found_list {
    struct arena *mem;
    struct list items; // of struct subscription
};

static bool list_subscription(void *self, const struct sql_row *row, struct err *err)
{
    struct found_list *found = self;
    struct subscription *item = LIST_ADD(&found->items, struct subscription);
    if (!item)
        return arena_err(found->mem, err, "store: subscriptions");
    return read_subscription(row, 0, found->mem, item, err) && hide(item, found->mem, err);
}

bool store_subscriptions(struct store *store, int64_t project, int64_t after, size_t most,
                         struct arena *mem, struct subscriptions *ret, struct err *err)
{
    struct found_list found = {.mem = mem};
    const sql_value values[] = {sql_integer(project), sql_integer(after),
                                sql_integer((int64_t)most)};
    const struct sql_reader to = {&found, list_subscription};
    list_init(&found.items, mem, sizeof(struct subscription), most);
    if (!sql_ask(store->sql,
                 "SELECT " SUBSCRIPTION_COLUMNS " FROM subscription s WHERE ($1 = 0 OR"
                 " s.project = $1) AND s.id > $2 ORDER BY s.id LIMIT $3",
                 values, 3, &to, err))
        return err_add(err, "store: list subscriptions");
    *ret = (struct subscriptions){.items = found.items.items, .count = found.items.count};
    return true;
}
