// Inside of report/: what the two forms of a bill of materials share.
#ifndef PLIMSOLL_REPORT_SBOM_INNER_H
#define PLIMSOLL_REPORT_SBOM_INNER_H

#include "report/report.h"

struct sbom_id {
    span id;      // of the package, or its ref
    size_t index; // of the package
};

struct sbom {
    const struct scan *scan;
    const struct report_options *options;
    struct arena *mem;
    span *refs; // one for each package: "package-" and its id; unique, letters and digits
    const struct sbom_id *by_id; // all packages
    char timestamp[21];          // RFC 3339
};

// False when the arena is full.
bool sbom_begin(const struct scan *scan, const struct report_options *options, struct arena *mem,
                struct sbom *ret);

// ---------------------------------------------------------------- identity

enum { UUID_LEN = 36 };
#define UUID_NIL "00000000-0000-0000-0000-000000000000"

// Puts a UUID (RFC 9562, version 8), made of the SHA-256 of the document, in the place of the nil
// one at `at`; the document is what `out` has from `start` on.
void sbom_set_uuid(struct text *out, size_t start, size_t at);

// ---------------------------------------------------------------- properties

// What neither form has a field of its own for, as names and values; scan/sbom reads them back.
typedef void put_property(void *self, span name, span value);
void sbom_image_properties(const struct sbom *sbom, put_property *put, void *self);
void sbom_distro_properties(const struct distro *distro, put_property *put, void *self);
void sbom_package_properties(const struct sbom *sbom, const struct package *package,
                             put_property *put, void *self);

// What a bill of materials is of.
enum sbom_subject {
    SUBJECT_IMAGE,
    SUBJECT_FILES,   // a directory, a file
    SUBJECT_MACHINE, // the host
    SUBJECT_UNKNOWN, // somebody else's bill, which does not say
};
enum sbom_subject sbom_subject(const struct image *image);

// "pkg:oci/…" of an image with a manifest; empty for anything else. False when the arena is full.
bool sbom_image_purl(const struct image *image, struct arena *mem, span *ret);

// ---------------------------------------------------------------- relations

// What a package needs: the refs and indices of packages, sorted by ref, each once. A name that
// more than eight packages have stands for the first eight. False when the arena is full.
bool sbom_needs(const struct sbom *sbom, size_t index, struct list *ret); // of struct sbom_id
// The package that owns another one: its index, or SIZE_MAX.
size_t sbom_owner(const struct sbom *sbom, const struct package *package);

// ---------------------------------------------------------------- hashes, licences, CPE names

struct hash_kind {
    const char *prefix;    // in package.hashes: "sha256:"
    const char *cyclonedx; // "SHA-256"
    const char *spdx;      // "SHA256"
    size_t digits;
};
// The kind of a hash and its hexadecimal digits; null for what is none.
const struct hash_kind *sbom_hash(span hash, span *ret_digits);

// Is it an expression by the grammar of SPDX 2.3, annex D? Any word that looks like an id is one.
bool license_is_expression(span text);
// Cuts the next word off an expression: an id, an operator or a parenthesis; empty at its end.
span license_next_word(span *expression);

// Appends the range of an evidence as a vers: "vers:deb/>=1.2|<1.4-3". False for a range that is
// none
// ("none"); `out` has rubbish then.
bool sbom_range(const struct package *package, span range, struct text *out);

// The likeliest CPE 2.3 name of a package, a formatted string (NISTIR 7695); empty where its name
// cannot be written as one. False when the arena is full.
bool cpe_guess(const struct package *package, struct arena *mem, span *ret);

#endif
