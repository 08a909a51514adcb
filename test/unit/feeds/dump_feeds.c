// Prints what feeds say, in the lines of rows.h: dump_feeds DIRECTORY [FEED ...]. A tool for people
// and for check_oracle.py.
#include <stdio.h>
#include <string.h>

#include "feeds/feeds.h"
#include "rows.h"

static void print_notes(const struct notes *notes)
{
    for (size_t i = 0; i < notes->items.count; i++) {
        const struct note *note = LIST_AT(&notes->items, struct note, i);
        fprintf(stderr, "note: %s: %.*s: %.*s\n", note_kind_name(note->kind),
                (int)note->location.len, (const char *)note->location.ptr, (int)note->text.len,
                (const char *)note->text.ptr);
    }
}

static bool dump(const struct feed *feed, const char *directory)
{
    struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(1) << 32);
    if (!mem)
        return false;
    struct notes notes = {0};
    struct text text = {0};
    struct err err = {0};
    notes_init(&notes, mem, &limits);
    text_init(&text, mem, SIZE_MAX);
    const struct advisory_sink sink = rows_sink(&text);
    bool ok = feeds_translate(feed, directory, &limits, &sink, &notes, &err);
    print_notes(&notes);
    if (!ok)
        fprintf(stderr, "%s: %s\n", err_kind_name(err.kind), err.text);
    return fwrite(text.ptr, 1, text.len, stdout) == text.len && ok;
}

static bool is_asked_for(const struct feed *feed, int argc, char **argv)
{
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], feed->name) == 0)
            return true;
    return argc == 2;
}

int main(int argc, char **argv)
{
    bool ok = argc >= 2;
    for (size_t i = 0; argc >= 2 && i < feeds_count(); i++)
        if (is_asked_for(feeds_at(i), argc, argv))
            ok = dump(feeds_at(i), argv[1]) && ok;
    return !ok;
}
