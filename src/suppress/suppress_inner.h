// Inside of suppress/: what the readers make, and what is asked when it is applied.
#ifndef PLIMSOLL_SUPPRESS_SUPPRESS_INNER_H
#define PLIMSOLL_SUPPRESS_SUPPRESS_INNER_H

#include "format/json/json.h"
#include "suppress/suppress.h"

// ---------------------------------------------------------------- indexes

// Numbers filed under 64-bit keys, which whoever looks up must check: two texts may share one.
struct key_item {
    uint64_t key;
    uint32_t value;
};

struct key_index {
    struct list items; // of struct key_item
};

void key_index_init(struct key_index *index, struct arena *mem);
void key_index_add(struct key_index *index, uint64_t key, size_t value);
// To be called once, after the last key_index_add. False when the arena was full.
bool key_index_close(struct key_index *index, struct err *err);
// All items of the key, in the order of their values.
const struct key_item *key_index_find(const struct key_index *index, uint64_t key,
                                      size_t *ret_count);

// ---------------------------------------------------------------- what is scanned

// A package as others name it.
struct known_package {
    const struct package *package;
    struct purl purl;   // type is empty if it has none
    struct purl source; // what it was built from; the same
    bool is_program;    // the main module of a Go program, whose modules lie in the same file
};

// A scan made ready for questions.
struct target {
    const struct scan *scan;
    struct known_package *packages; // as many as the bom has, in the same order
    struct key_index by_name;       // of their purls, see component_keys
    span repository;                // "docker.io/library/alpine"; empty: it has no such name
    span tag;
};

// Sets is_program of all packages.
bool target_find_programs(struct target *target, struct arena *mem, struct err *err);
bool target_make(const struct scan *scan, struct arena *mem, struct target *ret, struct err *err);
// The parts of an image's name, with what Docker adds to short ones; empty where it has none.
bool target_split_name(span name, struct arena *mem, span *ret_repository, span *ret_tag,
                       struct err *err);

// ---------------------------------------------------------------- products

// How a document identifies a product or a part of one. Whatever it leaves out is empty.
struct component {
    struct purl purl;
    span digest;     // "sha256:…" of an image's manifest or configuration, or of an artefact
    span cpe;        // of a distribution, as CSAF names platforms
    span bom;        // that it is a part of, by the UUID of its serial number; empty: of any
    uint32_t number; // among those of its document
    bool asked;      // is it the image? Known once it was asked, for there is but one image
    bool is_image;
};

// Is there anything to know it by?
bool component_is_known(const struct component *component);
// Fills what the text says, if it is a purl or ends in the digest of an image; else nothing.
bool component_identify(struct component *component, span text, struct arena *mem, struct err *err);
// Is it this package, or what it was built from?
bool component_is_package(const struct component *component, const struct target *target,
                          const struct known_package *known);
// Is it the image that is scanned, or the platform that it is built on?
bool component_is_image(struct component *component, const struct target *target);
// Does it hold the package in itself: is it what brought the file that the package lies in?
bool component_holds(const struct component *component, const struct target *target,
                     const struct known_package *known);
bool purl_matches(const struct purl *pattern, const struct purl *purl, const struct distro *distro);

// Under which keys a component is filed, and under which a package is looked for.
enum { MOST_KEYS = 6 };
#define KEY_ANYTHING UINT64_C(0x70617274) // a product without parts: all that is in it
uint64_t purl_key(const struct purl *purl, bool with_version);
uint64_t digest_key(span digest);
size_t component_keys(const struct component *component, uint64_t ret[static MOST_KEYS]);
bool package_keys(const struct known_package *known, struct arena *mem, uint64_t **ret,
                  size_t *ret_count);

// ---------------------------------------------------------------- documents

struct document {
    span source;
    const char *format;
    enum suppress_origin origin;
    span id; // under which newer versions of it are published
    span version;
    uint64_t timestamp; // seconds since 1970-01-01; 0: unknown
    bool superseded;    // by a newer version of itself
    size_t statements;  // entries or statements
    size_t unknown;     // products that nothing identifies
    size_t unexplained; // "not affected" without a word why: they do not count
    size_t used;        // statements that were about something that was found
    size_t findings;    // that it suppressed
};

// What VEX says of one flaw.
enum vex_status {
    VEX_NOT_AFFECTED,
    VEX_FIXED,
    VEX_AFFECTED,
    VEX_UNDER_INVESTIGATION,
};

struct vex {
    uint32_t document;
    enum vex_status status;
    struct spans flaws; // its names
    span justification;
    span text; // in the document's own words
    uint64_t timestamp;
    bool used;
};

// One statement of one product, or of one part of it.
struct clause {
    uint32_t vex;
    struct component *product;
    struct component *part;    // null: the product itself, and all that is in it
    struct component *subject; // of the attestation that it stands in; null: it stands in none
};

