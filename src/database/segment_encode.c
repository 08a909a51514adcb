#include "database/database_inner.h"

// ---------------------------------------------------------------- orders

static span bytes_of(const void *item)
{
    return (*(struct interned *const *)item)->bytes;
}

static int compare_bytes(const void *a, const void *b)
{
    return span_compare(bytes_of(a), bytes_of(b));
}

static int compare_heads(const void *a, const void *b)
{
    reader in_a = reader_of(bytes_of(a));
    reader in_b = reader_of(bytes_of(b));
    int order = span_compare(get_string(&in_a), get_string(&in_b));
    return order ? order : compare_bytes(a, b);
}

static int compare_keys(const void *a, const void *b)
{
    reader in_a = reader_of(bytes_of(a));
    reader in_b = reader_of(bytes_of(b));
    struct key key_a = get_key(&in_a, NULL);
    struct key key_b = get_key(&in_b, NULL);
    if (key_a.kind != key_b.kind)
        return key_a.kind < key_b.kind ? -1 : 1;
    int order = span_compare(key_a.ecosystem, key_b.ecosystem);
    return order ? order : span_compare(key_a.name, key_b.name);
}

// ---------------------------------------------------------------- the work

struct ranked_row {
    uint32_t value;
    uint32_t head;
};

// Rows of one key that say the same: a claim.
struct group {
    size_t start;
    size_t count;
    struct claim_rank rank;
};

// What encoding one segment needs at hand. Everything is in `mem`.
struct encoder {
    struct draft *draft;
    struct arena *mem;
    struct interned **words;
    struct interned **heads;
    struct interned **keys;
    struct interned **values;
    uint32_t *references; // of the heads
    struct text sections[CORE_SECTIONS];
    struct interner bodies; // value: offset of the first record that has it
    struct list rows;       // of struct ranked_row: those of one key
    struct list groups;     // of struct group: the same
    struct text claims;     // a part of the body
    struct text body;
    uint64_t counts[KEY_KINDS]; // rows of each kind
    uint64_t packages;
};

static bool init(struct encoder *encoder, struct draft *draft, struct arena *mem)
{
    *encoder = (struct encoder){.draft = draft, .mem = mem};
    for (size_t i = 0; i < CORE_SECTIONS; i++)
        text_init(&encoder->sections[i], mem, UINT32_MAX);
    interner_init(&encoder->bodies, mem);
    list_init(&encoder->rows, mem, sizeof(struct ranked_row), UINT32_MAX);
    list_init(&encoder->groups, mem, sizeof(struct group), UINT32_MAX);
    text_init(&encoder->claims, mem, UINT32_MAX);
    text_init(&encoder->body, mem, UINT32_MAX);
    return interner_rank(&draft->words, compare_bytes, mem, &encoder->words) &&
           interner_rank(&draft->heads, compare_heads, mem, &encoder->heads) &&
           interner_rank(&draft->keys, compare_keys, mem, &encoder->keys) &&
           interner_rank(&draft->values, compare_bytes, mem, &encoder->values);
}

static void encode_words(struct encoder *encoder)
{
    for (size_t i = 0; i < encoder->draft->words.items.count; i++)
        put_string(&encoder->sections[SECTION_WORDS], encoder->words[i]->bytes);
}

// The references are those that segment_complete will find.
static bool encode_heads(struct encoder *encoder)
{
    size_t count = encoder->draft->heads.items.count;
    struct slot_table table = {0};
    encoder->references = arena_array(encoder->mem, count, sizeof *encoder->references);
    if (!encoder->references || !slot_table_init(&table, count, encoder->mem))
        return false;
    for (size_t i = 0; i < count; i++) {
        reader in = reader_of(encoder->heads[i]->bytes);
        encoder->references[i] = slot_table_add_id(&table, get_string(&in), 0);
        text_add(&encoder->sections[SECTION_HEADS], encoder->heads[i]->bytes);
    }
    return true;
}

// ---------------------------------------------------------------- claims

static int compare_rows(const void *a, const void *b)
{
    const struct ranked_row *row_a = a;
    const struct ranked_row *row_b = b;
    if (row_a->value != row_b->value)
        return row_a->value < row_b->value ? -1 : 1;
    return (row_a->head > row_b->head) - (row_a->head < row_b->head);
}

static size_t drop_equal_rows(struct ranked_row *rows, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || compare_rows(&rows[i], &rows[kept - 1]) != 0)
            rows[kept++] = rows[i];
    return kept;
}

// The rows of a key, each once, sorted by what is said and then by who says it.
static bool gather_rows(struct encoder *encoder, const struct interned *key)
{
    const struct draft *draft = encoder->draft;
    encoder->rows.count = 0;
    for (uint32_t at = key->value; at;) {
        const struct row *row = draft_row(draft, at - 1);
        struct ranked_row *ranked = LIST_ADD(&encoder->rows, struct ranked_row);
        if (!ranked)
            return false;
        ranked->value = interner_at(&draft->values, row->value)->rank;
        ranked->head = draft->heads.items.count ? interner_at(&draft->heads, row->head)->rank : 0;
        at = row->next;
    }
    sort_items(encoder->rows.items, encoder->rows.count, sizeof(struct ranked_row), compare_rows);
    encoder->rows.count = drop_equal_rows(encoder->rows.items, encoder->rows.count);
    return true;
}

static const struct ranked_row *row_at(const struct encoder *encoder, size_t index)
{
    return LIST_AT(&encoder->rows, struct ranked_row, index);
}

