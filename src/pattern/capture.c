#include "pattern/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

// Ours are plain expressions over a few hundred bytes; what needs more work than this is a hostile
// text, which then matches nothing.
enum { MATCH_LIMIT = 100000, HEAP_KIB = 256 };

struct matcher {
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *context;
};

static void matcher_cleanup(struct matcher *matcher)
{
    pcre2_match_context_free(matcher->context);
    pcre2_match_data_free(matcher->match);
    pcre2_code_free(matcher->code);
}

static bool matcher_open(struct matcher *matcher, const char *expression, struct err *err)
{
    int problem = 0;
    PCRE2_SIZE at = 0;
    matcher->code = pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED,
                                  PCRE2_DOTALL | PCRE2_NEVER_UTF, &problem, &at, NULL);
    if (!matcher->code)
        return err_set(err, ERR_INPUT, "'%s' is no expression (PCRE2 %d at %zu)", expression,
                       problem, (size_t)at);
    matcher->match = pcre2_match_data_create_from_pattern(matcher->code, NULL);
    matcher->context = pcre2_match_context_create(NULL);
    if (!matcher->match || !matcher->context)
        return err_set(err, ERR_MEMORY, "no memory to look for '%s'", expression);
    pcre2_set_match_limit(matcher->context, MATCH_LIMIT);
    pcre2_set_heap_limit(matcher->context, HEAP_KIB);
    return true;
}

// Matches that end before `end` are others: hyperscan reports them on their own.
static span find(const struct matcher *matcher, span bytes, size_t end)
{
    size_t start = 0;
    while (start < end) {
        int groups = pcre2_match(matcher->code, bytes.ptr, bytes.len, start, PCRE2_NOTEMPTY,
                                 matcher->match, matcher->context);
        const PCRE2_SIZE *places = pcre2_get_ovector_pointer(matcher->match);
        if (groups < 2 || places[0] >= end)
            return (span){0};
        if (places[1] >= end)
            return span_slice(bytes, places[2], places[3] - places[2]);
        start = places[1];
    }
    return (span){0};
}

bool pattern_capture(const char *expression, span bytes, size_t end, span *ret, struct err *err)
{
    CLEANUP(matcher_cleanup) struct matcher matcher = {0};
    if (!matcher_open(&matcher, expression, err))
        return false;
    *ret = find(&matcher, bytes, end);
    return true;
}
