#include "fuzzing.h"

#include <stdlib.h>

#include "rows.h"

enum { BUDGET = 1 << 24 };

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static bool take_advisory(void *self, const struct advisory *advisory, struct err *err)
{
    demand(advisory->id.len && advisory->affected_count && advisory->score <= 10);
    for (size_t i = 0; i < advisory->affected_count; i++) {
        const struct affected *affected = &advisory->affected[i];
        demand(affected->ecosystem.len && affected->name.len);
        demand(affected->status != STATUS_FIXED || affected->fixed.len);
    }
    const struct advisory_sink sink = rows_sink(self);
    return sink.take_advisory(self, advisory, err);
}

static bool take_flaw(void *self, const struct flaw *flaw, struct err *err)
{
    demand(flaw->id.len && flaw->score <= 10 && flaw->epss <= 1);
    const struct advisory_sink sink = rows_sink(self);
    return sink.take_flaw(self, flaw, err);
}

static bool take_release(void *self, const struct release *release, struct err *err)
{
    demand(release->distro.len && release->version_id.len);
    const struct advisory_sink sink = rows_sink(self);
    return sink.take_release(self, release, err);
}

void fuzz_translator(feed_translator *translator, const char *path, const uint8_t *data,
                     size_t size)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    CLEANUP(arena_cleanup) struct arena *kept = arena_new(4 * (uint64_t)BUDGET);
    struct limits limits = limits_default();
    struct notes notes = {0};
    struct text rows = {0};
    struct err err = {0};
    notes_init(&notes, kept, &limits);
    text_init(&rows, kept, BUDGET);
    struct advisory_sink sink = rows_sink(&rows);
    sink.take_advisory = take_advisory;
    sink.take_flaw = take_flaw;
    sink.take_release = take_release;
    struct translation translation = {
        .database = S("db"),
        .limits = &limits,
        .mem = mem,
        .sink = &sink,
        .notes = &notes,
        .is_last_file = true,
    };
    translation_init_names(&translation, kept);
    bool ok = translator(&translation, span_of_text(path), span_of(data, size), &err);
    demand(ok || err.kind != ERR_NONE);
}
