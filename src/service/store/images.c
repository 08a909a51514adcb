// Keeping images: what is new of an image is added, what is known is referred to.
#include "service/store/store_inner.h"

// ---------------------------------------------------------------- the state of knowledge

static bool take_text(void *self, const struct sql_row *row, struct err *err)
{
    struct taken_text *taken = self;
    return arena_span(taken->mem, sql_row_bytes(row, 0), &taken->text) ||
           arena_err(taken->mem, err, "store");
}

bool store_stamp(struct store *store, struct arena *mem, span *ret, struct err *err)
{
    struct taken_text taken = {.mem = mem};
    const struct sql_reader answer = {&taken, take_text};
    if (!sql_ask(store->sql, "SELECT value FROM fact WHERE name = 'stamp'", NULL, 0, &answer, err))
        return false;
    *ret = taken.text;
    return true;
}

static bool compare_text(void *self, const struct sql_row *row, struct err *err)
{
    struct compared_text *compared = self;
    (void)err; // comparing cannot fail
    compared->is_equal = span_equal(sql_row_bytes(row, 0), compared->text);
    return true;
}

// In SQLite a transaction that writes is alone anyway. In PostgreSQL locking the table is the only
// statement that waits before the transaction's view of the store is fixed.
static bool lock_facts(struct store *store, const char *statement, struct err *err)
{
    return sql_kind(store->sql) == SQL_SQLITE || sql_run(store->sql, statement, NULL, 0, err);
}

bool store_hold_stamp(struct store *store, span stamp, bool *ret, struct err *err)
{
    struct compared_text compared = {.text = stamp};
    const struct sql_reader answer = {&compared, compare_text};
    if (!lock_facts(store, "LOCK TABLE fact IN SHARE MODE", err) ||
        !sql_ask(store->sql, "SELECT value FROM fact WHERE name = 'stamp'", NULL, 0, &answer, err))
        return false;
    *ret = compared.is_equal;
    return true;
}

