// Prints what feeds say as tab-separated lines: dump_feeds DIRECTORY [FEED ...]. A tool for people
// and for oracle.py, not a test.
#include <stdio.h>
#include <string.h>

#include "feeds/feeds.h"

static void print_span(span s)
{
    printf("\t%.*s", (int)s.len, (const char *)s.ptr);
}

static void print_spans(struct spans spans)
{
    putchar('\t');
    for (size_t i = 0; i < spans.count; i++)
        printf("%s%.*s", i ? "," : "", (int)spans.items[i].len, (const char *)spans.items[i].ptr);
}

static void print_day(uint32_t days)
{
    char text[11] = "";
    if (days)
        date_format(days, text);
    printf("\t%s", text);
}

static bool take_advisory(void *self, const struct advisory *advisory, struct err *err)
{
    (void)self;
    (void)err;
    for (size_t i = 0; i < advisory->affected_count; i++) {
        const struct affected *affected = &advisory->affected[i];
        printf("advisory");
        print_span(advisory->database);
        print_span(advisory->id);
        print_span(affected->ecosystem);
        print_span(affected->name);
        printf("\t%s", affected->name_kind == NAME_SOURCE ? "source" : "binary");
        printf("\t%s", status_name(affected->status));
        print_span(affected->introduced);
        print_span(affected->fixed);
        print_span(affected->last_affected);
        print_span(affected->module);
        print_span(affected->repository);
        printf("\t%s", severity_name(affected->severity));
        printf("\t%s", severity_name(advisory->severity));
        print_spans(advisory->flaws);
        print_spans(advisory->aliases);
        printf("\t%.1f", advisory->score);
        print_day(advisory->modified);
        printf("\t%s\n", advisory->withdrawn ? "withdrawn" : "");
    }
    return true;
}

static bool take_flaw(void *self, const struct flaw *flaw, struct err *err)
{
    (void)self;
    (void)err;
    printf("flaw");
    print_span(flaw->database);
    print_span(flaw->id);
    printf("\t%s", severity_name(flaw->severity));
    print_span(flaw->cvss);
    printf("\t%.1f\t%.5f\t%s", flaw->score, flaw->epss, flaw->exploited ? "exploited" : "");
    print_day(flaw->published);
    putchar('\n');
    return true;
}

static bool take_release(void *self, const struct release *release, struct err *err)
{
    (void)self;
    (void)err;
    printf("release");
    print_span(release->distro);
    print_span(release->version_id);
    print_span(release->codename);
    print_day(release->end_of_life);
    print_day(release->end_of_extended_life);
    putchar('\n');
    return true;
}

static bool take_source(void *self, span database, uint32_t day, span licence, struct err *err)
{
    (void)self;
    (void)err;
    printf("source");
    print_span(database);
    print_day(day);
    print_span(licence);
    putchar('\n');
    return true;
}

static void print_notes(const struct notes *notes)
{
    for (size_t i = 0; i < notes->items.count; i++) {
        const struct note *note = LIST_AT(&notes->items, struct note, i);
        fprintf(stderr, "note: %s: %.*s: %.*s\n", note_kind_name(note->kind),
                (int)note->location.len, (const char *)note->location.ptr, (int)note->text.len,
                (const char *)note->text.ptr);
    }
    if (notes->dropped)
        fprintf(stderr, "note: %llu more\n", (unsigned long long)notes->dropped);
}

static bool is_asked_for(const struct feed *feed, int argc, char **argv)
{
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], feed->name) == 0)
            return true;
    return argc <= 2;
}

int main(int argc, char **argv)
{
    struct limits limits = limits_default();
    const struct advisory_sink sink = {
        .take_advisory = take_advisory,
        .take_flaw = take_flaw,
        .take_release = take_release,
        .take_source = take_source,
    };
    int status = argc < 2;
    for (size_t i = 0; argc >= 2 && i < feeds_count(); i++) {
        const struct feed *feed = feeds_at(i);
        if (!is_asked_for(feed, argc, argv))
            continue;
        CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(1) << 24);
        struct notes notes;
        struct err err = {0};
        notes_init(&notes, mem, &limits);
        if (!feeds_translate(feed, argv[1], &limits, &sink, &notes, &err)) {
            fprintf(stderr, "%s: %s\n", err_kind_name(err.kind), err.text);
            status = 1;
        }
        print_notes(&notes);
    }
    return status;
}
