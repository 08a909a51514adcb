// Inside of flow/: the worker in the jail and what is said to it. Everything that looks inside an
// image happens on its side; the parent has the files, the network and the credentials.
#ifndef PLIMSOLL_FLOW_WORKER_INNER_H
#define PLIMSOLL_FLOW_WORKER_INNER_H

#include "base/base.h"
#include "model/model.h"
#include "os/os.h"

// Frames to the worker.
enum {
    // A layer to read: index, seekable, offset, length, digest, diffID; and the descriptor.
    ASK_LAYER = 1,
    // A layer that was read before: index, length; and the descriptor of its entry in the cache.
    ASK_EXTRACT = 2,
    // A file without a name, for contents too large for memory: nothing but the descriptor.
    ASK_SCRATCH = 4,
    // No more layers: merge, identify, take inventory. Payload: the number of layers.
    ASK_FINISH = 3,
    // Instead of all these: a bill of materials behind the descriptor.
    ASK_SBOM = 5,
    // A VEX document from beside the image: its name as a field, then its bytes.
    ASK_VEX = 6,
};

// Frames from the worker.
enum {
    // Layer done: index, then its extract; empty where ASK_EXTRACT brought it, and where it could
    // not be read to its end, so that its diffID is only a claim.
    TELL_LAYER = 1,
    // Layer failed: index, error kind, text.
    TELL_FAILED = 2,
    // The bom as a field, the findings about its files as another (model.h); then each VEX document
    // in the image, as vex_write writes it.
    TELL_BOM = 3,
    // Links lead to files that were not asked for: patterns to ask for as well, as fields. All
    // layers are to be brought again.
    TELL_MORE = 4,
    // What ASK_SBOM brought: the image that it is of (image_write), then the bom.
    TELL_SBOM = 5,
    // What ASK_VEX brought, as vex_write writes it.
    TELL_VEX = 6,
};

// Layers in the worker at a time: enough to keep its threads and a few downloads busy, few enough
// for its descriptors and for memory.
enum { MOST_IN_FLIGHT = 4 };

// How often all layers are brought: links to files that were not asked for can lead to more links.
enum { MOST_PASSES = 4 };

struct layer_request {
    uint32_t index;
    bool seekable;
    uint64_t offset;
    uint64_t length;
    span digest;
    span diff_id;
};

void layer_request_write(const struct layer_request *request, struct text *out);
bool layer_request_read(span payload, struct layer_request *ret, struct err *err);
void failure_write(uint32_t index, const struct err *failure, struct text *out);
bool failure_read(span payload, uint32_t *ret_index, struct err *ret, struct err *err);

// What the worker is told before it is locked in.
struct worker_options {
    struct limits limits;
    span distro; // NAME:VERSION instead of what the image says; empty: ask the image
    bool all_layers;
    bool declared;  // lock files count, too
    bool integrity; // look whether files are what the records of packages say
};

bool worker_start(const struct worker_options *options, struct os_jail *ret, struct err *err);

void image_write(const struct image *image, struct text *out);
// Copies into `mem` and leaves the reader behind the image. ERR_INPUT, ERR_LIMIT.
bool image_read(reader *r, const struct limits *limits, struct arena *mem, struct image *ret,
                struct err *err);
// The payload of TELL_SBOM, made of what can be read from `fd`.
bool sbom_answer(int fd, const struct worker_options *options, struct arena *mem, struct text *out,
                 struct err *err);

// Adds three fields: the name, what the document says (suppress_write_vex) and, if it cannot be
// read, why (failure_write). ERR_MEMORY, ERR_LIMIT: there is no room for them.
bool vex_write(span name, span bytes, const struct limits *limits, struct text *out,
               struct err *err);
// The payload of TELL_VEX, made of that of ASK_VEX.
bool vex_answer(span payload, const struct limits *limits, struct text *out, struct err *err);

// What the worker says of one VEX document.
struct vex_file {
    span name;
    span said;         // for suppress_read_vex
    struct err failed; // kind ERR_NONE: it could be read
};
// Reads what vex_write wrote. The spans are views. ERR_INPUT: it makes no sense.
bool vex_read(reader *r, struct vex_file *ret, struct err *err);

// The patterns of every stage that reads files of an image, in `mem`, with `more` behind them.
bool all_wants(struct spans more, struct arena *mem, struct wants *ret, struct err *err);

#endif
