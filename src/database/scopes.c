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
    *ret = scope;
    return true;
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

// Index of the first scope that is not below (kind, ecosystem).
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

size_t scopes_of(const struct database *database, enum key_kind kind, span ecosystem,
                 const struct scope **ret_first)
{
    size_t first = lower_bound(database, kind, ecosystem);
    size_t end = first;
    while (end < database->scope_count &&
           compare_scope(&database->scopes[end], kind, ecosystem) == 0)
        end++;
    *ret_first = database->scopes + first;
    return end - first;
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
