// model: what is scanned, the packages in it, and the files that belong to them.
#ifndef PLIMSOLL_MODEL_PACKAGE_PART_H
#define PLIMSOLL_MODEL_PACKAGE_PART_H

#include "model/files_part.h"

// ---------------------------------------------------------------- package URLs

struct purl_qualifier {
    span key;
    span value;
};

// The parts of a package URL (purl-spec), decoded. Those that are absent are empty.
struct purl {
    span type;  // "npm"
    span space; // the namespace, without a slash at its ends: "@angular", "github.com/gorilla"
    span name;
    span version;
    const struct purl_qualifier *qualifiers; // by key, one a key, none empty
    size_t qualifier_count;
    span subpath;
};

// Parses a purl into the canonical form of its type: lower case where the type says so, qualifiers
// sorted. Everything in *ret is a copy in `mem`. ERR_INPUT: it is none, or none that its type
// allows; ERR_LIMIT: the arena is full. A namespace that begins with an unencoded '@' is accepted.
bool purl_parse(span text, struct arena *mem, struct purl *ret, struct err *err);
// The canonical text of the parts, whose qualifiers may be in any order. Errors as above.
bool purl_build(const struct purl *purl, struct arena *mem, span *ret, struct err *err);
span purl_qualifier(const struct purl *purl, span key); // its value; empty if it is not there

// ---------------------------------------------------------------- image, package, bom

struct platform {
    span os;
    span architecture;
    span variant;
};

struct layer {
    span diff_id;    // as the configuration says; empty if it does not
    span digest;     // as the manifest says; empty for kinds that have none
    span created_by; // the history line that made it
    span base;       // the base image that brought it; empty: the image's own, or nobody knows
    uint64_t stored_bytes;
};

// What whoever built an image wrote onto it.
struct image_label {
    span key;
    span value;
};

// What stands for the name of a base image that is known by its traces only.
#define BASE_BY_HISTORY S("(base image, by its history)")

// What is being scanned. kind: "oci-dir", "registry", "host", ...
struct image {
    span name;
    span kind;
    span manifest_digest;
    span index_digest; // of the index that it was chosen from; empty: of none, or nobody knows
    span image_id;     // digest of the configuration
    span created;      // RFC 3339, as the configuration says; empty if it does not
    span bom_serial;   // "urn:uuid:…" of the CycloneDX document that it was read from; or empty
    struct platform platform;
    struct layer *layers;
    size_t layer_count;
    const struct image_label *labels; // of the configuration
    size_t label_count;
};

// What os-release says, or --distro.
struct distro {
    span id;         // "debian", "alpine", "rhel"; empty if nothing says
    span version_id; // "12", "3.20.3"
    span codename;
    span pretty_name;
    span id_like;
    span cpe; // CPE_NAME
    // Filled from the advisory database; not part of the bom.
    span end_of_life;          // of regular support: "2026-06-10" or empty
    span end_of_extended_life; // where somebody goes on after that; or empty
};

struct location {
    span path;      // of the record that says so
    uint32_t layer; // index into image.layers
};

struct package {
    span id;   // unique in its bom and the same in every scan of the same image
    span type; // purl type: deb apk rpm alpm npm …
    span name;
    span version; // as its ecosystem writes it; rpm: [epoch:]version-release
    span arch;
    span source_name; // equal to name and version where the record names no other source
    span source_version;
    span module;     // rpm module "name:stream", from the modularity label
    span vendor;     // who built it, as the record says: rpm Vendor, deb Maintainer, apk m:
    span repository; // where the record says it came from: content set, origin
    span licenses;   // an SPDX expression; what cannot be one stands in it as LicenseRef-…
    span purl;
    span owner;           // id of the package of the distribution that the files belong to
    span member;          // where inside the file: "WEB-INF/lib/x.jar", deeper ones behind "!/"
    struct spans hashes;  // "sha256:…" of the artefact itself: a jar, a wheel, a locked archive
    struct spans depends; // names, in its own ecosystem, of what it needs at run time
    struct location *locations;
    size_t location_count;
    bool removed; // only in a lower layer (--scope all-layers)
};

// What an executable or a library (ELF) says of itself.
struct binary {
    span build_id;       // GNU build-id or Go build ID, lower-case hexadecimal or as it stands
    span interpreter;    // PT_INTERP
    struct spans needed; // DT_NEEDED, in their order
};

// One that no package of the distribution brought.
struct found_binary {
    struct location location;
    struct binary binary;
};

struct bom {
    struct distro distro;
    struct package *packages; // sorted by type, name, version, arch
    size_t package_count;
    span *content_sets; // RPM repositories that the image declares, sorted
    size_t content_set_count;
    struct found_binary *binaries; // in the order of their paths
    size_t binary_count;
    struct notes notes;
};

// The bom as bytes (doc/formats/bom-wire.md) and back, for the pipe out of the worker; as
// distrustful as extract_read. The bom must be sorted (bom_sort).
void bom_write(const struct bom *bom, struct text *out);
bool bom_read(span bytes, const struct limits *limits, struct arena *mem, struct bom *ret,
              struct err *err);
