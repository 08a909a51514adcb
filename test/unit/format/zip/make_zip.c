#include "make_zip.h"

#include <stdio.h>
#include <stdlib.h>

void zip_begin(struct zip_maker *maker, struct arena *mem)
{
    *maker = (struct zip_maker){.mem = mem};
    text_init(&maker->archive, mem, SIZE_MAX);
    text_init(&maker->directory, mem, SIZE_MAX);
}

void zip_add(struct zip_maker *maker, span name, span content)
{
    zip_add_entry(maker, (struct made_entry){.name = name, .content = content});
}

// RFC 1951, 3.2.4.
static span deflate(struct arena *mem, span content)
{
    struct text out;
    text_init(&out, mem, SIZE_MAX);
    do {
        span block = span_first(content, 65535);
        content = span_from(content, block.len);
        text_add_u8(&out, content.len == 0);
        text_add_u16le(&out, (uint16_t)block.len);
        text_add_u16le(&out, (uint16_t)~block.len);
        text_add(&out, block);
    } while (content.len);
    return text_span(&out);
}

static void add_sizes(struct text *text, const struct made_entry *entry, span packed, uint64_t size)
{
    text_add_u32le(text, 0); // CRC-32: not looked at
    text_add_u32le(text, entry->zip64 ? UINT32_MAX : (uint32_t)packed.len);
    text_add_u32le(text, entry->zip64 ? UINT32_MAX : (uint32_t)size);
}

static void add_zip64_extra(struct text *text, span packed, uint64_t size)
{
    text_add_u16le(text, 1);
    text_add_u16le(text, 16);
    text_add_u64le(text, size);
    text_add_u64le(text, packed.len);
}

static void add_start(struct text *text, const struct made_entry *entry)
{
    text_add_u16le(text, 20);
    text_add_u16le(text, (uint16_t)entry->flags);
    text_add_u16le(text, entry->deflated ? 8 : 0);
    text_add_u32le(text, 0); // time and date
}

void zip_add_entry(struct zip_maker *maker, struct made_entry entry)
{
    struct text *local = &maker->archive;
    struct text *central = &maker->directory;
    uint64_t at = entry.at ? entry.at - 1 : local->len;
    span local_name = entry.local_name.len ? entry.local_name : entry.name;
    span packed = entry.deflated ? deflate(maker->mem, entry.content) : entry.content;
    uint64_t size = entry.claimed_size ? entry.claimed_size : entry.content.len;
    uint16_t extra = entry.zip64 ? 20 : 0;

    text_add(local, S("PK\x03\x04"));
    add_start(local, &entry);
    add_sizes(local, &entry, packed, size);
    text_add_u16le(local, (uint16_t)local_name.len);
    text_add_u16le(local, extra);
    text_add(local, local_name);
    if (entry.zip64)
        add_zip64_extra(local, packed, size);
    text_add(local, packed);

    text_add(central, S("PK\x01\x02\x14\0"));
    add_start(central, &entry);
    add_sizes(central, &entry, packed, size);
    text_add_u16le(central, (uint16_t)entry.name.len);
    text_add_u16le(central, extra);
    text_add(central, S("\0\0\0\0\0\0\0\0\0\0")); // comment, disk, attributes
    text_add_u32le(central, (uint32_t)at);
    text_add(central, entry.name);
    if (entry.zip64)
        add_zip64_extra(central, packed, size);
    maker->entries++;
}

static void add_zip64_records(struct zip_maker *maker, uint64_t directory_at)
{
    struct text *out = &maker->archive;
    uint64_t at = out->len;
    text_add(out, S("PK\x06\x06"));
    text_add_u64le(out, 44);
    text_add_u32le(out, 0);
    text_add_u64le(out, 0); // disks
    text_add_u64le(out, maker->entries);
    text_add_u64le(out, maker->entries);
    text_add_u64le(out, maker->directory.len);
    text_add_u64le(out, directory_at);
    text_add(out, S("PK\x06\x07\0\0\0\0"));
    text_add_u64le(out, at);
    text_add_u32le(out, 1);
}

span zip_end_with(struct zip_maker *maker, uint16_t entries, span comment, bool zip64)
{
    struct text *out = &maker->archive;
    uint64_t directory_at = out->len;
    text_add(out, text_span(&maker->directory));
    if (zip64)
        add_zip64_records(maker, directory_at);
    text_add(out, S("PK\x05\x06\0\0\0\0"));
    text_add_u16le(out, entries);
    text_add_u16le(out, entries);
    text_add_u32le(out, zip64 ? UINT32_MAX : (uint32_t)maker->directory.len);
    text_add_u32le(out, zip64 ? UINT32_MAX : (uint32_t)directory_at);
    text_add_u16le(out, (uint16_t)comment.len);
    text_add(out, comment);
    if (!text_ok(out) || !text_ok(&maker->directory)) {
        fprintf(stderr, "make_zip: no memory\n");
        abort();
    }
    return text_span(out);
}

span zip_end(struct zip_maker *maker)
{
    return zip_end_with(maker, (uint16_t)maker->entries, (span){0}, false);
}