// An entry of an ignore file.
struct rule {
    uint32_t document;
    unsigned line;
    struct spans flaws;       // empty: all
    uint32_t kinds;           // bit 1 << enum finding_kind
    struct spans packages;    // names or purls, one of which is the package's; empty: all
    const struct purl *purls; // as many; type is empty for names
    struct spans paths;       // patterns, one of which each place of the finding fits; empty: all
    span image;               // pattern; empty: all
    span reason;
    uint32_t expires; // days since 1970-01-01; 0: never
    bool used;
};

struct suppress {
    const struct limits *limits;
    uint32_t today;
    struct arena *mem;
    struct list documents;  // of struct document
    struct list rules;      // of struct rule
    struct list vexes;      // of struct vex
    struct list clauses;    // of struct clause
    struct list components; // of struct component *, which clauses point to
    struct list names;      // of span: that the image has besides its own
};

const char *suppress_origin_name(enum suppress_origin origin);
// The number of a new document; false when the arena is full.
bool suppress_add_document(struct suppress *suppress, const struct document *document,
                           uint32_t *ret, struct err *err);
struct document *suppress_document(const struct suppress *suppress, uint32_t index);

// ---------------------------------------------------------------- readers of ignore files

bool read_ignore(struct suppress *suppress, uint32_t document, span text, struct err *err);
bool read_trivyignore(struct suppress *suppress, uint32_t document, span text, struct err *err);
bool read_trivyignore_yaml(struct suppress *suppress, uint32_t document, span text,
                           struct err *err);
// Adds a rule. Its texts are kept as they are; purls of its packages are made. ERR_INPUT: one
// begins as a purl and is none.
bool add_rule(struct suppress *suppress, const struct rule *rule, struct err *err);
// Are the conditions on the finding fulfilled, but for that on the flaw?
bool rule_fits(const struct rule *rule, const struct target *target, const struct finding *finding);
// `names`: of span: that the image has besides its own.
bool rule_is_of_image(const struct rule *rule, const struct target *target,
                      const struct list *names);
#define ALL_KINDS UINT32_MAX // of findings

// ---------------------------------------------------------------- readers of VEX

// A document while it is read. `subject` is what an in-toto statement around it is about.
struct reading {
    struct suppress *suppress;
    uint32_t document;
    size_t components;         // how many there were before it
    struct component *subject; // null: none
};

// Text of the document, copied.
bool reading_keep(const struct reading *reading, span text, span *ret, struct err *err);
struct component *reading_component(const struct reading *reading, struct err *err);
// Names in `flaws` are copied; so are the statement's texts.
bool reading_add_vex(const struct reading *reading, const struct vex *vex, uint32_t *ret,
                     struct err *err);
// Products that nothing identifies are counted instead.
bool reading_add_clause(const struct reading *reading, uint32_t vex, struct component *product,
                        struct component *part, struct err *err);
// Sets id, version and time of the document.
bool reading_set_document(const struct reading *reading, const char *format, span id, span version,
                          span timestamp, struct err *err);
uint64_t parse_timestamp(span text, uint64_t otherwise);

// "sha256:…" of a digest in hexadecimal, of either case; nothing for an empty one.
bool reading_set_digest(const struct reading *reading, span hex, struct component *component,
                        struct err *err);

// A whole number, or a text, as a text: versions of documents are both.
bool reading_number(const struct reading *reading, const struct json *json, span *ret,
                    struct err *err);

// What a document calls its products by, while it is read.
struct label {
    span name;
    size_t order; // of those with one name the first counts
    struct component *component;
    span part; // of a relationship: the names of the part and of the whole; empty: it is none
    span whole;
    span text;               // what is said of it
    const struct json *json; // the same, as it stands
};

struct labels {
    struct list items; // of struct label
};

void labels_init(struct labels *labels, struct arena *mem);
struct label *labels_add(struct labels *labels, span name);
// To be called before labels_find.
bool labels_close(struct labels *labels, struct err *err);
const struct label *labels_find(const struct labels *labels, span name); // null: there is none

bool openvex_is(const struct json *root);
bool openvex_read(const struct reading *reading, const struct json *root, struct err *err);
bool csaf_is(const struct json *root);
bool csaf_read(const struct reading *reading, const struct json *root, struct err *err);
bool cyclonedx_is(const struct json *root);
bool cyclonedx_read(const struct reading *reading, const struct json *root, struct err *err);
// Reads a document as it is, or out of the envelopes around it.
bool envelope_read(const struct reading *reading, const struct json *root, struct err *err);
// Reads what suppress_write_vex wrote.
bool wire_read(const struct reading *reading, span bytes, struct err *err);

#endif
