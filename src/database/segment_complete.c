// What a segment says, and the tables that lead to it: the latter are made from the former, when it
// is compiled as when it comes as a delta.
#include "database/database_inner.h"

struct completion {
    const span *core;
    struct arena *mem;
    struct text tables[SECTION_COUNT - CORE_SECTIONS];
};

static struct text *table_of(struct completion *completion, enum section section)
{
    return &completion->tables[section - CORE_SECTIONS];
}

static bool damaged(struct err *err, const char *place)
{
    return err_set(err, ERR_INPUT, "segment: damaged %s", place);
}

// ---------------------------------------------------------------- words

static bool index_words(struct completion *completion, struct err *err)
{
    span words = completion->core[SECTION_WORDS];
    reader in = reader_of(words);
    while (in.rest.len) {
        size_t offset = words.len - in.rest.len;
        text_add_u32le(table_of(completion, SECTION_WORD_INDEX), (uint32_t)offset);
        (void)get_string(&in);
    }
    return read_ok(&in) || damaged(err, "word");
}

// ---------------------------------------------------------------- heads

enum { ID_SEED = KEY_KINDS, REFERENCE_BITS = 8 * REFERENCE_SIZE };

// The reference is the hash of the id, or the next number that is free: so a claim names an
// advisory in the same way whatever other ones there are. The table spreads numbers by their high
// bits.
uint32_t slot_table_add_id(struct slot_table *table, span id, uint32_t offset)
{
    const uint32_t most = (1u << REFERENCE_BITS) - 1;
    uint32_t reference = (uint32_t)(span_hash(id, ID_SEED) >> (64 - REFERENCE_BITS));
    while (!slot_table_add(table, reference << (32 - REFERENCE_BITS), offset, true))
        reference = (reference + 1) & most;
    return reference;
}

static span skip_head(reader *in)
{
    span id = get_string(in);
    (void)get_string(in);
    return id;
}

static bool index_heads(struct completion *completion, struct err *err)
{
    span heads = completion->core[SECTION_HEADS];
    size_t count = 0;
    reader in = reader_of(heads);
    for (; in.rest.len; count++)
        (void)skip_head(&in);
    if (!read_ok(&in))
        return damaged(err, "advisory");
    if (count > MOST_HEADS)
        return err_set(err, ERR_LIMIT, "segment: more than %d advisories", MOST_HEADS);
    struct slot_table table = {0};
    if (!slot_table_init(&table, count, completion->mem))
        return arena_err(completion->mem, err, "database");
    in = reader_of(heads);
    while (in.rest.len) {
        size_t offset = heads.len - in.rest.len;
        (void)slot_table_add_id(&table, skip_head(&in), (uint32_t)offset);
    }
    slot_table_put(table_of(completion, SECTION_HEAD_SLOTS), &table);
    return true;
}

// ---------------------------------------------------------------- records

static bool index_records(struct completion *completion, struct err *err)
{
    span records = completion->core[SECTION_RECORDS];
    size_t count = 0;
    struct record record = {0};
    reader in = reader_of(records);
    for (; in.rest.len; count++)
        record = get_record(&in);
    if (!read_ok(&in))
        return damaged(err, "record");
    struct slot_table table = {0};
    if (!slot_table_init(&table, count, completion->mem))
        return arena_err(completion->mem, err, "database");
    in = reader_of(records);
    while (in.rest.len) {
        size_t offset = records.len - in.rest.len;
        record = get_record(&in);
        uint32_t hash = key_hash(name_hash(record.kind, record.name), record.word);
        (void)slot_table_add(&table, hash, (uint32_t)offset, false); // false only when `once`
    }
    slot_table_put(table_of(completion, SECTION_RECORD_SLOTS), &table);
    return true;
}

// ---------------------------------------------------------------- the segment

static bool join(struct completion *completion, span *ret)
{
    span sections[SECTION_COUNT];
    struct text segment = {0};
    size_t size = SEGMENT_HEADER_SIZE;
    text_init(&segment, completion->mem, UINT32_MAX);
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        struct text *table = i < CORE_SECTIONS ? NULL : table_of(completion, (enum section)i);
        if (table && !text_ok(table))
            return false;
        sections[i] = table ? text_span(table) : completion->core[i];
        size += sections[i].len;
    }
    text_reserve(&segment, size);
    for (size_t i = 0; i < SECTION_COUNT; i++)
        text_add_u32le(&segment, (uint32_t)sections[i].len);
    for (size_t i = 0; i < SECTION_COUNT; i++)
        text_add(&segment, sections[i]);
    *ret = text_span(&segment);
    return text_ok(&segment);
}

bool segment_complete(const span core[CORE_SECTIONS], struct arena *mem, span *ret, struct err *err)
{
    struct completion completion = {.core = core, .mem = mem};
    for (size_t i = 0; i < SECTION_COUNT - CORE_SECTIONS; i++)
        text_init(&completion.tables[i], mem, UINT32_MAX);
    if (!index_words(&completion, err) || !index_heads(&completion, err) ||
        !index_records(&completion, err))
        return false;
    return join(&completion, ret) || arena_err(mem, err, "database");
}

// ---------------------------------------------------------------- cores

bool database_segment_core(const struct database *database, size_t index, struct arena *mem,
                           span *ret, struct err *err)
{
    assert(index < database->segment_count);
    const struct segment *segment = &database->segments[index];
    struct text core = {0};
    text_init(&core, mem, SIZE_MAX);
    text_reserve(&core, segment->bytes.len);
    for (size_t i = 0; i < CORE_SECTIONS; i++)
        text_add_u32le(&core, (uint32_t)segment->sections[i].len);
    for (size_t i = 0; i < CORE_SECTIONS; i++)
        text_add(&core, segment->sections[i]);
    *ret = text_span(&core);
    return text_ok(&core) || arena_err(mem, err, "database");
}

bool database_segment_of_core(span core, struct arena *mem, span *ret, struct err *err)
{
    span sections[CORE_SECTIONS];
    reader header = reader_of(span_first(core, 4 * CORE_SECTIONS));
    reader rest = reader_of(span_from(core, 4 * CORE_SECTIONS));
    for (size_t i = 0; i < CORE_SECTIONS; i++)
        sections[i] = read_bytes(&rest, read_u32le(&header));
    if (!read_end(&header) || !read_end(&rest))
        return damaged(err, "sizes");
    return segment_complete(sections, mem, ret, err);
}
