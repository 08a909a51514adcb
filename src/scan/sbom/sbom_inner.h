// Inside of scan/sbom: what the readers of the three forms share.
#ifndef PLIMSOLL_SCAN_SBOM_INNER_H
#define PLIMSOLL_SCAN_SBOM_INNER_H

#include "format/json/json.h"
#include "model/model.h"

// ---------------------------------------------------------------- one document

struct reading {
    const struct limits *limits;
    struct arena *mem;
    struct notes *notes;
    struct image image;
    struct list layers;        // of struct layer
    struct list packages;      // of struct package
    struct list content_sets;  // of span
    struct distro distro;      // as the document says; empty if it does not
    struct distro purl_distro; // as the first purl says that names one
    size_t mixed;              // purls that name another one
    size_t nameless;           // components that no purl identifies
};

// ---------------------------------------------------------------- one package

enum { MOST_LOCATIONS = 65536, MOST_HASHES = 8 };

struct place {
    span path;
    span layer_id; // a diffID
};

// What a document says of one package. Texts are views into the document.
struct record {
    span ref; // the document's own name for it
    span purl;
    bool is_ours; // Plimsoll wrote it: names and versions are taken as they stand
    span type;    // of a purl
    span group;
    span name;
    span version;
    span arch;
    span source_name;
    span source_version;
    span source_release; // Trivy
    span source_epoch;   // Trivy
    span module;
    span vendor;
    span repository;
    span licenses;
    struct text license_text; // what `licenses` views once there is more than one
    span owner;
    span removed;             // "true"
    struct place place;       // Trivy's, which has no number
    struct list places;       // of struct place, in their numbers' order
    span hashes[MOST_HASHES]; // in `mem`
    size_t hash_count;
};

// Makes a record ready to take places; before anything else is done with it.
void record_init(struct reading *reading, struct record *record);
// The place of this number, made if it is the next one; null for any other, and without memory.
struct place *record_place(struct record *record, size_t index);
// The package that a record describes, at the end of reading->packages; a record that says too
// little, or too much, becomes a note. False only when the arena is full.
bool record_finish(struct reading *reading, struct record *record, struct err *err);
// "SHA-256", "SHA256" and the digits as "sha256:…"; algorithms that nobody asks for are left out.
bool record_add_hash(struct reading *reading, struct record *record, span algorithm, span digits,
                     struct err *err);
// One more licence, which holds beside those before it.
bool record_add_license(struct reading *reading, struct record *record, span license,
                        struct err *err);

// ---------------------------------------------------------------- properties

// What Plimsoll, Syft and Trivy say in names and values of their own. Unknown names say nothing.
void record_property(struct record *record, span name, span value);
bool distro_property(struct reading *reading, span name, span value, struct err *err);
bool image_property(struct reading *reading, span name, span value, struct err *err);

// ---------------------------------------------------------------- forms

// True where the document is of that form at all.
bool is_cyclonedx(const struct json *document);
bool is_spdx(const struct json *document);
bool is_syft(const struct json *document);
bool read_cyclonedx(struct reading *reading, const struct json *document, struct err *err);
bool read_spdx(struct reading *reading, const struct json *document, struct err *err);
bool read_syft(struct reading *reading, const struct json *document, struct err *err);

// A copy of a text of the document; ERR_LIMIT when the arena is full.
bool keep_text(struct reading *reading, span text, span *ret, struct err *err);
// Appends a layer; those past limits->layers are left out, with a note.
bool keep_layer(struct reading *reading, span diff_id, struct err *err);

#endif
