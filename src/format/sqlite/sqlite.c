// As much of the format as it takes to read one table: the schema's b-tree, the table's own,
// overflow chains, records. Big endian.
#include "format/sqlite/sqlite_inner.h"

// A sound database costs three times its size: each page is visited, each page of a chain once
// more, and what the pages hold is handed out.
enum { WORK_FACTOR = 4 };

// What telling of damage costs, in bytes of work: it takes that much longer than reading a byte.
enum { DAMAGE_COST = 32 };

enum {
    FILE_HEADER_BYTES = 100,
    SMALLEST_PAGE = 512,
    LARGEST_PAGE = 65536,
    SMALLEST_USABLE = 480,
    ENCODING_UTF8 = 1,
    SCHEMA_ROOT = 1,
    MOST_DEPTH = 20, // SQLite's own bound on a b-tree
};

enum page_type {
    PAGE_TABLE_INTERIOR = 0x05,
    PAGE_TABLE_LEAF = 0x0d,
};

enum schema_column {
    SCHEMA_TYPE,
    SCHEMA_NAME,
    SCHEMA_TABLE,
    SCHEMA_ROOT_PAGE,
};

// The serial types of a value that are not its size (section 2.1).
enum serial_type {
    SERIAL_WIDEST = 6, // an integer of eight bytes
    SERIAL_ZERO = 8,
    SERIAL_ONE = 9,
    SERIAL_BYTES = 12, // from here on, blobs and texts
};

struct sqlite {
    span database;
    struct sqlite_log log;
    struct arena *mem;
    const struct sqlite_visitor *visitor;
    span table; // its name
    uint32_t table_root;
    uint32_t page_size;
    uint32_t usable;      // bytes of a page without what extensions keep at its end
    uint64_t work_left;   // bytes; keeps time linear where pages point at each other at will
    struct text assembly; // where a payload that lies in pieces is put together
};

// What to do with the payload of a cell of a table.
typedef bool (*cell_fn)(struct sqlite *db, uint64_t id, span payload, struct err *err);

// A page of a b-tree and how far it has been walked.
struct level {
    span page; // up to `usable`
    uint32_t number;
    uint32_t next_cell;
    uint32_t cells;
    uint32_t last_child; // interior pages only
    size_t pointers;     // where the offsets of the cells begin
    bool leaf;
};

// ---------------------------------------------------------------- what it may cost

static bool spend(struct sqlite *db, uint64_t bytes, struct err *err)
{
    if (bytes > db->work_left) {
        db->work_left = 0;
        return err_set(err, ERR_INPUT, "its parts overlap or run in circles");
    }
    db->work_left -= bytes;
    return true;
}

// Tells the visitor. True: go on behind it; false: what there was to spend is spent.
static bool tell_damage(struct sqlite *db, const struct err *damage, struct err *err)
{
    db->visitor->damage(db->visitor->self, damage);
    return spend(db, DAMAGE_COST, err) || err_add(err, "sqlite");
}

static bool read_page(struct sqlite *db, uint32_t number, span *ret, struct err *err)
{
    if (!spend(db, db->page_size, err))
        return false;
    span page = sqlite_log_page(&db->log, number);
    if (page.len == 0 && number > 0)
        page = span_from(db->database, (size_t)(number - 1) * db->page_size);
    if (page.len < db->page_size)
        return err_set(err, ERR_INPUT, "page %u lies behind the end", number);
    *ret = span_first(page, db->usable);
    return true;
}

// A number of 1 to 9 bytes: 7 bits a byte while the top bit is set, the ninth counts whole.
static uint64_t read_varint(reader *r)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++) {
        uint8_t byte = read_u8(r);
        value = value << 7 | (byte & 0x7f);
        if (byte < 0x80)
            return value;
    }
    return value << 8 | read_u8(r);
}

// ---------------------------------------------------------------- records

// Bytes of a value (section 2.1). Types 10 and 11 are never in a file.
static uint64_t value_size(uint64_t type)
{
    static const uint8_t sizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
    return type < sizeof sizes ? sizes[type] : (type - 12) / 2;
}

// A column's serial type and its bytes. False when the record has no such column.
static bool find_column(span record, unsigned column, uint64_t *ret_type, span *ret)
{
    reader body = reader_of(record);
    uint64_t header_size = read_varint(&body);
    uint64_t varint_size = record.len - body.rest.len;
    if (header_size < varint_size)
        return false;
    reader header = reader_of(read_bytes(&body, header_size - varint_size));
    for (unsigned i = 0; i < column; i++)
        read_skip(&body, value_size(read_varint(&header)));
    uint64_t type = read_varint(&header);
    span value = read_bytes(&body, value_size(type));
    if (!read_ok(&header) || !read_ok(&body))
        return false;
    *ret_type = type;
    *ret = value;
    return true;
}

span sqlite_text(span record, unsigned column)
{
    uint64_t type = 0;
    span value = {0};
    return find_column(record, column, &type, &value) && type >= SERIAL_BYTES ? value : (span){0};
}

