// Debian Policy 5.6.12 and deb-version(7): [epoch:]upstream-version[-debian-revision].
#include "version/constraint_inner.h"

#define EPOCH_MAX 2147483647u // dpkg keeps it in an int

// Appends the epoch, which is 0 where none is given, and leaves what is behind it.
static bool encode_epoch(span *text, struct version_key *key, bool *ret_given)
{
    span rest = *text;
    span digits = span_cut_digits(&rest);
    *ret_given = rest.len && rest.ptr[0] == ':';
    if (!*ret_given) {
        key_byte(key, 0);
        return true;
    }
    uint64_t epoch = 0;
    *text = span_from(rest, 1);
    key_number(key, digits);
    return span_to_u64(digits, &epoch) && epoch <= EPOCH_MAX;
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

// A key being written, for which room was made: most packages are Debian's or Ubuntu's, so room
// is asked for once, not for every byte.
struct writer {
    uint8_t *to;
    bool is_legal;
};

// Non-digits and a number in turn. Where digits are missing they are zero: "1a" is "1a0".
static inline struct writer encode_part(struct writer out, span part, bool has_colons)
{
    const uint8_t *in = part.ptr;
    const uint8_t *end = in + part.len;
    do {
        for (; in < end && !ascii_is_digit(*in); in++) {
            uint8_t code = code_of(*in, has_colons);
            out.is_legal = out.is_legal && code != ILLEGAL;
            *out.to++ = code;
        }
        *out.to++ = END;
        while (in < end && *in == '0')
            in++;
        uint8_t *number = out.to++;
        for (; in < end && ascii_is_digit(*in); in++)
            *out.to++ = *in;
        size_t count = (size_t)(out.to - number) - 1;
        out.is_legal = out.is_legal && count <= NUMBER_MOST;
        *number = (uint8_t)count;
    } while (in < end);
    *out.to++ = END;
    return out;
}

static bool encode(span text, struct version_key *key)
{
    enum { MOST_FOR_A_BYTE = 3, FOR_ENDS = 8 };
    bool has_epoch = false;
    if (!encode_epoch(&text, key, &has_epoch))
        return false;
    size_t hyphen = span_find_last(text, '-');
    const span upstream = span_first(text, hyphen);
    const span revision = hyphen == SPAN_NONE ? (span){0} : span_from(text, hyphen + 1);
    struct writer out = {
        .to = key_room(key, MOST_FOR_A_BYTE * text.len + FOR_ENDS),
        .is_legal = upstream.len && ascii_is_digit(upstream.ptr[0]) &&
                    (hyphen == SPAN_NONE || revision.len),
    };
    if (!out.to || !out.is_legal)
        return false;
    out = encode_part(out, upstream, has_epoch);
    out = encode_part(out, revision, false); // none given is equal to "0"
    key_end(key, out.to);
    return out.is_legal;
}

const struct version_order version_deb = {
    .name = "deb",
    .purl_type = "deb",
    .encode = encode,
    .refuses_nul = true,
    .grammar = &constraint_plain,
};
