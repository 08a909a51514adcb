#include "scan/source/archive_inner.h"

enum {
    CHUNK_BYTES = 4096,
    BLOCK_BYTES = 512,
    SCRATCH_BYTES = 1 << 20,
};

// What the tar reader needs for one member.
struct scratch {
    struct arena *reader;
    struct arena *member;
};

static bool remember(struct archive_index *index, const struct tar_reader *tar, uint64_t base,
                     const struct limits *limits, struct arena *mem, struct err *err)
{
    const struct tar_entry *entry = tar_entry(tar);
    bool escapes = false;
    struct member member = {
        .type = entry->type,
        .sparse = entry->sparse,
        .offset = base + tar_content_offset(tar),
        .size = tar_content_size(tar),
    };
    if (!path_normalise(entry->path, limits, mem, &member.path, &escapes) ||
        !arena_span(mem, entry->link, &member.link))
        return err_set(err, ERR_LIMIT, "%s: the name is too long", quote(entry->path).text);
    struct member *slot = LIST_ADD(&index->members, struct member);
    if (!slot)
        return err_set(err, ERR_LIMIT, "the archive has more than %zu members",
                       index->members.count);
    *slot = member;
    return true;
}

// Feeds the reader from `offset` on until it has a member. *ret_more is false at the end.
static bool next_member(const struct bytes_at *bytes, uint64_t offset, struct tar_reader *tar,
                        bool *ret_more, struct err *err)
{
    for (;;) {
        uint8_t chunk[CHUNK_BYTES];
        size_t len = 0;
        if (!bytes->read(bytes->self, offset, chunk, sizeof chunk, &len, err))
            return false;
        if (len == 0) {
            *ret_more = false;
            return tar_finish(tar, err);
        }
        offset += len;
        enum tar_event event = TAR_MORE;
        span input = span_of(chunk, len);
        if (!tar_step(tar, &input, &event, err))
            return false;
        if (event == TAR_MORE)
            continue;
        *ret_more = event == TAR_ENTRY;
        return true;
    }
}

// A fresh reader for every member: what precedes one never changes what it says.
static bool index_member(struct archive_index *index, const struct bytes_at *bytes,
                         const struct limits *limits, const struct scratch *scratch,
                         struct arena *mem, uint64_t *offset, bool *ret_more, struct err *err)
{
    struct tar_reader *tar = NULL;
    arena_reset(scratch->reader);
    arena_reset(scratch->member);
    if (!tar_new(scratch->reader, scratch->member, limits, &tar, err) ||
        !next_member(bytes, *offset, tar, ret_more, err))
        return false;
    if (!*ret_more)
        return true;
    if (!remember(index, tar, *offset, limits, mem, err))
        return false;
    uint64_t end = 0;
    uint64_t padded = 0;
    if (__builtin_add_overflow(tar_content_size(tar), BLOCK_BYTES - 1, &padded) ||
        __builtin_add_overflow(*offset + tar_content_offset(tar),
                               padded / BLOCK_BYTES * BLOCK_BYTES, &end) ||
        end > INT64_MAX)
        return err_set(err, ERR_INPUT, "a member is larger than any file");
    *offset = end;
    return true;
}

bool archive_index_read(const struct bytes_at *bytes, const struct limits *limits,
                        struct arena *mem, struct archive_index *ret, struct err *err)
{
    struct archive_index index = {0};
    list_init(&index.members, mem, sizeof(struct member), limits->index_entries);
    CLEANUP(arena_cleanup) struct arena *state = arena_new(SCRATCH_BYTES);
    CLEANUP(arena_cleanup)
    struct arena *member = arena_new(4 * limits->header_bytes + SCRATCH_BYTES);
    struct scratch scratch = {.reader = state, .member = member};
    if (!state || !member)
        return err_set(err, ERR_MEMORY, "no memory for the archive's index");
    uint64_t offset = 0;
    for (bool more = true; more;)
        if (!index_member(&index, bytes, limits, &scratch, mem, &offset, &more, err))
            return index.members.count
                       ? err_add(err, "archive: member %zu", index.members.count + 1)
                       : err_add(err, "no image archive");
    *ret = index;
    return true;
}

static const struct member *find_exactly(const struct archive_index *index, span path)
{
    for (size_t i = index->members.count; i-- > 0;) {
        const struct member *member = LIST_AT(&index->members, struct member, i);
        if (span_equal(member->path, path))
            return member;
    }
    return NULL;
}

// A hard link names its target from the root of the archive, a symbolic one from its directory.
static bool follow_link(const struct member *member, const struct limits *limits, struct arena *mem,
                        span *ret)
{
    bool escapes = false;
    if (member->type == TAR_HARDLINK)
        return path_normalise(member->link, limits, mem, ret, &escapes);
    return path_resolve(member->path, member->link, limits, mem, ret);
}

bool archive_index_find(const struct archive_index *index, span path, const struct limits *limits,
                        struct arena *mem, const struct member **ret, struct err *err)
{
    span at = {0};
    bool escapes = false;
    if (!path_normalise(path, limits, mem, &at, &escapes))
        return err_set(err, ERR_LIMIT, "%s: the name is too long", quote(path).text);
    for (uint64_t depth = 0; depth <= limits->depth; depth++) {
        const struct member *member = find_exactly(index, at);
        if (!member)
            return err_set(err, ERR_MISSING, "the archive has no '%s'", quote(at).text);
        if (member->type == TAR_REGULAR && !member->sparse) {
            *ret = member;
            return true;
        }
        if (member->type != TAR_SYMLINK && member->type != TAR_HARDLINK)
            return err_set(err, ERR_INPUT, "'%s' is no plain file in the archive", quote(at).text);
        if (!follow_link(member, limits, mem, &at))
            return err_set(err, ERR_LIMIT, "%s: the link is too long", quote(at).text);
    }
    return err_set(err, ERR_INPUT, "'%s': too many links in the archive", quote(path).text);
}
