#include "testing.h"

static struct note *note_at(const struct notes *notes, size_t index)
{
    return LIST_AT(&notes->items, struct note, index);
}

static void notes_are_kept_in_order(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct notes notes = {0};
    notes_init(&notes, mem, &limits);
    char path[] = "etc/x";
    notes_add(&notes, NOTE_INFORMATION, span_of_text(path), "seen %d", 1);
    assert_false(notes.incomplete);
    notes_add(&notes, NOTE_DAMAGED, S("etc/y"), "line %d", 2);
    path[0] = '?'; // the note has a copy
    assert_true(notes.incomplete);
    assert_int_equal(notes.items.count, 2);
    assert_span(note_at(&notes, 0)->location, S("etc/x"));
    assert_span(note_at(&notes, 0)->text, S("seen 1"));
    assert_int_equal(note_at(&notes, 1)->kind, NOTE_DAMAGED);
    assert_span(note_at(&notes, 1)->text, S("line 2"));
}

static void the_limit_is_exact_and_the_rest_is_counted(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    for (limits.notes = 0; limits.notes < 4; limits.notes++) {
        struct notes notes = {0};
        notes_init(&notes, mem, &limits);
        for (unsigned i = 0; i < 3; i++)
            notes_add(&notes, NOTE_LIMIT, S("x"), "%u", i);
        assert_int_equal(notes.items.count, limits.notes < 3 ? limits.notes : 3);
        assert_int_equal(notes.dropped, limits.notes < 3 ? 3 - limits.notes : 0);
        assert_true(notes.incomplete);
    }
}

static void a_full_arena_still_makes_a_scan_incomplete(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(0);
    struct notes notes = {0};
    notes_init(&notes, mem, &limits);
    notes_add(&notes, NOTE_DAMAGED, S("x"), "y");
    assert_true(notes.incomplete);
    assert_int_equal(notes.dropped, 1);
    assert_int_equal(notes.items.count, 0);
}

static void a_long_text_is_cut(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct notes notes = {0};
    notes_init(&notes, mem, &limits);
    notes_add(&notes, NOTE_DAMAGED, S(""), "%2000d", 1);
    assert_int_equal(note_at(&notes, 0)->text.len, 511);
}

static void errors_become_notes_of_their_kind(void **state)
{
    (void)state;
    const struct {
        enum err_kind err;
        enum note_kind note;
    } cases[] = {
        {ERR_INPUT, NOTE_DAMAGED},  {ERR_LIMIT, NOTE_LIMIT},
        {ERR_MEMORY, NOTE_LIMIT},   {ERR_TIMEOUT, NOTE_LIMIT},
        {ERR_IO, NOTE_DAMAGED},     {ERR_UNSUPPORTED, NOTE_UNSUPPORTED},
        {ERR_DENIED, NOTE_DAMAGED}, {ERR_UNTRUSTED, NOTE_SUSPICIOUS},
    };
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct notes notes = {0};
        struct err err = {0};
        notes_init(&notes, mem, &limits);
        (void)err_set(&err, cases[i].err, "why"); // always false
        notes_add_err(&notes, S("where"), &err);
        assert_int_equal(note_at(&notes, 0)->kind, cases[i].note);
        assert_span(note_at(&notes, 0)->text, S("why"));
    }
}

static void merging_loses_nothing(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    limits.notes = 2;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct notes all = {0};
    notes_init(&all, mem, &limits);
    notes_add(&all, NOTE_INFORMATION, S("a"), "1");
    {
        CLEANUP(arena_cleanup) struct arena *other = arena_new(1 << 20);
        struct notes from = {0};
        notes_init(&from, other, &limits);
        for (unsigned i = 2; i < 6; i++)
            notes_add(&from, NOTE_DAMAGED, S("b"), "%u", i);
        notes_merge(&all, &from);
    }
    assert_true(all.incomplete);
    assert_int_equal(all.items.count, 2);
    assert_int_equal(all.dropped, 3); // two were dropped there, one here
    assert_span(note_at(&all, 1)->text, S("2"));
}

static void kinds_have_names(void **state)
{
    (void)state;
    assert_string_equal(note_kind_name(NOTE_DAMAGED), "damaged");
    assert_string_equal(note_kind_name(NOTE_LIMIT), "limit");
    assert_string_equal(note_kind_name(NOTE_UNSUPPORTED), "unsupported");
    assert_string_equal(note_kind_name(NOTE_SUSPICIOUS), "suspicious");
    assert_string_equal(note_kind_name(NOTE_INFORMATION), "information");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_are_kept_in_order),
        cmocka_unit_test(the_limit_is_exact_and_the_rest_is_counted),
        cmocka_unit_test(a_full_arena_still_makes_a_scan_incomplete),
        cmocka_unit_test(a_long_text_is_cut),
        cmocka_unit_test(errors_become_notes_of_their_kind),
        cmocka_unit_test(merging_loses_nothing),
        cmocka_unit_test(kinds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
