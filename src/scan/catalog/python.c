// Python: what installers leave beside the modules (core metadata specification, PEP 376, PEP 627),
// and what conda notes of each package ("conda-meta").
#include "scan/catalog/catalog_inner.h"

#include "format/json/json.h"

// ---------------------------------------------------------------- core metadata

struct metadata {
    span name;
    span version;
    span license;
    span expression;
    struct text classifiers; // the licences among them
};

// Cuts one "Name: value" field off, without the lines that continue it. False at the end of the
// header: behind it comes the description.
static bool next_field(span *rest, span *ret_name, span *ret_value)
{
    while (rest->len) {
        span line = span_cut_line(rest);
        if (line.len == 0)
            return false;
        if (ascii_is_space(line.ptr[0]) || span_find(line, ':') == SPAN_NONE)
            continue;
        *ret_name = span_cut(&line, ':');
        *ret_value = span_trim(line);
        return true;
    }
    return false;
}

static bool is_continued(span rest)
{
    return rest.len && (rest.ptr[0] == ' ' || rest.ptr[0] == '\t');
}

static span license_of_classifier(span classifier)
{
    static const span names[][2] = {
        {S("Academic Free License (AFL)"), S("AFL-3.0")},
        {S("Apache Software License"), S("Apache-2.0")},
        {S("Artistic License"), S("Artistic-2.0")},
        {S("Blue Oak Model License (BlueOak-1.0.0)"), S("BlueOak-1.0.0")},
        {S("Boost Software License 1.0 (BSL-1.0)"), S("BSL-1.0")},
        {S("CMU License (MIT-CMU)"), S("MIT-CMU")},
        {S("Eclipse Public License 1.0 (EPL-1.0)"), S("EPL-1.0")},
        {S("Eclipse Public License 2.0 (EPL-2.0)"), S("EPL-2.0")},
        {S("European Union Public Licence 1.1 (EUPL 1.1)"), S("EUPL-1.1")},
        {S("European Union Public Licence 1.2 (EUPL 1.2)"), S("EUPL-1.2")},
        {S("GNU Affero General Public License v3"), S("AGPL-3.0-only")},
        {S("GNU Affero General Public License v3 or later (AGPLv3+)"), S("AGPL-3.0-or-later")},
        {S("GNU General Public License v2 (GPLv2)"), S("GPL-2.0-only")},
        {S("GNU General Public License v2 or later (GPLv2+)"), S("GPL-2.0-or-later")},
        {S("GNU General Public License v3 (GPLv3)"), S("GPL-3.0-only")},
        {S("GNU General Public License v3 or later (GPLv3+)"), S("GPL-3.0-or-later")},
        {S("GNU Lesser General Public License v2 (LGPLv2)"), S("LGPL-2.0-only")},
        {S("GNU Lesser General Public License v2 or later (LGPLv2+)"), S("LGPL-2.0-or-later")},
        {S("GNU Lesser General Public License v3 (LGPLv3)"), S("LGPL-3.0-only")},
        {S("GNU Lesser General Public License v3 or later (LGPLv3+)"), S("LGPL-3.0-or-later")},
        {S("Historical Permission Notice and Disclaimer (HPND)"), S("HPND")},
        {S("ISC License (ISCL)"), S("ISC")},
        {S("MIT License"), S("MIT")},
        {S("MIT No Attribution License (MIT-0)"), S("MIT-0")},
        {S("Mozilla Public License 1.1 (MPL 1.1)"), S("MPL-1.1")},
        {S("Mozilla Public License 2.0 (MPL 2.0)"), S("MPL-2.0")},
        {S("PostgreSQL License"), S("PostgreSQL")},
        {S("Python Software Foundation License"), S("PSF-2.0")},
        {S("The Unlicense (Unlicense)"), S("Unlicense")},
        {S("Universal Permissive License (UPL)"), S("UPL-1.0")},
        {S("University of Illinois/NCSA Open Source License"), S("NCSA")},
        {S("zlib/libpng License"), S("Zlib")},
        {S("Zope Public License"), S("ZPL-2.1")},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_equal(classifier, names[i][0]))
            return names[i][1];
    return classifier;
}

