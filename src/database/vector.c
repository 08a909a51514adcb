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
enum { FORM_COUNT = sizeof forms / sizeof forms[0], VECTOR_MOST = 80 };

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

static bool vector_of(const struct vector_form *form, uint64_t number, struct text *out)
{
    size_t values[sizeof metrics_4 / sizeof metrics_4[0]] = {0};
    for (size_t i = form->count; i-- > 0; number /= form->metrics[i].values.len)
        values[i] = (size_t)(number % form->metrics[i].values.len);
    text_add(out, form->prefix);
    for (size_t i = 0; i < form->count; i++) {
        if (i)
            text_add_byte(out, '/');
        text_add(out, form->metrics[i].name);
        text_add_byte(out, ':');
        text_add_byte(out, form->metrics[i].values.ptr[values[i]]);
    }
    return number == 0;
}

bool get_vector(reader *in, struct arena *mem, span *ret, struct err *err)
{
    uint8_t form = read_u8(in);
    if (form == 0) {
        *ret = get_string(in);
        return true;
    }
    uint64_t number = get_varint(in);
    struct text text = {0};
    text_init(&text, mem, VECTOR_MOST);
    if (form >= FORM_COUNT || !vector_of(&forms[form], number, &text))
        reader_poison(in);
    *ret = text_span(&text);
    return text_ok(&text) || arena_err(mem, err, "database");
}
