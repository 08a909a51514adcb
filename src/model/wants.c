#include "model/model_inner.h"

// Asked once for every entry of a layer, millions of times: nothing is allocated, and most pairs of
// path and pattern are told apart by a few bytes.

static bool is_any_depth(span component)
{
    return component.len == 2 && component.ptr[0] == '*' && component.ptr[1] == '*';
}

// One component against one component. Of several '*' only the last one met needs another try: what
// an earlier one could take in its place, the last one can take as well.
static bool component_match(span pattern, span name)
{
    size_t p = 0;
    size_t n = 0;
    size_t star = SPAN_NONE; // the last '*' met
    size_t taken = 0;        // where its run ends so far
    while (n < name.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = p++;
            taken = n;
        } else if (p < pattern.len && pattern.ptr[p] == name.ptr[n]) {
            p++;
            n++;
        } else if (star != SPAN_NONE) {
            p = star + 1;
            n = ++taken;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*')
        p++;
    return p == pattern.len;
}

// False where the two differ before the first '*', which settles nearly every pair.
static bool heads_agree(span pattern, span path)
{
    size_t shared = pattern.len < path.len ? pattern.len : path.len;
    for (size_t i = 0; i < shared && pattern.ptr[i] != '*'; i++)
        if (pattern.ptr[i] != path.ptr[i])
            return false;
    return true;
}

// The same greedy search as in component_match, with components for bytes and "**" for '*'.
static bool components_match(span pattern, span path)
{
    bool retry = false;
    span retry_pattern = {0}; // behind the last "**" met
    span retry_path = {0};    // where its run ends so far
    while (path.len) {
        span pattern_rest = pattern;
        span path_rest = path;
        span component = span_cut(&pattern_rest, '/');
        if (is_any_depth(component)) {
            retry = true;
            retry_pattern = pattern_rest;
            retry_path = path;
            pattern = pattern_rest;
        } else if (pattern.len && component_match(component, span_cut(&path_rest, '/'))) {
            pattern = pattern_rest;
            path = path_rest;
        } else if (retry) {
            (void)span_cut(&retry_path, '/'); // the run takes one component more
            pattern = retry_pattern;
            path = retry_path;
        } else {
            return false;
        }
    }
    while (pattern.len)
        if (!is_any_depth(span_cut(&pattern, '/')))
            return false;
    return true;
}

bool pattern_match(span pattern, span path)
{
    return heads_agree(pattern, path) && components_match(pattern, path);
}

// Do the components of `path` match as many leading ones of the pattern?
static bool pattern_may_cover(span pattern, span path)
{
    if (!heads_agree(pattern, path))
        return false;
    while (path.len) {
        if (pattern.len == 0)
            return false;
        span component = span_cut(&pattern, '/');
        if (is_any_depth(component))
            return true;
        if (!component_match(component, span_cut(&path, '/')))
            return false;
    }
    return true;
}

bool wants_match(const struct wants *wants, span path)
{
    for (size_t i = 0; i < wants->count; i++)
        if (pattern_match(wants->patterns[i], path))
            return true;
    return false;
}

bool wants_may_cover(const struct wants *wants, span path)
{
    for (size_t i = 0; i < wants->count; i++)
        if (pattern_may_cover(wants->patterns[i], path))
            return true;
    return false;
}
