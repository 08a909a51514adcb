// The audit log: a chain of hashes (doc/formats/api.md, "Audit log").
#include "service/store/store_inner.h"

#include "crypto/crypto.h"

#define AUDIT_MAGIC S("plimsoll.audit/1")
enum { HASH_BYTES = 32, ENTRY_OVERHEAD = 4096 };

// The hash of the entry before, and of all that the entry says, each with its length.
static bool hash_entry(const struct audit *audit, span previous, digest *ret, struct err *err)
{
    size_t size = audit->actor.len + audit->action.len + audit->object.len + audit->detail.len;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(ENTRY_OVERHEAD + 4 * (uint64_t)size);
    struct text bytes;
    if (!mem)
        return err_set(err, ERR_MEMORY, "audit: out of memory");
    text_init(&bytes, mem, SIZE_MAX);
    text_add_field(&bytes, AUDIT_MAGIC);
    text_add_field(&bytes, previous);
    text_add_u64le(&bytes, audit->at);
    text_add_field(&bytes, audit->actor);
    text_add_field(&bytes, audit->action);
    text_add_field(&bytes, audit->object);
    text_add_field(&bytes, audit->detail);
    return text_ok(&bytes) ? digest_of(DIGEST_SHA256, text_span(&bytes), ret, err)
                           : arena_err(mem, err, "audit");
}

struct last_hash {
    uint8_t bytes[HASH_BYTES];
    size_t len;
};

static bool take_hash(void *self, const struct sql_row *row, struct err *err)
{
    struct last_hash *last = self;
    span hash = sql_row_bytes(row, 0);
    if (hash.len != HASH_BYTES)
        return err_set(err, ERR_INPUT, "audit: the last entry has no hash");
    memcpy(last->bytes, hash.ptr, HASH_BYTES);
    last->len = HASH_BYTES;
    return true;
}

// What is stored is what is hashed: texts that the store would change are refused.
static bool is_storable(const struct audit *audit)
{
    const span texts[] = {audit->actor, audit->action, audit->object, audit->detail};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!utf8_is_valid(texts[i]) || span_find(texts[i], 0) != SPAN_NONE)
            return false;
    return true;
}

bool store_add_audit(struct store *store, const struct audit *audit, struct err *err)
{
    struct last_hash last = {0};
    const struct sql_reader to = {&last, take_hash};
    digest hash = {0};
    if (!is_storable(audit))
        return err_set(err, ERR_INPUT, "audit: a text that is no UTF-8");
    if (!sql_ask(store->sql, "SELECT hash FROM audit ORDER BY id DESC LIMIT 1", NULL, 0, &to,
                 err) ||
        !hash_entry(audit, span_of(last.bytes, last.len), &hash, err))
        return false;
    const sql_value values[] = {
        sql_integer((int64_t)audit->at),
        sql_text(audit->actor),
        sql_text(audit->action),
        sql_text(audit->object),
        sql_text(audit->detail),
        sql_bytes(span_of(last.bytes, last.len)),
        sql_bytes(span_of(hash.bytes, HASH_BYTES)),
    };
    return sql_run(store->sql,
                   "INSERT INTO audit (at, actor, action, object, detail, previous, hash)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                   values, sizeof values / sizeof *values, err);
}

// ---------------------------------------------------------------- verifying

struct verifying {
    struct last_hash last;
    uint64_t entries;
    int64_t broken;
};

static bool verify_row(void *self, const struct sql_row *row, struct err *err)
{
    struct verifying *verifying = self;
    const struct audit audit = {
        .at = (uint64_t)sql_row_integer(row, 1),
        .actor = sql_row_bytes(row, 2),
        .action = sql_row_bytes(row, 3),
        .object = sql_row_bytes(row, 4),
        .detail = sql_row_bytes(row, 5),
    };
    struct last_hash *last = &verifying->last;
    span previous = span_of(last->bytes, last->len);
    digest hash = {0};
    verifying->entries++;
    if (!hash_entry(&audit, previous, &hash, err))
        return false;
    span own = span_of(hash.bytes, HASH_BYTES);
    bool fits =
        span_equal(sql_row_bytes(row, 6), previous) && span_equal(sql_row_bytes(row, 7), own);
    if (!fits && verifying->broken == 0)
        verifying->broken = sql_row_integer(row, 0);
    // Goes on from what stands there, so that one change is one break.
    span stored = sql_row_bytes(row, 7);
    last->len = stored.len == HASH_BYTES ? HASH_BYTES : 0;
    if (last->len)
        memcpy(last->bytes, stored.ptr, HASH_BYTES);
    return true;
}

bool store_verify_audit(struct store *store, struct arena *mem, struct audit_state *ret,
                        struct err *err)
{
    struct verifying verifying = {0};
    const struct sql_reader to = {&verifying, verify_row};
    struct text head;
    if (!sql_ask(store->sql,
                 "SELECT id, at, actor, action, object, detail, previous, hash FROM audit"
                 " ORDER BY id",
                 NULL, 0, &to, err))
        return false;
    text_init(&head, mem, (size_t)2 * HASH_BYTES);
    text_add_hex(&head, span_of(verifying.last.bytes, verifying.last.len));
    if (!text_ok(&head))
        return arena_err(mem, err, "audit");
    *ret = (struct audit_state){
        .entries = verifying.entries,
        .head = text_span(&head),
        .broken = verifying.broken,
    };
    return true;
}
