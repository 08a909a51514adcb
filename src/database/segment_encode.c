#include "database/database_inner.h"

// ---------------------------------------------------------------- orders

static span digits_of(span *s)
{
    size_t len = 0;
    while (len < s->len && ascii_is_digit(s->ptr[len]))
        len++;
    span digits = span_first(*s, len);
    *s = span_from(*s, len);
    while (digits.len && digits.ptr[0] == '0')
        digits = span_from(digits, 1);
    return digits;
}

static int compare_numbers(span a, span b)
{
    return a.len != b.len ? (a.len > b.len) - (a.len < b.len) : span_compare(a, b);
}

// Numbers inside ids by value: CVE-2024-999 before CVE-2024-1000. So new advisories come last, and
// those before them keep their numbers.
static int compare_ids(span a, span b)
{
    while (a.len && b.len) {
        if (ascii_is_digit(a.ptr[0]) && ascii_is_digit(b.ptr[0])) {
            int order = compare_numbers(digits_of(&a), digits_of(&b));
            if (order)
                return order;
            continue;
        }
        if (a.ptr[0] != b.ptr[0])
            return a.ptr[0] < b.ptr[0] ? -1 : 1;
        a = span_from(a, 1);
        b = span_from(b, 1);
    }
    return (a.len > 0) - (b.len > 0);
}

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
    int order = compare_ids(get_string(&in_a), get_string(&in_b));
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

struct slot {
    uint32_t tag;
    uint32_t key; // offset + 1, 0: empty
    uint32_t body;
};

// What encoding one segment needs at hand. Everything is in `mem`.
struct encoder {
    struct draft *draft;
    struct arena *mem;
    struct interned **words;
    struct interned **heads;
    struct interned **keys;
    struct interned **values;
    struct text sections[SECTION_COUNT];
    struct interner bodies; // value: offset in SECTION_BODIES
    struct list rows;       // of struct ranked_row: those of one key
    struct text body;
    struct text steps; // from head to head of the claim being encoded
    struct slot *slots;
    size_t slot_count;
    uint64_t counts[KEY_KINDS]; // rows of each kind
    uint64_t packages;
};

static bool init(struct encoder *encoder, struct draft *draft, struct arena *mem)
{
    *encoder = (struct encoder){.draft = draft, .mem = mem};
    for (size_t i = 0; i < SECTION_COUNT; i++)
        text_init(&encoder->sections[i], mem, UINT32_MAX);
    interner_init(&encoder->bodies, mem);
    list_init(&encoder->rows, mem, sizeof(struct ranked_row), UINT32_MAX);
    text_init(&encoder->body, mem, UINT32_MAX);
    text_init(&encoder->steps, mem, UINT32_MAX);
    return interner_rank(&draft->words, compare_bytes, mem, &encoder->words) &&
           interner_rank(&draft->heads, compare_heads, mem, &encoder->heads) &&
           interner_rank(&draft->keys, compare_keys, mem, &encoder->keys) &&
           interner_rank(&draft->values, compare_bytes, mem, &encoder->values);
}

static void encode_words(struct encoder *encoder)
{
    struct text *index = &encoder->sections[SECTION_WORD_INDEX];
    struct text *words = &encoder->sections[SECTION_WORDS];
    for (size_t i = 0; i < encoder->draft->words.items.count; i++) {
        text_add(words, encoder->words[i]->bytes);
        text_add_u32le(index, (uint32_t)words->len);
    }
}

// The records of the builder hold words in full, those of the file hold their numbers.
static bool encode_heads(struct encoder *encoder, struct err *err)
{
    struct text *index = &encoder->sections[SECTION_HEAD_INDEX];
    struct text *heads = &encoder->sections[SECTION_HEADS];
    for (size_t i = 0; i < encoder->draft->heads.items.count; i++) {
        reader in = reader_of(encoder->heads[i]->bytes);
        struct advisory advisory = {0};
        if (!get_head(&in, NULL, encoder->mem, &advisory, err))
            return false;
        text_add_u32le(index, (uint32_t)heads->len);
        put_head(heads, &encoder->draft->words, &advisory);
    }
    return true;
}

