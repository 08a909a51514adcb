// Inside of scan/sbom: what the readers of all forms share.
#ifndef PLIMSOLL_SCAN_SBOM_INNER_H
#define PLIMSOLL_SCAN_SBOM_INNER_H

#include "format/json/json.h"
#include "format/xml/xml.h"
#include "model/model.h"

// ---------------------------------------------------------------- one document

// What breaks a rule of the form without keeping anything from being read: counted, and noted once.
enum oddity {
    ODD_TYPE,     // a component's name or type is missing, or its type is none
    ODD_SCOPE,    // so is its scope
    ODD_REF,      // a reference that names nothing, or more than one thing
    ODD_PROPERTY, // without a name
    ODD_HASH,     // not the digits of its algorithm
    ODD_LICENSE,  // an identifier that is on no list, or a choice of licences that is none
    ODD_SERIAL,   // a serial number that is no UUID
    ODD_TIME,     // a time that is none
    ODD_EXCLUDED, // nothing is odd: a component that the document says is not there
    ODD_COUNT,
};

// A distribution that purls name, and how many do.
struct purl_distro {
    struct distro distro;
    size_t count;
};

struct reading {
    const struct limits *limits;
    struct arena *mem;
    struct notes *notes;
    struct image image;
    struct list layers;       // of struct layer
    struct list packages;     // of struct package
    struct list refs;         // of struct ref: of each package that has one
    struct list edges;        // of struct edge
    struct list content_sets; // of span
    struct list extracted;    // of struct pair: SPDX's LicenseRef-… and what it stands for
    struct list systems;      // of struct distro: operating systems that the document names
    struct list purl_distros; // of struct purl_distro, one a distribution
    size_t nameless;          // components that no purl identifies
    size_t odd[ODD_COUNT];
    size_t enclosed;      // envelopes around the document
    span enclosed_digest; // of what a statement is about: "sha256:…"
    span enclosed_name;   // so is this
};

// The document's own name for one of reading->packages.
struct ref {
    span name;
    size_t package;
};

// Something needs something else at run time, by the document's own names.
struct edge {
    span from;
    span to;
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
    span licenses;             // Plimsoll's own, which beat the others
    struct list license_texts; // of span: what holds side by side
    span owner;
    span removed;             // "true"
    struct place place;       // Trivy's, which has no number
    struct list places;       // of struct place, in their numbers' order
    span hashes[MOST_HASHES]; // in `mem`
    size_t hash_count;
};

// Makes a record ready to take places and licences; before anything else is done with it.
void record_init(struct reading *reading, struct record *record);
// The place of this number, made if it is the next one; null for any other, and without memory.
struct place *record_place(struct record *record, size_t index);
// The package that a record describes, at the end of reading->packages; a record that says too
// little, or too much, becomes a note. False only when the arena is full.
bool record_finish(struct reading *reading, struct record *record, struct err *err);
// "SHA-256", "SHA256" and the digits as "sha256:…"; algorithms that nobody asks for are left out.
bool record_add_hash(struct reading *reading, struct record *record, span algorithm, span digits,
                     struct err *err);
// One more licence, which holds beside those before it; NOASSERTION and NONE are none.
bool record_add_license(struct reading *reading, struct record *record, span license,
                        struct err *err);

// ---------------------------------------------------------------- properties

// What Plimsoll, Syft and Trivy say in names and values of their own. Unknown names say nothing.
void record_property(struct record *record, span name, span value);
bool distro_property(struct reading *reading, struct distro *distro, span name, span value,
                     struct err *err);
bool image_property(struct reading *reading, span name, span value, struct err *err);

// ---------------------------------------------------------------- CycloneDX, JSON and XML

struct pair {
    span name;
    span value;
};

struct license_choice {
    span text;
    bool is_id; // on the SPDX License List, says the document
    bool is_expression;
    bool is_concluded; // by whoever made the document; what the authors say beats it
    bool is_odd;       // it says more than one thing
};

// A component as the document has it. One is used for all, one after the other.
struct component {
    span type;
    span ref;
    span group;
    span name;
    span version;
    span publisher;
    span scope;
    span purl;
    span cpe;
    struct list properties; // of struct pair
    struct list hashes;     // of struct pair: algorithm, digits
    struct list licenses;   // of struct license_choice
    struct list places;     // of span: paths where it was seen
    bool has_empty_ref;
    bool may_mix; // of the whole document: expressions may stand beside licences, since 1.7
};

