// flow: the service: what its roles do all day. Routes are in api/, which stands above.
#ifndef PLIMSOLL_FLOW_SERVE_PART_H
#define PLIMSOLL_FLOW_SERVE_PART_H

#include "base/base.h"
#include "model/model.h"
#include "net/net.h"

struct scan_request;

struct serve_options {
    span store;           // URL: sql/sql.h
    const char *database; // the live advisory database, replaced by whoever updates it
    const char *state;    // directory for what is not in the store: copies of databases
    const char *program;  // this program: scans are processes of their own
    const struct service_settings *settings;
    struct limits limits;
    const struct net_options *net;
    unsigned workers;   // loops that scan, poll and judge; 0: none
    unsigned notifiers; // loops that deliver; 0: none
    // Told of each failure and of what was done, by several threads at once. Null: nobody is.
    void (*say)(void *self, bool is_failure, const char *text);
    void *say_self;
};

struct serve;
// Starts the loops. What the options point to must outlive them.
bool serve_start(const struct serve_options *options, struct serve **ret, struct err *err);
// There is something to do: nobody needs to wait until the next look. For those in this process;
// others look five times a second.
void serve_wake(struct serve *serve);
// Lets what is being done finish, takes nothing new.
void serve_stop(struct serve *serve); // null is fine
void serve_cleanup(struct serve **serve);

// The other side of a scan for the service: waits at `socket` for what is asked, in addition to
// what `request` says, and answers there (doc/formats/scan-wire.md). That the scan failed is an
// answer. Ends the process if it takes longer than limits.seconds.
bool scan_for_service(struct scan_request *request, int socket, struct err *err);

#endif
