// What the tests of feeds share: one document goes in, lines of rows.h come out.
#ifndef PLIMSOLL_TEST_FEEDS_TESTING_H
#define PLIMSOLL_TEST_FEEDS_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feeds/feeds_inner.h"
#include "rows.h"

// What a translator made of one document. Everything lives in `mem`; free it with outcome_free.
struct outcome {
    struct arena *mem;
    struct arena *work; // the translator's, which may forget it
    bool ok;
    struct err err;
    struct text rows;
    struct notes notes;
    uint32_t newest;
};

// In a document a single quote stands for a double one.
struct outcome translate(feed_translator *translator, const char *path, const char *document);
void outcome_free(struct outcome *outcome);

// The document is translated into exactly these lines.
void assert_rows(feed_translator *translator, const char *path, const char *document,
                 const char *rows);
// The document is refused with this kind of error and gives no lines.
void assert_refused(feed_translator *translator, const char *path, const char *document,
                    enum err_kind kind);

#endif
