#include "model/model_inner.h"

// doc/formats/extract.md describes these bytes.

#define MAGIC S("plimext\x04")

enum { MODE_BITS = 07777 };

static void write_file(const struct file *file, struct text *out)
{
    bool is_link = file->type == FILE_SYMLINK || file->type == FILE_HARDLINK;
    text_add_u8(out, (uint8_t)file->type);
    text_add_u8(out, file->has_content);
    text_add_u32le(out, file->mode);
    text_add_u32le(out, file->uid);
    text_add_u32le(out, file->gid);
    text_add_u32le(out, file->layer);
    text_add_u64le(out, file->size);
    text_add_field(out, file->path);
    text_add_field(out, is_link ? file->link : (span){0});
    wire_write_insight(file->insight, out);
    if (!file->has_content)
        return;
    text_add_u64le(out, file->content.len);
    text_add(out, file->content);
}

// Roughly: what it takes is asked for once, where growing would hold it twice.
static size_t estimate(const struct extract *extract)
{
    enum { FEW = 4096, FILE_BYTES = 64, ROSTER_BYTES = 128 };
    size_t bytes = FEW;
    for (size_t i = 0; i < extract->files.count; i++) {
        const struct file *file = LIST_AT(&extract->files, struct file, i);
        bytes += FILE_BYTES + file->path.len + file->link.len + file->content.len;
    }
    for (size_t i = 0; i < extract->roster.count; i++)
        bytes += ROSTER_BYTES * (1 + extract->roster.directories[i].count);
    const struct spans blocks[] = {extract->covers.entries, extract->covers.parents};
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < blocks[i].count; j++)
            bytes += blocks[i].items[j].len;
    return bytes;
}

void extract_write(const struct extract *extract, struct text *out)
{
    text_reserve(out, estimate(extract));
    text_add(out, MAGIC);
    text_add_field(out, extract->diff_id);
    text_add_field(out, extract->digest);
    text_add_u64le(out, extract->stored_bytes);
    text_add_u64le(out, extract->unpacked_bytes);
    text_add_u64le(out, extract->entries);
    wire_write_notes(&extract->notes, out);
    wire_write_count(out, extract->files.count);
    for (size_t i = 0; i < extract->files.count; i++)
        write_file(LIST_AT(&extract->files, struct file, i), out);
    wire_write_roster(&extract->roster, out);
    wire_write_covers(&extract->covers, out);
}

static bool is_digest_text(span s)
{
    enum { SHORTEST_HEX = 32, LONGEST_HEX = 128 };
    span algorithm = span_cut(&s, ':');
    if (algorithm.len == 0 || s.len < SHORTEST_HEX || s.len > LONGEST_HEX)
        return false;
    for (size_t i = 0; i < algorithm.len; i++)
        if (!ascii_is_digit(algorithm.ptr[i]) && !ascii_is_alpha(algorithm.ptr[i]))
            return false;
    for (size_t i = 0; i < s.len; i++)
        if (!ascii_is_digit(s.ptr[i]) && (s.ptr[i] < 'a' || s.ptr[i] > 'f'))
            return false;
    return true;
}

// The target of a symbolic link is text of the archive, in any form; that of a hard link is a path.
static bool link_is_valid(const struct file *file, const struct limits *limits)
{
    if (file->type == FILE_SYMLINK)
        return file->link.len <= limits->header_bytes;
    if (file->type == FILE_HARDLINK)
        return file->link.len <= limits->path_bytes && path_is_normal(file->link);
    return file->link.len == 0;
}

static bool path_is_valid(const struct file *file, const struct limits *limits)
{
    // Only the root has no name, and only a directory can be the root.
    if (file->path.len == 0)
        return file->type == FILE_DIRECTORY || file->type == FILE_OPAQUE;
    return file->path.len <= limits->path_bytes && path_is_normal(file->path);
}

