// Berkeley DB hash (`Packages`; Berkeley DB's db_page.h), as rpm uses it: no encryption, no
// checksums, no duplicates. Keys are package numbers, values are headers, mostly on chains of
// overflow pages. Every page is looked at in file order instead of bucket after bucket: pages that
// were given back are marked free, so that nothing old is seen, and a broken chain of buckets
// loses nothing.
#include "rpmdb/rpmdb_inner.h"

enum {
    HASH_MAGIC = 0x061561,
    OLDEST_VERSION = 7,
    NEWEST_VERSION = 10,
    SMALLEST_PAGE = 512,
    LARGEST_PAGE = 65536,
    PAGE_HEADER_BYTES = 26,
    FLAG_CHECKSUM = 1,
};

enum page_type {
    PAGE_HASH_UNSORTED = 2,
    PAGE_OVERFLOW = 7,
    PAGE_HASH = 13,
};

enum item_type {
    ITEM_DATA = 1,
    ITEM_OFF_PAGE = 3,
};

struct bdb {
    struct scan *scan;
    bool big_endian;
    uint32_t page_size;
    uint64_t pages;
};

struct page {
    span bytes;
    uint32_t next;
    uint32_t entries;
    uint32_t free_offset; // on an overflow page: how many bytes it holds
    uint8_t type;
};

static uint32_t get_u32(const struct bdb *bdb, reader *r)
{
    return bdb->big_endian ? read_u32be(r) : read_u32le(r);
}

static uint32_t get_u16(const struct bdb *bdb, reader *r)
{
    return bdb->big_endian ? read_u16be(r) : read_u16le(r);
}

static bool read_page(const struct bdb *bdb, uint64_t number, struct page *ret, struct err *err)
{
    if (number >= bdb->pages)
        return err_set(err, ERR_INPUT, "page %llu lies behind the end", (unsigned long long)number);
    if (!scan_spend(bdb->scan, bdb->page_size, err))
        return false;
    struct page page = {
        .bytes = span_slice(bdb->scan->database, (size_t)(number * bdb->page_size), bdb->page_size),
    };
    reader r = reader_of(page.bytes);
    read_skip(&r, 16); // log sequence number, its own number, previous page
    page.next = get_u32(bdb, &r);
    page.entries = get_u16(bdb, &r);
    page.free_offset = get_u16(bdb, &r);
    read_skip(&r, 1); // level
    page.type = read_u8(&r);
    *ret = page;
    return true;
}

// ---------------------------------------------------------------- items

static uint32_t item_offset(const struct bdb *bdb, const struct page *page, uint32_t index)
{
    reader r = reader_of(span_from(page->bytes, PAGE_HEADER_BYTES + 2 * (size_t)index));
    return get_u16(bdb, &r);
}

// Items are packed from the end of the page downwards: each ends where the one before begins.
// Empty when the offsets contradict that.
static span item_at(const struct bdb *bdb, const struct page *page, uint32_t index)
{
    uint32_t start = item_offset(bdb, page, index);
    uint32_t end = index ? item_offset(bdb, page, index - 1) : bdb->page_size;
    if (start < PAGE_HEADER_BYTES || start >= end || end > bdb->page_size)
        return (span){0};
    return span_slice(page->bytes, start, end - start);
}

static uint32_t package_number(const struct bdb *bdb, span key)
{
    reader r = reader_of(span_from(key, 1));
    return get_u32(bdb, &r);
}

// Key 0 holds the number that the next package gets.
static bool is_counter(span key)
{
    return span_equal(key, S("\x01\0\0\0\0"));
}

static bool add_overflow_page(struct bdb *bdb, uint32_t *number, struct err *err)
{
    struct page page = {0};
    if (!read_page(bdb, *number, &page, err))
        return false;
    if (page.type != PAGE_OVERFLOW)
        return err_set(err, ERR_INPUT, "page %u is no overflow page", *number);
    if (page.free_offset == 0 || page.free_offset > bdb->page_size - PAGE_HEADER_BYTES)
        return err_set(err, ERR_INPUT, "page %u cannot hold %u bytes", *number, page.free_offset);
    *number = page.next;
    return scan_buffer_add(bdb->scan, span_slice(page.bytes, PAGE_HEADER_BYTES, page.free_offset),
                           err);
}

// Each page adds at least one byte, so that a circle ends when the length is reached.
static bool read_chain(struct bdb *bdb, reader item, span *ret, struct err *err)
{
    read_skip(&item, 3); // alignment
    uint32_t number = get_u32(bdb, &item);
    uint32_t size = get_u32(bdb, &item);
    if (!read_ok(&item))
        return err_set(err, ERR_INPUT, "its place is cut off");
    if (!scan_buffer_begin(bdb->scan, size, err))
        return false;
    while (bdb->scan->buffer_used < size)
        if (!add_overflow_page(bdb, &number, err))
            return false;
    *ret = scan_buffer_bytes(bdb->scan);
    return true;
}

