// From what was asked to the packages that rest on it, and from these to the images that hold them.
#include "service/store/store_inner.h"

// Collects structs, in the order of the answers.
struct gathered {
    struct list items;
};

static void gather(struct gathered *gathered, size_t size, struct arena *mem)
{
    list_init(&gathered->items, mem, size, UINT32_MAX);
}

// ---------------------------------------------------------------- units

static bool take_number(void *self, const struct sql_row *row, struct err *err)
{
    struct gathered *gathered = self;
    int64_t *number = LIST_ADD(&gathered->items, int64_t);
    if (!number)
        return arena_err(gathered->items.mem, err, "units");
    *number = sql_row_integer(row, 0);
    return true;
}

static void take_ids(struct gathered *ids, struct row_ids *ret)
{
    size_t count = sort_distinct(ids->items.items, ids->items.count);
    *ret = (struct row_ids){.items = ids->items.items, .count = count};
}

bool store_questioned_units(struct store *store, const int64_t *questions, size_t count,
                            uint32_t today, struct arena *mem, struct row_ids *ret, struct err *err)
{
    struct gathered ids;
    const struct sql_reader answer = {&ids, take_number};
    const sql_value values[] = {sql_integer(today)};
    gather(&ids, sizeof(int64_t), mem);
    if (!numbers_ask(store,
                     "SELECT q.unit FROM {numbers $1} CROSS JOIN question q"
                     " WHERE q.hash = numbers.value",
                     questions, count, &answer, mem, err) ||
        !sql_ask(store->sql, "SELECT id FROM unit WHERE review > 0 AND review < $1", values, 1,
                 &answer, err))
        return false;
    take_ids(&ids, ret);
    return true;
}

bool store_review_is_due(struct store *store, uint32_t today, bool *ret, struct err *err)
{
    const sql_value values[] = {sql_integer(today)};
    int64_t due = 0;
    if (!sql_ask_integer(store->sql,
                         "SELECT count(*) FROM (SELECT 1 FROM unit WHERE review > 0 AND review < $1"
                         " LIMIT 1) due",
                         values, 1, &due, err))
        return false;
    *ret = due > 0;
    return true;
}

bool store_all_units(struct store *store, struct arena *mem, struct row_ids *ret, struct err *err)
{
    struct gathered ids;
    const struct sql_reader answer = {&ids, take_number};
    gather(&ids, sizeof(int64_t), mem);
    if (!sql_ask(store->sql, "SELECT id FROM unit", NULL, 0, &answer, err))
        return false;
    take_ids(&ids, ret);
    return true;
}

bool store_images_of_digest(struct store *store, span digest, struct arena *mem,
                            struct row_ids *ret, struct err *err)
{
    struct gathered ids;
    const struct sql_reader answer = {&ids, take_number};
    const sql_value values[] = {sql_text(digest)};
    gather(&ids, sizeof(int64_t), mem);
    if (!sql_ask(store->sql,
                 "SELECT id FROM image WHERE digest = $1 UNION SELECT ti.image FROM tag t"
                 " JOIN tag_image ti ON ti.tag = t.id WHERE t.digest = $1",
                 values, 1, &answer, err))
        return false;
    take_ids(&ids, ret);
    return true;
}

// Units on their way to whoever asked for them.
struct reading {
    struct arena *mem;
    struct stored_unit *items;
    size_t count;
    size_t room;
};

static bool take_unit(void *self, const struct sql_row *row, struct err *err)
{
    struct reading *reading = self;
    if (reading->count == reading->room)
        return err_set(err, ERR_INPUT, "store: more units than were asked for");
    struct stored_unit *item = &reading->items[reading->count++];
    span *const texts[] = {&item->unit.company, &item->unit.type, &item->unit.name,
                           &item->unit.version};
    item->id = sql_row_integer(row, 0);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!arena_span(reading->mem, sql_row_bytes(row, i + 1), texts[i]))
            return arena_err(reading->mem, err, "units");
    return true;
}

bool store_read_units(struct store *store, const int64_t *ids, size_t count, struct arena *mem,
                      struct stored_unit *ret, struct err *err)
{
    struct reading reading = {.mem = mem, .items = ret, .room = count};
    const struct sql_reader answer = {&reading, take_unit};
    if (!numbers_ask(store,
                     "SELECT u.id, u.company, u.type, u.name, u.version FROM {numbers $1}"
                     " CROSS JOIN unit u WHERE u.id = numbers.value ORDER BY u.id",
                     ids, count, &answer, mem, err))
        return false;
    return reading.count == count || err_set(err, ERR_CONFLICT, "store: a unit has gone");
}

