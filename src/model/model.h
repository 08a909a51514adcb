// model: the nouns that the stages hand to each other, and the ports through which they meet.
// Every stage takes and returns these; no stage includes another. All memory behind a noun lives in
// the arena of whoever made it. Text in here comes from outside: sinks escape it.
#ifndef PLIMSOLL_MODEL_H
#define PLIMSOLL_MODEL_H

#include "base/base.h"

struct spans {
    const span *items;
    size_t count;
};

// ---------------------------------------------------------------- notes

// Something that a scan could not do, or a doubt about what it did: bad content never ends a scan
// and never passes in silence.
enum note_kind {
    NOTE_DAMAGED,     // bytes that are not what their format says
    NOTE_LIMIT,       // a limit cut the work short
    NOTE_UNSUPPORTED, // a thing that Plimsoll does not read
    NOTE_SUSPICIOUS,  // a name or link that tries to leave the root, and the like
    NOTE_INFORMATION, // nothing is missing; the reader should still know
};

struct note {
    enum note_kind kind;
    span location; // a path, a layer digest, a database name
    span text;     // one line
};

// Notes in the order in which they were made. Those past the limit, or without room in the arena,
// are counted, not kept; they still make the scan incomplete.
struct notes {
    struct arena *mem;
    struct list items; // of struct note
    uint64_t dropped;
    bool incomplete; // some note is not NOTE_INFORMATION
};

