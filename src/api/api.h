// api: the network's face: routes over the store, tokens, limits, what Prometheus asks
// (doc/formats/api.md). The order of things is flow's.
#ifndef PLIMSOLL_API_H
#define PLIMSOLL_API_H

#include "base/base.h"
#include "httpd/httpd.h"
#include "model/model.h"
#include "service/store/store.h"

struct api_options {
    struct httpd_options http;
    void *self;
    // Opens one more connection to the store; called by several threads at once.
    bool (*open_store)(void *self, struct store **ret, struct err *err);
    // One line, for whoever runs the service: why an answer is a failure of ours. Called by several
    // threads at once; null: nobody reads it.
    void (*log)(void *self, const char *line);
    // Jobs were added: whoever does them may look. Called by several threads at once; may be null.
    void (*added)(void *self);
    const char *database;                    // the advisory database; null: there is none
    const struct service_settings *settings; // registries; null: none
    const struct limits *limits;
    span tool_version;
    uint64_t scan_bytes;           // most of a bill of materials that is to be judged
    unsigned requests_per_token;   // a second, on average; a burst may be ten times that
    unsigned requests_per_network; // without a good token, the same
};

struct api;
// Listens and answers until api_stop. Options and all that they point to must outlive it. Errors of
// httpd_start; the store is opened by the first request that needs it.
bool api_start(const struct api_options *options, struct api **ret, struct err *err);
void api_stop(struct api *api); // null is fine
void api_cleanup(struct api **api);
unsigned api_port(const struct api *api); // httpd_port

// The description of all routes (OpenAPI 3.1), as /openapi.json gives it.
bool api_describe(struct text *out);

#endif
