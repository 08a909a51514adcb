#include "database/database_inner.h"

// A file being written: segments in the order of their names, the directory behind them, so that
// each is written as soon as it is encoded and nothing is written twice.
struct writer {
    int fd;
    struct arena *mem;
    struct list scopes;    // of struct scope
    struct text directory; // entries
    uint32_t segments;
    uint64_t offset;
};

static int compare_drafts(const void *a, const void *b)
{
    struct draft *const *draft_a = a;
    struct draft *const *draft_b = b;
    return span_compare((*draft_a)->name, (*draft_b)->name);
}

static bool check_drafts(const struct list *drafts, struct err *err)
{
    if (drafts->count > MOST_SEGMENTS)
        return err_set(err, ERR_LIMIT, "database: more than %d sources", MOST_SEGMENTS);
    for (size_t i = 1; i < drafts->count; i++) {
        struct draft **pair = LIST_AT(drafts, struct draft *, i - 1);
        if (compare_drafts(&pair[0], &pair[1]) == 0)
            return err_set(err, ERR_CONFLICT, "database: two builders hold '%s'",
                           quote(pair[0]->name).text);
    }
    return true;
}

static bool collect_drafts(struct database_builder *const builders[], size_t count,
                           struct arena *mem, struct list *ret, struct err *err)
{
    list_init(ret, mem, sizeof(struct draft *), SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        if (builders[i]->failed)
            return arena_err(builders[i]->mem, err, "database: a builder has failed");
        for (size_t k = 0; k < builders[i]->drafts.count; k++) {
            struct draft **place = LIST_ADD(ret, struct draft *);
            if (!place)
                return arena_err(mem, err, "database");
            *place = *LIST_AT(&builders[i]->drafts, struct draft *, k);
        }
    }
    sort_items(ret->items, ret->count, ret->item_size, compare_drafts);
    return check_drafts(ret, err);
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

static bool write_segment(struct writer *writer, struct draft *draft, struct arena *scratch,
                          struct err *err)
{
    span segment = {0};
    arena_reset(scratch);
    if (!segment_encode(draft, writer->segments, scratch, &writer->scopes, &segment, err))
        return err_add(err, "segment %s", quote(draft->name).text);
    digest sum = {0};
    if (!digest_of(DIGEST_SHA256, segment, &sum, err))
        return false;
    text_add_u64le(&writer->directory, writer->offset);
    text_add_u64le(&writer->directory, segment.len);
    text_add(&writer->directory, span_of(sum.bytes, digest_size(DIGEST_SHA256)));
    writer->segments++;
    return write_bytes(writer, segment, err);
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

static bool write_all(struct writer *writer, const struct list *drafts, struct arena *scratch,
                      struct err *err)
{
    if (!write_header(writer, err))
        return false;
    for (size_t i = 0; i < drafts->count; i++)
        if (!write_segment(writer, *LIST_AT(drafts, struct draft *, i), scratch, err))
            return false;
    return write_directory(writer, err);
}

bool database_write(struct database_builder *const builders[], size_t count,
                    const struct limits *limits, const char *path, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->build_bytes);
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(limits->build_bytes);
    if (!mem || !scratch)
        return err_set(err, ERR_MEMORY, "database: out of memory");
    struct list drafts = {0};
    if (!collect_drafts(builders, count, mem, &drafts, err))
        return false;

    struct writer writer = {.mem = mem, .fd = -1};
    list_init(&writer.scopes, mem, sizeof(struct scope), UINT32_MAX);
    text_init(&writer.directory, mem, UINT32_MAX);
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    if (!os_output_open(path, &output, err))
        return false;
    writer.fd = output.fd;
    return write_all(&writer, &drafts, scratch, err) && os_output_commit(&output, err);
}
