// What is said of a name: of a package, a flaw, a weakness, or by an advisory.
#include "database/walk_inner.h"

// ---------------------------------------------------------------- names of records

static bool search_scope(const struct database *database, const struct scope *scope, span name,
                         const struct database_visitor *visitor, struct arena *mem,
                         struct arena *kept, struct err *err)
{
    struct walk walk = {
        .database = database,
        .segment = &database->segments[scope->segment],
        .visitor = visitor,
        .mem = mem,
    };
    struct key key = {.kind = scope->kind, .ecosystem = scope->ecosystem, .name = name};
    span body = {0};
    bool damaged = false;
    if (scope->kind == KEY_RELEASE)
        return true;
    arena_reset(mem);
    if (scope->kind == KEY_FLAW && !id_pack(name, kept, &key.name))
        return arena_err(kept, err, "database");
    struct asked_key asked = ask_for(key.kind, key.ecosystem, key.name);
    if (segment_find(walk.segment, &asked, scope->word, &body, &damaged))
        return walk_visit(&walk, &key, body, err);
    return !damaged || database_damaged(database, walk.segment, "index", err);
}

// ---------------------------------------------------------------- names of advisories

static bool has_name(const struct spans *names, span name)
{
    for (size_t i = 0; i < names->count; i++)
        if (span_equal(names->items[i], name))
            return true;
    return false;
}

static bool is_about(const struct advisory *advisory, span name)
{
    return span_equal(advisory->id, name) || has_name(&advisory->flaws, name) ||
           has_name(&advisory->aliases, name);
}

// A slot of the segment's advisories: notes its number if the advisory is about the name.
static bool check_slot(const struct walk *walk, reader *slots, span name, struct list *references,
                       struct err *err)
{
    uint32_t reference = read_u32le(slots) >> 8;
    uint32_t offset = read_u32le(slots);
    if (offset == 0)
        return true;
    struct advisory advisory = {0};
    reader in = reader_of(span_from(walk->segment->sections[SECTION_HEADS], offset - 1));
    arena_reset(walk->mem);
    if (!get_head(&in, walk->mem, &advisory, err))
        return false;
    if (!read_ok(&in))
        return database_damaged(walk->database, walk->segment, "advisory", err);
    if (!is_about(&advisory, name))
        return true;
    uint32_t *item = LIST_ADD(references, uint32_t);
    if (!item)
        return arena_err(references->mem, err, "database");
    *item = reference;
    return true;
}

static bool find_advisories(const struct walk *walk, span name, struct list *references,
                            struct err *err)
{
    reader slots = reader_of(walk->segment->sections[SECTION_HEAD_SLOTS]);
    while (slots.rest.len)
        if (!check_slot(walk, &slots, name, references, err))
            return false;
    return true;
}

static bool is_wanted(const struct list *references, uint32_t reference)
{
    for (size_t i = 0; i < references->count; i++)
        if (*LIST_AT(references, uint32_t, i) == reference)
            return true;
    return false;
}

// Appends the part of a claim that the wanted advisories make, an advisory a piece.
static bool add_wanted(const struct claim *claim, const struct list *references,
                       struct list *pieces)
{
    reader in = reader_of(claim->advisories);
    for (size_t i = 0; i < claim->count; i++) {
        if (!is_wanted(references, get_reference(&in)))
            continue;
        struct claim *piece = LIST_ADD(pieces, struct claim);
        if (!piece)
            return false;
        *piece = *claim;
        piece->count = 1;
        piece->advisories = span_slice(claim->advisories, i * REFERENCE_SIZE, REFERENCE_SIZE);
    }
    return true;
}

static bool search_package(struct walk *walk, const struct key *key, span body,
                           const struct list *references, struct err *err)
{
    struct claims claims = {0};
    struct list pieces = {0};
    arena_reset(walk->mem);
    list_init(&pieces, walk->mem, sizeof(struct claim), SIZE_MAX);
    if (!walk_claims(walk, key, body, &claims, err))
        return false;
    for (size_t i = 0; i < claims.count; i++)
        if (!add_wanted(&claims.items[i], references, &pieces))
            return arena_err(walk->mem, err, "database");
    return pieces.count == 0 || walk_visit_claims(walk, key, pieces.items, pieces.count, err);
}

static bool search_records(struct walk *walk, const struct list *references, struct err *err)
{
    reader records = reader_of(walk->segment->sections[SECTION_RECORDS]);
    while (records.rest.len) {
        struct key key = {0};
        span body = {0};
        if (!walk_next(walk, &records, &key, &body, err))
            return false;
        if (key.kind == KEY_PACKAGE && !search_package(walk, &key, body, references, err))
            return false;
    }
    return true;
}

// No index leads from an advisory to its packages: whoever asks for one reads them all.
static bool search_advisories(struct walk *walk, span name, struct list *references,
                              struct err *err)
{
    references->count = 0;
    if (!walk->visitor->visit_package || !find_advisories(walk, name, references, err))
        return !walk->visitor->visit_package;
    return references->count == 0 || search_records(walk, references, err);
}

// ---------------------------------------------------------------- the search

bool database_search(const struct database *database, span name, const struct limits *limits,
                     const struct database_visitor *visitor, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->build_bytes);
    CLEANUP(arena_cleanup) struct arena *kept = arena_new(limits->build_bytes);
    if (!mem || !kept)
        return err_set(err, ERR_MEMORY, "database: out of memory");
    for (size_t i = 0; i < database->scope_count; i++)
        if (!search_scope(database, &database->scopes[i], name, visitor, mem, kept, err))
            return false;
    struct list references = {0};
    list_init(&references, kept, sizeof(uint32_t), UINT32_MAX);
    for (size_t i = 0; i < database->segment_count; i++) {
        struct walk walk = {
            .database = database,
            .segment = &database->segments[i],
            .visitor = visitor,
            .mem = mem,
        };
        if (!search_advisories(&walk, name, &references, err))
            return false;
    }
    return true;
}
