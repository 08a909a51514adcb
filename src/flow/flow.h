// flow: the order of things. Stages never meet but here: each function reads like one arc of the
// loop in doc/ARCHITECTURE.md.
#ifndef PLIMSOLL_FLOW_H
#define PLIMSOLL_FLOW_H

#include "base/base.h"
#include "crypto/crypto.h"
#include "detect/license/license.h"
#include "flow/deliver_part.h"
#include "match/match.h"
#include "model/model.h"
#include "net/net.h"
#include "scan/source/source.h"

// What is being done, for a terminal: called as the work goes on, if it is not null.
typedef void progress_function(void *self, const char *what, size_t done, size_t of);

// ---------------------------------------------------------------- scan

// A service that judges bills of materials; empty: none.
struct scan_server {
    span url;
    span token;
};

// Extracts of layers that others have made, and one's own for them: what a cache is on one machine.
// What this cannot do makes the scan slower, nothing else.
struct extract_share {
    void *self;
    // *ret, in `mem`, is what was kept under the key; empty: nothing.
    bool (*ask)(void *self, digest key, struct arena *mem, span *ret, struct err *err);
    bool (*keep)(void *self, digest key, span content, struct err *err);
};

struct scan_request {
    span target;
    struct source_options source; // wants and limits are filled in
    struct limits limits;
    const char *cache_directory;       // of extracts; null: none
    const struct extract_share *share; // of what is not in there; null: nobody
    const char *database;              // advisories; null: only what is in it, no findings
    struct scan_server server;         // who knows the advisories, if `database` is null
    span base;   // the image it is built on: a target, or diffIDs with commas; or empty
    span distro; // NAME:VERSION instead of what the image says; may be empty
    bool all_layers;
    uint32_t checks;                // what to look for: bits 1 << enum finding_kind
    struct license_policy licenses; // for scans with findings; empty: none
    struct match_options match;
    struct spans ignore_files;
    bool ignore_files_found;     // not given but found: they must be this user's own, or root's
    struct spans vex;            // files, directories with an index.json, or the two words below
    span baseline;               // the JSON of an earlier scan; empty: none
    progress_function *progress; // null: nobody wants to know
    void *progress_self;
};

// What stands in scan_request.vex for documents that come with the image, which may so silence its
// own findings: those that refer to it in its registry, and those inside it.
#define VEX_REFERRERS S("referrers")
#define VEX_IMAGE S("image")

// A scan and everything that its result points into.
struct scan_session;

// source → unpack → identify → inventory → match, the middle three in the jail.
bool scan_image(const struct scan_request *request, struct scan_session **ret, struct err *err);
const struct scan *scan_result(const struct scan_session *session);
void scan_session_close(struct scan_session *session); // null is fine
void scan_session_cleanup(struct scan_session **session);

// ---------------------------------------------------------------- judging what came from elsewhere

struct database;
struct store;

struct judge_options {
    const struct database *database; // null: only what is in it, no findings
    uint32_t today;                  // days since 1970-01-01
    bool suppressed;                 // with what does not count
    const struct limits *limits;
    int64_t project; // whose rules count, and whose names of the image; 0: see store_rules
    struct project_rules rules; // of what clients send: those of the project
};

// An image out of the store with its bill of materials and what is wrong with it by this database;
// what rules silence is suppressed. Everything in *ret is in `mem` or in the database. ERR_MISSING:
// there is no such image.
bool read_kept_scan(struct store *store, span image, const struct judge_options *options,
                    struct arena *mem, struct scan *ret, struct err *err);
// The same of one that a client sends (doc/formats/scan-wire.md), which is not believed anything.
bool judge_sent_scan(span bytes, const struct judge_options *options, struct arena *mem,
                     struct scan *ret, struct err *err);

// What there is to say of it to a client that has the rest (doc/formats/verdict-wire.md).
bool write_verdict(span sent, const struct judge_options *options, struct arena *mem,
                   struct text *out, struct err *err);
struct verdict {
    struct database_info database;
    span end_of_life; // of the distribution
    span end_of_extended_life;
    struct notes notes;
    struct findings findings;
    struct project_rules rules; // that the client is to apply
};
// The reverse, for the bill of materials that was sent; as distrustful as bom_read. Texts point
// into `bytes` and `mem`.
bool read_verdict(span bytes, const struct bom *of, const struct limits *limits, struct arena *mem,
                  struct verdict *ret, struct err *err);

// ---------------------------------------------------------------- database

// Compiles every feed that has its file in `directory` (feeds/feeds.h names them) into the database
// `path`, written whole or not at all; two feeds are translated at a time. Documents that cannot be
// read and feeds whose file is absent become notes. ERR_MISSING: no feed has its file there;
// ERR_INPUT: a feed is not what its name says. The same files give the same bytes.
bool build_database(const char *directory, const char *path, const struct limits *limits,
                    struct notes *notes, struct err *err);

// ---------------------------------------------------------------- published databases

struct publish_request {
    const char *database;  // the file to publish
    const char *directory; // what a web server shall serve; made if it is missing
    const char *keys;      // directory of private keys: see make_publish_keys
    const char *old_keys;  // the one before, to rotate: its root.pem signs the new root, too
    uint64_t days;         // for which what is signed is valid, the root excepted
    size_t keep;           // this many earlier versions are kept, and patches are made against them
    uint64_t now;          // seconds since 1970
    struct limits limits;
    progress_function *progress;
    void *progress_self;
};