// ---------------------------------------------------------------- bodies

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

static size_t run_length(const struct list *rows, size_t start)
{
    size_t end = start;
    uint32_t value = LIST_AT(rows, struct ranked_row, start)->value;
    while (end < rows->count && LIST_AT(rows, struct ranked_row, end)->value == value)
        end++;
    return end - start;
}

// One claim and the advisories that make it: a count, the first number, then the steps.
static void encode_group(struct encoder *encoder, size_t start, size_t count)
{
    const struct ranked_row *rows = LIST_AT(&encoder->rows, struct ranked_row, start);
    reader in = reader_of(encoder->values[rows->value]->bytes);
    struct affected affected = get_affected(&in, NULL);
    encoder->steps.len = 0;
    for (size_t i = 0; i < count; i++)
        put_varint(&encoder->steps, i ? rows[i].head - rows[i - 1].head : rows[i].head);
    put_affected(&encoder->body, &encoder->draft->words, &affected);
    put_varint(&encoder->body, count);
    put_string(&encoder->body, text_span(&encoder->steps));
}

static size_t count_groups(const struct list *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i += run_length(rows, i))
        count++;
    return count;
}

static void encode_groups(struct encoder *encoder)
{
    put_varint(&encoder->body, count_groups(&encoder->rows));
    for (size_t i = 0; i < encoder->rows.count;) {
        size_t count = run_length(&encoder->rows, i);
        encode_group(encoder, i, count);
        i += count;
    }
}

static bool encode_flaws(struct encoder *encoder)
{
    put_varint(&encoder->body, encoder->rows.count);
    for (size_t i = 0; i < encoder->rows.count; i++) {
        uint32_t value = LIST_AT(&encoder->rows, struct ranked_row, i)->value;
        reader in = reader_of(encoder->values[value]->bytes);
        struct flaw flaw = {0};
        if (!get_flaw(&in, NULL, encoder->mem, &flaw, NULL))
            return false;
        put_flaw(&encoder->body, &encoder->draft->words, &flaw);
    }
    return true;
}

// Records without words are in the file as they are in the builder.
static void encode_plain(struct encoder *encoder)
{
    put_varint(&encoder->body, encoder->rows.count);
    for (size_t i = 0; i < encoder->rows.count; i++) {
        uint32_t value = LIST_AT(&encoder->rows, struct ranked_row, i)->value;
        text_add(&encoder->body, encoder->values[value]->bytes);
    }
}

static bool encode_body(struct encoder *encoder, enum key_kind kind)
{
    encoder->body.len = 0;
    switch (kind) {
    case KEY_PACKAGE:
        encode_groups(encoder);
        return true;
    case KEY_FLAW:
        return encode_flaws(encoder);
    case KEY_RELEASE:
    case KEY_WEAKNESS:
    case KEY_PRODUCT:
        encode_plain(encoder);
        return true;
    case KEY_KINDS:
        break;
    }
    return true;
}

// Many packages share a body (all binary packages of one source): it is stored once.
static bool store_body(struct encoder *encoder, uint32_t *ret_offset)
{
    struct text *bodies = &encoder->sections[SECTION_BODIES];
    size_t known = encoder->bodies.items.count;
    uint32_t number = 0;
    if (!text_ok(&encoder->body) || !text_ok(&encoder->steps) ||
        !interner_add(&encoder->bodies, text_span(&encoder->body), &number))
        return false;
    struct interned *body = interner_at(&encoder->bodies, number);
    if (number == known) {
        body->value = (uint32_t)bodies->len;
        put_string(bodies, body->bytes);
    }
    *ret_offset = body->value;
    return true;
}

// ---------------------------------------------------------------- keys and slots

// Three quarters full; at least one slot stays empty, where a search ends.
static size_t slot_count_for(size_t keys)
{
    return keys + keys / 3 + 1;
}

