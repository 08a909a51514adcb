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

// Policy has no '_', but foreign packages do (6.0-4.el6.x86_64), and dpkg compares them.
static bool is_punctuation(uint8_t c)
{
    return c == '.' || c == '+' || c == '-' || c == '~' || c == '_';
}

static bool only_legal(span text, bool may_have_colon)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (!ascii_is_digit(c) && !ascii_is_alpha(c) && !is_punctuation(c) &&
            !(c == ':' && may_have_colon))
            return false;
    }
    return true;
}

static bool is_valid(const struct deb_version *v)
{
    uint64_t epoch = 0;
    if (v->has_epoch && (!span_to_u64(v->epoch, &epoch) || epoch > EPOCH_MAX))
        return false;
    if (v->has_revision && v->revision.len == 0)
        return false;
    return v->upstream.len && ascii_is_digit(v->upstream.ptr[0]) && only_legal(v->upstream, true) &&
           only_legal(v->revision, false);
}

// "The letters sort earlier than all the non-letters and a tilde sorts before anything, even the
// end of a part."
enum {
    TILDE = 1,
    END = 2, // of the part, or of its non-digits
    NO_LETTER = 0x80,
};

static uint8_t code_of(uint8_t c)
{
    if (c == '~')
        return TILDE;
    return ascii_is_alpha(c) ? c : NO_LETTER | c;
}

// Non-digits and a number in turn. Where digits are missing they are zero: "1a" is "1a0".
static void encode_part(span part, struct version_key *key)
{
    do {
        for (; part.len && !ascii_is_digit(part.ptr[0]); part = span_from(part, 1))
            key_byte(key, code_of(part.ptr[0]));
        key_byte(key, END);
        key_number(key, span_cut_digits(&part));
    } while (part.len);
    key_byte(key, END);
}

static bool encode(span text, struct version_key *key)
{
    struct deb_version v = parse(text);
    key_number(key, v.epoch);
    encode_part(v.upstream, key);
    encode_part(v.revision, key);
    return is_valid(&v);
}

const struct version_order version_deb = {
    .name = "deb",
    .purl_type = "deb",
    .encode = encode,
    .grammar = &constraint_plain,
};