static struct claim claim_of(const struct encoder *encoder, const struct group *group)
{
    struct claim_reader in = {
        .from = reader_of(encoder->values[row_at(encoder, group->start)->value]->bytes),
    };
    return get_affected(&in);
}

static size_t run_length(const struct encoder *encoder, size_t start)
{
    size_t end = start;
    while (end < encoder->rows.count &&
           row_at(encoder, end)->value == row_at(encoder, start)->value)
        end++;
    return end - start;
}

static int compare_groups(const void *a, const void *b)
{
    const struct group *group_a = a;
    const struct group *group_b = b;
    int order = claim_rank_compare(&group_a->rank, &group_b->rank);
    return order ? order : (group_a->start > group_b->start) - (group_a->start < group_b->start);
}

static bool gather_groups(struct encoder *encoder)
{
    encoder->groups.count = 0;
    for (size_t i = 0; i < encoder->rows.count;) {
        struct group *group = LIST_ADD(&encoder->groups, struct group);
        if (!group)
            return false;
        *group = (struct group){.start = i, .count = run_length(encoder, i)};
        struct claim claim = claim_of(encoder, group);
        group->rank = claim_rank(&claim);
        i += group->count;
    }
    sort_items(encoder->groups.items, encoder->groups.count, sizeof(struct group), compare_groups);
    return true;
}

static void encode_group(struct encoder *encoder, struct claim_writer *out,
                         const struct group *group)
{
    struct claim claim = claim_of(encoder, group);
    put_affected(out, &claim.affected, &claim.keys);
    put_varint(out->to, group->count);
    for (size_t i = 0; i < group->count; i++) {
        uint32_t head = row_at(encoder, group->start + i)->head;
        put_reference(out->to, encoder->references[head]);
    }
}

static bool encode_claims(struct encoder *encoder)
{
    if (!gather_groups(encoder))
        return false;
    struct claim_writer out = {.to = &encoder->claims, .words = &encoder->draft->words};
    encoder->claims.len = 0;
    for (size_t i = 0; i < encoder->groups.count; i++)
        encode_group(encoder, &out, LIST_AT(&encoder->groups, struct group, i));
    put_varint(&encoder->body, encoder->groups.count);
    put_varint(&encoder->body, out.room);
    text_add(&encoder->body, text_span(&encoder->claims));
    return text_ok(&encoder->claims);
}

// ---------------------------------------------------------------- records

// What holds no words is in the file as it is in the builder.
static void encode_plain(struct encoder *encoder)
{
    put_varint(&encoder->body, encoder->rows.count);
    for (size_t i = 0; i < encoder->rows.count; i++)
        text_add(&encoder->body, encoder->values[row_at(encoder, i)->value]->bytes);
}

static bool encode_body(struct encoder *encoder, const struct key *key)
{
    encoder->body.len = 0;
    if (key->kind == KEY_PACKAGE && !encode_claims(encoder))
        return false;
    if (key->kind != KEY_PACKAGE)
        encode_plain(encoder);
    return text_ok(&encoder->body);
}

// Many packages share a body (all binary packages of one source): it is stored once, with the first
// of them, and the others say how far back that is.
static bool encode_record(struct encoder *encoder, const struct key *key)
{
    struct text *records = &encoder->sections[SECTION_RECORDS];
    uint32_t offset = (uint32_t)records->len;
    size_t known = encoder->bodies.items.count;
    uint32_t number = 0;
    if (!interner_add(&encoder->bodies, text_span(&encoder->body), &number))
        return false;
    struct interned *body = interner_at(&encoder->bodies, number);
    put_key(records, &encoder->draft->words, key);
    if (number == known) {
        body->value = offset;
        put_varint(records, 0);
        put_string(records, body->bytes);
        return true;
    }
    put_varint(records, offset - body->value);
    return true;
}

static bool encode_records(struct encoder *encoder)
{
    for (size_t i = 0; i < encoder->draft->keys.items.count; i++) {
        reader in = reader_of(encoder->keys[i]->bytes);
        struct key key = get_key(&in, NULL);
        if (!gather_rows(encoder, encoder->keys[i]) || !encode_body(encoder, &key) ||
            !encode_record(encoder, &key))
            return false;
        encoder->counts[key.kind] += encoder->rows.count;
        encoder->packages += key.kind == KEY_PACKAGE;
    }
    return true;
}

// ---------------------------------------------------------------- the segment

static void encode_info(struct encoder *encoder)
{
    struct text *info = &encoder->sections[SECTION_INFO];
    put_string(info, encoder->draft->name);
    put_string(info, encoder->draft->licence);
    put_varint(info, encoder->draft->day);
    put_varint(info, encoder->draft->heads.items.count);
    put_varint(info, encoder->packages);
    for (size_t i = 0; i < KEY_KINDS; i++)
        put_varint(info, encoder->counts[i]);
}

bool segment_encode(struct draft *draft, struct arena *mem, span *ret, struct err *err)
{
    struct encoder encoder = {0};
    if (!init(&encoder, draft, mem))
        return arena_err(mem, err, "database");
    encode_words(&encoder);
    if (!encode_heads(&encoder) || !encode_records(&encoder))
        return arena_err(mem, err, "database");
    encode_info(&encoder);
    span core[CORE_SECTIONS];
    for (size_t i = 0; i < CORE_SECTIONS; i++) {
        core[i] = text_span(&encoder.sections[i]);
        if (!text_ok(&encoder.sections[i]))
            return arena_err(mem, err, "database");
    }
    return segment_complete(core, mem, ret, err);
}