bool sqlite_number(span record, unsigned column, uint64_t *ret)
{
    uint64_t type = 0;
    span bytes = {0};
    if (!find_column(record, column, &type, &bytes) || type == 0 || type > SERIAL_ONE ||
        (type > SERIAL_WIDEST && type < SERIAL_ZERO))
        return false;
    if (bytes.len && bytes.ptr[0] > INT8_MAX)
        return false; // the sign
    uint64_t value = type == SERIAL_ONE;
    for (size_t i = 0; i < bytes.len; i++)
        value = value << 8 | bytes.ptr[i];
    *ret = value;
    return true;
}

// ---------------------------------------------------------------- cells

// How much of a payload lies in the leaf itself (section 1.6).
static uint64_t local_size(const struct sqlite *db, uint64_t size)
{
    uint64_t most = db->usable - 35;
    uint64_t least = (db->usable - 12) * 32 / 255 - 23;
    if (size <= most)
        return size;
    uint64_t fitting = least + (size - least) % (db->usable - 4);
    return fitting <= most ? fitting : least;
}

// Makes room for a payload, which must be backed by the database. Doubling bounds what the outgrown
// rooms, which the arena keeps, come to.
static bool begin_assembly(struct sqlite *db, uint64_t size, struct err *err)
{
    size_t most = db->database.len + db->log.bytes.len;
    if (size > most)
        return err_set(err, ERR_INPUT, "%llu bytes in a database of %zu", (unsigned long long)size,
                       most);
    db->assembly.len = 0;
    if (size <= db->assembly.cap)
        return true;
    size_t room = db->assembly.cap * 2 > size ? db->assembly.cap * 2 : (size_t)size;
    struct text assembly;
    text_init(&assembly, db->mem, room);
    text_reserve(&assembly, room);
    if (assembly.cap < room)
        return arena_err(db->mem, err, "a row in pieces");
    db->assembly = assembly;
    return true;
}

static bool add_overflow_page(struct sqlite *db, uint64_t size, uint32_t *number, struct err *err)
{
    span page = {0};
    if (!read_page(db, *number, &page, err))
        return false;
    reader r = reader_of(page);
    *number = read_u32be(&r);
    uint64_t missing = size - db->assembly.len;
    text_add(&db->assembly, missing < r.rest.len ? span_first(r.rest, (size_t)missing) : r.rest);
    return true;
}

// Each page adds something, so that a circle ends when the length is reached.
static bool read_chain(struct sqlite *db, span local, uint64_t size, uint32_t number, span *ret,
                       struct err *err)
{
    if (!begin_assembly(db, size, err))
        return false;
    text_add(&db->assembly, local);
    while (db->assembly.len < size)
        if (!add_overflow_page(db, size, &number, err))
            return false;
    *ret = text_span(&db->assembly);
    return true;
}

static reader cell_at(const struct level *level, uint32_t index)
{
    reader pointer = reader_of(span_from(level->page, level->pointers + 2 * (size_t)index));
    return reader_of(span_from(level->page, read_u16be(&pointer)));
}

static bool read_payload(struct sqlite *db, reader cell, uint64_t *ret_id, span *ret,
                         struct err *err)
{
    uint64_t size = read_varint(&cell);
    *ret_id = read_varint(&cell);
    uint64_t local = local_size(db, size);
    span payload = read_bytes(&cell, local);
    uint32_t overflow = local < size ? read_u32be(&cell) : 0;
    if (!read_ok(&cell))
        return err_set(err, ERR_INPUT, "it reaches over the end of its page");
    if (local < size)
        return read_chain(db, payload, size, overflow, ret, err);
    *ret = payload;
    return true;
}

static bool walk_cell(struct sqlite *db, const struct level *level, uint32_t index, cell_fn each,
                      struct err *err)
{
    struct err damage = {0};
    uint64_t id = 0;
    span payload = {0};
    if (read_payload(db, cell_at(level, index), &id, &payload, &damage))
        return each(db, id, payload, err);
    (void)err_add(&damage, "sqlite: page %u: row %u", level->number, index);
    return tell_damage(db, &damage, err);
}

// ---------------------------------------------------------------- b-trees

static bool read_level(struct sqlite *db, uint32_t number, struct level *ret, struct err *err)
{
    struct level level = {.number = number};
    if (!read_page(db, number, &level.page, err))
        return false;
    level.pointers = number == SCHEMA_ROOT ? FILE_HEADER_BYTES : 0;
    reader r = reader_of(span_from(level.page, level.pointers));
    uint8_t type = read_u8(&r);
    if (type != PAGE_TABLE_LEAF && type != PAGE_TABLE_INTERIOR)
        return err_set(err, ERR_INPUT, "page %u is of type %u, no table's", number, type);
    level.leaf = type == PAGE_TABLE_LEAF;
    read_skip(&r, 2); // first free block
    level.cells = read_u16be(&r);
    read_skip(&r, 3); // start of the cells, bytes lost in fragments
    level.last_child = level.leaf ? 0 : read_u32be(&r);
    level.pointers = db->usable - r.rest.len;
    if (level.cells > r.rest.len / 2)
        return err_set(err, ERR_INPUT, "page %u has %u cells", number, level.cells);
    *ret = level;
    return true;
}

