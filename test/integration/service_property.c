// Is what the service knows after the world has changed what a scan from nothing would say?
// Usage: service_property STORE STATE DATABASE... -- TARGET...
// Keeps all images judged by the first database, then judges them again by each of the others in
// turn, and after each compares: every unit with its judgement made anew, every image's units with
// the judgement of its whole bom, and what was said to be learned with what has changed.
#include "flow/service_inner.h"

#include <stdio.h>
#include <stdlib.h>

enum { IMAGES_MOST = 64, MEMORY = 1 << 30 };

struct property {
    struct service service;
    struct arena *mem; // of everything
    const struct scan *scans[IMAGES_MOST];
    struct kept_image kept[IMAGES_MOST];
    const struct judgement **judgements[IMAGES_MOST];
    size_t count;
    uint64_t findings; // that were compared
};

// ---------------------------------------------------------------- comparing

static span bytes_of(const struct finding *finding, struct arena *mem)
{
    struct finding copy = *finding;
    const struct findings one = {.items = &copy, .count = 1};
    struct text bytes;
    copy.package = 0;
    copy.layer = 0;
    copy.epss = -1;
    copy.risk = 0;
    text_init(&bytes, mem, SIZE_MAX);
    findings_write(&one, &bytes);
    return text_span(&bytes);
}

static int by_bytes(const void *a, const void *b)
{
    return span_compare(*(const span *)a, *(const span *)b);
}

static bool same_sets(span *a, size_t a_count, span *b, size_t b_count)
{
    sort_items(a, a_count, sizeof *a, by_bytes);
    sort_items(b, b_count, sizeof *b, by_bytes);
    bool same = a_count == b_count;
    for (size_t i = 0; i < a_count && same; i++)
        same = span_equal(a[i], b[i]);
    return same;
}

static bool same_findings(const struct findings *a, const struct findings *b, struct arena *mem)
{
    span *left = arena_array(mem, a->count, sizeof *left);
    span *right = arena_array(mem, b->count, sizeof *right);
    if (!left || !right)
        return false;
    for (size_t i = 0; i < a->count; i++)
        left[i] = bytes_of(&a->items[i], mem);
    for (size_t i = 0; i < b->count; i++)
        right[i] = bytes_of(&b->items[i], mem);
    return same_sets(left, a->count, right, b->count);
}

// Each unit: what the store says of it against its judgement made anew.
static bool compare_units(void *self, struct err *err)
{
    struct property *property = self;
    struct store *store = property->service.store;
    CLEANUP(database_cleanup) struct database *database = NULL;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY);
    struct row_ids ids = {0};
    if (!database_open(property->service.options->database, &database, err) ||
        !store_all_units(store, mem, &ids, err))
        return false;
    struct judge judge = judge_of(database, service_today(), &property->service.options->limits);
    struct stored_unit *units = arena_array(mem, ids.count, sizeof *units);
    if (!store_read_units(store, ids.items, ids.count, mem, units, err))
        return false;
    for (size_t i = 0; i < ids.count; i++) {
        struct judgement judgement = {0};
        struct findings stored = {0};
        if (!judge_unit(&judge, units[i].unit.company, mem, &judgement, err) ||
            !store_findings_of_units(store, &units[i].id, 1, mem, &stored, err))
            return false;
        if (!same_findings(&stored, &judgement.findings, mem))
            return err_set(err, ERR_CONFLICT, "%s %s: %zu findings are kept, %zu would be found",
                           quote(units[i].unit.name).text, quote(units[i].unit.version).text,
                           stored.count, judgement.findings.count);
        property->findings += stored.count;
    }
    return true;
}

