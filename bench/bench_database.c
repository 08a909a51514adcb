// How fast a database opens and answers: bench_database FILE prints a table.
#include "database/database.h"

#include <stdio.h>
#include <time.h>

enum { OPENS = 200, MOST_KEYS = 1 << 22, LOOK_UPS = 1 << 18 };

struct key {
    span ecosystem;
    span name;
    size_t statements;
};

struct keys {
    struct list all;  // of struct key
    struct list some; // those with few statements: what most packages cost
    struct list gone; // the same names in an ecosystem that has them not
};

enum {
    FEW = 4,
    IMAGE = 300, // packages
};

// Processor time: what busy neighbours take does not count.
static double processor_ns(void)
{
    return (double)clock() * (1e9 / CLOCKS_PER_SEC);
}

static bool add_key(struct list *list, const struct key *key)
{
    struct key *place = LIST_ADD(list, struct key);
    if (place)
        *place = *key;
    return place != NULL;
}

static bool see_package(void *self, span ecosystem, span name, const struct statements *statements,
                        struct err *err)
{
    struct keys *keys = self;
    struct key key = {.ecosystem = ecosystem, .name = name, .statements = statements->count};
    struct key gone = {.ecosystem = ecosystem, .name = span_from(name, 1)};
    bool ok = add_key(&keys->all, &key) && (gone.name.len == 0 || add_key(&keys->gone, &gone));
    if (statements->count <= FEW)
        ok = ok && add_key(&keys->some, &key);
    return ok || err_set(err, ERR_LIMIT, "too many keys");
}

static bool collect_keys(const struct database *database, struct arena *mem, struct keys *ret,
                         struct err *err)
{
    struct limits limits = limits_default();
    struct database_visitor visitor = {.self = ret, .visit_package = see_package};
    list_init(&ret->all, mem, sizeof(struct key), MOST_KEYS);
    list_init(&ret->some, mem, sizeof(struct key), MOST_KEYS);
    list_init(&ret->gone, mem, sizeof(struct key), MOST_KEYS);
    return database_walk(database, &limits, &visitor, err);
}

static bool time_open(const char *path, struct err *err)
{
    double start = processor_ns();
    for (unsigned i = 0; i < OPENS; i++) {
        CLEANUP(database_cleanup) struct database *database = NULL;
        if (!database_open(path, &database, err))
            return false;
    }
    double each = (processor_ns() - start) / OPENS;
    printf("%-34s %12.1f us\n", "open and close", each / 1e3);
    return true;
}

static bool read_claims(const struct advisory_source *source, const struct claims *claims,
                        struct arena *mem, struct err *err)
{
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->items[i];
        struct statement *statements = arena_array(mem, claim->count, sizeof *statements);
        if (!statements)
            return arena_err(mem, err, "statements");
        if (!source->read_statements(source->self, claim, mem, statements, err))
            return false;
    }
    return true;
}

// Asks in an order without locality, as an image's packages do.
static bool time_look_ups(const struct database *database, const struct list *keys,
                          const char *what, bool with_advisories, struct err *err)
{
    struct advisory_source source = database_source(database);
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 28);
    if (keys->count == 0 || !mem)
        return true;
    uint64_t statements = 0;
    uint64_t claims = 0;
    double start = processor_ns();
    for (size_t i = 0; i < LOOK_UPS; i++) {
        const struct key *key = LIST_AT(keys, struct key, i * 7919 % keys->count);
        struct claims found = {0};
        arena_reset(mem);
        if (!source.look_up(source.self, key->ecosystem, key->name, mem, &found, err))
            return false;
        if (with_advisories && !read_claims(&source, &found, mem, err))
            return false;
        claims += found.count;
        for (size_t k = 0; k < found.count; k++)
            statements += found.items[k].count;
    }
    double ns = processor_ns() - start;
    printf("%-34s %12.0f ns %12.0f/s %8.1f statements in %.1f claims\n", what, ns / LOOK_UPS,
           LOOK_UPS * 1e9 / ns, (double)statements / LOOK_UPS, (double)claims / LOOK_UPS);
    return true;
}

// Asks from afar, as matching does first, for a package of these versions; `distinct` names in
// turn.
static bool time_look_outs(const struct database *database, const struct list *keys,
                           size_t distinct, const char *what, const struct asked_versions *versions,
                           struct err *err)
{
    struct advisory_source source = database_source(database);
    size_t open = 0;
    double start = processor_ns();
    for (size_t i = 0; i < LOOK_UPS && keys->count; i++) {
        const struct key *key = LIST_AT(keys, struct key, i % distinct * 7919 % keys->count);
        struct known_ecosystem known = source.find_ecosystem(source.self, key->ecosystem);
        enum outlook outlook = OUTLOOK_SILENT;
        if (!source.look_out(source.self, &known, key->name, versions, &outlook, err))
            return false;
        open += outlook == OUTLOOK_OPEN;
    }
    double ns = processor_ns() - start;
    printf("%-34s %12.0f ns %12.0f/s %8.1f %% may be affected\n", what, ns / LOOK_UPS,
           LOOK_UPS * 1e9 / ns, 100.0 * (double)open / LOOK_UPS);
    return true;
}

static bool run(const char *path, struct err *err)
{
    // Keys that no version has: below all others and above.
    const struct asked_versions oldest = {.of_binary = S("\0"), .of_source = S("\0")};
    const struct asked_versions newest = {.of_binary = S("\xff"), .of_source = S("\xff")};

    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(1) << 30);
    CLEANUP(database_cleanup) struct database *database = NULL;
    struct keys keys = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    return time_open(path, err) && database_open(path, &database, err) &&
           collect_keys(database, mem, &keys, err) &&
           time_look_outs(database, &keys.gone, LOOK_UPS, "look out, name without statements",
                          &newest, err) &&
           time_look_outs(database, &keys.all, LOOK_UPS, "look out, newer than all claims", &newest,
                          err) &&
           time_look_outs(database, &keys.all, LOOK_UPS, "look out, older than all fixes", &oldest,
                          err) &&
           time_look_outs(database, &keys.all, IMAGE, "look out, names of one image", &newest,
                          err) &&
           time_look_ups(database, &keys.gone, "look-up, name without statements", false, err) &&
           time_look_ups(database, &keys.some, "look-up, up to 4 statements", false, err) &&
           time_look_ups(database, &keys.all, "look-up, any package", false, err) &&
           time_look_ups(database, &keys.all, "the same, advisories read too", true, err);
}

int main(int argc, char **argv)
{
    struct err err = {0};
    if (argc != 2) {
        fprintf(stderr, "usage: bench_database FILE\n");
        return 64;
    }
    if (run(argv[1], &err))
        return 0;
    fprintf(stderr, "bench_database: %s\n", err.text);
    return 1;
}
