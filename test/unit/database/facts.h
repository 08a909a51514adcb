// Made-up facts for tests of the database: the same seed gives the same facts.
#ifndef PLIMSOLL_TEST_FACTS_H
#define PLIMSOLL_TEST_FACTS_H

#include "database/database.h"

struct facts {
    struct arena *mem;
    struct list advisories; // of struct advisory
    struct list flaws;      // of struct flaw
    struct list releases;   // of struct release
    struct list weaknesses; // of struct weakness
    struct list products;   // of struct cpe_product
};

uint64_t facts_random(uint64_t *state);
void facts_make(struct facts *facts, struct arena *mem, uint64_t seed, size_t advisories);

// Gives the sink every fact that is `part` modulo `parts` by its database, in an order that depends
// on `shuffle`.
void facts_give(const struct facts *facts, const struct advisory_sink *sink, uint64_t shuffle,
                unsigned part, unsigned parts);

// One line that names every field of what is said, so that answers can be compared as text.
span facts_line(struct arena *mem, const struct advisory *advisory,
                const struct affected *affected);
span facts_flaw_line(struct arena *mem, const struct flaw *flaw);
span facts_release_line(struct arena *mem, const struct release *release);
span facts_weakness_line(struct arena *mem, const struct weakness *weakness);
span facts_product_line(struct arena *mem, const struct cpe_product *product);

// All statements behind the claims of a look-up.
void facts_read_claims(const struct advisory_source *source, const struct claims *claims,
                       struct arena *mem, struct statements *ret);

// Sorts lines and drops the repeated.
void facts_sort_lines(struct list *lines);

// Demands that the spans are the words of `expected`, in that order.
void facts_assert_spans(const struct spans *spans, const char *expected);

// All facts in one file at `path`, from `builders` builders.
void facts_write(const struct facts *facts, const char *path, uint64_t shuffle, unsigned builders);

// A database of made-up facts, open. For the set-up and tear-down of a group of tests.
struct fixture {
    struct arena *mem;
    struct facts facts;
    struct database *database;
    struct advisory_source source;
    struct limits limits;
};
int fixture_open(void **state, const char *path);
int fixture_close(void **state);

#endif
