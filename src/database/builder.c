#include "database/database_inner.h"

// ---------------------------------------------------------------- rows

struct row *draft_row(const struct draft *draft, uint32_t number)
{
    struct row **chunk = LIST_AT(&draft->rows.chunks, struct row *, number / ROWS_IN_CHUNK);
    return &(*chunk)[number % ROWS_IN_CHUNK];
}

static bool add_chunk(struct row_store *rows, struct arena *mem)
{
    struct row *chunk = arena_array(mem, ROWS_IN_CHUNK, sizeof *chunk);
    struct row **place = chunk ? LIST_ADD(&rows->chunks, struct row *) : NULL;
    if (!place)
        return false;
    *place = chunk;
    return true;
}

static bool add_row(struct draft *draft, struct arena *mem, const struct row *row)
{
    struct row_store *rows = &draft->rows;
    if (rows->count == UINT32_MAX)
        return false;
    if (rows->count % ROWS_IN_CHUNK == 0 && !add_chunk(rows, mem))
        return false;
    *draft_row(draft, rows->count++) = *row;
    return true;
}

// ---------------------------------------------------------------- drafts

static struct draft *find_draft(const struct database_builder *builder, span name)
{
    for (size_t i = 0; i < builder->drafts.count; i++) {
        struct draft *draft = *LIST_AT(&builder->drafts, struct draft *, i);
        if (span_equal(draft->name, name))
            return draft;
    }
    return NULL;
}

static struct draft *add_draft(struct database_builder *builder, span name)
{
    struct draft *draft = ARENA_NEW(builder->mem, struct draft);
    if (!draft || !arena_span(builder->mem, name, &draft->name))
        return NULL;
    interner_init(&draft->words, builder->mem);
    interner_init(&draft->heads, builder->mem);
    interner_init(&draft->keys, builder->mem);
    interner_init(&draft->values, builder->mem);
    list_init(&draft->rows.chunks, builder->mem, sizeof(struct row *), SIZE_MAX);
    struct draft **place = LIST_ADD(&builder->drafts, struct draft *);
    if (!place)
        return NULL;
    *place = draft;
    return draft;
}

static struct draft *open_draft(struct database_builder *builder, span name)
{
    struct draft *draft = find_draft(builder, name);
    return draft ? draft : add_draft(builder, name);
}

// ---------------------------------------------------------------- facts

static bool add_word(struct draft *draft, span word)
{
    uint32_t number = 0;
    return interner_add(&draft->words, word, &number);
}

// Interns what a put function has left in builder->record.
static bool add_record(struct database_builder *builder, struct interner *to, uint32_t *ret_number)
{
    bool ok =
        text_ok(&builder->record) && interner_add(to, text_span(&builder->record), ret_number);
    builder->record.len = 0;
    return ok;
}

// Puts a row under a key whose value has been encoded into builder->record.
static bool add_fact(struct database_builder *builder, struct draft *draft, const struct key *key,
                     uint32_t head)
{
    struct row row = {.head = head};
    if (!add_record(builder, &draft->values, &row.value) || !add_word(draft, key->ecosystem))
        return false;
    put_key(&builder->record, NULL, key);
    uint32_t number = 0;
    if (!add_record(builder, &draft->keys, &number))
        return false;
    struct interned *owner = interner_at(&draft->keys, number);
    row.next = owner->value;
    if (!add_row(draft, builder->mem, &row))
        return false;
    owner->value = draft->rows.count;
    return true;
}

// The key of a bound; empty for what is no version in that order.
static span key_of(enum scheme scheme, span version, struct version_key *key)
{
    if (version.len == 0 || !version_key_of(scheme, version, key))
        return (span){0};
    return span_of(key->bytes, key->len);
}

static void put_with_keys(struct text *out, const struct affected *affected)
{
    enum scheme scheme = scheme_of_ecosystem(affected->ecosystem);
    struct version_key introduced;
    struct version_key fixed;
    struct version_key last_affected;
    const struct bound_keys keys = {
        .introduced = key_of(scheme, affected->introduced, &introduced),
        .fixed = key_of(scheme, affected->fixed, &fixed),
        .last_affected = key_of(scheme, affected->last_affected, &last_affected),
    };
    struct claim_writer writer = {.to = out};
    put_affected(&writer, affected, &keys);
}

