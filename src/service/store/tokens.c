// Tokens: what they allow, and how they are recognised. Of the secret its SHA-256 is enough: with
// 256 random bits there is nothing to guess, so nothing slower is needed.
#include "service/store/store_inner.h"

#include "crypto/crypto.h"
#include "os/os.h"

#define SECRET_PREFIX S("plim_")
enum {
    SECRET_BYTES = 32,
    SECRET_TEXT = 5 + 43, // base64url without padding
    HASH_BYTES = 32,
    USE_IS_NOTED_EVERY = 3600, // seconds: reading is not to write
    EVERY_SCOPE = (1 << SCOPE_COUNT) - 1,
};

// ---------------------------------------------------------------- scopes

const char *scope_name(size_t index)
{
    static const char *const names[SCOPE_COUNT] = {"read",      "push",  "scan",
                                                   "subscribe", "admin", "rules"};
    return index < SCOPE_COUNT ? names[index] : NULL;
}

bool scope_parse(span word, uint32_t *ret)
{
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (span_equal(word, span_of_text(scope_name(i)))) {
            *ret = UINT32_C(1) << i;
            return true;
        }
    return false;
}

void scopes_write(uint32_t scopes, struct text *out)
{
    bool comma = false;
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        if (!(scopes & UINT32_C(1) << i))
            continue;
        if (comma)
            text_add_byte(out, ',');
        text_add(out, span_of_text(scope_name(i)));
        comma = true;
    }
}

// ---------------------------------------------------------------- secrets

static bool make_secret(struct arena *mem, span *ret, struct err *err)
{
    uint8_t bytes[SECRET_BYTES] = {0};
    span encoded = {0};
    struct text secret;
    if (!os_random(bytes, sizeof bytes, err))
        return false;
    text_init(&secret, mem, SECRET_TEXT);
    if (!base64url_encode(span_of(bytes, sizeof bytes), mem, &encoded))
        return arena_err(mem, err, "token");
    text_add(&secret, SECRET_PREFIX);
    text_add(&secret, encoded);
    *ret = text_span(&secret);
    return text_ok(&secret) || arena_err(mem, err, "token");
}

static bool same_bytes(const uint8_t *a, span b)
{
    uint8_t difference = b.len != HASH_BYTES;
    for (size_t i = 0; i < HASH_BYTES && i < b.len; i++)
        difference |= (uint8_t)(a[i] ^ b.ptr[i]);
    return difference == 0;
}

// ---------------------------------------------------------------- adding

static bool check_token(const struct token *token, uint64_t now, struct err *err)
{
    if (token->name.len == 0 || token->name.len > NAME_MOST || !utf8_is_valid(token->name) ||
        span_find(token->name, 0) != SPAN_NONE)
        return err_set(err, ERR_USAGE, "'%s' cannot be a token's name", quote(token->name).text);
    if (token->scopes == 0 || (token->scopes & ~(uint32_t)EVERY_SCOPE) != 0)
        return err_set(err, ERR_USAGE,
                       "a token needs a scope: read, push, scan, subscribe, rules, admin");
    if (token->scopes & SCOPE_ADMIN && token->project)
        return err_set(err, ERR_USAGE, "who administers does that for all projects");
    if (token->expires && token->expires <= now)
        return err_set(err, ERR_USAGE, "the token has expired before it is made");
    return true;
}

bool store_add_token(struct store *store, const struct token *token, uint64_t now,
                     struct arena *mem, span *ret_secret, int64_t *ret, struct err *err)
{
    span secret = {0};
    digest hash = {0};
    if (!check_token(token, now, err) || !make_secret(mem, &secret, err) ||
        !digest_of(DIGEST_SHA256, secret, &hash, err))
        return false;
    const sql_value values[] = {
        sql_text(token->name),      sql_bytes(span_of(hash.bytes, HASH_BYTES)),
        sql_integer(token->scopes), token->project ? sql_integer(token->project) : sql_null(),
        sql_integer((int64_t)now),  sql_integer((int64_t)token->expires),
    };
    if (!sql_ask_integer(store->sql,
                         "INSERT INTO token (name, hash, scopes, project, created, expires, used,"
                         " revoked) VALUES ($1, $2, $3, $4, $5, $6, 0, 0) RETURNING id",
                         values, sizeof values / sizeof *values, ret, err))
        return false;
    *ret_secret = secret;
    return true;
}

// ---------------------------------------------------------------- finding

#define TOKEN_COLUMNS "id, name, scopes, project, created, expires, used, revoked, hash"

