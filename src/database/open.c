#include "database/database_inner.h"

#include <stdlib.h>

// ---------------------------------------------------------------- errors

bool database_damaged(const struct database *database, const struct segment *segment,
                      const char *place, struct err *err)
{
    (void)err_set(err, ERR_INPUT, "damaged %s", place); // always false
    if (segment)
        (void)err_add(err, "segment %s", quote(segment->name).text); // always false
    return err_add(err, "database %s", quote(span_of_text(database->path)).text);
}

// ---------------------------------------------------------------- the frame

struct footer {
    uint64_t directory;
    uint32_t segments;
    uint32_t scopes;
    uint64_t size;
    uint64_t checksum;
    span magic;
};

static bool check_header(const struct database *database, span bytes, struct err *err)
{
    reader in = reader_of(bytes);
    const char *name = database->path;
    if (!span_equal(read_bytes(&in, FILE_MAGIC.len), FILE_MAGIC))
        return err_set(err, ERR_INPUT, "database %s: not a Plimsoll database",
                       quote(span_of_text(name)).text);
    uint32_t version = read_u32le(&in);
    uint32_t reserved = read_u32le(&in);
    if (read_ok(&in) && version != FILE_VERSION)
        return err_set(err, ERR_UNSUPPORTED,
                       "database %s: format version %u; this program reads version %d",
                       quote(span_of_text(name)).text, version, FILE_VERSION);
    if (!read_ok(&in) || reserved != 0)
        return database_damaged(database, NULL, "header", err);
    return true;
}

static bool read_footer(span bytes, struct footer *ret)
{
    if (bytes.len < FILE_HEADER_SIZE + FILE_FOOTER_SIZE)
        return false;
    reader in = reader_of(span_from(bytes, bytes.len - FILE_FOOTER_SIZE));
    struct footer footer = {0};
    footer.directory = read_u64le(&in);
    footer.segments = read_u32le(&in);
    footer.scopes = read_u32le(&in);
    footer.size = read_u64le(&in);
    footer.checksum = read_u64le(&in);
    footer.magic = read_bytes(&in, FILE_MAGIC.len);
    *ret = footer;
    return read_end(&in) && footer.size == bytes.len && span_equal(footer.magic, FILE_MAGIC) &&
           footer.segments <= MOST_SEGMENTS;
}

enum { CHECKSUM_SEED = 0x504c };

uint64_t directory_checksum(span directory)
{
    return span_hash(directory, CHECKSUM_SEED);
}

// The directory lies exactly between the segments and the footer.
static bool find_directory(span bytes, const struct footer *footer, span *ret)
{
    uint64_t size = (uint64_t)footer->segments * DIRECTORY_ENTRY_SIZE +
                    (uint64_t)footer->scopes * SCOPE_ENTRY_SIZE;
    uint64_t room = bytes.len - FILE_FOOTER_SIZE;
    if (size > room || footer->directory != room - size)
        return false;
    span directory = span_slice(bytes, (size_t)footer->directory, (size_t)size);
    if (directory_checksum(directory) != footer->checksum)
        return false;
    *ret = directory;
    return true;
}

static bool view_segment(span bytes, reader *entry, struct segment *ret)
{
    uint64_t offset = read_u64le(entry);
    uint64_t size = read_u64le(entry);
    digest expected = {.algorithm = DIGEST_SHA256};
    span sum = read_bytes(entry, digest_size(DIGEST_SHA256));
    for (size_t i = 0; i < sum.len; i++)
        expected.bytes[i] = sum.ptr[i];
    if (offset > bytes.len || size > bytes.len - offset)
        return false;
    if (!segment_view(span_slice(bytes, (size_t)offset, (size_t)size), ret))
        return false;
    ret->digest = expected;
    return true;
}

static bool view_segments(struct database *database, span bytes, reader *directory, uint32_t count,
                          struct err *err)
{
    database->segments = arena_array(database->mem, count, sizeof *database->segments);
    if (!database->segments)
        return err_set(err, ERR_MEMORY, "database: out of memory");
    for (uint32_t i = 0; i < count; i++)
        if (!view_segment(bytes, directory, &database->segments[i]))
            return database_damaged(database, NULL, "segment table", err);
    database->segment_count = count;
    return true;
}