// The findings of one image's units, for each package that is one.
static bool expand(struct property *property, size_t image, int64_t id, struct arena *mem,
                   struct list *ret, struct err *err)
{
    const struct kept_image *kept = &property->kept[image];
    const struct unit_finding *found = NULL;
    size_t count = 0;
    if (!store_image_findings(property->service.store, id, mem, &found, &count, err))
        return false;
    for (size_t i = 0; i < kept->package_count; i++)
        for (size_t j = 0; j < count; j++) {
            if (!span_equal(found[j].unit, kept->units[kept->unit_of[i]].hash))
                continue;
            struct finding *item = LIST_ADD(ret, struct finding);
            if (!item)
                return arena_err(mem, err, "findings");
            *item = found[j].finding;
            item->location = property->scans[image]->bom.packages[i].id; // tells copies apart
        }
    return true;
}

static bool compare_image(struct property *property, size_t image, const struct database *database,
                          struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY);
    const struct scan *scan = property->scans[image];
    const struct match_options options = {.today = service_today(), .suppressed = true};
    struct advisory_source source = database_source(database);
    struct findings whole = {0};
    struct notes notes = {0};
    struct list parts;
    int64_t id = 0;
    notes_init(&notes, mem, &property->service.options->limits);
    list_init(&parts, mem, sizeof(struct finding), UINT32_MAX);
    if (!store_find_image(property->service.store, scan->image.manifest_digest, &id, err) ||
        !match_bom(&scan->bom, &source, &options, mem, &whole, &notes, err) ||
        !expand(property, image, id, mem, &parts, err))
        return false;
    for (size_t i = 0; i < whole.count; i++)
        whole.items[i].location = scan->bom.packages[whole.items[i].package].id;
    const struct findings united = {.items = parts.items, .count = parts.count};
    if (!same_findings(&whole, &united, mem))
        return err_set(err, ERR_CONFLICT, "%s: %zu findings of its units, %zu of the whole",
                       quote(scan->image.name).text, united.count, whole.count);
    return true;
}

static bool compare_images(struct property *property, struct err *err)
{
    CLEANUP(database_cleanup) struct database *database = NULL;
    if (!database_open(property->service.options->database, &database, err))
        return false;
    for (size_t i = 0; i < property->count; i++)
        if (!compare_image(property, i, database, err))
            return false;
    return true;
}

// Put together again, a bom is what it was, byte for byte.
static bool compare_boms(struct property *property, struct err *err)
{
    for (size_t i = 0; i < property->count; i++) {
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY);
        const struct scan *scan = property->scans[i];
        struct stored_image stored = {0};
        struct scan back = {0};
        struct text before;
        struct text after;
        text_init(&before, mem, SIZE_MAX);
        text_init(&after, mem, SIZE_MAX);
        if (!store_read_image(property->service.store, scan->image.manifest_digest, mem, &stored,
                              err) ||
            !unkeep_image(stored.head, &stored.bundles, &property->service.options->limits, mem,
                          &back, err))
            return false;
        bom_write(&scan->bom, &before);
        bom_write(&back.bom, &after);
        if (!span_equal(text_span(&before), text_span(&after)))
            return err_set(err, ERR_CONFLICT, "%s: its bom is not what it was",
                           quote(scan->image.name).text);
    }
    return true;
}

// ---------------------------------------------------------------- keeping and judging again

static bool judge_images(struct property *property, const struct database *database,
                         struct err *err)
{
    struct arena *mem = property->mem;
    struct judge judge = judge_of(database, service_today(), &property->service.options->limits);
    for (size_t i = 0; i < property->count; i++) {
        struct kept_image *kept = &property->kept[i];
        if (!keep_image(property->scans[i], mem, kept, err))
            return false;
        property->judgements[i] = arena_array(mem, kept->unit_count, sizeof(void *));
        for (size_t j = 0; j < kept->unit_count; j++) {
            struct judgement *judgement = ARENA_NEW(mem, struct judgement);
            if (!judgement || !judge_unit(&judge, kept->units[j].company, mem, judgement, err))
                return false;
            property->judgements[i][j] = judgement;
        }
    }
    return true;
}

