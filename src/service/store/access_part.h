// store: who may do what: projects, tokens, and the record of what was done.
#ifndef PLIMSOLL_SERVICE_STORE_ACCESS_PART_H
#define PLIMSOLL_SERVICE_STORE_ACCESS_PART_H

#include "base/base.h"
#include "model/model.h"

struct store;

// ---------------------------------------------------------------- projects

// Whose repositories are seen together. A repository belongs to the project with the longest
// pattern that fits "REGISTRY/REPOSITORY".
struct project {
    int64_t id;
    span name; // letters, digits, '.', '_' and '-'
    struct spans patterns;
};

enum { NAME_MOST = 128, PATTERN_MOST = 512, PATTERNS_MOST = 1000 };

// Inside of a transaction. ERR_CONFLICT: the name, or a pattern, is taken; ERR_USAGE: it cannot be
// one.
bool store_add_project(struct store *store, const struct project *project, uint64_t now,
                       int64_t *ret, struct err *err);
// ERR_MISSING: there is none of that name.
bool store_find_project(struct store *store, span name, struct arena *mem, struct project *ret,
                        struct err *err);
// Inside of a transaction: from now on the project has these patterns, and all repositories go to
// where they belong. ERR_CONFLICT as above, or a repository would be nobody's.
bool store_set_patterns(struct store *store, int64_t project, const struct spans *patterns,
                        struct err *err);
// Inside of a transaction. ERR_CONFLICT: it has repositories, tokens, subscriptions or rules.
bool store_remove_project(struct store *store, int64_t project, struct err *err);

// ---------------------------------------------------------------- tokens

// What a token allows; bits.
enum scope {
    SCOPE_READ = 1 << 0,      // to see images, packages, findings
    SCOPE_PUSH = 1 << 1,      // to tell of pushes, as registries do
    SCOPE_SCAN = 1 << 2,      // to have bills of materials judged
    SCOPE_SUBSCRIBE = 1 << 3, // to say who is told what
    SCOPE_ADMIN = 1 << 4,     // projects, tokens, the audit log
    SCOPE_RULES = 1 << 5,     // to say what does not count
};
enum { SCOPE_COUNT = 6 };
// "read", "push", "scan", "subscribe", "admin", "rules"; null past them
const char *scope_name(size_t index);
bool scope_parse(span word, uint32_t *ret);
void scopes_write(uint32_t scopes, struct text *out); // "read,scan"

struct token {
    int64_t id;
    span name;
    uint32_t scopes;
    int64_t project;  // 0: all
    uint64_t created; // this and what follows: seconds since 1970
    uint64_t expires; // 0: never
    uint64_t used;    // to the hour; 0: never
    uint64_t revoked; // 0: it is not
};

// Makes a token. *ret_secret, in `mem`, is "plim_" and 256 random bits in base64url: the store
// keeps its SHA-256 alone. ERR_USAGE: such a token makes no sense.
bool store_add_token(struct store *store, const struct token *token, uint64_t now,
                     struct arena *mem, span *ret_secret, int64_t *ret, struct err *err);
// Whose secret it is. ERR_DENIED: nobody's, or its token has expired or was revoked. What is
// compared are digests: how long that takes says nothing of any secret.
bool store_check_token(struct store *store, span secret, uint64_t now, struct arena *mem,
                       struct token *ret, struct err *err);
bool store_find_token(struct store *store, int64_t id, struct arena *mem, struct token *ret,
                      struct err *err); // ERR_MISSING
// Inside of a transaction: a token like this one with a new secret. The old one is good for another
// `grace` seconds. ERR_CONFLICT: it is good no more.
bool store_rotate_token(struct store *store, int64_t id, uint64_t grace, uint64_t now,
                        struct arena *mem, span *ret_secret, int64_t *ret, struct err *err);
// ERR_MISSING: there is none, or it is revoked already.
bool store_revoke_token(struct store *store, int64_t id, uint64_t now, struct err *err);

// ---------------------------------------------------------------- audit

// What somebody did, or was refused. Each entry holds the hash of the one before it
// (doc/formats/api.md, "Audit log"): none can be changed or taken out without all that follow it.
struct audit {
    uint64_t at; // seconds since 1970
    span actor;  // "token 3 (ci)", "local user 0"
    span action; // "token.create"; of refused ones "token.create refused"
    span object;
    span detail;
};

// Inside of the transaction of what it tells of.
bool store_add_audit(struct store *store, const struct audit *audit, struct err *err);

struct audit_state {
    uint64_t entries;
    span head;      // hash of the last one in hexadecimal; empty: there is none
    int64_t broken; // id of the first that does not fit to the one before it; 0: all do
};
// Reads all of it. `mem` holds the head.
bool store_verify_audit(struct store *store, struct arena *mem, struct audit_state *ret,
                        struct err *err);

#endif