// Fills package.purl and package.id; false, leaving both alone, when the arena is full. The purl
// has the qualifiers arch (gem: platform), distro and epoch, and `upstream` as Syft and Grype
// exchange it; without a distribution it has no namespace. It is empty where the type's rules have
// no purl for the name. The id is 16 hexadecimal digits, a hash of type, name, version, arch, the
// path of the first location, which therefore must be set, and the member.
bool package_identify(struct package *package, const struct distro *distro, struct arena *mem);
// The reverse: type, name, version (with the epoch), arch, module and source of a package, as its
// ecosystem writes them, and the distribution that the purl names, empty if none. Without
// `upstream` the source is the package itself. False when the arena is full.
bool package_from_purl(const struct purl *purl, struct arena *mem, struct package *ret_package,
                       struct distro *ret_distro);
// The name as its ecosystem writes it, cut into what a purl calls namespace and name: "@angular"
// and "animation", "org.apache" and "io". Packages of distributions have no such group.
void package_name_parts(const struct package *package, span *ret_group, span *ret_name);
// What CPE names call a program that a classifier finds: "vendor:product", several joined by ',',
// the one in use first. Empty: none that is known.
span cpe_of_program(span package);
// Under which key statements on a product, "vendor:product", are kept (doc/formats/ecosystem.md):
// that of Java runtimes, whose versions have an order of their own, or that of all others.
#define CPE_ECOSYSTEM S("cpe")
#define JVM_ECOSYSTEM S("jvm")
span cpe_ecosystem_of(span product);
int package_compare(const struct package *a, const struct package *b); // type name version arch
// Is it of one of the kinds that distributions are made of: deb, rpm, apk, alpm?
bool package_is_of_system(const struct package *package);
// Sorts packages by package_compare, then by first location, and content sets by name.
void bom_sort(struct bom *bom);

// ---------------------------------------------------------------- listings

// What a record says that stands at a path.
enum listed_kind {
    LISTED_ANYTHING, // it does not say: a file, a link or a directory
    LISTED_FILE,
    LISTED_LINK,
};

enum listed_digest {
    LISTED_NO_DIGEST,
    LISTED_MD5,
    LISTED_SHA1,
    LISTED_SHA256,
};

// Stands for a package where a rule of the administrator speaks, such as dpkg's statoverride.
#define LISTED_BY_NO_PACKAGE UINT32_MAX

// What the record of one package says of one file.
struct listed_file {
    span name;        // the last component
    span link;        // of a link: where it leads, as the record writes it; empty: not recorded
    uint32_t package; // index into bom.packages
    uint32_t mode;    // permission bits with set-id bits, if has_mode
    enum listed_kind kind;
    enum listed_digest algorithm;
    bool has_mode;
    bool is_config;     // meant to be changed
    bool may_be_absent; // a ghost, or not wanted when the package was installed
    uint8_t digest[32]; // as many bytes of it as the algorithm has
};

struct listed_directory {
    span path;                       // links on the way and at its end followed; the root is empty
    const struct listed_file *files; // sorted by name, then package
    size_t count;
};

// Which paths the package manager was told to leave out, or to install in spite of that. The last
// rule that fits holds.
struct listing_rule {
    span pattern; // shell pattern over the path with its leading slash; '*' goes past slashes
    bool excludes;
};

// The files that all package records of an image list.
struct listing {
    const struct listed_directory *directories; // sorted by path, one a path
    size_t count;
    const struct listing_rule *rules;
    size_t rule_count;
};

// What is listed at exactly this path, by however many packages; null and 0 if by none.
const struct listed_file *listing_at(const struct listing *listing, span path, size_t *ret_count);

// ---------------------------------------------------------------- looking into files

// Something in a file that is not what the file's own record of it says: in a signed jar, an entry
// with another digest.
struct defect {
    span member; // which one; as in struct package
    span text;   // what is wrong with it
};

// What one file tells of what is in it. Locations of its packages are unset: they are the file's.
struct insight {
    const struct package *packages;
    size_t package_count;
    const struct defect *defects;
    size_t defect_count;
    const struct binary *binary; // null: not ELF, or nothing is said
    span licenses;               // of a copyright file: an SPDX expression
    span project; // the text of a pom.xml: what it needs others of the same tree help to say
    span sums;    // the text of a compressed list of a package's files with their digests
};

// Who looks into regular files while unpack reads them, in the worker; by several threads at once,
// so `self` is constant or guards itself. Implemented by scan/catalog.
struct inspector {
    const void *self;
    // Is the file to be looked into? `start` is its first 64 bytes, or all there are; empty for a
    // hard link to a file that was not kept, whose size is then given as 1. Asked for every regular
    // file of a layer, so it takes nanoseconds.
    bool (*wants)(const void *self, span path, uint64_t size, span start);
    // Could it be wanted, whatever its first bytes are? Asked where a look at these is dear, in
    // trees; elsewhere it may be null.
    bool (*considers)(const void *self, span path, uint64_t size, uint32_t mode);
    // Looks into it. What it finds is made in `mem`, and *ret is null where that is nothing;
    // `scratch` is reset afterwards. Bad content becomes a note. Fails only without memory.
    bool (*look)(const void *self, span path, const struct content *content, struct arena *mem,
                 struct arena *scratch, struct notes *notes, const struct insight **ret,
                 struct err *err);
};

#endif
