// What the copyright files of Debian's packages say of licences: those in the machine-readable form
// (DEP-5, "copyright-format 1.0") word for word, others by the texts that they refer to.
#include "scan/catalog/catalog_inner.h"

#include "format/spdx/spdx.h"

// One expression, if it says anything.
static bool add_license(struct inspection *inspection, struct list *found, span name,
                        struct err *err)
{
    span expression = {0};
    if (!spdx_normalise(name, SPDX_DEBIAN, inspection->scratch, &expression))
        return arena_err(inspection->scratch, err, "licenses");
    if (expression.len == 0)
        return true;
    span *added = LIST_ADD(found, span);
    if (!added)
        return arena_err(inspection->scratch, err, "licenses");
    *added = expression;
    return true;
}

// ---------------------------------------------------------------- the machine-readable form

static bool is_blank(span line)
{
    return span_trim(line).len == 0;
}

// The value on the line itself, if the line is this field.
static bool field_of(span line, span name, span *ret)
{
    if (!span_equal_nocase(span_first(line, name.len), name))
        return false;
    *ret = span_trim(span_from(line, name.len));
    return true;
}

static bool is_machine_readable(span text)
{
    span ignored = {0};
    while (text.len) {
        span line = span_cut_line(&text);
        if (field_of(line, S("Format:"), &ignored) ||
            field_of(line, S("Format-Specification:"), &ignored))
            return true;
        if (!is_blank(line))
            return false;
    }
    return false;
}

// The licence of a paragraph of files is on the line of the field; what continues it is the text.
// So is that of the first paragraph, for the package as a whole. Paragraphs of licences alone only
// spell out what others name.
static bool read_fields(struct inspection *inspection, struct list *found, struct err *err)
{
    span text = span_trim(inspection->text);
    span license = {0};
    bool counts = true;
    while (text.len) {
        span line = span_cut_line(&text);
        span value = {0};
        if (is_blank(line)) {
            license = (span){0};
            counts = false;
        } else if (field_of(line, S("Files:"), &value)) {
            counts = true;
        } else if (field_of(line, S("License:"), &value)) {
            license = value;
        }
        if (!counts || license.len == 0)
            continue;
        if (!add_license(inspection, found, license, err))
            return false;
        license = (span){0};
    }
    return true;
}

// ---------------------------------------------------------------- free text

// Blanks and line ends are one blank each: sentences are spread over lines.
static bool collapse(struct inspection *inspection, span *ret, struct err *err)
{
    struct text out;
    bool has_gap = false;
    text_init(&out, inspection->scratch, SIZE_MAX);
    text_reserve(&out, inspection->text.len);
    for (size_t i = 0; i < inspection->text.len; i++) {
        uint8_t c = inspection->text.ptr[i];
        if (!ascii_is_space(c))
            text_add_byte(&out, c);
        else if (!has_gap)
            text_add_byte(&out, ' ');
        has_gap = ascii_is_space(c);
    }
    *ret = text_span(&out);
    return text_ok(&out) || arena_err(inspection->scratch, err, "licenses");
}

// The name that a path goes on with, without the full stop behind it.
static span name_at(span text)
{
    size_t len = 0;
    while (len < text.len && (ascii_is_alpha(text.ptr[len]) || ascii_is_digit(text.ptr[len]) ||
                              text.ptr[len] == '-' || text.ptr[len] == '.'))
        len++;
    return span_trim_end(span_first(text, len), '.');
}

// Names without a number are links to the newest text, which is not what was meant.
static bool is_unnumbered(span name)
{
    return span_equal(name, S("GPL")) || span_equal(name, S("LGPL")) || span_equal(name, S("GFDL"));
}

// The licence of a file of /usr/share/common-licenses.
static bool common_license(struct inspection *inspection, span name, bool or_later, span *ret,
                           struct err *err)
{
    struct text license;
    text_init(&license, inspection->scratch, SIZE_MAX);
    if (is_unnumbered(name))
        text_add(&license, S("LicenseRef-"));
    text_add(&license, name);
    if (or_later && span_find(name, '-') != SPAN_NONE && span_contains(name, S("GPL")))
        text_add_byte(&license, '+');
    *ret = span_equal(name, S("BSD"))        ? S("BSD-3-Clause") // the Regents' text
           : span_equal(name, S("Artistic")) ? S("Artistic-1.0-Perl")
                                             : text_span(&license);
    return text_ok(&license) || arena_err(inspection->scratch, err, "licenses");
}

static bool read_references(struct inspection *inspection, span text, struct list *found,
                            struct err *err)
{
    bool or_later = span_contains(text, S("any later version"));
    span last = {0};
    while (text.len) {
        span license = {0};
        if (!span_equal(span_cut(&text, '/'), S("common-licenses")))
            continue;
        span name = name_at(text);
        if (name.len == 0 || span_equal(name, last))
            continue;
        last = name;
        if (!common_license(inspection, name, or_later, &license, err) ||
            !add_license(inspection, found, license, err))
            return false;
    }
    return true;
}

// Sentences that stand in one licence only.
static bool read_phrases(struct inspection *inspection, span text, struct list *found,
                         struct err *err)
{
    static const struct {
        span text;
        span license;
    } phrases[] = {
        {S("to deal in the Software without restriction"), S("MIT")},
        {S("Permission to use, copy, modify, and/or distribute this software for any purpose with "
           "or without fee is hereby granted, provided that the above copyright notice"),
         S("ISC")},
        {S("Licensed under the Apache License, Version 2.0"), S("Apache-2.0")},
        {S("subject to the terms of the Mozilla Public License, v. 2.0"), S("MPL-2.0")},
        {S("Boost Software License - Version 1.0"), S("BSL-1.0")},
    };
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (span_contains(text, phrases[i].text) &&
            !add_license(inspection, found, phrases[i].license, err))
            return false;
    return true;
}

static bool read_prose(struct inspection *inspection, struct list *found, struct err *err)
{
    span text = {0};
    return collapse(inspection, &text, err) && read_references(inspection, text, found, err) &&
           read_phrases(inspection, text, found, err);
}

// ---------------------------------------------------------------- the file

static bool read_copyright(struct inspection *inspection, struct err *err)
{
    struct list found = inspection_list(inspection, sizeof(span));
    span all = {0};
    if (is_machine_readable(inspection->text) && !read_fields(inspection, &found, err))
        return false;
    if (found.count == 0 && !read_prose(inspection, &found, err))
        return false;
    if (!spdx_join(found.items, found.count, inspection->scratch, &all))
        return arena_err(inspection->scratch, err, "licenses");
    if (all.len > inspection->limits->field_bytes) {
        notes_add(inspection->notes, NOTE_LIMIT, inspection->path,
                  "its licenses are left out: %zu bytes", all.len);
        return true;
    }
    return arena_span(inspection->mem, all, &inspection->insight->licenses) ||
           arena_err(inspection->mem, err, "licenses");
}

static const struct cataloger catalogers[] = {
    {S("usr/share/doc/*/copyright"), read_copyright, 0},
};
const struct catalogers debian_copyright_catalogers = {catalogers,
                                                       sizeof catalogers / sizeof *catalogers};
