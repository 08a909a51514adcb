// SQLite (`rpmdb.sqlite`; the file format is described at sqlite.org/fileformat2.html), as much as
// it takes to read one table: the schema's b-tree, the b-tree of table Packages, overflow chains,
// records. Big endian.
#include "format/rpmdb/rpmdb_inner.h"

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

// CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)
enum packages_column {
    PACKAGES_NUMBER,
    PACKAGES_BLOB,
};

struct sqlite {
    struct scan *scan;
    struct sqlite_log log;
    uint32_t page_size;
    uint32_t usable; // bytes of a page without what extensions keep at its end
    uint32_t packages_root;
};

// What to do with the payload of a cell of a table.
typedef bool (*cell_fn)(struct sqlite *db, span payload, struct err *err);

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

static bool read_page(struct sqlite *db, uint32_t number, span *ret, struct err *err)
{
    if (!scan_spend(db->scan, db->page_size, err))
        return false;
    span page = sqlite_log_page(&db->log, number);
    if (page.len == 0 && number > 0)
        page = span_from(db->scan->database, (size_t)(number - 1) * db->page_size);
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

// The bytes of a column, empty when the record has no such column.
static span record_column(span record, unsigned column)
{
    reader body = reader_of(record);
    uint64_t header_size = read_varint(&body);
    uint64_t varint_size = record.len - body.rest.len;
    if (header_size < varint_size)
        return (span){0};
    reader header = reader_of(read_bytes(&body, header_size - varint_size));
    for (unsigned i = 0; i < column; i++)
        read_skip(&body, value_size(read_varint(&header)));
    span value = read_bytes(&body, value_size(read_varint(&header)));
    return read_ok(&header) ? value : (span){0};
}

// A page number; SQLite stores it in as few bytes as it takes. 0 when it is none.
static uint32_t record_page(span record, unsigned column)
{
    span bytes = record_column(record, column);
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.len && i < 8; i++)
        value = value << 8 | bytes.ptr[i];
    return value <= UINT32_MAX ? (uint32_t)value : 0;
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

static bool add_overflow_page(struct sqlite *db, uint64_t size, uint32_t *number, struct err *err)
{
    span page = {0};
    if (!read_page(db, *number, &page, err))
        return false;
    reader r = reader_of(page);
    *number = read_u32be(&r);
    uint64_t missing = size - db->scan->buffer_used;
    return scan_buffer_add(
        db->scan, missing < r.rest.len ? span_first(r.rest, (size_t)missing) : r.rest, err);
}

// Each page adds something, so that a circle ends when the length is reached.
static bool read_chain(struct sqlite *db, span local, uint64_t size, uint32_t number, span *ret,
                       struct err *err)
{
    if (!scan_buffer_begin(db->scan, size, err) || !scan_buffer_add(db->scan, local, err))
        return false;
    while (db->scan->buffer_used < size)
        if (!add_overflow_page(db, size, &number, err))
            return false;
    *ret = scan_buffer_bytes(db->scan);
    return true;
}

static reader cell_at(const struct level *level, uint32_t index)
{
    reader pointer = reader_of(span_from(level->page, level->pointers + 2 * (size_t)index));
    return reader_of(span_from(level->page, read_u16be(&pointer)));
}

static bool read_payload(struct sqlite *db, reader cell, span *ret, struct err *err)
{
    uint64_t size = read_varint(&cell);
    (void)read_varint(&cell); // the row's id, in whose order the cells are
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
    span payload = {0};
    if (read_payload(db, cell_at(level, index), &payload, &damage))
        return each(db, payload, err);
    (void)err_add(&damage, "sqlite: page %u: row %u", level->number, index);
    return scan_damage(db->scan, &damage, err);
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
    return scan_damage(db->scan, &damage, err);
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

static bool schema_cell(struct sqlite *db, span record, struct err *err)
{
    (void)err; // a row that is no table is none of our business
    if (span_equal(record_column(record, SCHEMA_TYPE), S("table")) &&
        span_equal_nocase(record_column(record, SCHEMA_NAME), S("Packages")))
        db->packages_root = record_page(record, SCHEMA_ROOT_PAGE);
    return true;
}

static bool packages_cell(struct sqlite *db, span record, struct err *err)
{
    return scan_header(db->scan, record_column(record, PACKAGES_BLOB), err);
}

static bool read_file_header(struct sqlite *db, struct err *err)
{
    reader r = reader_of(db->scan->database);
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

static bool read_log(struct sqlite *db, struct err *err)
{
    struct err damage = {0};
    if (sqlite_log_read(db->scan->log, db->page_size, db->scan->mem, &db->log, &damage))
        return true;
    return scan_damage(db->scan, &damage, err);
}

bool sqlite_scan(struct scan *scan, struct err *err)
{
    struct sqlite db = {.scan = scan};
    if (!read_file_header(&db, err) || !read_log(&db, err))
        return false;
    if (!walk_table(&db, SCHEMA_ROOT, schema_cell, err))
        return false;
    if (db.packages_root == 0)
        return err_set(err, ERR_INPUT, "sqlite: no table Packages");
    return walk_table(&db, db.packages_root, packages_cell, err);
}
