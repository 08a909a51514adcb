#include "testing.h"

// ---------------------------------------------------------------- boms to test with

static struct package package_of(const char *type, const char *name, const char *version)
{
    return (struct package){
        .type = span_of_text(type), .name = span_of_text(name), .version = span_of_text(version)};
}

static span write(const struct bom *bom, struct arena *mem)
{
    struct text text = {0};
    text_init(&text, mem, SIZE_MAX);
    bom_write(bom, &text);
    assert_true(text_ok(&text));
    return text_span(&text);
}

static struct package random_package(uint64_t *seed, struct arena *mem)
{
    const span letters = span_of("ab:\0", 4);
    struct package package = {.type = S("deb"), .removed = random_below(seed, 2)};
    package.id = random_text(seed, letters, 4, mem);
    package.name = random_below(seed, 2) ? S("a") : S("b");
    package.version = random_text(seed, S("12"), 2, mem);
    package.arch = random_text(seed, letters, 2, mem);
    package.source_name = random_text(seed, letters, 4, mem);
    package.source_version = random_text(seed, letters, 4, mem);
    package.module = random_text(seed, letters, 4, mem);
    package.vendor = random_text(seed, letters, 4, mem);
    package.repository = random_text(seed, letters, 4, mem);
    package.member = random_text(seed, letters, 4, mem);
    package.licenses = random_text(seed, letters, 4, mem);
    package.purl = random_text(seed, letters, 4, mem);
    package.location_count = random_below(seed, 3);
    package.locations = arena_array(mem, package.location_count, sizeof *package.locations);
    assert_non_null(package.locations);
    for (size_t i = 0; i < package.location_count; i++)
        package.locations[i] =
            (struct location){.path = S("a/b"), .layer = (uint32_t)random_below(seed, 512)};
    return package;
}

static struct bom random_bom(uint64_t *seed, struct arena *mem)
{
    const struct limits limits = limits_default();
    struct bom bom = {.distro = {.id = S("debian"),
                                 .version_id = S("12"),
                                 .codename = S("bookworm"),
                                 .pretty_name = S("Debian"),
                                 .id_like = S("x"),
                                 .cpe = S("cpe"),
                                 .end_of_life = S("2026-06-10")}};
    notes_init(&bom.notes, mem, &limits);
    bom.package_count = random_below(seed, 6);
    bom.packages = arena_array(mem, bom.package_count, sizeof *bom.packages);
    bom.content_set_count = random_below(seed, 3);
    bom.content_sets = arena_array(mem, bom.content_set_count, sizeof *bom.content_sets);
    assert_true(bom.packages && bom.content_sets);
    for (size_t i = 0; i < bom.package_count; i++)
        bom.packages[i] = random_package(seed, mem);
    for (size_t i = 0; i < bom.content_set_count; i++)
        bom.content_sets[i] = random_text(seed, S("ab"), 3, mem);
    if (random_below(seed, 2))
        notes_add(&bom.notes, NOTE_DAMAGED, S("x"), "y");
    bom_sort(&bom);
    return bom;
}

// ---------------------------------------------------------------- round trip

static void assert_same_package(const struct package *a, const struct package *b)
{
    assert_span(a->id, b->id);
    assert_span(a->type, b->type);
    assert_span(a->name, b->name);
    assert_span(a->version, b->version);
    assert_span(a->arch, b->arch);
    assert_span(a->source_name, b->source_name);
    assert_span(a->source_version, b->source_version);
    assert_span(a->module, b->module);
    assert_span(a->vendor, b->vendor);
    assert_span(a->repository, b->repository);
    assert_span(a->member, b->member);
    assert_span(a->licenses, b->licenses);
    assert_span(a->purl, b->purl);
    assert_int_equal(a->removed, b->removed);
    assert_int_equal(a->location_count, b->location_count);
    for (size_t i = 0; i < a->location_count; i++) {
        assert_span(a->locations[i].path, b->locations[i].path);
        assert_int_equal(a->locations[i].layer, b->locations[i].layer);
    }
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 22);
    uint64_t seed = 5;
    for (size_t i = 0; i < 3000; i++) {
        arena_reset(mem);
        struct bom bom = random_bom(&seed, mem);
        span bytes = write(&bom, mem);
        struct bom back = {0};
        struct err err = {0};
        if (!bom_read(bytes, &limits, mem, &back, &err))
            fail_msg("%s", err.text);
        assert_span(back.distro.codename, bom.distro.codename);
        assert_span(back.distro.end_of_life, bom.distro.end_of_life);
        assert_int_equal(back.package_count, bom.package_count);
        for (size_t j = 0; j < bom.package_count; j++)
            assert_same_package(&bom.packages[j], &back.packages[j]);
        assert_int_equal(back.content_set_count, bom.content_set_count);
        for (size_t j = 0; j < bom.content_set_count; j++)
            assert_span(back.content_sets[j], bom.content_sets[j]);
        assert_true(span_equal(write(&back, mem), bytes));
    }
}

