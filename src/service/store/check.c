// The store looked at as a whole.
#include "service/store/backup_inner.h"

#include "crypto/crypto.h"

struct checker {
    struct store *store;
    const struct store_complaints *to;
    const char *what; // that is being looked at
};

static bool tell(const struct checker *checker, span what, struct err *err)
{
    return checker->to->tell(checker->to->self, what, err);
}

static bool take_complaint(void *self, const struct sql_row *row, struct err *err)
{
    return tell(self, sql_row_bytes(row, 0), err);
}

// "the bundle 5 does not …"
static bool tell_row(const struct checker *checker, int64_t id, const char *what, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(4096);
    struct text line;
    if (!mem)
        return err_set(err, ERR_MEMORY, "check: no memory");
    text_init(&line, mem, 512);
    text_addf(&line, "the %s %lld %s", checker->what, (long long)id, what);
    return text_ok(&line) ? tell(checker, text_span(&line), err) : arena_err(mem, err, "check");
}

// ---------------------------------------------------------------- digests

// A row of an id, a hash and the bytes that are to have it.
static bool take_hashed(void *self, const struct sql_row *row, struct err *err)
{
    const struct checker *checker = self;
    digest sum = {0};
    if (!digest_of(DIGEST_SHA256, sql_row_bytes(row, 2), &sum, err))
        return false;
    if (span_equal(sql_row_bytes(row, 1), span_of(sum.bytes, digest_size(sum.algorithm))))
        return true;
    return tell_row(checker, sql_row_integer(row, 0),
                    "does not have the digest that it is stored under", err);
}

static bool check_hashes(struct checker *checker, const char *what, const char *statement,
                         struct err *err)
{
    const struct sql_reader to = {.self = checker, .row = take_hashed};
    checker->what = what;
    return sql_ask(checker->store->sql, statement, NULL, 0, &to, err);
}

// ---------------------------------------------------------------- the audit log

static bool check_audit(struct checker *checker, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(4096);
    struct audit_state state = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "check: no memory");
    if (!store_verify_audit(checker->store, mem, &state, err))
        return false;
    checker->what = "audit entry";
    return state.broken == 0 ||
           tell_row(checker, state.broken, "does not fit to the one before it", err);
}

// ---------------------------------------------------------------- all of it

static bool pass_over(void *self, const struct sql_row *row, struct err *err)
{
    (void)self;
    (void)row;
    (void)err; // it could be read: that was the question
    return true;
}

// The database notices what is damaged when it reads it.
static bool read_tables(struct checker *checker, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct spans tables = {0};
    const struct sql_reader to = {.self = NULL, .row = pass_over};
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory");
    if (!backup_tables(store_newest_version(), mem, &tables, err))
        return false;
    for (size_t i = 0; i < tables.count; i++) {
        struct spans columns = {0};
        if (!backup_columns(checker->store->sql, tables.items[i], mem, &columns, err) ||
            !backup_read_table(checker->store->sql, tables.items[i], &columns, mem, &to, err))
            return false;
    }
    return true;
}

// What the largest tables name without a constraint.
static const char *const lost[] = {
    "SELECT 'a row of bundle_unit names a unit that is not there' FROM bundle_unit bu"
    " LEFT JOIN unit u ON u.id = bu.unit WHERE u.id IS NULL LIMIT 1",
    "SELECT 'a row of bundle_unit names a bundle that is not there' FROM bundle_unit bu"
    " LEFT JOIN bundle b ON b.id = bu.bundle WHERE b.id IS NULL LIMIT 1",
    "SELECT 'a row of question names a unit that is not there' FROM question q"
    " LEFT JOIN unit u ON u.id = q.unit WHERE u.id IS NULL LIMIT 1",
};

static bool check_lost(struct checker *checker, struct err *err)
{
    const struct sql_reader to = {.self = checker, .row = take_complaint};
    for (size_t i = 0; i < sizeof lost / sizeof *lost; i++)
        if (!sql_ask(checker->store->sql, lost[i], NULL, 0, &to, err))
            return false;
    return true;
}

static bool check_all(void *self, struct err *err)
{
    struct checker *checker = self;
    const struct sql_reader to = {.self = checker, .row = take_complaint};
    return sql_check(checker->store->sql, &to, err) && check_lost(checker, err) &&
           read_tables(checker, err) &&
           check_hashes(checker, "unit", "SELECT id, hash, company FROM unit ORDER BY id", err) &&
           check_hashes(checker, "bundle", "SELECT id, hash, content FROM bundle ORDER BY id",
                        err) &&
           check_audit(checker, err);
}

bool store_check(struct store *store, const struct store_complaints *to, struct err *err)
{
    struct checker checker = {.store = store, .to = to};
    return sql_observe(store->sql, check_all, &checker, err) || err_add(err, "store: check");
}
