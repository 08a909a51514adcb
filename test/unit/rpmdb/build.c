#include "build.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 512, NDB_PAGE = 4096, LARGE = 900 };

static struct text new_text(struct arena *mem)
{
    struct text text = {0};
    text_init(&text, mem, 1 << 20);
    return text;
}

static struct text done(struct text text)
{
    if (!text_ok(&text))
        abort();
    return text;
}

static void add_be(struct text *out, uint64_t value, size_t bytes)
{
    for (size_t i = bytes; i > 0; i--)
        text_add_byte(out, (uint8_t)(value >> 8 * (i - 1)));
}

static void add(struct text *out, bool big_endian, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        text_add_byte(out, (uint8_t)(value >> 8 * (big_endian ? bytes - 1 - i : i)));
}

static void add_zeros(struct text *out, size_t count)
{
    while (count--)
        text_add_byte(out, 0);
}

static void pad_to(struct text *out, size_t len)
{
    if (out->len < len)
        add_zeros(out, len - out->len);
}

void build_put_be(struct text *text, size_t at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes && at + i < text->len; i++)
        text->ptr[at + i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

static void put(struct text *text, bool big_endian, size_t at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        text->ptr[at + i] = (uint8_t)(value >> 8 * (big_endian ? bytes - 1 - i : i));
}

// ---------------------------------------------------------------- headers

struct text build_header(struct arena *mem, const struct build_entry *entries, size_t count)
{
    struct text data = new_text(mem);
    struct text out = new_text(mem);
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += entries[i].data.len;
    add_be(&out, count, 4);
    add_be(&out, size, 4);
    for (size_t i = 0; i < count; i++) {
        add_be(&out, entries[i].tag, 4);
        add_be(&out, entries[i].type, 4);
        add_be(&out, data.len, 4);
        add_be(&out, entries[i].count, 4);
        text_add(&data, entries[i].data);
    }
    text_add(&out, text_span(&data));
    return done(out);
}

struct text build_package(struct arena *mem, span name, size_t padding)
{
    struct text name_data = new_text(mem);
    text_add(&name_data, name);
    text_add_byte(&name_data, 0);
    struct text summary = new_text(mem);
    for (size_t i = 0; i < padding; i++)
        text_add_byte(&summary, 'x');
    text_add_byte(&summary, 0);
    struct build_entry entries[] = {
        {RPM_TAG_NAME, BUILD_STRING, 1, text_span(&name_data)},
        {RPM_TAG_VERSION, BUILD_STRING, 1, S("1\0")},
        {RPM_TAG_RELEASE, BUILD_STRING, 1, S("1.test\0")},
        {RPM_TAG_EPOCH, BUILD_INT32, 1, S("\0\0\0\x07")},
        {RPM_TAG_SUMMARY, BUILD_I18N_STRING, 1, text_span(&summary)},
    };
    return build_header(mem, entries, sizeof entries / sizeof *entries);
}

// ---------------------------------------------------------------- Berkeley DB

enum { BDB_HEADER = 26, BDB_ROOM = PAGE - BDB_HEADER };

static void add_bdb_page(struct text *out, bool be, uint32_t next, uint32_t entries,
                         uint32_t free_offset, uint8_t type)
{
    uint32_t number = (uint32_t)(out->len / PAGE);
    add_zeros(out, 8);
    add(out, be, number, 4);
    add(out, be, 0, 4);
    add(out, be, next, 4);
    add(out, be, entries, 2);
    add(out, be, free_offset, 2);
    text_add_byte(out, 0);
    text_add_byte(out, type);
}

static void add_bdb_meta(struct text *out, bool be, uint32_t last_page)
{
    add_zeros(out, 12);
    add(out, be, 0x061561, 4);
    add(out, be, 9, 4);
    add(out, be, PAGE, 4);
    text_add_byte(out, 0);
    text_add_byte(out, 8);
    add_zeros(out, 6);
    add(out, be, last_page, 4);
    pad_to(out, PAGE);
}

// Puts an item of a type below the one before, and says where it begins.
static size_t put_item(struct text *out, size_t page, size_t end, uint8_t type, span value)
{
    size_t start = end - 1 - value.len;
    out->ptr[page + start] = type;
    memcpy(out->ptr + page + start + 1, value.ptr, value.len);
    return start;
}

static span bdb_number(struct arena *mem, bool be, uint32_t number)
{
    struct text text = new_text(mem);
    add(&text, be, number, 4);
    return text_span(&text);
}

static span bdb_place(struct arena *mem, bool be, uint32_t page, size_t size)
{
    struct text text = new_text(mem);
    add_zeros(&text, 3);
    add(&text, be, page, 4);
    add(&text, be, size, 4);
    return text_span(&text);
}

struct text build_bdb(struct arena *mem, bool big_endian)
{
    struct text small = build_package(mem, S("small"), 0);
    struct text large = build_package(mem, S("large"), LARGE);
    struct text out = new_text(mem);
    span rest = text_span(&large);
    size_t chain = (rest.len + BDB_ROOM - 1) / BDB_ROOM;
    add_bdb_meta(&out, big_endian, (uint32_t)(1 + chain));
    add_bdb_page(&out, big_endian, 0, 6, 0, 13);
    pad_to(&out, (size_t)PAGE * 2);
    for (uint32_t next = 3; rest.len; next++) {
        span piece = span_first(rest, BDB_ROOM);
        rest = span_from(rest, piece.len);
        add_bdb_page(&out, big_endian, rest.len ? next : 0, 1, (uint32_t)piece.len, 7);
        text_add(&out, piece);
        pad_to(&out, (size_t)PAGE * next);
    }
    const struct {
        uint8_t type;
        span value;
    } items[] = {
        {1, bdb_number(mem, big_endian, 0)}, {1, bdb_number(mem, big_endian, 2)},
        {1, bdb_number(mem, big_endian, 1)}, {1, text_span(&small)},
        {1, bdb_number(mem, big_endian, 2)}, {3, bdb_place(mem, big_endian, 2, large.len)},
    };
    out = done(out);
    size_t end = PAGE;
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        end = put_item(&out, PAGE, end, items[i].type, items[i].value);
        put(&out, big_endian, PAGE + BDB_HEADER + 2 * i, end, 2);
    }
    return out;
}

