// What the files of catalog share.
#ifndef PLIMSOLL_SCAN_CATALOG_INNER_H
#define PLIMSOLL_SCAN_CATALOG_INNER_H

#include "pattern/pattern.h"
#include "scan/catalog/catalog.h"

struct json;
struct toml;
struct yaml;

// One file that is looked into, and where what it says goes.
struct inspection {
    const struct catalog *catalog;
    const struct limits *limits;
    struct patterns *programs;     // those of the classifiers
    span path;                     // normalised
    span member;                   // where in that file, an archive; empty: the file itself
    span text;                     // the whole content, for readers of text
    const struct content *content; // the same, for readers of what may be large
    struct arena *mem;             // of the result
    struct arena *scratch;         // gone after this file
    struct notes *notes;
    struct list *packages; // of struct package, in `scratch`; what they point to is in `mem`
    struct list *defects;  // of struct defect, the same
    struct insight *insight;
    bool is_full; // a package was left out for want of room, and a note says so
};

// Reads one file. Bad content becomes a note and nothing else; fails only without memory.
typedef bool inspect_file(struct inspection *inspection, struct err *err);

enum cataloger_flags {
    CATALOG_DECLARED = 1, // says what is meant to be installed, not what is
    CATALOG_LARGE = 2, // reads inspection->content; `text` is not filled, and no size is too much
    CATALOG_START = 4, // `pattern` is what the file starts with: at most 64 bytes
};

// Which files are read by whom: those whose path matches a pattern of model's wants, or, with
// CATALOG_START, those that start with certain bytes, whatever they are called. Of the rows for
// paths the first that fits reads a file, of those for bytes all that fit; the one does not exclude
// the others.
struct cataloger {
    span pattern;
    inspect_file *read;
    unsigned flags;
};

struct catalogers {
    const struct cataloger *items;
    size_t count;
};

// One table for each ecosystem, in the file of its name; catalog.c lists them.
extern const struct catalogers beam_catalogers;
extern const struct catalogers cargo_catalogers;
extern const struct catalogers classifier_catalogers;
extern const struct catalogers conan_catalogers;
extern const struct catalogers dart_catalogers;
extern const struct catalogers debian_copyright_catalogers;
extern const struct catalogers dotnet_catalogers;
extern const struct catalogers executable_catalogers;
extern const struct catalogers go_mod_catalogers;
extern const struct catalogers haskell_catalogers;
extern const struct catalogers homebrew_catalogers;
extern const struct catalogers java_catalogers;
extern const struct catalogers javascript_bun_binary_catalogers;
extern const struct catalogers javascript_bun_catalogers;
extern const struct catalogers javascript_catalogers;
extern const struct catalogers javascript_deno_catalogers;
extern const struct catalogers javascript_npm_catalogers;
extern const struct catalogers javascript_pnpm_catalogers;
extern const struct catalogers javascript_yarn_catalogers;
extern const struct catalogers kernel_catalogers;
extern const struct catalogers lua_catalogers;
extern const struct catalogers maven_catalogers;
extern const struct catalogers nix_catalogers;
extern const struct catalogers nix_db_catalogers;
extern const struct catalogers nuget_catalogers;
extern const struct catalogers opam_catalogers;
extern const struct catalogers opkg_catalogers;
extern const struct catalogers pacman_catalogers;
extern const struct catalogers perl_catalogers;
extern const struct catalogers php_catalogers;
extern const struct catalogers portage_catalogers;
extern const struct catalogers prolog_catalogers;
extern const struct catalogers python_archive_catalogers;
extern const struct catalogers python_catalogers;
extern const struct catalogers python_locks_catalogers;
extern const struct catalogers python_requirements_catalogers;
extern const struct catalogers r_catalogers;
extern const struct catalogers release_catalogers;
extern const struct catalogers ruby_catalogers;
extern const struct catalogers ruby_lock_catalogers;
extern const struct catalogers sbom_catalogers;
extern const struct catalogers snap_catalogers;
extern const struct catalogers swift_catalogers;
extern const struct catalogers vcpkg_catalogers;
extern const struct catalogers wordpress_catalogers;