static bool read_value(struct bdb *bdb, span value, span *ret, struct err *err)
{
    reader r = reader_of(value);
    uint8_t type = read_u8(&r);
    if (!read_ok(&r))
        return err_set(err, ERR_INPUT, "its place on the page is wrong");
    if (type == ITEM_OFF_PAGE)
        return read_chain(bdb, r, ret, err);
    if (type != ITEM_DATA)
        return err_set(err, ERR_INPUT, "its value is of type %u", type);
    *ret = r.rest;
    return true;
}

static bool scan_item(struct bdb *bdb, span key, span value, struct err *err)
{
    if (is_counter(key))
        return true;
    struct err damage = {0};
    span header = {0};
    if (read_value(bdb, value, &header, &damage))
        return scan_header(bdb->scan, header, err);
    (void)err_add(&damage, "bdb: package %u", package_number(bdb, key));
    return scan_damage(bdb->scan, &damage, err);
}

static bool scan_page(struct bdb *bdb, uint64_t number, struct err *err)
{
    struct page page = {0};
    if (!read_page(bdb, number, &page, err))
        return err_add(err, "bdb");
    if (page.type != PAGE_HASH && page.type != PAGE_HASH_UNSORTED)
        return true;
    uint32_t most = (bdb->page_size - PAGE_HEADER_BYTES) / 2;
    struct err damage = {0};
    if (page.entries > most || page.entries % 2) {
        (void)err_set(&damage, ERR_INPUT, "bdb: page %llu has %u entries",
                      (unsigned long long)number, page.entries);
        if (!scan_damage(bdb->scan, &damage, err))
            return false;
    }
    for (uint32_t i = 0; i + 1 < page.entries && i + 1 < most; i += 2)
        if (!scan_item(bdb, item_at(bdb, &page, i), item_at(bdb, &page, i + 1), err))
            return false;
    return true;
}

// ---------------------------------------------------------------- the whole

static bool is_page_size(uint32_t size)
{
    return size >= SMALLEST_PAGE && size <= LARGEST_PAGE && (size & (size - 1)) == 0;
}

static bool check_use(uint32_t version, uint8_t encryption, uint8_t flags, struct err *err)
{
    if (version < OLDEST_VERSION || version > NEWEST_VERSION)
        return err_set(err, ERR_UNSUPPORTED, "bdb: hash version %u", version);
    if (encryption)
        return err_set(err, ERR_UNSUPPORTED, "bdb: encrypted");
    if (flags & FLAG_CHECKSUM)
        return err_set(err, ERR_UNSUPPORTED, "bdb: pages with checksums");
    return true;
}

// The page of metadata, which is page 0.
static bool read_meta(struct bdb *bdb, uint64_t *ret_pages, struct err *err)
{
    reader r = reader_of(bdb->scan->database);
    read_skip(&r, 12); // log sequence number, its own number
    reader order = r;
    bdb->big_endian = read_u32be(&order) == HASH_MAGIC;
    if (get_u32(bdb, &r) != HASH_MAGIC)
        return err_set(err, ERR_UNSUPPORTED, "bdb: not a hash");
    uint32_t version = get_u32(bdb, &r);
    bdb->page_size = get_u32(bdb, &r);
    uint8_t encryption = read_u8(&r);
    read_skip(&r, 1); // page type
    uint8_t flags = read_u8(&r);
    read_skip(&r, 5); // unused, head of the free list
    *ret_pages = (uint64_t)get_u32(bdb, &r) + 1;
    if (!read_ok(&r))
        return err_set(err, ERR_INPUT, "bdb: cut off within its first page");
    if (!is_page_size(bdb->page_size))
        return err_set(err, ERR_INPUT, "bdb: pages of %u bytes", bdb->page_size);
    return check_use(version, encryption, flags, err);
}

// Both are damage: pages that are missing, and pages that the database does not know of.
static bool count_pages(struct bdb *bdb, uint64_t pages, struct err *err)
{
    assert(is_page_size(bdb->page_size)); // read_meta has seen to it
    uint64_t whole = bdb->scan->database.len / bdb->page_size;
    bdb->pages = whole < pages ? whole : pages;
    if (whole == pages)
        return true;
    struct err damage = {0};
    (void)err_set(&damage, ERR_INPUT, "bdb: %llu pages in a file of %llu",
                  (unsigned long long)pages, (unsigned long long)whole);
    return scan_damage(bdb->scan, &damage, err);
}

bool bdb_scan(struct scan *scan, struct err *err)
{
    struct bdb bdb = {.scan = scan};
    uint64_t pages = 0;
    if (!read_meta(&bdb, &pages, err) || !count_pages(&bdb, pages, err))
        return false;
    for (uint64_t number = 1; number < bdb.pages; number++)
        if (!scan_page(&bdb, number, err))
            return false;
    return true;
}
