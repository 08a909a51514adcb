#include "rpmdb/rpmdb.h"

enum {
    ENTRY_BYTES = 16,
    MOST_ENTRIES = 0xffff,  // rpm's HEADER_TAGS_MAX
    MOST_DATA = 0x0fffffff, // rpm's HEADER_DATA_MAX
    FIRST_REAL_TAG = 100,   // below lie the marks of regions, which hold no value
};

enum value_type {
    TYPE_NULL,
    TYPE_CHAR,
    TYPE_INT8,
    TYPE_INT16,
    TYPE_INT32,
    TYPE_INT64,
    TYPE_STRING,
    TYPE_BIN,
    TYPE_STRING_ARRAY,
    TYPE_I18N_STRING,
};

struct entry {
    uint32_t type;
    span data; // from the value to the end of the data
    uint32_t count;
};

bool rpm_header_open(span bytes, struct rpm_header *ret, struct err *err)
{
    reader r = reader_of(bytes);
    uint32_t entries = read_u32be(&r);
    uint32_t data = read_u32be(&r);
    if (!read_ok(&r))
        return err_set(err, ERR_INPUT, "rpm header: shorter than its lengths");
    if (entries == 0 || entries > MOST_ENTRIES || data > MOST_DATA)
        return err_set(err, ERR_INPUT, "rpm header: %u entries, %u bytes of data", entries, data);
    struct rpm_header header = {.index = read_bytes(&r, (uint64_t)entries * ENTRY_BYTES)};
    header.data = read_bytes(&r, data);
    if (!read_ok(&r))
        return err_set(err, ERR_INPUT, "rpm header: %u entries and %u bytes of data in %zu bytes",
                       entries, data, bytes.len);
    *ret = header;
    return true;
}

static struct entry entry_at(const struct rpm_header *header, size_t number)
{
    reader r = reader_of(span_slice(header->index, number * ENTRY_BYTES, ENTRY_BYTES));
    read_skip(&r, 4); // the tag
    struct entry entry = {.type = read_u32be(&r)};
    uint32_t offset = read_u32be(&r);
    entry.count = read_u32be(&r);
    entry.data = span_from(header->data, offset);
    return entry;
}

// Only the tag: a search looks at every entry, and this is where a scan spends its time.
static uint32_t tag_at(const struct rpm_header *header, size_t number)
{
    const uint8_t *index = header->index.ptr;
    uint32_t tag = 0;
    for (size_t i = number * ENTRY_BYTES; i < number * ENTRY_BYTES + 4; i++)
        tag = tag << 8 | index[i];
    return tag;
}

// From the end, because what rpm adds at installation stands behind the signed region and
// replaces what the region says.
static bool find_entry(const struct rpm_header *header, uint32_t tag, struct entry *ret)
{
    if (tag < FIRST_REAL_TAG)
        return false;
    for (size_t i = header->index.len / ENTRY_BYTES; i > 0; i--) {
        if (tag_at(header, i - 1) != tag)
            continue;
        *ret = entry_at(header, i - 1);
        return true;
    }
    return false;
}

struct rpm_texts rpm_header_texts(const struct rpm_header *header, uint32_t tag)
{
    struct entry entry = {0};
    if (!find_entry(header, tag, &entry))
        return (struct rpm_texts){0};
    if (entry.type == TYPE_STRING)
        return (struct rpm_texts){.rest = entry.data, .left = 1};
    if (entry.type == TYPE_STRING_ARRAY || entry.type == TYPE_I18N_STRING)
        return (struct rpm_texts){.rest = entry.data, .left = entry.count};
    return (struct rpm_texts){0};
}

bool rpm_texts_next(struct rpm_texts *texts, span *ret)
{
    if (texts->left == 0)
        return false;
    size_t end = span_find(texts->rest, 0);
    if (end == SPAN_NONE) {
        texts->left = 0;
        return false;
    }
    texts->left--;
    *ret = span_first(texts->rest, end);
    texts->rest = span_from(texts->rest, end + 1);
    return true;
}

span rpm_header_text(const struct rpm_header *header, uint32_t tag)
{
    struct rpm_texts texts = rpm_header_texts(header, tag);
    span text = {0};
    (void)rpm_texts_next(&texts, &text); // none: empty
    return text;
}

// Bytes of one number of a type; 0 for a type that is no number.
static size_t number_size(uint32_t type)
{
    switch (type) {
    case TYPE_CHAR:
    case TYPE_INT8:
        return 1;
    case TYPE_INT16:
        return 2;
    case TYPE_INT32:
        return 4;
    case TYPE_INT64:
        return 8;
    default:
        return 0;
    }
}

struct rpm_numbers rpm_header_numbers(const struct rpm_header *header, uint32_t tag)
{
    struct entry entry = {0};
    if (!find_entry(header, tag, &entry))
        return (struct rpm_numbers){0};
    size_t size = number_size(entry.type);
    uint64_t bytes = (uint64_t)entry.count * size;
    if (size == 0 || bytes > entry.data.len)
        return (struct rpm_numbers){0};
    return (struct rpm_numbers){.rest = span_first(entry.data, (size_t)bytes), .size = size};
}

bool rpm_numbers_next(struct rpm_numbers *numbers, uint64_t *ret)
{
    if (numbers->rest.len == 0)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < numbers->size; i++)
        value = value << 8 | numbers->rest.ptr[i];
    numbers->rest = span_from(numbers->rest, numbers->size);
    *ret = value;
    return true;
}

bool rpm_header_number(const struct rpm_header *header, uint32_t tag, uint64_t *ret)
{
    struct rpm_numbers numbers = rpm_header_numbers(header, tag);
    return rpm_numbers_next(&numbers, ret);
}
