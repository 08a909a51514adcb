#include "format/tar/tar_inner.h"

static bool record_number(span key, span value, uint64_t *ret, struct err *err)
{
    if (!span_to_u64(value, ret))
        return err_set(err, ERR_INPUT, "tar: pax: %s '%s' is not a number", quote(key).text,
                       quote(value).text);
    return true;
}

static bool add_run(struct tar_extension *ext, uint64_t offset, struct err *err)
{
    struct sparse_run *run = LIST_ADD(&ext->sparse_runs, struct sparse_run);
    if (!run)
        return err_set(err, ERR_LIMIT, "tar: pax: too many sparse runs");
    run->offset = offset;
    return true;
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
            !add_run(ext, offset, err))
            return false;
        LIST_AT(&ext->sparse_runs, struct sparse_run, ext->sparse_runs.count - 1)->length = length;
    }
    return true;
}

// Version 0.0 repeats GNU.sparse.offset and GNU.sparse.numbytes, a pair a run.
static bool read_numbytes(span value, struct tar_extension *ext, struct err *err)
{
    if (ext->sparse_runs.count == 0)
        return err_set(err, ERR_INPUT, "tar: pax: GNU.sparse.numbytes without an offset");
    struct sparse_run *run =
        LIST_AT(&ext->sparse_runs, struct sparse_run, ext->sparse_runs.count - 1);
    return record_number(S("GNU.sparse.numbytes"), value, &run->length, err);
}

static bool read_sparse(span key, span value, struct tar_extension *ext, struct err *err)
{
    uint64_t number = 0;
    if (span_equal(key, S("GNU.sparse.name"))) {
        ext->sparse_name = value;
        return true;
    }
    if (span_equal(key, S("GNU.sparse.map")))
        return read_map(value, ext, err);
    if (span_equal(key, S("GNU.sparse.numbytes")))
        return read_numbytes(value, ext, err);
    if (!record_number(key, value, &number, err))
        return false;
    if (span_equal(key, S("GNU.sparse.offset")))
        return add_run(ext, number, err);
    if (span_equal(key, S("GNU.sparse.major")))
        ext->sparse_major = number;
    if (span_equal(key, S("GNU.sparse.minor")))
        ext->sparse_minor = number;
    if (span_equal(key, S("GNU.sparse.size")) || span_equal(key, S("GNU.sparse.realsize"))) {
        ext->has_real_size = true;
        ext->real_size = number;
    }
    ext->sparse_1_0 = ext->sparse_major == 1 && ext->sparse_minor == 0;
    return true;
}

static bool read_id(span key, span value, bool *has, uint64_t *number, struct err *err)
{
    *has = value.len != 0; // an empty value takes an earlier record back
    return value.len == 0 || record_number(key, value, number, err);
}

static bool read_record(span key, span value, struct tar_extension *ext, struct err *err)
{
    if (span_equal(key, S("path")))
        ext->path = value;
    else if (span_equal(key, S("linkpath")))
        ext->link = value;
    else if (span_equal(key, S("size")))
        return read_id(key, value, &ext->has_size, &ext->size, err);
    else if (span_equal(key, S("uid")))
        return read_id(key, value, &ext->has_uid, &ext->uid, err);
    else if (span_equal(key, S("gid")))
        return read_id(key, value, &ext->has_gid, &ext->gid, err);
    else if (span_equal(key, S("SCHILY.xattr.trusted.overlay.opaque")) ||
             span_equal(key, S("SCHILY.xattr.user.overlay.opaque")))
        ext->opaque = span_equal(value, S("y"));
    else if (span_starts_with(key, S("GNU.sparse.")))
        return read_sparse(key, value, ext, err);
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
