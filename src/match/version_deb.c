// Debian Policy 5.6.12 and deb-version(7): [epoch:]upstream-version[-debian-revision].
#include "match/version_inner.h"

#define EPOCH_MAX 2147483647u // dpkg keeps it in an int

struct deb_version {
    span epoch; // empty: none given
    span upstream;
    span revision; // empty: none given, which is equal to "0"
    bool has_epoch;
    bool has_revision;
};

static struct deb_version parse(span text)
{
    struct deb_version v = {.upstream = text};
    size_t colon = span_find(text, ':');
    if (colon != SPAN_NONE) {
        v.has_epoch = true;
        v.epoch = span_first(text, colon);
        v.upstream = span_from(text, colon + 1);
    }
    size_t hyphen = span_find_last(v.upstream, '-');
    if (hyphen != SPAN_NONE) {
        v.has_revision = true;
        v.revision = span_from(v.upstream, hyphen + 1);
        v.upstream = span_first(v.upstream, hyphen);
    }
    return v;
}

static bool only_legal(span text, span punctuation)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (!ascii_is_digit(c) && !ascii_is_alpha(c) && span_find(punctuation, c) == SPAN_NONE)
            return false;
    }
    return true;
}

static bool deb_valid(span text)
{
    struct deb_version v = parse(text);
    uint64_t epoch = 0;
    if (v.has_epoch && (!span_to_u64(v.epoch, &epoch) || epoch > EPOCH_MAX))
        return false;
    if (v.has_revision && v.revision.len == 0)
        return false;
    // Policy has no '_', but foreign packages do (6.0-4.el6.x86_64), and dpkg compares them.
    return v.upstream.len && ascii_is_digit(v.upstream.ptr[0]) &&
           only_legal(v.upstream, S(".+-:~_")) && only_legal(v.revision, S(".+~_"));
}

// "The letters sort earlier than all the non-letters and a tilde sorts before anything, even the
// end of a part."
static int weight(span s)
{
    if (s.len == 0 || ascii_is_digit(s.ptr[0]))
        return 0;
    if (s.ptr[0] == '~')
        return -1;
    return ascii_is_alpha(s.ptr[0]) ? s.ptr[0] : s.ptr[0] + 256;
}

static bool at_non_digit(span s)
{
    return s.len && !ascii_is_digit(s.ptr[0]);
}

static int compare_part(span a, span b)
{
    while (a.len || b.len) {
        while (at_non_digit(a) || at_non_digit(b)) {
            int wa = weight(a);
            int wb = weight(b);
            if (wa != wb)
                return wa < wb ? -1 : 1;
            a = span_from(a, 1);
            b = span_from(b, 1);
        }
        span digits_a = version_take_digits(&a);
        span digits_b = version_take_digits(&b);
        int order = version_compare_digits(digits_a, digits_b);
        if (order != 0)
            return order;
    }
    return 0;
}

static int deb_compare(span a, span b)
{
    struct deb_version va = parse(a);
    struct deb_version vb = parse(b);
    int order = version_compare_digits(va.epoch, vb.epoch);
    if (order == 0)
        order = compare_part(va.upstream, vb.upstream);
    if (order == 0)
        order = compare_part(va.revision, vb.revision);
    return order;
}

const struct version_order version_deb = {
    .name = "deb",
    .purl_type = "deb",
    .valid = deb_valid,
    .compare = deb_compare,
};
