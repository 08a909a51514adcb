#include "database/database_inner.h"

// A file being written: segments in the order of their names, the directory behind them, so that
// nothing is written twice.
struct writer {
    int fd;
    struct arena *mem;
    struct list scopes;    // of struct scope
    struct text directory; // entries
    uint32_t segments;
    uint64_t offset;
};

static int compare_sealed(const void *a, const void *b)
{
    return span_compare(((const struct sealed *)a)->name, ((const struct sealed *)b)->name);
}

static bool sort_segments(struct list *segments, struct err *err)
{
    if (segments->count > MOST_SEGMENTS)
        return err_set(err, ERR_LIMIT, "database: more than %d sources", MOST_SEGMENTS);
    sort_items(segments->items, segments->count, segments->item_size, compare_sealed);
    for (size_t i = 1; i < segments->count; i++) {
        const struct sealed *pair = LIST_AT(segments, struct sealed, i - 1);
        if (compare_sealed(&pair[0], &pair[1]) == 0)
            return err_set(err, ERR_CONFLICT, "database: '%s' is there twice",
                           quote(pair[0].name).text);
    }
    return true;
}

static bool collect_segments(struct database_builder *const builders[], size_t count,
                             struct list *ret, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!database_builder_seal(builders[i], err))
            return false;
        const struct list *sealed = &builders[i]->sealed;
        for (size_t k = 0; k < sealed->count; k++) {
            struct sealed *place = LIST_ADD(ret, struct sealed);
            if (!place)
                return arena_err(ret->mem, err, "database");
            *place = *LIST_AT(sealed, struct sealed, k);
        }
    }
    return true;
}

static bool write_bytes(struct writer *writer, span bytes, struct err *err)
{
    writer->offset += bytes.len;
    return os_write_all(writer->fd, bytes, err);
}

static bool write_header(struct writer *writer, struct err *err)
{
    struct text header = {0};
    text_init(&header, writer->mem, FILE_HEADER_SIZE);
    text_add(&header, FILE_MAGIC);
    text_add_u32le(&header, FILE_VERSION);
    text_add_u32le(&header, 0);
    if (!text_ok(&header))
        return arena_err(writer->mem, err, "database");
    return write_bytes(writer, text_span(&header), err);
}

static bool write_segment(struct writer *writer, span bytes, struct err *err)
{
    struct segment segment = {0};
    if (!segment_view(bytes, &segment))
        return err_set(err, ERR_INPUT, "database: damaged segment");
    if (!segment_scopes(&segment, writer->segments, &writer->scopes))
        return list_ok(&writer->scopes)
                   ? err_set(err, ERR_INPUT, "segment %s: damaged record", quote(segment.name).text)
                   : arena_err(writer->mem, err, "database");
    digest sum = {0};
    if (!digest_of(DIGEST_SHA256, bytes, &sum, err))
        return false;
    text_add_u64le(&writer->directory, writer->offset);
    text_add_u64le(&writer->directory, bytes.len);
    text_add(&writer->directory, span_of(sum.bytes, digest_size(DIGEST_SHA256)));
    writer->segments++;
    return write_bytes(writer, bytes, err);
}

static int compare_scopes(const void *a, const void *b)
{
    const struct scope *scope_a = a;
    const struct scope *scope_b = b;
    if (scope_a->kind != scope_b->kind)
        return scope_a->kind < scope_b->kind ? -1 : 1;
    int order = span_compare(scope_a->ecosystem, scope_b->ecosystem);
    if (order)
        return order;
    return (scope_a->segment > scope_b->segment) - (scope_a->segment < scope_b->segment);
}

static void add_scopes(struct writer *writer)
{
    struct list *scopes = &writer->scopes;
    sort_items(scopes->items, scopes->count, sizeof(struct scope), compare_scopes);
    for (size_t i = 0; i < scopes->count; i++) {
        const struct scope *scope = LIST_AT(scopes, struct scope, i);
        text_add_u32le(&writer->directory, (uint32_t)scope->kind);
        text_add_u32le(&writer->directory, scope->segment);
        text_add_u32le(&writer->directory, scope->word);
    }
}

static bool write_directory(struct writer *writer, struct err *err)
{
    add_scopes(writer);
    uint64_t size = writer->offset + writer->directory.len + FILE_FOOTER_SIZE;
    struct text footer = {0};
    text_init(&footer, writer->mem, FILE_FOOTER_SIZE);
    text_add_u64le(&footer, writer->offset);
    text_add_u32le(&footer, writer->segments);
    text_add_u32le(&footer, (uint32_t)writer->scopes.count);
    text_add_u64le(&footer, size);
    text_add_u64le(&footer, directory_checksum(text_span(&writer->directory)));
    text_add(&footer, FILE_MAGIC);
    if (!text_ok(&writer->directory) || !text_ok(&footer))
        return arena_err(writer->mem, err, "database");
    return write_bytes(writer, text_span(&writer->directory), err) &&
           write_bytes(writer, text_span(&footer), err);
}

static bool write_all(struct writer *writer, const struct list *segments, struct err *err)
{
    if (!write_header(writer, err))
        return false;
    for (size_t i = 0; i < segments->count; i++)
        if (!write_segment(writer, LIST_AT(segments, struct sealed, i)->bytes, err))
            return false;
    return write_directory(writer, err);
}

static bool write_file(struct list *segments, const char *path, struct err *err)
{
    if (!sort_segments(segments, err))
        return false;
    struct writer writer = {.mem = segments->mem, .fd = -1};
    list_init(&writer.scopes, segments->mem, sizeof(struct scope), UINT32_MAX);
    text_init(&writer.directory, segments->mem, UINT32_MAX);
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    if (!os_output_open(path, &output, err))
        return false;
    writer.fd = output.fd;
    return write_all(&writer, segments, err) && os_output_commit(&output, err);
}

bool database_write(struct database_builder *const builders[], size_t count,
                    const struct limits *limits, const char *path, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->build_bytes);
    if (!mem)
        return err_set(err, ERR_MEMORY, "database: out of memory");
    struct list segments = {0};
    list_init(&segments, mem, sizeof(struct sealed), SIZE_MAX);
    return collect_segments(builders, count, &segments, err) && write_file(&segments, path, err);
}

bool database_join(const struct spans *segments, const struct limits *limits, const char *path,
                   struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->build_bytes);
    if (!mem)
        return err_set(err, ERR_MEMORY, "database: out of memory");
    struct list sealed = {0};
    list_init(&sealed, mem, sizeof(struct sealed), SIZE_MAX);
    for (size_t i = 0; i < segments->count; i++) {
        struct segment segment = {0};
        if (!segment_view(segments->items[i], &segment))
            return err_set(err, ERR_INPUT, "segment %zu: damaged frame", i);
        struct sealed *place = LIST_ADD(&sealed, struct sealed);
        if (!place)
            return arena_err(mem, err, "database");
        *place = (struct sealed){.name = segment.name, .bytes = segments->items[i]};
    }
    return write_file(&sealed, path, err);
}
