// What the release of an rpm tells of its build: 43.module+el8.5.0+13806+b30d9eec.1, 97.el7_9.4,
// 97.el7.centos.4.
#include "match/match_inner.h"

#include <string.h>

static size_t find(span s, span needle)
{
    const uint8_t *hit = s.len ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
    return hit ? (size_t)(hit - s.ptr) : SPAN_NONE;
}

// Where ".module+" or ".module_" stands.
static size_t find_module(span version)
{
    size_t at = find(version, S(".module"));
    if (at == SPAN_NONE)
        return SPAN_NONE;
    span rest = span_from(version, at + S(".module").len);
    bool marked = span_starts_with(rest, S("+")) || span_starts_with(rest, S("_"));
    return marked ? at : SPAN_NONE;
}

bool version_is_modular(span version)
{
    return find_module(version) != SPAN_NONE;
}

bool version_is_rebuild(span version)
{
    return span_contains(version, S(".centos"));
}

// Takes "elN" and what belongs to the minor release, "_M", off the front.
static bool take_dist(span *rest, span *ret_major, span *ret_minor)
{
    span after = *rest;
    if (!span_starts_with(after, S("el")))
        return false;
    after = span_from(after, 2);
    span digits = span_cut_digits(&after);
    if (digits.len == 0)
        return false;
    *ret_major = span_first(*rest, 2 + digits.len);
    *ret_minor = (span){0};
    if (span_starts_with(after, S("_"))) {
        span minor = span_from(after, 1);
        span number = span_cut_digits(&minor);
        *ret_minor = span_first(after, number.len ? 1 + number.len : 0);
        after = number.len ? minor : after;
    }
    *rest = after;
    return true;
}

span version_branch(span version)
{
    for (size_t at = find(version, S(".el")); at != SPAN_NONE; at = find(version, S(".el"))) {
        version = span_from(version, at + 1);
        span rest = version;
        span major = {0};
        span minor = {0};
        if (take_dist(&rest, &major, &minor) && minor.len)
            return span_first(version, major.len + minor.len);
    }
    return (span){0};
}

// Copies up to and with "el8.5.0", and what follows "+13806+b30d9eec": each builder counts and
// hashes for itself.
static void add_without_module_build(struct text *out, span version)
{
    size_t at = find_module(version);
    if (at == SPAN_NONE) {
        text_add(out, version);
        return;
    }
    size_t head = at + S(".module+").len;
    span rest = span_from(version, head);
    size_t platform = span_find(rest, '+');
    text_add(out, span_first(version, platform == SPAN_NONE ? version.len : head + platform));
    rest = platform == SPAN_NONE ? (span){0} : span_from(rest, platform + 1);
    (void)span_cut(&rest, '+'); // the builder's count
    size_t tail = span_find(rest, '.');
    text_add(out, tail == SPAN_NONE ? (span){0} : span_from(rest, tail));
}

// Copies without ".centos" and the "_9" of ".el7_9".
static void add_without_rebuild(struct text *out, span version)
{
    while (version.len) {
        span major = {0};
        span minor = {0};
        span rest = span_from(version, 1);
        if (version.ptr[0] == '.' && take_dist(&rest, &major, &minor)) {
            text_add_byte(out, '.');
            text_add(out, major);
            version = rest;
        } else if (span_starts_with(version, S(".centos"))) {
            version = span_from(version, S(".centos").len);
        } else {
            text_add_byte(out, version.ptr[0]);
            version = rest;
        }
    }
}

bool version_without_builder(span version, bool is_rebuild, struct arena *mem, span *ret,
                             struct err *err)
{
    struct text out = {0};
    text_init(&out, mem, version.len);
    if (is_rebuild)
        add_without_rebuild(&out, version);
    else
        add_without_module_build(&out, version);
    if (!text_ok(&out))
        return arena_err(mem, err, "version");
    *ret = text_span(&out);
    return true;
}
