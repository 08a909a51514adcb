// The client's workflow, in the order of section 5 of the specification.
#include "model/model.h"
#include "tuf/tuf_inner.h"

#include <string.h>

static bool check_expiry(enum tuf_role role, uint64_t expires, uint64_t now, struct err *err)
{
    char date[21] = "";
    time_format(expires, date);
    return now < expires ||
           err_set(err, ERR_UNTRUSTED, "%s: expired on %s", tuf_role_name(role), date);
}

static bool check_version(enum tuf_role role, uint64_t version, uint64_t known, struct err *err)
{
    return version >= known ||
           err_set(err, ERR_UNTRUSTED, "%s: version %llu is older than version %llu, seen before",
                   tuf_role_name(role), (unsigned long long)version, (unsigned long long)known);
}

// Is this the file that the metadata above it name?
static bool check_named(enum tuf_role role, span bytes, const struct tuf_link *link,
                        struct err *err)
{
    if (bytes.len != link->next_length)
        return err_set(err, ERR_UNTRUSTED, "%s: %zu bytes, should be %llu", tuf_role_name(role),
                       bytes.len, (unsigned long long)link->next_length);
    return digest_check(bytes, link->next_digest, err) || err_add(err, "%s", tuf_role_name(role));
}

static bool check_named_version(enum tuf_role role, uint64_t version, const struct tuf_link *link,
                                struct err *err)
{
    return version == link->next_version ||
           err_set(err, ERR_UNTRUSTED, "%s: version %llu, should be %llu", tuf_role_name(role),
                   (unsigned long long)version, (unsigned long long)link->next_version);
}

// ---------------------------------------------------------------- root

bool tuf_begin(span bytes, const struct limits *limits, struct arena *mem, struct tuf_trust *ret,
               struct err *err)
{
    CLEANUP(envelope_cleanup) struct envelope envelope = {0};
    struct tuf_trust trust = {0};
    if (!envelope_open(bytes, TUF_ROOT, limits, &envelope, err) ||
        !root_read(&envelope, mem, &trust.root, err) ||
        !envelope_check(&envelope, TUF_ROOT, &trust.root.roles[TUF_ROOT], err))
        return false;
    *ret = trust;
    return true;
}

static bool has_key(const struct tuf_authority *authority, public_key key)
{
    for (size_t i = 0; i < authority->count; i++)
        if (memcmp(authority->keys[i].bytes, key.bytes, sizeof key.bytes) == 0)
            return true;
    return false;
}

static bool same_keys(const struct tuf_authority *a, const struct tuf_authority *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!has_key(b, a->keys[i]))
            return false;
    return true;
}

bool tuf_follow_root(struct tuf_trust *trust, span bytes, const struct limits *limits,
                     struct arena *mem, bool *ret_rotated, struct err *err)
{
    CLEANUP(envelope_cleanup) struct envelope envelope = {0};
    const struct tuf_root *old = &trust->root;
    struct tuf_root root = {0};
    if (!envelope_open(bytes, TUF_ROOT, limits, &envelope, err) ||
        !root_read(&envelope, mem, &root, err) ||
        !envelope_check(&envelope, TUF_ROOT, &old->roles[TUF_ROOT], err) ||
        !envelope_check(&envelope, TUF_ROOT, &root.roles[TUF_ROOT], err))
        return false;
    if (old->version == UINT64_MAX || root.version != old->version + 1)
        return err_set(err, ERR_UNTRUSTED, "root: version %llu cannot follow version %llu",
                       (unsigned long long)root.version, (unsigned long long)old->version);
    bool rotated = !same_keys(&old->roles[TUF_TIMESTAMP], &root.roles[TUF_TIMESTAMP]) ||
                   !same_keys(&old->roles[TUF_SNAPSHOT], &root.roles[TUF_SNAPSHOT]);
    *trust = rotated ? (struct tuf_trust){0} : *trust;
    trust->root = root;
    *ret_rotated = rotated;
    return true;
}

bool tuf_check_root(const struct tuf_trust *trust, uint64_t now, struct err *err)
{
    return check_expiry(TUF_ROOT, trust->root.expires, now, err);
}

// ---------------------------------------------------------------- timestamp, snapshot

