// database: what all advisory sources say, compiled into one read-only file that is mapped, not
// read: any number of processes share it without locks, opening it parses nothing, and a look-up
// touches the pages of one package. The format is doc/formats/database.md.
#ifndef PLIMSOLL_DATABASE_H
#define PLIMSOLL_DATABASE_H

#include "base/base.h"
#include "crypto/crypto.h"
#include "model/model.h"

// ---------------------------------------------------------------- compiling

// Collects what feeds/ translates, encoded as it comes: no noun is kept. One builder belongs to one
// thread; several are filled side by side and joined by database_write. What comes out depends on
// the facts alone, never on the order in which they came or on how they were spread.
struct database_builder;

// Memory is bounded by limits.build_bytes.
bool database_builder_new(const struct limits *limits, struct database_builder **ret,
                          struct err *err);
void database_builder_free(struct database_builder *builder);     // null is fine
void database_builder_cleanup(struct database_builder **builder); // for CLEANUP

// The port to fill it through; valid as long as the builder. Facts that were taken twice count
// once. After a failure (ERR_LIMIT: out of memory) the builder refuses everything, and so does
// database_write.
struct advisory_sink database_builder_sink(struct database_builder *builder);

// Encodes what came in, so that it takes no more memory than it will take in the file. The builder
// takes no more facts then.
bool database_builder_seal(struct database_builder *builder, struct err *err);

// Seals all builders and writes them as one file, whole or not at all; a file that is already there
// is replaced, and whoever has it open keeps reading the old one. ERR_CONFLICT if two of them hold
// the same database, ERR_LIMIT past limits.build_bytes.
bool database_write(struct database_builder *const builders[], size_t count,
                    const struct limits *limits, const char *path, struct err *err);

// ---------------------------------------------------------------- opening

struct database;

// Maps a file and checks its frame: the header, the directory and that every segment lies inside.
// ERR_MISSING: no such file; ERR_INPUT: not a database, cut short or damaged; ERR_UNSUPPORTED: a
// version of the format that this program does not know.
bool database_open(const char *path, struct database **ret, struct err *err);
// The same on bytes that stay where they are until database_close. `name` stands in messages.
bool database_open_bytes(span bytes, const char *name, struct database **ret, struct err *err);
void database_close(struct database *database);    // null is fine
void database_cleanup(struct database **database); // for CLEANUP

// The port of match/. It holds no state: any number of threads may ask at once, each with its own
// arena. Spans in the answers point into the mapped file: they are valid until database_close. What
// several databases say of one flaw is merged: doc/formats/database.md, "Looking up".
struct advisory_source database_source(const struct database *database);

// ---------------------------------------------------------------- asking about the database

// What stands in a report: the day of the newest fact and "NAME YYYY-MM-DD" for each source.
bool database_describe(const struct database *database, struct arena *mem,
                       struct database_info *ret, struct err *err);

// One source, as `db status` shows it.
struct database_segment {
    span name;
    span licence;
    uint32_t day;        // of its newest entry, days since 1970-01-01; 0: unknown
    uint64_t bytes;      // in the file
    digest digest;       // SHA-256 of the segment: the same facts give the same
    uint64_t advisories; // distinct advisories
    uint64_t packages;   // distinct pairs of ecosystem and name
    uint64_t statements; // advisory × package
    uint64_t flaws;      // records of scores and exploitation
    uint64_t releases;   // releases of distributions
    uint64_t weaknesses; // names of weaknesses
    uint64_t products;   // pairs of a package and a product of CPE names
};
size_t database_segment_count(const struct database *database);
bool database_segment_at(const struct database *database, size_t index,
                         struct database_segment *ret, struct err *err);

// ---------------------------------------------------------------- deltas

uint32_t database_format(void); // version of the format that this program reads and writes
// The bytes of a segment, as they are in the file: valid until database_close.
span database_segment_bytes(const struct database *database, size_t index);
// A segment without its tables, which can be made anew and change as a whole with every fact. In
// what remains a fact is a few bytes wherever it belongs, and everything else stays as it was: two
// cores differ by little more than the facts in which they differ.
bool database_segment_core(const struct database *database, size_t index, struct arena *mem,
                           span *ret, struct err *err);
// The segment that a core was taken from, byte for byte. ERR_INPUT: it is none. What it says is not
// looked at: whoever gets a core from outside compares the digest of the segment.
bool database_segment_of_core(span core, struct arena *mem, span *ret, struct err *err);
// Writes segments, in any order, as one file, whole or not at all. From the same segments comes the
// same file that database_write makes. ERR_INPUT: one is damaged; ERR_CONFLICT: two are of one
// name.
bool database_join(const struct spans *segments, const struct limits *limits, const char *path,
                   struct err *err);

// ---------------------------------------------------------------- reading everything

// Reads everything: checksums, and every record once. ERR_INPUT names the first that is wrong.
bool database_verify(const struct database *database, const struct limits *limits, struct err *err);

// Receives what a walk comes by; a null function is skipped, one that returns false ends the walk
// with its error. The nouns are valid during the call.
struct database_visitor {
    void *self;
    // All statements of one database on one package.
    bool (*visit_package)(void *self, span ecosystem, span name,
                          const struct statements *statements, struct err *err);
    bool (*visit_flaw)(void *self, const struct flaw *flaw, struct err *err);
    bool (*visit_release)(void *self, const struct release *release, struct err *err);
    bool (*visit_weakness)(void *self, const struct weakness *weakness, struct err *err);
    bool (*visit_product)(void *self, const struct cpe_product *product, struct err *err);
};

// Everything there is: database by database, packages sorted by ecosystem and name, then flaws by
// id, then releases, weaknesses and products. One record is in memory at a time, at most
// limits.build_bytes.
bool database_walk(const struct database *database, const struct limits *limits,
                   const struct database_visitor *visitor, struct err *err);
// Receives what differs between two databases, source by source; what is not there is empty or
// null. All is valid during the call.
struct database_comparer {
    void *self;
    bool (*source)(void *self, span name, bool in_before, bool in_after, struct err *err);
    bool (*packages)(void *self, span ecosystem, span name, const struct statements *before,
                     const struct statements *after, struct err *err);
    bool (*flaws)(void *self, const struct flaw *before, const struct flaw *after, struct err *err);
    bool (*releases)(void *self, const struct release *before, const struct release *after,
                     struct err *err);
    // The name of a weakness, and what CPE names call a package of a purl type. Those two may be
    // null.
    bool (*weaknesses)(void *self, span id, struct spans before, struct spans after,
                       struct err *err);
    bool (*products)(void *self, span type, span name, struct spans before, struct spans after,
                     struct err *err);
};

// Goes through both side by side, in the order of database_walk. Sources whose segments are the
// same are passed over, and so are records of others that are the same bytes and refer to the same;
// what is given may still say the same. One record of each is in memory at a time.
bool database_compare(const struct database *before, const struct database *after,
                      const struct limits *limits, const struct database_comparer *comparer,
                      struct err *err);

// What is said of a package of this name in any ecosystem, and of a flaw or a weakness of this
// name, in the order of database_walk.
bool database_search(const struct database *database, span name, const struct limits *limits,
                     const struct database_visitor *visitor, struct err *err);

#endif
