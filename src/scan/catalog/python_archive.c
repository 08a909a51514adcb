// Python: packages that run out of an archive: zipped eggs (setuptools documentation, "The Internal
// Structure of Python Eggs") and programs with all they need in one file, as zipapp, shiv and pex
// make them (PEP 441).
//
// Wheels are no such thing: they are what installers unpack. Those that lie about, such as the copy
// of pip that every Python carries for ensurepip, are not installed, and Syft and Trivy do not list
// them either.
#include "scan/catalog/catalog_inner.h"
#include "scan/catalog/members_inner.h"

static bool is_metadata(span name)
{
    return span_ends_with(name, S(".dist-info/METADATA")) ||
           span_ends_with(name, S(".egg-info/PKG-INFO")) ||
           span_equal(name, S("EGG-INFO/PKG-INFO")) ||
           span_ends_with(name, S("/EGG-INFO/PKG-INFO"));
}

static bool read_archive(struct inspection *inspection, struct err *err)
{
    return members_each(inspection, is_metadata, python_read_metadata, err);
}

// Does it end as an archive without a comment does?
static bool is_archive(const struct inspection *inspection)
{
    enum { END_BYTES = 22 };
    const struct content *content = inspection->content;
    span end = {0};
    return content->size >= END_BYTES &&
           content_read(content, content->size - END_BYTES, END_BYTES, inspection->scratch, &end,
                        NULL) &&
           span_starts_with(end, S("PK\5\6"));
}

// A script of Python may have an archive behind its first line, whatever it is called.
static bool read_program(struct inspection *inspection, struct err *err)
{
    bool is_named = span_ends_with(inspection->path, S(".pyz")) ||
                    span_ends_with(inspection->path, S(".pex")) ||
                    span_ends_with(inspection->path, S(".egg"));
    return is_named || !is_archive(inspection) || read_archive(inspection, err);
}

static const struct cataloger catalogers[] = {
    {S("**/*.egg"), read_archive, CATALOG_LARGE},
    {S("**/*.pyz"), read_archive, CATALOG_LARGE},
    {S("**/*.pex"), read_archive, CATALOG_LARGE},
    {S("#!/usr/bin/env python"), read_program, CATALOG_START | CATALOG_LARGE},
    {S("#!/usr/bin/python"), read_program, CATALOG_START | CATALOG_LARGE},
    {S("#!/usr/local/bin/python"), read_program, CATALOG_START | CATALOG_LARGE},
};
const struct catalogers python_archive_catalogers = {catalogers,
                                                     sizeof catalogers / sizeof *catalogers};
