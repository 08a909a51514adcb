// JavaScript: bun.lockb, which Bun wrote before version 1.2 (src/install/lockfile of Bun): a table
// of packages by columns, then arrays that it points into. Little endian; formats 2 and 3.
#include "scan/catalog/catalog_inner.h"

enum {
    OLD_FORMAT = 2, // versions are numbers of 4 bytes, since then of 8
    NEW_FORMAT = 3,
    TABLE_HEADER = 0x56, // of the table: rows, alignment, columns, where it begins and ends
    STRING_BYTES = 8,
    SLICE_BYTES = 8,
    META_BYTES = 88,
    META_INTEGRITY = 20,
    OLD_RESOLUTION_BYTES = 64,
    NEW_RESOLUTION_BYTES = 72,
    RESOLUTION_VALUE = 16,
    DEPENDENCY_BYTES = 26,
    DEPENDENCY_BEHAVIOR = 16,
    BEHAVIOR_DEVELOPMENT = 8,
};

enum resolution_tag {
    RESOLUTION_ROOT = 1,
    RESOLUTION_REGISTRY = 2,
    RESOLUTION_WORKSPACE = 72,
};

enum integrity_tag { INTEGRITY_SHA1 = 1, INTEGRITY_SHA256, INTEGRITY_SHA384, INTEGRITY_SHA512 };

// Arrays behind the table, in this order.
enum array { TREES, HOISTED, RESOLVED, DEPENDENCIES, EXTERNAL_STRINGS, STRINGS, ARRAYS };

struct table {
    struct inspection *inspection;
    size_t count;
    uint32_t format;
    span names;
    span resolutions;
    span slices; // of DEPENDENCIES and RESOLVED, which go together
    span metas;
    span arrays[ARRAYS];
    bool *needed;
    size_t *waiting;
    size_t waiting_count;
    size_t slices_left; // dependencies to be looked at: those of sound packages do not overlap
    bool is_cut;        // they did
};

static size_t resolution_bytes(const struct table *table)
{
    return table->format == OLD_FORMAT ? OLD_RESOLUTION_BYTES : NEW_RESOLUTION_BYTES;
}

// ---------------------------------------------------------------- layout

static bool read_arrays(struct table *table, uint64_t at, struct err *err)
{
    span file = table->inspection->text;
    for (size_t i = 0; i < ARRAYS; i++) {
        reader r = reader_of(span_from(file, (size_t)at));
        uint64_t start = read_u64le(&r);
        uint64_t end = read_u64le(&r);
        if (!read_ok(&r) || start < at || end < start || end > file.len)
            return err_set(err, ERR_INPUT, "bun.lockb: array %zu does not lie in the file", i);
        table->arrays[i] = span_slice(file, (size_t)start, (size_t)(end - start));
        at = end;
    }
    return true;
}

static bool read_table(struct table *table, struct err *err)
{
    span file = table->inspection->text;
    reader r = reader_of(span_from(file, S("#!/usr/bin/env bun\nbun-lockfile-format-v0\n").len));
    table->format = read_u32le(&r);
    if (read_ok(&r) && table->format != OLD_FORMAT && table->format != NEW_FORMAT)
        return err_set(err, ERR_UNSUPPORTED, "bun.lockb: format %u", table->format);
    r = reader_of(span_from(file, TABLE_HEADER));
    uint64_t count = read_u64le(&r);
    read_skip(&r, 16);
    uint64_t start = read_u64le(&r);
    uint64_t end = read_u64le(&r);
    if (!read_ok(&r) || start > end || end > file.len || count > file.len)
        return err_set(err, ERR_INPUT, "bun.lockb: its table does not lie in the file");
    table->count = (size_t)count;
    r = reader_of(span_slice(file, (size_t)start, (size_t)(end - start)));
    table->names = read_bytes(&r, count * STRING_BYTES);
    read_skip(&r, count * 8); // hashes of the names
    table->resolutions = read_bytes(&r, count * resolution_bytes(table));
    table->slices = read_bytes(&r, count * SLICE_BYTES);
    read_skip(&r, count * SLICE_BYTES);
    table->metas = read_bytes(&r, count * META_BYTES);
    if (!read_ok(&r))
        return err_set(err, ERR_INPUT, "bun.lockb: its table is shorter than its rows");
    return read_arrays(table, end, err);
}

static span row(span column, size_t index, size_t size)
{
    return span_slice(column, index * size, size);
}

// Up to eight bytes stand here; longer ones elsewhere, which the highest bit tells.
static span string_of(const struct table *table, span bytes)
{
    reader r = reader_of(bytes);
    uint32_t offset = read_u32le(&r);
    uint32_t len = read_u32le(&r);
    if (len & 0x80000000)
        return span_slice(table->arrays[STRINGS], offset, len & 0x7fffffff);
    return span_first(bytes, span_find(bytes, 0));
}

static uint8_t tag_of(const struct table *table, size_t index)
{
    span resolution = row(table->resolutions, index, resolution_bytes(table));
    return resolution.len ? resolution.ptr[0] : 0;
}

// ---------------------------------------------------------------- what the projects need

static void mark(struct table *table, size_t index)
{
    if (index >= table->count || table->needed[index])
        return;
    table->needed[index] = true;
    table->waiting[table->waiting_count++] = index;
}

