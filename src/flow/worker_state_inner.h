// Inside of the worker: what its files share.
#ifndef PLIMSOLL_FLOW_WORKER_STATE_INNER_H
#define PLIMSOLL_FLOW_WORKER_STATE_INNER_H

#include "flow/worker_inner.h"
#include "scan/catalog/catalog.h"
#include "scan/unpack/unpack.h"

// One layer in the worker. The thread that runs the job owns it until `done`.
struct slot {
    struct worker *worker;
    struct layer_input input;
    int fd;
    struct arena *mem; // holds the extract
    struct extract extract;
    bool present;
};

struct worker {
    const struct worker_options *options;
    struct crew *crew;
    struct os_monitor *monitor; // guards the socket's sending side, `running` and `scratch`
    size_t running;
    int scratch[MOST_IN_FLIGHT]; // files without a name for large contents; -1: lent, or none
    int socket;
    struct arena *table; // holds the slots
    struct slot *slots;
    struct arena *mem;      // for the second pass's wants
    struct arena *failures; // of short answers; made ahead, so that want of memory can be told
    struct wants wants;
    struct spans more;
    unsigned passes;         // over all layers
    struct catalog *catalog; // null until a layer is read
    struct inspector inspector;
};

void worker_send(struct worker *worker, uint32_t kind, span payload);
void worker_send_parts(struct worker *worker, uint32_t kind, span start, span rest);

// Merges the layers, takes inventory, looks for what is not as it claims to be, and sends what it
// found; or asks for another pass over the layers.
bool worker_make_bom(struct worker *worker, size_t layers, struct arena *mem, struct err *err);

#endif
