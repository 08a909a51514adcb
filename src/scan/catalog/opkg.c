// opkg, the package manager of OpenWrt and Yocto: the control file of each package that is
// installed, and the status of all, which repeats a part of it where there are both.
#include "scan/catalog/catalog_inner.h"

#include "format/stanza/stanza.h"

enum { PACKAGE, VERSION, ARCHITECTURE, SOURCE, LICENSE, MAINTAINER, DEPENDS, STATUS, FIELDS };

static const span keys[FIELDS] = {
    [PACKAGE] = S("Package"),   [VERSION] = S("Version"), [ARCHITECTURE] = S("Architecture"),
    [SOURCE] = S("SourceName"), [LICENSE] = S("License"), [MAINTAINER] = S("Maintainer"),
    [DEPENDS] = S("Depends"),   [STATUS] = S("Status"),
};
static const struct stanza_syntax syntax = {.keys = keys, .count = FIELDS, .any_case = true};

// "libc, libubox (>= 2020), a | b": what is offered as a choice is left out.
static void take_needed(struct candidate *candidate, span depends)
{
    while (depends.len) {
        span entry = span_cut(&depends, ',');
        if (span_find(entry, '|') == SPAN_NONE)
            candidate_depend(candidate, span_trim(span_cut(&entry, '(')));
    }
}

// "Status: WANT FLAG STATE" in the status alone: what has a control file is installed.
static bool is_installed(span status)
{
    (void)span_cut(&status, ' ');
    (void)span_cut(&status, ' ');
    return span_equal(status, S("installed"));
}

static bool add_entry(struct inspection *inspection, size_t line, const span *fields,
                      struct err *err)
{
    if (fields[STATUS].len && !is_installed(fields[STATUS]))
        return true;
    if (fields[PACKAGE].len == 0 || fields[VERSION].len == 0) {
        notes_add(inspection->notes, NOTE_DAMAGED, inspection->path,
                  "line %zu: an entry without Package or Version", line);
        return true;
    }
    struct candidate candidate =
        candidate_of(inspection, S("opkg"), fields[PACKAGE], fields[VERSION]);
    struct package *package = &candidate.package;
    package->arch = fields[ARCHITECTURE];
    package->source_name = fields[SOURCE];
    package->source_version = fields[SOURCE].len ? fields[VERSION] : (span){0};
    package->vendor = fields[MAINTAINER];
    package->licenses = fields[LICENSE];
    take_needed(&candidate, fields[DEPENDS]);
    return candidate_add(&candidate, err);
}

static bool read_entries(struct inspection *inspection, struct err *err)
{
    struct stanzas stanzas = {.rest = inspection->text};
    span fields[FIELDS] = {0};
    size_t line = 0;
    while (stanza_next(&stanzas, &syntax, fields, &line))
        if (!add_entry(inspection, line, fields, err))
            return false;
    if (stanzas.bad)
        notes_add(inspection->notes, NOTE_DAMAGED, inspection->path,
                  "line %zu and %zu others have no colon", stanzas.bad_line, stanzas.bad - 1);
    return true;
}

static const struct cataloger catalogers[] = {
    {S("usr/lib/opkg/info/*.control"), read_entries, 0},
    {S("usr/lib/opkg/status"), read_entries, 0},
    {S("var/lib/opkg/info/*.control"), read_entries, 0},
    {S("var/lib/opkg/status"), read_entries, 0},
};
const struct catalogers opkg_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
