// Prints what feeds say, in the lines of rows.h, and their notes: dump_feeds --list,
// dump_feeds [--bytes N] DIRECTORY [FEED ...]. With --bytes a feed is read no further than that
// much of its lines. A tool for people and for the tests beside it.
#include <stdio.h>
#include <stdlib.h>
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

// The lines of a feed that was cut end with a whole one.
static span whole_lines(const struct text *text)
{
    size_t len = text->len;
    while (text->failed && len && text->ptr[len - 1] != '\n')
        len--;
    return (span){text->ptr, len};
}

static bool dump(const struct feed *feed, const char *directory, size_t most_bytes)
{
    struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(1) << 32);
    if (!mem)
        return false;
    struct notes notes = {0};
    struct text text = {0};
    struct err err = {0};
    notes_init(&notes, mem, &limits);
    text_init(&text, mem, most_bytes);
    const struct advisory_sink sink = rows_sink(&text);
    bool ok = feeds_translate(feed, directory, &limits, &sink, &notes, &err);
    bool is_cut = text.failed && most_bytes < SIZE_MAX;
    print_notes(&notes);
    if (!ok && !is_cut)
        fprintf(stderr, "%s: %s\n", err_kind_name(err.kind), err.text);
    span lines = whole_lines(&text);
    return fwrite(lines.ptr, 1, lines.len, stdout) == lines.len && (ok || is_cut);
}

static bool is_asked_for(const struct feed *feed, int count, char **names)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], feed->name) == 0)
            return true;
    return count == 0;
}

static int list_feeds(void)
{
    for (size_t i = 0; i < feeds_count(); i++)
        printf("%s\n", feeds_at(i)->name);
    return 0;
}

int main(int argc, char **argv)
{
    size_t most_bytes = SIZE_MAX;
    int at = 1;
    if (argc == 2 && strcmp(argv[1], "--list") == 0)
        return list_feeds();
    if (argc > 3 && strcmp(argv[1], "--bytes") == 0) {
        most_bytes = strtoull(argv[2], NULL, 10);
        at = 3;
    }
    bool ok = argc > at;
    for (size_t i = 0; argc > at && i < feeds_count(); i++)
        if (is_asked_for(feeds_at(i), argc - at - 1, argv + at + 1))
            ok = dump(feeds_at(i), argv[at], most_bytes) && ok;
    return !ok;
}
