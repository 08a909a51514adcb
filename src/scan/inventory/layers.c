// Which layer brought a package: the databases are read as every prefix of the layers shows them,
// and compared. A database that no layer touched in between is read once.
#include "scan/inventory/inventory_inner.h"

// One record with what it holds: `count` packages in history.parsed from `first` on.
struct reading {
    struct record record;
    size_t first;
    size_t count;
    struct notes notes;
};

// What is known after the prefixes so far.
struct history {
    const struct limits *limits;
    struct arena *mem;
    bool all_layers;
    struct notes *notes;       // of the result
    struct notes prefix_notes; // on the latest prefix as a whole
    struct list parsed;        // of struct package: what all records of all prefixes hold
    struct list readings;      // of struct reading: the latest prefix
    struct list packages;      // of struct package: the latest prefix, united
    struct list spare;         // the memory of the packages before
    uint32_t *since;           // for each of `packages`, the layer that brought it
    struct list gone;          // of struct package: what a later prefix no longer holds
    const struct tree *tree;   // the latest prefix; null before the first
};

static void history_init(struct history *history)
{
    list_init(&history->parsed, history->mem, sizeof(struct package), SIZE_MAX);
    list_init(&history->readings, history->mem, sizeof(struct reading), SIZE_MAX);
    list_init(&history->packages, history->mem, sizeof(struct package), SIZE_MAX);
    list_init(&history->spare, history->mem, sizeof(struct package), SIZE_MAX);
    list_init(&history->gone, history->mem, sizeof(struct package), SIZE_MAX);
}

// ---------------------------------------------------------------- one prefix

static bool read_new(struct history *history, const struct record *record, struct reading *reading,
                     struct err *err)
{
    *reading = (struct reading){.record = *record, .first = history->parsed.count};
    notes_init(&reading->notes, history->mem, history->limits);
    if (!record_read(record, history->limits, history->mem, &reading->notes, &history->parsed, err))
        return false;
    reading->count = history->parsed.count - reading->first;
    return true;
}

static void drop_reading(struct history *history, const struct reading *reading)
{
    if (history->all_layers)
        notes_merge(history->notes, &reading->notes);
}

// The reading of `record` in the prefix before, if there was the same one. Both run in the order of
// record_compare; *at is where the search goes on, and what it passes is dropped.
static const struct reading *find_reading(struct history *history, const struct record *record,
                                          size_t *at)
{
    for (; *at < history->readings.count; ++*at) {
        const struct reading *old = LIST_AT(&history->readings, struct reading, *at);
        if (record_compare(&old->record, record) > 0)
            return NULL;
        if (record_same(&old->record, record)) {
            ++*at;
            return old;
        }
        drop_reading(history, old);
    }
    return NULL;
}

static bool read_records(struct history *history, const struct list *records, struct err *err)
{
    struct list readings = {0};
    list_init(&readings, history->mem, sizeof(struct reading), SIZE_MAX);
    size_t at = 0;
    for (size_t i = 0; i < records->count; i++) {
        const struct record *record = LIST_AT(records, struct record, i);
        const struct reading *old = find_reading(history, record, &at);
        struct reading *reading = LIST_ADD(&readings, struct reading);
        if (!reading)
            return arena_err(history->mem, err, "package databases");
        if (old)
            *reading = *old;
        else if (!read_new(history, record, reading, err))
            return false;
    }
    for (; at < history->readings.count; at++)
        drop_reading(history, LIST_AT(&history->readings, struct reading, at));
    history->readings = readings;
    return true;
}

static bool gather_packages(struct history *history, struct list *packages, struct err *err)
{
    for (size_t i = 0; i < history->readings.count; i++) {
        const struct reading *reading = LIST_AT(&history->readings, struct reading, i);
        for (size_t j = 0; j < reading->count; j++) {
            struct package *package = LIST_ADD(packages, struct package);
            if (!package)
                return arena_err(history->mem, err, "packages");
            *package = *LIST_AT(&history->parsed, struct package, reading->first + j);
        }
    }
    if (!packages_unite(packages, history->mem, err))
        return false;
    packages_cap(packages, history->limits, &history->prefix_notes);
    return true;
}

// ---------------------------------------------------------------- from prefix to prefix

// Gives the package locations of its own, in the layer that brought it.
static bool set_layer(struct package *package, uint32_t layer, struct arena *mem, struct err *err)
{
    struct location *own = arena_array(mem, package->location_count, sizeof *own);
    if (!own)
        return arena_err(mem, err, "packages");
    for (size_t i = 0; i < package->location_count; i++)
        own[i] = (struct location){.path = package->locations[i].path, .layer = layer};
    package->locations = own;
    return true;
}

static bool add_gone(struct history *history, size_t index, struct err *err)
{
    if (!history->all_layers)
        return true;
    struct package *gone = LIST_ADD(&history->gone, struct package);
    if (!gone)
        return arena_err(history->mem, err, "removed packages");
    *gone = *LIST_AT(&history->packages, struct package, index);
    gone->removed = true;
    return set_layer(gone, history->since[index], history->mem, err);
}

