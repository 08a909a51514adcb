// Holds the translation of the real data against facts.txt: test_facts FACTS DIRECTORY [LINES].
// What every feed must satisfy besides: no line without an id, a name or an ecosystem. A feed is
// read until its last fact was seen, and for as many lines as a sample has; what must not be is
// looked for in all of it. With LINES no feed is read much further than that, and the facts of one
// that is longer are not asked for: a sanitizer sees nothing new in the half million lines behind.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/feeds.h"
#include "os/os.h"
#include "rows.h"

enum { MOST_FACTS = 256, SAMPLE_LINES = 20000, SKIPPED = 77 };

struct fact {
    span feed;
    span text;
    bool expected;
    bool seen;
};

struct check {
    const struct feed *feed;
    struct fact facts[MOST_FACTS];
    size_t count;
    size_t unseen; // facts of the feed at hand; one that must not be stays among them
    uint64_t lines;
    uint64_t most_lines; // of one feed; 0: all
    uint64_t broken;
    struct arena *mem;
};

static bool read_facts(span text, struct check *check)
{
    while (text.len) {
        span line = span_cut_line(&text);
        span sign = span_cut(&line, ' ');
        if (!span_equal(sign, S("+")) && !span_equal(sign, S("-")))
            continue;
        if (check->count == MOST_FACTS)
            return false;
        struct fact *fact = &check->facts[check->count++];
        fact->expected = span_equal(sign, S("+"));
        fact->feed = span_cut(&line, ' ');
        fact->text = line;
    }
    return true;
}

static bool is_of_feed(const struct check *check, const struct fact *fact)
{
    return span_equal(fact->feed, span_of_text(check->feed->name));
}

static void begin_feed(struct check *check, const struct feed *feed)
{
    check->feed = feed;
    check->lines = 0;
    check->unseen = 0;
    for (size_t i = 0; i < check->count; i++)
        check->unseen += is_of_feed(check, &check->facts[i]);
}

static void check_line(struct check *check, span line)
{
    check->lines++;
    for (size_t i = 0; i < check->count; i++) {
        struct fact *fact = &check->facts[i];
        if (fact->seen || !is_of_feed(check, fact))
            continue;
        fact->seen =
            fact->expected ? span_equal(line, fact->text) : span_contains(line, fact->text);
        check->unseen -= fact->seen;
    }
}

static bool is_cut(const struct check *check)
{
    return (check->most_lines && check->lines >= check->most_lines) ||
           (check->unseen == 0 && check->lines >= SAMPLE_LINES);
}

static void forgive_rest(struct check *check)
{
    for (size_t i = 0; i < check->count; i++) {
        struct fact *fact = &check->facts[i];
        if (fact->expected && is_of_feed(check, fact))
            fact->seen = true;
    }
}

// Gives what the sink takes to rows.h, in an arena that is emptied each time.
static struct text begin_rows(struct check *check)
{
    struct text text = {0};
    arena_reset(check->mem);
    text_init(&text, check->mem, SIZE_MAX);
    return text;
}

static bool end_rows(struct check *check, const struct text *text)
{
    span lines = text_span(text);
    while (lines.len)
        check_line(check, span_cut_line(&lines));
    return text_ok(text) && !is_cut(check);
}

static bool take_advisory(void *self, const struct advisory *advisory, struct err *err)
{
    struct check *check = self;
    check->broken += advisory->id.len == 0;
    for (size_t i = 0; i < advisory->affected_count; i++) {
        const struct affected *affected = &advisory->affected[i];
        check->broken += affected->name.len == 0 || affected->ecosystem.len == 0;
    }
    struct text text = begin_rows(check);
    const struct advisory_sink sink = rows_sink(&text);
    return sink.take_advisory(sink.self, advisory, err) && end_rows(check, &text);
}

static bool take_flaw(void *self, const struct flaw *flaw, struct err *err)
{
    struct text text = begin_rows(self);
    const struct advisory_sink sink = rows_sink(&text);
    return sink.take_flaw(sink.self, flaw, err) && end_rows(self, &text);
}

static bool take_release(void *self, const struct release *release, struct err *err)
{
    struct text text = begin_rows(self);
    const struct advisory_sink sink = rows_sink(&text);
    return sink.take_release(sink.self, release, err) && end_rows(self, &text);
}

static bool take_weakness(void *self, const struct weakness *weakness, struct err *err)
{
    struct text text = begin_rows(self);
    const struct advisory_sink sink = rows_sink(&text);
    return sink.take_weakness(sink.self, weakness, err) && end_rows(self, &text);
}

static bool take_product(void *self, const struct cpe_product *product, struct err *err)
{
    struct text text = begin_rows(self);
    const struct advisory_sink sink = rows_sink(&text);
    return sink.take_product(sink.self, product, err) && end_rows(self, &text);
}

static bool take_source(void *self, span database, uint32_t day, span licence, struct err *err)
{
    struct text text = begin_rows(self);
    const struct advisory_sink sink = rows_sink(&text);
    return sink.take_source(sink.self, database, day, licence, err) && end_rows(self, &text);
}

static bool run_feed(struct check *check, const char *directory)
{
    struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(UINT64_C(1) << 26);
    struct notes notes = {0};
    struct err err = {0};
    const struct advisory_sink sink = {
        .self = check,
        .take_advisory = take_advisory,
        .take_flaw = take_flaw,
        .take_release = take_release,
        .take_weakness = take_weakness,
        .take_product = take_product,
        .take_source = take_source,
    };
    notes_init(&notes, mem, &limits);
    bool ok = feeds_translate(check->feed, directory, &limits, &sink, &notes, &err);
    if (!ok && !is_cut(check)) {
        printf("%s\n", err.text);
        return err.kind == ERR_MISSING; // its facts, if it has any, are missed below
    }
    if (is_cut(check))
        forgive_rest(check);
    printf("%s: %llu lines, %zu notes\n", check->feed->name, (unsigned long long)check->lines,
           notes.items.count);
    return !notes.incomplete;
}

static bool report(const struct check *check)
{
    bool ok = check->broken == 0;
    for (size_t i = 0; i < check->count; i++) {
        const struct fact *fact = &check->facts[i];
        if (fact->seen == fact->expected)
            continue;
        printf("%s: %.*s\n", fact->expected ? "missing" : "must not be", (int)fact->text.len,
               (const char *)fact->text.ptr);
        ok = false;
    }
    return ok;
}

int main(int argc, char **argv)
{
    static struct check check;
    struct os_stat stat = {0};
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    CLEANUP(arena_cleanup) struct arena *rows = arena_new(UINT64_C(1) << 28);
    span facts = {0};
    check.mem = rows;
    if (argc == 4)
        check.most_lines = strtoull(argv[3], NULL, 10);
    if (argc < 3 || argc > 4 || !os_read_file(argv[1], 1 << 20, mem, &facts, NULL))
        return 1;
    if (!os_stat_path(argv[2], &stat, NULL)) {
        printf("SKIP: feed facts: %s is absent\n", argv[2]);
        return SKIPPED;
    }
    bool ok = read_facts(facts, &check);
    for (size_t i = 0; i < feeds_count(); i++) {
        begin_feed(&check, feeds_at(i));
        ok = run_feed(&check, argv[2]) && ok;
    }
    return report(&check) && ok ? 0 : 1;
}