static void fill_slot(struct encoder *encoder, size_t at, struct slot slot)
{
    while (encoder->slots[at].key)
        at = at + 1 < encoder->slot_count ? at + 1 : 0;
    encoder->slots[at] = slot;
}

static bool note_scope(struct encoder *encoder, const struct key *key, const struct key *before,
                       uint32_t segment, struct list *scopes)
{
    if (before && before->kind == key->kind && span_equal(before->ecosystem, key->ecosystem))
        return true;
    struct scope *scope = LIST_ADD(scopes, struct scope);
    if (!scope)
        return false;
    *scope = (struct scope){
        .kind = key->kind,
        .ecosystem = key->ecosystem,
        .segment = segment,
        .word = interner_find(&encoder->draft->words, key->ecosystem)->rank,
    };
    return true;
}

static bool encode_key(struct encoder *encoder, const struct interned *item, const struct key *key)
{
    struct text *keys = &encoder->sections[SECTION_KEYS];
    const struct interner *words = &encoder->draft->words;
    struct slot slot = {.key = (uint32_t)keys->len + 1};
    if (!gather_rows(encoder, item))
        return false;
    if (!encode_body(encoder, key->kind) || !store_body(encoder, &slot.body))
        return false;
    put_key(keys, words, key);
    struct place place = key_place(key->kind, interner_find(words, key->ecosystem)->rank, key->name,
                                   encoder->slot_count);
    slot.tag = place.tag;
    fill_slot(encoder, place.slot, slot);
    encoder->counts[key->kind] += encoder->rows.count;
    encoder->packages += key->kind == KEY_PACKAGE;
    return true;
}

static bool encode_keys(struct encoder *encoder, uint32_t segment, struct list *scopes)
{
    size_t count = encoder->draft->keys.items.count;
    encoder->slot_count = slot_count_for(count);
    encoder->slots = arena_array(encoder->mem, encoder->slot_count, sizeof *encoder->slots);
    if (!encoder->slots)
        return false;
    struct key before = {0};
    for (size_t i = 0; i < count; i++) {
        reader in = reader_of(encoder->keys[i]->bytes);
        struct key key = get_key(&in, NULL);
        if (!note_scope(encoder, &key, i ? &before : NULL, segment, scopes) ||
            !encode_key(encoder, encoder->keys[i], &key))
            return false;
        before = key;
    }
    return true;
}

static void encode_slots(struct encoder *encoder)
{
    struct text *slots = &encoder->sections[SECTION_SLOTS];
    for (size_t i = 0; i < encoder->slot_count; i++) {
        text_add_u32le(slots, encoder->slots[i].tag);
        text_add_u32le(slots, encoder->slots[i].key);
        text_add_u32le(slots, encoder->slots[i].body);
    }
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

static bool finish(struct encoder *encoder, span *ret)
{
    struct text segment = {0};
    text_init(&segment, encoder->mem, UINT32_MAX);
    for (size_t i = 0; i < SECTION_COUNT; i++)
        text_add_u32le(&segment, (uint32_t)encoder->sections[i].len);
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        if (!text_ok(&encoder->sections[i]))
            return false;
        text_add(&segment, text_span(&encoder->sections[i]));
    }
    *ret = text_span(&segment);
    return text_ok(&segment);
}

bool segment_encode(struct draft *draft, uint32_t segment, struct arena *mem,
                    struct list *ret_scopes, span *ret, struct err *err)
{
    struct encoder encoder = {0};
    if (!init(&encoder, draft, mem))
        return arena_err(mem, err, "database");
    encode_words(&encoder);
    if (!encode_heads(&encoder, err))
        return false;
    if (!encode_keys(&encoder, segment, ret_scopes))
        return arena_err(mem, err, "database");
    encode_slots(&encoder);
    encode_info(&encoder);
    return finish(&encoder, ret) || arena_err(mem, err, "database");
}