// Compares the packages of a prefix with those of the one before, both sorted: what was there keeps
// its layer, what was not is of this one.
static bool date_packages(struct history *history, const struct list *packages, uint32_t layer,
                          uint32_t *since, struct err *err)
{
    size_t old = 0;
    for (size_t i = 0; i < packages->count; i++) {
        const struct package *package = LIST_AT(packages, struct package, i);
        int order = 1;
        for (; old < history->packages.count; old++) {
            order = package_compare(LIST_AT(&history->packages, struct package, old), package);
            if (order >= 0)
                break;
            if (!add_gone(history, old, err))
                return false;
        }
        bool stayed = old < history->packages.count && order == 0;
        since[i] = stayed ? history->since[old] : layer;
        old += stayed;
    }
    for (; old < history->packages.count; old++)
        if (!add_gone(history, old, err))
            return false;
    return true;
}

static bool add_prefix(struct history *history, const struct inventory_prefix *prefix,
                       struct err *err)
{
    struct list records = {0};
    if (history->all_layers && history->tree &&
        !insights_gone(history->tree, prefix->tree, history->mem, &history->gone, err))
        return false;
    history->tree = prefix->tree;
    notes_init(&history->prefix_notes, history->mem, history->limits);
    if (!records_collect(prefix->tree, history->limits, history->mem, &history->prefix_notes,
                         &records, err) ||
        !read_records(history, &records, err))
        return false;
    struct list packages = history->spare;
    packages.count = 0;
    if (!gather_packages(history, &packages, err))
        return false;
    uint32_t *since = arena_array(history->mem, packages.count, sizeof *since);
    if (!since)
        return arena_err(history->mem, err, "packages");
    if (!date_packages(history, &packages, prefix->layer, since, err))
        return false;
    history->spare = history->packages;
    history->packages = packages;
    history->since = since;
    return true;
}

// ---------------------------------------------------------------- the result

// Appends what is gone to the packages of the last prefix, each once, and what came back not at
// all.
static bool append_gone(struct history *history, struct err *err)
{
    if (!packages_unite(&history->gone, history->mem, err))
        return false;
    packages_cap(&history->gone, history->limits, history->notes);
    size_t present = history->packages.count;
    size_t at = 0;
    for (size_t i = 0; i < history->gone.count; i++) {
        const struct package *gone = LIST_AT(&history->gone, struct package, i);
        int order = -1;
        for (; at < present; at++) {
            order = package_compare(gone, LIST_AT(&history->packages, struct package, at));
            if (order <= 0)
                break;
        }
        if (at < present && order == 0)
            continue;
        struct package *added = LIST_ADD(&history->packages, struct package);
        if (!added)
            return arena_err(history->mem, err, "removed packages");
        *added = *gone;
    }
    return true;
}

// What files told of, and what they told of other packages.
static bool add_told(struct history *history, struct err *err)
{
    struct list *packages = &history->packages;
    return insights_collect(history->tree, history->mem, packages, err) &&
           projects_collect(history->tree, history->limits, history->mem, history->notes, packages,
                            err) &&
           licenses_find(history->tree, history->limits, history->mem, packages, err);
}

static bool finish(struct history *history, const struct distro *distro, struct bom *bom,
                   struct err *err)
{
    for (size_t i = 0; i < history->packages.count; i++)
        if (!set_layer(LIST_AT(&history->packages, struct package, i), history->since[i],
                       history->mem, err))
            return false;
    if (history->tree && !add_told(history, err))
        return false;
    if (!packages_sort(&history->packages, history->mem, err))
        return false;
    size_t present = history->packages.count;
    if (!append_gone(history, err) || (history->packages.count != present &&
                                       !packages_sort(&history->packages, history->mem, err)))
        return false;
    packages_cap(&history->packages, history->limits, history->notes);
    if (!packages_identify(&history->packages, distro, history->mem, err))
        return false;
    for (size_t i = 0; i < history->readings.count; i++)
        notes_merge(history->notes, &LIST_AT(&history->readings, struct reading, i)->notes);
    notes_merge(history->notes, &history->prefix_notes);
    bom->packages = history->packages.items;
    bom->package_count = history->packages.count;
    return true;
}

bool inventory_layers(const struct inventory_prefix *prefixes, size_t count,
                      const struct distro *distro, bool all_layers, const struct limits *limits,
                      struct arena *mem, struct notes *notes, struct bom *ret, struct err *err)
{
    struct history history = {
        .limits = limits, .mem = mem, .all_layers = all_layers, .notes = notes};
    struct bom bom = {.distro = *distro};
    history_init(&history);
    for (size_t i = 0; i < count; i++)
        if (!add_prefix(&history, &prefixes[i], err))
            return err_add(err, "layer %u", prefixes[i].layer);
    if (!finish(&history, distro, &bom, err))
        return false;
    if (count && !content_sets_read(prefixes[count - 1].tree, limits, mem, notes, &bom.content_sets,
                                    &bom.content_set_count, err))
        return false;
    *ret = bom;
    return true;
}
