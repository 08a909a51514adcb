// Which segments speak of an ecosystem.
#include "database/database_inner.h"

static bool read_scope(const struct database *database, reader *in, struct scope *ret)
{
    struct scope scope = {0};
    uint32_t kind = read_u32le(in);
    scope.segment = read_u32le(in);
    scope.word = read_u32le(in);
    if (kind >= KEY_KINDS || scope.segment >= database->segment_count)
        return false;
    scope.kind = (enum key_kind)kind;
    if (!word_at(&database->segments[scope.segment].words, scope.word, &scope.ecosystem))
        return false;
    scope.scheme = scheme_of_ecosystem(scope.ecosystem);
    scope.slots = database->segments[scope.segment].sections[SECTION_RECORD_SLOTS];
    *ret = scope;
    return true;
}

static bool same_scope(const struct scope *scope, enum key_kind kind, span ecosystem)
{
    return scope->kind == kind && span_equal(scope->ecosystem, ecosystem);
}

static uint32_t scope_hash(enum key_kind kind, span ecosystem)
{
    return (uint32_t)(name_hash(kind, ecosystem) >> 32);
}

// Those of one kind and ecosystem stand together: how many they are from `first` on.
static size_t run_length(const struct database *database, size_t first)
{
    const struct scope *scope = &database->scopes[first];
    size_t end = first;
    while (end < database->scope_count &&
           same_scope(&database->scopes[end], scope->kind, scope->ecosystem))
        end++;
    return end - first;
}

// Every look-up begins here, so it is no search.
static bool index_scopes(struct database *database)
{
    struct slot_table table = {0};
    struct text slots = {0};
    if (!slot_table_init(&table, database->scope_count, database->mem))
        return false;
    for (size_t i = 0; i < database->scope_count; i += database->scopes[i].run) {
        struct scope *scope = &database->scopes[i];
        scope->run = run_length(database, i);
        slot_table_add(&table, scope_hash(scope->kind, scope->ecosystem), (uint32_t)i);
    }
    text_init(&slots, database->mem, SIZE_MAX);
    slot_table_put(&slots, &table);
    database->scope_slots = text_span(&slots);
    return text_ok(&slots);
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
    return index_scopes(database) || arena_err(database->mem, err, "database: scopes");
}

size_t scopes_of(const struct database *database, enum key_kind kind, span ecosystem,
                 const struct scope **ret_first)
{
    struct slot_search search = slot_search(database->scope_slots, scope_hash(kind, ecosystem));
    uint32_t number = 0;
    bool no_end = false; // the table is our own
    while (slot_next(&search, &number, &no_end)) {
        const struct scope *scope = &database->scopes[number];
        *ret_first = scope;
        if (same_scope(scope, kind, ecosystem))
            return scope->run;
    }
    return 0;
}

// ---------------------------------------------------------------- compiling

bool segment_scopes(const struct segment *segment, uint32_t number, struct list *scopes)
{
    reader in = reader_of(segment->sections[SECTION_RECORDS]);
    const struct scope *last = NULL;
    while (in.rest.len) {
        struct record record = get_record(&in);
        if (last && last->kind == record.kind && last->word == record.word)
            continue;
        struct scope *scope = LIST_ADD(scopes, struct scope);
        if (!scope || !word_at(&segment->words, record.word, &scope->ecosystem))
            return false;
        scope->kind = record.kind;
        scope->segment = number;
        scope->word = (uint32_t)record.word;
        last = scope;
    }
    return read_ok(&in);
}
