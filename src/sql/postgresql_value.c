// Values on their way to PostgreSQL and back.
#include "sql/postgresql_inner.h"

#include <libpq-fe.h>
#include <limits.h>
#include <stdio.h>

// Types of the server's catalogue, whose numbers are fixed (pg_type.dat).
enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_NAME = 19,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_FLOAT8 = 701,
    TYPE_VARCHAR = 1043,
};

enum { FORMAT_TEXT = 0, FORMAT_BINARY = 1 };

// ---------------------------------------------------------------- to the server

static Oid type_of(enum sql_type type)
{
    switch (type) {
    case SQL_NULL:
        return 0;
    case SQL_INTEGER:
        return TYPE_INT8;
    case SQL_REAL:
        return TYPE_FLOAT8;
    case SQL_TEXT:
        return TYPE_TEXT;
    case SQL_BYTES:
        return TYPE_BYTEA;
    }
    return 0;
}

void postgresql_types(const sql_value *values, size_t count, unsigned *types)
{
    for (size_t i = 0; i < count; i++)
        types[i] = type_of(values[i].type);
}

bool postgresql_parameters(size_t count, struct arena *mem, struct parameters *ret, struct err *err)
{
    assert(count <= INT16_MAX); // what the protocol counts with
    *ret = (struct parameters){
        .count = (int)count,
        .values = arena_array(mem, count, sizeof *ret->values),
        .lengths = arena_array(mem, count, sizeof *ret->lengths),
        .formats = arena_array(mem, count, sizeof *ret->formats),
        .numbers = arena_array(mem, count, sizeof *ret->numbers),
    };
    if (!ret->values || !ret->lengths || !ret->formats || !ret->numbers)
        return arena_err(mem, err, "postgresql: values");
    return true;
}

static bool put_bytes(span bytes, size_t at, struct parameters *parameters, struct err *err)
{
    if (bytes.len > INT_MAX)
        return err_set(err, ERR_LIMIT, "postgresql: a value of more than 2 GiB");
    parameters->values[at] = bytes.len ? (const char *)bytes.ptr : "";
    parameters->lengths[at] = (int)bytes.len;
    parameters->formats[at] = FORMAT_BINARY;
    return true;
}

// 17 digits bring each double back as it was.
static void put_number(const sql_value *value, size_t at, struct parameters *parameters)
{
    struct number *number = &parameters->numbers[at];
    if (value->type == SQL_INTEGER)
        snprintf(number->text, sizeof number->text, "%lld", (long long)value->integer);
    else
        snprintf(number->text, sizeof number->text, "%.17g", value->real);
    parameters->values[at] = number->text;
    parameters->lengths[at] = 0; // ends with its NUL
    parameters->formats[at] = FORMAT_TEXT;
}

bool postgresql_encode(const sql_value *values, struct arena *mem, struct parameters *parameters,
                       struct err *err)
{
    for (size_t i = 0; i < (size_t)parameters->count; i++) {
        span bytes = values[i].bytes;
        switch (values[i].type) {
        case SQL_NULL:
            parameters->values[i] = NULL;
            continue;
        case SQL_INTEGER:
        case SQL_REAL:
            put_number(&values[i], i, parameters);
            continue;
        case SQL_TEXT:
            if (!value_text(bytes, mem, &bytes, err))
                return false;
            break;
        case SQL_BYTES:
            break;
        }
        if (!put_bytes(bytes, i, parameters, err))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- from the server

static double real_of(uint64_t bits)
{
    double real = 0;
    memcpy(&real, &bits, sizeof real);
    return real;
}

bool postgresql_decode(const PGresult *result, int row, int column, sql_value *ret, struct err *err)
{
    if (PQgetisnull(result, row, column)) {
        *ret = sql_null();
        return true;
    }
    span bytes = span_of(PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column));
    reader r = reader_of(bytes);
    switch (PQftype(result, column)) {
    case TYPE_INT8:
        *ret = sql_integer((int64_t)read_u64be(&r));
        return true;
    case TYPE_INT4:
        *ret = sql_integer((int32_t)read_u32be(&r));
        return true;
    case TYPE_INT2:
        *ret = sql_integer((int16_t)read_u16be(&r));
        return true;
    case TYPE_BOOL:
        *ret = sql_integer(read_u8(&r));
        return true;
    case TYPE_FLOAT8:
        *ret = sql_real(real_of(read_u64be(&r)));
        return true;
    case TYPE_TEXT:
    case TYPE_VARCHAR:
    case TYPE_NAME:
        *ret = sql_text(bytes);
        return true;
    case TYPE_BYTEA:
        *ret = sql_bytes(bytes);
        return true;
    default:
        return err_set(err, ERR_USAGE, "postgresql: column %d is of type %u: it wants a cast",
                       column + 1, PQftype(result, column));
    }
}
