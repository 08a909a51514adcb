// inventory: which packages an image holds, as the package managers' own databases say (dpkg, apk,
// rpm, pacman) and as single files told when their layers were read; and which files belong to
// them. Pure: works on the merged files that unpack kept.
#ifndef PLIMSOLL_SCAN_INVENTORY_H
#define PLIMSOLL_SCAN_INVENTORY_H

#include "model/model.h"

// The files that inventory_layers and inventory_listing read.
extern const struct wants inventory_wants;

// What the image looks like with the layers 0 to `layer` merged, and no others.
struct inventory_prefix {
    uint32_t layer;
    const struct tree *tree;
};

// The bill of materials of the last prefix, with the layer that brought each package: the first
// from which on the package was present in every prefix, in the same version and architecture.
// `prefixes` rise by layer; those may be left out in which no wanted file differs from the one
// before. With `all_layers`, packages that only lower prefixes hold are added and flagged
// `removed`. Notes on lower prefixes are kept only with `all_layers`: they concern nothing else.
// The packages of single files come one for each file: inventory_settle unites them once it is
// known who owns which. *ret gets distro, packages (sorted) and content sets; its notes are left to
// the caller, who has others to add. Memory and errors as above. Files that stay the same from
// prefix to prefix are read once.
bool inventory_layers(const struct inventory_prefix *prefixes, size_t count,
                      const struct distro *distro, bool all_layers, const struct limits *limits,
                      struct arena *mem, struct notes *notes, struct bom *ret, struct err *err);

// Which files the packages of `bom`, which was made of this tree, are said to consist of: by dpkg,
// apk, rpm and pacman, and by the RECORD of installed Python distributions. What it says of
// directories is where links lead. Text points into the tree's contents and into `mem`. Bad lines
// become notes. ERR_LIMIT: `mem` is full. limits: path_bytes, kept_entries (four listed files
// each).
bool inventory_listing(const struct tree *tree, const struct bom *bom, const struct limits *limits,
                       struct arena *mem, struct notes *notes, struct listing *ret,
                       struct err *err);

// Sets the owner of each package that is not from a record of the distribution, and whose first
// location is a file that a package of the distribution lists.
void inventory_set_owners(struct bom *bom, const struct listing *listing);

// Fills bom->binaries with the ELF files of the tree that no package of the distribution lists.
bool inventory_binaries(const struct tree *tree, const struct listing *listing, struct arena *mem,
                        struct bom *bom, struct err *err);

// Unites equal packages of one owner: one package, with a location for each. (*ret_map)[i] is the
// new number of what was bom->packages[i].
bool inventory_settle(struct bom *bom, struct arena *mem, const uint32_t **ret_map,
                      struct err *err);

#endif
