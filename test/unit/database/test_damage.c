// A damaged file is an error that names it, never a crash and never a wrong answer.
#include "facts.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PATH "test_database_damage.db"

static span a_database(struct arena *mem)
{
    struct facts facts = {0};
    struct err err = {0};
    span bytes = {0};
    facts_make(&facts, mem, 3, 8);
    facts_write(&facts, PATH, 0, 1);
    assert_true(os_read_file(PATH, 1 << 20, mem, &bytes, &err));
    return bytes;
}

static bool see_package(void *self, span ecosystem, span name, const struct statements *statements,
                        struct err *err)
{
    const struct advisory_source *source = self;
    (void)statements;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    struct claims again = {0};
    const struct asked_versions oldest = {.of_binary = S("\1"), .of_source = S("\1")};
    const struct known_ecosystem known = source->find_ecosystem(source->self, ecosystem);
    enum outlook outlook = OUTLOOK_SILENT;
    return source->look_up(source->self, ecosystem, name, mem, &again, err) &&
           source->look_out(source->self, &known, name, &oldest, &outlook, err);
}

// Opens, reads everything and looks everything up. Answers come from checked bytes only, so the
// sanitizers and `verify` are the judges.
static bool use(span bytes, struct err *err)
{
    struct limits limits = limits_default();
    limits.build_bytes = 1 << 20;
    CLEANUP(database_cleanup) struct database *database = NULL;
    if (!database_open_bytes(bytes, "some.db", &database, err))
        return false;
    struct advisory_source source = database_source(database);
    struct database_visitor visitor = {.self = &source, .visit_package = see_package};
    struct err walk_err = {0};
    // Either way, if it returns.
    (void)database_walk(database, &limits, &visitor, &walk_err);
    (void)database_search(database, S("CVE-2024-7"), &limits, &visitor, &walk_err);
    return database_verify(database, &limits, err);
}

static void every_flipped_byte_is_noticed(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    span bytes = a_database(mem);
    uint8_t *copy = arena_alloc(mem, bytes.len);
    assert_non_null(copy);
    memcpy(copy, bytes.ptr, bytes.len);
    const uint8_t masks[] = {0x01, 0x80, 0xff};
    for (size_t at = 0; at < bytes.len; at++) {
        copy[at] ^= masks[at % 3];
        struct err err = {0};
        assert_false(use(span_of(copy, bytes.len), &err));
        assert_true(err.kind == ERR_INPUT || (err.kind == ERR_UNSUPPORTED && at < 16));
        assert_non_null(strstr(err.text, "database some.db"));
        copy[at] ^= masks[at % 3];
    }
    struct err err = {0};
    assert_true(use(span_of(copy, bytes.len), &err));
}

static void every_truncation_is_noticed(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    span bytes = a_database(mem);
    for (size_t len = 0; len < bytes.len; len++) {
        struct err err = {0};
        CLEANUP(database_cleanup) struct database *database = NULL;
        assert_false(database_open_bytes(span_first(bytes, len), "some.db", &database, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_null(database);
    }
}

static void a_future_version_says_so(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    span bytes = a_database(mem);
    uint8_t *copy = arena_alloc(mem, bytes.len);
    assert_non_null(copy);
    memcpy(copy, bytes.ptr, bytes.len);
    copy[8] = 4;
    struct err err = {0};
    struct database *database = NULL;
    assert_false(database_open_bytes(span_of(copy, bytes.len), "some.db", &database, &err));
    assert_int_equal(err.kind, ERR_UNSUPPORTED);
    assert_non_null(strstr(err.text, "version 4"));
}

static void other_files_are_no_databases(void **state)
{
    (void)state;
    const span others[] = {S(""), S("x"), S("SQLite format 3"), S("PLIMSDB"), S("PLIMSDB\n")};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct err err = {0};
        struct database *database = NULL;
        assert_false(database_open_bytes(others[i], "some.db", &database, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
    struct err err = {0};
    struct database *database = NULL;
    assert_false(database_open("there-is-no.db", &database, &err));
    assert_int_equal(err.kind, ERR_MISSING);
    assert_non_null(strstr(err.text, "there-is-no.db"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_flipped_byte_is_noticed),
        cmocka_unit_test(every_truncation_is_noticed),
        cmocka_unit_test(a_future_version_says_so),
        cmocka_unit_test(other_files_are_no_databases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