static bool check_file(const struct file *file, const struct limits *limits, struct err *err)
{
    if (!path_is_valid(file, limits))
        return err_set(err, ERR_INPUT, "path '%s' is not normal", quote(file->path).text);
    if (!link_is_valid(file, limits))
        return err_set(err, ERR_INPUT, "link '%s' is not valid", quote(file->link).text);
    if (file->mode > MODE_BITS)
        return err_set(err, ERR_INPUT, "mode %o is not valid", file->mode);
    if (file->insight && file->type != FILE_REGULAR && file->type != FILE_HARDLINK)
        return err_set(err, ERR_INPUT, "'%s' is nothing to look into", quote(file->path).text);
    if (file->has_content && (file->type != FILE_REGULAR || file->content.len != file->size))
        return err_set(err, ERR_INPUT, "content of '%s' is not what its entry says",
                       quote(file->path).text);
    return true;
}

static bool read_file(struct wire *wire, struct file *ret, struct err *err)
{
    uint8_t type = read_u8(&wire->bytes);
    if (type > FILE_OPAQUE)
        return err_set(err, ERR_INPUT, "there is no file type %u", type);
    struct file file = {.type = (enum file_type)type};
    file.has_content = wire_flag(wire);
    file.mode = read_u32le(&wire->bytes);
    file.uid = read_u32le(&wire->bytes);
    file.gid = read_u32le(&wire->bytes);
    file.layer = read_u32le(&wire->bytes);
    file.size = read_u64le(&wire->bytes);
    file.path = wire_field(wire);
    file.link = wire_field(wire);
    if (!wire_read_insight(wire, &file.insight, err))
        return false;
    if (file.has_content)
        file.content = wire_copy(wire, read_bytes(&wire->bytes, read_u64le(&wire->bytes)));
    if (!wire_ok(wire, "entry", err) || !check_file(&file, wire->limits, err))
        return false;
    *ret = file;
    return true;
}

static bool read_files(struct wire *wire, struct list *ret, struct err *err)
{
    enum { FILE_BYTES = 1 + 1 + 4 * 4 + 8 + 4 + 4 + 1 };
    const struct limits *limits = wire->limits;
    uint32_t count = 0;
    if (!wire_count(wire, FILE_BYTES, limits->kept_entries, "extract: entries", &count, err))
        return false;
    list_init(ret, wire->mem, sizeof(struct file), count);
    if (!list_reserve(ret, count))
        return arena_err(wire->mem, err, "extract: entries");
    uint64_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct file *file = LIST_ADD(ret, struct file);
        if (!file)
            return arena_err(wire->mem, err, "extract: entries");
        if (!read_file(wire, file, err))
            return err_add(err, "extract: entry %u", i);
        // Cannot overflow: no more than the bytes read.
        kept += file->path.len + file->link.len + file->content.len;
        if (kept > limits->kept_bytes)
            return err_set(err, ERR_LIMIT, "extract: more than %llu bytes are kept",
                           (unsigned long long)limits->kept_bytes);
    }
    return true;
}

bool extract_read(span bytes, const struct limits *limits, struct arena *mem, struct extract *ret,
                  struct err *err)
{
    struct wire wire = wire_of(bytes, limits, mem);
    struct extract extract = {0};
    wire.borrowed = true;
    if (!span_equal(read_bytes(&wire.bytes, MAGIC.len), MAGIC))
        return err_set(err, ERR_INPUT, "extract: not an extract of this version");
    extract.diff_id = wire_field(&wire);
    extract.digest = wire_field(&wire);
    extract.stored_bytes = read_u64le(&wire.bytes);
    extract.unpacked_bytes = read_u64le(&wire.bytes);
    extract.entries = read_u64le(&wire.bytes);
    if (!wire_ok(&wire, "extract", err))
        return false;
    if ((extract.diff_id.len && !is_digest_text(extract.diff_id)) ||
        (extract.digest.len && !is_digest_text(extract.digest)))
        return err_set(err, ERR_INPUT, "extract: digest is not valid");
    if (!wire_read_notes(&wire, &extract.notes, err))
        return err_add(err, "extract");
    if (!read_files(&wire, &extract.files, err))
        return false;
    if (!wire_read_roster(&wire, &extract.roster, err) ||
        !wire_read_covers(&wire, &extract.covers, err) || !wire_end(&wire, "extract", err))
        return err_add(err, "extract");
    *ret = extract;
    return true;
}
