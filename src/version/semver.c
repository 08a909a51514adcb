// Semantic Versioning 2.0.0 and its relatives: numbers, "-pre-release", "+build".
#include "version/constraint_inner.h"

struct style {
    unsigned least_numbers;
    unsigned most_numbers; // missing ones are zero
    bool has_prefix;       // "v" or "=" before it
    bool is_loose;         // "1.2.3beta", "1.0.0.rc.1": the hyphen may be missing or a dot
    bool any_case;         // labels are compared in any case
    bool counts_builds;    // a build is newer than none
};

enum {
    LABELS_END = 0,
    LABEL_NUMBER = 1,
    LABEL_TEXT = 2,
    NO_LABELS = 3, // behind all pre-releases
};

static bool is_label_byte(uint8_t c)
{
    return ascii_is_digit(c) || ascii_is_alpha(c) || c == '-';
}

static bool is_number(span text)
{
    return text.len && span_cut_digits(&text).len && text.len == 0;
}

static bool encode_label(span label, const struct style *style, struct version_key *key)
{
    for (size_t i = 0; i < label.len; i++)
        if (!is_label_byte(label.ptr[i]))
            return false;
    bool number = is_number(label);
    key_byte(key, number ? LABEL_NUMBER : LABEL_TEXT);
    if (number)
        key_number(key, label);
    else if (style->any_case)
        key_text_lower(key, label);
    else
        key_text(key, label);
    return label.len > 0;
}

// Identifiers between dots.
static bool encode_labels(span labels, const struct style *style, struct version_key *key)
{
    for (bool more = true; more;) {
        more = span_find(labels, '.') != SPAN_NONE;
        if (!encode_label(span_cut(&labels, '.'), style, key))
            return false;
    }
    key_byte(key, LABELS_END);
    return true;
}

// Of a number that follows.
static bool cut_dot(span *rest)
{
    if (rest->len < 2 || rest->ptr[0] != '.' || !ascii_is_digit(rest->ptr[1]))
        return false;
    *rest = span_from(*rest, 1);
    return true;
}

static bool encode_numbers(span *rest, const struct style *style, struct version_key *key)
{
    unsigned count = 0;
    do {
        if (!key_cut_number(key, rest))
            return false;
        count++;
    } while (count < style->most_numbers && cut_dot(rest));
    for (unsigned i = count; i < style->most_numbers; i++)
        key_number(key, (span){0});
    return count >= style->least_numbers;
}

static bool takes_hyphen(span *rest, const struct style *style)
{
    if (version_take_byte(rest, '-'))
        return true;
    return style->is_loose && rest->len && (version_take_byte(rest, '.') || rest->ptr[0] != '+');
}

static bool encode_as(span text, const struct style *style, struct version_key *key)
{
    span build = text;
    if (style->has_prefix && text.len &&
        (text.ptr[0] == 'v' || text.ptr[0] == 'V' || text.ptr[0] == '='))
        build = span_from(text, 1);
    if (!encode_numbers(&build, style, key))
        return false;
    if (build.len == 0) { // as nearly all are
        key_byte(key, NO_LABELS);
        if (style->counts_builds)
            key_byte(key, false);
        return true;
    }
    bool has_build = span_find(build, '+') != SPAN_NONE;
    span rest = span_cut(&build, '+');
    if (rest.len == 0)
        key_byte(key, NO_LABELS);
    else if (!takes_hyphen(&rest, style) || !encode_labels(rest, style, key))
        return false;
    if (!style->counts_builds)
        return true;
    key_byte(key, has_build);
    return !has_build || encode_labels(build, style, key);
}

static bool encode_semver(span text, struct version_key *key)
{
    static const struct style style = {
        .least_numbers = 1, .most_numbers = 3, .has_prefix = true, .is_loose = true};
    return encode_as(text, &style, key);
}

// Numbers past 2^53 are none to node.
static bool has_safe_numbers(span text)
{
    enum { SAFE_DIGITS = 15 }; // whatever they are
    static const uint64_t most = ((uint64_t)1 << 53) - 1;
    while (text.len > SAFE_DIGITS) {
        uint64_t value = 0;
        span digits = span_cut_digits(&text);
        if (digits.len > SAFE_DIGITS && (!span_to_u64(digits, &value) || value > most))
            return false;
        if (!version_take_byte(&text, '.'))
            return true;
    }
    return true;
}

static bool encode_npm(span text, struct version_key *key)
{
    static const struct style style = {
        .least_numbers = 3, .most_numbers = 3, .has_prefix = true, .is_loose = true};
    text = span_trim(text);
    span numbers = text;
    if (numbers.len && !ascii_is_digit(numbers.ptr[0]))
        numbers = span_from(numbers, 1);
    return has_safe_numbers(numbers) && encode_as(text, &style, key);
}

static bool encode_hex(span text, struct version_key *key)
{
    static const struct style style = {.least_numbers = 3, .most_numbers = 3};
    return encode_as(text, &style, key);
}

static bool encode_pub(span text, struct version_key *key)
{
    static const struct style style = {
        .least_numbers = 1, .most_numbers = 3, .has_prefix = true, .counts_builds = true};
    return encode_as(text, &style, key);
}

static bool encode_nuget(span text, struct version_key *key)
{
    static const struct style style = {
        .least_numbers = 1, .most_numbers = 4, .has_prefix = true, .any_case = true};
    return encode_as(text, &style, key);
}

// "go1.21rc2" is how the toolchain, and so the standard library, writes 1.21.0-rc.2.
static bool encode_golang(span text, struct version_key *key)
{
    static const struct style style = {
        .least_numbers = 1, .most_numbers = 3, .has_prefix = true, .is_loose = true};
    (void)version_take_word(&text, S("go"));
    span rest = text;
    while (rest.len && (ascii_is_digit(rest.ptr[0]) || rest.ptr[0] == '.'))
        rest = span_from(rest, 1);
    span numbers = span_first(text, text.len - rest.len);
    span word = span_cut_letters(&rest);
    bool is_release = span_equal(word, S("rc")) || span_equal(word, S("beta"));
    if (!is_release || !is_number(rest))
        return encode_as(text, &style, key);
    if (!encode_numbers(&numbers, &style, key) || numbers.len)
        return false;
    return encode_label(word, &style, key) && encode_labels(rest, &style, key);
}

const struct version_order version_semver = {
    .name = "semver",
    .purl_type = "cargo",
    .encode = encode_semver,
    .grammar = &constraint_semver,
};
const struct version_order version_npm = {
    .name = "npm",
    .purl_type = "npm",
    .encode = encode_npm,
    .grammar = &constraint_npm,
};
const struct version_order version_hex = {
    .name = "hex",
    .purl_type = "hex",
    .encode = encode_hex,
    .grammar = &constraint_hex,
};
const struct version_order version_pub = {
    .name = "pub",
    .purl_type = "pub",
    .encode = encode_pub,
    .grammar = &constraint_pub,
};
const struct version_order version_nuget = {
    .name = "nuget",
    .purl_type = "nuget",
    .encode = encode_nuget,
    .grammar = &constraint_nuget,
};
const struct version_order version_golang = {
    .name = "golang",
    .purl_type = "golang",
    .encode = encode_golang,
    .grammar = &constraint_semver,
};
