// Reading images and what is wrong with them.
#include "service/store/store_inner.h"

bool read_finding(const struct store *store, span detail, struct arena *mem, struct finding *ret,
                  struct err *err)
{
    struct findings one = {0};
    if (!findings_read(detail, 1, store->limits, mem, &one, err))
        return err_add(err, "store");
    if (one.count != 1)
        return err_set(err, ERR_INPUT, "store: %zu findings in one row", one.count);
    *ret = one.items[0];
    return true;
}

// ---------------------------------------------------------------- findings

// Collects structs from rows.
struct collected {
    const struct store *store;
    struct list items;
};

static void collect_into(struct collected *collected, const struct store *store, size_t size,
                         struct arena *mem)
{
    *collected = (struct collected){.store = store};
    list_init(&collected->items, mem, size, UINT32_MAX);
}

static bool take_unit_finding(void *self, const struct sql_row *row, struct err *err)
{
    struct collected *collected = self;
    struct arena *mem = collected->items.mem;
    struct unit_finding *item = LIST_ADD(&collected->items, struct unit_finding);
    if (!item || !arena_span(mem, sql_row_bytes(row, 0), &item->unit))
        return arena_err(mem, err, "findings");
    return read_finding(collected->store, sql_row_bytes(row, 1), mem, &item->finding, err);
}

bool store_image_findings(struct store *store, int64_t image, struct arena *mem,
                          const struct unit_finding **ret, size_t *ret_count, struct err *err)
{
    struct collected found;
    const struct sql_reader answer = {&found, take_unit_finding};
    const sql_value values[] = {sql_integer(image)};
    collect_into(&found, store, sizeof(struct unit_finding), mem);
    if (!sql_ask(store->sql,
                 "SELECT u.hash, f.detail FROM (SELECT DISTINCT bu.unit FROM image_bundle ib"
                 " JOIN bundle_unit bu ON bu.bundle = ib.bundle WHERE ib.image = $1) held"
                 " JOIN finding f ON f.unit = held.unit JOIN unit u ON u.id = held.unit"
                 " ORDER BY u.hash, f.id, f.kind",
                 values, 1, &answer, err))
        return false;
    *ret = found.items.items;
    *ret_count = found.items.count;
    return true;
}

static bool take_held(void *self, const struct sql_row *row, struct err *err)
{
    struct collected *collected = self;
    struct arena *mem = collected->items.mem;
    struct held_unit *item = LIST_ADD(&collected->items, struct held_unit);
    if (!item || !arena_span(mem, sql_row_bytes(row, 1), &item->unit.unit.type) ||
        !arena_span(mem, sql_row_bytes(row, 2), &item->unit.unit.name) ||
        !arena_span(mem, sql_row_bytes(row, 3), &item->unit.unit.version))
        return arena_err(mem, err, "findings");
    item->unit.id = sql_row_integer(row, 0);
    return read_finding(collected->store, sql_row_bytes(row, 4), mem, &item->finding, err);
}

bool store_held_findings(struct store *store, int64_t image, struct arena *mem,
                         const struct held_unit **ret, size_t *ret_count, struct err *err)
{
    struct collected found;
    const struct sql_reader answer = {&found, take_held};
    const sql_value values[] = {sql_integer(image)};
    collect_into(&found, store, sizeof(struct held_unit), mem);
    if (!sql_ask(store->sql,
                 "SELECT u.id, u.type, u.name, u.version, f.detail FROM"
                 " (SELECT DISTINCT bu.unit FROM image_bundle ib"
                 " JOIN bundle_unit bu ON bu.bundle = ib.bundle WHERE ib.image = $1) held"
                 " JOIN finding f ON f.unit = held.unit JOIN unit u ON u.id = held.unit"
                 " ORDER BY u.id, f.id, f.kind",
                 values, 1, &answer, err))
        return false;
    *ret = found.items.items;
    *ret_count = found.items.count;
    return true;
}

// ---------------------------------------------------------------- images

struct taken_image {
    struct arena *mem;
    struct stored_image image;
    bool found;
};

static bool take_image(void *self, const struct sql_row *row, struct err *err)
{
    struct taken_image *taken = self;
    taken->found = true;
    taken->image.id = sql_row_integer(row, 0);
    taken->image.scanned = (uint64_t)sql_row_integer(row, 1);
    taken->image.complete = sql_row_integer(row, 2) != 0;
    return arena_span(taken->mem, sql_row_bytes(row, 3), &taken->image.head) ||
           arena_err(taken->mem, err, "image");
}

static bool take_bundle(void *self, const struct sql_row *row, struct err *err)
{
    struct collected *collected = self;
    struct arena *mem = collected->items.mem;
    span *content = LIST_ADD(&collected->items, span);
    return (content && arena_span(mem, sql_row_bytes(row, 0), content)) ||
           arena_err(mem, err, "bundle");
}

static bool read_bundles(struct store *store, struct arena *mem, struct stored_image *image,
                         struct err *err)
{
    struct collected bundles;
    const struct sql_reader answer = {&bundles, take_bundle};
    const sql_value values[] = {sql_integer(image->id)};
    collect_into(&bundles, store, sizeof(span), mem);
    if (!sql_ask(store->sql,
                 "SELECT b.content FROM image_bundle ib JOIN bundle b ON b.id = ib.bundle"
                 " WHERE ib.image = $1 ORDER BY ib.position",
                 values, 1, &answer, err))
        return false;
    image->bundles = (struct spans){.items = bundles.items.items, .count = bundles.items.count};
    return true;
}

