// How fast matching is: processor time to judge the packages of bills of materials against all that
// the database says of them, and to make findings of that.
// Usage: bench_match DATABASE BOM.json..., the latter as `plimsoll bom -o json` prints them.
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
        .id = json_get_text(json, "id"),
        .owner = json_get_text(json, "owner"),
        .vendor = json_get_text(json, "vendor"),
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

// ---------------------------------------------------------------- matching

struct result {
    double seconds; // of processor time, one round
    size_t findings;
};

// All packages against all that the database says of them, `kinds` of findings being made of it.
static bool time_match(const struct database *database, const struct bom *bom, uint32_t kinds,
                       struct result *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY);
    struct limits limits = limits_default();
    struct advisory_source source = database_source(database);
    struct match_options options = {.today = TODAY, .kinds = kinds};
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
    ret->seconds = (processor_ns() - start) / ROUNDS / 1e9;
    ret->findings = findings.count;
    return true;
}

struct total {
    size_t packages;
    size_t findings;
    double judging; // seconds
    double all;
};

static void print_row(const char *name, const struct total *row)
{
    double making = row->all - row->judging;
    printf("%-40s %6zu packages: %5.2f million/s, %6.0f ns each; %6zu findings, %6.0f ns each\n",
           name, row->packages, (double)row->packages / row->judging / 1e6,
           row->judging * 1e9 / (double)row->packages, row->findings,
           row->findings ? making * 1e9 / (double)row->findings : 0);
}

// Judging is everything up to "affected, or not, and by whose word". A kind that the database does
// not make shows what it takes; what comes on top is taken by findings: ratings, names, evidence.
static bool time_bom(const struct database *database, const char *path, struct total *total,
                     struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY);
    CLEANUP(json_cleanup) struct json *document = NULL;
    struct limits limits = limits_default();
    struct bom bom = {0};
    struct result judged = {0};
    struct result made = {0};
    span text = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!os_read_file(path, limits.feed_bytes, mem, &text, err) ||
        !json_parse(text, limits.feed_bytes, &document, err) ||
        !read_bom(document, mem, &bom, err) ||
        !time_match(database, &bom, UINT32_C(1) << FINDING_SECRET, &judged, err) ||
        !time_match(database, &bom, 0, &made, err))
        return err_add(err, "%s", path);
    struct total row = {bom.package_count, made.findings, judged.seconds, made.seconds};
    print_row(path, &row);
    total->packages += row.packages;
    total->findings += row.findings;
    total->judging += row.judging;
    total->all += row.all;
    return true;
}

int main(int argc, char **argv)
{
    CLEANUP(database_cleanup) struct database *database = NULL;
    struct total total = {0};
    struct err err = {0};
    if (argc < 3) {
        fprintf(stderr, "usage: bench_match DATABASE BOM.json...\n");
        return 64;
    }
    bool done = database_open(argv[1], &database, &err);
    for (int i = 2; i < argc && done; i++)
        done = time_bom(database, argv[i], &total, &err);
    if (done)
        print_row("all", &total);
    else
        fprintf(stderr, "bench_match: %s\n", err.text);
    return done ? 0 : 1;
}
