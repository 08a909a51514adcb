// Requests to one registry: authorised as it wants it, tried again where that makes sense.
#ifndef PLIMSOLL_NET_REGISTRY_INNER_H
#define PLIMSOLL_NET_REGISTRY_INNER_H

#include "net/http_inner.h"

struct errand {
    span kind; // "/manifests/", "/blobs/"
    span what; // tag or digest
    span path; // from the root, with its query, instead of both; empty: there is none
    struct http_request request;
    bool plain; // it was sent without TLS
};

// Tries until there is a good answer (200; 304 if the errand has an etag) or no sense in trying.
bool registry_fetch(struct registry *registry, struct errand *errand, struct arena *mem,
                    struct http_response *ret, struct err *err);
const struct limits *registry_limits(const struct registry *registry);
span registry_repository(const struct registry *registry);
span registry_manifest_types(void); // the Accept of manifests and indexes

#endif
