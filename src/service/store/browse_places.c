// Where packages are: unit by unit, bundle by bundle. As one statement it would find all places of
// all units, and sort them, to give a hundred.
#include "service/store/browse_inner.h"

enum {
    UNITS_AT_ONCE = 100,
    BUNDLES_AT_ONCE = 128,
    MOST_STATEMENTS = 1000, // for one page
    UNITS_COST = 100,       // of them: to find packages that fit a constraint
};

// The key of a place: all that it is ordered by.
struct position {
    int64_t unit;
    int64_t bundle;
    int64_t image;
    int64_t tag;
};

struct searching {
    struct store *store;
    const struct browse *browse;
    const struct sql_reader *to;
    struct arena *mem;
    struct position after;
    size_t given;
    size_t statements;
    bool is_full; // and there may be more
};

// ---------------------------------------------------------------- where a page ends

static bool read_position(span text, struct position *ret, struct err *err)
{
    struct position position = {0};
    int64_t *const parts[] = {&position.unit, &position.bundle, &position.image, &position.tag};
    span rest = text;
    for (size_t i = 0; text.len && i < sizeof parts / sizeof *parts; i++) {
        uint64_t number = 0;
        if (!span_to_u64(span_cut(&rest, '.'), &number) || number > INT64_MAX)
            return err_set(err, ERR_USAGE, "after: '%s' is not where a page ended",
                           quote(text).text);
        *parts[i] = (int64_t)number;
    }
    if (rest.len)
        return err_set(err, ERR_USAGE, "after: '%s' is not where a page ended", quote(text).text);
    *ret = position;
    return true;
}

static bool write_position(const struct searching *searching, span *ret, struct err *err)
{
    const struct position *after = &searching->after;
    struct text text;
    text_init(&text, searching->mem, SIZE_MAX);
    text_addf(&text, "%lld.%lld.%lld.%lld", (long long)after->unit, (long long)after->bundle,
              (long long)after->image, (long long)after->tag);
    *ret = text_span(&text);
    return text_ok(&text) || arena_err(searching->mem, err, "list");
}

// ---------------------------------------------------------------- places

static bool take_place(void *self, const struct sql_row *row, struct err *err)
{
    struct searching *searching = self;
    if (searching->given == searching->browse->limit) {
        searching->is_full = true;
        return true;
    }
    searching->after = (struct position){
        .unit = sql_row_integer(row, 0),
        .bundle = sql_row_integer(row, 1),
        .image = sql_row_integer(row, 2),
        .tag = sql_row_integer(row, 3),
    };
    searching->given++;
    const struct sql_row columns = {.values = row->values + KEY_MOST,
                                    .count = row->count - KEY_MOST};
    return searching->to->row(searching->to->self, &columns, err);
}

// One bundle behind some place in it, which goes by an index however many images hold it.
static void write_bundle(struct writing *writing, const struct position *after, int64_t unit,
                         int64_t bundle)
{
    bool is_within = after->unit == unit && after->bundle == bundle;
    writing_columns(writing, "");
    writing->glue = " WHERE ";
    writing_condition(writing, "ib.bundle = ?", sql_integer(bundle));
    size_t image = writing_value(writing, sql_integer(is_within ? after->image : 0));
    size_t tag = writing_value(writing, sql_integer(is_within ? after->tag : 0));
    text_addf(&writing->sql, " AND ib.image >= $%zu AND (ib.image > $%zu OR t.id > $%zu)", image,
              image, tag);
}

// All of several.
static bool write_bundles(struct writing *writing, const int64_t *bundles, size_t count,
                          struct err *err)
{
    sql_value list = {0};
    if (!numbers_value(bundles, count, writing->mem, &list, err))
        return false;
    (void)writing_value(writing, list); // the first
    writing_columns(writing, "{numbers $1} CROSS JOIN ");
    writing_add(writing, " WHERE ib.bundle = numbers.value");
    writing->glue = " AND ";
    return true;
}

static bool write_places(struct writing *writing, const struct searching *searching, int64_t unit,
                         const int64_t *bundles, size_t count, struct err *err)
{
    const struct browse *browse = searching->browse;
    text_init(&writing->sql, writing->mem, SIZE_MAX);
    if (count == 1)
        write_bundle(writing, &searching->after, unit, bundles[0]);
    else if (!write_bundles(writing, bundles, count, err))
        return false;
    writing_condition(writing, "u.id = ?", sql_integer(unit));
    if (browse->project)
        writing_project(writing);
    for (size_t i = 0; i < browse->view->filter_count; i++)
        if (!writing_filter(writing, &browse->view->filters[i], browse->wants[i]))
            return err_copy(err, &writing->why);
    size_t left = browse->limit - searching->given;
    text_addf(&writing->sql, " ORDER BY ib.bundle, ib.image, t.id LIMIT $%zu",
              writing_value(writing, sql_integer((int64_t)left + 1)));
    text_add_byte(&writing->sql, 0);
    return text_ok(&writing->sql) || arena_err(writing->mem, err, "list");
}

static bool read_places(struct searching *searching, int64_t unit, const int64_t *bundles,
                        size_t count, struct err *err)
{
    struct writing writing = {.browse = searching->browse, .mem = searching->mem};
    const struct sql_reader to = {searching, take_place};
    if (!write_places(&writing, searching, unit, bundles, count, err) ||
        !sql_ask(searching->store->sql, (const char *)writing.sql.ptr, writing.values,
                 writing.count, &to, err))
        return false;
    if (!searching->is_full) // all of them are behind us
        searching->after = (struct position){unit, bundles[count - 1], INT64_MAX, INT64_MAX};
    return true;
}

