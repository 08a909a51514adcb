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
static uint8_t code_of(uint8_t c)
{
    if (ascii_is_alpha(c))
        return c;
    if (c == '~')
        return TILDE;
    return c == '.' || c == '+' || c == '-' || c == '_' || c == ':' ? NO_LETTER | c : ILLEGAL;
}

// Of a key that has room, where the next byte goes.
struct cursor {
    uint8_t *to;
    bool is_legal;
};

// Non-digits and a number in turn. Where digits are missing they are zero: "1a" is "1a0".
static struct cursor encode_part(struct cursor out, span part, bool may_have_colon)
{
    size_t at = 0;
    do {
        for (; at < part.len && !ascii_is_digit(part.ptr[at]); at++) {
            uint8_t c = part.ptr[at];
            *out.to = code_of(c);
            if (*out.to++ == ILLEGAL || (c == ':' && !may_have_colon))
                out.is_legal = false;
        }
        *out.to++ = END;
        while (at < part.len && part.ptr[at] == '0')
            at++;
        uint8_t *number = out.to++;
        for (; at < part.len && ascii_is_digit(part.ptr[at]); at++)
            *out.to++ = part.ptr[at];
        size_t digits = (size_t)(out.to - number) - 1;
        if (digits > NUMBER_MOST)
            out.is_legal = false;
        *number = (uint8_t)digits;
    } while (at < part.len);
    *out.to++ = END;
    return out;
}

// Every package of Debian and Ubuntu comes by, so room is asked for once, not for every byte.
static bool encode(span text, struct version_key *key)
{
    enum { MOST_FOR_A_BYTE = 3, FOR_ENDS = 8 };
    struct deb_version v = parse(text);
    key_number(key, v.epoch);
    struct cursor out = {key_room(key, MOST_FOR_A_BYTE * text.len + FOR_ENDS), true};
    if (!out.to || !is_valid(&v))
        return false;
    out = encode_part(out, v.upstream, v.has_epoch);
    out = encode_part(out, v.revision, false);
    key_end(key, out.to);
    return out.is_legal;
}

const struct version_order version_deb = {
    .name = "deb",
    .purl_type = "deb",
    .encode = encode,
    .grammar = &constraint_plain,
};