bool store_set_stamp(struct store *store, span stamp, struct err *err)
{
    const sql_value values[] = {sql_text(stamp)};
    return lock_facts(store, "LOCK TABLE fact IN EXCLUSIVE MODE", err) &&
           sql_run(store->sql,
                   "INSERT INTO fact (name, value) VALUES ('stamp', $1)"
                   " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                   values, 1, err);
}

// ---------------------------------------------------------------- rows of many things

// Ids by place: each row of keys is answered with the place that it was given.
struct ids {
    int64_t *items; // 0: there is none
    size_t room;
};

static bool take_id(void *self, const struct sql_row *row, struct err *err)
{
    struct ids *ids = self;
    int64_t place = sql_row_integer(row, 1);
    if (place < 0 || (uint64_t)place >= ids->room)
        return err_set(err, ERR_INPUT, "store: a row that was not asked for");
    ids->items[place] = sql_row_integer(row, 0);
    return true;
}

static void add_place(struct rows *keys, size_t place)
{
    rows_add(keys, sql_integer((int64_t)place));
}

// `keys` has rows of a key and the place in `ret` where the id goes.
static bool ask_ids(struct store *store, const char *statement, const struct rows *keys,
                    int64_t *ret, size_t room, struct err *err)
{
    struct ids ids = {.items = ret, .room = room};
    const struct sql_reader answer = {&ids, take_id};
    return rows_ask(store, statement, keys, &answer, err);
}

static const char layer_by_name[] = "SELECT id, CAST($2 AS BIGINT) FROM layer WHERE diff_id = $1";

// ---------------------------------------------------------------- rows by their hashes

// Hashes one behind the other, and whose they are.
struct hashes {
    struct text bytes;
    struct list places; // of size_t
};

static void hashes_init(struct hashes *hashes, struct arena *mem)
{
    text_init(&hashes->bytes, mem, SIZE_MAX);
    list_init(&hashes->places, mem, sizeof(size_t), SIZE_MAX);
}

static void hashes_add(struct hashes *hashes, span hash, size_t place)
{
    size_t *item = LIST_ADD(&hashes->places, size_t);
    if (item)
        *item = place;
    text_add(&hashes->bytes, hash);
}

// Fills ret[place] of each hash that has an id. `statement` answers with ids and the numbers of
// their hashes.
static bool find_ids(struct store *store, const char *statement, const struct hashes *hashes,
                     int64_t *ret, struct err *err)
{
    enum { HASHES_AT_ONCE = 500, HASH_BYTES = 32 }; // of SHA-256
    struct arena *mem = hashes->places.mem;
    if (!list_ok(&hashes->places) || !text_ok(&hashes->bytes))
        return arena_err(mem, err, "hashes");
    for (size_t done = 0; done < hashes->places.count; done += HASHES_AT_ONCE) {
        int64_t found[HASHES_AT_ONCE] = {0};
        struct ids ids = {.items = found, .room = HASHES_AT_ONCE};
        const struct sql_reader answer = {&ids, take_id};
        span rest = span_from(text_span(&hashes->bytes), done * HASH_BYTES);
        const sql_value value = sql_bytes(span_first(rest, (size_t)HASHES_AT_ONCE * HASH_BYTES));
        if (!sql_ask(store->sql, statement, &value, 1, &answer, err))
            return false;
        for (size_t i = 0; i < HASHES_AT_ONCE && done + i < hashes->places.count; i++)
            ret[*LIST_AT(&hashes->places, size_t, done + i)] = found[i];
    }
    return true;
}

// Not a join: those may read the whole table instead.
static const char units_by_hash[] =
    "SELECT (SELECT id FROM unit WHERE hash = hashes.value), hashes.place FROM {hashes $1}";
static const char bundles_by_hash[] =
    "SELECT (SELECT id FROM bundle WHERE hash = hashes.value), hashes.place FROM {hashes $1}";

// ---------------------------------------------------------------- units

static bool find_bundles(struct store *store, const struct kept_image *image, struct arena *mem,
                         int64_t **ret, struct err *err)
{
    struct hashes hashes;
    int64_t *bundles = arena_array(mem, image->bundle_count, sizeof *bundles);
    if (!bundles)
        return arena_err(mem, err, "bundles");
    hashes_init(&hashes, mem);
    for (size_t i = 0; i < image->bundle_count; i++)
        hashes_add(&hashes, image->bundles[i].hash, i);
    *ret = bundles;
    return find_ids(store, bundles_by_hash, &hashes, bundles, err);
}

// The units of bundles that are not known. Those of the others are known.
static bool find_units(struct store *store, const struct kept_image *image, const int64_t *bundles,
                       struct arena *mem, int64_t *ret, struct err *err)
{
    struct hashes hashes;
    hashes_init(&hashes, mem);
    for (size_t i = 0; i < image->bundle_count; i++)
        for (size_t j = 0; bundles[i] == 0 && j < image->bundles[i].unit_count; j++) {
            size_t unit = image->bundles[i].units[j];
            hashes_add(&hashes, image->units[unit].hash, unit);
        }
    return find_ids(store, units_by_hash, &hashes, ret, err);
}

struct finding_unknown {
    struct store *store;
    const struct kept_image *image;
    struct arena *mem;
    bool *unknown;
};

static bool find_unknown(void *self, struct err *err)
{
    const struct finding_unknown *finding = self;
    const struct kept_image *image = finding->image;
    int64_t *bundles = NULL;
    int64_t *units = arena_array(finding->mem, image->unit_count, sizeof *units);
    if (!units)
        return arena_err(finding->mem, err, "units");
    if (!find_bundles(finding->store, image, finding->mem, &bundles, err) ||
        !find_units(finding->store, image, bundles, finding->mem, units, err))
        return false;
    for (size_t i = 0; i < image->unit_count; i++)
        finding->unknown[i] = false;
    for (size_t i = 0; i < image->bundle_count; i++)
        for (size_t j = 0; bundles[i] == 0 && j < image->bundles[i].unit_count; j++)
            finding->unknown[image->bundles[i].units[j]] = units[image->bundles[i].units[j]] == 0;
    return true;
}

bool store_find_unknown(struct store *store, const struct kept_image *image, bool *ret,
                        struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(store->limits->kept_bytes);
    struct finding_unknown finding = {store, image, mem, ret};
    if (!mem)
        return err_set(err, ERR_MEMORY, "store: out of memory");
    return store_observe(store, find_unknown, &finding, err);
}

static void add_unit_row(struct rows *rows, const struct unit *unit, uint32_t review)
{
    const struct package package = {.type = unit->type, .name = unit->name};
    span group = {0};
    span short_name = {0};
    package_name_parts(&package, &group, &short_name);
    rows_add(rows, sql_bytes(unit->hash));
    rows_add(rows, sql_text(unit->type));
    rows_add(rows, sql_text(unit->name));
    rows_add(rows, sql_text(short_name));
    rows_add(rows, sql_text(unit->version));
    rows_add(rows, sql_text(unit->purl));
    rows_add(rows, sql_bytes(unit->company));
    rows_add(rows, sql_integer(review));
}

struct keeping {
    struct store *store;
    struct arena *mem;
    const struct kept_image *image;
    const struct judgement *const *judgements;
    uint64_t now;
    int64_t *added;   // ids of units that were not there; else 0
    int64_t *units;   // ids; 0: of known bundles alone
    int64_t *bundles; // ids
};

static const char insert_unit[] =
    "INSERT INTO unit (hash, type, name, short_name, version, purl, company, review)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (hash) DO NOTHING"
    " RETURNING id, CAST($9 AS BIGINT)";

static bool keep_units(struct keeping *keeping, struct err *err)
{
    const struct kept_image *image = keeping->image;
    struct rows rows;
    rows_init(&rows, 9, keeping->mem);
    keeping->added = arena_array(keeping->mem, image->unit_count, sizeof *keeping->added);
    keeping->units = arena_array(keeping->mem, image->unit_count, sizeof *keeping->units);
    if (!keeping->added || !keeping->units)
        return arena_err(keeping->mem, err, "units");
    for (size_t i = 0; i < image->unit_count; i++)
        if (keeping->judgements[i]) {
            add_unit_row(&rows, &image->units[i], keeping->judgements[i]->review);
            add_place(&rows, i);
        }
    return ask_ids(keeping->store, insert_unit, &rows, keeping->added, image->unit_count, err) &&
           find_units(keeping->store, image, keeping->bundles, keeping->mem, keeping->units, err);
}

// ---------------------------------------------------------------- judgements

// Of those that were added: the others have theirs.
static bool keep_judgements(struct keeping *keeping, struct err *err)
{
    struct list judged;
    list_init(&judged, keeping->mem, sizeof(struct judged_unit), SIZE_MAX);
    for (size_t i = 0; i < keeping->image->unit_count; i++) {
        if (!keeping->judgements[i] || keeping->added[i] == 0)
            continue;
        struct judged_unit *item = LIST_ADD(&judged, struct judged_unit);
        if (item)
            *item = (struct judged_unit){keeping->units[i], keeping->judgements[i]};
    }
    if (!list_ok(&judged))
        return arena_err(keeping->mem, err, "units");
    return judgements_insert(keeping->store, judged.items, judged.count, keeping->now, keeping->mem,
                             err);
}

// ---------------------------------------------------------------- bundles

// A row is all units of a bundle.
static bool add_members(struct keeping *keeping, size_t bundle, struct rows *members,
                        struct err *err)
{
    const struct bundle *of = &keeping->image->bundles[bundle];
    int64_t *units = arena_array(keeping->mem, of->unit_count, sizeof *units);
    sql_value value = {0};
    if (!units)
        return arena_err(keeping->mem, err, "bundles");
    for (size_t i = 0; i < of->unit_count; i++) {
        units[i] = keeping->units[of->units[i]];
        if (units[i] == 0)
            return err_set(err, ERR_CONFLICT, "store: a package is not known after all");
    }
    if (!numbers_value(units, of->unit_count, keeping->mem, &value, err))
        return false;
    rows_add(members, value);
    rows_add(members, sql_integer(keeping->bundles[bundle]));
    return true;
}

// Adds those without an id, and gives them one.
static bool keep_bundles(struct keeping *keeping, struct err *err)
{
    const struct kept_image *image = keeping->image;
    struct rows members;
    rows_init(&members, 2, keeping->mem);
    for (size_t i = 0; i < image->bundle_count; i++) {
        const sql_value values[] = {
            sql_bytes(image->bundles[i].hash),
            sql_bytes(image->bundles[i].content),
        };
        if (keeping->bundles[i])
            continue;
        if (!sql_ask_integer(keeping->store->sql,
                             "INSERT INTO bundle (hash, content) VALUES ($1, $2) RETURNING id",
                             values, 2, &keeping->bundles[i], err) ||
            !add_members(keeping, i, &members, err))
            return false;
    }
    return rows_ask(keeping->store,
                    "INSERT INTO bundle_unit (unit, bundle) SELECT numbers.value, $2"
                    " FROM {numbers $1}",
                    &members, NULL, err);
}

// ---------------------------------------------------------------- the image itself

static span digest_of_image(const struct image *image)
{
    return image->manifest_digest.len ? image->manifest_digest : image->image_id;
}

static bool keep_row(const struct keeping *keeping, int64_t *ret, struct err *err)
{
    const struct kept_image *kept = keeping->image;
    const struct image *image = kept->image;
    struct text platform;
    text_init(&platform, keeping->mem, SIZE_MAX);
    text_add(&platform, image->platform.os);
    text_add_byte(&platform, '/');
    text_add(&platform, image->platform.architecture);
    if (image->platform.variant.len)
        text_add_byte(&platform, '/');
    text_add(&platform, image->platform.variant);
    if (!text_ok(&platform))
        return arena_err(keeping->mem, err, "platform");
    const sql_value values[] = {
        sql_text(digest_of_image(image)),
        sql_text(image->image_id),
        sql_text(text_span(&platform)),
        sql_text(kept->distro),
        sql_text(image->created),
        sql_integer((int64_t)keeping->now),
        sql_integer(kept->complete),
        sql_integer((int64_t)kept->package_count),
        sql_bytes(kept->head),
    };
    return sql_ask_integer(keeping->store->sql,
                           "INSERT INTO image (digest, image_id, platform, distro, created,"
                           " scanned, complete, packages, head)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
                           values, sizeof values / sizeof *values, ret, err);
}

static span name_of_layer(const struct layer *layer)
{
    return layer->diff_id.len ? layer->diff_id : layer->digest;
}

static bool keep_layers(const struct keeping *keeping, int64_t image, struct err *err)
{
    const struct image *of = keeping->image->image;
    struct rows rows;
    struct rows keys;
    struct rows places;
    int64_t *layers = arena_array(keeping->mem, of->layer_count, sizeof *layers);
    if (!layers)
        return arena_err(keeping->mem, err, "layers");
    rows_init(&rows, 2, keeping->mem);
    rows_init(&keys, 2, keeping->mem);
    rows_init(&places, 4, keeping->mem);
    for (size_t i = 0; i < of->layer_count; i++) {
        rows_add(&rows, sql_text(name_of_layer(&of->layers[i])));
        rows_add(&rows, sql_integer((int64_t)of->layers[i].stored_bytes));
        rows_add(&keys, sql_text(name_of_layer(&of->layers[i])));
        add_place(&keys, i);
    }
    if (!rows_ask(keeping->store,
                  "INSERT INTO layer (diff_id, bytes) VALUES ($1, $2)"
                  " ON CONFLICT (diff_id) DO NOTHING",
                  &rows, NULL, err) ||
        !ask_ids(keeping->store, layer_by_name, &keys, layers, of->layer_count, err))
        return false;
    for (size_t i = 0; i < of->layer_count; i++) {
        rows_add(&places, sql_integer(image));
        rows_add(&places, sql_integer((int64_t)i));
        rows_add(&places, sql_integer(layers[i]));
        rows_add(&places, sql_text(of->layers[i].created_by));
    }
    return rows_ask(keeping->store,
                    "INSERT INTO image_layer (image, position, layer, created_by)"
                    " VALUES ($1, $2, $3, $4)",
                    &places, NULL, err);
}

static bool keep_holdings(const struct keeping *keeping, int64_t image, struct err *err)
{
    const struct kept_image *kept = keeping->image;
    struct rows rows;
    rows_init(&rows, 3, keeping->mem);
    for (size_t i = 0; i < kept->bundle_count; i++) {
        rows_add(&rows, sql_integer(image));
        rows_add(&rows, sql_integer(keeping->bundles[i]));
        rows_add(&rows, sql_integer(kept->bundles[i].layer));
    }
    return rows_ask(keeping->store,
                    "INSERT INTO image_bundle (image, bundle, position) VALUES ($1, $2, $3)", &rows,
                    NULL, err);
}

static bool keep_labels(const struct keeping *keeping, int64_t image, struct err *err)
{
    const struct image *of = keeping->image->image;
    struct rows rows;
    rows_init(&rows, 3, keeping->mem);
    for (size_t i = 0; i < of->label_count; i++) {
        rows_add(&rows, sql_integer(image));
        rows_add(&rows, sql_text(of->labels[i].key));
        rows_add(&rows, sql_text(of->labels[i].value));
    }
    return rows_ask(keeping->store,
                    "INSERT INTO image_label (image, key, value) VALUES ($1, $2, $3)"
                    " ON CONFLICT (image, key) DO NOTHING",
                    &rows, NULL, err);
}

static bool keep_own(const struct keeping *keeping, int64_t image, struct err *err)
{
    const struct findings *own = &keeping->image->own;
    struct rows rows;
    rows_init(&rows, 7, keeping->mem);
    for (size_t i = 0; i < own->count; i++) {
        span detail = {0};
        if (!write_finding(&own->items[i], keeping->mem, &detail, err))
            return false;
        rows_add(&rows, sql_integer(image));
        rows_add(&rows, sql_integer((int64_t)i));
        rows_add(&rows, sql_text(own->items[i].id));
        rows_add(&rows, sql_integer(own->items[i].kind));
        rows_add(&rows, sql_integer(own->items[i].severity));
        rows_add(&rows, sql_text(own->items[i].location));
        rows_add(&rows, sql_bytes(detail));
    }
    return rows_ask(keeping->store,
                    "INSERT INTO image_finding (image, number, id, kind, severity, location,"
                    " detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    &rows, NULL, err);
}

bool store_find_image(struct store *store, span digest, int64_t *ret, struct err *err)
{
    const sql_value values[] = {sql_text(digest)};
    return sql_ask_integer(store->sql, "SELECT id FROM image WHERE digest = $1", values, 1, ret,
                           err);
}

bool store_keep_image(struct store *store, const struct kept_image *image,
                      const struct judgement *const *judgements, uint64_t now, int64_t *ret,
                      struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(store->limits->kept_bytes * 4);
    struct keeping keeping = {
        .store = store,
        .mem = mem,
        .image = image,
        .judgements = judgements,
        .now = now,
    };
    int64_t id = 0;
    struct err none = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "store: out of memory");
    if (store_find_image(store, digest_of_image(image->image), ret, &none))
        return true; // another worker was faster
    if (none.kind != ERR_MISSING)
        return err_copy(err, &none);
    if (!find_bundles(store, image, mem, &keeping.bundles, err) || !keep_units(&keeping, err) ||
        !keep_judgements(&keeping, err) || !keep_bundles(&keeping, err) ||
        !keep_row(&keeping, &id, err) || !keep_layers(&keeping, id, err) ||
        !keep_holdings(&keeping, id, err) || !keep_labels(&keeping, id, err) ||
        !keep_own(&keeping, id, err))
        return false;
    *ret = id;
    return true;
}
