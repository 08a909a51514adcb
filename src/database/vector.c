// CVSS vectors of base metrics as numbers: there are many vectors and few metrics.
#include "database/database_inner.h"

struct metric {
    span name;
    span values; // a letter each
};

struct vector_form {
    span prefix;
    const struct metric *metrics;
    size_t count;
};

static const struct metric metrics_2[] = {
    {S("AV"), S("LAN")}, {S("AC"), S("HML")}, {S("Au"), S("MSN")},
    {S("C"), S("NPC")},  {S("I"), S("NPC")},  {S("A"), S("NPC")},
};
static const struct metric metrics_3[] = {
    {S("AV"), S("NALP")}, {S("AC"), S("LH")}, {S("PR"), S("NLH")}, {S("UI"), S("NR")},
    {S("S"), S("UC")},    {S("C"), S("NLH")}, {S("I"), S("NLH")},  {S("A"), S("NLH")},
};
static const struct metric metrics_4[] = {
    {S("AV"), S("NALP")}, {S("AC"), S("LH")},  {S("AT"), S("NP")},  {S("PR"), S("NLH")},
    {S("UI"), S("NPA")},  {S("VC"), S("NLH")}, {S("VI"), S("NLH")}, {S("VA"), S("NLH")},
    {S("SC"), S("NLH")},  {S("SI"), S("NLH")}, {S("SA"), S("NLH")},
};
#define METRICS(table) (table), sizeof(table) / sizeof *(table)

// By the first byte of the record, where 0 is a vector in full.
static const struct vector_form forms[] = {
    {S(""), NULL, 0},
    {S(""), METRICS(metrics_2)},
    {S("CVSS:3.0/"), METRICS(metrics_3)},
    {S("CVSS:3.1/"), METRICS(metrics_3)},
    {S("CVSS:4.0/"), METRICS(metrics_4)},
};
enum {
    FORM_COUNT = sizeof forms / sizeof forms[0],
    METRICS_MOST = sizeof metrics_4 / sizeof metrics_4[0],
    VECTOR_MOST = 80, // bytes: a prefix of 9, and at most 5 for each metric
};

// ---------------------------------------------------------------- to numbers

static bool take_metric(span *rest, const struct metric *metric, uint64_t *number)
{
    span value = span_cut(rest, '/');
    span name = span_cut(&value, ':');
    size_t at = value.len == 1 ? span_find(metric->values, value.ptr[0]) : SPAN_NONE;
    if (!span_equal(name, metric->name) || at == SPAN_NONE)
        return false;
    *number = *number * metric->values.len + at;
    return true;
}

// Exactly the base metrics in their order: whatever else there is must come back as it was.
static bool number_of(const struct vector_form *form, span vector, uint64_t *ret)
{
    if (form->count == 0 || !span_starts_with(vector, form->prefix) ||
        span_ends_with(vector, S("/")))
        return false;
    span rest = span_from(vector, form->prefix.len);
    uint64_t number = 0;
    for (size_t i = 0; i < form->count; i++)
        if (!take_metric(&rest, &form->metrics[i], &number))
            return false;
    *ret = number;
    return rest.len == 0;
}

void put_vector(struct text *out, span vector)
{
    uint64_t number = 0;
    for (uint8_t i = 1; i < FORM_COUNT; i++) {
        if (number_of(&forms[i], vector, &number)) {
            text_add_byte(out, i);
            put_varint(out, number);
            return;
        }
    }
    text_add_byte(out, 0);
    put_string(out, vector);
}

// ---------------------------------------------------------------- from numbers

static uint8_t *add_bytes(uint8_t *to, span bytes)
{
    for (size_t i = 0; i < bytes.len; i++) // a few, for which memcpy is not worth its call
        *to++ = bytes.ptr[i];
    return to;
}

// Writes the vector into `to`, where there is room for VECTOR_MOST bytes; returns its end.
static uint8_t *write_vector(uint8_t *to, const struct vector_form *form, const uint8_t *values)
{
    to = add_bytes(to, form->prefix);
    for (size_t i = 0; i < form->count; i++) {
        if (i)
            *to++ = '/';
        to = add_bytes(to, form->metrics[i].name);
        *to++ = ':';
        *to++ = values[i];
    }
    return to;
}

// The letters of all metrics; false: the number is none of a vector.
static bool values_of(const struct vector_form *form, uint64_t number, uint8_t *ret)
{
    for (size_t i = form->count; i-- > 0; number /= form->metrics[i].values.len)
        ret[i] = form->metrics[i].values.ptr[number % form->metrics[i].values.len];
    return number == 0;
}

bool get_vector(reader *in, struct arena *mem, span *ret, struct err *err)
{
    uint8_t form = read_u8(in);
    if (form == 0) {
        *ret = get_string(in);
        return true;
    }
    uint8_t values[METRICS_MOST] = {0};
    uint8_t vector[VECTOR_MOST] = {0};
    uint64_t number = get_varint(in);
    if (form >= FORM_COUNT || !values_of(&forms[form], number, values)) {
        reader_poison(in);
        return true;
    }
    const uint8_t *end = write_vector(vector, &forms[form], values);
    return arena_span(mem, span_of(vector, (size_t)(end - vector)), ret) ||
           arena_err(mem, err, "database");
}
