#include "model/model_inner.h"

enum {
    DIRECTORY_BYTES = 4 + 4,
    FILE_BYTES = 4 + 8 + 2 + ROSTER_DIGESTS,
    MODE_BITS = 07777,
    PROGRAM_BIT = 1 << 15,
};

// ---------------------------------------------------------------- writing

static void write_file(const struct roster_file *file, struct text *out)
{
    text_add_u32le(out, (uint32_t)file->name.len);
    text_add_u64le(out, file->size);
    text_add_u16le(out, (uint16_t)(file->mode | (file->is_program ? PROGRAM_BIT : 0)));
    static const uint8_t unknown[ROSTER_DIGESTS] = {0};
    text_add(out, span_of(file->digests ? file->digests : unknown, ROSTER_DIGESTS));
}

static void write_names(const struct roster_directory *directory, struct text *out)
{
    text_add(out, directory->path);
    for (size_t i = 0; i < directory->count; i++)
        text_add(out, directory->files[i].name);
}

static void write_counts(const struct roster *roster, struct text *out)
{
    size_t files = 0;
    size_t names = 0;
    for (size_t i = 0; i < roster->count; i++) {
        const struct roster_directory *directory = &roster->directories[i];
        files += directory->count;
        names += directory->path.len;
        for (size_t j = 0; j < directory->count; j++)
            names += directory->files[j].name.len;
    }
    wire_write_count(out, roster->count);
    wire_write_count(out, files);
    wire_write_count(out, names);
}

// Records of one size first, then all their names in the same order: reading is one pass over
// both.
void wire_write_roster(const struct roster *roster, struct text *out)
{
    write_counts(roster, out);
    for (size_t i = 0; i < roster->count; i++) {
        const struct roster_directory *directory = &roster->directories[i];
        text_add_u32le(out, (uint32_t)directory->path.len);
        text_add_u32le(out, (uint32_t)directory->count);
        for (size_t j = 0; j < directory->count; j++)
            write_file(&directory->files[j], out);
    }
    for (size_t i = 0; i < roster->count; i++)
        write_names(&roster->directories[i], out);
}

// ---------------------------------------------------------------- reading

// The rest of what a roster is read from.
struct source {
    reader records;
    reader names;
    struct roster_file *files; // room for the rest of them
    uint32_t count;
    const struct limits *limits;
};

static bool is_name(span name)
{
    return name.len && span_find(name, '/') == SPAN_NONE && !span_equal(name, S(".")) &&
           !span_equal(name, S(".."));
}

static bool read_file(struct source *source, span before, struct roster_file *ret, struct err *err)
{
    reader record = reader_of(read_bytes(&source->records, FILE_BYTES));
    ret->name = read_bytes(&source->names, read_u32le(&record));
    ret->size = read_u64le(&record);
    uint16_t mode = read_u16le(&record);
    ret->digests = read_bytes(&record, ROSTER_DIGESTS).ptr;
    ret->mode = mode & ~(unsigned)PROGRAM_BIT;
    ret->is_program = (mode & PROGRAM_BIT) != 0;
    if (!read_end(&record) || !read_ok(&source->names))
        return err_set(err, ERR_INPUT, "roster: cut short");
    if (ret->mode > MODE_BITS || !is_name(ret->name) || span_compare(before, ret->name) >= 0)
        return err_set(err, ERR_INPUT, "roster: '%s' is not valid or out of order",
                       quote(ret->name).text);
    return true;
}

static bool read_directory(struct source *source, const struct roster_directory *before,
                           struct roster_directory *ret, struct err *err)
{
    span path = read_bytes(&source->names, read_u32le(&source->records));
    uint32_t count = read_u32le(&source->records);
    if (!read_ok(&source->records) || !read_ok(&source->names) || count > source->count)
        return err_set(err, ERR_INPUT, "roster: cut short");
    if (path.len > source->limits->path_bytes || !path_is_normal(path) ||
        (before && span_compare(before->path, path) >= 0))
        return err_set(err, ERR_INPUT, "roster: '%s' is not normal or out of order",
                       quote(path).text);
    struct roster_file *files = source->files;
    span last = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (!read_file(source, last, &files[i], err))
            return false;
        last = files[i].name;
    }
    source->files += count;
    source->count -= count;
    *ret = (struct roster_directory){.path = path, .files = files, .count = count};
    return true;
}

static bool read_counts(struct wire *wire, uint32_t *ret_directories, uint32_t *ret_files,
                        uint32_t *ret_names, struct err *err)
{
    uint64_t most = wire->limits->roster_entries;
    if (!wire_count(wire, DIRECTORY_BYTES, most, "roster: directories", ret_directories, err) ||
        !wire_count(wire, FILE_BYTES, most - *ret_directories, "roster: files", ret_files, err))
        return false;
    *ret_names = read_u32le(&wire->bytes);
    return wire_ok(wire, "roster", err);
}

// Names and digests stay where they are: the wire's bytes are borrowed.
bool wire_read_roster(struct wire *wire, struct roster *ret, struct err *err)
{
    uint32_t directory_count = 0;
    uint32_t file_count = 0;
    uint32_t name_bytes = 0;
    assert(wire->borrowed);
    if (!read_counts(wire, &directory_count, &file_count, &name_bytes, err))
        return false;
    uint64_t record_bytes =
        (uint64_t)directory_count * DIRECTORY_BYTES + (uint64_t)file_count * FILE_BYTES;
    span records = read_bytes(&wire->bytes, record_bytes);
    span names = read_bytes(&wire->bytes, name_bytes);
    if (!wire_ok(wire, "roster", err))
        return false;
    struct roster_directory *directories =
        arena_array(wire->mem, directory_count, sizeof *directories);
    struct source source = {
        .records = reader_of(records),
        .names = reader_of(names),
        .files = arena_array(wire->mem, file_count, sizeof(struct roster_file)),
        .count = file_count,
        .limits = wire->limits,
    };
    if (!directories || !source.files)
        return arena_err(wire->mem, err, "roster");
    for (uint32_t i = 0; i < directory_count; i++)
        if (!read_directory(&source, i ? &directories[i - 1] : NULL, &directories[i], err))
            return false;
    if (!read_end(&source.records) || !read_end(&source.names))
        return err_set(err, ERR_INPUT, "roster: bytes behind the end");
    *ret = (struct roster){.directories = directories, .count = directory_count};
    return true;
}
