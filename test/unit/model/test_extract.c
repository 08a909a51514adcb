#include "testing.h"

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// ---------------------------------------------------------------- extracts to test with

static void init_extract(struct extract *extract, struct arena *mem)
{
    const struct limits limits = limits_default();
    *extract = (struct extract){.diff_id = S(DIGEST), .digest = S(DIGEST)};
    list_init(&extract->files, mem, sizeof(struct file), SIZE_MAX);
    notes_init(&extract->notes, mem, &limits);
}

static void add_file(struct extract *extract, struct file file)
{
    struct file *added = LIST_ADD(&extract->files, struct file);
    assert_non_null(added);
    *added = file;
}

static span write(const struct extract *extract, struct arena *mem)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    extract_write(extract, &text);
    assert_true(text_ok(&text));
    return text_span(&text);
}

static struct file random_file(uint64_t *seed, struct arena *mem)
{
    const struct limits limits = limits_default();
    struct file file = {.type = (enum file_type)random_below(seed, FILE_OPAQUE + 1)};
    bool escapes = false;
    span text = random_text(seed, S("ab/."), 10, mem);
    assert_true(path_normalise(text, &limits, mem, &file.path, &escapes));
    if (file.path.len == 0)
        file.path = S("x");
    if (file.type == FILE_SYMLINK)
        file.link = random_text(seed, S("ab/."), 10, mem);
    if (file.type == FILE_HARDLINK)
        file.link = S("a/b");
    file.mode = (uint32_t)random_below(seed, 010000);
    file.uid = (uint32_t)random_next(seed);
    file.gid = (uint32_t)random_next(seed);
    file.layer = (uint32_t)random_next(seed);
    file.size = random_next(seed);
    file.has_content = file.type == FILE_REGULAR && random_below(seed, 2);
    if (file.has_content) {
        file.content = random_text(seed, span_of("\0\1\xff/", 4), 40, mem);
        file.size = file.content.len;
    }
    return file;
}

static struct extract random_extract(uint64_t *seed, struct arena *mem)
{
    struct extract extract = {0};
    init_extract(&extract, mem);
    extract.stored_bytes = random_next(seed);
    extract.unpacked_bytes = random_next(seed);
    extract.entries = random_next(seed);
    if (random_below(seed, 2))
        extract.digest = (span){0};
    size_t files = random_below(seed, 10);
    for (size_t i = 0; i < files; i++)
        add_file(&extract, random_file(seed, mem));
    size_t notes = random_below(seed, 4);
    for (size_t i = 0; i < notes; i++)
        notes_add(&extract.notes, (enum note_kind)random_below(seed, NOTE_INFORMATION + 1),
                  random_text(seed, S("ab\x1b"), 5, mem), "note %zu", i);
    extract.notes.dropped = random_below(seed, 3);
    return extract;
}

// ---------------------------------------------------------------- round trip

static void assert_same_file(const struct file *a, const struct file *b)
{
    assert_span(a->path, b->path);
    assert_span(a->link, b->link);
    assert_true(span_equal(a->content, b->content));
    assert_true(a->size == b->size);
    assert_int_equal(a->mode, b->mode);
    assert_int_equal(a->uid, b->uid);
    assert_int_equal(a->gid, b->gid);
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->has_content, b->has_content);
    assert_int_equal(a->layer, b->layer);
}

static void assert_same_extract(const struct extract *a, const struct extract *b)
{
    assert_span(a->diff_id, b->diff_id);
    assert_span(a->digest, b->digest);
    assert_true(a->stored_bytes == b->stored_bytes);
    assert_true(a->unpacked_bytes == b->unpacked_bytes);
    assert_true(a->entries == b->entries);
    assert_int_equal(a->files.count, b->files.count);
    for (size_t i = 0; i < a->files.count; i++)
        assert_same_file(LIST_AT(&a->files, struct file, i), LIST_AT(&b->files, struct file, i));
    assert_int_equal(a->notes.incomplete, b->notes.incomplete);
    assert_true(a->notes.dropped == b->notes.dropped);
    assert_int_equal(a->notes.items.count, b->notes.items.count);
    for (size_t i = 0; i < a->notes.items.count; i++) {
        const struct note *left = LIST_AT(&a->notes.items, struct note, i);
        const struct note *right = LIST_AT(&b->notes.items, struct note, i);
        assert_int_equal(left->kind, right->kind);
        assert_span(left->location, right->location);
        assert_span(left->text, right->text);
    }
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 22);
    uint64_t seed = 4;
    for (size_t i = 0; i < 3000; i++) {
        arena_reset(mem);
        struct extract extract = random_extract(&seed, mem);
        span bytes = write(&extract, mem);
        struct extract back = {0};
        struct err err = {0};
        if (!extract_read(bytes, &limits, mem, &back, &err))
            fail_msg("%s", err.text);
        assert_same_extract(&extract, &back);
        assert_true(span_equal(write(&back, mem), bytes));
    }
}

