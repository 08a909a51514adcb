// What a day's advisories cost a service that keeps many images: fills a store with images grown
// from real ones, replaces the advisory database, and times the judgement of what that touches.
// Usage: bench_service STORE STATE BEFORE.db AFTER.db IMAGES TARGET...
// TARGETs are real images (oci-dir:PATH); IMAGES is how many are made of them. Prints one line of
// "name value" pairs. With 0 images the store is taken as an earlier run has left it.
#include "flow/service_inner.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    TAGS_OF_REPOSITORY = 20,
    TEAMS = 100,
    VARIANTS = 10,      // of each base image
    BATCH = 200,        // images a transaction
    APP_PACKAGES = 120, // of languages, in one image
    VERSIONS = 60,      // of each of these, the first ones more often
    BASES_MOST = 32,
    MEMORY = 1 << 30,
};

struct fill {
    struct service service;
    struct judge judge;
    const struct scan *bases[BASES_MOST];
    size_t base_count;
    struct list pool; // of const struct package *: of languages
    uint64_t images;
};

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t words[2] = {a, b};
    return span_hash(span_of(words, sizeof words), 0x706c);
}

// ---------------------------------------------------------------- made images

static bool add_package(struct list *packages, const struct package *package, uint32_t layer,
                        const struct distro *distro, struct arena *mem)
{
    struct package *item = LIST_ADD(packages, struct package);
    struct location *location = ARENA_NEW(mem, struct location);
    if (!item || !location)
        return false;
    *location = package->location_count ? package->locations[0] : (struct location){0};
    location->layer = layer;
    *item = *package;
    item->locations = location;
    item->location_count = 1;
    return package_identify(item, distro, mem);
}

// A variant of a base lacks some packages and has others in an earlier build.
static bool add_base(const struct scan *base, uint64_t variant, struct list *packages,
                     struct arena *mem)
{
    for (size_t i = 0; i < base->bom.package_count; i++) {
        struct package package = base->bom.packages[i];
        uint64_t chance = mix(variant, i) % 100;
        if (!package_is_of_system(&package) || chance < 2)
            continue;
        if (chance < 10) {
            struct text version;
            text_init(&version, mem, SIZE_MAX);
            text_add(&version, package.version);
            text_addf(&version, "~%u", (unsigned)variant % VARIANTS);
            package.version = text_span(&version);
            if (!text_ok(&version))
                return false;
        }
        if (!add_package(packages, &package, 0, &base->bom.distro, mem))
            return false;
    }
    return true;
}

// Another version of a package: the last number of what it is replaced.
static bool set_version(struct package *package, uint64_t number, struct arena *mem)
{
    struct text version;
    size_t digits = 0;
    while (digits < package->version.len &&
           ascii_is_digit(package->version.ptr[package->version.len - digits - 1]))
        digits++;
    if (number == 0 || digits == 0)
        return true;
    text_init(&version, mem, SIZE_MAX);
    text_add(&version, span_first(package->version, package->version.len - digits));
    text_add_u64(&version, number);
    package->version = text_span(&version);
    return text_ok(&version);
}

// Each tag of a repository needs a few other packages than the one before.
static bool add_app(const struct fill *fill, uint64_t repository, uint64_t tag,
                    const struct distro *distro, struct list *packages, struct arena *mem)
{
    for (uint64_t i = 0; i < APP_PACKAGES && fill->pool.count; i++) {
        uint64_t since = mix(repository, i) % 100 < 5 ? tag : 0;
        size_t at = (size_t)(mix(mix(repository, since), i) % fill->pool.count);
        struct package package = **LIST_AT(&fill->pool, const struct package *, at);
        uint64_t most = mix(repository ^ since, i) % VERSIONS;
        if (!set_version(&package, mix(i, repository ^ since) % (most + 1), mem) ||
            !add_package(packages, &package, 1, distro, mem))
            return false;
    }
    return true;
}

static bool hex_name(uint64_t a, uint64_t b, struct arena *mem, span *ret)
{
    struct text name;
    text_init(&name, mem, SIZE_MAX);
    text_addf(&name, "sha256:%016llx%016llx%016llx%016llx", (unsigned long long)mix(a, b),
              (unsigned long long)a, (unsigned long long)b, (unsigned long long)mix(b, a));
    *ret = text_span(&name);
    return text_ok(&name);
}