// Signed as the root demands, whatever its version and expiry.
static bool read_signed_link(const struct tuf_trust *trust, enum tuf_role role, span bytes,
                             const struct limits *limits, struct tuf_link *ret, struct err *err)
{
    enum tuf_role next = role == TUF_TIMESTAMP ? TUF_SNAPSHOT : TUF_TARGETS;
    CLEANUP(envelope_cleanup) struct envelope envelope = {0};
    return envelope_open(bytes, role, limits, &envelope, err) &&
           envelope_check(&envelope, role, &trust->root.roles[role], err) &&
           (link_read(&envelope, next, ret, err) || err_add(err, "%s", tuf_role_name(role)));
}

bool tuf_recall_timestamp(struct tuf_trust *trust, span bytes, const struct limits *limits,
                          struct err *err)
{
    if (!read_signed_link(trust, TUF_TIMESTAMP, bytes, limits, &trust->timestamp, err))
        return false;
    trust->has_timestamp = true;
    return true;
}

bool tuf_recall_snapshot(struct tuf_trust *trust, span bytes, const struct limits *limits,
                         struct err *err)
{
    if (!read_signed_link(trust, TUF_SNAPSHOT, bytes, limits, &trust->snapshot, err))
        return false;
    trust->has_snapshot = true;
    return true;
}

bool tuf_accept_timestamp(struct tuf_trust *trust, span bytes, uint64_t now,
                          const struct limits *limits, bool *ret_new, struct err *err)
{
    const struct tuf_link *known = trust->has_timestamp ? &trust->timestamp : NULL;
    struct tuf_link link = {0};
    if (!read_signed_link(trust, TUF_TIMESTAMP, bytes, limits, &link, err) ||
        !check_version(TUF_TIMESTAMP, link.version, known ? known->version : 0, err))
        return false;
    bool is_new = !known || link.version > known->version;
    if (!is_new)
        link = *known;
    if (!check_version(TUF_SNAPSHOT, link.next_version, known ? known->next_version : 0, err) ||
        !check_expiry(TUF_TIMESTAMP, link.expires, now, err))
        return false;
    trust->timestamp = link;
    trust->has_timestamp = true;
    *ret_new = is_new;
    return true;
}

bool tuf_accept_snapshot(struct tuf_trust *trust, span bytes, uint64_t now,
                         const struct limits *limits, struct err *err)
{
    assert(trust->has_timestamp);
    uint64_t known = trust->has_snapshot ? trust->snapshot.next_version : 0;
    struct tuf_link link = {0};
    if (!check_named(TUF_SNAPSHOT, bytes, &trust->timestamp, err) ||
        !read_signed_link(trust, TUF_SNAPSHOT, bytes, limits, &link, err) ||
        !check_named_version(TUF_SNAPSHOT, link.version, &trust->timestamp, err) ||
        !check_version(TUF_TARGETS, link.next_version, known, err) ||
        !check_expiry(TUF_SNAPSHOT, link.expires, now, err))
        return false;
    trust->snapshot = link;
    trust->has_snapshot = true;
    return true;
}

// ---------------------------------------------------------------- targets

bool tuf_accept_targets(const struct tuf_trust *trust, span bytes, uint64_t now,
                        const struct limits *limits, struct arena *mem, struct tuf_targets *ret,
                        struct err *err)
{
    assert(trust->has_snapshot);
    CLEANUP(envelope_cleanup) struct envelope envelope = {0};
    struct tuf_targets targets = {0};
    if (!check_named(TUF_TARGETS, bytes, &trust->snapshot, err) ||
        !envelope_open(bytes, TUF_TARGETS, limits, &envelope, err) ||
        !envelope_check(&envelope, TUF_TARGETS, &trust->root.roles[TUF_TARGETS], err) ||
        !check_named_version(TUF_TARGETS, envelope.version, &trust->snapshot, err) ||
        !check_expiry(TUF_TARGETS, envelope.expires, now, err) ||
        !targets_read(&envelope, mem, &targets, err))
        return false;
    *ret = targets;
    return true;
}

bool tuf_read_targets(span bytes, const struct limits *limits, struct arena *mem,
                      struct tuf_targets *ret, struct err *err)
{
    CLEANUP(envelope_cleanup) struct envelope envelope = {0};
    return envelope_open(bytes, TUF_TARGETS, limits, &envelope, err) &&
           targets_read(&envelope, mem, ret, err);
}
