// What the files of catalog share.
#ifndef PLIMSOLL_SCAN_CATALOG_INNER_H
#define PLIMSOLL_SCAN_CATALOG_INNER_H

#include "scan/catalog/catalog.h"

// One file that is looked into, and where what it says goes.
struct inspection {
    const struct catalog *catalog;
    const struct limits *limits;
    span path;                     // normalised
    span text;                     // the whole content, for readers of text
    const struct content *content; // the same, for readers of what may be large
    struct arena *mem;             // of the result
    struct arena *scratch;         // gone after this file
    struct notes *notes;
    struct list *packages; // of struct package, in `mem`
    struct insight *insight;
};

// Reads one file. Bad content becomes a note and nothing else; fails only without memory.
typedef bool inspect_file(struct inspection *inspection, struct err *err);

enum cataloger_flags {
    CATALOG_DECLARED = 1, // says what is meant to be installed, not what is
    CATALOG_LARGE = 2, // reads inspection->content; `text` is not filled, and no size is too much
};

// Which files (a pattern of model's wants) are read by whom.
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
extern const struct catalogers conan_catalogers;
extern const struct catalogers dart_catalogers;
extern const struct catalogers dotnet_catalogers;
extern const struct catalogers golang_catalogers;
extern const struct catalogers haskell_catalogers;
extern const struct catalogers homebrew_catalogers;
extern const struct catalogers javascript_catalogers;
extern const struct catalogers lua_catalogers;
extern const struct catalogers opam_catalogers;
extern const struct catalogers opkg_catalogers;
extern const struct catalogers portage_catalogers;
extern const struct catalogers python_catalogers;
extern const struct catalogers r_catalogers;
extern const struct catalogers snap_catalogers;
extern const struct catalogers swift_catalogers;
extern const struct catalogers vcpkg_catalogers;

// ---------------------------------------------------------------- documents

struct json;
struct yaml;

// The text as JSON, or as YAML (in `scratch`; null: it says nothing). False, with a note, when it
// is neither.
bool inspection_json(struct inspection *inspection, struct json **ret);
bool inspection_yaml(struct inspection *inspection, const struct yaml **ret);
// Any value may be null or of the wrong kind: the answer is then null, or empty.
const struct yaml *yaml_get(const struct yaml *mapping, span key); // linear
span yaml_get_text(const struct yaml *mapping, span key);
const struct yaml *yaml_members(const struct yaml *value); // the first one

// ---------------------------------------------------------------- taking packages

// Takes one package: type, name and version are needed, all texts are copied. Trimmed texts, no
// control characters: otherwise, and past limits->field_bytes and limits->packages, it is left out
// with a note.
bool inspection_add(struct inspection *inspection, const struct package *package, struct err *err);
// The same for a list of struct package that may hold some more than once: each is taken once, in
// the order of package_compare. Sorts the list. Fails also when the list has.
bool inspection_add_once(struct inspection *inspection, struct list *found, struct err *err);
// An empty list in `scratch`, without a maximum of its own; and a list of span as what a package
// holds.
struct list inspection_list(const struct inspection *inspection, size_t item_size);
struct spans inspection_spans(const struct list *list);
// The same with the SHA-256 of the artefact in hexadecimal digits; anything else is no hash.
bool inspection_add_sha256(struct inspection *inspection, const struct package *package,
                           span sha256, struct err *err);
// A note on this file, for bytes that are not what its format says.
void inspection_damaged(struct inspection *inspection, const struct err *err);

#endif
