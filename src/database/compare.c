// Two databases side by side: the records of a segment stand in one order in both, so that one pass
// over each is enough. Of what a day changes little is decoded: most bodies are the same bytes.
#include "database/walk_inner.h"

// What a record says, valid until the side moves on.
struct said {
    struct statements statements;
    struct flaw flaw;
    struct release release;
    struct list texts; // of span: names of a weakness, products of a package
};

// One of the two databases, at a record.
struct side {
    struct walk walk;
    struct database_visitor visitor;
    reader records;
    bool at_end;
    struct key key;
    span body;
    struct said said;
};

static bool keep_package(void *self, span ecosystem, span name, const struct statements *statements,
                         struct err *err)
{
    (void)ecosystem; // in the key
    (void)name;
    (void)err;
    ((struct side *)self)->said.statements = *statements;
    return true;
}

static bool keep_flaw(void *self, const struct flaw *flaw, struct err *err)
{
    (void)err;
    ((struct side *)self)->said.flaw = *flaw;
    return true;
}

static bool keep_release(void *self, const struct release *release, struct err *err)
{
    (void)err;
    ((struct side *)self)->said.release = *release;
    return true;
}

static bool keep_text(struct side *side, span text, struct err *err)
{
    span *item = LIST_ADD(&side->said.texts, span);
    if (!item)
        return arena_err(side->walk.mem, err, "database");
    *item = text;
    return true;
}

static bool keep_weakness(void *self, const struct weakness *weakness, struct err *err)
{
    return keep_text(self, weakness->name, err);
}

static bool keep_product(void *self, const struct cpe_product *product, struct err *err)
{
    return keep_text(self, product->cpe, err);
}

static bool move_on(struct side *side, struct err *err)
{
    side->at_end = side->records.rest.len == 0;
    return side->at_end || walk_next(&side->walk, &side->records, &side->key, &side->body, err);
}

static bool start(struct side *side, const struct database *database, const struct segment *segment,
                  struct arena *mem, struct err *err)
{
    *side = (struct side){.visitor = {.self = side,
                                      .visit_package = keep_package,
                                      .visit_flaw = keep_flaw,
                                      .visit_release = keep_release,
                                      .visit_weakness = keep_weakness,
                                      .visit_product = keep_product}};
    side->walk = (struct walk){
        .database = database, .segment = segment, .visitor = &side->visitor, .mem = mem};
    side->records = reader_of(segment ? segment->sections[SECTION_RECORDS] : (span){0});
    return move_on(side, err);
}

static int compare_keys(const struct side *a, const struct side *b)
{
    if (a->at_end || b->at_end)
        return (int)a->at_end - (int)b->at_end;
    if (a->key.kind != b->key.kind)
        return a->key.kind < b->key.kind ? -1 : 1;
    int order = span_compare(a->key.ecosystem, b->key.ecosystem);
    return order ? order : span_compare(a->key.name, b->key.name);
}

static bool read_side(struct side *side, bool is_there, struct err *err)
{
    side->said = (struct said){0};
    list_init(&side->said.texts, side->walk.mem, sizeof(span), UINT32_MAX);
    return !is_there || walk_visit(&side->walk, &side->key, side->body, err);
}

static struct spans texts_of(const struct said *said)
{
    return said ? (struct spans){.items = said->texts.items, .count = said->texts.count}
                : (struct spans){0};
}

static bool give(const struct database_comparer *comparer, const struct key *key,
                 const struct said *before, const struct said *after, struct err *err)
{
    switch (key->kind) {
    case KEY_PACKAGE: {
        static const struct statements none = {0};
        return comparer->packages(comparer->self, key->ecosystem, key->name,
                                  before ? &before->statements : &none,
                                  after ? &after->statements : &none, err);
    }
    case KEY_FLAW:
        return comparer->flaws(comparer->self, before ? &before->flaw : NULL,
                               after ? &after->flaw : NULL, err);
    case KEY_RELEASE:
        return comparer->releases(comparer->self, before ? &before->release : NULL,
                                  after ? &after->release : NULL, err);
    case KEY_WEAKNESS:
        return !comparer->weaknesses ||
               comparer->weaknesses(comparer->self, key->name, texts_of(before), texts_of(after),
                                    err);
    case KEY_PRODUCT:
        return !comparer->products || comparer->products(comparer->self, key->ecosystem, key->name,
                                                         texts_of(before), texts_of(after), err);
    case KEY_KINDS:
        break;
    }
    return true;
}

