// How fast matching is: processor time to look up the packages of one bill of materials, and to
// match them.
// Usage: bench_match DATABASE BOM.json, the latter as `plimsoll bom -o json` prints it.
#include "database/database.h"
#include "format/json/json.h"
#include "match/match.h"
#include "os/os.h"

#include <stdio.h>
#include <time.h>

enum { ROUNDS = 50, MEMORY = 1 << 30, TODAY = 20000 };

static double processor_ns(void)
{
    return (double)clock() * (1e9 / CLOCKS_PER_SEC);
}

static struct package package_of(const struct json *json)
{
    const struct json *source = json_get(json, "source");
    return (struct package){
        .type = json_get_text(json, "type"),
        .name = json_get_text(json, "name"),
        .version = json_get_text(json, "version"),
        .arch = json_get_text(json, "arch"),
        .source_name = json_get_text(source, "name"),
        .source_version = json_get_text(source, "version"),
    };
}

static bool read_bom(const struct json *document, struct arena *mem, struct bom *ret,
                     struct err *err)
{
    const struct json *distro = json_get(document, "distro");
    const struct json *packages = json_get(document, "packages");
    struct bom bom = {
        .distro =
            {
                .id = json_get_text(distro, "id"),
                .version_id = json_get_text(distro, "version_id"),
            },
        .package_count = json_count(packages),
    };
    bom.packages = arena_array(mem, bom.package_count, sizeof *bom.packages);
    if (!bom.packages)
        return arena_err(mem, err, "packages");
    for (size_t i = 0; i < bom.package_count; i++)
        bom.packages[i] = package_of(json_at(packages, i));
    *ret = bom;
    return true;
}

// ---------------------------------------------------------------- what is looked up

struct name {
    span ecosystem;
    span name;
};

// Stands between match/ and the database and remembers what is asked.
struct listener {
    struct advisory_source source;
    struct list names; // of struct name
};

static bool listen(void *self, span ecosystem, span name, struct arena *mem, struct claims *ret,
                   struct err *err)
{
    struct listener *listener = self;
    struct name *item = LIST_ADD(&listener->names, struct name);
    if (!item)
        return err_set(err, ERR_LIMIT, "too many names");
    *item = (struct name){.ecosystem = ecosystem, .name = name};
    return listener->source.look_up(listener->source.self, ecosystem, name, mem, ret, err);
}

static bool look_out(void *self, span ecosystem, span name, const struct asked_versions *versions,
                     enum outlook *ret, struct err *err)
{
    const struct listener *listener = self;
    return listener->source.look_out(listener->source.self, ecosystem, name, versions, ret, err);
}

static bool read_on(void *self, const struct claim *claim, struct arena *mem, struct statement *ret,
                    struct err *err)
{
    const struct listener *listener = self;
    return listener->source.read_statements(listener->source.self, claim, mem, ret, err);
}

static bool read_flaw(void *self, span id, span vendor, struct arena *mem, struct flaw *ret,
                      struct err *err)
{
    const struct listener *listener = self;
    return listener->source.look_up_flaw(listener->source.self, id, vendor, mem, ret, err);
}

static bool read_release(void *self, span distro, span version_id, struct arena *mem,
                         struct release *ret, struct err *err)
{
    const struct listener *listener = self;
    return listener->source.look_up_release(listener->source.self, distro, version_id, mem, ret,
                                            err);
}

static bool listen_to_match(const struct bom *bom, struct listener *listener, struct arena *mem,
                            struct err *err)
{
    struct advisory_source source = {
        .self = listener,
        .look_out = look_out,
        .look_up = listen,
        .read_statements = read_on,
        .look_up_flaw = read_flaw,
        .look_up_release = read_release,
    };
    struct match_options options = {.today = TODAY};
    struct limits limits = limits_default();
    struct findings findings = {0};
    struct notes notes = {0};
    notes_init(&notes, mem, &limits);
    list_init(&listener->names, mem, sizeof(struct name), UINT32_MAX);
    return match_bom(bom, &source, &options, mem, &findings, &notes, err);
}

static bool time_look_ups(const struct database *database, const struct bom *bom, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *kept = arena_new(MEMORY);
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY);
    struct listener listener = {.source = database_source(database)};
    if (!kept || !mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!listen_to_match(bom, &listener, kept, err))
        return false;
    size_t claims = 0;
    size_t count = listener.names.count;
    double start = processor_ns();
    for (size_t i = 0; i < count * ROUNDS; i++) {
        const struct name *name = LIST_AT(&listener.names, struct name, i % count);
        struct claims found = {0};
        arena_reset(mem);
        if (!listener.source.look_up(listener.source.self, name->ecosystem, name->name, mem, &found,
                                     err))
            return false;
        claims += found.count;
    }
    double looks = (double)count * ROUNDS;
    double ns = processor_ns() - start;
    printf("look-up: %zu names, %.1f claims each: %.0f ns\n", count, (double)claims / looks,
           count ? ns / looks : 0);
    return true;
}

// ---------------------------------------------------------------- matching

static bool time_match(const struct database *database, const struct bom *bom, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY);
    struct limits limits = limits_default();
    struct advisory_source source = database_source(database);
    struct match_options options = {.today = TODAY};
    struct findings findings = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    double start = processor_ns();
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct notes notes = {0};
        arena_reset(mem);
        notes_init(&notes, mem, &limits);
        if (!match_bom(bom, &source, &options, mem, &findings, &notes, err))
            return false;
    }
    double each = (processor_ns() - start) / ROUNDS;
    printf("match: %zu packages, %zu findings: %.0f us, %.0f packages/s, %.0f ns a finding\n",
           bom->package_count, findings.count, each / 1e3, (double)bom->package_count * 1e9 / each,
           findings.count ? each / (double)findings.count : 0);
    return true;
}

static bool run(const char *database_path, const char *bom_path, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY);
    CLEANUP(database_cleanup) struct database *database = NULL;
    CLEANUP(json_cleanup) struct json *document = NULL;
    struct limits limits = limits_default();
    struct bom bom = {0};
    span text = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    return database_open(database_path, &database, err) &&
           os_read_file(bom_path, limits.feed_bytes, mem, &text, err) &&
           json_parse(text, limits.feed_bytes, &document, err) &&
           read_bom(document, mem, &bom, err) && time_look_ups(database, &bom, err) &&
           time_match(database, &bom, err);
}

int main(int argc, char **argv)
{
    struct err err = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: bench_match DATABASE BOM.json\n");
        return 64;
    }
    if (run(argv[1], argv[2], &err))
        return 0;
    fprintf(stderr, "bench_match: %s\n", err.text);
    return 1;
}