static bool walk_leaf(struct sqlite *db, const struct level *level, cell_fn each, struct err *err)
{
    for (uint32_t i = 0; i < level->cells; i++)
        if (!walk_cell(db, level, i, each, err))
            return false;
    return true;
}

// The child that is next, the one right of all cells last.
static uint32_t next_child(struct level *level)
{
    uint32_t index = level->next_cell++;
    if (index == level->cells)
        return level->last_child;
    reader cell = cell_at(level, index);
    return read_u32be(&cell);
}

// A page that cannot be read is damage, and its siblings are walked; one that is its own ancestor
// runs into MOST_DEPTH.
static bool descend(struct sqlite *db, struct level *levels, size_t *depth, struct err *err)
{
    uint32_t child = next_child(&levels[*depth - 1]);
    struct err damage = {0};
    if (*depth == MOST_DEPTH) {
        (void)err_set(&damage, ERR_INPUT, "page %u is too deep", child);
    } else if (read_level(db, child, &levels[*depth], &damage)) {
        ++*depth;
        return true;
    }
    (void)err_add(&damage, "sqlite");
    return tell_damage(db, &damage, err);
}

// Visits the cells of a table in the order of its rows.
static bool walk_table(struct sqlite *db, uint32_t root, cell_fn each, struct err *err)
{
    struct level levels[MOST_DEPTH] = {0};
    if (!read_level(db, root, &levels[0], err))
        return err_add(err, "sqlite");
    for (size_t depth = 1; depth > 0;) {
        struct level *level = &levels[depth - 1];
        if (level->leaf && !walk_leaf(db, level, each, err))
            return false;
        if (level->leaf || level->next_cell > level->cells)
            depth--;
        else if (!descend(db, levels, &depth, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- the whole

static bool schema_cell(struct sqlite *db, uint64_t id, span record, struct err *err)
{
    (void)id;
    (void)err; // a row that is no table is none of our business
    uint64_t root = 0;
    if (span_equal(sqlite_text(record, SCHEMA_TYPE), S("table")) &&
        span_equal_nocase(sqlite_text(record, SCHEMA_NAME), db->table) &&
        sqlite_number(record, SCHEMA_ROOT_PAGE, &root) && root <= UINT32_MAX)
        db->table_root = (uint32_t)root;
    return true;
}

static bool table_cell(struct sqlite *db, uint64_t id, span record, struct err *err)
{
    if (!spend(db, record.len, err))
        return err_add(err, "sqlite");
    return db->visitor->row(db->visitor->self, id, record, err);
}

static bool read_file_header(struct sqlite *db, struct err *err)
{
    reader r = reader_of(db->database);
    read_skip(&r, 16); // the magic number
    uint32_t page_size = read_u16be(&r);
    db->page_size = page_size == 1 ? LARGEST_PAGE : page_size;
    read_skip(&r, 2); // versions for writing and reading
    uint32_t reserved = read_u8(&r);
    read_skip(&r, 35);
    uint32_t encoding = read_u32be(&r);
    if (!read_ok(&r))
        return err_set(err, ERR_INPUT, "sqlite: cut off within its header");
    if (db->page_size < SMALLEST_PAGE || (db->page_size & (db->page_size - 1)))
        return err_set(err, ERR_INPUT, "sqlite: pages of %u bytes", db->page_size);
    if (db->page_size - reserved < SMALLEST_USABLE)
        return err_set(err, ERR_INPUT, "sqlite: %u bytes of each page reserved", reserved);
    if (encoding != ENCODING_UTF8)
        return err_set(err, ERR_UNSUPPORTED, "sqlite: text encoding %u", encoding);
    db->usable = db->page_size - reserved;
    return true;
}

static bool read_log(struct sqlite *db, span log, struct err *err)
{
    struct err damage = {0};
    if (sqlite_log_read(log, db->page_size, db->mem, &db->log, &damage))
        return true;
    return tell_damage(db, &damage, err);
}

bool sqlite_detect(span database)
{
    return span_starts_with(database, S("SQLite format 3\0"));
}

bool sqlite_read(span database, span log, span table, struct arena *mem,
                 const struct sqlite_visitor *visitor, struct err *err)
{
    struct sqlite db = {
        .database = database,
        .mem = mem,
        .visitor = visitor,
        .table = table,
        .work_left = WORK_FACTOR * ((uint64_t)database.len + log.len),
    };
    if (!sqlite_detect(database))
        return err_set(err, ERR_INPUT, "sqlite: it does not begin as a database does");
    if (!read_file_header(&db, err) || !read_log(&db, log, err))
        return false;
    if (!walk_table(&db, SCHEMA_ROOT, schema_cell, err))
        return false;
    if (db.table_root == 0)
        return err_set(err, ERR_INPUT, "sqlite: no table %s", quote(table).text);
    return walk_table(&db, db.table_root, table_cell, err);
}