static void what_was_read_can_be_added_to(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct extract extract = {0};
    init_extract(&extract, mem);
    struct extract back = {0};
    assert_true(extract_read(write(&extract, mem), &limits, mem, &back, NULL));
    notes_add(&back.notes, NOTE_DAMAGED, S("x"), "y");
    assert_int_equal(back.notes.items.count, 1);
}

// ---------------------------------------------------------------- refusals

static void expect_err(const struct extract *extract, const struct limits *limits,
                       enum err_kind kind)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct extract back = {.entries = 77};
    struct err err = {0};
    bool ok = extract_read(write(extract, mem), limits, mem, &back, &err);
    assert_int_equal(ok, kind == ERR_NONE);
    assert_int_equal(err.kind, kind);
    if (!ok)
        assert_true(back.entries == 77);
}

static void files_that_cannot_be_are_refused(void **state)
{
    (void)state;
    const struct file cases[] = {
        {.path = S("/a")},
        {.path = S("a/../b")},
        {.path = S("a/")},
        {.path = S(".")},
        {.path = S("")},
        {.path = S("a"), .mode = 010000},
        {.path = S("a"), .type = (enum file_type)(FILE_OPAQUE + 1)},
        {.path = S("a"), .type = FILE_HARDLINK, .link = S("../b")},
        {.path = S("a"), .has_content = true, .size = 1},
        {.path = S("a"), .has_content = true, .type = FILE_DIRECTORY},
    };
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct extract extract = {0};
        init_extract(&extract, mem);
        add_file(&extract, cases[i]);
        expect_err(&extract, &limits, ERR_INPUT);
    }
}

static void the_root_can_be_a_directory_and_opaque(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct extract extract = {0};
    init_extract(&extract, mem);
    add_file(&extract, (struct file){.type = FILE_DIRECTORY});
    add_file(&extract, (struct file){.type = FILE_OPAQUE});
    expect_err(&extract, &limits, ERR_NONE);
}

// Archives hold link names in entries of any type, and hard links that lead nowhere.
static void only_links_keep_a_link(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct extract extract = {0};
    init_extract(&extract, mem);
    add_file(&extract, (struct file){.path = S("a"), .link = S("../x")});
    add_file(&extract, (struct file){.path = S("b"), .type = FILE_HARDLINK});
    add_file(&extract, (struct file){.path = S("c"), .type = FILE_SYMLINK, .link = S("../x")});
    struct extract back = {0};
    assert_true(extract_read(write(&extract, mem), &limits, mem, &back, NULL));
    assert_span(LIST_AT(&back.files, struct file, 0)->link, S(""));
    assert_span(LIST_AT(&back.files, struct file, 1)->link, S(""));
    assert_span(LIST_AT(&back.files, struct file, 2)->link, S("../x"));
}

static void digests_and_notes_that_cannot_be_are_refused(void **state)
{
    (void)state;
    const char *const digests[] = {
        "x",        "sha256:",  "sha256:0123",
        ":" DIGEST, DIGEST "g", "sha256:0123456789ABCDEF0123456789ABCDEF"};
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct extract extract = {0};
    for (size_t i = 0; i < COUNT_OF(digests); i++) {
        init_extract(&extract, mem);
        extract.diff_id = span_of_text(digests[i]);
        expect_err(&extract, &limits, ERR_INPUT);
        init_extract(&extract, mem);
        extract.digest = span_of_text(digests[i]);
        expect_err(&extract, &limits, ERR_INPUT);
    }
    init_extract(&extract, mem);
    notes_add(&extract.notes, (enum note_kind)(NOTE_INFORMATION + 1), S(""), "x");
    expect_err(&extract, &limits, ERR_INPUT);
    init_extract(&extract, mem);
    notes_add(&extract.notes, NOTE_DAMAGED, S(""), "x");
    extract.notes.incomplete = false; // would pass damage off as a complete scan
    expect_err(&extract, &limits, ERR_INPUT);
}

