// How fast matching is: processor time to judge the packages of bills of materials against all that
// the database says of them, and to make findings of that.
// Usage: bench_match DATABASE BOM.json..., the latter as `plimsoll bom -o json` prints them.
#include "database/database.h"
#include "format/json/json.h"
#include "match/match.h"
#include "os/os.h"

#include <stdio.h>
#include <time.h>

enum { ROUNDS = 200, MEMORY = 1 << 30, TODAY = 20000 };

static double processor_ns(void)
{
    return (double)clock() * (1e9 / CLOCKS_PER_SEC);
}

// Texts lie side by side, as they do in what the worker of a scan sends.
static bool keep_texts(struct package *package, struct arena *mem)
{
    span *const texts[] = {
        &package->type,        &package->name,           &package->version, &package->arch,
        &package->source_name, &package->source_version, &package->id,      &package->owner,
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!arena_span(mem, *texts[i], texts[i]))
            return false;
    return true;
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
    for (size_t i = 0; i < bom.package_count; i++) {
        bom.packages[i] = package_of(json_at(packages, i));
        if (!keep_texts(&bom.packages[i], mem))
            return arena_err(mem, err, "packages");
    }
    *ret = bom;
    return true;
}

// ---------------------------------------------------------------- matching

struct result {
    double seconds; // of processor time, one round
    struct findings findings;
};

static bool time_match(const struct database *database, const struct bom *bom, struct arena *mem,
                       struct result *ret, struct err *err)
{
    struct limits limits = limits_default();
    struct advisory_source source = database_source(database);
    struct match_options options = {.today = TODAY};
    struct findings findings = {0};
    double start = processor_ns();
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct notes notes = {0};
        arena_reset(mem);
        notes_init(&notes, mem, &limits);
        if (!match_bom(bom, &source, &options, mem, &findings, &notes, err))
            return false;
    }
    *ret = (struct result){(processor_ns() - start) / ROUNDS / 1e9, findings};
    return true;
}

static bool is_taken_out(const struct bom *bom, span id)
{
    for (size_t i = 0; i < bom->package_count; i++)
        if (bom->packages[i].type.len == 0 && span_equal(bom->packages[i].id, id))
            return true;
    return false;
}

// Takes out the packages that there are findings on, and what they brought: what is left is like an
// image that is kept up to date, of which all that is to be known is that nothing is to be said.
static void keep_clean(struct bom *bom, const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        bom->packages[findings->items[i].package].type = (span){0};
    for (size_t i = 0; i < bom->package_count; i++)
        if (bom->packages[i].owner.len && is_taken_out(bom, bom->packages[i].owner))
            bom->packages[i].type = (span){0};
    size_t kept = 0;
    for (size_t i = 0; i < bom->package_count; i++)
        if (bom->packages[i].type.len)
            bom->packages[kept++] = bom->packages[i];
    bom->package_count = kept;
}

struct total {
    size_t clean; // packages without findings
    size_t findings;
    double clean_seconds;
    double other_seconds;
};

static void print_row(const char *name, const struct total *row)
{
    double clean = row->clean ? (double)row->clean : 1;
    double findings = row->findings ? (double)row->findings : 1;
    printf("%-34s %8.2f million packages without findings a second, %5.0f ns each; "
           "%5zu findings, %5.0f ns each\n",
           name, clean / row->clean_seconds / 1e6, row->clean_seconds * 1e9 / clean, row->findings,
           row->other_seconds * 1e9 / findings);
}

static bool time_bom(const struct database *database, const char *path, struct total *total,
                     struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *kept = arena_new(MEMORY);
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY);
    CLEANUP(json_cleanup) struct json *document = NULL;
    struct limits limits = limits_default();
    struct bom bom = {0};
    struct result all = {0};
    span text = {0};
    if (!kept || !mem)
        return err_set(err, ERR_MEMORY, "out of memory");
    if (!os_read_file(path, limits.feed_bytes, kept, &text, err) ||
        !json_parse(text, limits.feed_bytes, &document, err) ||
        !read_bom(document, kept, &bom, err) || !time_match(database, &bom, mem, &all, err))
        return err_add(err, "%s", path);
    struct result clean = {0};
    keep_clean(&bom, &all.findings);
    size_t findings = all.findings.count;
    if (!time_match(database, &bom, mem, &clean, err))
        return err_add(err, "%s", path);
    total->clean += bom.package_count;
    total->findings += findings;
    total->clean_seconds += clean.seconds;
    total->other_seconds += all.seconds - clean.seconds;
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
    for (int i = 2; i < argc && done; i++) {
        struct total row = {0};
        done = time_bom(database, argv[i], &row, &err);
        if (done)
            print_row(argv[i] + (span_find_last(span_of_text(argv[i]), '/') + 1), &row);
        total.clean += row.clean;
        total.findings += row.findings;
        total.clean_seconds += row.clean_seconds;
        total.other_seconds += row.other_seconds;
    }
    if (done)
        print_row("all", &total);
    else
        fprintf(stderr, "bench_match: %s\n", err.text);
    return done ? 0 : 1;
}
