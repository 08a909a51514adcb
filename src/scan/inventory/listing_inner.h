// What the readers of file lists share.
#ifndef PLIMSOLL_SCAN_INVENTORY_LISTING_INNER_H
#define PLIMSOLL_SCAN_INVENTORY_LISTING_INNER_H

#include "scan/inventory/inventory_inner.h"

// A directory as records write it. A directory may stand in the roll more than once.
struct folder {
    span base;    // as given to roll_add
    span written; // below base
    span path;    // both, normalised; then, links followed
    bool is_lost; // the links lead nowhere
    size_t rank;  // among all directories, in the order of their paths
};

struct entry {
    struct listed_file file;
    uint32_t folder; // index into roll->folders
    bool is_sum;     // from a list of checksums, which is not kept up to date
};

enum { RECENT_FOLDERS = 2048 };

// What the records list, in their order: made by the readers, put in order by roll_finish.
struct roll {
    const struct tree *tree;
    const struct bom *bom;
    const struct limits *limits;
    struct arena *mem;
    struct notes *notes;
    struct list entries; // of struct entry
    struct list folders; // of struct folder
    uint32_t *recent;  // RECENT_FOLDERS indexes into folders, plus one: where hashes were seen last
    uint32_t latest;   // index into folders, plus one: of the latest path
    struct list rules; // of struct listing_rule
    bool *is_listed;   // a flag a package: its record lists files, or says that there are none
    bool *has_file_list; // a flag a package: dpkg keeps a list of its files
    size_t bad;          // paths of the latest record that are none
    span bad_path;       // the first of them
    bool is_full;        // more files than the limits allow were listed
};

bool roll_init(struct roll *roll, struct err *err);
// Adds what is said of `path`, relative to `base`; the name is filled in. A path that leaves the
// root, or is too long, is counted. The bytes of both must live as long as the roll.
bool roll_add(struct roll *roll, span base, span path, const struct listed_file *file,
              struct err *err);
// The same for what stands in a list of checksums, below the root: where the package has a list of
// files too, and that does not name it, the package has handed it over to another one.
bool roll_add_sum(struct roll *roll, span path, const struct listed_file *file, struct err *err);
// Tells of the paths counted so far, if there are any, and forgets them.
void roll_note_bad(struct roll *roll, span record);
// The listing: links in the way of directories followed, sorted, one entry for each package and
// path. Needs all files to be there.
bool roll_finish(struct roll *roll, struct listing *ret, struct err *err);

// The index of the package that a record tells of; empty `version` or `arch`: any. SIZE_MAX if
// there is none, or if it is only in a lower layer.
size_t bom_find(const struct bom *bom, span type, span name, span version, span arch);

// `count` bytes from twice as many hexadecimal digits; false if they are something else.
bool hex_read(span hex, uint8_t *ret, size_t count);
// `count` bytes of base64 (RFC 4648, both alphabets), with padding or without.
bool base64_read(span text, uint8_t *ret, size_t count);

// The readers: bad lines become notes; they fail only when roll->mem is full.
list_files dpkg_list_info;    // var/lib/dpkg/info, diversions, statoverride, dpkg.cfg
list_files dpkg_list_control; // var/lib/dpkg/status.d/*.md5sums
list_files apk_list_installed;
list_files rpm_list_database;
list_files pacman_list_files; // var/lib/pacman/local/*/files and mtree
// Paths that etc/pacman.conf tells pacman to leave out.
bool pacman_list_rules(struct roll *roll, struct err *err);
// The files in the text of an mtree(5), which `record` held.
bool mtree_list(struct roll *roll, span record, span text, uint32_t package, struct err *err);
// RECORD of every installed distribution of Python.
bool python_list_records(struct roll *roll, struct err *err);

#endif