static bool make_layers(uint64_t base, uint64_t app, uint64_t own, struct arena *mem,
                        struct image *image)
{
    image->layers = arena_array(mem, 3, sizeof *image->layers);
    image->layer_count = 3;
    for (size_t i = 0; image->layers && i < image->layer_count; i++)
        image->layers[i].created_by =
            S("RUN apt-get update && apt-get install -y --no-install-recommends");
    return image->layers && hex_name(base, 1, mem, &image->layers[0].diff_id) &&
           hex_name(app, 2, mem, &image->layers[1].diff_id) &&
           hex_name(own, 3, mem, &image->layers[2].diff_id);
}

static int by_id(const void *a, const void *b)
{
    const struct package *left = a;
    const struct package *right = b;
    return span_compare(left->id, right->id);
}

static void drop_copies(struct bom *bom)
{
    size_t count = 0;
    sort_items(bom->packages, bom->package_count, sizeof *bom->packages, by_id);
    for (size_t i = 0; i < bom->package_count; i++)
        if (count == 0 || !span_equal(bom->packages[count - 1].id, bom->packages[i].id))
            bom->packages[count++] = bom->packages[i];
    bom->package_count = count;
    bom_sort(bom);
}

static bool make_image(const struct fill *fill, uint64_t number, struct arena *mem,
                       struct scan *ret)
{
    uint64_t repository = number / TAGS_OF_REPOSITORY;
    uint64_t tag = number % TAGS_OF_REPOSITORY;
    size_t which = (size_t)(mix(repository, 1) % fill->base_count);
    uint64_t variant = which * VARIANTS + mix(repository, 2) % VARIANTS;
    const struct scan *base = fill->bases[which];
    struct scan scan = {.image = base->image, .bom_complete = true};
    struct list packages;
    list_init(&packages, mem, sizeof(struct package), UINT32_MAX);
    scan.bom.distro = base->bom.distro;
    if (!add_base(base, variant, &packages, mem) ||
        !add_app(fill, repository, tag, &base->bom.distro, &packages, mem) ||
        !make_layers(variant, mix(repository, tag), number, mem, &scan.image) ||
        !hex_name(number, 4, mem, &scan.image.manifest_digest))
        return false;
    scan.bom.packages = packages.items;
    scan.bom.package_count = packages.count;
    drop_copies(&scan.bom);
    *ret = scan;
    return true;
}

// ---------------------------------------------------------------- filling the store

struct made {
    struct scan scan;
    struct kept_image kept;
    const struct judgement **judgements;
};

struct batch {
    struct fill *fill;
    struct arena *mem;
    uint64_t first; // image
    struct made items[BATCH];
    size_t count;
    bool failed;
    struct err err;
};

// All that needs neither store nor database.
static void *make_batch(void *self)
{
    struct batch *batch = self;
    const struct fill *fill = batch->fill;
    arena_reset(batch->mem);
    batch->count = 0;
    for (; batch->count < BATCH && batch->first + batch->count < fill->images; batch->count++) {
        struct made *made = &batch->items[batch->count];
        *made = (struct made){0};
        if (!make_image(fill, batch->first + batch->count, batch->mem, &made->scan)) {
            batch->failed = !arena_err(batch->mem, &batch->err, "an image");
            return NULL;
        }
        if (!keep_image(&made->scan, batch->mem, &made->kept, &batch->err)) {
            batch->failed = true;
            return NULL;
        }
    }
    return NULL;
}

static bool judge_image(struct batch *batch, struct made *made, struct err *err)
{
    struct arena *mem = batch->mem;
    struct fill *fill = batch->fill;
    bool *unknown = arena_array(mem, made->kept.unit_count, sizeof *unknown);
    made->judgements = arena_array(mem, made->kept.unit_count, sizeof *made->judgements);
    if (!unknown || !made->judgements)
        return arena_err(mem, err, "units");
    if (!store_find_unknown(fill->service.store, &made->kept, unknown, err))
        return false;
    for (size_t i = 0; i < made->kept.unit_count; i++) {
        struct judgement *judgement = unknown[i] ? ARENA_NEW(mem, struct judgement) : NULL;
        if (judgement &&
            !judge_unit(&fill->judge, made->kept.units[i].company, mem, judgement, err))
            return false;
        made->judgements[i] = judgement;
    }
    return true;
}

