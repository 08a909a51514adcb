#include "format/zip/zip.h"

#include <string.h>

// Sections of APPNOTE.TXT are named by their numbers.

#define LOCAL_HEADER S("PK\x03\x04")   // 4.3.7
#define CENTRAL_HEADER S("PK\x01\x02") // 4.3.12
#define END_RECORD S("PK\x05\x06")     // 4.3.16
#define ZIP64_END S("PK\x06\x06")      // 4.3.14
#define ZIP64_LOCATOR S("PK\x06\x07")  // 4.3.15

enum {
    LOCAL_BYTES = 30,
    CENTRAL_BYTES = 46,
    END_BYTES = 22,
    ZIP64_END_BYTES = 56,
    ZIP64_LOCATOR_BYTES = 20,
    MOST_COMMENT = 65535,
    EXTRA_ZIP64 = 1,
    FLAG_ENCRYPTED = 1,
    FLAG_STREAMED = 8,
};

// Where the directory is, in the archive's own offsets.
struct end {
    uint64_t at; // of the first of the records behind the directory, in the content
    uint64_t entries;
    uint64_t directory_size;
    uint64_t directory_offset;
    bool several_volumes;
};

bool zip_detect(span start)
{
    return span_starts_with(start, LOCAL_HEADER) || span_starts_with(start, END_RECORD);
}

// ---------------------------------------------------------------- the end records

static struct end parse_end(span record, uint64_t at)
{
    struct end end = {.at = at};
    reader r = reader_of(record);
    read_skip(&r, END_RECORD.len);
    uint16_t disk = read_u16le(&r);
    uint16_t directory_disk = read_u16le(&r);
    uint16_t here = read_u16le(&r);
    end.entries = read_u16le(&r);
    end.directory_size = read_u32le(&r);
    end.directory_offset = read_u32le(&r);
    end.several_volumes = disk != directory_disk || here != end.entries;
    return end;
}

static bool is_zip64(const struct end *end)
{
    return end->entries == UINT16_MAX || end->directory_size == UINT32_MAX ||
           end->directory_offset == UINT32_MAX;
}

static bool fits(const struct end *end)
{
    return end->directory_size <= end->at && end->directory_offset <= end->at - end->directory_size;
}

// A comment may hold what looks like an end record, and bytes may follow the comment: the last
// record counts whose directory fits in front of it.
static bool find_end(span tail, uint64_t tail_at, struct end *ret)
{
    if (tail.len < END_BYTES)
        return false;
    for (size_t i = tail.len - END_BYTES + 1; i-- > 0;) {
        span record = span_slice(tail, i, END_BYTES);
        if (record.ptr[0] != 'P' || !span_starts_with(record, END_RECORD))
            continue;
        struct end end = parse_end(record, tail_at + i);
        if (is_zip64(&end) || fits(&end)) {
            *ret = end;
            return true;
        }
    }
    return false;
}

// The record that the locator in front of the end record names; it moves with the prefix, so it is
// looked for right in front of the locator first, where all tools put it.
static bool read_zip64_end(const struct content *content, uint64_t locator_at, struct arena *mem,
                           struct end *ret, struct err *err)
{
    if (locator_at < ZIP64_END_BYTES)
        return err_set(err, ERR_INPUT, "zip: no room for the zip64 end record");
    uint64_t at = locator_at - ZIP64_END_BYTES;
    span record = {0};
    if (!content_read(content, at, ZIP64_END_BYTES, mem, &record, err))
        return false;
    if (!span_starts_with(record, ZIP64_END))
        return err_set(err, ERR_INPUT, "zip: no zip64 end record in front of its locator");
    reader r = reader_of(record);
    read_skip(&r, ZIP64_END.len + 8 + 2 + 2);
    uint32_t disk = read_u32le(&r);
    uint32_t directory_disk = read_u32le(&r);
    uint64_t here = read_u64le(&r);
    struct end end = {.at = at, .entries = read_u64le(&r)};
    end.directory_size = read_u64le(&r);
    end.directory_offset = read_u64le(&r);
    end.several_volumes = disk != directory_disk || here != end.entries;
    *ret = end;
    return true;
}

// Values of all ones may also be meant: then there is no locator.
static bool widen(const struct content *content, struct arena *mem, struct end *end,
                  struct err *err)
{
    if (!is_zip64(end) || end->at < ZIP64_LOCATOR_BYTES)
        return true;
    uint64_t locator_at = end->at - ZIP64_LOCATOR_BYTES;
    span locator = {0};
    if (!content_read(content, locator_at, ZIP64_LOCATOR_BYTES, mem, &locator, err))
        return false;
    return !span_starts_with(locator, ZIP64_LOCATOR) ||
           read_zip64_end(content, locator_at, mem, end, err);
}

