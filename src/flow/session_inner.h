// Inside of flow/: one scan while it runs.
#ifndef PLIMSOLL_FLOW_SESSION_INNER_H
#define PLIMSOLL_FLOW_SESSION_INNER_H

#include "flow/flow.h"
#include "flow/worker_inner.h"
#include "scan/cache/cache.h"
#include "scan/catalog/catalog.h"
#include "suppress/suppress.h"

// Where a layer stands. The worker is not believed when it speaks of a layer it was not given.
enum layer_state {
    LAYER_WAITING,
    LAYER_REMEMBERED,  // what the cache has of it is with the worker
    LAYER_WITH_WORKER, // its stream is, and is to be finished
    LAYER_DONE,
    LAYER_UNREADABLE, // of a kind that is not read: noted, and empty to the worker
};

struct scan_session {
    const struct scan_request *request; // while scan_image runs
    struct scan scan;
    struct notes notes;
    struct arena *mem;    // of the result
    struct arena *frames; // of one answer
    struct database *database;
    struct cache *cache;
    struct source_options source_options; // the source keeps a pointer to them
    struct source *source;
    struct os_jail jail;
    size_t scratch_files; // that the worker was given
    struct wants wants;
    const struct want_index *want_index; // the same
    bool wants_roster;                   // files are to be held to their records
    struct catalog *catalog;    // which files of a tree are to be brought; null for all else
    struct inspector inspector; // its face
    enum layer_state *layers;   // as many as the image has
    bool unnamed; // some layer is not what its name says, or was not read: nothing may be
                  // remembered of the whole
    struct suppress *suppress;
    struct earlier *earlier; // null without --baseline
    struct list documents;   // struct vex_file: of VEX inside the image
    bool has_key;            // of the bom, before the worker asked for more
    digest key;
};

// The two halves of scan_image: a worker, for whatever the target will be as long as it is no tree
// of files, and the scan by it, which takes it over.
bool scan_start_worker(const struct scan_request *request, struct os_jail *ret, struct err *err);
bool scan_with_worker(const struct scan_request *request, struct os_jail *jail,
                      struct scan_session **ret, struct err *err);

// Says how far the scan has come, to whoever wants to know.
void session_progress(const struct scan_session *session, const char *what, size_t done, size_t of);
// The next frame of the worker, in session->frames: valid until the next one.
bool session_receive(struct scan_session *session, uint32_t *ret_kind, span *ret_payload,
                     struct err *err);
// A frame to the worker: a number, then bytes.
bool session_send(struct scan_session *session, uint32_t kind, uint32_t number, span bytes,
                  struct err *err);
// What the worker says instead of an answer: its failure, or that it makes no sense.
bool session_fail(uint32_t kind, span payload, struct err *err);

// Marks the layers of request->base, instead of those that the history shows.
bool find_base(struct scan_session *session, struct err *err);

// Brings every layer to the worker, from the cache or from the source. Those that the source does
// not read become notes.
bool bring_layers(struct scan_session *session, struct err *err);
// The code that looks into files, and that which makes a bom of extracts: other texts when they may
// say something else. Only images are remembered, so whether declarations count does not matter.
extern const span look_edition;
extern const span flow_edition;
extern const span feeds_edition; // of the code that translates feeds and compiles them
// Under which key the bom of this image is remembered; false if it is not.
bool known_bom_key(const struct scan_session *session, digest *ret);
// Takes the bom that is remembered under the key; false if there is none that can be read.
bool known_bom_take(struct scan_session *session, digest key, uint32_t layers);
// Takes the worker's answer TELL_BOM: packages, and what is wrong with their files.
bool session_take_bom(struct scan_session *session, span payload, uint32_t layers, struct err *err);

// Asks request->server what is wrong with the packages.
bool ask_service(struct scan_session *session, struct err *err);

// Reads the ignore files, VEX documents and baseline that were given: what is wrong with one is
// known before the work begins.
bool read_silencers(struct scan_session *session, struct err *err);
// Takes the VEX documents of the image out of the worker's answer.
bool take_documents(struct scan_session *session, reader *r, struct err *err);
// Lets the worker read a VEX document. What it says is in session->frames.
bool ask_vex(struct scan_session *session, span name, span bytes, struct vex_file *ret,
             struct err *err);
// Applies them, what can only be found when it is known what is in the image, and the baseline.
bool silence(struct scan_session *session, struct err *err);

// Brings a bill of materials to the worker, and back comes the image with its bom.
bool bring_sbom(struct scan_session *session, struct err *err);

#endif
