#include "database/database_inner.h"

// ---------------------------------------------------------------- bodies of a key

struct asked_key ask_for(enum key_kind kind, span ecosystem, span name)
{
    return (struct asked_key){
        .kind = kind,
        .ecosystem = ecosystem,
        .name = name,
        .hash = name_hash(kind, name),
    };
}

bool find_bodies(const struct database *database, const struct asked_key *key, struct arena *mem,
                 struct list *ret, struct err *err)
{
    const struct scope *scopes = NULL;
    size_t count = scopes_of(database, key->kind, key->ecosystem, &scopes);
    list_init(ret, mem, sizeof(struct found), MOST_SEGMENTS);
    for (size_t i = 0; i < count; i++) {
        struct found hit = {.segment = &database->segments[scopes[i].segment]};
        bool damaged = false;
        if (!slot_is_taken(scopes[i].slots, key_hash(key->hash, scopes[i].word)))
            continue;
        if (!segment_find(hit.segment, key, scopes[i].word, &hit.body, &damaged)) {
            if (damaged)
                return database_damaged(database, hit.segment, "index", err);
            continue;
        }
        struct found *place = LIST_ADD(ret, struct found);
        if (!place)
            return arena_err(mem, err, "database");
        *place = hit;
    }
    return true;
}

// ---------------------------------------------------------------- packages

static bool decode_found(const struct database *database, const struct asked_key *key,
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
        if (!body_claims(database, hit->segment, key->ecosystem, key->name, hit->body, mem, items,
                         &count, err))
            return false;
    }
    *ret = (struct claims){.items = items, .count = count};
    return true;
}

static bool look_up(void *self, span ecosystem, span name, struct arena *mem, struct claims *ret,
                    struct err *err)
{
    const struct database *database = self;
    struct asked_key key = ask_for(KEY_PACKAGE, ecosystem, name);
    struct list found = {0};
    if (!find_bodies(database, &key, mem, &found, err))
        return false;
    if (found.count == 0) {
        *ret = (struct claims){0};
        return true;
    }
    return decode_found(database, &key, &found, mem, ret, err);
}

static struct known_ecosystem find_ecosystem(void *self, span key)
{
    const struct scope *scopes = NULL;
    size_t count = scopes_of(self, KEY_PACKAGE, key, &scopes);
    return (struct known_ecosystem){.key = key, .place = count ? scopes : NULL};
}

// What one segment, of which one scope is asked, says.
static bool look_into(const struct database *database, const struct scope *scope,
                      const struct asked_key *key, const struct asked_versions *versions,
                      enum outlook *ret, struct err *err)
{
    const struct segment *segment = &database->segments[scope->segment];
    span body = {0};
    bool damaged = false;
    bool open = false;
    bool found = segment_find(segment, key, scope->word, &body, &damaged);
    if (damaged || (found && !body_look_out(segment, body, scope->scheme, versions, &open)))
        return database_damaged(database, segment, "statements", err);
    if (found)
        *ret = open ? OUTLOOK_OPEN : OUTLOOK_CLEAR;
    return true;
}

static bool look_out(void *self, const struct known_ecosystem *ecosystem, span name,
                     const struct asked_versions *versions, enum outlook *ret, struct err *err)
{
    const struct scope *scopes = ecosystem->place;
    size_t count = scopes ? scopes->run : 0;
    uint64_t hash = name_hash(KEY_PACKAGE, name);
    enum outlook outlook = OUTLOOK_SILENT;
    for (size_t i = 0; i < count && outlook != OUTLOOK_OPEN; i++) {
        if (!slot_is_taken(scopes[i].slots, key_hash(hash, scopes[i].word)))
            continue;
        const struct asked_key key = {KEY_PACKAGE, ecosystem->key, name, hash};
        if (!look_into(self, &scopes[i], &key, versions, &outlook, err))
            return false;
    }
    *ret = outlook;
    return true;
}

// A claim of ours has the segment's own name, so that most often its place is enough.
static const struct segment *segment_of(const struct database *database, span name)
{
    for (size_t i = 0; i < database->segment_count; i++)
        if (database->segments[i].name.ptr == name.ptr)
            return &database->segments[i];
    for (size_t i = 0; i < database->segment_count; i++)
        if (span_equal(database->segments[i].name, name))
            return &database->segments[i];
    return NULL;
}

static bool read_statements(void *self, const struct claim *claim, struct arena *mem,
                            struct statement *ret, struct err *err)
{
    const struct segment *segment = segment_of(self, claim->database);
    if (!segment)
        return err_set(err, ERR_MISSING, "database: no segment %s", quote(claim->database).text);
    return body_statements(self, segment, claim, mem, ret, err);
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
    struct asked_key key = ask_for(KEY_RELEASE, distro, version_id);
    struct list found = {0};
    if (err)
        err->kind = ERR_NONE;
    if (!find_bodies(database, &key, mem, &found, err))
        return false;
    struct release release = {0};
    for (size_t i = 0; i < found.count; i++) {
        const struct found *hit = LIST_AT(&found, struct found, i);
        if (!body_releases(database, hit->segment, distro, version_id, hit->body, keep_release,
                           &release, err))
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
static bool find_texts(const struct database *database, const struct asked_key *key,
                       struct arena *mem, struct spans *ret, struct err *err)
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
    struct asked_key key = ask_for(KEY_WEAKNESS, (span){0}, id);
    struct spans names = {0};
    if (!find_texts(self, &key, mem, &names, err))
        return false;
    *ret = names.count ? names.items[0] : (span){0};
    return true;
}

static bool look_up_products(void *self, span type, span name, struct arena *mem, struct spans *ret,
                             struct err *err)
{
    struct asked_key key = ask_for(KEY_PRODUCT, type, name);
    return find_texts(self, &key, mem, ret, err);
}

// The port's self is not const, the database is: nothing in here writes to it.
struct advisory_source database_source(const struct database *database)
{
    return (struct advisory_source){
        .self = (void *)(uintptr_t)database,
        .find_ecosystem = find_ecosystem,
        .look_out = look_out,
        .look_up = look_up,
        .read_statements = read_statements,
        .look_up_flaw = database_look_up_flaw,
        .look_up_release = look_up_release,
        .look_up_weakness = look_up_weakness,
        .look_up_products = look_up_products,
    };
}