void notes_init(struct notes *notes, struct arena *mem, const struct limits *limits);
// Copies the location; the text is cut after 511 bytes.
void notes_add(struct notes *notes, enum note_kind kind, span location, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// Adds a failed operation on one thing as a note. ERR_LIMIT, ERR_MEMORY and ERR_TIMEOUT become
// NOTE_LIMIT, ERR_UNSUPPORTED its like, ERR_UNTRUSTED NOTE_SUSPICIOUS, all else NOTE_DAMAGED.
void notes_add_err(struct notes *notes, span location, const struct err *err);
// Appends copies of all notes in `from`, with its count of those that it did not keep.
void notes_merge(struct notes *notes, const struct notes *from);
const char *note_kind_name(enum note_kind kind); // "damaged", ...

// ---------------------------------------------------------------- wants, files, extracts, trees

// What the stages behind unpack ask to be kept of an image: patterns over paths that are relative
// to the root, without a leading slash. '*' stands for any run of bytes within one component, a
// component "**" for any number of components, none included.
struct wants {
    const span *patterns;
    size_t count;
};

// `path` is normalised. Neither allocates; the time is at most the length of the path times that
// of the patterns.
bool wants_match(const struct wants *wants, span path);
// Could something at or below `path` be wanted? What hides or replaces such a path matters too.
// What lies below a path that matches is not covered, unless a "**" reaches it.
bool wants_may_cover(const struct wants *wants, span path);

// Patterns made ready for many questions: most end in a name or in "*.suffix", and only those that
// could match are looked at. One question takes tens of nanoseconds, however many patterns there
// are of these two kinds. Constant, so any number of threads may ask.
struct want_index;
#define WANT_NONE SIZE_MAX
// The index lives in `mem`, the patterns stay where they are. ERR_LIMIT when `mem` is full.
bool want_index_new(const struct wants *wants, struct arena *mem, const struct want_index **ret,
                    struct err *err);
// The number of the first pattern that matches, as wants_match says; WANT_NONE if there is none.
size_t want_index_match(const struct want_index *index, span path);

enum file_type {
    FILE_REGULAR,
    FILE_DIRECTORY,
    FILE_SYMLINK,
    FILE_HARDLINK, // `link` is the other name, in the same layer
    FILE_DEVICE,
    FILE_FIFO,
    FILE_WHITEOUT, // removes `path` of the layers below (OCI image-spec, layer.md, "Whiteouts")
    FILE_OPAQUE,   // removes everything below `path` of the layers below, not `path` itself
};

struct insight;

struct file {
    span path; // normalised: relative, no empty, "." or ".." component
    span link; // target of a link, as it stands in the layer (not normalised for symbolic links)
    span content;
    uint64_t size; // of the file, even where the content was not kept
    uint32_t mode; // permission bits with set-id bits
    uint32_t uid;
    uint32_t gid;
    enum file_type type;
    bool has_content;              // a wanted regular file was read whole: content.len is `size`
    uint32_t layer;                // index of the layer that brought it, set by the merge
    const struct insight *insight; // what an inspector saw in it; null: nothing
};

// A regular file in one of the directories that stages asked to know all files of: what it takes
// to say whether it is what a package's record claims, and no more, for there are very many.
struct roster_file {
    span name; // the last component
    uint64_t size;
    uint32_t mode;
    uint32_t layer;  // index of the layer that brought it, set by the merge
    bool is_program; // ELF, or starts with "#!"
    uint8_t md5[16];
    uint8_t sha1[20];
    uint8_t sha256[32];
};

struct roster_directory {
    span path;                       // normalised; the root is empty
    const struct roster_file *files; // sorted by name, one a name
    size_t count;
};

// Directories without files stand in it too: they hide files of their name in lower layers.
struct roster {
    const struct roster_directory *directories; // sorted by path, one a path
    size_t count;
};

// The file at exactly this normalised path, no link followed; null if there is none.
const struct roster_file *roster_at(const struct roster *roster, span path);

// What a layer holds besides the files that are kept of it, as far as it takes to know what of the
// layers below it hides or replaces: hashes of paths as they stand in the layer, under a key that
// is kept secret from whoever makes images.
struct covers {
    hash_key key;
    struct spans entries; // blocks of u64le: the hash of each entry; lowest bit: a directory
    struct spans parents; // the same of each directory above one, each at least once
};

// What unpack keeps of one layer. Also what a directory or the host looks like to later stages.
struct extract {
    // Of struct file, in the order of the archive: the wanted files, those that an inspector saw
    // something in, all symbolic links, hard links to kept files, and all whiteouts.
    struct list files;
    struct roster roster;
    struct covers covers;
    span diff_id; // "sha256:…" of the uncompressed tar, computed
    span digest;  // "sha256:…" of the blob as stored, computed; empty if it was not read
    uint64_t stored_bytes;
    uint64_t unpacked_bytes;
    uint64_t entries;
    struct notes notes;
};

// The extract as bytes (doc/formats/extract.md) and back; for the layer cache and for the pipe out
// of the worker. Reading copies everything into `mem`, checks every field and trusts none:
// ERR_INPUT for bytes that no extract_write has made, ERR_LIMIT past kept_entries, kept_bytes,
// notes or the arena's budget.
void extract_write(const struct extract *extract, struct text *out);
bool extract_read(span bytes, const struct limits *limits, struct arena *mem, struct extract *ret,
                  struct err *err);

// The files of an image after the layers are merged, as far as a stage asked for them. Sorted by
// path, one file a path, no whiteouts.
struct tree {
    struct file *files;
    size_t count;
};

// The file at `path` (in any form) with every symbolic link on the way and at the end resolved
// inside the root, and hard links followed; null if there is none. A directory need not be in the
// tree to be walked through. `ret_real`, if not null, gets the path reached, also when nothing is
// there: the caller can ask for that in a second pass. It is empty where the way leads nowhere:
// through more than limits->depth links, a file that is no directory, a path longer than
// limits->path_bytes, or when the arena is full.
const struct file *tree_find(const struct tree *tree, span path, const struct limits *limits,
                             struct arena *mem, span *ret_real);
// Does the way to `path` lead nowhere, for one of the reasons of tree_find but a full arena?
bool tree_leads_nowhere(const struct tree *tree, span path, const struct limits *limits,
                        struct arena *mem);
// The file at exactly this path, no link followed.
const struct file *tree_at(const struct tree *tree, span path);
// All regular files with content that match the pattern, in path order; hard links to such files
// too, as views with their own path and layer. Links in the pattern's leading components without a
// '*' are followed (a pattern without any '*' is a path for tree_find), others are not. False when
// the arena is full.
bool tree_match(const struct tree *tree, span pattern, struct arena *mem,
                const struct file ***ret_files, size_t *ret_count);

// Joins `link`, found in the directory of `path`, to a normalised path inside the root: absolute
// targets start at the root, ".." stops there. By names alone: links on the way are tree_find's
// business. False when a part or the whole is longer than limits->path_bytes or the arena is full.
bool path_resolve(span path, span link, const struct limits *limits, struct arena *mem, span *ret);
// Removes leading "/" and "./", empty and "." components; ".." climbs but never out of the root,
// which *ret_escapes reports. The root itself is the empty path. *ret is a copy in `mem`. False
// when `path` is longer than limits->path_bytes or the arena is full.
bool path_normalise(span path, const struct limits *limits, struct arena *mem, span *ret,
                    bool *ret_escapes);
bool path_is_normal(span path); // already as path_normalise would leave it
span path_parent(span path);    // empty at the top
span path_name(span path);      // the last component

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

// What stands for the name of a base image that is known by its traces only.
#define BASE_BY_HISTORY S("(base image, by its history)")

// What is being scanned. kind: "oci-dir", "registry", "host", ...
struct image {
    span name;
    span kind;
    span manifest_digest;
    span image_id; // digest of the configuration
    span created;  // RFC 3339, as the configuration says; empty if it does not
    struct platform platform;
    struct layer *layers;
    size_t layer_count;
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

struct bom {
    struct distro distro;
    struct package *packages; // sorted by type, name, version, arch
    size_t package_count;
    span *content_sets; // RPM repositories that the image declares, sorted
    size_t content_set_count;
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

// What an executable or a library (ELF) says of itself.
struct binary {
    span build_id;       // GNU build-id or Go build ID, lower-case hexadecimal or as it stands
    span interpreter;    // PT_INTERP
    struct spans needed; // DT_NEEDED, in their order
};

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
};

// Who looks into regular files while unpack reads them, in the worker; by several threads at once,
// so `self` is constant or guards itself. Implemented by scan/catalog.
struct inspector {
    const void *self;
    // Is the file to be looked into? `start` is its first 64 bytes, or all there are. Asked for
    // every regular file of a layer, so it takes nanoseconds.
    bool (*wants)(const void *self, span path, uint64_t size, span start);
    // Looks into it. What it finds is made in `mem`, and *ret is null where that is nothing;
    // `scratch` is reset afterwards. Bad content becomes a note. Fails only without memory.
    bool (*look)(const void *self, span path, const struct content *content, struct arena *mem,
                 struct arena *scratch, struct notes *notes, const struct insight **ret,
                 struct err *err);
};

// ---------------------------------------------------------------- advisories

enum severity {
    SEVERITY_UNKNOWN,
    SEVERITY_NEGLIGIBLE,
    SEVERITY_LOW,
    SEVERITY_MEDIUM,
    SEVERITY_HIGH,
    SEVERITY_CRITICAL,
};
const char *severity_name(enum severity severity); // "unknown", "negligible", …
// Any case, and the vendors' words: important is high, moderate medium, minor low, unimportant and
// CVSS's none negligible, untriaged and "not yet assigned" unknown. False for any other word.
bool severity_parse(span text, enum severity *ret);

// What a vendor says of one package: is it affected, and will that change?
enum status {
    STATUS_FIXED,    // a fixed version exists
    STATUS_AFFECTED, // affected, no fix yet
    STATUS_WONT_FIX, // affected, and the vendor will not fix it
    STATUS_UNDER_INVESTIGATION,
    STATUS_END_OF_LIFE,  // nobody looks any more
    STATUS_NOT_AFFECTED, // never reported; says that another source's opinion is wrong here
};
const char *status_name(enum status status); // as in the JSON of a scan

// Does a name in an advisory mean what was built, or what it was built from?
enum name_kind {
    NAME_BINARY,
    NAME_SOURCE,
};

// One package in one ecosystem, as one advisory speaks of it.
// Versions v with introduced <= v < fixed (or v <= last_affected) are affected; an empty
// `introduced` is the beginning, an empty `fixed` never ends.
struct affected {
    span ecosystem; // "debian:12", "alpine:3.20", "ubuntu:22.04", "rhel:9", "npm": see ecosystem.md
    span name;
    enum name_kind name_kind;
    enum status status;
    enum severity severity; // the vendor's, for this package; UNKNOWN: the advisory's counts
    span introduced;
    span fixed;
    span last_affected;
    span module;     // "nodejs:18": only packages of that stream are meant
    span repository; // product or content set the statement is limited to; empty: the main ones
};

// One flaw or one update, in one database. feeds/ makes these, database/ keeps them.
struct advisory {
    span database;        // "debian", "alpine-secdb", …: the segment that it goes to
    span id;              // as the database calls it: CVE-…, DSA-…, RHSA-…
    struct spans flaws;   // the CVEs that it is about; empty: `id` itself is the flaw
    struct spans aliases; // other names of the same flaw or update
    enum severity severity;
    span cvss;         // vector string, as given
    double score;      // CVSS base score 0.0 to 10.0; below 0: none given
    uint32_t modified; // days since 1970-01-01, 0: unknown
    bool withdrawn;
    const struct affected *affected;
    size_t affected_count;
};

// What is known of one flaw beyond any package: scores of NVD and vendors, exploitation.
struct flaw {
    span id; // CVE-…
    span database;
    enum severity severity;
    span cvss;
    double score;       // below 0: none
    double epss;        // probability 0 to 1; below 0: none
    bool exploited;     // in CISA's KEV catalogue
    uint32_t published; // days since 1970-01-01, 0: unknown
};

// One release of a distribution and when support for it ends.
struct release {
    span distro;     // os-release ID
    span database;   // who says so
    span version_id; // as the ecosystem writes it: "12", "3.20", "22.04"
    span codename;
    uint32_t end_of_life;          // days since 1970-01-01, 0: not announced
    uint32_t end_of_extended_life; // the last paid or volunteer support; 0: none
};

// The base score of a CVSS vector: "CVSS:3.1/AV:N/…" (3.0 too), or version 2, which has no prefix.
// False for any other version and for a vector that lacks or repeats a base metric.
bool cvss_score(span vector, double *ret);

// Where feeds/ puts what it translates; implemented by database/.
struct advisory_sink {
    void *self;
    bool (*take_advisory)(void *self, const struct advisory *advisory, struct err *err);
    bool (*take_flaw)(void *self, const struct flaw *flaw, struct err *err);
    bool (*take_release)(void *self, const struct release *release, struct err *err);
    // A database that was read whole: its name, the day of its newest entry, its licence.
    bool (*take_source)(void *self, span database, uint32_t day, span licence, struct err *err);
};

// What one advisory, here without its packages, says of one package.
struct statement {
    struct advisory advisory; // affected_count is 0
    struct affected affected;
};

struct statements {
    const struct statement *items;
    size_t count;
};

// What one or more advisories of one database say of one package in the same words. Most packages
// can be judged by that alone, so the advisories themselves are read only when asked for.
struct claim {
    struct affected affected;
    span database;
    size_t count;    // of the advisories that make it
    span advisories; // where the source keeps them: for its read_statements
};

struct claims {
    const struct claim *items;
    size_t count;
};

// Where match/ finds what is said; implemented by database/, by plain tables in tests.
struct advisory_source {
    void *self;
    // All that is claimed of a package. Nothing is an empty list, not an error; ERR_INPUT: the
    // database is damaged.
    bool (*look_up)(void *self, span ecosystem, span name, struct arena *mem, struct claims *ret,
                    struct err *err);
    // A claim that look_up gave as claim->count statements, for which `ret` has room.
    bool (*read_statements)(void *self, const struct claim *claim, struct arena *mem,
                            struct statement *ret, struct err *err);
    // False without an error (err->kind ERR_NONE) when nothing is known. Of several ratings that of
    // a database whose name begins with `vendor` is taken, if there is one; it may be empty.
    bool (*look_up_flaw)(void *self, span id, span vendor, struct arena *mem, struct flaw *ret,
                         struct err *err);
    bool (*look_up_release)(void *self, span distro, span version_id, struct arena *mem,
                            struct release *ret, struct err *err);
};

// ---------------------------------------------------------------- findings

enum finding_kind {
    FINDING_VULNERABILITY,
    FINDING_INTEGRITY,
    FINDING_MALWARE,
    FINDING_SECRET,
    FINDING_RULE,
    FINDING_CONFIG,
};
const char *finding_kind_name(enum finding_kind kind);

// Why it matched: whose word, which range, which two versions were compared and how.
struct evidence {
    span database;
    span advisory;
    span range;    // ">= 1.2, < 1.4-3"
    span compared; // "1.3-1 < 1.4-3 (deb, source openssl)"
};

// A finding that is about no package.
#define NO_PACKAGE SIZE_MAX

struct finding {
    span id; // the flaw: CVE-… where there is one; else what is wrong: "file-changed"
    enum finding_kind kind;
    size_t package; // index into bom.packages, or NO_PACKAGE
    span location;  // the path that it is about; empty: the package's
    span text;      // in words what is wrong; empty: the id says all
    enum severity severity;
    span severity_source; // the database whose rating it is
    enum status status;
    span fixed_version; // the smallest that fixes it in this distribution and release; or empty
    struct spans aliases;
    span cvss;
    double score; // below 0: none
    double epss;  // below 0: none
    bool exploited;
    double risk; // 0 to 100
    const struct evidence *evidence;
    size_t evidence_count;
    uint32_t layer;
    span suppressed; // why it does not count; empty: it does
};

struct findings {
    struct finding *items; // worst first, then package, then id, then location
    size_t count;
};

// Sorts them so. Findings of no package stand behind those of packages.
void findings_sort(struct findings *findings);
// Those of both, sorted.
bool findings_join(const struct findings *a, const struct findings *b, struct arena *mem,
                   struct findings *ret, struct err *err);
// Findings as bytes (doc/formats/findings-wire.md) and back, for the pipe out of the worker; as
// distrustful as extract_read. Packages are indexes below `packages`. They must be sorted.
void findings_write(const struct findings *findings, struct text *out);
bool findings_read(span bytes, size_t packages, const struct limits *limits, struct arena *mem,
                   struct findings *ret, struct err *err);

struct database_info {
    span built;           // date and time of the newest fact, RFC 3339
    struct spans sources; // "debian 2025-02-12", …
    span path;
};

// Everything there is to report of one scan.
struct scan {
    struct image image;
    struct bom bom;
    struct findings findings;
    struct database_info database;
    bool matched;      // vulnerabilities were looked for (scan, not bom)
    bool inspected;    // files were compared with what packages record
    bool bom_complete; // all of the image was read, whatever is known of what is in it
    bool complete;
};

// ---------------------------------------------------------------- dates

// Days since 1970-01-01 of "YYYY-MM-DD" with anything behind it; false if it is no date of the
// Gregorian calendar, or before 1970.
bool date_parse(span text, uint32_t *ret_days);
// "YYYY-MM-DD" in `out`; a day behind 9999-12-31 gives that day.
void date_format(uint32_t days, char out[static 11]);
// Seconds since 1970-01-01 UTC of an RFC 3339 date and time; fractions are cut off. False as above.
bool time_parse(span text, uint64_t *ret_seconds);
// "YYYY-MM-DDTHH:MM:SSZ" in `out`.
void time_format(uint64_t seconds, char out[static 21]);

#endif
