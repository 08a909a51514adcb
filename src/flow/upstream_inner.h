// Fetching feeds from their publishers, each file only when it has changed.
#ifndef PLIMSOLL_FLOW_UPSTREAM_INNER_H
#define PLIMSOLL_FLOW_UPSTREAM_INNER_H

#include "feeds/feeds.h"
#include "flow/update_inner.h"

// Where a publisher has a feed: braces stand for alternatives, {a,b} or {2002..now}, where `now` is
// this year. `below`: the directory in which a translator expects the files; null: none.
struct upstream {
    const char *feed;
    const char *below;
    const char *address;
};
const struct upstream *upstream_at(size_t index); // null past the last one

// Appends all addresses (of span) that a pattern stands for. ERR_USAGE: it is malformed or stands
// for more than a thousand.
bool address_expand(span pattern, uint64_t year, struct list *addresses, struct err *err);

// Fetches one file to `path` if it is another one than there; beside it, under names that begin
// with a dot, is kept what the server says of it and what has come of the next one.
bool upstream_fetch(struct web *web, span url, const char *directory, span name,
                    const struct limits *limits, struct arena *mem, struct err *err);

// Some publishers have their newest file under a name that changes, and say elsewhere which it is.
// Finds it from an address that ends with
//     /mirror.list     the first line is the address of an RPM repository
//     /repomd.xml      the metadata of an RPM repository: its updateinfo is wanted
//     _latest.txt      the first line is the file's name, in the same directory
// and gives back any other address as it is. What is asked on the way is kept in `directory`, under
// names that begin with a dot. From https nothing leads to http. ERR_MISSING: there is no such
// file, or the repository has no updateinfo; ERR_INPUT: the file is none of these.
bool upstream_follow(struct web *web, span url, const char *directory, const struct limits *limits,
                     struct arena *mem, span *ret, struct err *err);

// One name for an address, without its host: files of several directories may have one name.
span upstream_local_name(span url, struct arena *mem);

// What a user has put in place of the table: YAML, each key a feed, each value an address or a list
// of them. Nothing is known of feeds that it does not name.
struct source_list {
    const struct yaml *document; // null: the table
};
bool source_list_read(const char *path, const struct limits *limits, struct arena *mem,
                      struct source_list *ret, struct err *err);

struct upstream_feed {
    const struct feed *feed;
    struct list addresses; // of span; empty: nobody publishes it in a form that is read here
    const char *below;
};
bool upstream_find(const struct source_list *sources, const struct feed *feed, uint64_t year,
                   struct arena *mem, struct upstream_feed *ret, struct err *err);

#endif