static bool keep_images(void *self, struct err *err)
{
    struct property *property = self;
    struct store *store = property->service.store;
    for (size_t i = 0; i < property->count; i++) {
        int64_t image = 0;
        char tag[16];
        (void)snprintf(tag, sizeof tag, "%zu", i);
        const struct push push = {
            .registry = S("main"),
            .repository = S("team/app"),
            .tag = span_of_text(tag),
            .digest = property->scans[i]->image.manifest_digest,
        };
        if (!store_keep_image(store, &property->kept[i], property->judgements[i], 1, &image, err) ||
            !store_set_tag(store, &push, &image, 1, 1, err))
            return false;
    }
    return true;
}

static bool keep_first(struct property *property, struct err *err)
{
    CLEANUP(database_cleanup) struct database *database = NULL;
    return database_open(property->service.options->database, &database, err) &&
           service_watch_database(&property->service, err) &&
           judge_images(property, database, err) &&
           store_transact(property->service.store, keep_images, property, err);
}

static bool judge_again(struct property *property, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY);
    struct job job = {0};
    struct err none = {0};
    if (!service_watch_database(&property->service, err))
        return false;
    if (!store_lease_job(property->service.store, UINT32_MAX, os_now(), 600, mem, &job, &none))
        return none.kind == ERR_MISSING || err_copy(err, &none); // it is the same database
    return do_rejudge(&property->service, &job, mem, err);
}

static bool check(struct property *property, struct err *err)
{
    return store_observe(property->service.store, compare_units, property, err) &&
           compare_images(property, err) && compare_boms(property, err);
}

// ---------------------------------------------------------------- all of it

static bool read_images(struct property *property, char **targets, size_t count, struct err *err)
{
    for (size_t i = 0; i < count && i < IMAGES_MOST; i++) {
        struct scan_session *session = NULL; // as long as the process
        struct scan_request request = {
            .target = span_of_text(targets[i]),
            .limits = property->service.options->limits,
        };
        if (!scan_image(&request, &session, err))
            return err_add(err, "%s", targets[i]);
        property->scans[property->count++] = scan_result(session);
    }
    return true;
}

static bool run(struct property *property, char **databases, size_t count,
                struct serve_options *options, struct err *err)
{
    options->database = databases[0];
    if (!store_migrate(options->store, &options->limits, err) ||
        !store_open(options->store, &options->limits, &property->service.store, err) ||
        !keep_first(property, err) || !check(property, err))
        return err_add(err, "%s", databases[0]);
    for (size_t i = 1; i < count; i++) {
        options->database = databases[i];
        if (!judge_again(property, err) || !check(property, err))
            return err_add(err, "%s", databases[i]);
    }
    store_close(property->service.store);
    return true;
}

int main(int argc, char **argv)
{
    static struct service_settings settings;
    struct serve_options options = {.settings = &settings, .limits = limits_default()};
    static struct property property;
    struct err err = {0};
    int end = 3;
    while (end < argc && strcmp(argv[end], "--") != 0)
        end++;
    if (argc < 6 || end >= argc - 1) {
        fprintf(stderr, "usage: service_property STORE STATE DATABASE... -- TARGET...\n");
        return 64;
    }
    options.store = span_of_text(argv[1]);
    options.state = argv[2];
    property.service.options = &options;
    property.service.today = service_today();
    property.mem = arena_new((uint64_t)4 * MEMORY);
    if (!property.mem || !read_images(&property, argv + end + 1, (size_t)(argc - end - 1), &err) ||
        !run(&property, argv + 3, (size_t)(end - 3), &options, &err)) {
        fprintf(stderr, "service_property: %s\n", err.text);
        return 1;
    }
    printf("%zu images, %d databases: %llu findings are what a new scan would find\n",
           property.count, end - 3, (unsigned long long)property.findings);
    arena_free(property.mem);
    return 0;
}