// ---------------------------------------------------------------- taking packages

// Takes one package: type, name and version are needed, all texts are copied. Trimmed texts, no
// control characters: otherwise, and past limits->field_bytes and limits->packages, it is left out
// with a note.
bool inspection_add(struct inspection *inspection, const struct package *package, struct err *err);
// The same for a list of struct package that may hold some more than once: each is taken once, in
// the order of package_compare. Sorts the list. One that is full is a note; fails also when the
// arena was too small for it.
bool inspection_add_once(struct inspection *inspection, struct list *found, struct err *err);
// An empty list of struct package in `scratch`, for at most limits->packages.
struct list inspection_found(const struct inspection *inspection);
// An empty list in `scratch`, without a maximum of its own.
struct list inspection_list(const struct inspection *inspection, size_t item_size);
// A note on this file, for bytes that are not what its format says.
void inspection_damaged(struct inspection *inspection, const struct err *err);

// The file as a document; null, with a note, where it is none. A JSON document is the caller's, to
// free; the others live in `scratch`.
struct json *inspection_json(struct inspection *inspection);
const struct toml *inspection_toml(struct inspection *inspection);
const struct yaml *inspection_yaml(struct inspection *inspection);
// A member of a mapping; null or empty where there is none, or one of another kind.
const struct yaml *yaml_member(const struct yaml *mapping, span key);
span yaml_member_text(const struct yaml *mapping, span key);
const struct yaml *yaml_first(const struct yaml *value); // member; null for a scalar and for null

// A package that is being put together. Sticky: add freely, candidate_add tells.
struct candidate {
    struct inspection *inspection;
    struct package package; // all but hashes and depends, which the lists become
    struct list hashes;
    struct list depends;
};

struct candidate candidate_of(struct inspection *inspection, span type, span name, span version);
// "algorithm:hex" in lower case; what is no hexadecimal is passed over.
void candidate_hash(struct candidate *candidate, span algorithm, span hex);
// Subresource integrity as npm writes it: "sha512-base64 sha1-base64".
void candidate_integrity(struct candidate *candidate, span integrity);
void candidate_depend(struct candidate *candidate, span name); // empty: none
bool candidate_add(struct candidate *candidate, struct err *err);

// What the packages of a lock file need, where it does not say which are for development only.
// Items with the same key are one. Sticky until reach_start.
struct reach {
    struct arena *scratch;
    struct list nodes;
    size_t *waiting; // reached, and not yet given out by reach_next
    size_t waiting_count;
};

void reach_init(struct reach *reach, struct arena *scratch);
void reach_add(struct reach *reach, span key, const void *item);
bool reach_start(struct reach *reach, struct err *err);
void reach_mark(struct reach *reach, span key); // a key that is not there is passed over
bool reach_has(const struct reach *reach, span key);
const void *reach_next(struct reach *reach); // an item whose needs are to be marked, or null
// The item of this key, or the first of several; null if it has not been reached.
const void *reach_find(const struct reach *reach, span key);

// Cuts "name@rest" behind the name, which may begin with '@'.
bool javascript_split(span descriptor, span *ret_name, span *ret_rest);
// Is "workspace:…", "file:…" or the like what a directory of the same tree provides?
bool javascript_is_local(span range);
// Takes what inspection->text, a package.json, says.
bool javascript_read_manifest(struct inspection *inspection, struct err *err);
// Takes what inspection->text, the core metadata of a package of Python, says.
bool python_read_metadata(struct inspection *inspection, struct err *err);
// Reads a bill of materials that stands in the file; only CycloneDX and SPDX 2 are known.
bool sbom_read_text(struct inspection *inspection, span text, struct err *err);
// The name that a requirement of Python (PEP 508) begins with; empty if only an extra asks for it.
span python_requirement_name(span requirement);

#endif
