// The API by itself, on a store with two projects and an image of each, and a small database.
//
// usage: api_server STORE_URL DIRECTORY ADDRESS [CERTIFICATE KEY]
//
// Prints the port and the secret of a token of scope admin, and ends when its standard input does.
#include "api/api.h"
#include "database/database.h"
#include "flow/judge_inner.h"
#include "os/os.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { TODAY = 20000, NOW = 1750000000 };

struct world {
    struct arena *mem;
    struct limits limits;
    span url;
    const char *database_path;
    struct store *store;
    struct database *database;
    struct kept_image image;
    const struct judgement *judgements[10];
    struct push push;
    struct project project;
};

static void must(bool good, const struct err *err)
{
    if (good)
        return;
    (void)fprintf(stderr, "api_server: %s\n", err->text);
    exit(1);
}

// ---------------------------------------------------------------- the database

static void add_advisory(const struct advisory_sink *sink, const char *database, const char *id,
                         const struct affected *affected, enum severity severity)
{
    struct err err = {0};
    const struct advisory advisory = {
        .database = span_of_text(database),
        .id = span_of_text(id),
        .severity = severity,
        .score = -1,
        .affected = affected,
        .affected_count = 1,
    };
    must(sink->take_advisory(sink->self, &advisory, &err), &err);
}

static void make_database(struct world *world)
{
    static const struct affected log4j = {.ecosystem = S("maven"),
                                          .name = S("org.apache.logging.log4j:log4j-core"),
                                          .introduced = S("2.0"),
                                          .fixed = S("2.17")};
    static const struct affected openssl = {.ecosystem = S("debian:12"),
                                            .name = S("openssl"),
                                            .name_kind = NAME_SOURCE,
                                            .fixed = S("3.0.13-1~deb12u1")};
    static const struct flaw exploited = {.id = S("CVE-2021-44228"),
                                          .database = S("kev"),
                                          .score = -1,
                                          .epss = 0.97,
                                          .epss_percentile = -1,
                                          .exploited = true};
    CLEANUP(database_builder_cleanup) struct database_builder *builder = NULL;
    struct err err = {0};
    must(database_builder_new(&world->limits, &builder, &err), &err);
    struct advisory_sink sink = database_builder_sink(builder);
    add_advisory(&sink, "ghsa", "CVE-2021-44228", &log4j, SEVERITY_CRITICAL);
    add_advisory(&sink, "debian", "CVE-2024-0727", &openssl, SEVERITY_MEDIUM);
    must(sink.take_flaw(sink.self, &exploited, &err), &err);
    must(sink.take_source(sink.self, S("ghsa"), TODAY, S("CC-BY-4.0"), &err), &err);
    must(sink.take_source(sink.self, S("debian"), TODAY, S("MIT"), &err), &err);
    must(sink.take_source(sink.self, S("kev"), TODAY, S("CC0-1.0"), &err), &err);
    must(database_write(&builder, 1, &world->limits, world->database_path, &err), &err);
    must(database_open(world->database_path, &world->database, &err), &err);
}

// ---------------------------------------------------------------- images

struct made_package {
    const char *type;
    const char *name;
    const char *version;
};

static void make_scan(struct world *world, char letter, const struct made_package *made,
                      size_t count, struct scan *ret)
{
    char name[80] = "";
    struct scan *scan = ret;
    struct package *packages = arena_array(world->mem, count, sizeof *packages);
    (void)snprintf(name, sizeof name, "sha256:%064d", letter);
    struct layer *layer = ARENA_NEW(world->mem, struct layer);
    must(arena_span(world->mem, span_of_text(name), &layer->diff_id), NULL);
    *scan = (struct scan){.bom_complete = true};
    scan->image = (struct image){.name = S("x"),
                                 .kind = S("registry"),
                                 .manifest_digest = layer->diff_id,
                                 .image_id = layer->diff_id,
                                 .platform = {.os = S("linux"), .architecture = S("amd64")},
                                 .layers = layer,
                                 .layer_count = 1};
    scan->bom.distro = (struct distro){.id = S("debian"), .version_id = S("12")};
    for (size_t i = 0; i < count; i++) {
        struct location *location = ARENA_NEW(world->mem, struct location);
        location->path = S("a/b");
        packages[i] = (struct package){.type = span_of_text(made[i].type),
                                       .name = span_of_text(made[i].name),
                                       .version = span_of_text(made[i].version),
                                       .source_name = span_of_text(made[i].name),
                                       .source_version = span_of_text(made[i].version),
                                       .locations = location,
                                       .location_count = 1};
        must(package_identify(&packages[i], &scan->bom.distro, world->mem), NULL);
    }
    scan->bom.packages = packages;
    scan->bom.package_count = count;
    notes_init(&scan->bom.notes, world->mem, &world->limits);
    bom_sort(&scan->bom);
}