struct found_token {
    struct arena *mem;
    struct token token;
    const uint8_t *hash; // that it must have; null: any
    bool found;
};

static bool take_token(void *self, const struct sql_row *row, struct err *err)
{
    struct found_token *found = self;
    struct token *token = &found->token;
    if (found->hash && !same_bytes(found->hash, sql_row_bytes(row, 8)))
        return true;
    *token = (struct token){
        .id = sql_row_integer(row, 0),
        .scopes = (uint32_t)sql_row_integer(row, 2),
        .project = sql_row_integer(row, 3),
        .created = (uint64_t)sql_row_integer(row, 4),
        .expires = (uint64_t)sql_row_integer(row, 5),
        .used = (uint64_t)sql_row_integer(row, 6),
        .revoked = (uint64_t)sql_row_integer(row, 7),
    };
    found->found = true;
    return arena_span(found->mem, sql_row_bytes(row, 1), &token->name) ||
           arena_err(found->mem, err, "token");
}

static bool is_good(const struct token *token, uint64_t now)
{
    return token->revoked == 0 && (token->expires == 0 || token->expires > now);
}

static bool note_use(struct store *store, const struct token *token, uint64_t now, struct err *err)
{
    uint64_t hour = now - now % USE_IS_NOTED_EVERY;
    const sql_value values[] = {sql_integer((int64_t)hour), sql_integer(token->id)};
    return token->used >= hour ||
           sql_run(store->sql, "UPDATE token SET used = $1 WHERE id = $2 AND used < $1", values, 2,
                   err);
}

bool store_check_token(struct store *store, span secret, uint64_t now, struct arena *mem,
                       struct token *ret, struct err *err)
{
    digest hash = {0};
    if (secret.len != SECRET_TEXT || !span_starts_with(secret, SECRET_PREFIX))
        return err_set(err, ERR_DENIED, "this is no token");
    if (!digest_of(DIGEST_SHA256, secret, &hash, err))
        return false;
    struct found_token found = {.mem = mem, .hash = hash.bytes};
    const struct sql_reader to = {&found, take_token};
    const sql_value values[] = {sql_bytes(span_of(hash.bytes, HASH_BYTES))};
    if (!sql_ask(store->sql, "SELECT " TOKEN_COLUMNS " FROM token WHERE hash = $1", values, 1, &to,
                 err))
        return false;
    if (!found.found || !is_good(&found.token, now))
        return err_set(err, ERR_DENIED, "the token is unknown, expired or revoked");
    // Who cannot be noted, since the disk is full, may still read.
    (void)note_use(store, &found.token, now, NULL);
    *ret = found.token;
    return true;
}

bool store_find_token(struct store *store, int64_t id, struct arena *mem, struct token *ret,
                      struct err *err)
{
    struct found_token found = {.mem = mem};
    const struct sql_reader to = {&found, take_token};
    const sql_value values[] = {sql_integer(id)};
    if (!sql_ask(store->sql, "SELECT " TOKEN_COLUMNS " FROM token WHERE id = $1", values, 1, &to,
                 err))
        return false;
    if (!found.found)
        return err_set(err, ERR_MISSING, "there is no token %lld", (long long)id);
    *ret = found.token;
    return true;
}

// ---------------------------------------------------------------- changing

bool store_rotate_token(struct store *store, int64_t id, uint64_t grace, uint64_t now,
                        struct arena *mem, span *ret_secret, int64_t *ret, struct err *err)
{
    struct token token = {0};
    if (!store_find_token(store, id, mem, &token, err))
        return false;
    if (!is_good(&token, now))
        return err_set(err, ERR_CONFLICT, "the token is expired or revoked");
    const sql_value values[] = {sql_integer((int64_t)(now + grace)), sql_integer(id)};
    return store_add_token(store, &token, now, mem, ret_secret, ret, err) &&
           sql_run(store->sql,
                   "UPDATE token SET expires = $1 WHERE id = $2 AND (expires = 0 OR expires > $1)",
                   values, 2, err);
}

bool store_revoke_token(struct store *store, int64_t id, uint64_t now, struct err *err)
{
    const sql_value values[] = {sql_integer((int64_t)now), sql_integer(id)};
    if (!sql_run(store->sql, "UPDATE token SET revoked = $1 WHERE id = $2 AND revoked = 0", values,
                 2, err))
        return false;
    return sql_changes(store->sql) == 1 ||
           err_set(err, ERR_MISSING, "there is no token %lld that could be revoked", (long long)id);
}
