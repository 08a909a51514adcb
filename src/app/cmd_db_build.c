#include "app/app_inner.h"

enum { NOTES_BUDGET = 256 << 20 };

void complain_notes(const struct settings *settings, const struct notes *notes)
{
    for (size_t i = 0; i < notes->items.count; i++) {
        const struct note *note = LIST_AT(&notes->items, struct note, i);
        if (settings->verbose || note->kind == NOTE_INFORMATION)
            complain("%s: %s: %s", note_kind_name(note->kind), quote(note->location).text,
                     quote(note->text).text);
    }
    uint64_t all = notes->items.count + notes->dropped;
    if (all && !settings->verbose && notes->incomplete)
        complain("some documents were left out, %llu notes in all; -v names them",
                 (unsigned long long)all);
}

int db_build(struct settings *settings)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(NOTES_BUDGET);
    struct notes notes;
    struct err err = {0};
    if (!settings->from || !settings->output_file) {
        complain("db build needs --from DIR and -o FILE");
        return EXIT_USAGE;
    }
    if (!mem) {
        complain("out of memory");
        return EXIT_ERROR;
    }
    notes_init(&notes, mem, &settings->limits);
    bool ok =
        build_database(settings->from, settings->output_file, &settings->limits, &notes, &err);
    if (!settings->quiet)
        complain_notes(settings, &notes);
    return ok ? EXIT_DONE : fail(&err);
}
