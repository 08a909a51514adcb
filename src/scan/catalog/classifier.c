// Programs and libraries that no package manager brought: their own bytes say what they are. One
// pass finds the anchors of all rows of the table; around one, its row's pattern says the version.
#include "scan/catalog/catalog_inner.h"
#include "scan/catalog/classifier_inner.h"

// An anchor is judged by the bytes around its end alone: this many before it, this many behind it.
// So pieces that overlap by both give the same answer as the whole file would.
enum { PIECE = 256 * 1024, BEFORE = 512, BEHIND = 128 };

// A program says its version a few times, and its anchor for other reasons a few hundred times.
// What does so more often is not looked at further.
enum { MOST_VERSIONS = 16, MOST_LOOKS = 4096 };

// What is known of one row while a file is read.
struct row_state {
    struct expression *pattern; // null: not needed so far
    uint64_t done_until;        // offset in the file: anchors before it belong to a version seen
    unsigned looks;
    unsigned versions;
    bool is_asked; // is_named is known
    bool is_named; // the file's name fits
};

struct sighting {
    size_t row;
    span version;
};

struct search {
    struct inspection *inspection;
    struct row_state *rows;
    struct list sightings; // of struct sighting
    span piece;
    uint64_t offset; // of the piece in the file
    size_t from;     // anchors that end behind this …
    size_t until;    // … and not behind that are this piece's, the others its neighbours'
    struct err *err;
    bool failed;
};

// ---------------------------------------------------------------- one anchor

static bool is_named(struct search *search, size_t row)
{
    struct row_state *state = &search->rows[row];
    if (state->is_asked)
        return state->is_named;
    span name = path_name(search->inspection->path);
    span patterns = classifiers[row].files;
    while (patterns.len && !state->is_named) {
        span pattern = span_cut(&patterns, ' ');
        state->is_named = wants_match(&(struct wants){.patterns = &pattern, .count = 1}, name);
    }
    state->is_asked = true;
    return state->is_named;
}

static bool is_known(const struct search *search, size_t row, span version)
{
    for (size_t i = 0; i < search->sightings.count; i++) {
        const struct sighting *known = LIST_AT(&search->sightings, struct sighting, i);
        if (span_equal(classifiers[known->row].package, classifiers[row].package) &&
            span_equal(known->version, version))
            return true;
    }
    return false;
}

static bool remember(struct search *search, size_t row, span version)
{
    if (is_known(search, row, version))
        return true;
    struct sighting *sighting = LIST_ADD(&search->sightings, struct sighting);
    struct arena *mem = search->inspection->scratch;
    if (!sighting || !arena_span(mem, version, &sighting->version))
        return arena_err(mem, search->err, "classifiers");
    sighting->row = row;
    return true;
}

static bool look_closer(struct search *search, size_t row, size_t end)
{
    struct row_state *state = &search->rows[row];
    if (!state->pattern && !expression_new(classifiers[row].pattern, &state->pattern, search->err))
        return false;
    size_t start = end > BEFORE ? end - BEFORE : 0;
    span window = span_slice(search->piece, start, end - start + BEHIND);
    span version = expression_capture(state->pattern, window, end - start);
    state->looks++;
    if (version.len == 0)
        return true;
    size_t past = start + (size_t)(version.ptr - window.ptr) + version.len;
    state->done_until = search->offset + (past > end ? past : end);
    state->versions++;
    return remember(search, row, version);
}

static bool is_done(const struct row_state *state)
{
    return state->looks == MOST_LOOKS || state->versions == MOST_VERSIONS;
}

static bool on_anchor(void *self, size_t row, size_t end)
{
    struct search *search = self;
    const struct row_state *state = &search->rows[row];
    if (end <= search->from || end > search->until || search->offset + end <= state->done_until ||
        is_done(state) || !is_named(search, row))
        return true;
    search->failed = !look_closer(search, row, end);
    return !search->failed;
}

// ---------------------------------------------------------------- one file

static bool read_piece(struct search *search, uint8_t *buffer, struct err *err)
{
    const struct content *content = search->inspection->content;
    uint64_t left = content->size - search->offset;
    size_t len = left < PIECE ? (size_t)left : PIECE;
    if (content->memory.len) {
        search->piece = span_slice(content->memory, (size_t)search->offset, len);
        return true;
    }
    search->piece = span_of(buffer, len);
    return content->read(content->self, search->offset, buffer, len, err);
}

static bool search_piece(struct search *search)
{
    const struct content *content = search->inspection->content;
    bool is_first = search->offset == 0;
    bool is_last = search->offset + search->piece.len == content->size;
    search->from = is_first ? 0 : BEFORE;
    search->until = search->piece.len - (is_last ? 0 : BEHIND);
    if (!pattern_scan(search->inspection->programs, search->piece, on_anchor, search, search->err))
        return false;
    search->offset += is_last ? search->piece.len : PIECE - BEFORE - BEHIND;
    return !search->failed;
}

static bool search_file(struct search *search)
{
    struct inspection *inspection = search->inspection;
    uint8_t *buffer = arena_alloc(inspection->scratch, inspection->content->memory.len ? 0 : PIECE);
    if (!buffer)
        return arena_err(inspection->scratch, search->err, "classifiers");
    while (search->offset < inspection->content->size) {
        struct err err = {0};
        if (!read_piece(search, buffer, &err)) {
            inspection_damaged(inspection, &err);
            return true;
        }
        if (!search_piece(search))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- what it says

static bool add(struct inspection *inspection, const struct sighting *sighting, struct err *err)
{
    struct package package = {
        .type = S("generic"),
        .name = classifiers[sighting->row].package,
        .version = sighting->version,
    };
    return inspection_add(inspection, &package, err);
}

static bool add_all(const struct search *search)
{
    for (size_t i = 0; i < search->sightings.count; i++) {
        const struct sighting *sighting = LIST_AT(&search->sightings, struct sighting, i);
        if (!add(search->inspection, sighting, search->err))
            return false;
    }
    return true;
}

static bool read_program(struct inspection *inspection, struct err *err)
{
    struct search search = {.inspection = inspection, .err = err};
    if (!inspection->programs) {
        notes_add(inspection->notes, NOTE_UNSUPPORTED, inspection->path,
                  "programs are not recognised: the patterns do not fit this processor");
        return true;
    }
    search.rows = arena_array(inspection->scratch, classifier_count, sizeof *search.rows);
    if (!search.rows)
        return arena_err(inspection->scratch, err, "classifiers");
    list_init(&search.sightings, inspection->scratch, sizeof(struct sighting), SIZE_MAX);
    bool ok = search_file(&search) && add_all(&search);
    for (size_t i = 0; i < classifier_count; i++)
        expression_free(search.rows[i].pattern);
    return ok;
}

static const struct cataloger catalogers[] = {
    {S("\x7f"
       "ELF"),
     read_program, CATALOG_START | CATALOG_LARGE},
};
const struct catalogers classifier_catalogers = {catalogers,
                                                 sizeof catalogers / sizeof *catalogers};
