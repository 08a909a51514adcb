// dpkg's database (dpkg(1), deb-control(5)): RFC 822-like entries, one a package.
#include "scan/inventory/inventory_inner.h"

enum { PACKAGE, VERSION, ARCHITECTURE, SOURCE, STATUS, MAINTAINER, ORIGIN, FIELDS };

static const span keys[FIELDS] = {
    [PACKAGE] = S("Package"), [VERSION] = S("Version"), [ARCHITECTURE] = S("Architecture"),
    [SOURCE] = S("Source"),   [STATUS] = S("Status"),   [MAINTAINER] = S("Maintainer"),
    [ORIGIN] = S("Origin"),
};
static const struct stanza_syntax syntax = {.keys = keys, .count = FIELDS, .any_case = true};

// "Source: NAME" or "Source: NAME (VERSION)": the version stands there when it is not the binary's,
// as after a binary-only rebuild (+bN).
static void set_source(struct package *package, span source)
{
    package->source_name = span_trim(span_cut(&source, '('));
    package->source_version = span_trim(span_cut(&source, ')'));
}

static bool add_package(struct intake *intake, const struct record *record, size_t line,
                        const span *fields, struct err *err)
{
    if (fields[PACKAGE].len == 0 || fields[VERSION].len == 0) {
        notes_add(intake->notes, NOTE_DAMAGED, record->file->path, "line %zu: '%s' has no %s", line,
                  quote(fields[PACKAGE]).text, fields[PACKAGE].len ? "Version" : "Package");
        return true;
    }
    struct package package = {
        .type = S("deb"),
        .name = fields[PACKAGE],
        .version = fields[VERSION],
        .arch = fields[ARCHITECTURE],
        .vendor = fields[MAINTAINER],
        .repository = fields[ORIGIN],
    };
    set_source(&package, fields[SOURCE]);
    return intake_add(intake, record, &package, err);
}

enum state {
    STATE_INSTALLED,
    STATE_ABSENT,  // removed, perhaps with its configuration left behind
    STATE_PARTIAL, // unpacked, half configured, waiting for triggers: files are there
    STATE_DAMAGED,
};

// "Status: WANT FLAG STATE", for example "install ok installed", "hold ok installed",
// "deinstall ok config-files".
static enum state state_of(span status)
{
    static const span partial[] = {S("half-installed"), S("unpacked"), S("half-configured"),
                                   S("triggers-awaited"), S("triggers-pending")};
    (void)span_cut(&status, ' '); // what the administrator wants
    (void)span_cut(&status, ' '); // "ok" or "reinstreq"
    if (span_equal(status, S("installed")))
        return STATE_INSTALLED;
    if (span_equal(status, S("not-installed")) || span_equal(status, S("config-files")))
        return STATE_ABSENT;
    for (size_t i = 0; i < sizeof partial / sizeof *partial; i++)
        if (span_equal(status, partial[i]))
            return STATE_PARTIAL;
    return STATE_DAMAGED;
}

static bool take_entry(struct intake *intake, const struct record *record, size_t line,
                       const span *fields, struct err *err)
{
    switch (state_of(fields[STATUS])) {
    case STATE_INSTALLED:
        return add_package(intake, record, line, fields, err);
    case STATE_ABSENT:
        break;
    case STATE_PARTIAL:
        notes_add(intake->notes, NOTE_INFORMATION, record->file->path,
                  "line %zu: package '%s' is not listed: its state is '%s'", line,
                  quote(fields[PACKAGE]).text, quote(fields[STATUS]).text);
        break;
    case STATE_DAMAGED:
        notes_add(intake->notes, NOTE_DAMAGED, record->file->path,
                  "line %zu: package '%s' has the state '%s'", line, quote(fields[PACKAGE]).text,
                  quote(fields[STATUS]).text);
        break;
    }
    return true;
}

bool dpkg_read_status(struct intake *intake, const struct record *record, struct err *err)
{
    struct stanzas stanzas = {.rest = record->file->content};
    span fields[FIELDS] = {0};
    size_t line = 0;
    while (stanza_next(&stanzas, &syntax, fields, &line))
        if (!take_entry(intake, record, line, fields, err))
            return false;
    stanzas_note(&stanzas, record, intake->notes);
    return true;
}

// Nothing writes a Status there: what has a control file is installed.
bool dpkg_read_control(struct intake *intake, const struct record *record, struct err *err)
{
    if (span_ends_with(record->file->path, S(".md5sums")))
        return true;
    struct stanzas stanzas = {.rest = record->file->content};
    span fields[FIELDS] = {0};
    size_t line = 0;
    while (stanza_next(&stanzas, &syntax, fields, &line)) {
        bool taken = fields[STATUS].len ? take_entry(intake, record, line, fields, err)
                                        : add_package(intake, record, line, fields, err);
        if (!taken)
            return false;
    }
    stanzas_note(&stanzas, record, intake->notes);
    return true;
}