static bool add_affected(struct database_builder *builder, struct draft *draft, uint32_t head,
                         const struct affected *affected)
{
    if (!add_word(draft, affected->module) || !add_word(draft, affected->repository))
        return false;
    put_with_keys(&builder->record, affected);
    struct key key = {
        .kind = KEY_PACKAGE,
        .ecosystem = affected->ecosystem,
        .name = affected->name,
    };
    return add_fact(builder, draft, &key, head);
}

static bool add_advisory(struct database_builder *builder, const struct advisory *advisory)
{
    struct draft *draft = open_draft(builder, advisory->database);
    if (!draft)
        return false;
    put_head(&builder->record, &builder->scratch, advisory);
    uint32_t head = 0;
    if (!add_record(builder, &draft->heads, &head))
        return false;
    for (size_t i = 0; i < advisory->affected_count; i++)
        if (!add_affected(builder, draft, head, &advisory->affected[i]))
            return false;
    return true;
}

static bool add_flaw(struct database_builder *builder, const struct flaw *flaw)
{
    struct draft *draft = open_draft(builder, flaw->database);
    if (!draft)
        return false;
    put_flaw(&builder->record, flaw);
    struct key key = {.kind = KEY_FLAW};
    if (!id_pack(flaw->id, builder->mem, &key.name))
        return false;
    return add_fact(builder, draft, &key, 0);
}

static bool add_weakness(struct database_builder *builder, const struct weakness *weakness)
{
    struct draft *draft = open_draft(builder, weakness->database);
    if (!draft)
        return false;
    put_string(&builder->record, weakness->name);
    struct key key = {.kind = KEY_WEAKNESS, .name = weakness->id};
    return add_fact(builder, draft, &key, 0);
}

static bool add_product(struct database_builder *builder, const struct cpe_product *product)
{
    struct draft *draft = open_draft(builder, product->database);
    if (!draft)
        return false;
    put_string(&builder->record, product->cpe);
    struct key key = {.kind = KEY_PRODUCT, .ecosystem = product->type, .name = product->name};
    return add_fact(builder, draft, &key, 0);
}

static bool add_release(struct database_builder *builder, const struct release *release)
{
    struct draft *draft = open_draft(builder, release->database);
    if (!draft)
        return false;
    put_release(&builder->record, release);
    struct key key = {
        .kind = KEY_RELEASE,
        .ecosystem = release->distro,
        .name = release->version_id,
    };
    return add_fact(builder, draft, &key, 0);
}

// Of several words on one source the newest day and the last licence by bytes count: no matter
// which came first.
static bool add_source(struct database_builder *builder, span database, uint32_t day, span licence)
{
    struct draft *draft = open_draft(builder, database);
    if (!draft)
        return false;
    if (day > draft->day)
        draft->day = day;
    return span_compare(licence, draft->licence) <= 0 ||
           arena_span(builder->mem, licence, &draft->licence);
}

// ---------------------------------------------------------------- the sink

static bool builder_full(const struct database_builder *builder, struct err *err)
{
    return arena_err(builder->mem, err, "database builder");
}

// A fact that is half in the builder must not reach a file: no success after a failure.
static bool settle(struct database_builder *builder, bool ok, span what, struct err *err)
{
    builder->failed = builder->failed || !ok;
    if (!builder->failed)
        return true;
    (void)builder_full(builder, err); // always false
    return err_add(err, "%s", quote(what).text);
}

// Is there still room for facts?
static bool is_open(const struct database_builder *builder)
{
    assert(!builder->is_sealed); // the caller gives no facts to what has been encoded
    return !builder->failed;
}

static bool take_advisory(void *self, const struct advisory *advisory, struct err *err)
{
    struct database_builder *builder = self;
    bool ok = is_open(builder) && add_advisory(builder, advisory);
    return settle(builder, ok, advisory->id, err);
}

