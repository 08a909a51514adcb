#include "database/database_inner.h"

// A body: a count, then groups of one statement and the advisories that make it (packages), or
// records (flaws, releases). Each row takes a byte or more, so a count is bounded by the body.

uint64_t body_count(span body)
{
    reader in = reader_of(body);
    uint64_t count = get_varint(&in);
    return count < body.len ? count : body.len;
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

struct group {
    struct affected affected;
    uint64_t count;
};

static struct group get_group(reader *in, const struct segment *segment, const struct key *key)
{
    struct group group = {.affected = get_affected(in, &segment->words)};
    group.affected.ecosystem = key->ecosystem;
    group.affected.name = key->name;
    group.count = get_varint(in);
    return group;
}

static bool group_statements(const struct database *database, const struct segment *segment,
                             const struct group *group, reader *in, struct arena *mem,
                             struct statement *statements, struct err *err)
{
    uint64_t number = 0;
    for (uint64_t i = 0; i < group->count; i++) {
        number += get_varint(in);
        statements[i].affected = group->affected;
        if (!head_at(database, segment, number, mem, &statements[i].advisory, err))
            return false;
    }
    return read_ok(in) || database_damaged(database, segment, "statement", err);
}

bool body_statements(const struct database *database, const struct segment *segment,
                     const struct key *key, span body, struct arena *mem,
                     struct statement *statements, size_t *count, struct err *err)
{
    reader in = reader_of(body);
    uint64_t left = get_varint(&in);
    if (left > body_count(body))
        return database_damaged(database, segment, "count of statements", err);
    while (left && read_ok(&in)) {
        struct group group = get_group(&in, segment, key);
        if (!read_ok(&in) || group.count == 0 || group.count > left)
            return database_damaged(database, segment, "statement", err);
        if (!group_statements(database, segment, &group, &in, mem, statements + *count, err))
            return false;
        left -= group.count;
        *count += (size_t)group.count;
    }
    return read_end(&in) || database_damaged(database, segment, "statements", err);
}

bool body_flaws(const struct database *database, const struct segment *segment, span id, span body,
                bool (*visit)(void *self, const struct flaw *flaw, struct err *err), void *self,
                struct err *err)
{
    reader in = reader_of(body);
    uint64_t count = get_varint(&in);
    for (uint64_t i = 0; i < count && read_ok(&in); i++) {
        struct flaw flaw = get_flaw(&in, &segment->words);
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