static bool keep(void *self, struct err *err)
{
    struct world *world = self;
    int64_t image = 0;
    return store_keep_image(world->store, &world->image, world->judgements, NOW, &image, err) &&
           store_set_tag(world->store, &world->push, &image, 1, NOW, err);
}

static void add_image(struct world *world, const char *repository, char letter,
                      const struct made_package *made, size_t count)
{
    struct err err = {0};
    struct scan scan = {0};
    const struct judge judge = judge_of(world->database, TODAY, &world->limits);
    make_scan(world, letter, made, count, &scan);
    must(keep_image(&scan, world->mem, &world->image, &err), &err);
    for (size_t i = 0; i < world->image.unit_count; i++) {
        struct judgement *judgement = ARENA_NEW(world->mem, struct judgement);
        must(judge_unit(&judge, world->image.units[i].company, world->mem, judgement, &err), &err);
        world->judgements[i] = judgement;
    }
    world->push = (struct push){.registry = S("hub"),
                                .repository = span_of_text(repository),
                                .tag = S("1"),
                                .digest = scan.image.manifest_digest};
    must(store_transact(world->store, keep, world, &err), &err);
}

// ---------------------------------------------------------------- projects and tokens

static bool add_project(void *self, struct err *err)
{
    struct world *world = self;
    return store_add_project(world->store, &world->project, NOW, &world->project.id, err);
}

static void make_project(struct world *world, const char *name, const char *pattern)
{
    struct err err = {0};
    span *patterns = ARENA_NEW(world->mem, span);
    *patterns = span_of_text(pattern);
    world->project = (struct project){.name = span_of_text(name), .patterns = {patterns, 1}};
    must(store_transact(world->store, add_project, world, &err), &err);
}

static void fill(struct world *world)
{
    static const struct made_package first[] = {
        {"maven", "org.apache.logging.log4j:log4j-core", "2.14.1"},
        {"deb", "openssl", "3.0.11-1~deb12u2"},
    };
    static const struct made_package second[] = {
        {"maven", "org.apache.logging.log4j:log4j-core", "2.17.1"},
        {"npm", "lodash", "4.17.20"},
    };
    struct err err = {0};
    must(store_migrate(world->url, &world->limits, &err), &err);
    must(store_open(world->url, &world->limits, &world->store, &err), &err);
    make_project(world, "a", "hub/a/*");
    make_project(world, "b", "hub/b/*");
    add_image(world, "a/app", 1, first, 2);
    add_image(world, "b/app", 2, second, 2);
}

// ---------------------------------------------------------------- serving

static bool open_store(void *self, struct store **ret, struct err *err)
{
    struct world *world = self;
    return store_open(world->url, &world->limits, ret, err);
}

static void log_line(void *self, const char *line)
{
    (void)self;
    (void)fprintf(stderr, "%s\n", line);
}

static void serve(struct world *world, const char *address, const char *certificate,
                  const char *key, span secret)
{
    const struct api_options options = {
        .http = {.address = address,
                 .certificate = certificate,
                 .key = key,
                 .header_bytes = 16 << 10,
                 .held_bytes = 256 << 20,
                 .answer_bytes = 256 << 20,
                 .seconds = 3,
                 .connections = 200,
                 .connections_per_network = 100,
                 .threads = 4},
        .self = world,
        .open_store = open_store,
        .log = log_line,
        .database = world->database_path,
        .limits = &world->limits,
        .tool_version = S("test"),
        .scan_bytes = 16 << 20,
        .requests_per_token = 200,
        .requests_per_network = 20,
    };
    CLEANUP(api_cleanup) struct api *api = NULL;
    struct err err = {0};
    char byte = 0;
    size_t len = 1;
    must(api_start(&options, &api, &err), &err);
    (void)printf("%u %.*s\n", api_port(api), (int)secret.len, (const char *)secret.ptr);
    (void)fflush(stdout);
    while (len)
        must(os_read(OS_STDIN, &byte, 1, &len, &err), &err);
}

int main(int argc, char **argv)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 28);
    struct world world = {.mem = mem, .limits = limits_default()};
    struct text path;
    struct err err = {0};
    if (argc != 4 && argc != 6)
        return 64;
    (void)signal(SIGPIPE, SIG_IGN);
    text_init(&path, mem, 4096);
    text_addf(&path, "%s/advisories.db", argv[2]);
    world.url = span_of_text(argv[1]);
    world.database_path = arena_text(mem, text_span(&path));
    make_database(&world);
    fill(&world);
    const struct token admin = {.name = S("admin"), .scopes = SCOPE_ADMIN};
    span secret = {0};
    int64_t id = 0;
    must(store_add_token(world.store, &admin, os_now(), mem, &secret, &id, &err), &err);
    serve(&world, argv[3], argc == 6 ? argv[4] : NULL, argc == 6 ? argv[5] : NULL, secret);
    store_close(world.store);
    database_close(world.database);
    return 0;
}