static bool read_end_records(const struct content *content, struct arena *mem, struct end *ret,
                             struct err *err)
{
    uint64_t most = END_BYTES + MOST_COMMENT;
    uint64_t tail_size = content->size < most ? content->size : most;
    span tail = {0};
    struct end end = {0};
    if (!content_read(content, content->size - tail_size, tail_size, mem, &tail, err))
        return false;
    if (!find_end(tail, content->size - tail_size, &end))
        return err_set(err, ERR_INPUT, "zip: there is no directory at its end");
    if (!widen(content, mem, &end, err))
        return false;
    if (!fits(&end))
        return err_set(err, ERR_INPUT, "zip: the directory is larger than the archive");
    if (end.several_volumes)
        return err_set(err, ERR_UNSUPPORTED, "zip: a part of an archive of several volumes");
    *ret = end;
    return true;
}

// ---------------------------------------------------------------- the directory

// 4.5.3: the fields that are all ones in the header stand here, in this order.
static bool read_zip64_extra(span extra, struct zip_entry *entry)
{
    uint64_t *const fields[] = {&entry->size, &entry->packed_size, &entry->header};
    reader r = reader_of(extra);
    while (r.rest.len >= 4) {
        uint16_t id = read_u16le(&r);
        reader field = reader_of(read_bytes(&r, read_u16le(&r)));
        for (size_t i = 0; id == EXTRA_ZIP64 && i < 3; i++)
            if (*fields[i] == UINT32_MAX)
                *fields[i] = read_u64le(&field);
        if (!read_ok(&field))
            return false;
    }
    return true;
}

static bool read_entry(reader *r, struct zip_entry *ret, struct err *err)
{
    if (!span_equal(read_bytes(r, CENTRAL_HEADER.len), CENTRAL_HEADER))
        return err_set(err, ERR_INPUT, "is none");
    struct zip_entry entry = {0};
    read_skip(r, 2 + 2);
    uint16_t flags = read_u16le(r);
    entry.method = read_u16le(r);
    read_skip(r, 2 + 2);
    entry.crc32 = read_u32le(r);
    entry.packed_size = read_u32le(r);
    entry.size = read_u32le(r);
    uint16_t name_len = read_u16le(r);
    uint16_t extra_len = read_u16le(r);
    uint16_t comment_len = read_u16le(r);
    read_skip(r, 2 + 2 + 4);
    entry.header = read_u32le(r);
    entry.name = read_bytes(r, name_len);
    span extra = read_bytes(r, extra_len);
    read_skip(r, comment_len);
    if (!read_ok(r) || !read_zip64_extra(extra, &entry))
        return err_set(err, ERR_INPUT, "ends in the middle");
    entry.encrypted = flags & FLAG_ENCRYPTED;
    entry.streamed = flags & FLAG_STREAMED;
    *ret = entry;
    return true;
}

static bool add_entry(struct list *entries, const struct zip_entry *entry, uint64_t prefix,
                      const struct limits *limits, struct err *err)
{
    struct zip_entry moved = *entry;
    if (__builtin_add_overflow(entry->header, prefix, &moved.header))
        return err_set(err, ERR_INPUT, "is behind the end");
    struct zip_entry *added = LIST_ADD(entries, struct zip_entry);
    if (!added)
        return err_set(err, ERR_LIMIT, "no room for more than %zu entries (limit %llu)",
                       entries->count, (unsigned long long)limits->archive_entries);
    *added = moved;
    return true;
}

// As many as the directory has bytes for: how many there should be is no more than a claim, and
// wraps around at 65536 in the archives of some tools.
static bool read_entries(span directory, uint64_t prefix, const struct limits *limits,
                         struct list *entries, struct err *err)
{
    reader r = reader_of(directory);
    while (r.rest.len) {
        struct zip_entry entry = {0};
        if (!read_entry(&r, &entry, err) || !add_entry(entries, &entry, prefix, limits, err))
            return err_add(err, "zip: header %zu of the directory", entries->count);
    }
    return true;
}

// ---------------------------------------------------------------- overlaps

struct extent {
    uint64_t start;
    uint64_t end;
    size_t entry;
};

static int compare_extents(const void *a, const void *b)
{
    const struct extent *left = a;
    const struct extent *right = b;
    return (left->start > right->start) - (left->start < right->start);
}

