// pattern: many patterns in one pass over bytes, and what one expression captures there. The
// patterns are our own, the bytes anybody's.
#ifndef PLIMSOLL_PATTERN_H
#define PLIMSOLL_PATTERN_H

#include "base/base.h"

// ---------------------------------------------------------------- when Plimsoll is built

// Compiles regular expressions (those of PCRE that hyperscan knows) to the bytes that pattern_open
// takes, for any processor of the architecture. In the library `pattern_compiler`, which the
// program itself does without. ERR_INPUT names the expression that is none.
bool pattern_compile(const char *const *expressions, size_t count, struct arena *mem, span *ret,
                     struct err *err);

// ---------------------------------------------------------------- when it runs

// Compiled patterns. Any number of threads may use one at the same time.
struct patterns;

// Copies the bytes that pattern_compile made. They are trusted: they come with the program.
// ERR_UNSUPPORTED when the processor or the library is not one that they were made for.
bool pattern_open(span compiled, struct patterns **ret, struct err *err);
void pattern_free(struct patterns *patterns); // null is fine
void pattern_cleanup(struct patterns **patterns);

// Where a pattern ends, as often as one does: "a+" has three matches in "aaa", which end at 1, 2
// and 3. `pattern` is its index, `end` the offset behind its last byte. False ends the pass.
typedef bool pattern_match(void *self, size_t pattern, size_t end);

// One pass over at most 4 GiB. Fails only without memory (ERR_MEMORY).
bool pattern_scan(struct patterns *patterns, span bytes, pattern_match *match, void *self,
                  struct err *err);

// ---------------------------------------------------------------- one expression

// A compiled regular expression (PCRE2, bytes) with at least one group. One thread at a time.
struct expression;

// ERR_INPUT for text that is none, ERR_MEMORY.
bool expression_new(const char *text, struct expression **ret, struct err *err);
void expression_free(struct expression *expression); // null is fine
// What the first group captures in the first match across `end` (start < end <= end of the match):
// a pass says where, this says what. A view into `bytes`; empty where nothing matches, or only with
// more work than our expressions need.
span expression_capture(struct expression *expression, span bytes, size_t end);

#endif
