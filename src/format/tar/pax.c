#include "format/tar/tar_inner.h"

static bool record_number(span key, span value, uint64_t *ret, struct err *err)
{
    if (!span_to_u64(value, ret))
        return err_set(err, ERR_INPUT, "tar: pax: %s '%s' is not a number", quote(key).text,
                       quote(value).text);
    return true;
}

static bool add_run(struct tar_extension *ext, uint64_t offset, uint64_t length, struct err *err)
{
    struct sparse_run *run = LIST_ADD(&ext->sparse_runs, struct sparse_run);
    if (!run)
        return err_set(err, ERR_LIMIT, "tar: pax: too many sparse runs");
    *run = (struct sparse_run){.offset = offset, .length = length};
    return true;
}

static struct sparse_run *last_run(const struct tar_extension *ext)
{
    size_t count = ext->sparse_runs.count;
    return count ? LIST_AT(&ext->sparse_runs, struct sparse_run, count - 1) : NULL;
}

// GNU.sparse.map of version 0.1: "offset,length,offset,length,…".
static bool read_map(span map, struct tar_extension *ext, struct err *err)
{
    ext->sparse_runs.count = 0;
    while (map.len) {
        uint64_t offset = 0;
        uint64_t length = 0;
        if (!record_number(S("GNU.sparse.map"), span_cut(&map, ','), &offset, err) ||
            !record_number(S("GNU.sparse.map"), span_cut(&map, ','), &length, err) ||
            !add_run(ext, offset, length, err))
            return false;
    }
    return true;
}

// Version 0.0 repeats GNU.sparse.offset and GNU.sparse.numbytes, a pair a run.
static bool read_numbytes(span value, struct tar_extension *ext, struct err *err)
{
    struct sparse_run *run = last_run(ext);
    if (!run)
        return err_set(err, ERR_INPUT, "tar: pax: GNU.sparse.numbytes without an offset");
    return record_number(S("GNU.sparse.numbytes"), value, &run->length, err);
}

static span *sparse_text(struct tar_extension *ext, span name)
{
    if (span_equal(name, S("name")))
        return &ext->sparse_name;
    if (span_equal(name, S("major")))
        return &ext->sparse_major;
    if (span_equal(name, S("minor")))
        return &ext->sparse_minor;
    if (span_equal(name, S("size")))
        return &ext->sparse_size;
    if (span_equal(name, S("realsize")))
        return &ext->sparse_real_size;
    return NULL;
}

static bool read_sparse(span name, span value, struct tar_extension *ext, struct err *err)
{
    if (span_equal(name, S("map")))
        return read_map(value, ext, err);
    if (span_equal(name, S("numbytes")))
        return read_numbytes(value, ext, err);
    if (span_equal(name, S("offset"))) {
        uint64_t offset = 0;
        return record_number(S("GNU.sparse.offset"), value, &offset, err) &&
               add_run(ext, offset, 0, err);
    }
    span *text = sparse_text(ext, name);
    if (text)
        *text = value;
    return true;
}

enum sparse_form pax_sparse_form(const struct tar_extension *ext)
{
    bool minor_0 = span_equal(ext->sparse_minor, S("0"));
    bool minor_1 = span_equal(ext->sparse_minor, S("1"));
    if (span_equal(ext->sparse_major, S("0")) && (minor_0 || minor_1))
        return SPARSE_MAP;
    if (span_equal(ext->sparse_major, S("1")) && minor_0)
        return SPARSE_1_0;
    // The first writers of 0.0 and 0.1 gave no version.
    bool versionless = ext->sparse_major.len == 0 && ext->sparse_minor.len == 0;
    return versionless && ext->sparse_runs.count ? SPARSE_MAP : SPARSE_NONE;
}

bool pax_sparse_size(const struct tar_extension *ext, uint64_t stored, uint64_t *ret,
                     struct err *err)
{
    span size = ext->sparse_size.len ? ext->sparse_size : ext->sparse_real_size;
    if (size.len)
        return record_number(S("GNU.sparse.size"), size, ret, err);
    *ret = stored;
    return true;
}

// An owner may be negative ("nobody" was -2 once): the low 32 bits are what a file system keeps.
static bool read_owner(span key, span value, bool *has, uint32_t *owner, struct err *err)
{
    uint64_t number = 0;
    bool negative = span_starts_with(value, S("-"));
    *has = value.len != 0; // an empty value takes an earlier record back
    if (value.len && !record_number(key, span_from(value, negative), &number, err))
        return false;
    *owner = (uint32_t)(negative ? -number : number);
    return true;
}

static bool read_size(span value, struct tar_extension *ext, struct err *err)
{
    ext->has_size = value.len != 0;
    return value.len == 0 || record_number(S("size"), value, &ext->size, err);
}

static bool read_record(span key, span value, struct tar_extension *ext, struct err *err)
{
    if (span_equal(key, S("path")))
        ext->path = value;
    else if (span_equal(key, S("linkpath")))
        ext->link = value;
    else if (span_equal(key, S("size")))
        return read_size(value, ext, err);
    else if (span_equal(key, S("uid")))
        return read_owner(key, value, &ext->has_uid, &ext->uid, err);
    else if (span_equal(key, S("gid")))
        return read_owner(key, value, &ext->has_gid, &ext->gid, err);
    else if (span_equal(key, S("SCHILY.xattr.trusted.overlay.opaque")) ||
             span_equal(key, S("SCHILY.xattr.user.overlay.opaque")))
        ext->opaque = span_equal(value, S("y"));
    else if (span_starts_with(key, S("GNU.sparse.")))
        return read_sparse(span_from(key, S("GNU.sparse.").len), value, ext, err);
    return true;
}

// "length key=value\n", the length counting itself, the space and the newline.
static bool cut_record(span *records, span *ret_key, span *ret_value, struct err *err)
{
    span rest = *records;
    span digits = span_cut(&rest, ' ');
    uint64_t length = 0;
    if (!span_to_u64(digits, &length) || length > records->len || length < digits.len + 2)
        return err_set(err, ERR_INPUT, "tar: pax: record length is wrong");
    span record = span_first(rest, (size_t)length - digits.len - 1);
    size_t equals = span_find(record, '=');
    if (record.len == 0 || record.ptr[record.len - 1] != '\n' || equals == SPAN_NONE || equals == 0)
        return err_set(err, ERR_INPUT, "tar: pax: not a record");
    record.len--;
    *ret_key = span_first(record, equals);
    *ret_value = span_from(record, equals + 1);
    *records = span_from(*records, (size_t)length);
    return true;
}

static bool is_name(span key)
{
    return span_equal(key, S("path")) || span_equal(key, S("linkpath")) ||
           span_equal(key, S("GNU.sparse.name"));
}

bool pax_read(span records, struct tar_extension *ext, struct err *err)
{
    while (records.len) {
        span key = {0};
        span value = {0};
        if (!cut_record(&records, &key, &value, err))
            return false;
        if (is_name(key) && span_find(value, '\0') != SPAN_NONE)
            return err_set(err, ERR_INPUT, "tar: pax: %s holds a NUL byte", quote(key).text);
        if (!read_record(key, value, ext, err))
            return false;
    }
    return true;
}
