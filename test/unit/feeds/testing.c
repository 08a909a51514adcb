#include "testing.h"

enum { BUDGET = 1 << 24 };

static span with_quotes(struct arena *mem, const char *document)
{
    struct text text = {0};
    text_init(&text, mem, BUDGET);
    for (; *document; document++)
        text_add_byte(&text, *document == '\'' ? '"' : (uint8_t)*document);
    assert_true(text_ok(&text));
    return text_span(&text);
}

struct outcome translate(feed_translator *translator, const char *path, const char *document)
{
    struct limits limits = limits_default();
    struct outcome outcome = {.mem = arena_new(BUDGET), .work = arena_new(BUDGET)};
    assert_non_null(outcome.mem);
    assert_non_null(outcome.work);
    text_init(&outcome.rows, outcome.mem, BUDGET);
    notes_init(&outcome.notes, outcome.mem, &limits);
    const struct advisory_sink sink = rows_sink(&outcome.rows);
    struct translation translation = {
        .database = S("db"),
        .limits = &limits,
        .mem = outcome.work,
        .sink = &sink,
        .notes = &outcome.notes,
        .is_last_file = true,
    };
    translation_init_names(&translation, outcome.mem);
    outcome.ok = translator(&translation, span_of_text(path), with_quotes(outcome.mem, document),
                            &outcome.err);
    outcome.newest = translation.newest;
    return outcome;
}

void outcome_free(struct outcome *outcome)
{
    arena_free(outcome->work);
    arena_free(outcome->mem);
}

void assert_rows(feed_translator *translator, const char *path, const char *document,
                 const char *rows)
{
    struct outcome outcome = translate(translator, path, document);
    if (!outcome.ok)
        fail_msg("%s", outcome.err.text);
    text_add_byte(&outcome.rows, '\0');
    assert_true(text_ok(&outcome.rows));
    assert_string_equal((const char *)outcome.rows.ptr, rows);
    outcome_free(&outcome);
}

void assert_refused(feed_translator *translator, const char *path, const char *document,
                    enum err_kind kind)
{
    struct outcome outcome = translate(translator, path, document);
    assert_false(outcome.ok);
    assert_int_equal(outcome.err.kind, kind);
    assert_int_equal(outcome.rows.len, 0);
    outcome_free(&outcome);
}
