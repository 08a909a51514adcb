// database_inner: the layout of the file (doc/formats/database.md) as its writer and its reader
// share it.
#ifndef PLIMSOLL_DATABASE_INNER_H
#define PLIMSOLL_DATABASE_INNER_H

#include "crypto/crypto.h"
#include "database/database.h"
#include "os/os.h"

// ---------------------------------------------------------------- layout

#define FILE_MAGIC S("PLIMSDB\n")

enum {
    FILE_VERSION = 3,
    FILE_HEADER_SIZE = 16,     // magic, version, zero
    FILE_FOOTER_SIZE = 40,     // offset of the directory, counts, file size, checksum, magic
    DIRECTORY_ENTRY_SIZE = 48, // offset, size, SHA-256 of a segment
    SCOPE_ENTRY_SIZE = 12,     // kind, segment, word
    SLOT_SIZE = 12,            // tag, key offset + 1, body offset
    MOST_SEGMENTS = 256,
};

enum section {
    SECTION_INFO,
    SECTION_WORD_INDEX,
    SECTION_WORDS,
    SECTION_HEAD_INDEX,
    SECTION_HEADS,
    SECTION_KEYS,
    SECTION_BODIES,
    SECTION_SLOTS,
    SECTION_COUNT,
};
enum { SEGMENT_HEADER_SIZE = 4 * SECTION_COUNT };

// What a key speaks of. A scope is a kind and an ecosystem; a key is a scope and a name.
enum key_kind {
    KEY_PACKAGE,  // ecosystem, package name
    KEY_FLAW,     // empty, id
    KEY_RELEASE,  // distribution, version
    KEY_WEAKNESS, // empty, id
    KEY_PRODUCT,  // purl type, package name
    KEY_KINDS,
};

struct key {
    enum key_kind kind;
    span ecosystem;
    span name;
};

uint64_t directory_checksum(span directory);
// Where a key stands in a table of `slots` slots if nothing is in the way, and what its slot shows
// of its hash, so that other keys are seldom touched.
struct place {
    size_t slot;
    uint32_t tag;
};
struct place key_place(enum key_kind kind, uint64_t ecosystem_word, span name, size_t slots);

// ---------------------------------------------------------------- interning (compiling)

// Distinct byte strings, numbered in the order in which they came and, once ranked, in a sorted
// order that no longer depends on it.
struct interned {
    span bytes;
    uint32_t hash;
    uint32_t value; // the owner's
    uint32_t rank;
};

struct interner {
    struct arena *mem;
    struct list items; // of struct interned
    uint32_t *slots;   // number + 1
    size_t slot_count;
};

void interner_init(struct interner *interner, struct arena *mem);
// False without memory; nothing has changed then.
bool interner_add(struct interner *interner, span bytes, uint32_t *ret_number);
const struct interned *interner_find(const struct interner *interner, span bytes);
struct interned *interner_at(const struct interner *interner, size_t number);
// Sorts, sets every rank, and hands out the items in their order. `compare` gets pointers to
// pointers to struct interned.
bool interner_rank(struct interner *interner, int (*compare)(const void *a, const void *b),
                   struct arena *mem, struct interned ***ret_sorted);

// ---------------------------------------------------------------- codec

// Strings that repeat a lot (ecosystems, CVSS vectors, modules, repositories) are words: numbers
// into a table. Where the table is null they stand in full: so the builder keeps records.
struct word_table {
    span index; // u32le end offset of each
    span bytes;
};
bool word_at(const struct word_table *words, uint64_t number, span *ret);

// All put functions append to a sticky text; all get functions read from a reader that poisons.
void put_varint(struct text *out, uint64_t value);
uint64_t get_varint(reader *in);
void put_string(struct text *out, span s);
span get_string(reader *in);

void put_key(struct text *out, const struct interner *words, const struct key *key);
struct key get_key(reader *in, const struct word_table *words);

// The advisory without its packages and its database.
void put_head(struct text *out, const struct interner *words, const struct advisory *advisory);
bool get_head(reader *in, const struct word_table *words, struct arena *mem, struct advisory *ret,
              struct err *err);

// What is said of a package, without its ecosystem and name.
void put_affected(struct text *out, const struct interner *words, const struct affected *affected);
struct affected get_affected(reader *in, const struct word_table *words);

// Without id and database.
void put_flaw(struct text *out, const struct interner *words, const struct flaw *flaw);
bool get_flaw(reader *in, const struct word_table *words, struct arena *mem, struct flaw *ret,
              struct err *err);

