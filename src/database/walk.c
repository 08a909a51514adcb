#include "database/walk_inner.h"

// ---------------------------------------------------------------- one key

static bool read_all(const struct walk *walk, const struct claim *claims, size_t count,
                     struct statements *ret, struct err *err)
{
    size_t room = 0;
    for (size_t i = 0; i < count; i++)
        room += claims[i].count;
    struct statement *items = arena_array(walk->mem, room, sizeof *items);
    if (!items)
        return arena_err(walk->mem, err, "database");
    size_t done = 0;
    for (size_t i = 0; i < count; i++) {
        if (!body_statements(walk->database, walk->segment, &claims[i], walk->mem, items + done,
                             err))
            return false;
        done += claims[i].count;
    }
    *ret = (struct statements){.items = items, .count = done};
    return true;
}

bool walk_visit_claims(struct walk *walk, const struct key *key, const struct claim *claims,
                       size_t count, struct err *err)
{
    struct statements statements = {0};
    return read_all(walk, claims, count, &statements, err) &&
           walk->visitor->visit_package(walk->visitor->self, key->ecosystem, key->name, &statements,
                                        err);
}

bool walk_claims(const struct walk *walk, const struct key *key, span body, struct claims *ret,
                 struct err *err)
{
    size_t count = 0;
    struct claim *claims = arena_array(walk->mem, body_count(body), sizeof *claims);
    if (!claims)
        return arena_err(walk->mem, err, "database");
    if (!body_claims(walk->database, walk->segment, key->ecosystem, key->name, body, walk->mem,
                     claims, &count, err))
        return false;
    *ret = (struct claims){.items = claims, .count = count};
    return true;
}

static bool visit_package(struct walk *walk, const struct key *key, span body, struct err *err)
{
    struct claims claims = {0};
    if (!walk->visitor->visit_package)
        return true;
    return walk_claims(walk, key, body, &claims, err) &&
           walk_visit_claims(walk, key, claims.items, claims.count, err);
}

static bool visit_flaw(void *self, const struct flaw *flaw, struct err *err)
{
    const struct database_visitor *visitor = ((const struct walk *)self)->visitor;
    return !visitor->visit_flaw || visitor->visit_flaw(visitor->self, flaw, err);
}

static bool visit_flaws(struct walk *walk, const struct key *key, span body, struct err *err)
{
    span id = {0};
    if (!id_unpack(key->name, walk->mem, &id))
        return arena_err(walk->mem, err, "database");
    return body_flaws(walk->database, walk->segment, id, body, walk->mem, visit_flaw, walk, err);
}

static bool visit_release(void *self, const struct release *release, struct err *err)
{
    const struct database_visitor *visitor = ((const struct walk *)self)->visitor;
    return !visitor->visit_release || visitor->visit_release(visitor->self, release, err);
}

// A weakness or a product on its way to the visitor.
struct texts {
    const struct walk *walk;
    const struct key *key;
};

static bool visit_weakness(void *self, span text, struct err *err)
{
    const struct texts *texts = self;
    const struct database_visitor *visitor = texts->walk->visitor;
    struct weakness weakness = {
        .id = texts->key->name,
        .database = texts->walk->segment->name,
        .name = text,
    };
    return !visitor->visit_weakness || visitor->visit_weakness(visitor->self, &weakness, err);
}

static bool visit_product(void *self, span text, struct err *err)
{
    const struct texts *texts = self;
    const struct database_visitor *visitor = texts->walk->visitor;
    struct cpe_product product = {
        .database = texts->walk->segment->name,
        .type = texts->key->ecosystem,
        .name = texts->key->name,
        .cpe = text,
    };
    return !visitor->visit_product || visitor->visit_product(visitor->self, &product, err);
}

bool walk_visit(struct walk *walk, const struct key *key, span body, struct err *err)
{
    struct texts texts = {.walk = walk, .key = key};
    arena_reset(walk->mem);
    switch (key->kind) {
    case KEY_PACKAGE:
        return visit_package(walk, key, body, err);
    case KEY_FLAW:
        return visit_flaws(walk, key, body, err);
    case KEY_RELEASE:
        return body_releases(walk->database, walk->segment, key->ecosystem, key->name, body,
                             visit_release, walk, err);
    case KEY_WEAKNESS:
        return body_texts(walk->database, walk->segment, body, visit_weakness, &texts, err);
    case KEY_PRODUCT:
        return body_texts(walk->database, walk->segment, body, visit_product, &texts, err);
    case KEY_KINDS:
        break;
    }
    return database_damaged(walk->database, walk->segment, "key", err);
}

// ---------------------------------------------------------------- everything

bool walk_next(const struct walk *walk, reader *records, struct key *ret, span *ret_body,
               struct err *err)
{
    span section = walk->segment->sections[SECTION_RECORDS];
    size_t offset = section.len - records->rest.len;
    struct record record = get_record(records);
    *ret = (struct key){.kind = record.kind, .name = record.name};
    if (!read_ok(records) || !word_at(&walk->segment->words, record.word, &ret->ecosystem) ||
        !segment_body(walk->segment, offset, &record, ret_body))
        return database_damaged(walk->database, walk->segment, "record", err);
    return true;
}

static bool walk_segment(struct walk *walk, struct err *err)
{
    reader records = reader_of(walk->segment->sections[SECTION_RECORDS]);
    while (records.rest.len) {
        struct key key = {0};
        span body = {0};
        if (!walk_next(walk, &records, &key, &body, err) || !walk_visit(walk, &key, body, err))
            return false;
    }
    return true;
}

bool database_walk(const struct database *database, const struct limits *limits,
                   const struct database_visitor *visitor, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->build_bytes);
    if (!mem)
        return err_set(err, ERR_MEMORY, "database: out of memory");
    for (size_t i = 0; i < database->segment_count; i++) {
        struct walk walk = {
            .database = database,
            .segment = &database->segments[i],
            .visitor = visitor,
            .mem = mem,
        };
        if (!walk_segment(&walk, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- verification

// Is every segment what the directory says, by its SHA-256?
static bool check_digests(const struct database *database, struct err *err)
{
    for (size_t i = 0; i < database->segment_count; i++) {
        const struct segment *segment = &database->segments[i];
        digest actual = {0};
        if (!digest_of(DIGEST_SHA256, segment->bytes, &actual, err))
            return false;
        if (!digest_equal(actual, segment->digest))
            return database_damaged(database, segment, "bytes: digest differs", err);
    }
    return true;
}

static bool decode_only(void *self, span ecosystem, span name, const struct statements *statements,
                        struct err *err)
{
    (void)self;
    (void)ecosystem;
    (void)name;
    (void)statements;
    (void)err;
    return true;
}

bool database_verify(const struct database *database, const struct limits *limits, struct err *err)
{
    struct database_visitor visitor = {.visit_package = decode_only};
    for (size_t i = 0; i < database->segment_count; i++) {
        struct database_segment info = {0};
        if (!database_segment_at(database, i, &info, err))
            return false;
    }
    return check_digests(database, err) && database_walk(database, limits, &visitor, err);
}
