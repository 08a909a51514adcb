// Debian Policy 5.6.12 and deb-version(7): [epoch:]upstream-version[-debian-revision].
#include "version/constraint_inner.h"

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
    span epoch = span_cut_digits(&text);
    if (text.len && text.ptr[0] == ':') {
        v.has_epoch = true;
        v.epoch = epoch;
        v.upstream = span_from(text, 1);
    }
    size_t hyphen = span_find_last(v.upstream, '-');
    if (hyphen != SPAN_NONE) {
        v.has_revision = true;
        v.revision = span_from(v.upstream, hyphen + 1);
        v.upstream = span_first(v.upstream, hyphen);
    }
    return v;
}

static bool is_valid(const struct deb_version *v)
{
    uint64_t epoch = 0;
    if (v->has_epoch && (!span_to_u64(v->epoch, &epoch) || epoch > EPOCH_MAX))
        return false;
    if (v->has_revision && v->revision.len == 0)
        return false;
    return v->upstream.len && ascii_is_digit(v->upstream.ptr[0]);
}

// "The letters sort earlier than all the non-letters and a tilde sorts before anything, even the
// end of a part."
enum {
    ILLEGAL = 0,
    TILDE = 1,
    END = 2, // of the part, or of its non-digits
    NO_LETTER = 0x80,
};

// How a byte that is no digit sorts. Policy has no '_', but foreign packages do
// (6.0-4.el6.x86_64), and dpkg compares them.
static uint8_t code_of(uint8_t c, bool may_be_colon)
{
    if (ascii_is_alpha(c))
        return c;
    if (c == '~')
        return TILDE;
    bool legal = c == '.' || c == '+' || c == '-' || c == '_' || (c == ':' && may_be_colon);
    return legal ? NO_LETTER | c : ILLEGAL;
}

// Writes non-digits and a number in turn; returns where the next byte goes. Where digits are
// missing they are zero: "1a" is "1a0".
static uint8_t *encode_part(uint8_t *to, span part, bool has_colons, bool *ret_legal)
{
    size_t at = 0;
    do {
        for (; at < part.len && !ascii_is_digit(part.ptr[at]); at++) {
            *to = code_of(part.ptr[at], has_colons);
            if (*to++ == ILLEGAL)
                *ret_legal = false;
        }
        *to++ = END;
        while (at < part.len && part.ptr[at] == '0')
            at++;
        uint8_t *digits = to + 1;
        size_t count = 0;
        for (; at < part.len && ascii_is_digit(part.ptr[at]); at++)
            digits[count++] = part.ptr[at];
        if (count > NUMBER_MOST)
            *ret_legal = false;
        *to = (uint8_t)count;
        to = digits + count;
    } while (at < part.len);
    *to++ = END;
    return to;
}

// Most packages are Debian's or Ubuntu's, so room is asked for once, not for every byte.
static bool encode(span text, struct version_key *key)
{
    enum { MOST_FOR_A_BYTE = 3, FOR_ENDS = 8 };
    struct deb_version v = parse(text);
    if (!is_valid(&v))
        return false;
    bool legal = true;
    key_number(key, v.epoch);
    uint8_t *to = key_room(key, MOST_FOR_A_BYTE * text.len + FOR_ENDS);
    if (!to)
        return false;
    to = encode_part(to, v.upstream, v.has_epoch, &legal);
    to = encode_part(to, v.revision, false, &legal);
    key_end(key, to);
    return legal;
}

const struct version_order version_deb = {
    .name = "deb",
    .purl_type = "deb",
    .encode = encode,
    .grammar = &constraint_plain,
};
