// What the files of inventory share.
#ifndef PLIMSOLL_SCAN_INVENTORY_INNER_H
#define PLIMSOLL_SCAN_INVENTORY_INNER_H

#include "format/stanza/stanza.h"
#include "scan/inventory/inventory.h"

struct intake;
struct record;

struct roll;

typedef bool read_record(struct intake *intake, const struct record *record, struct err *err);
typedef bool list_files(struct roll *roll, const struct record *record, struct err *err);

// One file of a package database.
struct record {
    read_record *read;
    list_files *list;  // null: says nothing of files
    unsigned database; // its place among all kinds of databases
    const struct file *file;
    const struct file *journal; // the write-ahead log of an SQLite database; null if there is none
};

// Where the readers put what they find in one record.
struct intake {
    const struct limits *limits;
    struct arena *mem;
    struct notes *notes;
    struct list *packages; // of struct package
    size_t count;          // taken from this record
};

// The readers: bad entries become notes; they fail only when intake->mem is full.
read_record dpkg_read_status;   // var/lib/dpkg/status
read_record dpkg_read_control;  // var/lib/dpkg/status.d/*: the control files of distroless images
read_record apk_read_installed; // lib/apk/db/installed
read_record pacman_read_desc;   // var/lib/pacman/local/*/desc
read_record rpm_read_database;  // var/lib/rpm/Packages, Packages.db, rpmdb.sqlite
read_record rpm_read_manifest;  // var/lib/rpmmanifest/container-manifest-2

// [EPOCH:]VERSION-RELEASE. An epoch of 0 is the same as none (rpm compares them as equal), and is
// not written, so that a package has one spelling.
bool rpm_join_evr(struct arena *mem, uint64_t epoch, span version, span release, span *ret,
                  struct err *err);

// Are all these values of one package, its name first, within the limit? If not, a note says so and
// the package is to be left out.
bool intake_fits(const struct intake *intake, const struct record *record, const span *texts,
                 size_t count);
// Takes one package as the record tells it: fills in what it left out (location, source) and
// enforces the limits.
bool intake_add(struct intake *intake, const struct record *record, const struct package *package,
                struct err *err);

// The databases in a tree, as a list of struct record in an order that depends on paths alone.
bool records_collect(const struct tree *tree, const struct limits *limits, struct arena *mem,
                     struct notes *notes, struct list *ret, struct err *err);
// The order of records_collect.
int record_compare(const struct record *a, const struct record *b);
// Do both hold the very same bytes, as they do in two trees when no layer between touched the file?
bool record_same(const struct record *a, const struct record *b);
// Appends the packages of one record to the list of struct package.
bool record_read(const struct record *record, const struct limits *limits, struct arena *mem,
                 struct notes *notes, struct list *packages, struct err *err);

// Sorts the packages and leaves each once: what two databases say of the same package becomes two
// locations.
bool packages_unite(struct list *packages, struct arena *mem, struct err *err);
// Is it a package of the distribution by the word of its database? Programs may carry notes that
// say from which package they are; those are no records.
bool package_is_recorded(const struct package *package);
// Cuts the packages of one image off at the limit, with a note.
void packages_cap(struct list *packages, const struct limits *limits, struct notes *notes);
// Sorts by package_compare, then by first location: by pointers, since packages are large.
bool packages_sort(struct list *packages, struct arena *mem, struct err *err);
bool packages_identify(const struct list *packages, const struct distro *distro, struct arena *mem,
                       struct err *err);

// Appends what the files of a tree told of when their layers were read: one package for each file
// that speaks of it.
bool insights_collect(const struct tree *tree, struct arena *mem, struct list *packages,
                      struct err *err);
// The same for the files that are in one prefix and not, or not the same, in the next; flagged
// `removed`.
bool insights_gone(const struct tree *before, const struct tree *after, struct arena *mem,
                   struct list *packages, struct err *err);

// Gives Debian's packages the licences that their copyright files told of. limits: as tree_find.
bool licenses_find(const struct tree *tree, const struct limits *limits, struct arena *mem,
                   struct list *packages, struct err *err);

// The RPM repositories that Red Hat's build system declares, sorted, each once.
bool content_sets_read(const struct tree *tree, const struct limits *limits, struct arena *mem,
                       struct notes *notes, span **ret_items, size_t *ret_count, struct err *err);

// ---------------------------------------------------------------- stanzas

// One note for all the bad lines of a file: a hostile one has millions.
void stanzas_note(const struct stanzas *stanzas, const struct record *record, struct notes *notes);

#endif