static bool keep_one(const struct fill *fill, uint64_t number, const struct made *made,
                     struct err *err)
{
    char repository[64];
    char tag[16];
    uint64_t at = number / TAGS_OF_REPOSITORY;
    int64_t image = 0;
    (void)snprintf(repository, sizeof repository, "team-%u/app-%llu", (unsigned)(at % TEAMS),
                   (unsigned long long)at);
    (void)snprintf(tag, sizeof tag, "%u", (unsigned)(number % TAGS_OF_REPOSITORY));
    const struct push push = {
        .registry = S("main"),
        .repository = span_of_text(repository),
        .tag = span_of_text(tag),
        .digest = made->scan.image.manifest_digest,
    };
    return store_keep_image(fill->service.store, &made->kept, made->judgements, 1, &image, err) &&
           store_set_tag(fill->service.store, &push, &image, 1, 1, err);
}

static bool keep_batch(void *self, struct err *err)
{
    const struct batch *batch = self;
    for (size_t i = 0; i < batch->count; i++)
        if (!keep_one(batch->fill, batch->first + i, &batch->items[i], err))
            return false;
    return true;
}

static bool store_batch(struct batch *batch, struct err *err)
{
    if (batch->failed)
        return err_copy(err, &batch->err);
    for (size_t i = 0; i < batch->count; i++)
        if (!judge_image(batch, &batch->items[i], err))
            return false;
    return store_transact(batch->fill->service.store, keep_batch, batch, err);
}

// While one batch is stored, the next is made.
static bool fill_store(struct fill *fill, struct err *err)
{
    static struct batch batches[2];
    bool done = true;
    for (size_t i = 0; i < 2; i++)
        batches[i] = (struct batch){.fill = fill, .mem = arena_new(MEMORY)};
    (void)make_batch(&batches[0]);
    for (size_t turn = 0; done && batches[turn].count; turn = 1 - turn) {
        struct batch *next = &batches[1 - turn];
        pthread_t maker;
        next->first = batches[turn].first + batches[turn].count;
        if (pthread_create(&maker, NULL, make_batch, next) != 0)
            return err_set(err, ERR_MEMORY, "no thread");
        done = store_batch(&batches[turn], err);
        (void)pthread_join(maker, NULL); // it is there
    }
    for (size_t i = 0; i < 2; i++)
        arena_free(batches[i].mem);
    return done;
}

