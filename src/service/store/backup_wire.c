// The form of a backup.
#include "service/store/backup_inner.h"

#include "crypto/crypto.h"

// The number changes with the form; what is in the tables has its own.
static const span magic = {(const uint8_t *)"PLIMSOLL STORE 1\n", 17};

enum { TAG_TABLE = 'T', TAG_ROW = 'R', TAG_END = 'E' };

// ---------------------------------------------------------------- writing

void backup_put_start(struct text *to, uint32_t version)
{
    text_add(to, magic);
    text_add_u32le(to, version);
}

void backup_put_table(struct text *to, span name, const span *columns, size_t count)
{
    assert(count > 0 && count <= BACKUP_MOST_COLUMNS);
    text_add_u8(to, TAG_TABLE);
    text_add_field(to, name);
    text_add_u8(to, (uint8_t)count);
    for (size_t i = 0; i < count; i++)
        text_add_field(to, columns[i]);
}

static uint64_t bits_of(double real)
{
    uint64_t bits = 0;
    memcpy(&bits, &real, sizeof bits);
    return bits;
}

static void put_value(struct text *to, const sql_value *value)
{
    switch (value->type) {
    case SQL_NULL:
        text_add_u8(to, 'n');
        return;
    case SQL_INTEGER:
        text_add_u8(to, 'i');
        text_add_u64le(to, (uint64_t)value->integer);
        return;
    case SQL_REAL:
        text_add_u8(to, 'r');
        text_add_u64le(to, bits_of(value->real));
        return;
    case SQL_TEXT:
        text_add_u8(to, 't');
        text_add_field(to, value->bytes);
        return;
    case SQL_BYTES:
        text_add_u8(to, 'b');
        text_add_field(to, value->bytes);
        return;
    }
}

void backup_put_row(struct text *to, const sql_value *values, size_t count)
{
    text_add_u8(to, TAG_ROW);
    for (size_t i = 0; i < count; i++)
        put_value(to, &values[i]);
}

void backup_put_end(struct text *to, uint64_t rows)
{
    text_add_u8(to, TAG_END);
    text_add_u64le(to, rows);
}

// ---------------------------------------------------------------- reading

bool backup_check_sum(span file, struct err *err)
{
    if (file.len < BACKUP_SUM)
        return err_set(err, ERR_INPUT, "backup: it is too short to be one");
    digest expected = {.algorithm = DIGEST_SHA256};
    memcpy(expected.bytes, file.ptr + (file.len - BACKUP_SUM), BACKUP_SUM);
    return digest_check(span_first(file, file.len - BACKUP_SUM), expected, err) ||
           err_add(err, "backup");
}

bool backup_open(span file, struct backup *ret, struct err *err)
{
    reader r = reader_of(file);
    span start = read_bytes(&r, magic.len);
    uint32_t version = read_u32le(&r);
    if (!span_equal(start, magic))
        return err_set(err, ERR_INPUT, "backup: it does not begin as one");
    if (!read_ok(&r) || version == 0)
        return err_set(err, ERR_INPUT, "backup: it has no version");
    *ret = (struct backup){.rest = r, .version = version};
    return true;
}

static double real_of(uint64_t bits)
{
    double real = 0;
    memcpy(&real, &bits, sizeof real);
    return real;
}

static bool read_value(reader *r, sql_value *ret)
{
    switch (read_u8(r)) {
    case 'n':
        *ret = sql_null();
        return true;
    case 'i':
        *ret = sql_integer((int64_t)read_u64le(r));
        return true;
    case 'r':
        *ret = sql_real(real_of(read_u64le(r)));
        return true;
    case 't':
        *ret = sql_text(read_field(r));
        return true;
    case 'b':
        *ret = sql_bytes(read_field(r));
        return true;
    default:
        return false;
    }
}

static bool read_table(struct backup *backup, struct backup_item *ret)
{
    reader *r = &backup->rest;
    ret->kind = BACKUP_TABLE;
    ret->table = read_field(r);
    ret->count = read_u8(r);
    if (ret->count == 0 || ret->count > BACKUP_MOST_COLUMNS)
        return false;
    for (size_t i = 0; i < ret->count; i++)
        ret->columns[i] = read_field(r);
    backup->columns = ret->count;
    return read_ok(r);
}

static bool read_row(struct backup *backup, struct backup_item *ret)
{
    ret->kind = BACKUP_ROW;
    ret->count = backup->columns;
    for (size_t i = 0; i < ret->count; i++)
        if (!read_value(&backup->rest, &ret->values[i]))
            return false;
    backup->rows++;
    return ret->count > 0 && read_ok(&backup->rest);
}

static bool read_last(struct backup *backup, struct backup_item *ret)
{
    ret->kind = BACKUP_END;
    uint64_t rows = read_u64le(&backup->rest);
    return read_end(&backup->rest) && rows == backup->rows;
}

static bool read_item(struct backup *backup, struct backup_item *ret)
{
    switch (read_u8(&backup->rest)) {
    case TAG_TABLE:
        return read_table(backup, ret);
    case TAG_ROW:
        return read_row(backup, ret);
    case TAG_END:
        return read_last(backup, ret);
    default:
        return false;
    }
}

bool backup_next(struct backup *backup, struct backup_item *ret, struct err *err)
{
    return read_item(backup, ret) || err_set(err, ERR_INPUT, "backup: row %llu is damaged",
                                             (unsigned long long)backup->rows + 1);
}
