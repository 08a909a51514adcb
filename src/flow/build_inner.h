// Translating feeds: shared by those who build a database of all of them and of some of them.
#ifndef PLIMSOLL_FLOW_BUILD_INNER_H
#define PLIMSOLL_FLOW_BUILD_INNER_H

#include "database/database.h"
#include "feeds/feeds.h"
#include "flow/flow.h"

// One feed on its way into the database: a builder and notes of its own, so that feeds share
// nothing while they are translated.
struct build_item {
    const struct feed *feed;
    struct database_builder *builder;
    struct arena *mem;
    struct notes notes;
    struct err err;
    bool left_out; // set by the caller: it is not translated
    bool ok;
};

struct build {
    const char *directory;
    const struct limits *limits;
    struct build_item *items;
    size_t count;
};

// An item for each feed there is. In `mem`.
bool build_init(struct build *build, const char *directory, const struct limits *limits,
                struct arena *mem, struct err *err);
// Translates all that are not left out, two at a time; each item says how it went.
void build_translate(struct build *build);
// Writes those that went well.
bool build_write(const struct build *build, struct arena *mem, const char *path, struct err *err);
void build_free(struct build *build);

#endif
