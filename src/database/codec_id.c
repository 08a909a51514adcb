// Names of flaws. Most are CVE-YYYY-NNNN, and there are millions of them: those are packed.
#include "database/database_inner.h"

// The first byte of a packed name, which none that people use has.
enum {
    PACKED_CVE = 1,  // year since FIRST_YEAR, u24be number: they sort by value
    PACKED_FULL = 2, // the name itself: it begins with a control byte
    LAST_CONTROL = 0x1f,

    FIRST_YEAR = 1990,
    LAST_YEAR = FIRST_YEAR + UINT8_MAX,
    LEAST_DIGITS = 4,
    LAST_NUMBER = (1 << 24) - 1,
    PACKED_SIZE = 5,
};

struct cve {
    uint64_t year;
    uint64_t number;
};

// Only what comes back as it was: four digits at least, and no zeros before more than four.
static bool parse_cve(span id, struct cve *ret)
{
    if (!span_starts_with(id, S("CVE-")))
        return false;
    span number = span_from(id, 4);
    span year = span_cut(&number, '-');
    bool padded = number.len && number.ptr[0] == '0';
    return year.len == 4 && span_to_u64(year, &ret->year) && ret->year >= FIRST_YEAR &&
           ret->year <= LAST_YEAR && number.len >= LEAST_DIGITS &&
           !(padded && number.len > LEAST_DIGITS) && span_to_u64(number, &ret->number) &&
           ret->number <= LAST_NUMBER;
}

static bool pack_cve(const struct cve *cve, struct arena *mem, span *ret)
{
    const uint8_t packed[PACKED_SIZE] = {
        PACKED_CVE,
        (uint8_t)(cve->year - FIRST_YEAR),
        (uint8_t)(cve->number >> 16),
        (uint8_t)(cve->number >> 8),
        (uint8_t)cve->number,
    };
    return arena_span(mem, span_of(packed, sizeof packed), ret);
}

bool id_pack(span id, struct arena *mem, span *ret)
{
    struct cve cve = {0};
    if (parse_cve(id, &cve))
        return pack_cve(&cve, mem, ret);
    *ret = id;
    if (id.len == 0 || id.ptr[0] > LAST_CONTROL)
        return true;
    struct text full = {0};
    text_init(&full, mem, id.len + 1);
    text_add_byte(&full, PACKED_FULL);
    text_add(&full, id);
    *ret = text_span(&full);
    return text_ok(&full);
}

// The last `count` digits of a value.
static void put_digits(uint8_t *to, size_t count, unsigned value)
{
    while (count-- > 0) {
        to[count] = (uint8_t)('0' + value % 10);
        value /= 10;
    }
}

static size_t count_digits(unsigned value)
{
    size_t count = LEAST_DIGITS;
    for (unsigned power = 10000; value >= power; power *= 10)
        count++;
    return count;
}

static bool unpack_cve(span packed, struct arena *mem, span *ret)
{
    uint8_t id[] = "CVE-YYYY-NNNNNNNN";
    enum { YEAR = 4, NUMBER = 9 };
    unsigned number = (unsigned)packed.ptr[2] << 16 | (unsigned)packed.ptr[3] << 8 | packed.ptr[4];
    size_t digits = count_digits(number);
    put_digits(id + YEAR, 4, FIRST_YEAR + packed.ptr[1]);
    put_digits(id + NUMBER, digits, number);
    return arena_span(mem, span_of(id, NUMBER + digits), ret);
}

bool id_unpack(span packed, struct arena *mem, span *ret)
{
    *ret = packed;
    if (packed.len == 0 || packed.ptr[0] > LAST_CONTROL)
        return true;
    if (packed.ptr[0] == PACKED_CVE && packed.len == PACKED_SIZE)
        return unpack_cve(packed, mem, ret);
    *ret = span_from(packed, 1);
    return true;
}
