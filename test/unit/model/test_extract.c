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

// ---------------------------------------------------------------- random ones

static struct spans random_spans(uint64_t *seed, struct arena *mem)
{
    size_t count = random_below(seed, 3);
    span *items = arena_array(mem, count, sizeof *items);
    assert_non_null(items);
    for (size_t i = 0; i < count; i++)
        items[i] = random_text(seed, S("ab/."), 5, mem);
    return (struct spans){.items = items, .count = count};
}

static const struct defect *random_defects(uint64_t *seed, size_t count, struct arena *mem)
{
    struct defect *defects = arena_array(mem, count, sizeof *defects);
    assert_non_null(defects);
    for (size_t i = 0; i < count; i++)
        defects[i] = (struct defect){.member = random_text(seed, S("ab!/"), 9, mem),
                                     .text = random_text(seed, S("ab "), 9, mem)};
    return defects;
}

static const struct insight *random_insight(uint64_t *seed, struct arena *mem)
{
    struct insight *insight = ARENA_NEW(mem, struct insight);
    struct package *packages = arena_array(mem, 3, sizeof *packages);
    struct binary *binary = ARENA_NEW(mem, struct binary);
    assert_true(insight && packages && binary);
    insight->package_count = random_below(seed, 4);
    insight->packages = packages;
    for (size_t i = 0; i < insight->package_count; i++)
        packages[i] = (struct package){
            .type = S("npm"),
            .name = S("left-pad"),
            .version = random_text(seed, S("12."), 5, mem),
            .licenses = random_text(seed, S("MIT"), 5, mem),
            .hashes = random_spans(seed, mem),
        };
    *binary = (struct binary){.build_id = S("abcd"), .needed = random_spans(seed, mem)};
    if (random_below(seed, 2))
        insight->binary = binary;
    insight->licenses = random_text(seed, S("MIT"), 5, mem);
    insight->defect_count = random_below(seed, 4);
    insight->defects = random_defects(seed, insight->defect_count, mem);
    insight->project = random_text(seed, S("<a/>"), 9, mem);
    insight->sums = random_text(seed, S("./a mode=644"), 9, mem);
    return insight;
}

static void fill_roster_directory(uint64_t *seed, struct roster_directory *directory,
                                  struct arena *mem)
{
    static const span names[] = {S("a"), S("a.b"), S("ab"), S("b"), S("c")};
    struct roster_file *files = arena_array(mem, 5, sizeof *files);
    assert_non_null(files);
    directory->files = files;
    for (size_t i = 0; i < 5; i++) {
        if (random_below(seed, 2))
            continue;
        struct roster_file *file = &files[directory->count++];
        *file = (struct roster_file){.name = names[i], .size = random_next(seed)};
        file->mode = (uint32_t)random_below(seed, 010000);
        file->is_program = random_below(seed, 2);
        uint8_t *digests = arena_alloc(mem, ROSTER_DIGESTS);
        assert_non_null(digests);
        for (size_t j = 0; j < ROSTER_DIGESTS; j++)
            digests[j] = (uint8_t)(i + j);
        file->digests = digests;
    }
}

static struct roster random_roster(uint64_t *seed, struct arena *mem)
{
    static const span paths[] = {S(""), S("a"), S("a/b"), S("b")};
    struct roster_directory *directories = arena_array(mem, 4, sizeof *directories);
    assert_non_null(directories);
    size_t count = 0;
    for (size_t i = 0; i < 4; i++) {
        if (random_below(seed, 2))
            continue;
        directories[count] = (struct roster_directory){.path = paths[i]};
        fill_roster_directory(seed, &directories[count++], mem);
    }
    return (struct roster){.directories = directories, .count = count};
}