static bool view_file(struct database *database, span bytes, struct err *err)
{
    database->bytes = bytes;
    if (!check_header(database, bytes, err))
        return false;
    struct footer footer = {0};
    span directory = {0};
    if (!read_footer(bytes, &footer))
        return database_damaged(database, NULL, "footer (file cut short?)", err);
    if (!find_directory(bytes, &footer, &directory))
        return database_damaged(database, NULL, "directory", err);
    reader in = reader_of(directory);
    if (!view_segments(database, bytes, &in, footer.segments, err))
        return false;
    return scopes_view(database, in.rest, err);
}

// ---------------------------------------------------------------- life

enum { OPEN_BYTES = 1 << 24 }; // the segments, their scopes and a path

static bool new_database(const char *name, struct database **ret, struct err *err)
{
    struct arena *mem = arena_new(OPEN_BYTES);
    struct database *database = mem ? ARENA_NEW(mem, struct database) : NULL;
    char *path = database ? arena_text(mem, span_of_text(name)) : NULL;
    if (!path) {
        arena_free(mem);
        return err_set(err, ERR_MEMORY, "database: out of memory");
    }
    database->mem = mem;
    database->path = path;
    *ret = database;
    return true;
}

bool database_open_bytes(span bytes, const char *name, struct database **ret, struct err *err)
{
    CLEANUP(database_cleanup) struct database *database = NULL;
    if (!new_database(name, &database, err) || !view_file(database, bytes, err))
        return false;
    *ret = take(&database);
    return true;
}

bool database_open(const char *path, struct database **ret, struct err *err)
{
    CLEANUP(database_cleanup) struct database *database = NULL;
    if (!new_database(path, &database, err) || !os_map_file(path, &database->map, err) ||
        !view_file(database, database->map.bytes, err))
        return false;
    *ret = take(&database);
    return true;
}

void database_close(struct database *database)
{
    if (!database)
        return;
    os_unmap(&database->map);
    arena_free(database->mem);
}

void database_cleanup(struct database **database)
{
    database_close(*database);
}

// ---------------------------------------------------------------- description

uint32_t database_format(void)
{
    return FILE_VERSION;
}

size_t database_segment_count(const struct database *database)
{
    return database->segment_count;
}

bool database_segment_at(const struct database *database, size_t index,
                         struct database_segment *ret, struct err *err)
{
    assert(index < database->segment_count);
    const struct segment *segment = &database->segments[index];
    return segment_info(segment, ret) || database_damaged(database, segment, "description", err);
}

span database_segment_bytes(const struct database *database, size_t index)
{
    assert(index < database->segment_count);
    return database->segments[index].bytes;
}

static bool describe_segment(const struct database_segment *info, struct arena *mem, span *ret)
{
    char day[11] = "unknown";
    if (info->day)
        date_format(info->day, day);
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_add(&text, info->name);
    text_add_byte(&text, ' ');
    text_add(&text, span_of_text(day));
    *ret = text_span(&text);
    return text_ok(&text);
}

static bool describe_day(uint32_t day, struct arena *mem, span *ret)
{
    if (day == 0)
        return true;
    char date[11] = "";
    date_format(day, date);
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    text_addf(&text, "%sT00:00:00Z", date);
    *ret = text_span(&text);
    return text_ok(&text);
}

bool database_describe(const struct database *database, struct arena *mem,
                       struct database_info *ret, struct err *err)
{
    size_t count = database->segment_count;
    span *sources = arena_array(mem, count, sizeof *sources);
    struct database_info info = {.path = span_of_text(database->path)};
    uint32_t newest = 0;
    for (size_t i = 0; i < count && sources; i++) {
        struct database_segment segment = {0};
        if (!database_segment_at(database, i, &segment, err))
            return false;
        if (!describe_segment(&segment, mem, &sources[i]))
            return arena_err(mem, err, "database");
        newest = segment.day > newest ? segment.day : newest;
    }
    if (!sources || !describe_day(newest, mem, &info.built))
        return arena_err(mem, err, "database");
    info.sources = (struct spans){.items = sources, .count = count};
    *ret = info;
    return true;
}