static bool take_flaw(void *self, const struct flaw *flaw, struct err *err)
{
    struct database_builder *builder = self;
    bool ok = is_open(builder) && add_flaw(builder, flaw);
    return settle(builder, ok, flaw->id, err);
}

static bool take_release(void *self, const struct release *release, struct err *err)
{
    struct database_builder *builder = self;
    bool ok = is_open(builder) && add_release(builder, release);
    return settle(builder, ok, release->distro, err);
}

static bool take_weakness(void *self, const struct weakness *weakness, struct err *err)
{
    struct database_builder *builder = self;
    bool ok = is_open(builder) && add_weakness(builder, weakness);
    return settle(builder, ok, weakness->id, err);
}

static bool take_product(void *self, const struct cpe_product *product, struct err *err)
{
    struct database_builder *builder = self;
    bool ok = is_open(builder) && add_product(builder, product);
    return settle(builder, ok, product->name, err);
}

static bool take_source(void *self, span database, uint32_t day, span licence, struct err *err)
{
    struct database_builder *builder = self;
    bool ok = is_open(builder) && add_source(builder, database, day, licence);
    return settle(builder, ok, database, err);
}

struct advisory_sink database_builder_sink(struct database_builder *builder)
{
    return (struct advisory_sink){
        .self = builder,
        .take_advisory = take_advisory,
        .take_flaw = take_flaw,
        .take_release = take_release,
        .take_weakness = take_weakness,
        .take_product = take_product,
        .take_source = take_source,
    };
}

// ---------------------------------------------------------------- sealing

static bool seal_draft(struct database_builder *builder, struct draft *draft, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(builder->budget);
    if (!scratch)
        return err_set(err, ERR_MEMORY, "database: out of memory");
    struct sealed sealed = {0};
    span bytes = {0};
    if (!segment_encode(draft, scratch, &bytes, err))
        return err_add(err, "segment %s", quote(draft->name).text);
    struct sealed *place = LIST_ADD(&builder->sealed, struct sealed);
    if (!place || !arena_span(builder->kept, draft->name, &sealed.name) ||
        !arena_span(builder->kept, bytes, &sealed.bytes))
        return arena_err(builder->kept, err, "database");
    *place = sealed;
    return true;
}

bool database_builder_seal(struct database_builder *builder, struct err *err)
{
    if (builder->is_sealed)
        return true;
    if (builder->failed)
        return builder_full(builder, err);
    for (size_t i = 0; i < builder->drafts.count; i++) {
        if (!seal_draft(builder, *LIST_AT(&builder->drafts, struct draft *, i), err)) {
            builder->failed = true;
            return false;
        }
    }
    builder->is_sealed = true;
    arena_free(take(&builder->mem));
    return true;
}

// ---------------------------------------------------------------- life

bool database_builder_new(const struct limits *limits, struct database_builder **ret,
                          struct err *err)
{
    struct arena *mem = arena_new(limits->build_bytes);
    struct arena *kept = arena_new(limits->build_bytes);
    struct database_builder *builder = kept ? ARENA_NEW(kept, struct database_builder) : NULL;
    if (!mem || !builder) {
        arena_free(mem);
        arena_free(kept);
        return err_set(err, ERR_MEMORY, "database builder: out of memory");
    }
    builder->budget = limits->build_bytes;
    builder->mem = mem;
    builder->kept = kept;
    list_init(&builder->drafts, mem, sizeof(struct draft *), MOST_SEGMENTS);
    list_init(&builder->sealed, kept, sizeof(struct sealed), MOST_SEGMENTS);
    text_init(&builder->record, mem, UINT32_MAX);
    text_init(&builder->scratch, mem, UINT32_MAX);
    *ret = builder;
    return true;
}

void database_builder_free(struct database_builder *builder)
{
    if (!builder)
        return;
    arena_free(builder->mem);
    arena_free(builder->kept);
}

void database_builder_cleanup(struct database_builder **builder)
{
    database_builder_free(*builder);
}
