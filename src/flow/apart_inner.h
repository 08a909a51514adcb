// Inside of flow/: what the service and the process that scans for it say to each other
// (doc/formats/scan-wire.md, "Between the service and its scans").
#ifndef PLIMSOLL_FLOW_APART_INNER_H
#define PLIMSOLL_FLOW_APART_INNER_H

#include "base/base.h"
#include "net/net.h"
#include "scan/source/source.h"

enum {
    APART_SCAN = 1,    // to the scan: a request, the first frame
    APART_ENTRY = 2,   // to the scan: the extract that it asked for; empty: there is none
    APART_ASK = 3,     // from the scan: the key of an extract that it could use
    APART_KEEP = 4,    // from the scan: a key, and an extract for others
    APART_SCANNED = 5, // from the scan: the result, its last frame
    APART_FAILED = 6,  // from the scan: why there is none, its last frame (failure_write)
};

// Keys of extracts are digests of this kind.
enum { APART_KEY_BYTES = 32 };

struct apart_request {
    span target;
    span platform; // "linux/arm64"; empty: any
    span ca_file;
    span plain_http; // host that may be spoken to without TLS
    span host;       // that the credentials are for
    struct credentials credentials;
    bool shares; // extracts can be asked for, and are taken
    struct source_documents known;
};

void apart_request_write(const struct apart_request *request, struct text *out);
// The spans are views. ERR_USAGE: it is no request; ERR_INPUT: it is damaged.
bool apart_request_read(span bytes, struct arena *mem, struct apart_request *ret, struct err *err);

#endif
