// What is said of a package, and by whom.
#include "database/database_inner.h"
#include "version/version.h"

#include <string.h>

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

static bool parts_fit(uint8_t parts)
{
    return parts <= PARTS_BITS &&
           (!(parts & IS_ONE_VERSION) ||
            (parts & (HAS_LAST_AFFECTED | HAS_INTRODUCED)) == HAS_LAST_AFFECTED);
}

// ---------------------------------------------------------------- bounds

static size_t shared_length(span a, span b)
{
    size_t len = 0;
    while (len < a.len && len < b.len && a.ptr[len] == b.ptr[len])
        len++;
    return len;
}

// A text as what it shares with the one before it, and the rest.
static void put_next(struct claim_writer *out, span *before, span s)
{
    size_t shared = shared_length(*before, s);
    put_varint(out->to, shared);
    put_string(out->to, span_from(s, shared));
    out->room += s.len;
    *before = s;
}

static span get_next(struct claim_reader *in, span *before)
{
    uint64_t shared = get_varint(&in->from);
    span rest = get_string(&in->from);
    if (shared > before->len || rest.len > in->room || shared > in->room - rest.len) {
        reader_poison(&in->from);
        return (span){0};
    }
    if (shared)
        memcpy(in->to, before->ptr, (size_t)shared);
    if (rest.len)
        memcpy(in->to + shared, rest.ptr, rest.len);
    *before = span_of(in->to, (size_t)shared + rest.len);
    in->to += before->len;
    in->room -= before->len;
    return *before;
}

void claim_reader_reuse(struct claim_reader *in, uint8_t *room, size_t size)
{
    if (in->key.len)
        memmove(room, in->key.ptr, in->key.len);
    in->key = span_of(room, in->key.len);
    in->to = room + in->key.len;
    in->room = size - in->key.len;
}

static void put_bound(struct claim_writer *out, span version, span key)
{
    if (out->words) {
        put_next(out, &out->version, version);
        put_next(out, &out->key, key);
    } else {
        put_string(out->to, version);
        put_string(out->to, key);
    }
}

static void get_bound(struct claim_reader *in, span *ret_version, span *ret_key)
{
    if (!in->words) {
        *ret_version = get_string(&in->from);
        *ret_key = get_string(&in->from);
        return;
    }
    if (in->keys_only) {
        (void)get_varint(&in->from);
        (void)get_string(&in->from);
    } else {
        *ret_version = get_next(in, &in->version);
    }
    *ret_key = get_next(in, &in->key);
}

// ---------------------------------------------------------------- what is said

void put_affected(struct claim_writer *out, const struct affected *affected,
                  const struct bound_keys *keys)
{
    uint8_t parts = parts_of(affected);
    text_add_byte(out->to, (uint8_t)((uint8_t)affected->status |
                                     (uint8_t)affected->severity << SEVERITY_SHIFT |
                                     (uint8_t)affected->name_kind << KIND_SHIFT));
    text_add_byte(out->to, parts);
    if (parts & HAS_FIXED)
        put_bound(out, affected->fixed, keys->fixed);
    if (parts & HAS_LAST_AFFECTED)
        put_bound(out, affected->last_affected, keys->last_affected);
    if (parts & HAS_INTRODUCED)
        put_bound(out, affected->introduced, keys->introduced);
    if (parts & HAS_MODULE)
        put_word(out->to, out->words, affected->module);
    if (parts & HAS_REPOSITORY)
        put_word(out->to, out->words, affected->repository);
}

static void get_bounds(struct claim_reader *in, uint8_t parts, struct claim *claim)
{
    struct affected *affected = &claim->affected;
    if (parts & HAS_FIXED)
        get_bound(in, &affected->fixed, &claim->keys.fixed);
    if (parts & HAS_LAST_AFFECTED)
        get_bound(in, &affected->last_affected, &claim->keys.last_affected);
    if (parts & HAS_INTRODUCED)
        get_bound(in, &affected->introduced, &claim->keys.introduced);
    if (parts & IS_ONE_VERSION) {
        affected->introduced = affected->last_affected;
        claim->keys.introduced = claim->keys.last_affected;
    }
}

struct claim get_affected(struct claim_reader *in)
{
    uint8_t says = read_u8(&in->from);
    uint8_t parts = read_u8(&in->from);
    uint8_t status = says & STATUS_BITS;
    uint8_t kind = says >> KIND_SHIFT;
    struct claim claim = {.affected.severity = get_severity(&in->from, says >> SEVERITY_SHIFT)};
    if (status > STATUS_NOT_AFFECTED || kind > NAME_SOURCE || !parts_fit(parts)) {
        reader_poison(&in->from);
        return claim;
    }
    claim.affected.status = (enum status)status;
    claim.affected.name_kind = (enum name_kind)kind;
    claim.affected.after_introduced = parts & IS_AFTER_INTRODUCED;
    get_bounds(in, parts, &claim);
    if (parts & HAS_MODULE)
        claim.affected.module = get_word(&in->from, in->words);
    if (parts & HAS_REPOSITORY)
        claim.affected.repository = get_word(&in->from, in->words);
    return claim;
}

static span get_references(reader *in)
{
    uint64_t count = get_varint(in);
    if (count == 0 || count > in->rest.len / REFERENCE_SIZE) {
        reader_poison(in);
        return (span){0};
    }
    return read_bytes(in, count * REFERENCE_SIZE);
}

struct claim get_claim(struct claim_reader *in)
{
    struct claim claim = get_affected(in);
    claim.advisories = get_references(&in->from);
    claim.count = claim.advisories.len / REFERENCE_SIZE;
    return claim;
}

struct claim_names claim_names(reader *in)
{
    static const uint8_t bounds[] = {HAS_FIXED, HAS_LAST_AFFECTED, HAS_INTRODUCED};
    static const uint8_t words[] = {HAS_MODULE, HAS_REPOSITORY};
    struct claim_names names = {0};
    (void)read_u8(in);
    uint8_t parts = read_u8(in);
    for (size_t i = 0; i < sizeof bounds; i++)
        for (size_t texts = parts & bounds[i] ? 2 : 0; texts; texts--) { // the version, its key
            (void)get_varint(in);
            (void)get_string(in);
        }
    for (size_t i = 0; i < sizeof words; i++)
        if (parts & words[i])
            names.words[names.word_count++] = get_varint(in);
    names.advisories = get_references(in);
    return names;
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

bool body_first_ceiling(span body, span *ret)
{
    reader in = reader_of(body);
    uint64_t count = get_varint(&in);
    (void)get_varint(&in); // the room
    uint8_t says = read_u8(&in);
    uint8_t parts = read_u8(&in);
    if (count == 0 || (says & STATUS_BITS) == STATUS_NOT_AFFECTED ||
        !(parts & (HAS_FIXED | HAS_LAST_AFFECTED)))
        return false;
    (void)get_varint(&in); // the version
    (void)get_string(&in);
    uint64_t shared = get_varint(&in);
    span key = get_string(&in);
    if (shared || key.len == 0 || !read_ok(&in))
        return false;
    *ret = key;
    return true;
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