struct publish_result {
    uint64_t version;
    uint64_t bytes;       // of all whole segments, as a new client fetches them
    uint64_t patch_bytes; // of the patches against the version before
};

// Makes root.pem, targets.pem, snapshot.pem and timestamp.pem in a directory: Ed25519, PKCS #8, for
// their owner alone. ERR_CONFLICT if one of them is there.
bool make_publish_keys(const char *directory, struct err *err);

// Adds a version to a directory of published databases: signed metadata, each segment that changed,
// and patches. ERR_UNTRUSTED: the keys are not those that the published root names. A reader of the
// directory sees the version before or this one, whole. root.pem is needed for the first one and
// for a new root only.
bool publish_database(const struct publish_request *request, struct publish_result *ret,
                      struct err *err);

struct update_request {
    span from;            // directory or URL of a published database, or an archive of one
    const char *database; // the file to bring up to date; FILE.update holds what is remembered
    const char *root;     // file with the root to trust; null: the one remembered
    uint64_t now;         // seconds since 1970
    struct net_options net;
    struct limits limits;
    progress_function *progress;
    void *progress_self;
};

struct update_result {
    uint64_t version;
    bool changed;     // false: it was up to date
    uint64_t fetched; // bytes
    size_t segments;  // fetched
    size_t patches;   // of them
};

// Brings a database to the newest published version, by patches where there are any for what is
// there. The old one stays in use until the new one is complete and checked; what has been fetched
// is kept for the next try. ERR_UNTRUSTED when anything is not signed as the root demands, older
// than what was seen before or expired. ERR_CONFLICT: another update is running.
bool update_database(const struct update_request *request, struct update_result *ret,
                     struct err *err);

// What is remembered of the published database that `database` was updated from last.
struct published {
    span source;      // directory or URL; empty: none
    uint64_t version; // newest seen; 0: none
    uint64_t expires; // seconds since 1970: when that, or the root, stops being valid; 0: unknown
};
bool published_last(const char *database, const struct limits *limits, struct arena *mem,
                    struct published *ret, struct err *err);

// Packs the newest version of a published database, all it takes to update from, into a tar:
// update_database takes that as `from`, with the same checks.
bool pack_published(span from, const char *archive, const struct net_options *net,
                    const struct limits *limits, struct err *err);
// Puts a database that nobody has signed in the place of `database`, after reading all of it.
bool import_unsigned(const char *from, const char *database, const struct limits *limits,
                     struct err *err);

// ---------------------------------------------------------------- upstream feeds

struct upstream_request {
    span mirror;          // directory or URL that has feeds under the names of feeds/; empty: none
    const char *sources;  // YAML file with addresses in place of the usual ones; null: none
    const char *database; // the file to bring up to date; FILE.update holds what is remembered
    uint64_t now;         // seconds since 1970
    struct net_options net;
    struct limits limits;
    progress_function *progress;
    void *progress_self;
};

struct upstream_result {
    size_t translated; // feeds that had changed; 0: the database is as it was
    size_t failed;     // feeds that could not be had or read: what was known of them stays
};

// Brings a database to what the publishers of feeds say today. A file is fetched only when its
// server says that it is another one, and only the feeds that have changed are translated. What
// failed becomes notes. ERR_MISSING: there is no database, and no feed could be had; ERR_CONFLICT:
// another update is running.
bool update_from_upstream(const struct upstream_request *request, struct notes *notes,
                          struct upstream_result *ret, struct err *err);

// ---------------------------------------------------------------- differences

enum change_kind {
    CHANGE_NEW,  // an advisory on a package, or a flaw that is rated
    CHANGE_GONE, // an advisory on a package
    CHANGE_FIXED,
    CHANGE_RANGE,
    CHANGE_STATUS,
    CHANGE_SEVERITY,  // of an advisory on a package, or of a flaw
    CHANGE_WITHDRAWN, // an advisory
    CHANGE_EXPLOITED, // a flaw
    CHANGE_EPSS,      // a flaw: by a tenth at least
    CHANGE_REJECTED,  // a flaw
    CHANGE_SUPPORT,   // of a release of a distribution
};

// One thing that became known.
struct change {
    enum change_kind kind;
    span source;
    span id;                       // of the advisory or flaw; of a release its version
    span ecosystem;                // of a release its distribution
    span package;                  // empty: it is about a flaw or a release
    const struct affected *before; // null where there is none
    const struct affected *after;
    enum severity severity_before;
    enum severity severity_after;
    double epss_before; // below 0: none
    double epss_after;
    uint32_t day_before; // end of life; 0: not known
    uint32_t day_after;
};

struct diff_request {
    const char *before; // databases
    const char *after;
    struct limits limits;
    bool (*visit)(void *self, const struct change *change, struct err *err);
    void *self;
};

// How many changes there are of one source that differs.
struct diff_source {
    span name;
    uint64_t added;
    uint64_t changed;
    uint64_t removed;
};

struct diff_sources {
    const struct diff_source *items;
    size_t count;
};

// Tells what became known between two databases, source by source, packages first. Memory does not
// depend on how much that is.
bool diff_databases(const struct diff_request *request, struct arena *mem, struct diff_sources *ret,
                    struct err *err);

#include "flow/rules_part.h"
#include "flow/serve_part.h"

#endif
