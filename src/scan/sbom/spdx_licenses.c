// What an SPDX document says of its own LicenseRef-…: most are names of licences that are on the
// list under another name ("Expat", "Apache License, Version 2.0"), and a policy has to find them.
#include "scan/sbom/sbom_inner.h"

#include "format/spdx/spdx.h"

#define REFERENCE S("LicenseRef-")

enum { MOST_NAME = 128 }; // what is longer is the text of a licence

bool extracted_add(struct reading *reading, span id, span name, span text, struct err *err)
{
    bool is_named = name.len && !span_equal(name, S("NOASSERTION"));
    span meaning = is_named ? name : span_trim(text);
    if (!span_starts_with(id, REFERENCE) || meaning.len == 0 || meaning.len > MOST_NAME)
        return true;
    struct pair *pair = LIST_ADD(&reading->extracted, struct pair);
    if (!pair)
        return arena_err(reading->mem, err, "licences");
    *pair = (struct pair){.name = id, .value = meaning};
    return true;
}

// ---------------------------------------------------------------- looking up

static int compare_pairs(const void *a, const void *b)
{
    return span_compare(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

void extracted_sort(struct reading *reading)
{
    struct list *extracted = &reading->extracted;
    if (extracted->count)
        sort_items(extracted->items, extracted->count, extracted->item_size, compare_pairs);
}

// Empty for what the document does not explain.
static span meaning_of(const struct reading *reading, span id)
{
    const struct list *extracted = &reading->extracted;
    size_t low = 0;
    size_t high = extracted->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(LIST_AT(extracted, struct pair, middle)->name, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == extracted->count)
        return (span){0};
    const struct pair *pair = LIST_AT(extracted, struct pair, low);
    return span_equal(pair->name, id) ? pair->value : (span){0};
}

// ---------------------------------------------------------------- expressions

// A word, or the byte between two.
static span next_word(span *rest)
{
    size_t len = 0;
    while (len < rest->len && !ascii_is_space(rest->ptr[len]) && rest->ptr[len] != '(' &&
           rest->ptr[len] != ')')
        len++;
    span word = span_first(*rest, len ? len : 1);
    *rest = span_from(*rest, word.len);
    return word;
}

// A name that the list does not have stays the reference that it was.
static bool add_word(struct reading *reading, span word, enum spdx_speaker speaker,
                     struct text *out)
{
    span meaning = span_starts_with(word, REFERENCE) ? meaning_of(reading, word) : (span){0};
    span license = {0};
    if (!spdx_normalise(meaning, speaker, reading->mem, &license))
        return false;
    bool known = license.len && !span_contains(license, REFERENCE);
    if (known)
        text_add_byte(out, '(');
    text_add(out, known ? license : word);
    if (known)
        text_add_byte(out, ')');
    return true;
}

bool extracted_resolve(struct reading *reading, span expression, span type, span *ret,
                       struct err *err)
{
    struct text text = {0};
    span rest = expression;
    *ret = expression;
    if (reading->extracted.count == 0 || !span_contains(expression, REFERENCE) ||
        expression.len > reading->limits->field_bytes)
        return true;
    text_init(&text, reading->mem, SIZE_MAX);
    while (rest.len)
        if (!add_word(reading, next_word(&rest), spdx_speaker_of(type), &text))
            return arena_err(reading->mem, err, "licences");
    *ret = text_span(&text);
    return text_ok(&text) || arena_err(reading->mem, err, "licences");
}