// ---------------------------------------------------------------- ndb

static uint32_t adler32(span s)
{
    uint32_t a = 1;
    uint32_t b = 0;
    for (size_t i = 0; i < s.len; i++) {
        a = (a + s.ptr[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

static void add_ndb_blob(struct text *out, uint32_t package, span blob)
{
    size_t start = out->len;
    text_add(out, S("BlbS"));
    text_add_u32le(out, package);
    text_add_u32le(out, 1);
    text_add_u32le(out, (uint32_t)blob.len);
    text_add(out, blob);
    while ((out->len + 12) % 16)
        text_add_byte(out, 0);
    text_add_u32le(out, adler32(span_from(text_span(out), start)));
    text_add_u32le(out, (uint32_t)blob.len);
    text_add(out, S("BlbE"));
}

struct text build_ndb(struct arena *mem)
{
    struct text small = build_package(mem, S("small"), 0);
    struct text large = build_package(mem, S("large"), LARGE);
    struct text blobs = new_text(mem);
    add_ndb_blob(&blobs, 1, text_span(&small));
    uint32_t middle = (uint32_t)(blobs.len / 16);
    add_ndb_blob(&blobs, 2, text_span(&large));
    struct text out = new_text(mem);
    text_add(&out, S("RpmP\0\0\0\0\x01\0\0\0\x01\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"));
    for (uint32_t i = 1; out.len < NDB_PAGE; i++) {
        text_add(&out, S("Slot"));
        text_add_u32le(&out, i <= 2 ? i : 0);
        text_add_u32le(&out, i > 2 ? 0 : NDB_PAGE / 16 + (i == 2 ? middle : 0));
        text_add_u32le(&out, i > 2 ? 0 : i == 1 ? middle : (uint32_t)(blobs.len / 16) - middle);
    }
    text_add(&out, text_span(&blobs));
    return done(out);
}

// ---------------------------------------------------------------- SQLite

static void add_varint(struct text *out, uint64_t value)
{
    if (value >= 0x80)
        text_add_byte(out, (uint8_t)(0x80 | value >> 7));
    text_add_byte(out, value & 0x7f);
}

// A row of Packages: number (which is the row's id, so that it is stored as null), blob.
static struct text packages_record(struct arena *mem, span header)
{
    struct text out = new_text(mem);
    text_add_byte(&out, 4);
    text_add_byte(&out, 0);
    add_varint(&out, 12 + 2 * header.len);
    if (out.len < 4)
        abort();
    text_add(&out, header);
    return done(out);
}

// A leaf with one cell, which may go on on page `overflow`.
static void add_leaf(struct text *out, span record, size_t local, uint8_t row, uint32_t overflow)
{
    size_t start = out->len;
    struct text cell = new_text(out->mem);
    add_varint(&cell, record.len);
    text_add_byte(&cell, row);
    text_add(&cell, span_first(record, local));
    if (local < record.len)
        add_be(&cell, overflow, 4);
    size_t offset = PAGE - cell.len;
    text_add_byte(out, 0x0d);
    add_be(out, 0, 2);
    add_be(out, 1, 2);
    add_be(out, offset, 2);
    text_add_byte(out, 0);
    add_be(out, offset, 2);
    pad_to(out, start / PAGE * PAGE + offset);
    text_add(out, text_span(&cell));
}

static void add_sqlite_header(struct text *out)
{
    text_add(out, S("SQLite format 3\0"));
    add_be(out, PAGE, 2);
    text_add(out, S("\x02\x02\0\x40\x20\x20"));
    pad_to(out, 56);
    add_be(out, 1, 4);
    pad_to(out, 100);
}

static void add_schema(struct text *out)
{
    struct text record = new_text(out->mem);
    text_add(&record, S("\x06\x17\x1d\x1d\x01\x0d"
                        "tablePackagesPackages\x02"));
    add_leaf(out, text_span(&record), record.len, 1, 0);
}

static void add_root(struct text *out)
{
    size_t start = out->len;
    text_add_byte(out, 0x05);
    add_be(out, 0, 2);
    add_be(out, 1, 2);
    add_be(out, PAGE - 5, 2);
    text_add_byte(out, 0);
    add_be(out, 4, 4); // the right child
    add_be(out, PAGE - 5, 2);
    pad_to(out, start + PAGE - 5);
    add_be(out, 3, 4); // the left child
    text_add_byte(out, 1);
}

struct text build_sqlite(struct arena *mem)
{
    struct text small_header = build_package(mem, S("small"), 0);
    struct text small = packages_record(mem, text_span(&small_header));
    struct text large_header = build_package(mem, S("large"), LARGE);
    struct text large = packages_record(mem, text_span(&large_header));
    struct text out = new_text(mem);
    add_sqlite_header(&out);
    add_schema(&out);
    add_root(&out);
    add_leaf(&out, text_span(&small), small.len, 1, 0);
    size_t least = (PAGE - 12) * 32 / 255 - 23;
    size_t local = least + (large.len - least) % (PAGE - 4);
    if (local > PAGE - 35)
        local = least;
    add_leaf(&out, text_span(&large), local, 2, 5);
    span rest = span_from(text_span(&large), local);
    for (uint32_t next = 6; rest.len; next++) {
        add_be(&out, rest.len > PAGE - 4 ? next : 0, 4);
        text_add(&out, span_first(rest, PAGE - 4));
        rest = span_from(rest, PAGE - 4);
        pad_to(&out, (size_t)PAGE * (next - 1));
    }
    return done(out);
}

void build_sum_add(struct build_sum *sum, span s)
{
    for (reader r = reader_of(s); r.rest.len >= 8;) {
        sum->a += (sum->big_endian ? read_u32be(&r) : read_u32le(&r)) + sum->b;
        sum->b += (sum->big_endian ? read_u32be(&r) : read_u32le(&r)) + sum->a;
    }
}

static void add_frame(struct text *out, struct build_sum *sum, uint32_t commit, span name)
{
    struct text header = build_package(out->mem, name, 0);
    struct text record = packages_record(out->mem, text_span(&header));
    struct text page = new_text(out->mem);
    add_leaf(&page, text_span(&record), record.len, 1, 0);
    size_t start = out->len;
    add_be(out, 3, 4);
    add_be(out, commit, 4);
    build_sum_add(sum, span_from(text_span(out), start));
    build_sum_add(sum, text_span(&page));
    text_add(out, S("saltSALT"));
    add_be(out, sum->a, 4);
    add_be(out, sum->b, 4);
    text_add(out, text_span(&page));
}

struct text build_sqlite_log(struct arena *mem, bool big_endian)
{
    struct text out = new_text(mem);
    add_be(&out, 0x377f0682 | big_endian, 4);
    add_be(&out, 3007000, 4);
    add_be(&out, PAGE, 4);
    add_be(&out, 0, 4);
    text_add(&out, S("saltSALT"));
    struct build_sum sum = {.big_endian = big_endian};
    build_sum_add(&sum, text_span(&out));
    add_be(&out, sum.a, 4);
    add_be(&out, sum.b, 4);
    add_frame(&out, &sum, 6, S("newer"));
    add_frame(&out, &sum, 0, S("never"));
    return done(out);
}
