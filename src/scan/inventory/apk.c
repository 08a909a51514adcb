// apk's database of what is installed: entries of "X:value" lines, as in an APKINDEX. The letters
// of files (F, R, a, Z, M) are passed over.
#include "scan/inventory/inventory_inner.h"

enum { PACKAGE, VERSION, ARCHITECTURE, ORIGIN, LICENSE, MAINTAINER, FIELDS };

static const span keys[FIELDS] = {
    [PACKAGE] = S("P"), [VERSION] = S("V"), [ARCHITECTURE] = S("A"),
    [ORIGIN] = S("o"),  [LICENSE] = S("L"), [MAINTAINER] = S("m"),
};
static const struct stanza_syntax syntax = {.keys = keys, .count = FIELDS};

bool apk_read_installed(struct intake *intake, const struct record *record, struct err *err)
{
    struct stanzas stanzas = {.rest = record->file->content};
    span fields[FIELDS] = {0};
    size_t line = 0;
    while (stanza_next(&stanzas, &syntax, fields, &line)) {
        if (fields[PACKAGE].len == 0 || fields[VERSION].len == 0) {
            notes_add(intake->notes, NOTE_DAMAGED, record->file->path,
                      "line %zu: '%s' has no %s line", line, quote(fields[PACKAGE]).text,
                      fields[PACKAGE].len ? "V:" : "P:");
            continue;
        }
        struct package package = {
            .type = S("apk"),
            .name = fields[PACKAGE],
            .version = fields[VERSION],
            .arch = fields[ARCHITECTURE],
            .source_name = fields[ORIGIN],
            .vendor = fields[MAINTAINER],
            .licenses = fields[LICENSE],
        };
        if (!intake_add(intake, record, &package, err))
            return false;
    }
    stanzas_note(&stanzas, record, intake->notes);
    return true;
}