// Without distribution and version.
void put_release(struct text *out, const struct release *release);
struct release get_release(reader *in);

// ---------------------------------------------------------------- drafts (compiling)

// One thing said under one key; rows of one key are chained.
struct row {
    uint32_t next;  // number + 1 of the row before it, 0: none
    uint32_t value; // what is said, in draft.values
    uint32_t head;  // by which advisory, in draft.heads; 0 for flaws and releases
};

enum { ROWS_IN_CHUNK = 1 << 14 };

// All rows of a segment in chunks, because a growing array would leave its old copies behind.
struct row_store {
    struct list chunks; // of struct row *
    uint32_t count;
};

// A segment while its facts come in. Interned bytes are records with words in full.
struct draft {
    span name;
    span licence;
    uint32_t day;
    struct interner words;
    struct interner heads;
    struct interner keys; // value: number + 1 of the key's newest row
    struct interner values;
    struct row_store rows;
};

struct row *draft_row(const struct draft *draft, uint32_t number);

struct database_builder {
    struct arena *mem;
    struct list drafts; // of struct draft *
    struct text record; // the record being encoded
    bool failed;
};

// A scope that a segment speaks of: these lead look-ups to segments.
struct scope {
    enum key_kind kind;
    span ecosystem;
    uint32_t segment;
    uint32_t word; // number of the ecosystem in that segment
};

// Encodes a draft as one segment. Appends its scopes (of struct scope, with `segment` as given).
// Memory is in `mem`; the draft's ranks are set.
bool segment_encode(struct draft *draft, uint32_t segment, struct arena *mem,
                    struct list *ret_scopes, span *ret, struct err *err);

// ---------------------------------------------------------------- segments (reading)

struct segment {
    span name;
    span bytes;
    span sections[SECTION_COUNT];
    struct word_table words;
    digest digest; // as the directory says
};

struct database {
    struct arena *mem;
    const char *path;
    struct os_map map; // empty: the bytes are the caller's
    span bytes;        // the whole file
    struct segment *segments;
    size_t segment_count;
    struct scope *scopes; // sorted by kind, ecosystem, segment
    size_t scope_count;
};

// Fills err with ERR_INPUT naming file, segment and place, and returns false.
bool database_damaged(const struct database *database, const struct segment *segment,
                      const char *place, struct err *err);

bool segment_view(span bytes, struct segment *ret);
bool segment_info(const struct segment *segment, struct database_segment *ret);

// The body of a key. False with *ret_damaged unset: there is none.
bool segment_find(const struct segment *segment, const struct key *key, uint64_t word,
                  span *ret_body, bool *ret_damaged);

// Reads the table of scopes into database->scopes.
bool scopes_view(struct database *database, span table, struct err *err);

// What one segment holds under a key.
struct found {
    const struct segment *segment;
    span body;
};
// What each segment holds under one key, as a list of struct found, in the order of their names.
bool find_bodies(const struct database *database, const struct key *key, struct arena *mem,
                 struct list *ret, struct err *err);
// The port's look_up_flaw; `self` is the database.
bool database_look_up_flaw(void *self, span id, span vendor, struct arena *mem, struct flaw *ret,
                           struct err *err);

// How many claims a package's body holds.
size_t body_count(span body);
// Decodes a package's body behind claims[0 … *count), where there is room for body_count. Those who
// make a claim are left undecoded.
bool body_claims(const struct database *database, const struct segment *segment,
                 const struct key *key, span body, struct claim *claims, size_t *count,
                 struct err *err);
// Decodes the advisories that make a claim: claim->count statements.
bool body_statements(const struct database *database, const struct segment *segment,
                     const struct claim *claim, struct arena *mem, struct statement *ret,
                     struct err *err);
bool body_flaws(const struct database *database, const struct segment *segment, span id, span body,
                struct arena *mem,
                bool (*visit)(void *self, const struct flaw *flaw, struct err *err), void *self,
                struct err *err);
bool body_releases(const struct database *database, const struct segment *segment,
                   const struct key *key, span body,
                   bool (*visit)(void *self, const struct release *release, struct err *err),
                   void *self, struct err *err);
// The names of a weakness, the products of a package.
bool body_texts(const struct database *database, const struct segment *segment, span body,
                bool (*visit)(void *self, span text, struct err *err), void *self, struct err *err);

#endif
