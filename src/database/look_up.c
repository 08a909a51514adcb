#include "database/database_inner.h"

// ---------------------------------------------------------------- scopes

static bool read_scope(const struct database *database, reader *in, struct scope *ret)
{
    struct scope scope = {0};
    uint32_t kind = read_u32le(in);
    scope.segment = read_u32le(in);
    scope.word = read_u32le(in);
    if (kind >= KEY_KINDS || scope.segment >= database->segment_count)
        return false;
    scope.kind = (enum key_kind)kind;
    *ret = scope;
    return word_at(&database->segments[scope.segment].words, scope.word, &ret->ecosystem);
}

bool scopes_view(struct database *database, span table, struct err *err)
{
    size_t count = table.len / SCOPE_ENTRY_SIZE;
    reader in = reader_of(table);
    database->scopes = arena_array(database->mem, count, sizeof *database->scopes);
    if (!database->scopes)
        return arena_err(database->mem, err, "database: scopes");
    for (size_t i = 0; i < count; i++)
        if (!read_scope(database, &in, &database->scopes[i]))
            return database_damaged(database, NULL, "scope", err);
    database->scope_count = count;
    return true;
}

static int compare_scope(const struct scope *scope, enum key_kind kind, span ecosystem)
{
    if (scope->kind != kind)
        return scope->kind < kind ? -1 : 1;
    return span_compare(scope->ecosystem, ecosystem);
}

