// Looking up identifiers and names.
#include "format/spdx/spdx_inner.h"

enum { LONGEST_KEY = 96 };

struct key {
    uint8_t bytes[LONGEST_KEY];
    size_t len;
    bool is_long; // it did not fit: no list has it
};

static void key_add(struct key *key, uint8_t byte)
{
    if (key->len == LONGEST_KEY)
        key->is_long = true;
    else
        key->bytes[key->len++] = byte;
}

static span find(const struct spdx_name *names, size_t count, const struct key *key)
{
    size_t low = 0;
    size_t high = key->is_long ? 0 : count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = span_compare(names[middle].key, span_of(key->bytes, key->len));
        if (order == 0)
            return names[middle].value;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return (span){0};
}

static span find_id(const struct spdx_name *names, size_t count, span id)
{
    struct key key = {0};
    for (size_t i = 0; i < id.len && !key.is_long; i++)
        key_add(&key, ascii_lower(id.ptr[i]));
    return find(names, count, &key);
}

span spdx_find_license(span id)
{
    return find_id(spdx_licenses, spdx_licenses_count, id);
}

span spdx_find_exception(span id)
{
    return find_id(spdx_exceptions, spdx_exceptions_count, id);
}

static bool is_id_byte(uint8_t c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '.';
}

static bool is_id(span id)
{
    for (size_t i = 0; i < id.len; i++)
        if (!is_id_byte(id.ptr[i]))
            return false;
    return id.len != 0;
}

bool spdx_is_reference(span id)
{
    static const span document = S("DocumentRef-");
    static const span license = S(SPDX_REF);
    if (span_starts_with(id, document) && span_find(id, ':') != SPAN_NONE &&
        !is_id(span_from(span_cut(&id, ':'), document.len)))
        return false;
    return span_starts_with(id, license) && is_id(span_from(id, license.len));
}

// ---------------------------------------------------------------- names

// Words without which a name is as clear.
static bool is_filler(span word)
{
    static const span fillers[] = {S("the"),     S("license"), S("licence"), S("licenses"),
                                   S("version"), S("ver"),     S("v")};
    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++)
        if (span_equal_nocase(word, fillers[i]))
            return true;
    return false;
}

static bool is_word_byte(uint8_t c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c);
}

// Letters, digits, '+' and comparisons, in lower case, without fillers: tools/make-spdx makes the
// keys of its table in the same way.
static void key_of_name(span name, struct key *key)
{
    size_t at = 0;
    while (at < name.len && !key->is_long) {
        size_t end = at;
        while (end < name.len && is_word_byte(name.ptr[end]))
            end++;
        span word = span_slice(name, at, end - at);
        for (size_t i = 0; i < word.len && !is_filler(word); i++)
            key_add(key, ascii_lower(word.ptr[i]));
        if (end < name.len &&
            (name.ptr[end] == '+' || name.ptr[end] == '>' || name.ptr[end] == '='))
            key_add(key, name.ptr[end]);
        at = end == name.len ? end : end + 1;
    }
}

// "GPL: GNU General Public License", any version (DEP-5, "License names").
static span find_unnumbered(const struct key *key)
{
    static const struct spdx_name any_version[] = {
        {S("artistic"), S("Artistic-1.0")},
        {S("gfdl"), S("GFDL-1.1-or-later")},
        {S("gpl"), S("GPL-1.0-or-later")},
        {S("lgpl"), S("LGPL-2.0-or-later")},
    };
    return find(any_version, sizeof any_version / sizeof *any_version, key);
}

span spdx_find_name(span name, enum spdx_speaker speaker)
{
    struct key key = {0};
    key_of_name(name, &key);
    if (speaker == SPDX_DEBIAN) {
        span any = find_unnumbered(&key);
        if (any.len)
            return any;
    }
    return find(spdx_names, spdx_names_count, &key);
}