static bool give_sides(struct side *before, struct side *after, int order,
                       const struct database_comparer *comparer, struct err *err)
{
    bool in_before = order <= 0;
    bool in_after = order >= 0;
    return read_side(before, in_before, err) && read_side(after, in_after, err) &&
           give(comparer, in_before ? &before->key : &after->key, in_before ? &before->said : NULL,
                in_after ? &after->said : NULL, err);
}

static bool compare_records(struct side *before, struct side *after,
                            const struct sameness *sameness,
                            const struct database_comparer *comparer, struct err *err)
{
    while (!before->at_end || !after->at_end) {
        int order = compare_keys(before, after);
        bool in_before = order <= 0;
        bool in_after = order >= 0;
        bool is_same =
            order == 0 && sameness_of(sameness, before->key.kind, before->body, after->body);
        if (!is_same && !give_sides(before, after, order, comparer, err))
            return false;
        if ((in_before && !move_on(before, err)) || (in_after && !move_on(after, err)))
            return false;
    }
    return true;
}

// The segments of one source; one that is not there is empty.
struct pair {
    const struct segment *before;
    const struct segment *after;
};

static bool compare_pair(const struct database *before, const struct database *after,
                         const struct pair *pair, struct arena *mems[3],
                         const struct database_comparer *comparer, struct err *err)
{
    struct side sides[2];
    struct sameness sameness = {0};
    span name = pair->before ? pair->before->name : pair->after->name;
    if (pair->before && pair->after && digest_equal(pair->before->digest, pair->after->digest))
        return true;
    arena_reset(mems[2]);
    if (pair->before && pair->after &&
        !sameness_init(&sameness, pair->before, pair->after, mems[2], err))
        return false;
    return start(&sides[0], before, pair->before, mems[0], err) &&
           start(&sides[1], after, pair->after, mems[1], err) &&
           comparer->source(comparer->self, name, pair->before != NULL, pair->after != NULL, err) &&
           compare_records(&sides[0], &sides[1], &sameness, comparer, err);
}

static const struct segment *segment_of(const struct database *database, size_t index)
{
    return index < database->segment_count ? &database->segments[index] : NULL;
}

// Segments stand in the order of their names.
static struct pair next_pair(const struct database *before, const struct database *after,
                             size_t at[2])
{
    struct pair pair = {segment_of(before, at[0]), segment_of(after, at[1])};
    int order = 0;
    if (pair.before && pair.after)
        order = span_compare(pair.before->name, pair.after->name);
    if (order > 0)
        pair.before = NULL;
    if (order < 0)
        pair.after = NULL;
    at[0] += pair.before != NULL;
    at[1] += pair.after != NULL;
    return pair;
}

bool database_compare(const struct database *before, const struct database *after,
                      const struct limits *limits, const struct database_comparer *comparer,
                      struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem_before = arena_new(limits->build_bytes);
    CLEANUP(arena_cleanup) struct arena *mem_after = arena_new(limits->build_bytes);
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(limits->build_bytes);
    size_t at[2] = {0};
    if (!mem_before || !mem_after || !mem)
        return err_set(err, ERR_MEMORY, "database: out of memory");
    struct arena *mems[3] = {mem_before, mem_after, mem};
    for (;;) {
        struct pair pair = next_pair(before, after, at);
        if (!pair.before && !pair.after)
            return true;
        if (!compare_pair(before, after, &pair, mems, comparer, err))
            return false;
    }
}
