// What the readers of Nix share.
#ifndef PLIMSOLL_SCAN_CATALOG_NIX_INNER_H
#define PLIMSOLL_SCAN_CATALOG_NIX_INNER_H

#include "base/base.h"

// The name and version in the last component of a store path, "HASH-NAME-VERSION[-OUTPUT]". False
// for what has no version: scripts, wrappers, configurations are no packages.
bool nix_split(span component, span *ret_name, span *ret_version);

#endif
