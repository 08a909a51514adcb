// flow: the order of things. Stages never meet but here: each function reads like one arc of the
// loop in doc/ARCHITECTURE.md.
#ifndef PLIMSOLL_FLOW_H
#define PLIMSOLL_FLOW_H

#include "base/base.h"
#include "detect/license/license.h"
#include "match/match.h"
#include "model/model.h"
#include "scan/source/source.h"

// ---------------------------------------------------------------- scan

struct scan_request {
    span target;
    struct source_options source; // wants and limits are filled in
    struct limits limits;
    const char *cache_directory; // of extracts; null: none
    const char *database;        // advisories; null: only what is in it, no findings
    span base;   // the image it is built on: a target, or diffIDs with commas; or empty
    span distro; // NAME:VERSION instead of what the image says; may be empty
    bool all_layers;
    uint32_t checks;                // what to look for: bits 1 << enum finding_kind
    struct license_policy licenses; // for scans with findings; empty: none
    struct match_options match;
    struct spans ignore_files;
    bool ignore_files_found; // not given but found: they must be this user's own, or root's
    struct spans vex;        // files, directories with an index.json, or the two words below
    span baseline;           // the JSON of an earlier scan; empty: none
    // Called as the work goes on, if not null: what is being done, for a terminal.
    void (*progress)(void *self, const char *what, size_t done, size_t of);
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

// ---------------------------------------------------------------- database

// Compiles every feed that has its file in `directory` (feeds/feeds.h names them) into the database
// `path`, written whole or not at all; two feeds are translated at a time. Documents that cannot be
// read and feeds whose file is absent become notes. ERR_MISSING: no feed has its file there;
// ERR_INPUT: a feed is not what its name says. The same files give the same bytes.
bool build_database(const char *directory, const char *path, const struct limits *limits,
                    struct notes *notes, struct err *err);

#endif
