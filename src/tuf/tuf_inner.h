// Shared by the readers and the writers of metadata: canonical JSON and the signed envelope.
#ifndef PLIMSOLL_TUF_INNER_H
#define PLIMSOLL_TUF_INNER_H

#include "format/json/json.h"
#include "tuf/tuf.h"

// What all metadata begin with (4.1); a client refuses every other major version.
#define SPEC_VERSION S("1.0.33")
#define SPEC_MAJOR S("1.")

// Appends the canonical form (4.2: OLPC canonical JSON) of a value: members sorted, no white space,
// only quotes and backslashes escaped, whole numbers. False for a value that has none: other
// numbers, null, nested too deep; `out` may be unfit, too.
bool canonical_add(struct text *out, const struct json *value);
void canonical_add_text(struct text *out, span value);
// `"key":`, with a comma in front unless it is the first.
void canonical_add_key(struct text *out, const char *key, bool first);

// A metadata file that has been parsed, not yet believed.
struct envelope {
    struct json *document;
    const struct json *body; // its "signed"
    struct arena *mem;
    span message; // canonical form of the body: what is signed
    uint64_t version;
    uint64_t expires;
};

// Reads a file of this role. ERR_INPUT for anything else.
bool envelope_open(span bytes, enum tuf_role role, const struct limits *limits,
                   struct envelope *ret, struct err *err);
void envelope_cleanup(struct envelope *envelope);
// 5.3.4 and its like: has a threshold of the role's keys signed it, each counted once?
bool envelope_check(const struct envelope *envelope, enum tuf_role role,
                    const struct tuf_authority *authority, struct err *err);
// Signs and wraps a body in its canonical form.
bool envelope_write(span body, struct tuf_signers signers, struct arena *mem, span *ret,
                    struct err *err);

// "key" of an object: 64 hex digits.
bool get_digest(const struct json *object, const char *key, digest *ret);
bool root_read(const struct envelope *envelope, struct arena *mem, struct tuf_root *ret,
               struct err *err);
bool link_read(const struct envelope *envelope, enum tuf_role next, struct tuf_link *ret,
               struct err *err);
bool targets_read(const struct envelope *envelope, struct arena *mem, struct tuf_targets *ret,
                  struct err *err);

#endif
