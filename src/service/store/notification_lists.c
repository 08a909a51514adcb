// What became of messages.
#include "service/store/store_inner.h"

struct found_list {
    struct arena *mem;
    struct list items; // of struct notification
};

static bool list_notification(void *self, const struct sql_row *row, struct err *err)
{
    struct found_list *found = self;
    struct notification *item = LIST_ADD(&found->items, struct notification);
    int64_t state = sql_row_integer(row, 4);
    if (!item)
        return arena_err(found->mem, err, "store: messages");
    *item = (struct notification){
        .id = sql_row_integer(row, 0),
        .subscription = sql_row_integer(row, 1),
        .project = sql_row_integer(row, 2),
        .state = (enum notification_state)state,
        .created = (uint64_t)sql_row_integer(row, 5),
        .due = (uint64_t)sql_row_integer(row, 6),
        .attempts = (uint32_t)sql_row_integer(row, 7),
        .sent = (uint64_t)sql_row_integer(row, 8),
    };
    if (state < 0 || state > NOTIFICATION_JOINED)
        return err_set(err, ERR_INPUT, "store: message %lld is damaged", (long long)item->id);
    return (arena_span(found->mem, sql_row_bytes(row, 3), &item->key) &&
            arena_span(found->mem, sql_row_bytes(row, 9), &item->error)) ||
           arena_err(found->mem, err, "store: messages");
}

static const char list_notifications[] =
    "SELECT n.id, n.subscription, s.project, n.key, n.state, n.created, n.due, n.attempts, n.sent,"
    " n.error FROM notification n, subscription s WHERE s.id = n.subscription"
    " AND ($1 = 0 OR s.project = $1) AND ($2 = 0 OR n.subscription = $2)"
    " AND ($3 < 0 OR n.state = $3) AND ($4 = 0 OR n.id < $4) ORDER BY n.id DESC LIMIT $5";

bool store_notifications(struct store *store, const struct notification_filter *filter,
                         struct arena *mem, struct notifications *ret, struct err *err)
{
    struct found_list found = {.mem = mem};
    const sql_value values[] = {
        sql_integer(filter->project),
        sql_integer(filter->subscription),
        sql_integer(filter->has_state ? (int64_t)filter->state : -1),
        sql_integer(filter->before),
        sql_integer((int64_t)filter->most),
    };
    const struct sql_reader to = {&found, list_notification};
    list_init(&found.items, mem, sizeof(struct notification), filter->most);
    if (!sql_ask(store->sql, list_notifications, values, 5, &to, err))
        return err_add(err, "store: list messages");
    *ret = (struct notifications){.items = found.items.items, .count = found.items.count};
    return true;
}

static bool take_counts(void *self, const struct sql_row *row, struct err *err)
{
    (void)err; // nothing here can fail
    struct notification_counts *counts = self;
    *counts = (struct notification_counts){
        .waiting = (uint64_t)sql_row_integer(row, 0),
        .dead = (uint64_t)sql_row_integer(row, 1),
        .oldest = (uint64_t)sql_row_integer(row, 2),
    };
    return true;
}

bool store_count_notifications(struct store *store, struct notification_counts *ret,
                               struct err *err)
{
    struct notification_counts counts = {0};
    const sql_value values[] = {sql_integer(NOTIFICATION_WAITING), sql_integer(NOTIFICATION_DEAD)};
    const struct sql_reader to = {&counts, take_counts};
    if (!sql_ask(store->sql,
                 "SELECT (SELECT count(*) FROM notification WHERE state = $1),"
                 " (SELECT count(*) FROM notification WHERE state = $2),"
                 " (SELECT min(created) FROM notification WHERE state = $1)",
                 values, 2, &to, err))
        return err_add(err, "store: count messages");
    *ret = counts;
    return true;
}
