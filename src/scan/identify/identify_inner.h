// What the files of identify share.
#ifndef PLIMSOLL_SCAN_IDENTIFY_INNER_H
#define PLIMSOLL_SCAN_IDENTIFY_INNER_H

#include "scan/identify/identify.h"

// One identification: what the readers of the single files need to do their work.
struct search {
    const struct limits *limits;
    struct arena *mem;
    struct notes *notes;
};

// Each reads one file's content. They leave ret->id empty when the file does not tell, and fail
// only when search->mem is full. `path` is for notes.
bool os_release_read(const struct search *search, span path, span content, struct distro *ret,
                     struct err *err);
bool lsb_release_read(const struct search *search, span path, span content, struct distro *ret,
                      struct err *err);
bool alpine_release_read(const struct search *search, span path, span content, struct distro *ret,
                         struct err *err);
bool debian_version_read(const struct search *search, span path, span content, struct distro *ret,
                         struct err *err);
bool redhat_release_read(const struct search *search, span path, span content, struct distro *ret,
                         struct err *err);
bool arch_release_read(const struct search *search, span path, span content, struct distro *ret,
                       struct err *err);

// A variable that a file of shell assignments may set.
struct variable {
    span name;
    span value; // the last one assigned, unquoted; empty if there is none
};

// Reads NAME=VALUE lines with shell quoting (os-release(5)) into `variables`, all empty before.
// Other variables are passed over; damaged lines and overlong values become notes. Fails only when
// search->mem is full.
bool variables_read(const struct search *search, span path, span content,
                    struct variable *variables, size_t count, struct err *err);

// `id` in lower case, if it is one as os-release(5) demands; empty otherwise.
bool distro_id(struct arena *mem, span id, span *ret, struct err *err);

// Releases that are known by two names. Empty if this one is not.
span codename_version(span distro, span codename);
span codename_of(span distro, span version_id);

#endif
