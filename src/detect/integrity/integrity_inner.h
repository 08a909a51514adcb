// What the files of integrity share.
#ifndef PLIMSOLL_DETECT_INTEGRITY_INNER_H
#define PLIMSOLL_DETECT_INTEGRITY_INNER_H

#include "detect/integrity/integrity.h"

enum { SET_ID_BITS = 06000, EXECUTE_BITS = 0111, WRITE_ALL_BIT = 0002 };

// A listed file that is not there.
struct absence {
    span path;
    uint32_t package;
    uint32_t layer;  // that removed it, or that brought a package which lacks it
    bool is_removed; // it had been there
};

// How many of a package's files are where they should be.
struct tally {
    size_t present;
    size_t missing;
    uint32_t last_removal; // the highest layer of those missing
    bool is_told;          // it is said that none of them is
};

struct check {
    const struct bom *bom;
    const struct listing *listing;
    const struct tree *tree;
    const struct roster *roster;
    const struct limits *limits;
    struct arena *mem;
    struct list findings;  // of struct finding
    struct list absences;  // of struct absence
    struct tally *tallies; // one a package of the bom
    bool has_system;       // some package of a distribution lists files
    bool is_cut;           // there were more findings than are kept
};

// All that is listed at one path: `count` claims, and what is there, or null.
struct place {
    span directory;
    const struct listed_file *claims;
    size_t count;
    const struct roster_file *file;
};

// ---------------------------------------------------------------- findings

// Adds a finding; id, package, severity, location, layer and text are the caller's.
bool check_add(struct check *check, const struct finding *finding, struct err *err);
bool check_join(const struct check *check, span directory, span name, span *ret, struct err *err);
// The layer that brought the package's record; 0 where there is none.
uint32_t check_layer(const struct check *check, size_t package);

// ---------------------------------------------------------------- judges

// What is listed and there.
bool check_present(struct check *check, const struct place *place, struct err *err);
// What is listed and no regular file.
bool check_absent(struct check *check, const struct place *place, struct err *err);
// What is there and not listed.
bool check_unlisted(struct check *check, span directory, const struct roster_file *file,
                    struct err *err);
// When all files have been seen: what is missing, and of what nothing is there.
bool check_missing(struct check *check, struct err *err);
// What is another than the file says itself in which it is.
bool check_defects(struct check *check, struct err *err);

// Does the claim hold for this content? Only for claims that can be compared.
bool claim_holds(const struct listed_file *claim, const struct roster_file *file);
// Has it a digest, of a file that nobody is meant to change, of a package that answers for it?
bool claim_is_comparable(const struct check *check, const struct listed_file *claim);

// ---------------------------------------------------------------- what is known to be good

// A file that is written anew on the machine: its content says nothing.
bool known_generated(span path);
// A file that images are commonly rid of.
bool known_dispensable(span path);
// A directory whose programs a package manager of the system puts there.
bool known_system_directory(span directory);
// A program that makers of base images put there.
bool known_unowned(span path);
// A package of Debian and a program in it that it gives these set-ID bits, or some of them.
struct set_id {
    span package;
    span path; // a pattern, without a leading "usr/", which merged systems have and others have not
    uint32_t bits;
};
// dpkg does not record modes: this is data/set-ids.tsv.
extern const struct set_id set_ids[];
extern const size_t set_id_count;
bool known_set_id(span package, span path, uint32_t bits);
// Did the administrator tell the package manager to leave it out?
bool known_excluded(const struct listing *listing, span path);

#endif