static void mark_dependency(struct table *table, size_t number)
{
    span dependency = row(table->arrays[DEPENDENCIES], number, DEPENDENCY_BYTES);
    reader r = reader_of(row(table->arrays[RESOLVED], number, sizeof(uint32_t)));
    uint32_t index = read_u32le(&r);
    bool is_needed = dependency.len == DEPENDENCY_BYTES &&
                     !(dependency.ptr[DEPENDENCY_BEHAVIOR] & BEHAVIOR_DEVELOPMENT);
    if (read_ok(&r) && is_needed)
        mark(table, index);
}

static void mark_needs(struct table *table, size_t index)
{
    reader r = reader_of(row(table->slices, index, SLICE_BYTES));
    uint32_t first = read_u32le(&r);
    uint32_t count = read_u32le(&r);
    for (uint32_t i = 0; i < count; i++) {
        if (table->slices_left == 0) {
            table->is_cut = true;
            return;
        }
        table->slices_left--;
        mark_dependency(table, (size_t)first + i);
    }
}

static bool follow(struct table *table, struct err *err)
{
    struct arena *scratch = table->inspection->scratch;
    table->needed = arena_array(scratch, table->count, sizeof *table->needed);
    table->waiting = arena_array(scratch, table->count, sizeof *table->waiting);
    if (!table->needed || !table->waiting)
        return arena_err(scratch, err, "bun.lockb");
    table->slices_left = table->arrays[DEPENDENCIES].len / DEPENDENCY_BYTES;
    for (size_t i = 0; i < table->count; i++)
        if (tag_of(table, i) == RESOLUTION_ROOT || tag_of(table, i) == RESOLUTION_WORKSPACE)
            mark(table, i);
    while (table->waiting_count > 0)
        mark_needs(table, table->waiting[--table->waiting_count]);
    if (table->is_cut)
        notes_add(table->inspection->notes, NOTE_DAMAGED, table->inspection->path,
                  "packages share their dependencies");
    return true;
}

// ---------------------------------------------------------------- packages

static uint64_t read_number(const struct table *table, reader *r)
{
    return table->format == OLD_FORMAT ? read_u32le(r) : read_u64le(r);
}

// "1.2.3-rc.1": what stands behind a "+" does not tell versions apart.
static span version_of(const struct table *table, size_t index)
{
    struct text version;
    reader r = reader_of(row(table->resolutions, index, resolution_bytes(table)));
    text_init(&version, table->inspection->scratch, table->inspection->limits->field_bytes);
    read_skip(&r, RESOLUTION_VALUE);
    text_add_u64(&version, read_number(table, &r));
    text_add_byte(&version, '.');
    text_add_u64(&version, read_number(table, &r));
    text_add_byte(&version, '.');
    text_add_u64(&version, read_number(table, &r));
    read_skip(&r, table->format == OLD_FORMAT ? 4 : 0);
    span pre = string_of(table, read_bytes(&r, STRING_BYTES));
    text_add(&version, pre.len ? S("-") : (span){0});
    text_add(&version, pre);
    return text_span(&version);
}

static void take_integrity(const struct table *table, size_t index, struct candidate *candidate)
{
    static const struct {
        span name;
        size_t len;
    } algorithms[] = {
        [INTEGRITY_SHA1] = {S("sha1"), 20},
        [INTEGRITY_SHA256] = {S("sha256"), 32},
        [INTEGRITY_SHA384] = {S("sha384"), 48},
        [INTEGRITY_SHA512] = {S("sha512"), 64},
    };
    reader r = reader_of(row(table->metas, index, META_BYTES));
    read_skip(&r, META_INTEGRITY);
    uint8_t tag = read_u8(&r);
    if (tag < INTEGRITY_SHA1 || tag > INTEGRITY_SHA512)
        return;
    struct text hex;
    text_init(&hex, table->inspection->scratch, SIZE_MAX);
    text_add_hex(&hex, read_bytes(&r, algorithms[tag].len));
    candidate_hash(candidate, algorithms[tag].name, text_span(&hex));
}

static bool add_package(const struct table *table, size_t index, struct err *err)
{
    span name = string_of(table, row(table->names, index, STRING_BYTES));
    struct candidate candidate =
        candidate_of(table->inspection, S("npm"), name, version_of(table, index));
    take_integrity(table, index, &candidate);
    return candidate_add(&candidate, err);
}

static bool read_bun_lockb(struct inspection *inspection, struct err *err)
{
    struct table table = {.inspection = inspection};
    struct err damage = {0};
    if (!read_table(&table, &damage)) {
        inspection_damaged(inspection, &damage);
        return true;
    }
    if (!follow(&table, err))
        return false;
    for (size_t i = 0; i < table.count; i++)
        if (table.needed[i] && tag_of(&table, i) == RESOLUTION_REGISTRY &&
            !add_package(&table, i, err))
            return false;
    return true;
}

static const struct cataloger catalogers[] = {
    {S("**/bun.lockb"), read_bun_lockb, CATALOG_DECLARED},
};
const struct catalogers javascript_bun_binary_catalogers = {catalogers,
                                                            sizeof catalogers / sizeof *catalogers};
