#include "scan/catalog/members_inner.h"

// No deflate stream expands more: a length of 258 bytes in at least two bits (RFC 1951, 3.2).
enum { MOST_EXPANSION = 1032 };

// What looking at a member costs beside its bytes, so that a million empty ones are not free.
enum { MEMBER_COST = 4096 };

uint64_t member_budget(const struct limits *limits, uint64_t size)
{
    uint64_t most = 0;
    if (__builtin_mul_overflow(size, limits->expansion_ratio, &most))
        most = UINT64_MAX;
    if (most < limits->expansion_floor)
        most = limits->expansion_floor;
    return most < limits->archive_bytes ? most : limits->archive_bytes;
}

static bool check_entry(const struct zip_entry *entry, struct err *err)
{
    struct quoted name = quote(entry->name);
    if (entry->overlaps)
        return err_set(err, ERR_INPUT, "'%s' shares its bytes with other entries", name.text);
    if (entry->method != ZIP_STORED && entry->method != ZIP_DEFLATED)
        return err_set(err, ERR_UNSUPPORTED, "'%s' has compression method %u", name.text,
                       entry->method);
    if (entry->method == ZIP_STORED && entry->size != entry->packed_size)
        return err_set(err, ERR_INPUT, "'%s' is stored with two sizes", name.text);
    if (entry->size / MOST_EXPANSION > entry->packed_size)
        return err_set(err, ERR_INPUT, "'%s' cannot be as large as it claims", name.text);
    return true;
}

void member_note_failure(const struct content *content, struct arena *scratch, struct notes *notes,
                         span location, const struct err *damage)
{
    span start = {0};
    uint64_t len = content->size < 4 ? content->size : 4;
    if (content_read(content, 0, len, scratch, &start, NULL) && !zip_detect(start))
        notes_add(notes, NOTE_INFORMATION, location, "is no archive");
    else
        notes_add_err(notes, location, damage);
}

bool member_afford(struct member_source *archive, const struct zip_entry *entry, struct err *err)
{
    uint64_t larger = entry->size > entry->packed_size ? entry->size : entry->packed_size;
    uint64_t cost = 0;
    if (!check_entry(entry, err))
        return false;
    if (__builtin_add_overflow(larger, MEMBER_COST, &cost) || cost > *archive->bytes_left)
        return err_set(err, ERR_LIMIT, "'%s' would be too much unpacked of one archive",
                       quote(entry->name).text);
    *archive->bytes_left -= cost;
    return true;
}

bool member_open(struct member_source *archive, const struct zip_entry *entry, struct stream **ret,
                 struct err *err)
{
    uint64_t offset = 0;
    struct stream *packed = NULL;
    if (!zip_locate(archive->content, entry, archive->mem, &offset, err) ||
        !stream_open_content(archive->content, offset, entry->packed_size, &packed, err))
        return false;
    enum compression compression =
        entry->method == ZIP_DEFLATED ? COMPRESSION_DEFLATE : COMPRESSION_NONE;
    return stream_open_decompress(compression, packed, archive->limits, NULL, ret, err);
}

static bool view_member(struct member_source *archive, const struct zip_entry *entry, span *ret,
                        struct err *err)
{
    uint64_t offset = 0;
    return zip_locate(archive->content, entry, archive->mem, &offset, err) &&
           content_read(archive->content, offset, entry->size, archive->mem, ret, err);
}

bool member_read(struct member_source *archive, const struct zip_entry *entry, uint64_t most,
                 span *ret, struct err *err)
{
    if (entry->size > most)
        return err_set(err, ERR_LIMIT, "'%s': %llu bytes are more than is read",
                       quote(entry->name).text, (unsigned long long)entry->size);
    if (!member_afford(archive, entry, err))
        return false;
    if (entry->method == ZIP_STORED)
        return view_member(archive, entry, ret, err);
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    return member_open(archive, entry, &stream, err) &&
           (stream_read_exactly(stream, entry->size, archive->mem, ret, err) ||
            err_add(err, "'%s'", quote(entry->name).text));
}

// ---------------------------------------------------------------- members as files

// What reading a member may take, in multiples of what a document may.
enum { MEMBER_MEMORY = 16 };

static bool read_one(struct inspection *inspection, struct member_source *archive,
                     const struct zip_entry *entry, inspect_file *read, struct err *err)
{
    struct inspection inner = *inspection;
    struct err damage = {0};
    inner.scratch = archive->mem;
    inner.member = entry->name;
    if (!member_read(archive, entry, archive->limits->document_bytes, &inner.text, &damage)) {
        inspection_damaged(inspection, &damage);
        return true;
    }
    bool ok = read(&inner, err);
    inspection->is_full = inner.is_full;
    return ok;
}

bool members_each(struct inspection *inspection, bool (*is_wanted)(span name), inspect_file *read,
                  struct err *err)
{
    const struct limits *limits = inspection->limits;
    uint64_t bytes_left = member_budget(limits, inspection->content->size);
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(MEMBER_MEMORY * limits->document_bytes);
    struct member_source archive = {
        .content = inspection->content, .limits = limits, .mem = mem, .bytes_left = &bytes_left};
    struct zip zip = {0};
    struct err damage = {0};
    if (!mem)
        return err_set(err, ERR_MEMORY, "no memory for the members of an archive");
    if (!zip_open(inspection->content, limits, inspection->scratch, &zip, &damage)) {
        member_note_failure(inspection->content, inspection->scratch, inspection->notes,
                            inspection->path, &damage);
        return true;
    }
    if (zip.damage.kind != ERR_NONE)
        inspection_damaged(inspection, &zip.damage);
    for (size_t i = 0; i < zip.count; i++) {
        if (!is_wanted(zip.entries[i].name))
            continue;
        arena_reset(mem);
        if (!read_one(inspection, &archive, &zip.entries[i], read, err))
            return false;
    }
    return true;
}
