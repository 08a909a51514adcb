// What is said of a package, and by whom.
#include "database/database_inner.h"
#include "version/version.h"

enum {
    STATUS_BITS = 7,
    SEVERITY_SHIFT = 3,
    KIND_SHIFT = 6,

    HAS_INTRODUCED = 1,
    HAS_FIXED = 2,
    HAS_LAST_AFFECTED = 4,
    HAS_MODULE = 8,
    HAS_REPOSITORY = 16,
    IS_AFTER_INTRODUCED = 32,
    IS_ONE_VERSION = 64, // introduced is last_affected
    PARTS_BITS = 127,
};

static bool is_one_version(const struct affected *affected)
{
    return affected->last_affected.len && span_equal(affected->introduced, affected->last_affected);
}

static uint8_t parts_of(const struct affected *affected)
{
    bool one = is_one_version(affected);
    return (uint8_t)((affected->introduced.len && !one ? HAS_INTRODUCED : 0) |
                     (affected->fixed.len ? HAS_FIXED : 0) |
                     (affected->last_affected.len ? HAS_LAST_AFFECTED : 0) |
                     (affected->module.len ? HAS_MODULE : 0) |
                     (affected->repository.len ? HAS_REPOSITORY : 0) |
                     (affected->after_introduced ? IS_AFTER_INTRODUCED : 0) |
                     (one ? IS_ONE_VERSION : 0));
}

// A bound as text and as key, which is empty when the text is no version.
static void put_bound(struct text *out, enum scheme scheme, span version)
{
    struct version_key key;
    put_string(out, version);
    if (version_key_of(scheme, version, &key))
        put_string(out, span_of(key.bytes, key.len));
    else
        put_string(out, (span){0});
}

void put_affected(struct text *out, const struct interner *words, const struct affected *affected)
{
    enum scheme scheme = scheme_of_ecosystem(affected->ecosystem);
    uint8_t parts = parts_of(affected);
    text_add_byte(out, (uint8_t)((uint8_t)affected->status |
                                 (uint8_t)affected->severity << SEVERITY_SHIFT |
                                 (uint8_t)affected->name_kind << KIND_SHIFT));
    text_add_byte(out, parts);
    if (parts & HAS_FIXED)
        put_bound(out, scheme, affected->fixed);
    if (parts & HAS_LAST_AFFECTED)
        put_bound(out, scheme, affected->last_affected);
    if (parts & HAS_INTRODUCED)
        put_bound(out, scheme, affected->introduced);
    if (parts & HAS_MODULE)
        put_word(out, words, affected->module);
    if (parts & HAS_REPOSITORY)
        put_word(out, words, affected->repository);
}

static void get_bounds(reader *in, uint8_t parts, struct claim *claim)
{
    if (parts & HAS_FIXED) {
        claim->affected.fixed = get_string(in);
        claim->keys.fixed = get_string(in);
    }
    if (parts & HAS_LAST_AFFECTED) {
        claim->affected.last_affected = get_string(in);
        claim->keys.last_affected = get_string(in);
    }
    if (parts & HAS_INTRODUCED) {
        claim->affected.introduced = get_string(in);
        claim->keys.introduced = get_string(in);
    }
    if (parts & IS_ONE_VERSION) {
        claim->affected.introduced = claim->affected.last_affected;
        claim->keys.introduced = claim->keys.last_affected;
    }
}

struct claim get_affected(reader *in, const struct word_table *words)
{
    uint8_t says = read_u8(in);
    uint8_t parts = read_u8(in);
    uint8_t status = says & STATUS_BITS;
    uint8_t kind = says >> KIND_SHIFT;
    struct claim claim = {.affected.severity = get_severity(in, says >> SEVERITY_SHIFT)};
    if (status > STATUS_NOT_AFFECTED || kind > NAME_SOURCE || parts > PARTS_BITS) {
        reader_poison(in);
        return claim;
    }
    claim.affected.status = (enum status)status;
    claim.affected.name_kind = (enum name_kind)kind;
    claim.affected.after_introduced = parts & IS_AFTER_INTRODUCED;
    get_bounds(in, parts, &claim);
    if (parts & HAS_MODULE)
        claim.affected.module = get_word(in, words);
    if (parts & HAS_REPOSITORY)
        claim.affected.repository = get_word(in, words);
    return claim;
}

struct claim get_claim(reader *in, const struct word_table *words)
{
    struct claim claim = get_affected(in, words);
    uint64_t count = get_varint(in);
    if (count == 0 || count > in->rest.len / REFERENCE_SIZE) {
        reader_poison(in);
        return claim;
    }
    claim.count = (size_t)count;
    claim.advisories = read_bytes(in, count * REFERENCE_SIZE);
    return claim;
}

// ---------------------------------------------------------------- order

struct claim_rank claim_rank(const struct claim *claim)
{
    const struct bound_keys *keys = &claim->keys;
    struct claim_rank rank = {.ceiling = keys->fixed.len ? keys->fixed : keys->last_affected};
    if (claim->affected.status == STATUS_NOT_AFFECTED)
        rank.order = CLAIM_HOLDS_NONE;
    else
        rank.order = rank.ceiling.len ? CLAIM_ENDS : CLAIM_IS_OPEN;
    return rank;
}

int claim_rank_compare(const struct claim_rank *a, const struct claim_rank *b)
{
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return span_compare(b->ceiling, a->ceiling);
}

bool claim_may_hold(const struct claim *claim, enum scheme scheme, span version)
{
    const struct bound_keys *keys = &claim->keys;
    if (claim->affected.status == STATUS_NOT_AFFECTED || version.len == 0)
        return false;
    if (keys->fixed.len && version_key_compare(scheme, version, keys->fixed) >= 0)
        return false;
    if (keys->last_affected.len && version_key_compare(scheme, version, keys->last_affected) > 0)
        return false;
    if (keys->introduced.len == 0)
        return true;
    int order = version_key_compare(scheme, version, keys->introduced);
    return order > 0 || (order == 0 && !claim->affected.after_introduced);
}