static bool take_own(void *self, const struct sql_row *row, struct err *err)
{
    struct collected *collected = self;
    struct finding *finding = LIST_ADD(&collected->items, struct finding);
    struct findings one = {0};
    if (!finding)
        return arena_err(collected->items.mem, err, "findings");
    // Of a package or of none: whoever puts the image together knows how many there are.
    if (!findings_read(sql_row_bytes(row, 0), SIZE_MAX, collected->store->limits,
                       collected->items.mem, &one, err))
        return err_add(err, "store");
    if (one.count != 1)
        return err_set(err, ERR_INPUT, "store: %zu findings in one row", one.count);
    *finding = one.items[0];
    return true;
}

static bool read_own(struct store *store, struct arena *mem, struct stored_image *image,
                     struct err *err)
{
    struct collected own;
    const struct sql_reader answer = {&own, take_own};
    const sql_value values[] = {sql_integer(image->id)};
    collect_into(&own, store, sizeof(struct finding), mem);
    if (!sql_ask(store->sql, "SELECT detail FROM image_finding WHERE image = $1 ORDER BY number",
                 values, 1, &answer, err))
        return false;
    image->own = (struct findings){.items = own.items.items, .count = own.items.count};
    return true;
}

// Only the id and the head.
static bool read_head(struct store *store, span digest, struct arena *mem, struct stored_image *ret,
                      struct err *err)
{
    struct taken_image taken = {.mem = mem};
    const struct sql_reader answer = {&taken, take_image};
    const sql_value values[] = {sql_text(digest)};
    if (!sql_ask(store->sql, "SELECT id, scanned, complete, head FROM image WHERE digest = $1",
                 values, 1, &answer, err))
        return false;
    if (!taken.found)
        return err_set(err, ERR_MISSING, "there is no image %s", quote(digest).text);
    *ret = taken.image;
    return true;
}

struct taken_content {
    struct arena *mem;
    span content;
    bool found;
};

static bool take_content(void *self, const struct sql_row *row, struct err *err)
{
    struct taken_content *taken = self;
    taken->found = true;
    return arena_span(taken->mem, sql_row_bytes(row, 0), &taken->content) ||
           arena_err(taken->mem, err, "bundle");
}

bool store_bundle_content(struct store *store, int64_t id, struct arena *mem, span *ret,
                          struct err *err)
{
    struct taken_content taken = {.mem = mem};
    const struct sql_reader answer = {&taken, take_content};
    const sql_value values[] = {sql_integer(id)};
    if (!sql_ask(store->sql, "SELECT content FROM bundle WHERE id = $1", values, 1, &answer, err))
        return false;
    if (!taken.found)
        return err_set(err, ERR_MISSING, "there is no bundle %lld", (long long)id);
    *ret = taken.content;
    return true;
}

bool store_read_image(struct store *store, span digest, struct arena *mem, struct stored_image *ret,
                      struct err *err)
{
    struct stored_image image = {0};
    if (!read_head(store, digest, mem, &image, err) || !read_bundles(store, mem, &image, err) ||
        !read_own(store, mem, &image, err))
        return false;
    *ret = image;
    return true;
}

// ---------------------------------------------------------------- labels

struct labelled {
    const int64_t *images; // sorted
    size_t count;
    size_t at;                // the image of the last row
    struct list items;        // of struct image_label
    struct image_labels *ret; // `items` is set when all of them are read
};

static bool take_label(void *self, const struct sql_row *row, struct err *err)
{
    struct labelled *labelled = self;
    struct arena *mem = labelled->items.mem;
    struct image_label *label = LIST_ADD(&labelled->items, struct image_label);
    if (!label || !arena_span(mem, sql_row_bytes(row, 1), &label->key) ||
        !arena_span(mem, sql_row_bytes(row, 2), &label->value))
        return arena_err(mem, err, "labels");
    while (labelled->at < labelled->count &&
           labelled->images[labelled->at] != sql_row_integer(row, 0))
        labelled->at++;
    if (labelled->at == labelled->count)
        return err_set(err, ERR_INPUT, "store: labels that were not asked for");
    labelled->ret[labelled->at].count++;
    return true;
}

bool store_labels_of_images(struct store *store, const int64_t *images, size_t count,
                            struct arena *mem, struct image_labels *ret, struct err *err)
{
    struct labelled labelled = {.images = images, .count = count, .ret = ret};
    const struct sql_reader answer = {&labelled, take_label};
    list_init(&labelled.items, mem, sizeof(struct image_label), SIZE_MAX);
    for (size_t i = 0; i < count; i++)
        ret[i] = (struct image_labels){0};
    if (!numbers_ask(store,
                     "SELECT l.image, l.key, l.value FROM {numbers $1} CROSS JOIN image_label l"
                     " WHERE l.image = numbers.value ORDER BY l.image, l.key",
                     images, count, &answer, mem, err))
        return false;
    const struct image_label *next = labelled.items.items;
    for (size_t i = 0; i < count; i++) {
        ret[i].items = next;
        if (ret[i].count)
            next += ret[i].count;
    }
    return true;
}
