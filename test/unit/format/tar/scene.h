// One archive for one test, and what is read from it.
#ifndef PLIMSOLL_TEST_TAR_SCENE_H
#define PLIMSOLL_TEST_TAR_SCENE_H

#include "made.h"

struct scene {
    struct arena *mem;
    struct limits limits;
    struct text tar;
};

// cmocka's: *state is a scene with an empty archive.
int set_up(void **state);
int tear_down(void **state);

// A pax header of these records.
void add_pax(struct scene *scene, const struct text *records);
struct text records_of(struct scene *scene);
// A pax header with one record.
void add_pax_record(struct scene *scene, const char *key, span value);

// What tar_dump says of `archive`, read in pieces of `piece` bytes.
span dump(struct scene *scene, span archive, size_t piece);
// The archive reads as `expected`, a line for each member without the digest of its content,
// however it is cut. same_content checks the content where it matters.
void reads_as(struct scene *scene, const char *expected);

// Is the last member's content what `parts` say, each for its offset?
struct part {
    uint64_t offset;
    span data;
};
void same_content(struct scene *scene, const struct part *parts, size_t count);

#endif
