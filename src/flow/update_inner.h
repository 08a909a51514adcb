// Shared by those who publish databases and those who fetch them: where published files are, and
// what is remembered beside a database.
#ifndef PLIMSOLL_FLOW_UPDATE_INNER_H
#define PLIMSOLL_FLOW_UPDATE_INNER_H

#include "database/database.h"
#include "flow/flow.h"
#include "tuf/tuf.h"

enum {
    MOST_ROOT_BYTES = 1 << 20, // of metadata whose length nobody has signed
    MOST_TIMESTAMP_BYTES = 1 << 16,
    NAME_MAX_BYTES = 512,
};

// ---------------------------------------------------------------- names

struct file_name {
    char text[NAME_MAX_BYTES];
};
struct file_name metadata_name(uint64_t version, enum tuf_role role); // "7.targets.json"
struct file_name target_name(const struct tuf_target *target);        // "SHA256.PATH"
// "directory/name"; null when the arena is full.
const char *file_in(struct arena *mem, const char *directory, const char *name);

// ---------------------------------------------------------------- mirrors

// Where published files come from: a directory, a URL or an archive of one file.
struct mirror;
bool mirror_open(span place, const struct net_options *net, const struct limits *limits,
                 struct mirror **ret, struct err *err);
void mirror_close(struct mirror *mirror); // null is fine
void mirror_cleanup(struct mirror **mirror);
bool mirror_lasts(const struct mirror *mirror); // there may be something newer in it another day
// A small file. ERR_MISSING: it is not there; ERR_LIMIT past `most` bytes.
bool mirror_read(struct mirror *mirror, const char *name, uint64_t most, struct arena *mem,
                 span *ret, struct err *err);
// The bytes of a file from `start` to `length`, put into `fd` at the same place. What has come
// before a failure stays there, so that the next call can begin behind it.
bool mirror_fetch(struct mirror *mirror, const char *name, uint64_t start, uint64_t length, int fd,
                  struct err *err);

// ---------------------------------------------------------------- what is remembered

// The directory DATABASE.update: metadata that are believed, parts that have been fetched. One
// process at a time is in it.
struct update_state {
    const char *directory;
    int lock;
};
bool update_state_open(const char *database, struct arena *mem, struct update_state *ret,
                       struct err *err);
void update_state_close(struct update_state *state);
bool update_state_read(const struct update_state *state, const char *name, uint64_t most,
                       struct arena *mem, span *ret, struct err *err); // ERR_MISSING
bool update_state_write(const struct update_state *state, const char *name, span bytes,
                        struct arena *mem, struct err *err);
bool update_state_remove(const struct update_state *state, const char *name, struct arena *mem,
                         struct err *err);

// ---------------------------------------------------------------- assembling

struct assembly {
    const struct update_request *request;
    const struct update_state *state;
    struct mirror *mirror;
    struct arena *mem;
    struct arena *scratch; // of one segment
    const struct tuf_targets *targets;
    struct update_result result;
};
// Brings the database to what the targets say: keeps, patches and fetches segments, and replaces
// the file when all are there. Leaves it alone when it is that already.
bool assemble_database(struct assembly *assembly, struct err *err);

#endif
