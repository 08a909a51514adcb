#include "base/base.h"

#define KIB (UINT64_C(1) << 10)
#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

// Small multiples of a limit are computed without a check.
#define MOST_VALUE (UINT64_C(1) << 56)

struct field {
    const char *name;
    size_t offset;
    uint64_t standard;
};

#define FIELD(name, standard)                          \
    {                                                  \
#name, offsetof(struct limits, name), standard \
    }

static const struct field fields[] = {
    FIELD(layers, 512),
    FIELD(layer_bytes, 256 * GIB),
    FIELD(layer_entries, 20000000),
    FIELD(expansion_ratio, 1100),
    FIELD(expansion_floor, 64 * MIB),
    FIELD(file_bytes, 512 * MIB),
    FIELD(kept_bytes, 1 * GIB),
    FIELD(kept_entries, 250000),
    FIELD(roster_entries, 1000000),
    FIELD(cover_entries, 8000000),
    FIELD(path_bytes, 8 * KIB),
    FIELD(header_bytes, 1 * MIB),
    FIELD(document_bytes, 8 * MIB),
    FIELD(index_entries, 65536),
    FIELD(archive_entries, 1 << 19),
    FIELD(archive_bytes, 4 * GIB),
    FIELD(depth, 32),
    FIELD(packages, 200000),
    FIELD(field_bytes, 64 * KIB),
    FIELD(notes, 1000),
    FIELD(memory_bytes, 4 * GIB),
    FIELD(seconds, 3600),
    FIELD(spool_bytes, 256 * GIB),
    FIELD(feed_bytes, 64 * MIB),
    FIELD(cache_bytes, 2 * GIB),
    FIELD(build_bytes, 256 * MIB),
};

static uint64_t *field_of(struct limits *limits, const struct field *field)
{
    return (uint64_t *)(void *)((uint8_t *)limits + field->offset);
}

struct limits limits_default(void)
{
    struct limits limits = {0};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        *field_of(&limits, &fields[i]) = fields[i].standard;
    return limits;
}

static uint64_t unit_of(uint8_t letter)
{
    switch (letter) {
    case 'K':
        return KIB;
    case 'M':
        return MIB;
    case 'G':
        return GIB;
    default:
        return 1;
    }
}

bool limits_parse_value(span value, uint64_t *ret)
{
    uint64_t unit = value.len ? unit_of(value.ptr[value.len - 1]) : 1;
    uint64_t number = 0;
    if (!span_to_u64(unit > 1 ? span_first(value, value.len - 1) : value, &number) ||
        __builtin_mul_overflow(number, unit, &number) || number > MOST_VALUE)
        return false;
    *ret = number;
    return true;
}

bool limits_set(struct limits *limits, span name, span value, struct err *err)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!span_equal(name, span_of_text(fields[i].name)))
            continue;
        if (!limits_parse_value(value, field_of(limits, &fields[i])))
            return err_set(err, ERR_USAGE,
                           "limit %s: '%s' is not a number up to 2^56 (K, M, G allowed)",
                           fields[i].name, quote(value).text);
        return true;
    }
    return err_set(err, ERR_USAGE, "there is no limit called '%s'", quote(name).text);
}

bool limits_field(const struct limits *limits, size_t index, const char **ret_name,
                  uint64_t *ret_value)
{
    if (index >= sizeof fields / sizeof *fields)
        return false;
    struct limits copy = *limits;
    *ret_name = fields[index].name;
    *ret_value = *field_of(&copy, &fields[index]);
    return true;
}