// The least that an entry takes; its local header may have an extra field as well.
static struct extent extent_of(const struct zip_entry *entry, size_t index)
{
    struct extent extent = {.start = entry->header, .entry = index};
    if (__builtin_add_overflow(entry->header, LOCAL_BYTES + entry->name.len, &extent.end) ||
        __builtin_add_overflow(extent.end, entry->packed_size, &extent.end))
        extent.end = UINT64_MAX;
    return extent;
}

static bool mark_overlaps(struct list *entries, uint64_t directory_at, struct arena *mem,
                          struct err *err)
{
    struct extent *extents = arena_array(mem, entries->count, sizeof *extents);
    if (!extents)
        return arena_err(mem, err, "zip");
    for (size_t i = 0; i < entries->count; i++)
        extents[i] = extent_of(LIST_AT(entries, struct zip_entry, i), i);
    sort_items(extents, entries->count, sizeof *extents, compare_extents);
    size_t widest = 0; // the one that reaches farthest so far
    for (size_t i = 0; i < entries->count; i++) {
        struct zip_entry *entry = LIST_AT(entries, struct zip_entry, extents[i].entry);
        if (extents[i].end > directory_at)
            entry->overlaps = true;
        if (i && extents[i].start < extents[widest].end) {
            entry->overlaps = true;
            LIST_AT(entries, struct zip_entry, extents[widest].entry)->overlaps = true;
        }
        if (extents[i].end > extents[widest].end)
            widest = i;
    }
    return true;
}

// ---------------------------------------------------------------- all together

bool zip_open(const struct content *content, const struct limits *limits, struct arena *mem,
              struct zip *ret, struct err *err)
{
    struct end end = {0};
    if (!read_end_records(content, mem, &end, err))
        return false;
    uint64_t directory_at = end.at - end.directory_size;
    struct zip zip = {.declared = end.entries, .prefix = directory_at - end.directory_offset};
    span directory = {0};
    if (!content_read(content, directory_at, end.directory_size, mem, &directory, err))
        return err_add(err, "zip: directory");

    struct list entries;
    list_init(&entries, mem, sizeof(struct zip_entry), (size_t)limits->archive_entries);
    uint64_t most = end.directory_size / CENTRAL_BYTES;
    (void)list_reserve(&entries, (size_t)(end.entries < most ? end.entries : most)); // only saves
    (void)read_entries(directory, zip.prefix, limits, &entries, &zip.damage);
    if (!mark_overlaps(&entries, directory_at, mem, err))
        return false;
    zip.entries = entries.items;
    zip.count = entries.count;
    *ret = zip;
    return true;
}

static bool is_same(reader *local, const struct zip_entry *entry)
{
    read_skip(local, LOCAL_HEADER.len + 2 + 2);
    uint16_t method = read_u16le(local);
    read_skip(local, 2 + 2 + 4);
    uint32_t packed_size = read_u32le(local);
    read_skip(local, 4);
    uint16_t name_len = read_u16le(local);
    bool sized = entry->streamed || packed_size == UINT32_MAX || packed_size == entry->packed_size;
    return method == entry->method && name_len == entry->name.len && sized;
}

bool zip_locate(const struct content *content, const struct zip_entry *entry, struct arena *mem,
                uint64_t *ret_offset, struct err *err)
{
    struct quoted name = quote(entry->name);
    span header = {0};
    if (entry->encrypted)
        return err_set(err, ERR_UNSUPPORTED, "zip: '%s' is encrypted", name.text);
    if (!content_read(content, entry->header, LOCAL_BYTES + entry->name.len, mem, &header, err))
        return err_add(err, "zip: '%s'", name.text);
    reader local = reader_of(header);
    if (!span_starts_with(header, LOCAL_HEADER))
        return err_set(err, ERR_INPUT, "zip: '%s' is not where the directory says", name.text);
    if (!is_same(&local, entry) || !span_equal(span_from(header, LOCAL_BYTES), entry->name))
        return err_set(err, ERR_INPUT, "zip: '%s' is another file for the directory", name.text);
    uint64_t offset = entry->header + header.len + read_u16le(&local);
    if (offset > content->size || entry->packed_size > content->size - offset)
        return err_set(err, ERR_INPUT, "zip: '%s' is behind the end", name.text);
    *ret_offset = offset;
    return true;
}

const struct zip_entry *zip_find(const struct zip *zip, span name)
{
    for (size_t i = zip->count; i-- > 0;)
        if (span_equal(zip->entries[i].name, name))
            return &zip->entries[i];
    return NULL;
}
