// tar: any bytes are read within bounds, and in pieces of any size they are the same archive.
#include "format/tar/tar.h"

#include <stdlib.h>

enum { BUDGET = 1 << 22 };

struct summary {
    uint64_t hash; // of members and their content
    uint64_t entries;
    bool ok;
};

static void note_event(const struct tar_reader *tar, enum tar_event event, struct summary *summary)
{
    if (event == TAR_ENTRY) {
        const struct tar_entry *entry = tar_entry(tar);
        summary->hash = span_hash(entry->path, summary->hash + entry->size);
        summary->hash = span_hash(entry->link, summary->hash + (uint64_t)entry->type);
        summary->entries++;
    } else if (event == TAR_DATA) {
        uint64_t offset = 0;
        span data = tar_data(tar, &offset);
        for (size_t i = 0; i < data.len; i++) // by bytes: pieces cut content anywhere
            summary->hash = span_hash(span_slice(data, i, 1), summary->hash + offset + i);
    }
}

// False at the end of the archive or at damage.
static bool read_piece(struct tar_reader *tar, span piece, struct summary *summary)
{
    enum tar_event event = TAR_MORE;
    do {
        if (!tar_step(tar, &piece, &event, NULL)) {
            summary->ok = false;
            return false;
        }
        note_event(tar, event, summary);
    } while (event != TAR_MORE && event != TAR_END);
    return event == TAR_MORE;
}

static struct summary read_in_pieces(span archive, size_t step)
{
    struct summary summary = {.ok = true};
    struct limits limits = limits_default();
    limits.header_bytes = 1 << 16;
    limits.layer_entries = 1000;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(BUDGET);
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(BUDGET);
    struct tar_reader *tar = NULL;
    if (!mem || !scratch || !tar_new(mem, scratch, &limits, &tar, NULL))
        abort();
    bool more = true;
    for (; more && archive.len; archive = span_from(archive, step))
        more = read_piece(tar, span_first(archive, step), &summary);
    if (more && !tar_finish(tar, NULL))
        summary.ok = false;
    return summary;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    span archive = span_of(data, size);
    struct summary whole = read_in_pieces(archive, SIZE_MAX);
    struct summary pieces = read_in_pieces(archive, size % 700 + 1);
    if (whole.ok != pieces.ok || whole.entries != pieces.entries)
        abort();
    if (whole.ok && whole.hash != pieces.hash)
        abort();
    return 0;
}
