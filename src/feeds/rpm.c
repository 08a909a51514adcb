#include "feeds/feeds_inner.h"

// What the RPM distributions' errata have in common: names of binary packages, fixed builds
// [epoch:]version-release, and module streams.

bool rpm_is_debug(span name)
{
    return span_ends_with(name, S("-debuginfo")) || span_ends_with(name, S("-debugsource")) ||
           span_contains(name, S("-debuginfo-"));
}

span rpm_stream_of(span module)
{
    span rest = module;
    span name = span_cut(&rest, ':');
    span stream = span_cut(&rest, ':');
    return span_first(module, stream.len ? name.len + 1 + stream.len : 0);
}

span rpm_build(struct draft *draft, span epoch, span version, span release)
{
    if (!version.len || !release.len)
        return (span){0};
    struct text build = {0};
    text_init(&build, draft->translation->mem, SIZE_MAX);
    text_add(&build, epoch);
    if (epoch.len)
        text_add_byte(&build, ':');
    text_add(&build, version);
    text_add_byte(&build, '-');
    text_add(&build, release);
    if (!text_ok(&build))
        draft->affected.failed = true;
    return text_span(&build);
}

// "nodejs:18": a name, a colon and a stream in one word.
static bool is_stream(span word)
{
    size_t colon = span_find(word, ':');
    return colon != SPAN_NONE && colon > 0 && colon + 1 < word.len;
}

void rpm_read_title(struct draft *draft, span title)
{
    while (title.len) {
        span word = span_trim_end(span_cut(&title, ' '), ',');
        span *stream = is_stream(word) ? LIST_ADD(&draft->streams, span) : NULL;
        if (stream)
            *stream = word;
    }
}

static bool is_of_module(span version)
{
    return span_contains(version, S(".module+el")) || span_contains(version, S(".module_el"));
}

void rpm_add_titled(struct draft *draft, const struct affected *statement)
{
    struct affected affected = *statement;
    if (!is_of_module(statement->fixed) || !draft->streams.count) {
        rpm_add_build(draft, &affected);
        return;
    }
    for (size_t i = 0; i < draft->streams.count; i++) {
        affected.module = *LIST_AT(&draft->streams, span, i);
        rpm_add_build(draft, &affected);
    }
}

// The number that *s starts with, without leading zeros, cut off *s.
static span cut_number(span *s)
{
    while (s->len && s->ptr[0] == '0')
        *s = span_from(*s, 1);
    size_t len = 0;
    while (len < s->len && ascii_is_digit(s->ptr[len]))
        len++;
    span number = span_first(*s, len);
    *s = span_from(*s, len);
    return number;
}

static int compare_numbers(span a, span b)
{
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return span_compare(a, b);
}

// Builds of one package in one erratum differ in their numbers only. This is no version order, but
// it tells which of them came first.
static bool is_earlier(span a, span b)
{
    while (a.len && b.len) {
        int order = 0;
        if (ascii_is_digit(a.ptr[0]) && ascii_is_digit(b.ptr[0])) {
            order = compare_numbers(cut_number(&a), cut_number(&b));
        } else {
            order = span_compare(span_first(a, 1), span_first(b, 1));
            a = span_from(a, 1);
            b = span_from(b, 1);
        }
        if (order)
            return order < 0;
    }
    return b.len != 0;
}

// Of two statements on one package: a fix that everybody gets before one that is sold when support
// has ended, then the earlier build.
static bool is_better(const struct affected *a, const struct affected *b)
{
    return a->status == b->status ? is_earlier(a->fixed, b->fixed) : a->status < b->status;
}

static bool is_same_package(const struct affected *a, const struct affected *b)
{
    return span_equal(a->name, b->name) && span_equal(a->ecosystem, b->ecosystem) &&
           span_equal(a->module, b->module) && span_equal(a->repository, b->repository);
}

void rpm_add_build(struct draft *draft, const struct affected *statement)
{
    struct affected affected = *statement;
    if (span_starts_with(affected.fixed, S("0:"))) // a missing epoch is 0
        affected.fixed = span_from(affected.fixed, 2);
    for (size_t i = draft->affected.count; i > 0; i--) {
        struct affected *other = LIST_AT(&draft->affected, struct affected, i - 1);
        if (!is_same_package(other, &affected))
            continue;
        if (is_better(&affected, other))
            *other = affected;
        return;
    }
    draft_add(draft, &affected);
}

void rpm_add_package(struct draft *draft, const struct affected *pattern,
                     const struct rpm_package *package)
{
    struct affected affected = *pattern;
    affected.name = package->name;
    affected.fixed = rpm_build(draft, package->epoch, package->version, package->release);
    if (!affected.fixed.len || rpm_is_debug(affected.name))
        return;
    if (affected.module.len)
        rpm_add_build(draft, &affected);
    else
        rpm_add_titled(draft, &affected);
}
