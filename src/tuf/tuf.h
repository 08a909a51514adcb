// tuf: signed metadata in the manner of The Update Framework (TUF specification 1.0): who may sign
// what (root), what is newest (timestamp), which metadata belong together (snapshot), which files
// there are (targets). Pure: bytes in, what may be believed out. Every doubt denies.
//
// Of the specification this reads what plimsoll publishes: Ed25519 keys, consistent snapshots,
// SHA-256 and lengths everywhere, no delegations. doc/formats/update.md describes the files.
#ifndef PLIMSOLL_TUF_H
#define PLIMSOLL_TUF_H

#include "base/base.h"
#include "crypto/crypto.h"

enum tuf_role {
    TUF_ROOT,
    TUF_TIMESTAMP,
    TUF_SNAPSHOT,
    TUF_TARGETS,
    TUF_ROLES,
};
const char *tuf_role_name(enum tuf_role role); // "root", ...

// ---------------------------------------------------------------- what metadata say

// The keys of one role, and how many of them must sign.
struct tuf_authority {
    const public_key *keys; // each once
    size_t count;
    uint64_t threshold; // at least 1
};

struct tuf_root {
    uint64_t version;
    uint64_t expires; // seconds since 1970, as everywhere here
    struct tuf_authority roles[TUF_ROLES];
};

// A timestamp, which names a snapshot, or a snapshot, which names targets.
struct tuf_link {
    uint64_t version;
    uint64_t expires;
    uint64_t next_version;
    uint64_t next_length;
    digest next_digest; // SHA-256
};

// One published file: a segment of a database, packed whole or as a patch.
struct tuf_target {
    span path; // letters, digits and "._-"
    uint64_t length;
    digest digest;
    span segment;    // its name
    uint64_t format; // version of the database's format
    uint64_t size;   // of what the file unpacks to
    digest content;  // of the segment that is made from it
    bool is_patch;
    digest base; // of the segment that the patch is applied to
};

struct tuf_targets {
    uint64_t version;
    uint64_t expires;
    const struct tuf_target *items; // sorted by path
    size_t count;
};

// ---------------------------------------------------------------- believing (specification 5)

// What a client believes so far. Starts with a root that somebody trusted handed over; everything
// else follows from it. Spans and keys live in the arenas that they were read into.
struct tuf_trust {
    struct tuf_root root;
    bool has_timestamp;
    struct tuf_link timestamp;
    bool has_snapshot;
    struct tuf_link snapshot;
};

// All of these leave `trust` alone when they fail: ERR_UNTRUSTED for what is not signed as the root
// demands, older than what was believed before, expired or not the file that was named; ERR_INPUT
// for what is no such metadata; ERR_UNSUPPORTED for another version of the specification. At most
// limits->document_bytes are read.

// The root to begin with, signed by its own keys.
bool tuf_begin(span bytes, const struct limits *limits, struct arena *mem, struct tuf_trust *ret,
               struct err *err);
// 5.3: the next root, version N + 1, signed by the keys of both. *ret_rotated: timestamps and
// snapshots have other keys now, so that what was kept of them counts no longer (5.3.11).
bool tuf_follow_root(struct tuf_trust *trust, span bytes, const struct limits *limits,
                     struct arena *mem, bool *ret_rotated, struct err *err);
// 5.3.10: to be asked after the last root.
bool tuf_check_root(const struct tuf_trust *trust, uint64_t now, struct err *err);
// What was believed when it was kept: it may have expired since.
bool tuf_recall_timestamp(struct tuf_trust *trust, span bytes, const struct limits *limits,
                          struct err *err);
bool tuf_recall_snapshot(struct tuf_trust *trust, span bytes, const struct limits *limits,
                         struct err *err);
// 5.4: not older than the one believed, nor is the snapshot that it names. One of the same version
// changes nothing: *ret_new is false, and it is the one believed that must not have expired.
bool tuf_accept_timestamp(struct tuf_trust *trust, span bytes, uint64_t now,
                          const struct limits *limits, bool *ret_new, struct err *err);
// 5.5: the one that the timestamp names; the targets that it names are not older than before.
bool tuf_accept_snapshot(struct tuf_trust *trust, span bytes, uint64_t now,
                         const struct limits *limits, struct err *err);
// 5.6: the ones that the snapshot names.
bool tuf_accept_targets(const struct tuf_trust *trust, span bytes, uint64_t now,
                        const struct limits *limits, struct arena *mem, struct tuf_targets *ret,
                        struct err *err);

// ---------------------------------------------------------------- publishing (specification 4)

// Who signs, each once.
struct tuf_signers {
    const struct signing_key *const *keys;
    size_t count;
};

// What a file says, without believing it: for the publisher, whose own it is.
bool tuf_read_targets(span bytes, const struct limits *limits, struct arena *mem,
                      struct tuf_targets *ret, struct err *err);

bool tuf_write_root(const struct tuf_root *root, struct tuf_signers signers, struct arena *mem,
                    span *ret, struct err *err);
bool tuf_write_timestamp(const struct tuf_link *timestamp, struct tuf_signers signers,
                         struct arena *mem, span *ret, struct err *err);
bool tuf_write_snapshot(const struct tuf_link *snapshot, struct tuf_signers signers,
                        struct arena *mem, span *ret, struct err *err);
void tuf_sort_targets(struct tuf_target *items, size_t count);
// `targets` are sorted so.
bool tuf_write_targets(const struct tuf_targets *targets, struct tuf_signers signers,
                       struct arena *mem, span *ret, struct err *err);

// The id of a key (4.2): SHA-256 of its canonical form, in hex.
bool tuf_key_id(public_key key, struct arena *mem, span *ret, struct err *err);

#endif
