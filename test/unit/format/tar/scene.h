// One archive made by a test, and what is read from it.
#ifndef PLIMSOLL_TEST_TAR_SCENE_H
#define PLIMSOLL_TEST_TAR_SCENE_H

#include "made.h"

struct scene {
    struct arena *mem;
    struct limits limits;
    struct text tar;
};

int set_up(void **state);
int tear_down(void **state);

// The archive as tar_dump writes it, read in pieces of `piece` bytes.
span dump(struct scene *scene, span archive, size_t piece);
// The scene's archive reads as `expected`, which lacks the digests of contents, however it is cut.
void reads_as(struct scene *scene, const char *expected);
// The last member's content is what `parts` say, each at its offset.
struct part {
    uint64_t offset;
    span data;
};

void same_content(struct scene *scene, const struct part *parts, size_t count);

struct text records_of(struct scene *scene);
// Adds a pax header with these records, or with one.
void add_pax(struct scene *scene, const struct text *records);
void add_pax_record(struct scene *scene, const char *key, span value);

#endif