static bool subscribe(struct store *store, struct err *err)
{
    for (unsigned i = 0; i < TEAMS; i++) {
        char pattern[64];
        char file[64];
        int64_t id = 0;
        (void)snprintf(pattern, sizeof pattern, "main/team-%u/*", i);
        (void)snprintf(file, sizeof file, "team-%u.jsonl", i);
        const struct subscription subscription = {
            .project = 1,
            .owner = S("team"),
            .repository = span_of_text(pattern),
            .severity = SEVERITY_MEDIUM,
            .channel = CHANNEL_FILE,
            .address = span_of_text(file),
        };
        if (!store_add_subscription(store, &subscription, 1, &id, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- judging again

static double seconds_now(void)
{
    return (double)os_monotonic_ns() / 1e9;
}

struct cost {
    double elapsed;   // seconds
    double processor; // ours: that of a PostgreSQL server is not in it
    int64_t changes;  // answers of the database
    int64_t packages; // judged again
    int64_t added;    // findings
};

static bool rejudge(struct service *service, const struct database *after, struct cost *ret,
                    struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY);
    struct job job = {0};
    span stamp = {0};
    if (!mem || !database_stamp(after, mem, &stamp, err) ||
        !store_add_job(service->store, JOB_REJUDGE, stamp, (span){0}, os_now(), err) ||
        !store_lease_job(service->store, UINT32_MAX, os_now(), 3600, mem, &job, err))
        return false;
    double start = seconds_now();
    clock_t processor = clock();
    if (!do_rejudge(service, &job, mem, err))
        return false;
    ret->elapsed = seconds_now() - start;
    ret->processor = (double)(clock() - processor) / CLOCKS_PER_SEC;
    return true;
}

// Columns of VIEW_JUDGEMENTS.
static bool take_judgement(void *self, const struct sql_row *row, struct err *err)
{
    enum { CHANGES = 4, PACKAGES, ADDED };
    struct cost *cost = self;
    (void)err; // numbers alone
    cost->changes = sql_row_integer(row, CHANGES);
    cost->packages = sql_row_integer(row, PACKAGES);
    cost->added = sql_row_integer(row, ADDED);
    return true;
}

static bool read_judgement(struct store *store, struct cost *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    const span wants[8] = {{0}};
    const struct sql_reader to = {ret, take_judgement};
    const struct browse last = {.view = store_view(VIEW_JUDGEMENTS), .wants = wants, .limit = 1};
    span next = {0};
    return mem && store_browse(store, &last, &to, mem, &next, err);
}

// ---------------------------------------------------------------- all of it

static bool read_bases(struct fill *fill, char **targets, size_t count, struct err *err)
{
    struct arena *mem = arena_new(MEMORY); // as long as the process
    list_init(&fill->pool, mem, sizeof(const struct package *), UINT32_MAX);
    for (size_t i = 0; i < count && i < BASES_MOST; i++) {
        struct scan_session *session = NULL; // as long as the process
        struct scan_request request = {
            .target = span_of_text(targets[i]),
            .limits = limits_default(),
        };
        if (!scan_image(&request, &session, err))
            return err_add(err, "%s", targets[i]);
        const struct scan *scan = scan_result(session);
        fill->bases[fill->base_count++] = scan;
        for (size_t j = 0; j < scan->bom.package_count; j++) {
            const struct package *package = &scan->bom.packages[j];
            bool is_language = !package_is_of_system(package) && package->owner.len == 0;
            const struct package **item =
                is_language ? LIST_ADD(&fill->pool, const struct package *) : NULL;
            if (item)
                *item = package;
        }
    }
    return true;
}

static bool set_stamp(void *self, struct err *err)
{
    const struct fill *fill = self;
    span stamp = {0};
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    CLEANUP(database_cleanup) struct database *before = NULL;
    return mem && database_open(fill->service.options->database, &before, err) &&
           database_stamp(before, mem, &stamp, err) &&
           store_set_stamp(fill->service.store, stamp, err);
}

static bool run(char **arguments, int count, struct err *err)
{
    static const struct service_settings settings = {.files = "/tmp"};
    struct serve_options options = {
        .store = span_of_text(arguments[1]),
        .state = arguments[2],
        .database = arguments[3],
        .settings = &settings,
        .limits = limits_default(),
    };
    struct fill fill = {.service = {.options = &options, .today = service_today()}};
    CLEANUP(database_cleanup) struct database *before = NULL;
    CLEANUP(database_cleanup) struct database *after = NULL;
    struct cost cost = {0};
    options.limits.kept_bytes = MEMORY;
    if (!span_to_u64(span_of_text(arguments[5]), &fill.images) ||
        !database_open(arguments[3], &before, err) || !database_open(arguments[4], &after, err) ||
        !store_migrate(options.store, &options.limits, err) ||
        !store_open(options.store, &options.limits, &fill.service.store, err))
        return false;
    fill.judge = judge_of(before, service_today(), &options.limits);
    if (!read_bases(&fill, arguments + 6, (size_t)count - 6, err))
        return false;
    double start = seconds_now();
    clock_t processor = clock();
    if (!store_transact(fill.service.store, set_stamp, &fill, err) ||
        !service_watch_database(&fill.service, err) ||
        (fill.images && !subscribe(fill.service.store, err)) || !fill_store(&fill, err))
        return false;
    double filled = seconds_now() - start;
    double fill_processor = (double)(clock() - processor) / CLOCKS_PER_SEC;
    options.database = arguments[4];
    if (!service_watch_database(&fill.service, err) || !rejudge(&fill.service, after, &cost, err) ||
        !read_judgement(fill.service.store, &cost, err))
        return false;
    printf("images %llu fill_seconds %.1f fill_processor %.1f changes %lld packages %lld findings "
           "%lld rejudge_seconds %.3f rejudge_processor %.3f\n",
           (unsigned long long)fill.images, filled, fill_processor, (long long)cost.changes,
           (long long)cost.packages, (long long)cost.added, cost.elapsed, cost.processor);
    store_close(fill.service.store);
    return true;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    if (argc < 7) {
        fprintf(stderr, "usage: bench_service STORE STATE BEFORE.db AFTER.db IMAGES TARGET...\n");
        return 64;
    }
    if (!run(argv, argc, &err)) {
        fprintf(stderr, "bench_service: %s\n", err.text);
        return 1;
    }
    return 0;
}
