#include "database/database_inner.h"

// A body: claims, each with the advisories that make it (packages), or a count and records (all
// others).

enum { LEAST_CLAIM = 4 }; // bytes: what it says, its parts, a count, a length

size_t body_count(span body)
{
    reader in = reader_of(body);
    uint64_t count = get_varint(&in);
    size_t most = body.len / LEAST_CLAIM;
    return count < most ? (size_t)count : most;
}

static struct claim get_claim(reader *in, const struct segment *segment, const struct key *key)
{
    struct claim claim = {
        .affected = get_affected(in, &segment->words),
        .database = segment->name,
    };
    claim.affected.ecosystem = key->ecosystem;
    claim.affected.name = key->name;
    uint64_t count = get_varint(in);
    claim.advisories = get_string(in);
    // Each advisory takes a byte or more, which bounds the memory for them.
    claim.count = count <= claim.advisories.len ? (size_t)count : 0;
    return claim;
}

bool body_claims(const struct database *database, const struct segment *segment,
                 const struct key *key, span body, struct claim *claims, size_t *count,
                 struct err *err)
{
    reader in = reader_of(body);
    uint64_t wanted = get_varint(&in);
    if (wanted != body_count(body))
        return database_damaged(database, segment, "count of statements", err);
    for (uint64_t i = 0; i < wanted; i++) {
        struct claim claim = get_claim(&in, segment, key);
        if (!read_ok(&in) || claim.count == 0)
            return database_damaged(database, segment, "statement", err);
        claims[(*count)++] = claim;
    }
    return read_end(&in) || database_damaged(database, segment, "statements", err);
}

static bool head_at(const struct database *database, const struct segment *segment, uint64_t number,
                    struct arena *mem, struct advisory *ret, struct err *err)
{
    span index = segment->sections[SECTION_HEAD_INDEX];
    if (number >= index.len / 4)
        return database_damaged(database, segment, "advisory number", err);
    reader at = reader_of(span_slice(index, (size_t)number * 4, 4));
    reader in = reader_of(span_from(segment->sections[SECTION_HEADS], read_u32le(&at)));
    struct advisory advisory = {0};
    if (!get_head(&in, &segment->words, mem, &advisory, err))
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
    uint64_t number = 0;
    for (size_t i = 0; i < claim->count; i++) {
        number += get_varint(&in);
        ret[i].affected = claim->affected;
        if (!head_at(database, segment, number, mem, &ret[i].advisory, err))
            return false;
    }
    return read_end(&in) || database_damaged(database, segment, "advisories of a statement", err);
}

bool body_flaws(const struct database *database, const struct segment *segment, span id, span body,
                struct arena *mem,
                bool (*visit)(void *self, const struct flaw *flaw, struct err *err), void *self,
                struct err *err)
{
    reader in = reader_of(body);
    uint64_t count = get_varint(&in);
    for (uint64_t i = 0; i < count && read_ok(&in); i++) {
        struct flaw flaw = {0};
        if (!get_flaw(&in, &segment->words, mem, &flaw, err))
            return false;
        flaw.id = id;
        flaw.database = segment->name;
        if (read_ok(&in) && !visit(self, &flaw, err))
            return false;
    }
    return read_end(&in) || database_damaged(database, segment, "flaw", err);
}

bool body_releases(const struct database *database, const struct segment *segment,
                   const struct key *key, span body,
                   bool (*visit)(void *self, const struct release *release, struct err *err),
                   void *self, struct err *err)
{
    reader in = reader_of(body);
    uint64_t count = get_varint(&in);
    for (uint64_t i = 0; i < count && read_ok(&in); i++) {
        struct release release = get_release(&in);
        release.distro = key->ecosystem;
        release.database = segment->name;
        release.version_id = key->name;
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
