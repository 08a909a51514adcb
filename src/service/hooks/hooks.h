// hooks: what registries say of pushes (doc/decisions/0094-hooks.md): a request in, pushes out. The
// folder is pure; whoever calls it fetches nothing that a notice names.
#ifndef PLIMSOLL_SERVICE_HOOKS_H
#define PLIMSOLL_SERVICE_HOOKS_H

#include "base/base.h"
#include "httpd/httpd.h"
#include "model/model.h"

struct hook_notice {
    const struct push *pushes; // valid by push_check, of repositories that the registry's settings
                               // take
    size_t count;
    size_t ignored; // other events: pulls, repositories that nobody wants looked at, old ones
    span reply;     // JSON that the sender wants for an answer (Event Grid's handshake); or empty
};

// Is it the registry that speaks, and what does it say? Everything in *ret is in `mem`.
// ERR_DENIED: nothing shows that it is the registry, or notices of it are not taken at all;
// ERR_INPUT: it is no notice of this kind of registry; ERR_LIMIT: too long, or too many events.
// No error text holds a secret, or says which part of a proof was wrong.
bool hook_read(const struct registry_settings *registry, const struct http_request *request,
               uint64_t now, const struct limits *limits, struct arena *mem,
               struct hook_notice *ret, struct err *err);

#endif
