// ndb, rpm's own store (`Packages.db`, rpm's lib/backend/ndb/rpmpkg.c): a header, slots that say
// where each package's blob lies, and the blobs, each between a head and a tail. Little endian.
#include "rpmdb/rpmdb_inner.h"

enum {
    NDB_VERSION = 0,
    PAGE_BYTES = 4096,
    HEADER_BYTES = 32,
    SLOT_BYTES = 16,
    BLOCK_BYTES = 16, // the unit of offsets and counts in slots
    HEAD_BYTES = 16,
    TAIL_BYTES = 12,
};

struct slot {
    uint32_t package; // its number; 0: the slot is free
    uint32_t first_block;
    uint32_t blocks;
};

// Adler-32 (RFC 1950), here over head, blob and padding. 5552 is the most bytes that 32 bits take
// without a reduction.
static uint32_t adler32(span s)
{
    uint32_t a = 1;
    uint32_t b = 0;
    while (s.len) {
        span run = span_first(s, 5552);
        for (size_t i = 0; i < run.len; i++) {
            a += run.ptr[i];
            b += a;
        }
        a %= 65521;
        b %= 65521;
        s = span_from(s, run.len);
    }
    return b << 16 | a;
}

static bool find_extent(const struct scan *scan, const struct slot *slot, span *ret,
                        struct err *err)
{
    uint64_t start = (uint64_t)slot->first_block * BLOCK_BYTES;
    uint64_t size = (uint64_t)slot->blocks * BLOCK_BYTES;
    if (start + size > scan->database.len)
        return err_set(err, ERR_INPUT, "ndb: package %u lies behind the end", slot->package);
    if (size < HEAD_BYTES + TAIL_BYTES)
        return err_set(err, ERR_INPUT, "ndb: package %u has no room for a header", slot->package);
    *ret = span_slice(scan->database, (size_t)start, (size_t)size);
    return true;
}

static bool find_blob(const struct slot *slot, span extent, span *ret, struct err *err)
{
    reader head = reader_of(extent);
    span magic = read_bytes(&head, 4);
    uint32_t package = read_u32le(&head);
    read_skip(&head, 4); // generation of the database when the package came
    uint32_t size = read_u32le(&head);
    if (!span_equal(magic, S("BlbS")) || package != slot->package)
        return err_set(err, ERR_INPUT, "ndb: package %u has no head", slot->package);
    if (size > extent.len - HEAD_BYTES - TAIL_BYTES)
        return err_set(err, ERR_INPUT, "ndb: package %u is longer than its slot says",
                       slot->package);
    *ret = read_bytes(&head, size);
    return true;
}

static bool check_tail(const struct slot *slot, span extent, span blob, struct err *err)
{
    reader tail = reader_of(span_from(extent, extent.len - TAIL_BYTES));
    uint32_t sum = read_u32le(&tail);
    uint32_t size = read_u32le(&tail);
    span magic = read_bytes(&tail, 4);
    if (!span_equal(magic, S("BlbE")) || size != blob.len)
        return err_set(err, ERR_INPUT, "ndb: package %u has no tail", slot->package);
    if (sum != adler32(span_first(extent, extent.len - TAIL_BYTES)))
        return err_set(err, ERR_INPUT, "ndb: the checksum of package %u is wrong", slot->package);
    return true;
}

// A doubtful tail is reported, and the header handed out all the same: to miss a package is worse
// than to judge one whose file list may be off.
static bool scan_slot(struct scan *scan, const struct slot *slot, struct err *err)
{
    struct err damage = {0};
    span extent = {0};
    span blob = {0};
    if (!find_extent(scan, slot, &extent, &damage) || !find_blob(slot, extent, &blob, &damage))
        return scan_damage(scan, &damage, err);
    if (!scan_spend(scan, extent.len, err))
        return err_add(err, "ndb");
    if (!check_tail(slot, extent, blob, &damage) && !scan_damage(scan, &damage, err))
        return false;
    return scan_header(scan, blob, err);
}

static bool scan_slots(struct scan *scan, span slots, struct err *err)
{
    unsigned strange = 0;
    for (reader r = reader_of(slots); r.rest.len >= SLOT_BYTES;) {
        span magic = read_bytes(&r, 4);
        struct slot slot = {.package = read_u32le(&r)};
        slot.first_block = read_u32le(&r);
        slot.blocks = read_u32le(&r);
        if (!span_equal(magic, S("Slot")))
            strange++;
        else if (slot.package && !scan_slot(scan, &slot, err))
            return false;
    }
    if (strange == 0)
        return true;
    struct err damage = {0};
    (void)err_set(&damage, ERR_INPUT, "ndb: %u slots lack their magic number", strange);
    return scan_damage(scan, &damage, err);
}

bool ndb_scan(struct scan *scan, struct err *err)
{
    reader header = reader_of(span_from(scan->database, 4)); // behind the magic number
    uint32_t version = read_u32le(&header);
    read_skip(&header, 4); // generation, counted up by each change
    uint64_t slot_bytes = (uint64_t)read_u32le(&header) * PAGE_BYTES;
    if (!read_ok(&header))
        return err_set(err, ERR_INPUT, "ndb: shorter than its header");
    if (version != NDB_VERSION)
        return err_set(err, ERR_UNSUPPORTED, "ndb: version %u", version);
    struct err damage = {0};
    if (slot_bytes > scan->database.len) {
        (void)err_set(&damage, ERR_INPUT, "ndb: cut off within its slots");
        if (!scan_damage(scan, &damage, err))
            return false;
        slot_bytes = scan->database.len;
    }
    span slots = span_first(scan->database, (size_t)slot_bytes);
    return scan_slots(scan, span_from(slots, HEADER_BYTES), err);
}
