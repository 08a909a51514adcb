// opkg, the package manager of OpenWrt and Yocto: the control file of each package that is
// installed. `status` beside them repeats a part of it.
#include "scan/catalog/catalog_inner.h"

#include "format/stanza/stanza.h"

enum { PACKAGE, VERSION, ARCHITECTURE, SOURCE, LICENSE, MAINTAINER, DEPENDS, FIELDS };

static const span keys[FIELDS] = {
    [PACKAGE] = S("Package"),   [VERSION] = S("Version"), [ARCHITECTURE] = S("Architecture"),
    [SOURCE] = S("SourceName"), [LICENSE] = S("License"), [MAINTAINER] = S("Maintainer"),
    [DEPENDS] = S("Depends"),
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

static bool read_control(struct inspection *inspection, struct err *err)
{
    struct stanzas stanzas = {.rest = inspection->text};
    span fields[FIELDS] = {0};
    size_t line = 0;
    if (!stanza_next(&stanzas, &syntax, fields, &line) || fields[PACKAGE].len == 0 ||
        fields[VERSION].len == 0) {
        notes_add(inspection->notes, NOTE_DAMAGED, inspection->path,
                  "has no Package or no Version");
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

static const struct cataloger catalogers[] = {
    {S("usr/lib/opkg/info/*.control"), read_control, 0},
    {S("var/lib/opkg/info/*.control"), read_control, 0},
};
const struct catalogers opkg_catalogers = {catalogers, sizeof catalogers / sizeof *catalogers};
