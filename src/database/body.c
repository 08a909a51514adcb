#include "database/database_inner.h"
#include "version/version.h"

// A body: claims, each with the advisories that make it (packages), or a count and records (all
// others).

enum { LEAST_CLAIM = 3 + REFERENCE_SIZE }; // bytes: what it says, its parts, a count, an advisory

// The count, at most what there is room for, and the bytes of the versions and keys when read.
static size_t open_body(reader *body, uint64_t *ret_room)
{
    uint64_t count = get_varint(body);
    *ret_room = get_varint(body);
    size_t most = body->rest.len / LEAST_CLAIM;
    if (count > most)
        reader_poison(body);
    return read_ok(body) ? (size_t)count : 0;
}

size_t body_count(span body)
{
    uint64_t room = 0;
    reader in = reader_of(body);
    return open_body(&in, &room);
}

bool body_claims(const struct database *database, const struct segment *segment, span ecosystem,
                 span name, span body, struct arena *mem, struct claim *claims, size_t *count,
                 struct err *err)
{
    uint64_t room = 0;
    struct claim_reader in = {.from = reader_of(body), .words = &segment->words};
    size_t wanted = open_body(&in.from, &room);
    in.room = room <= UINT32_MAX ? (size_t)room : 0;
    in.to = arena_alloc(mem, in.room);
    if (!in.to)
        return arena_err(mem, err, "database");
    for (size_t i = 0; i < wanted; i++) {
        struct claim *claim = &claims[(*count)++];
        *claim = get_claim(&in);
        if (!read_ok(&in.from))
            return database_damaged(database, segment, "statement", err);
        claim->database = segment->name;
        claim->affected.ecosystem = ecosystem;
        claim->affected.name = name;
    }
    return read_end(&in.from) || database_damaged(database, segment, "statements", err);
}

// ---------------------------------------------------------------- looking out

// The older of the versions that are asked for: once that has passed a ceiling, both have.
static span oldest(const struct asked_versions *versions)
{
    if (versions->of_binary.ptr == versions->of_source.ptr &&
        versions->of_binary.len == versions->of_source.len)
        return versions->of_binary;
    if (versions->of_binary.len == 0 || versions->of_source.len == 0)
        return versions->of_binary.len ? versions->of_binary : versions->of_source;
    return span_compare(versions->of_binary, versions->of_source) < 0 ? versions->of_binary
                                                                      : versions->of_source;
}

// Where equality is more than that of bytes, passing one ceiling says little of the next.
static bool ceilings_are_enough(enum scheme scheme)
{
    return scheme != SCHEME_PACMAN;
}

static bool may_hold(const struct claim *claim, enum scheme scheme,
                     const struct asked_versions *versions)
{
    bool of_source = claim->affected.name_kind == NAME_SOURCE;
    return claim_may_hold(claim, scheme, of_source ? versions->of_source : versions->of_binary);
}

// Goes through claims, which are sorted by their ceilings.
static bool look_through(const struct segment *segment, reader claims, size_t count,
                         enum scheme scheme, const struct asked_versions *versions, bool *ret)
{
    uint8_t keys[CLAIM_KEYS_MOST];
    struct claim_reader in = {
        .from = claims,
        .words = &segment->words,
        .keys_only = true,
    };
    span oldest_version = oldest(versions);
    *ret = false;
    for (size_t left = count; left && !*ret; left--) {
        claim_reader_reuse(&in, keys, sizeof keys);
        struct claim claim = get_claim(&in);
        struct claim_rank rank = claim_rank(&claim);
        if (rank.order == CLAIM_HOLDS_NONE || (ceilings_are_enough(scheme) && rank.ceiling.len &&
                                               span_compare(oldest_version, rank.ceiling) > 0))
            break;
        *ret = may_hold(&claim, scheme, versions);
    }
    return read_ok(&in.from);
}

// Most packages are newer than anything that is claimed of them: they need one comparison.
bool body_look_out(const struct segment *segment, span body, enum scheme scheme,
                   const struct asked_versions *versions, bool *ret)
{
    uint64_t room = 0;
    span version = oldest(versions);
    span ceiling = {0};
    *ret = false;
    if (version.len == 0 || (ceilings_are_enough(scheme) && body_first_ceiling(body, &ceiling) &&
                             span_compare(version, ceiling) > 0))
        return true;
    reader claims = reader_of(body);
    size_t count = open_body(&claims, &room);
    return look_through(segment, claims, count, scheme, versions, ret);
}

// ---------------------------------------------------------------- advisories

static bool get_advisory(const struct database *database, const struct segment *segment,
                         uint32_t reference, struct arena *mem, struct advisory *ret,
                         struct err *err)
{
    struct slot_search search = slot_search(segment->sections[SECTION_HEAD_SLOTS], reference << 8);
    uint32_t offset = 0;
    bool is_damaged = false;
    if (!slot_next(&search, &offset, &is_damaged))
        return database_damaged(database, segment, "advisory number", err);
    reader in = reader_of(span_from(segment->sections[SECTION_HEADS], offset));
    struct advisory advisory = {0};
    if (!get_head(&in, mem, &advisory, err))
        return false;
    if (!read_ok(&in))
        return database_damaged(database, segment, "advisory", err);
    advisory.database = segment->name;
    *ret = advisory;
    return true;
}

bool body_statements(const struct database *database, const struct segment *segment,
                     const struct claim *claim, struct arena *mem, struct statement *ret,
                     struct err *err)
{
    reader in = reader_of(claim->advisories);
    for (size_t i = 0; i < claim->count; i++) {
        ret[i].affected = claim->affected;
        if (!get_advisory(database, segment, get_reference(&in), mem, &ret[i].advisory, err))
            return false;
    }
    return read_end(&in) || database_damaged(database, segment, "advisories of a statement", err);
}

// ---------------------------------------------------------------- everything else

bool body_flaws(const struct database *database, const struct segment *segment, span id, span body,
                struct arena *mem,
                bool (*visit)(void *self, const struct flaw *flaw, struct err *err), void *self,
                struct err *err)
{
    reader in = reader_of(body);
    uint64_t count = get_varint(&in);
    for (uint64_t i = 0; i < count && read_ok(&in); i++) {
        struct flaw flaw = {0};
        if (!get_flaw(&in, mem, &flaw, err))
            return false;
        flaw.id = id;
        flaw.database = segment->name;
        if (read_ok(&in) && !visit(self, &flaw, err))
            return false;
    }
    return read_end(&in) || database_damaged(database, segment, "flaw", err);
}

bool body_releases(const struct database *database, const struct segment *segment, span distro,
                   span version_id, span body,
                   bool (*visit)(void *self, const struct release *release, struct err *err),
                   void *self, struct err *err)
{
    reader in = reader_of(body);
    uint64_t count = get_varint(&in);
    for (uint64_t i = 0; i < count && read_ok(&in); i++) {
        struct release release = get_release(&in);
        release.distro = distro;
        release.database = segment->name;
        release.version_id = version_id;
        if (read_ok(&in) && !visit(self, &release, err))
            return false;
    }
    return read_end(&in) || database_damaged(database, segment, "release", err);
}

bool body_texts(const struct database *database, const struct segment *segment, span body,
                bool (*visit)(void *self, span text, struct err *err), void *self, struct err *err)
{
    reader in = reader_of(body);
    uint64_t count = get_varint(&in);
    for (uint64_t i = 0; i < count && read_ok(&in); i++) {
        span text = get_string(&in);
        if (read_ok(&in) && !visit(self, text, err))
            return false;
    }
    return read_end(&in) || database_damaged(database, segment, "name", err);
}