static struct covers random_covers(uint64_t *seed)
{
    static const span blocks[] = {S("12345678"), S("1234567890123456")};
    struct covers covers = {.key = {random_next(seed), random_next(seed)}};
    covers.entries = (struct spans){.items = blocks, .count = random_below(seed, 3)};
    covers.parents = (struct spans){.items = blocks, .count = random_below(seed, 3)};
    return covers;
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
    if ((file.type == FILE_REGULAR || file.type == FILE_HARDLINK) && random_below(seed, 2))
        file.insight = random_insight(seed, mem);
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
    extract.roster = random_roster(seed, mem);
    extract.covers = random_covers(seed);
    return extract;
}

// ---------------------------------------------------------------- round trip

static void assert_same_spans(struct spans a, struct spans b)
{
    assert_int_equal(a.count, b.count);
    for (size_t i = 0; i < a.count; i++)
        assert_span(a.items[i], b.items[i]);
}

static void assert_same_insight(const struct insight *a, const struct insight *b)
{
    assert_int_equal(a != NULL, b != NULL);
    if (!a || !b)
        return;
    assert_int_equal(a->package_count, b->package_count);
    for (size_t i = 0; i < a->package_count; i++) {
        assert_int_equal(package_compare(&a->packages[i], &b->packages[i]), 0);
        assert_span(a->packages[i].licenses, b->packages[i].licenses);
        assert_same_spans(a->packages[i].hashes, b->packages[i].hashes);
    }
    assert_int_equal(a->binary != NULL, b->binary != NULL);
    if (a->binary && b->binary) {
        assert_span(a->binary->build_id, b->binary->build_id);
        assert_same_spans(a->binary->needed, b->binary->needed);
    }
    assert_span(a->licenses, b->licenses);
    assert_int_equal(a->defect_count, b->defect_count);
    for (size_t i = 0; i < a->defect_count; i++) {
        assert_span(a->defects[i].member, b->defects[i].member);
        assert_span(a->defects[i].text, b->defects[i].text);
    }
    assert_span(a->project, b->project);
    assert_span(a->sums, b->sums);
}

static void assert_same_roster(const struct roster *a, const struct roster *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        const struct roster_directory *left = &a->directories[i];
        const struct roster_directory *right = &b->directories[i];
        assert_span(left->path, right->path);
        assert_int_equal(left->count, right->count);
        for (size_t j = 0; j < left->count; j++) {
            assert_span(left->files[j].name, right->files[j].name);
            assert_true(left->files[j].size == right->files[j].size);
            assert_int_equal(left->files[j].mode, right->files[j].mode);
            assert_int_equal(left->files[j].is_program, right->files[j].is_program);
            assert_span(roster_md5(&left->files[j]), roster_md5(&right->files[j]));
            assert_span(roster_sha1(&left->files[j]), roster_sha1(&right->files[j]));
            assert_span(roster_sha256(&left->files[j]), roster_sha256(&right->files[j]));
        }
    }
}

static void assert_same_file(const struct file *a, const struct file *b)
{
    assert_same_insight(a->insight, b->insight);
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
    assert_same_roster(&a->roster, &b->roster);
    assert_true(a->covers.key.first == b->covers.key.first);
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
    static const span entries[] = {S("12345678")};
    struct extract extract = {0};
    init_extract(&extract, mem);
    add_file(
        &extract,
        (struct file){.path = S("a"), .content = S("content"), .size = 7, .has_content = true});
    add_file(&extract, (struct file){.path = S("l"), .link = S("/a"), .type = FILE_SYMLINK});
    add_file(&extract, (struct file){.path = S("w"), .type = FILE_WHITEOUT});
    notes_add(&extract.notes, NOTE_LIMIT, S("a"), "cut");
    uint64_t seed = 3;
    LIST_AT(&extract.files, struct file, 0)->insight = random_insight(&seed, mem);
    extract.roster = random_roster(&seed, mem);
    extract.covers = (struct covers){.entries = {entries, 1}, .parents = {entries, 1}};
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
    enum { BEHIND = 3 * 4 + 2 * 8 + 2 * 4 };        // an empty roster, and covers of nothing
    memset(copy + bytes.len - BEHIND - 4, 0xff, 4); // the number of entries
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
