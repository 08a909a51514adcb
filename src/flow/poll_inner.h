// Inside of flow/: what there is in a registry that sends no notices.
#ifndef PLIMSOLL_FLOW_POLL_INNER_H
#define PLIMSOLL_FLOW_POLL_INNER_H

#include "net/net.h"
#include "service/store/store.h"

struct poller {
    struct store *store;
    const struct registry_settings *registry;
    const struct net_options *net;
};

struct poll_result {
    uint64_t repositories; // that were looked at
    uint64_t pushed;       // tags that are new or have moved
    uint64_t gone;
};

// Looks at each repository that the registry's settings take, and makes a job of each tag that is
// new, has moved or is gone since it was last looked at; a repository's jobs and what is remembered
// of it are one transaction, so a poll that is cut short is taken up where it stopped. A repository
// that cannot be read does not keep the others from being read; then the error is the first one,
// with *ret set all the same.
bool poll_registry(const struct poller *poller, struct poll_result *ret, struct err *err);

#endif