static void limits_are_exact(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct extract extract = {0};
    init_extract(&extract, mem);
    add_file(&extract,
             (struct file){.path = S("abc"), .content = S("de"), .size = 2, .has_content = true});
    add_file(&extract, (struct file){.path = S("f"), .link = S("ghi"), .type = FILE_SYMLINK});
    notes_add(&extract.notes, NOTE_INFORMATION, S("x"), "y");
    struct limits limits = limits_default();
    limits.kept_entries = 2;
    limits.kept_bytes = 9; // names and links count, too
    limits.path_bytes = 3;
    limits.header_bytes = 3;
    limits.notes = 1;
    expect_err(&extract, &limits, ERR_NONE);
    struct limits less = limits;
    less.kept_entries--;
    expect_err(&extract, &less, ERR_LIMIT);
    less = limits;
    less.kept_bytes--;
    expect_err(&extract, &less, ERR_LIMIT);
    less = limits;
    less.path_bytes--;
    expect_err(&extract, &less, ERR_INPUT);
    less = limits;
    less.header_bytes = 2; // the longest target of a symbolic link
    expect_err(&extract, &less, ERR_INPUT);
    less = limits;
    less.notes--;
    expect_err(&extract, &less, ERR_LIMIT);
}

static struct extract one_of_each(struct arena *mem)
{
    struct extract extract = {0};
    init_extract(&extract, mem);
    add_file(
        &extract,
        (struct file){.path = S("a"), .content = S("content"), .size = 7, .has_content = true});
    add_file(&extract, (struct file){.path = S("l"), .link = S("/a"), .type = FILE_SYMLINK});
    add_file(&extract, (struct file){.path = S("w"), .type = FILE_WHITEOUT});
    notes_add(&extract.notes, NOTE_LIMIT, S("a"), "cut");
    return extract;
}

static bool read_one(span bytes, struct arena *mem, struct err *err)
{
    const struct limits limits = limits_default();
    struct extract back = {0};
    return extract_read(bytes, &limits, mem, &back, err);
}

static void every_truncation_and_every_extra_byte_is_refused(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 22);
    struct extract extract = one_of_each(mem);
    check_lengths(write(&extract, mem), mem, read_one);
}

static void every_budget_reads_or_fails_cleanly(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 22);
    struct extract extract = one_of_each(mem);
    check_budgets(write(&extract, mem), 4096, read_one);
}

// The numbers promise more than the bytes hold: nothing may be allocated on their word.
static void a_false_count_costs_no_memory(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    limits.kept_entries = UINT64_MAX;
    limits.notes = UINT64_MAX;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct extract extract = {0};
    init_extract(&extract, mem);
    span bytes = write(&extract, mem);
    uint8_t *copy = arena_alloc(mem, bytes.len);
    memcpy(copy, bytes.ptr, bytes.len);
    memset(copy + bytes.len - 4, 0xff, 4); // the number of entries
    CLEANUP(arena_cleanup) struct arena *small = arena_new(1 << 20);
    struct err err = {0};
    struct extract back = {0};
    assert_false(extract_read(span_of(copy, bytes.len), &limits, small, &back, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_true(arena_used(small) < 4096);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(what_was_read_can_be_added_to),
        cmocka_unit_test(files_that_cannot_be_are_refused),
        cmocka_unit_test(the_root_can_be_a_directory_and_opaque),
        cmocka_unit_test(only_links_keep_a_link),
        cmocka_unit_test(digests_and_notes_that_cannot_be_are_refused),
        cmocka_unit_test(limits_are_exact),
        cmocka_unit_test(every_truncation_and_every_extra_byte_is_refused),
        cmocka_unit_test(every_budget_reads_or_fails_cleanly),
        cmocka_unit_test(a_false_count_costs_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
