#include "pattern/pattern.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

// Ours are plain expressions over a few hundred bytes; what needs more work than this is a hostile
// text, which then matches nothing.
enum { MATCH_LIMIT = 100000, HEAP_KIB = 256 };

struct expression {
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *context;
};

static bool compile(struct expression *expression, const char *text, struct err *err)
{
    int problem = 0;
    PCRE2_SIZE at = 0;
    expression->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
                                     PCRE2_DOTALL | PCRE2_NEVER_UTF, &problem, &at, NULL);
    if (!expression->code)
        return err_set(err, ERR_INPUT, "'%s' is no expression (PCRE2 %d at %zu)", text, problem,
                       (size_t)at);
    expression->match = pcre2_match_data_create_from_pattern(expression->code, NULL);
    expression->context = pcre2_match_context_create(NULL);
    if (!expression->match || !expression->context)
        return err_set(err, ERR_MEMORY, "no memory to look for '%s'", text);
    pcre2_set_match_limit(expression->context, MATCH_LIMIT);
    pcre2_set_heap_limit(expression->context, HEAP_KIB);
    return true;
}

bool expression_new(const char *text, struct expression **ret, struct err *err)
{
    struct expression *expression = calloc(1, sizeof *expression);
    if (!expression)
        return err_set(err, ERR_MEMORY, "no memory to look for '%s'", text);
    if (!compile(expression, text, err)) {
        expression_free(expression);
        return false;
    }
    *ret = expression;
    return true;
}

void expression_free(struct expression *expression)
{
    if (!expression)
        return;
    pcre2_match_context_free(expression->context);
    pcre2_match_data_free(expression->match);
    pcre2_code_free(expression->code);
    free(expression);
}

// Matches that end before `end` are another anchor's.
span expression_capture(struct expression *expression, span bytes, size_t end)
{
    size_t start = 0;
    while (start < end) {
        int groups = pcre2_match(expression->code, bytes.ptr, bytes.len, start, PCRE2_NOTEMPTY,
                                 expression->match, expression->context);
        const PCRE2_SIZE *places = pcre2_get_ovector_pointer(expression->match);
        if (groups < 2 || places[0] >= end)
            return (span){0};
        if (places[1] >= end)
            return span_slice(bytes, places[2], places[3] - places[2]);
        start = places[1];
    }
    return (span){0};
}
