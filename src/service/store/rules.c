// What projects say of findings. Lists of words are kept line by line.
#include "service/store/store_inner.h"

// ---------------------------------------------------------------- writing

static void join_words(const struct spans *words, struct text *out)
{
    for (size_t i = 0; i < words->count; i++) {
        if (i)
            text_add_byte(out, '\n');
        text_add(out, words->items[i]);
    }
}

enum { WRITTEN = 8 };

// The first value is free for the statement's own use.
static bool make_values(const struct project_rule *rule, int64_t first, struct arena *mem,
                        sql_value ret[static WRITTEN], struct err *err)
{
    const struct spans *const lists[] = {&rule->ids, &rule->packages, &rule->paths};
    struct text texts[3];
    for (size_t i = 0; i < 3; i++) {
        text_init(&texts[i], mem, SIZE_MAX);
        join_words(lists[i], &texts[i]);
        if (!text_ok(&texts[i]))
            return arena_err(mem, err, "store: a rule");
        ret[i + 2] = sql_text(text_span(&texts[i]));
    }
    ret[0] = sql_integer(first);
    ret[1] = rule->project ? sql_integer(rule->project) : sql_null();
    ret[5] = sql_text(rule->image);
    ret[6] = sql_text(rule->reason);
    ret[7] = sql_integer(rule->expires);
    return true;
}

// Under which the packages that it may be about are looked up.
static bool set_keys(struct store *store, const struct project_rule *rule, int64_t id,
                     struct arena *mem, struct err *err)
{
    const int64_t *keys = NULL;
    size_t count = 0;
    struct rows rows;
    const sql_value values[] = {sql_integer(id)};
    if (!project_rule_keys(rule, mem, &keys, &count, err) ||
        !sql_run(store->sql, "DELETE FROM rule_key WHERE rule = $1", values, 1, err))
        return false;
    rows_init(&rows, 2, mem);
    for (size_t i = 0; i < count; i++) {
        rows_add(&rows, sql_integer(id));
        rows_add(&rows, sql_integer(keys[i]));
    }
    return rows_ask(store, "INSERT INTO rule_key (rule, hash) VALUES ($1, $2)", &rows, NULL, err);
}

static bool check_room(struct store *store, const struct project_rule *rule, struct err *err)
{
    const sql_value values[] = {sql_integer(rule->project)};
    int64_t count = 0;
    if (!sql_ask_integer(store->sql, "SELECT count(*) FROM rule WHERE COALESCE(project, 0) = $1",
                         values, 1, &count, err))
        return false;
    return count < RULES_MOST || err_set(err, ERR_CONFLICT, "there are %d rules", RULES_MOST);
}

enum { MEMORY_BYTES = 4 << 20 };

bool store_add_rule(struct store *store, const struct project_rule *rule, uint64_t now,
                    int64_t *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY_BYTES);
    sql_value values[WRITTEN + 1];
    int64_t id = 0;
    if (!mem)
        return err_set(err, ERR_MEMORY, "store: out of memory");
    if (!project_rule_check(rule, mem, err) || !check_room(store, rule, err) ||
        !make_values(rule, (int64_t)now, mem, values, err))
        return false;
    values[WRITTEN] = sql_integer(rule->kind);
    if (!sql_ask_integer(store->sql,
                         "INSERT INTO rule (created, project, ids, packages, paths, image, reason,"
                         " expires, kind) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
                         values, WRITTEN + 1, &id, err) ||
        !set_keys(store, rule, id, mem, err))
        return err_add(err, "store: add a rule");
    *ret = id;
    return true;
}

static bool missing(int64_t id, struct err *err)
{
    return err_set(err, ERR_MISSING, "store: there is no rule %lld", (long long)id);
}

bool store_change_rule(struct store *store, const struct project_rule *rule, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY_BYTES);
    sql_value values[WRITTEN];
    if (!mem)
        return err_set(err, ERR_MEMORY, "store: out of memory");
    if (!project_rule_check(rule, mem, err) || !make_values(rule, rule->id, mem, values, err))
        return false;
    values[1] = sql_integer(rule->id); // its project stays
    if (!sql_run(store->sql,
                 "UPDATE rule SET ids = $3, packages = $4, paths = $5, image = $6, reason = $7,"
                 " expires = $8 WHERE id = $1 AND id = $2",
                 values, WRITTEN, err))
        return err_add(err, "store: change a rule");
    if (sql_changes(store->sql) == 0)
        return missing(rule->id, err);
    return set_keys(store, rule, rule->id, mem, err) || err_add(err, "store: change a rule");
}