void component_init(struct reading *reading, struct component *component);
// Empties it for the next one; the memory of its lists is kept.
void component_clear(struct component *component);
void component_add_pair(struct list *list, span name, span value);
// A component: a package, an operating system, or nothing that a scan asks for.
bool component_take(struct reading *reading, struct component *component, struct err *err);
// metadata.component: what the document is about.
bool component_take_subject(struct reading *reading, struct component *component, struct err *err);
// False, with a note, where components are nested too deeply to be read.
bool component_may_nest(struct reading *reading, uint64_t depth);
// serialNumber and metadata.timestamp; empty: not given.
bool cyclonedx_take_identity(struct reading *reading, span serial, span timestamp, struct err *err);
// A version that is not known is noted; sets component->may_mix.
void cyclonedx_check_version(struct reading *reading, span version, struct component *component);

// ---------------------------------------------------------------- SPDX 2, JSON and tags

// A package as the document has it. One is used for all, one after the other.
struct spdx_package {
    span id;
    span name;
    span version;
    span supplier;
    span originator;
    span source_info;
    span declared;
    span concluded;
    span purpose;
    span purl;
    struct list checksums;   // of struct pair: algorithm, digits
    struct list annotations; // of span: the comments
};

void spdx_package_init(struct reading *reading, struct spdx_package *package);
void spdx_package_clear(struct spdx_package *package);
// `root`: the one element that the document describes; empty if there is not one.
bool spdx_take_package(struct reading *reading, struct spdx_package *package, span root,
                       struct err *err);
// A licence of the document's own, by its name or, where that is short, its text.
bool extracted_add(struct reading *reading, span id, span name, span text, struct err *err);
// Once all are there, and before packages ask.
void extracted_sort(struct reading *reading);
// The expression with such licences under the names that the SPDX License List has for them; `type`
// is that of the package's purl.
bool extracted_resolve(struct reading *reading, span expression, span type, span *ret,
                       struct err *err);
// A relationship, if it is one of need at run time.
bool spdx_take_relation(struct reading *reading, span from, span type, span to, struct err *err);
// Is it the type of a reference to a package URL?
bool spdx_is_purl(span reference_type);
// Does the purl name an image?
bool purl_is_image(span purl);
void spdx_check_version(struct reading *reading, span version);

// ---------------------------------------------------------------- distributions

// An operating system that the document names.
bool distro_add_system(struct reading *reading, const struct distro *distro, struct err *err);
// The distribution that a purl names; an empty one is none.
bool distro_add_of_purl(struct reading *reading, const struct distro *distro, struct err *err);
// Which one it is: the given one if there is one. ERR_UNSUPPORTED where the document is of several.
bool distro_choose(struct reading *reading, const struct distro *given, struct distro *ret,
                   struct err *err);

// ---------------------------------------------------------------- edges

bool edge_add(struct reading *reading, span from, span to, struct err *err);
// Gives each package the names of those of its type that it needs. While the document is there.
bool edges_resolve(struct reading *reading, struct err *err);

// ---------------------------------------------------------------- forms

// The document in `bytes`, whatever its form and whatever encloses it. Errors as sbom_read.
bool document_read(struct reading *reading, span bytes, struct err *err);

// True where the document is of that form at all.
bool is_cyclonedx(const struct json *document);
bool is_spdx(const struct json *document);
bool is_syft(const struct json *document);
bool read_cyclonedx(struct reading *reading, const struct json *document, struct err *err);
bool read_cyclonedx_xml(struct reading *reading, const struct xml_node *document, struct err *err);
bool read_spdx(struct reading *reading, const struct json *document, struct err *err);
bool read_spdx_tags(struct reading *reading, span document, struct err *err);
bool read_syft(struct reading *reading, const struct json *document, struct err *err);

// A copy of a text of the document; ERR_LIMIT when the arena is full.
bool keep_text(struct reading *reading, span text, span *ret, struct err *err);
// Appends a layer; those past limits->layers are left out, with a note.
bool keep_layer(struct reading *reading, span diff_id, struct err *err);

#endif
