// The members of Java archives.
#include "scan/catalog/java_inner.h"

// No deflate stream expands more: a length of 258 bytes in at least two bits (RFC 1951, 3.2).
enum { MOST_EXPANSION = 1032 };

// What looking at a member costs beside its bytes, so that a million empty ones are not free.
enum { MEMBER_COST = 4096 };

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

bool jar_afford(struct jar *jar, const struct zip_entry *entry, struct err *err)
{
    uint64_t larger = entry->size > entry->packed_size ? entry->size : entry->packed_size;
    uint64_t cost = 0;
    if (!check_entry(entry, err))
        return false;
    if (__builtin_add_overflow(larger, MEMBER_COST, &cost) || cost > jar->budget->bytes)
        return err_set(err, ERR_LIMIT, "'%s' would be too much unpacked of one archive",
                       quote(entry->name).text);
    jar->budget->bytes -= cost;
    return true;
}

bool jar_open_member(struct jar *jar, const struct zip_entry *entry, struct stream **ret,
                     struct err *err)
{
    uint64_t offset = 0;
    struct stream *packed = NULL;
    if (!zip_locate(jar->content, entry, jar->mem, &offset, err) ||
        !stream_open_content(jar->content, offset, entry->packed_size, &packed, err))
        return false;
    enum compression compression =
        entry->method == ZIP_DEFLATED ? COMPRESSION_DEFLATE : COMPRESSION_NONE;
    return stream_open_decompress(compression, packed, jar->inspection->limits, NULL, ret, err);
}

static bool view_member(struct jar *jar, const struct zip_entry *entry, span *ret, struct err *err)
{
    uint64_t offset = 0;
    return zip_locate(jar->content, entry, jar->mem, &offset, err) &&
           content_read(jar->content, offset, entry->size, jar->mem, ret, err);
}

bool jar_read_member(struct jar *jar, const struct zip_entry *entry, uint64_t most, span *ret,
                     struct err *err)
{
    if (entry->size > most)
        return err_set(err, ERR_LIMIT, "'%s': %llu bytes are more than is read",
                       quote(entry->name).text, (unsigned long long)entry->size);
    if (!jar_afford(jar, entry, err))
        return false;
    if (entry->method == ZIP_STORED)
        return view_member(jar, entry, ret, err);
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    return jar_open_member(jar, entry, &stream, err) &&
           (stream_read_exactly(stream, entry->size, jar->mem, ret, err) ||
            err_add(err, "'%s'", quote(entry->name).text));
}

void jar_note_damage(struct jar *jar, const struct zip_entry *entry, const struct err *damage)
{
    if (!entry->overlaps)
        notes_add_err(jar->inspection->notes, jar->location, damage);
}