bool store_remove_rule(struct store *store, int64_t id, struct err *err)
{
    const sql_value values[] = {sql_integer(id)};
    if (!sql_run(store->sql, "DELETE FROM rule_key WHERE rule = $1", values, 1, err) ||
        !sql_run(store->sql, "DELETE FROM rule WHERE id = $1", values, 1, err))
        return err_add(err, "store: remove a rule");
    return sql_changes(store->sql) > 0 || missing(id, err);
}

// ---------------------------------------------------------------- reading

bool store_rule_project(struct store *store, int64_t id, int64_t *ret, struct err *err)
{
    const sql_value values[] = {sql_integer(id)};
    struct err why = {0};
    if (sql_ask_integer(store->sql, "SELECT COALESCE(project, 0) FROM rule WHERE id = $1", values,
                        1, ret, &why))
        return true;
    return why.kind == ERR_MISSING ? missing(id, err) : err_copy(err, &why);
}

static bool split_words(span text, struct arena *mem, struct spans *ret)
{
    struct list words;
    span copy = {0};
    list_init(&words, mem, sizeof(span), RULE_WORDS_MOST);
    if (!arena_span(mem, text, &copy))
        return false;
    while (copy.len) {
        span *word = LIST_ADD(&words, span);
        if (!word)
            return false;
        *word = span_cut(&copy, '\n');
    }
    *ret = (struct spans){.items = words.items, .count = words.count};
    return true;
}

static bool take_rule(void *self, const struct sql_row *row, struct err *err)
{
    struct list *rules = self;
    struct arena *mem = rules->mem;
    struct project_rule *rule = LIST_ADD(rules, struct project_rule);
    if (!rule || !split_words(sql_row_bytes(row, 2), mem, &rule->ids) ||
        !split_words(sql_row_bytes(row, 3), mem, &rule->packages) ||
        !split_words(sql_row_bytes(row, 4), mem, &rule->paths) ||
        !arena_span(mem, sql_row_bytes(row, 5), &rule->image) ||
        !arena_span(mem, sql_row_bytes(row, 6), &rule->reason))
        return arena_err(mem, err, "store: rules");
    rule->id = sql_row_integer(row, 0);
    rule->project = sql_row_integer(row, 1);
    rule->expires = (uint32_t)sql_row_integer(row, 7);
    rule->kind = RULE_IGNORE;
    return true;
}

static bool ask_rules(struct store *store, const char *statement, const sql_value *values,
                      size_t count, struct arena *mem, struct project_rules *ret, struct err *err)
{
    struct list rules;
    const struct sql_reader to = {&rules, take_rule};
    list_init(&rules, mem, sizeof(struct project_rule), UINT32_MAX);
    if (!sql_ask(store->sql, statement, values, count, &to, err))
        return err_add(err, "store: rules");
    *ret = (struct project_rules){.items = rules.items, .count = rules.count};
    return true;
}

#define RULES                                                                               \
    "SELECT x.id, x.project, x.ids, x.packages, x.paths, x.image, x.reason, x.expires FROM" \
    " rule x WHERE x.kind = $1 AND x.expires > $2"

bool store_rules(struct store *store, int64_t project, uint32_t today, struct arena *mem,
                 struct project_rules *ret, struct err *err)
{
    const sql_value values[] = {sql_integer(RULE_IGNORE), sql_integer(today), sql_integer(project)};
    return ask_rules(store, RULES " AND " RULE_IS_OF_PROJECT("$3") " ORDER BY x.id", values, 3, mem,
                     ret, err);
}

bool store_all_rules(struct store *store, uint32_t today, struct arena *mem,
                     struct project_rules *ret, struct err *err)
{
    const sql_value values[] = {sql_integer(RULE_IGNORE), sql_integer(today)};
    return ask_rules(store, RULES " ORDER BY x.id", values, 2, mem, ret, err);
}