// Index of the first scope that is not below (kind, ecosystem). Those of one ecosystem stand
// together.
static size_t lower_bound(const struct database *database, enum key_kind kind, span ecosystem)
{
    size_t low = 0;
    size_t high = database->scope_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_scope(&database->scopes[middle], kind, ecosystem) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// ---------------------------------------------------------------- bodies of a key

static bool find_in_scope(const struct database *database, const struct scope *scope,
                          const struct key *key, struct list *found, struct err *err)
{
    const struct segment *segment = &database->segments[scope->segment];
    struct found hit = {.segment = segment};
    bool damaged = false;
    if (!segment_find(segment, key, scope->word, &hit.body, &damaged))
        return !damaged || database_damaged(database, segment, "index", err);
    struct found *place = LIST_ADD(found, struct found);
    if (!place)
        return arena_err(found->mem, err, "database");
    *place = hit;
    return true;
}

bool find_bodies(const struct database *database, const struct key *key, struct arena *mem,
                 struct list *ret, struct err *err)
{
    list_init(ret, mem, sizeof(struct found), MOST_SEGMENTS);
    for (size_t i = lower_bound(database, key->kind, key->ecosystem); i < database->scope_count;
         i++) {
        const struct scope *scope = &database->scopes[i];
        if (compare_scope(scope, key->kind, key->ecosystem) != 0)
            break;
        if (!find_in_scope(database, scope, key, ret, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- packages

static bool decode_found(const struct database *database, const struct key *key,
                         const struct list *found, struct arena *mem, struct claims *ret,
                         struct err *err)
{
    size_t room = 0;
    for (size_t i = 0; i < found->count; i++)
        room += body_count(LIST_AT(found, struct found, i)->body);
    struct claim *items = arena_array(mem, room, sizeof *items);
    if (!items)
        return arena_err(mem, err, "database");
    size_t count = 0;
    for (size_t i = 0; i < found->count; i++) {
        const struct found *hit = LIST_AT(found, struct found, i);
        if (!body_claims(database, hit->segment, key, hit->body, items, &count, err))
            return false;
    }
    *ret = (struct claims){.items = items, .count = count};
    return true;
}

static bool look_up(void *self, span ecosystem, span name, struct arena *mem, struct claims *ret,
                    struct err *err)
{
    const struct database *database = self;
    struct key key = {.kind = KEY_PACKAGE, .ecosystem = ecosystem, .name = name};
    struct list found = {0};
    if (!find_bodies(database, &key, mem, &found, err))
        return false;
    if (found.count == 0) {
        *ret = (struct claims){0};
        return true;
    }
    return decode_found(database, &key, &found, mem, ret, err);
}

static bool look_out(void *self, span ecosystem, span name, const struct asked_versions *versions,
                     enum outlook *ret, struct err *err)
{
    (void)versions; // bodies hold no keys: whatever is spoken of may be in a range
    enum { FEW = 1 << 14 };
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(FEW);
    struct key key = {.kind = KEY_PACKAGE, .ecosystem = ecosystem, .name = name};
    struct list found = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "database: out of memory");
    if (!find_bodies(self, &key, mem, &found, err))
        return false;
    *ret = found.count ? OUTLOOK_OPEN : OUTLOOK_SILENT;
    return true;
}

static bool read_statements(void *self, const struct claim *claim, struct arena *mem,
                            struct statement *ret, struct err *err)
{
    const struct database *database = self;
    for (size_t i = 0; i < database->segment_count; i++) {
        const struct segment *segment = &database->segments[i];
        if (span_equal(segment->name, claim->database))
            return body_statements(database, segment, claim, mem, ret, err);
    }
    return err_set(err, ERR_MISSING, "database: no segment %s", quote(claim->database).text);
}

// ---------------------------------------------------------------- releases

static bool keep_release(void *self, const struct release *release, struct err *err)
{
    (void)err; // keeping cannot fail
    *(struct release *)self = *release;
    return true;
}

static bool look_up_release(void *self, span distro, span version_id, struct arena *mem,
                            struct release *ret, struct err *err)
{
    const struct database *database = self;
    struct key key = {.kind = KEY_RELEASE, .ecosystem = distro, .name = version_id};
    struct list found = {0};
    if (err)
        err->kind = ERR_NONE;
    if (!find_bodies(database, &key, mem, &found, err))
        return false;
    struct release release = {0};
    for (size_t i = 0; i < found.count; i++) {
        const struct found *hit = LIST_AT(&found, struct found, i);
        if (!body_releases(database, hit->segment, &key, hit->body, keep_release, &release, err))
            return false;
    }
    if (found.count == 0)
        return false;
    *ret = release;
    return true;
}

// ---------------------------------------------------------------- weaknesses, products

static bool keep_text(void *self, span text, struct err *err)
{
    struct list *items = self;
    for (size_t i = 0; i < items->count; i++)
        if (span_equal(*LIST_AT(items, span, i), text))
            return true;
    span *item = LIST_ADD(items, span);
    if (!item)
        return arena_err(items->mem, err, "database");
    *item = text;
    return true;
}

// What all databases hold under a key whose records are texts: each text once.
static bool find_texts(const struct database *database, const struct key *key, struct arena *mem,
                       struct spans *ret, struct err *err)
{
    struct list found = {0};
    struct list items = {0};
    if (!find_bodies(database, key, mem, &found, err))
        return false;
    list_init(&items, mem, sizeof(span), UINT32_MAX);
    for (size_t i = 0; i < found.count; i++) {
        const struct found *hit = LIST_AT(&found, struct found, i);
        if (!body_texts(database, hit->segment, hit->body, keep_text, &items, err))
            return false;
    }
    *ret = (struct spans){.items = items.items, .count = items.count};
    return true;
}

static bool look_up_weakness(void *self, span id, struct arena *mem, span *ret, struct err *err)
{
    struct key key = {.kind = KEY_WEAKNESS, .name = id};
    struct spans names = {0};
    if (!find_texts(self, &key, mem, &names, err))
        return false;
    *ret = names.count ? names.items[0] : (span){0};
    return true;
}

static bool look_up_products(void *self, span type, span name, struct arena *mem, struct spans *ret,
                             struct err *err)
{
    struct key key = {.kind = KEY_PRODUCT, .ecosystem = type, .name = name};
    return find_texts(self, &key, mem, ret, err);
}

// The port's self is not const, the database is: nothing in here writes to it.
struct advisory_source database_source(const struct database *database)
{
    return (struct advisory_source){
        .self = (void *)(uintptr_t)database,
        .look_out = look_out,
        .look_up = look_up,
        .read_statements = read_statements,
        .look_up_flaw = database_look_up_flaw,
        .look_up_release = look_up_release,
        .look_up_weakness = look_up_weakness,
        .look_up_products = look_up_products,
    };
}
