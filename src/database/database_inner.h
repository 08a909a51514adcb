// database_inner: the layout of the file (doc/formats/database.md) as its writer and its reader
// share it.
#ifndef PLIMSOLL_DATABASE_INNER_H
#define PLIMSOLL_DATABASE_INNER_H

#include "crypto/crypto.h"
#include "database/database.h"
#include "os/os.h"
#include "version/version.h"

// ---------------------------------------------------------------- layout

#define FILE_MAGIC S("PLIMSDB\n")

enum {
    FILE_VERSION = 3,
    FILE_HEADER_SIZE = 16,     // magic, version, zero
    FILE_FOOTER_SIZE = 40,     // offset of the directory, counts, file size, checksum, magic
    DIRECTORY_ENTRY_SIZE = 48, // offset, size, SHA-256 of a segment
    SCOPE_ENTRY_SIZE = 12,     // kind, segment, word
    SLOT_SIZE = 8,             // hash, offset + 1
    REFERENCE_SIZE = 3,        // of a head, in a claim
    MOST_SEGMENTS = 256,
    MOST_HEADS = 1 << 23, // in a segment, so that references are found soon
};

// What is said comes first; the rest is made from it.
enum section {
    SECTION_INFO,
    SECTION_WORDS,
    SECTION_HEADS,
    SECTION_RECORDS,
    SECTION_WORD_INDEX,
    SECTION_HEAD_SLOTS,
    SECTION_RECORD_SLOTS,
    SECTION_COUNT,
    CORE_SECTIONS = SECTION_WORD_INDEX,
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

// ---------------------------------------------------------------- slots

// Hash tables of u32le hash, u32le offset + 1. Where an entry would like to stand follows from its
// hash alone; a search goes forward from there and around, and ends at an empty slot or at one
// whose entry stands closer to where it would like to be.
struct slot_search {
    span slots;
    uint32_t hash;
    size_t at;
    size_t turn; // slots seen: a damaged table may have no end
};

// Of a key, whose name is hashed once for all segments.
static inline uint64_t name_hash(enum key_kind kind, span name)
{
    return span_hash(name, (uint64_t)kind);
}
// A multiplication by an odd number loses nothing, and its high half depends on every bit below.
static inline uint32_t key_hash(uint64_t name_hash, uint64_t ecosystem_word)
{
    uint64_t mixed = (name_hash ^ ecosystem_word) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(mixed >> 32);
}

// The hash scaled to a table of `count` slots.
static inline size_t slot_of(uint32_t hash, size_t count)
{
    return (size_t)((uint64_t)hash * count >> 32);
}
static inline struct slot_search slot_search(span slots, uint32_t hash)
{
    return (struct slot_search){
        .slots = slots,
        .hash = hash,
        .at = slot_of(hash, slots.len / SLOT_SIZE),
    };
}
// How far an entry stands behind the slot where it would like to be.
static inline size_t slot_distance(size_t at, uint32_t hash, size_t count)
{
    size_t home = slot_of(hash, count);
    return at >= home ? at - home : at + count - home;
}
// Half a slot: number `number` of a table of u32le, inside it as the caller knows.
static inline uint32_t slot_half(span slots, size_t number)
{
    const uint8_t *at = slots.ptr + number * 4;
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}
// The next offset under the hash. False at the end of the search; *ret_damaged is set when there is
// no end. Here, because most of what is asked of a database ends in it.
static inline bool slot_next(struct slot_search *search, uint32_t *ret_offset, bool *ret_damaged)
{
    size_t count = search->slots.len / SLOT_SIZE;
    while (search->turn < count) {
        size_t at = search->at;
        uint32_t hash = slot_half(search->slots, at * 2);
        uint32_t offset = slot_half(search->slots, at * 2 + 1);
        if (offset == 0 || slot_distance(at, hash, count) < search->turn)
            return false;
        search->turn++;
        search->at = at + 1 < count ? at + 1 : 0;
        if (hash != search->hash)
            continue;
        *ret_offset = offset - 1;
        return true;
    }
    *ret_damaged = true;
    return false;
}

// Is there anything under the hash? Most names that are asked for are in no table. True, too, of a
// table that has no end.
static inline bool slot_is_taken(span slots, uint32_t hash)
{
    size_t count = slots.len / SLOT_SIZE;
    size_t at = slot_of(hash, count);
    for (size_t turn = 0; turn < count; turn++) {
        uint32_t found = slot_half(slots, at * 2);
        if (slot_half(slots, at * 2 + 1) == 0)
            return false;
        if (found == hash)
            return true;
        // Whoever has a lower hash would not like to stand further on: most need no more of a look.
        if (found > hash && slot_distance(at, found, count) < turn)
            return false;
        at = at + 1 < count ? at + 1 : 0;
    }
    return true;
}

// A table being made, three quarters full.
struct slot_table {
    uint32_t *entries; // hash and offset + 1 of each
    size_t count;
};
bool slot_table_init(struct slot_table *table, size_t items, struct arena *mem);
void slot_table_add(struct slot_table *table, uint32_t hash, uint32_t offset);
bool slot_table_has(const struct slot_table *table, uint32_t hash);
void slot_table_put(struct text *out, const struct slot_table *table);
// Adds an advisory: returns its reference.
uint32_t slot_table_add_id(struct slot_table *table, span id, uint32_t offset);
void slot_table_put(struct text *out, const struct slot_table *table);

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

// All put functions append to a sticky text; all get functions read from a reader that poisons.
void put_varint(struct text *out, uint64_t value);
// A number and what is behind it: values, so that a reader whose address nobody takes need not be
// in memory.
struct varint {
    uint64_t value;
    reader rest;
};
struct varint get_long_varint(reader in); // of any length
// Nearly all are of one byte, and a look-up reads little else.
static inline uint64_t get_varint(reader *in)
{
    if (in->rest.len <= 1 || in->rest.ptr[0] >= 0x80) {
        struct varint number = get_long_varint(*in);
        *in = number.rest;
        return number.value;
    }
    in->rest.len--;
    return *in->rest.ptr++;
}
// A reference to an advisory.
void put_reference(struct text *out, uint32_t reference);
uint32_t get_reference(reader *in);
void put_string(struct text *out, span s);
static inline span get_string(reader *in)
{
    return read_bytes(in, get_varint(in));
}
// What was read makes no sense: nothing behind it does.
void reader_poison(reader *in);

// Strings that repeat a lot (ecosystems, modules, repositories) are words: numbers into a table.
// Where the table is null they stand in full: so the builder keeps records.
struct word_table {
    span index; // u32le offset of each
    span bytes; // strings
};
bool word_at(const struct word_table *words, uint64_t number, span *ret);
void put_word(struct text *out, const struct interner *words, span s);
span get_word(reader *in, const struct word_table *words);

void put_key(struct text *out, const struct interner *words, const struct key *key);
struct key get_key(reader *in, const struct word_table *words);

// The name of a flaw as it stands in the file, and back: itself, or bytes in `mem`. False without
// memory.
bool id_pack(span id, struct arena *mem, span *ret);
bool id_unpack(span packed, struct arena *mem, span *ret);

// A CVSS vector: mostly a number of two bytes.
void put_vector(struct text *out, span vector);
bool get_vector(reader *in, struct arena *mem, span *ret, struct err *err);

// The severity in the lowest three bits of `flags`.
enum severity get_severity(reader *in, uint8_t flags);

// The advisory without its packages and its database; `scratch` is overwritten.
void put_head(struct text *out, struct text *scratch, const struct advisory *advisory);
bool get_head(reader *in, struct arena *mem, struct advisory *ret, struct err *err);

// The claims of a package go through these. Without words, as the builder keeps them, each stands
// in full. In a file bounds are written as what they add to the one before, so that reading them
// takes room.
struct claim_writer {
    struct text *to;
    const struct interner *words;
    span version; // the last ones written
    span key;
    uint64_t room; // that reading takes
};
struct claim_reader {
    reader from;
    const struct word_table *words;
    uint8_t *to;
    size_t room;
    bool keys_only; // the versions are left out
    span version;   // the last ones read
    span key;
};
// Forgets all keys but the last, so that one claim after the other is read in the same room, of at
// least CLAIM_KEYS_MOST bytes.
enum { CLAIM_KEYS_MOST = 4 * VERSION_KEY_MOST };
void claim_reader_reuse(struct claim_reader *in, uint8_t *room, size_t size);

// What is said of a package, without its ecosystem and name.
void put_affected(struct claim_writer *out, const struct affected *affected,
                  const struct bound_keys *keys);
struct claim get_affected(struct claim_reader *in);
// The same and the references to the advisories, as it stands in a body.
struct claim get_claim(struct claim_reader *in);

// What a claim refers to, for whoever does not want to know what it says.
struct claim_names {
    uint64_t words[2];
    size_t word_count;
    span advisories; // references
};
struct claim_names claim_names(reader *in);

// Where a claim stands among those of a package.
struct claim_rank {
    enum {
        CLAIM_IS_OPEN, // no upper bound, or one that is no version
        CLAIM_ENDS,    // at a ceiling; the highest comes first
        CLAIM_HOLDS_NONE,
    } order;
    span ceiling; // key of the upper bound
};
struct claim_rank claim_rank(const struct claim *claim);
int claim_rank_compare(const struct claim_rank *a, const struct claim_rank *b);
// The ceiling of the first claim of a body, as it stands there: none is higher. False: it has none,
// or it takes more to find it.
bool body_first_ceiling(span body, span *ret);
// Could the version, a key, be in the claim's range?
bool claim_may_hold(const struct claim *claim, enum scheme scheme, span version);

// Without id and database.
void put_flaw(struct text *out, const struct flaw *flaw);
bool get_flaw(reader *in, struct arena *mem, struct flaw *ret, struct err *err);

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

// A segment that is encoded.
struct sealed {
    span name;
    span bytes;
};

struct database_builder {
    uint64_t budget;     // bytes for each of the arenas
    struct arena *mem;   // of the drafts; null once they are sealed
    struct arena *kept;  // of the sealed segments
    struct list drafts;  // of struct draft *
    struct list sealed;  // of struct sealed
    struct text record;  // the record being encoded
    struct text scratch; // a part of it
    bool failed;
    bool is_sealed;
};

// Encodes a draft as one segment. Memory is in `mem`; the draft's ranks are set.
bool segment_encode(struct draft *draft, struct arena *mem, span *ret, struct err *err);
// Adds the tables to what a segment says. ERR_INPUT when that is damaged.
bool segment_complete(const span core[CORE_SECTIONS], struct arena *mem, span *ret,
                      struct err *err);

// ---------------------------------------------------------------- segments (reading)

struct segment {
    span name;
    span bytes;
    span sections[SECTION_COUNT];
    struct word_table words;
    digest digest; // as the directory says
};

// A scope that a segment speaks of: these lead look-ups to segments.
struct scope {
    enum key_kind kind;
    span ecosystem;
    uint32_t segment;
    uint32_t word;      // number of the ecosystem in that segment
    enum scheme scheme; // the order of its versions
    span slots;         // of that segment's records
    size_t run;         // the first of those of one kind and ecosystem: how many they are
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
    span scope_slots; // hash table: kind and ecosystem → number of the first of them
};

// Fills err with ERR_INPUT naming file, segment and place, and returns false.
bool database_damaged(const struct database *database, const struct segment *segment,
                      const char *place, struct err *err);

bool segment_view(span bytes, struct segment *ret);
bool segment_info(const struct segment *segment, struct database_segment *ret);
// Appends the scopes that a segment speaks of (of struct scope; their segment is `number`). False
// when the list is full or the segment is damaged.
bool segment_scopes(const struct segment *segment, uint32_t number, struct list *scopes);

// A key and its body, which stands with another key if `back` is not 0: so many bytes before.
struct record {
    enum key_kind kind;
    uint64_t word; // of the ecosystem
    span name;
    uint64_t back;
    span body;
};
static inline struct record get_record(reader *in)
{
    struct record record = {.kind = KEY_PACKAGE};
    uint8_t kind = read_u8(in);
    if (kind < KEY_KINDS)
        record.kind = (enum key_kind)kind;
    else
        in->failed = true;
    record.word = get_varint(in);
    record.name = get_string(in);
    record.back = get_varint(in);
    if (record.back == 0)
        record.body = get_string(in);
    return record;
}
// The body of a record at an offset in its section. False: damaged.
bool segment_body(const struct segment *segment, size_t offset, const struct record *record,
                  span *ret);

// A key with its name hashed.
struct asked_key {
    enum key_kind kind;
    span ecosystem;
    span name;
    uint64_t hash;
};
struct asked_key ask_for(enum key_kind kind, span ecosystem, span name);
// The body of a key. False with *ret_damaged unset: there is none.
bool segment_find(const struct segment *segment, const struct asked_key *key, uint64_t word,
                  span *ret_body, bool *ret_damaged);

// Reads the table of scopes into database->scopes.
bool scopes_view(struct database *database, span table, struct err *err);
// Those of one ecosystem stand together: from *ret_first, so many.
size_t scopes_of(const struct database *database, enum key_kind kind, span ecosystem,
                 const struct scope **ret_first);

// What one segment holds under a key.
struct found {
    const struct segment *segment;
    span body;
};
// What each segment holds under one key, as a list of struct found, in the order of their names.
bool find_bodies(const struct database *database, const struct asked_key *key, struct arena *mem,
                 struct list *ret, struct err *err);
// The port's look_up_flaw; `self` is the database.
bool database_look_up_flaw(void *self, span id, span vendor, struct arena *mem, struct flaw *ret,
                           struct err *err);

// ---------------------------------------------------------------- bodies

// How many claims a package's body holds.
size_t body_count(span body);
// Decodes a package's body behind claims[0 … *count), where there is room for body_count; versions
// and keys are in `mem`. Those who make a claim are left undecoded.
bool body_claims(const struct database *database, const struct segment *segment, span ecosystem,
                 span name, span body, struct arena *mem, struct claim *claims, size_t *count,
                 struct err *err);
// Could any claim's range hold one of the versions? False: damaged.
bool body_look_out(const struct segment *segment, span body, enum scheme scheme,
                   const struct asked_versions *versions, bool *ret);
// Decodes the advisories that make a claim: claim->count statements.
bool body_statements(const struct database *database, const struct segment *segment,
                     const struct claim *claim, struct arena *mem, struct statement *ret,
                     struct err *err);
bool body_flaws(const struct database *database, const struct segment *segment, span id, span body,
                struct arena *mem,
                bool (*visit)(void *self, const struct flaw *flaw, struct err *err), void *self,
                struct err *err);
bool body_releases(const struct database *database, const struct segment *segment, span distro,
                   span version_id, span body,
                   bool (*visit)(void *self, const struct release *release, struct err *err),
                   void *self, struct err *err);
// The names of a weakness, the products of a package.
bool body_texts(const struct database *database, const struct segment *segment, span body,
                bool (*visit)(void *self, span text, struct err *err), void *self, struct err *err);

#endif