// ---------------------------------------------------------------- who holds them

static bool take_holding(void *self, const struct sql_row *row, struct err *err)
{
    struct gathered *gathered = self;
    struct holding *holding = LIST_ADD(&gathered->items, struct holding);
    if (!holding)
        return arena_err(gathered->items.mem, err, "bundles");
    *holding = (struct holding){sql_row_integer(row, 0), sql_row_integer(row, 1)};
    return true;
}

bool store_bundles_of_units(struct store *store, const int64_t *units, size_t count,
                            struct arena *mem, const struct holding **ret, size_t *ret_count,
                            struct err *err)
{
    struct gathered found;
    const struct sql_reader answer = {&found, take_holding};
    gather(&found, sizeof(struct holding), mem);
    if (!numbers_ask(store,
                     "SELECT bu.unit, bu.bundle FROM {numbers $1} CROSS JOIN bundle_unit bu"
                     " WHERE bu.unit = numbers.value",
                     units, count, &answer, mem, err))
        return false;
    *ret = found.items.items;
    *ret_count = found.items.count;
    return true;
}

static bool take_holder(void *self, const struct sql_row *row, struct err *err)
{
    struct gathered *gathered = self;
    struct holder *holder = LIST_ADD(&gathered->items, struct holder);
    if (!holder)
        return arena_err(gathered->items.mem, err, "images");
    *holder = (struct holder){
        .bundle = sql_row_integer(row, 0),
        .image = sql_row_integer(row, 1),
        .layer = (uint32_t)sql_row_integer(row, 2),
    };
    return true;
}

bool store_holders_of_bundles(struct store *store, const int64_t *bundles, size_t count,
                              struct arena *mem, const struct holder **ret, size_t *ret_count,
                              struct err *err)
{
    struct gathered found;
    const struct sql_reader answer = {&found, take_holder};
    gather(&found, sizeof(struct holder), mem);
    if (!numbers_ask(store,
                     "SELECT ib.bundle, ib.image, ib.position FROM {numbers $1}"
                     " CROSS JOIN image_bundle ib WHERE ib.bundle = numbers.value AND"
                     " EXISTS (SELECT 1 FROM tag_image t WHERE t.image = ib.image)",
                     bundles, count, &answer, mem, err))
        return false;
    *ret = found.items.items;
    *ret_count = found.items.count;
    return true;
}

bool store_holdings_of_image(struct store *store, int64_t image, struct arena *mem,
                             const struct holding **ret_holdings, size_t *ret_holding_count,
                             const struct holder **ret_holders, size_t *ret_holder_count,
                             struct err *err)
{
    struct gathered holdings;
    struct gathered holders;
    const struct sql_reader held = {&holdings, take_holding};
    const struct sql_reader holding = {&holders, take_holder};
    const sql_value values[] = {sql_integer(image)};
    gather(&holdings, sizeof(struct holding), mem);
    gather(&holders, sizeof(struct holder), mem);
    if (!sql_ask(store->sql,
                 "SELECT bu.unit, ib.bundle FROM image_bundle ib"
                 " JOIN bundle_unit bu ON bu.bundle = ib.bundle WHERE ib.image = $1",
                 values, 1, &held, err) ||
        !sql_ask(store->sql, "SELECT bundle, image, position FROM image_bundle WHERE image = $1",
                 values, 1, &holding, err))
        return false;
    *ret_holdings = holdings.items.items;
    *ret_holding_count = holdings.items.count;
    *ret_holders = holders.items.items;
    *ret_holder_count = holders.items.count;
    return true;
}

static bool write_name(const struct sql_row *row, struct arena *mem, span *ret)
{
    struct text name;
    text_init(&name, mem, SIZE_MAX);
    text_add(&name, sql_row_bytes(row, 3));
    text_add_byte(&name, '/');
    text_add(&name, sql_row_bytes(row, 4));
    text_add_byte(&name, ':');
    text_add(&name, sql_row_bytes(row, 5));
    *ret = text_span(&name);
    return text_ok(&name);
}

static bool take_named(void *self, const struct sql_row *row, struct err *err)
{
    struct gathered *gathered = self;
    struct arena *mem = gathered->items.mem;
    struct named_image *named = LIST_ADD(&gathered->items, struct named_image);
    if (!named || !arena_span(mem, sql_row_bytes(row, 2), &named->digest) ||
        !write_name(row, mem, &named->name))
        return arena_err(mem, err, "images");
    named->image = sql_row_integer(row, 0);
    named->project = sql_row_integer(row, 1);
    return true;
}