// ---------------------------------------------------------------- bundles

struct numbers {
    int64_t items[BUNDLES_AT_ONCE > UNITS_AT_ONCE ? BUNDLES_AT_ONCE : UNITS_AT_ONCE];
    size_t count;
};

static bool take_number(void *self, const struct sql_row *row, struct err *err)
{
    struct numbers *numbers = self;
    if (numbers->count == sizeof numbers->items / sizeof *numbers->items)
        return err_set(err, ERR_INPUT, "store: more rows than were asked for");
    numbers->items[numbers->count++] = sql_row_integer(row, 0);
    return true;
}

static bool find_bundles(struct searching *searching, int64_t unit, struct numbers *ret,
                         struct err *err)
{
    const struct position *after = &searching->after;
    const struct sql_reader to = {ret, take_number};
    bool is_within = after->unit == unit;
    bool is_behind = is_within && after->image == INT64_MAX;
    const sql_value values[] = {
        sql_integer(unit),
        sql_integer(is_within ? after->bundle + (is_behind && after->bundle < INT64_MAX) : 0),
        sql_integer(BUNDLES_AT_ONCE),
    };
    ret->count = 0;
    return sql_ask(searching->store->sql,
                   "SELECT bundle FROM bundle_unit WHERE unit = $1 AND bundle >= $2"
                   " ORDER BY bundle LIMIT $3",
                   values, 3, &to, err);
}

static bool is_done(struct searching *searching)
{
    if (++searching->statements > MOST_STATEMENTS)
        searching->is_full = true;
    return searching->is_full;
}

// The first bundle alone, since it may be in all images; then two, four, eight.
static bool read_bundles(struct searching *searching, int64_t unit, const struct numbers *bundles,
                         struct err *err)
{
    size_t portion = 1;
    for (size_t done = 0; done < bundles->count && !is_done(searching); portion *= 2) {
        size_t left = bundles->count - done;
        size_t count = portion < left ? portion : left;
        if (!read_places(searching, unit, bundles->items + done, count, err))
            return false;
        done += count;
    }
    return true;
}

static bool read_unit(struct searching *searching, int64_t unit, struct err *err)
{
    struct numbers bundles = {.count = BUNDLES_AT_ONCE};
    while (bundles.count == BUNDLES_AT_ONCE && !is_done(searching))
        if (!find_bundles(searching, unit, &bundles, err) ||
            !read_bundles(searching, unit, &bundles, err))
            return false;
    if (!searching->is_full)
        searching->after = (struct position){.unit = unit + 1};
    return true;
}

// ---------------------------------------------------------------- units

static const span *want_named(const struct browse *browse, const char *name)
{
    for (size_t i = 0; i < browse->view->filter_count; i++)
        if (strcmp(browse->view->filters[i].name, name) == 0)
            return &browse->wants[i];
    return NULL;
}

// Those behind `after` that the filters let through. *ret_more: there are others behind them.
static bool find_units(struct searching *searching, span after, struct numbers *ret, span *ret_next,
                       struct err *err)
{
    const struct sql_reader to = {ret, take_number};
    span *wants = arena_array(searching->mem, browse_units.filter_count, sizeof *wants);
    const struct browse units = {.view = &browse_units,
                                 .project = searching->browse->project,
                                 .wants = wants,
                                 .after = after,
                                 .limit = UNITS_AT_ONCE};
    if (!wants)
        return arena_err(searching->mem, err, "list");
    for (size_t i = 0; i < browse_units.filter_count; i++) {
        const span *want = want_named(searching->browse, browse_units.filters[i].name);
        wants[i] = want ? *want : (span){0};
    }
    ret->count = 0;
    return store_browse(searching->store, &units, &to, searching->mem, ret_next, err);
}

// The unit in which the page before ended comes again.
static bool first_unit(struct searching *searching, span *ret, struct err *err)
{
    struct text text;
    text_init(&text, searching->mem, SIZE_MAX);
    if (searching->after.unit > 0)
        text_add_u64(&text, (uint64_t)searching->after.unit - 1);
    *ret = text_span(&text);
    return text_ok(&text) || arena_err(searching->mem, err, "list");
}

// A page in which nothing fits ends too: behind the last package that was looked at.
static bool ends_early(struct searching *searching, span last)
{
    uint64_t unit = 0;
    if (searching->statements <= MOST_STATEMENTS || !span_to_u64(last, &unit))
        return false;
    searching->after = (struct position){.unit = (int64_t)unit + 1};
    searching->is_full = true;
    return true;
}

bool browse_places(struct store *store, const struct browse *browse, const struct sql_reader *to,
                   struct arena *mem, span *ret_next, struct err *err)
{
    struct searching searching = {.store = store, .browse = browse, .to = to, .mem = mem};
    struct numbers units = {0};
    span next = {0};
    if (!read_position(browse->after, &searching.after, err) || !first_unit(&searching, &next, err))
        return false;
    do {
        if (!find_units(&searching, next, &units, &next, err))
            return false;
        searching.statements += UNITS_COST;
        for (size_t i = 0; i < units.count && !searching.is_full; i++)
            if (!read_unit(&searching, units.items[i], err))
                return false;
    } while (next.len && !searching.is_full && !ends_early(&searching, next));
    if (searching.is_full)
        return write_position(&searching, ret_next, err);
    *ret_next = (span){0};
    return true;
}