// "License :: OSI Approved :: MIT License". Where several licences are named nothing says how they
// go together: all of them are taken to hold.
static void take_classifier(struct text *out, span classifier)
{
    if (!span_starts_with(classifier, S("License :: ")))
        return;
    span license = span_trim(span_from(classifier, span_find_last(classifier, ':') + 1));
    if (span_equal(license, S("OSI Approved")))
        return;
    text_add(out, text_span(out).len ? S(" AND ") : S(""));
    text_add(out, license_of_classifier(license));
}

static void take_field(struct metadata *metadata, struct candidate *candidate, span name,
                       span value, bool continued)
{
    if (span_equal_nocase(name, S("Name")))
        metadata->name = value;
    else if (span_equal_nocase(name, S("Version")))
        metadata->version = value;
    else if (span_equal_nocase(name, S("License-Expression")))
        metadata->expression = value;
    else if (span_equal_nocase(name, S("Classifier")) ||
             (span_equal_nocase(name, S("License")) && span_starts_with(value, S("License :: "))))
        take_classifier(&metadata->classifiers, value);
    else if (span_equal_nocase(name, S("License")) && !continued)
        metadata->license = value;
    else if (span_equal_nocase(name, S("Requires-Dist")))
        candidate_depend(candidate, python_requirement_name(value));
}

// "License" may hold the whole text of a licence, or no more than a word for its absence.
static bool names_license(span license)
{
    enum { LONGEST_NAME = 100 };
    return license.len > 0 && license.len <= LONGEST_NAME &&
           !span_equal_nocase(license, S("UNKNOWN")) && !span_equal_nocase(license, S("None"));
}

static span license_of(const struct metadata *metadata)
{
    if (metadata->expression.len)
        return metadata->expression;
    return names_license(metadata->license) ? metadata->license : text_span(&metadata->classifiers);
}

bool python_read_metadata(struct inspection *inspection, struct err *err)
{
    struct metadata metadata = {0};
    struct candidate candidate = candidate_of(inspection, S("pypi"), (span){0}, (span){0});
    span rest = inspection->text;
    span name = {0};
    span value = {0};
    text_init(&metadata.classifiers, inspection->scratch, inspection->limits->field_bytes);
    while (next_field(&rest, &name, &value))
        take_field(&metadata, &candidate, name, value, is_continued(rest));
    if (metadata.name.len == 0 || metadata.version.len == 0) {
        notes_add(inspection->notes, NOTE_DAMAGED, inspection->path, "has no Name or no Version");
        return true;
    }
    candidate.package.name = metadata.name;
    candidate.package.version = metadata.version;
    candidate.package.licenses = license_of(&metadata);
    return candidate_add(&candidate, err);
}

// ---------------------------------------------------------------- conda

// "python >=3.8,<3.9" needs python; "__glibc >=2.17" is a property of the system.
static void take_conda_depends(struct candidate *candidate, const struct json *depends)
{
    for (size_t i = 0; i < json_count(depends); i++) {
        span name = json_text(json_at(depends, i));
        name = span_cut(&name, ' ');
        candidate_depend(candidate, span_starts_with(name, S("__")) ? (span){0} : name);
    }
}

static bool read_conda(struct inspection *inspection, struct err *err)
{
    CLEANUP(json_cleanup) struct json *document = inspection_json(inspection);
    if (!document)
        return true;
    struct candidate candidate =
        candidate_of(inspection, S("conda"), json_get_text(document, "name"),
                     json_get_text(document, "version"));
    if (candidate.package.name.len == 0 || candidate.package.version.len == 0) {
        notes_add(inspection->notes, NOTE_DAMAGED, inspection->path, "has no name or no version");
        return true;
    }
    candidate.package.licenses = json_get_text(document, "license");
    candidate_hash(&candidate, S("sha256"), json_get_text(document, "sha256"));
    candidate_hash(&candidate, S("md5"), json_get_text(document, "md5"));
    take_conda_depends(&candidate, json_get(document, "depends"));
    return candidate_add(&candidate, err);
}

static const struct cataloger catalogers[] = {
    {S("**/*.dist-info/METADATA"), python_read_metadata, 0},
    {S("**/*.egg-info/PKG-INFO"), python_read_metadata, 0},
    {S("**/EGG-INFO/PKG-INFO"), python_read_metadata, 0},
    {S("**/*.egg-info"), python_read_metadata, 0},
    {S("**/conda-meta/*.json"), read_conda, 0},
};
const struct catalogers python_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