bool store_names_of_image(struct store *store, int64_t image, struct arena *mem,
                          const struct named_image **ret, size_t *ret_count, struct err *err)
{
    return store_named_images(store, &image, 1, mem, ret, ret_count, err);
}

bool store_named_images(struct store *store, const int64_t *images, size_t count, struct arena *mem,
                        const struct named_image **ret, size_t *ret_count, struct err *err)
{
    struct gathered found;
    const struct sql_reader answer = {&found, take_named};
    gather(&found, sizeof(struct named_image), mem);
    if (!numbers_ask(store,
                     "SELECT i.id, r.project, i.digest, r.registry, r.name, t.name"
                     " FROM {numbers $1} CROSS JOIN image i CROSS JOIN tag_image ti CROSS JOIN"
                     " tag t CROSS JOIN repository r WHERE i.id = numbers.value AND ti.image = i.id"
                     " AND t.id = ti.tag AND r.id = t.repository"
                     " ORDER BY i.id, r.registry, r.name, t.name",
                     images, count, &answer, mem, err))
        return false;
    *ret = found.items.items;
    *ret_count = found.items.count;
    return true;
}

static bool take_layer(void *self, const struct sql_row *row, struct err *err)
{
    struct gathered *gathered = self;
    struct arena *mem = gathered->items.mem;
    struct bundled_layer *layer = LIST_ADD(&gathered->items, struct bundled_layer);
    if (!layer || !arena_span(mem, sql_row_bytes(row, 2), &layer->diff_id) ||
        !arena_span(mem, sql_row_bytes(row, 3), &layer->created_by))
        return arena_err(mem, err, "layers");
    layer->image = sql_row_integer(row, 0);
    layer->position = (uint32_t)sql_row_integer(row, 1);
    return true;
}

bool store_layers_of_bundles(struct store *store, const int64_t *images, size_t count,
                             struct arena *mem, const struct bundled_layer **ret, size_t *ret_count,
                             struct err *err)
{
    struct gathered found;
    const struct sql_reader answer = {&found, take_layer};
    gather(&found, sizeof(struct bundled_layer), mem);
    if (!numbers_ask(store,
                     "SELECT il.image, il.position, l.diff_id, il.created_by FROM {numbers $1}"
                     " CROSS JOIN image_bundle ib CROSS JOIN image_layer il CROSS JOIN layer l"
                     " WHERE ib.image = numbers.value AND il.image = ib.image"
                     " AND il.position = ib.position AND l.id = il.layer"
                     " ORDER BY il.image, il.position",
                     images, count, &answer, mem, err))
        return false;
    *ret = found.items.items;
    *ret_count = found.items.count;
    return true;
}

// ---------------------------------------------------------------- what was learned

bool store_add_judgement(struct store *store, const struct store_judgement *judgement, int64_t *ret,
                         struct err *err)
{
    const sql_value values[] = {
        sql_integer((int64_t)judgement->at),
        sql_text(judgement->stamp),
        sql_text(judgement->built),
        sql_integer((int64_t)judgement->changes),
        sql_integer((int64_t)judgement->units),
        sql_integer((int64_t)judgement->added),
        sql_integer((int64_t)judgement->changed),
        sql_integer((int64_t)judgement->gone),
    };
    return sql_ask_integer(
        store->sql,
        "INSERT INTO judgement (at, stamp, built, changes, units, added, changed, gone, finished)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $1) ON CONFLICT (stamp) DO UPDATE SET"
        " units = judgement.units + excluded.units, added = judgement.added + excluded.added,"
        " changed = judgement.changed + excluded.changed, gone = judgement.gone + excluded.gone,"
        " finished = excluded.finished RETURNING id",
        values, sizeof values / sizeof *values, ret, err);
}

bool store_add_change(struct store *store, int64_t judgement, const struct store_change *change,
                      struct err *err)
{
    const sql_value values[] = {
        sql_integer(judgement), sql_text(change->id),      sql_text(change->database),
        sql_text(change->type), sql_text(change->package), sql_text(change->change),
    };
    return sql_run(store->sql,
                   "INSERT INTO judgement_advisory"
                   " (judgement, id, database, ecosystem, package, change)"
                   " SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM"
                   " judgement_advisory WHERE judgement = $1 AND id = $2 AND ecosystem = $4"
                   " AND package = $5 AND change = $6)",
                   values, sizeof values / sizeof *values, err);
}
