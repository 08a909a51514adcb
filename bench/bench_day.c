// Makes the advisory database of yesterday: the same without some advisories, all of which are
// about packages that images have. So a day is made on which everything that becomes known concerns
// us. Usage: bench_day TODAY.db YESTERDAY.db COUNT TARGET...        (TARGET: oci-dir:PATH)
#include "database/database.h"
#include "flow/flow.h"

#include <stdio.h>

enum { MEMORY = 1 << 30 };

struct day {
    struct limits limits;
    struct list names;   // of int64_t, sorted: hashes of packages' names
    struct list learned; // of int64_t, sorted: hashes of the advisories that are left out
    struct advisory_sink sink;
};

static int64_t name_hash(span name)
{
    return (int64_t)span_hash(name, 1);
}

static int64_t advisory_hash(const struct advisory *advisory)
{
    return (int64_t)span_hash(advisory->id, span_hash(advisory->database, 2));
}

static bool add(struct list *list, int64_t number, struct err *err)
{
    int64_t *item = LIST_ADD(list, int64_t);
    if (!item)
        return arena_err(list->mem, err, "numbers");
    *item = number;
    return true;
}

static bool has(const struct list *list, int64_t number)
{
    size_t low = 0;
    size_t high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int64_t at = *LIST_AT(list, int64_t, middle);
        if (at == number)
            return true;
        if (at < number)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

// ---------------------------------------------------------------- what is chosen

static bool read_names(struct day *day, const char *target, struct err *err)
{
    struct scan_session *session = NULL; // as long as the process
    const struct scan_request request = {
        .target = span_of_text(target),
        .limits = day->limits,
    };
    if (!scan_image(&request, &session, err))
        return err_add(err, "%s", target);
    const struct bom *bom = &scan_result(session)->bom;
    for (size_t i = 0; i < bom->package_count; i++)
        if (!add(&day->names, name_hash(bom->packages[i].name), err) ||
            !add(&day->names, name_hash(bom->packages[i].source_name), err))
            return false;
    return true;
}

static bool collect(void *self, span ecosystem, span name, const struct statements *statements,
                    struct err *err)
{
    struct day *day = self;
    (void)ecosystem;
    for (size_t i = 0; has(&day->names, name_hash(name)) && i < statements->count; i++)
        if (!add(&day->learned, advisory_hash(&statements->items[i].advisory), err))
            return false;
    return true;
}

// Each that stands at equal distance in the order of their hashes, which is none.
static void thin_out(struct list *list, size_t wanted)
{
    size_t count = sort_distinct(list->items, list->count);
    size_t kept = count < wanted ? count : wanted;
    for (size_t i = 0; i < kept; i++)
        *LIST_AT(list, int64_t, i) = *LIST_AT(list, int64_t, i * count / kept);
    list->count = kept;
}

// ---------------------------------------------------------------- what remains

static bool copy_package(void *self, span ecosystem, span name, const struct statements *statements,
                         struct err *err)
{
    const struct day *day = self;
    (void)ecosystem; // in each statement
    (void)name;
    for (size_t i = 0; i < statements->count; i++) {
        struct affected affected = statements->items[i].affected;
        struct advisory advisory = statements->items[i].advisory;
        advisory.affected = &affected;
        advisory.affected_count = 1;
        if (!has(&day->learned, advisory_hash(&advisory)) &&
            !day->sink.take_advisory(day->sink.self, &advisory, err))
            return false;
    }
    return true;
}

static bool copy_flaw(void *self, const struct flaw *flaw, struct err *err)
{
    const struct day *day = self;
    return day->sink.take_flaw(day->sink.self, flaw, err);
}

static bool copy_release(void *self, const struct release *release, struct err *err)
{
    const struct day *day = self;
    return day->sink.take_release(day->sink.self, release, err);
}

static bool copy_weakness(void *self, const struct weakness *weakness, struct err *err)
{
    const struct day *day = self;
    return day->sink.take_weakness(day->sink.self, weakness, err);
}

static bool copy_product(void *self, const struct cpe_product *product, struct err *err)
{
    const struct day *day = self;
    return day->sink.take_product(day->sink.self, product, err);
}

static bool copy_sources(const struct day *day, const struct database *database, struct err *err)
{
    for (size_t i = 0; i < database_segment_count(database); i++) {
        struct database_segment segment = {0};
        if (!database_segment_at(database, i, &segment, err) ||
            !day->sink.take_source(day->sink.self, segment.name, segment.day, segment.licence, err))
            return false;
    }
    return true;
}

static bool copy_database(struct day *day, const struct database *database, const char *path,
                          struct err *err)
{
    CLEANUP(database_builder_cleanup) struct database_builder *builder = NULL;
    const struct database_visitor visitor = {
        .self = day,
        .visit_package = copy_package,
        .visit_flaw = copy_flaw,
        .visit_release = copy_release,
        .visit_weakness = copy_weakness,
        .visit_product = copy_product,
    };
    if (!database_builder_new(&day->limits, &builder, err))
        return false;
    day->sink = database_builder_sink(builder);
    return copy_sources(day, database, err) &&
           database_walk(database, &day->limits, &visitor, err) &&
           database_write(&builder, 1, &day->limits, path, err);
}

static bool run(char **arguments, size_t count, struct err *err)
{
    struct day day = {.limits = limits_default()};
    day.limits.build_bytes = UINT64_C(4) << 30; // one builder holds all
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMORY);
    CLEANUP(database_cleanup) struct database *today = NULL;
    const struct database_visitor visitor = {.self = &day, .visit_package = collect};
    uint64_t wanted = 0;
    if (!mem || !span_to_u64(span_of_text(arguments[3]), &wanted))
        return err_set(err, ERR_USAGE, "COUNT is a number");
    list_init(&day.names, mem, sizeof(int64_t), SIZE_MAX);
    list_init(&day.learned, mem, sizeof(int64_t), SIZE_MAX);
    for (size_t i = 4; i < count; i++)
        if (!read_names(&day, arguments[i], err))
            return false;
    day.names.count = sort_distinct(day.names.items, day.names.count);
    if (!database_open(arguments[1], &today, err) ||
        !database_walk(today, &day.limits, &visitor, err))
        return false;
    thin_out(&day.learned, (size_t)wanted);
    printf("%zu advisories left out\n", day.learned.count);
    return copy_database(&day, today, arguments[2], err);
}

int main(int argc, char **argv)
{
    struct err err = {0};
    if (argc < 5) {
        fprintf(stderr, "usage: bench_day TODAY.db YESTERDAY.db COUNT TARGET...\n");
        return 64;
    }
    if (!run(argv, (size_t)argc, &err)) {
        fprintf(stderr, "bench_day: %s\n", err.text);
        return 1;
    }
    return 0;
}