// ---------------------------------------------------------------- refusals

static void expect_err(const struct bom *bom, const struct limits *limits, enum err_kind kind)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct bom back = {.package_count = 77};
    struct err err = {0};
    bool ok = bom_read(write(bom, mem), limits, mem, &back, &err);
    assert_int_equal(ok, kind == ERR_NONE);
    assert_int_equal(err.kind, kind);
    if (!ok)
        assert_int_equal(back.package_count, 77);
}

static void packages_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct location outside = {.path = S("../etc/passwd")};
    struct location absolute = {.path = S("/etc/passwd")};
    struct location nowhere = {.path = S("etc/passwd"), .layer = 512};
    struct package cases[] = {
        package_of("", "name", "1"),       package_of("deb", "", "1"),
        package_of("deb", "outside", "1"), package_of("deb", "absolute", "1"),
        package_of("deb", "nowhere", "1"),
    };
    struct location *locations[] = {NULL, NULL, &outside, &absolute, &nowhere};
    const struct limits limits = limits_default();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        cases[i].locations = locations[i];
        cases[i].location_count = locations[i] != NULL;
        struct bom bom = {.packages = &cases[i], .package_count = 1};
        expect_err(&bom, &limits, ERR_INPUT);
    }
}

static void what_is_out_of_order_is_refused(void **state)
{
    (void)state;
    const struct limits limits = limits_default();
    struct package packages[] = {package_of("deb", "b", "1"), package_of("deb", "a", "1")};
    span sets[] = {S("y"), S("x")};
    expect_err(&(struct bom){.packages = packages, .package_count = 2}, &limits, ERR_INPUT);
    expect_err(&(struct bom){.content_sets = sets, .content_set_count = 2}, &limits, ERR_INPUT);
}

static void limits_are_exact(void **state)
{
    (void)state;
    struct limits limits = limits_default();
    struct location location = {.path = S("abc"), .layer = 1};
    struct package packages[] = {package_of("deb", "a", "1"), package_of("deb", "b", "1")};
    packages[0].locations = &location;
    packages[0].location_count = 1;
    struct bom bom = {.packages = packages, .package_count = 2};
    limits.packages = 2;
    limits.path_bytes = 3;
    limits.layers = 2;
    expect_err(&bom, &limits, ERR_NONE);
    struct limits less = limits;
    less.packages--;
    expect_err(&bom, &less, ERR_LIMIT);
    less = limits;
    less.path_bytes--;
    expect_err(&bom, &less, ERR_INPUT);
    less = limits;
    less.layers--;
    expect_err(&bom, &less, ERR_INPUT);
}

static bool read_one(span bytes, struct arena *mem, struct err *err)
{
    const struct limits limits = limits_default();
    struct bom back = {0};
    return bom_read(bytes, &limits, mem, &back, err);
}

static void every_truncation_and_every_extra_byte_is_refused(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 22);
    uint64_t seed = 6;
    struct bom bom = {0};
    while (bom.package_count < 2 || bom.content_set_count == 0)
        bom = random_bom(&seed, mem);
    check_lengths(write(&bom, mem), mem, read_one);
}

static void every_budget_reads_or_fails_cleanly(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 22);
    uint64_t seed = 7;
    struct bom bom = {0};
    while (bom.package_count < 3)
        bom = random_bom(&seed, mem);
    check_budgets(write(&bom, mem), 8192, read_one);
}

// ---------------------------------------------------------------- order

static void boms_sort_by_type_name_version_and_arch(void **state)
{
    (void)state;
    struct location far = {.path = S("z")};
    struct location near = {.path = S("a")};
    struct package packages[] = {
        package_of("rpm", "a", "1"), package_of("deb", "b", "1"),  package_of("deb", "a", "2"),
        package_of("deb", "a", "1"), package_of("deb", "a", "10"), package_of("deb", "a", "1"),
        package_of("deb", "a", "1"),
    };
    packages[3].arch = S("arm64");
    packages[5].locations = &far;
    packages[5].location_count = 1;
    packages[6].locations = &near;
    packages[6].location_count = 1;
    struct bom bom = {.packages = packages, .package_count = COUNT_OF(packages)};
    bom_sort(&bom);
    assert_ptr_equal(packages[0].locations, &near);
    assert_ptr_equal(packages[1].locations, &far);
    assert_span(packages[2].arch, S("arm64"));
    assert_span(packages[3].version, S("10"));
    assert_span(packages[4].version, S("2"));
    assert_span(packages[5].name, S("b"));
    assert_span(packages[6].type, S("rpm"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(packages_that_cannot_be_are_refused),
        cmocka_unit_test(what_is_out_of_order_is_refused),
        cmocka_unit_test(limits_are_exact),
        cmocka_unit_test(every_truncation_and_every_extra_byte_is_refused),
        cmocka_unit_test(every_budget_reads_or_fails_cleanly),
        cmocka_unit_test(boms_sort_by_type_name_version_and_arch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
