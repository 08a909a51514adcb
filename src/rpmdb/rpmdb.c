#include "format/sqlite/sqlite.h"
#include "rpmdb/rpmdb_inner.h"

#include <string.h>

enum { BDB_MAGIC_OFFSET = 12, BDB_HASH_MAGIC = 0x061561, BDB_BTREE_MAGIC = 0x053162 };

// A sound database costs three times its size: each page is visited, each page of a chain once
// more, and what the pages hold is handed out.
enum { WORK_FACTOR = 4 };

// What telling of damage costs, in bytes of work: it takes that much longer than reading a byte.
enum { DAMAGE_COST = 32 };

static bool has_bdb_magic(span database)
{
    reader le = reader_of(span_slice(database, BDB_MAGIC_OFFSET, 4));
    reader be = le;
    uint32_t a = read_u32le(&le);
    uint32_t b = read_u32be(&be);
    return a == BDB_HASH_MAGIC || b == BDB_HASH_MAGIC || a == BDB_BTREE_MAGIC ||
           b == BDB_BTREE_MAGIC;
}

enum rpmdb_kind rpmdb_detect(span database)
{
    if (sqlite_detect(database))
        return RPMDB_SQLITE;
    if (span_starts_with(database, S("RpmP")))
        return RPMDB_NDB;
    return has_bdb_magic(database) ? RPMDB_BDB : RPMDB_NONE;
}

bool rpmdb_read(span database, span log, const struct limits *limits, struct arena *mem,
                const struct rpmdb_visitor *visitor, struct err *err)
{
    struct scan scan = {
        .database = database,
        .log = log,
        .mem = mem,
        .visitor = visitor,
        .headers_left = limits->packages,
        .work_left = WORK_FACTOR * ((uint64_t)database.len + log.len),
    };
    switch (rpmdb_detect(database)) {
    case RPMDB_BDB:
        return bdb_scan(&scan, err);
    case RPMDB_NDB:
        return ndb_scan(&scan, err);
    case RPMDB_SQLITE:
        return sqlite_scan(&scan, err);
    case RPMDB_NONE:
        break;
    }
    return err_set(err, ERR_INPUT, "rpmdb: neither Berkeley DB nor ndb nor SQLite");
}

bool scan_header(struct scan *scan, span header, struct err *err)
{
    if (scan->headers_left == 0)
        return err_set(err, ERR_LIMIT, "rpmdb: more packages than limit packages allows");
    scan->headers_left--;
    if (!scan_spend(scan, header.len, err))
        return err_add(err, "rpmdb");
    return scan->visitor->header(scan->visitor->self, header, err);
}

bool scan_damage(struct scan *scan, const struct err *damage, struct err *err)
{
    scan->visitor->damage(scan->visitor->self, damage);
    return scan_spend(scan, DAMAGE_COST, err) || err_add(err, "rpmdb");
}

bool scan_spend(struct scan *scan, uint64_t bytes, struct err *err)
{
    if (bytes > scan->work_left) {
        scan->work_left = 0;
        return err_set(err, ERR_INPUT, "its parts overlap or run in circles");
    }
    scan->work_left -= bytes;
    return true;
}

bool scan_buffer_begin(struct scan *scan, uint64_t size, struct err *err)
{
    scan->buffer_used = 0;
    if (size > (uint64_t)scan->database.len + scan->log.len)
        return err_set(err, ERR_INPUT, "%llu bytes in a database of %zu", (unsigned long long)size,
                       scan->database.len + scan->log.len);
    scan->buffer_wanted = (size_t)size;
    if (size <= scan->buffer_size)
        return true;
    // Doubling bounds what the outgrown buffers, which the arena keeps, come to.
    size_t room = scan->buffer_size * 2 > size ? scan->buffer_size * 2 : (size_t)size;
    uint8_t *buffer = arena_alloc(scan->mem, room);
    if (!buffer)
        return arena_err(scan->mem, err, "a header in pieces");
    scan->buffer = buffer;
    scan->buffer_size = room;
    return true;
}

bool scan_buffer_add(struct scan *scan, span piece, struct err *err)
{
    if (piece.len > scan->buffer_wanted - scan->buffer_used)
        return err_set(err, ERR_INPUT, "longer than its length says");
    if (piece.len)
        memcpy(scan->buffer + scan->buffer_used, piece.ptr, piece.len);
    scan->buffer_used += piece.len;
    return true;
}

span scan_buffer_bytes(const struct scan *scan)
{
    return span_of(scan->buffer, scan->buffer_used);
}
