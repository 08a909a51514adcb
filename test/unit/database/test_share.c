// One file, many processes and threads, while it is being replaced.
#include "facts.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PATH "test_database_share.db"

enum { PROCESSES = 16, ROUNDS = 20 };

static bool look_up_all(const struct database *database, const struct facts *facts)
{
    struct advisory_source source = database_source(database);
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 24);
    bool ok = mem != NULL;
    for (size_t i = 0; i < facts->advisories.count && ok; i++) {
        const struct advisory *advisory = LIST_AT(&facts->advisories, struct advisory, i);
        for (size_t k = 0; k < advisory->affected_count && ok; k++) {
            const struct affected *affected = &advisory->affected[k];
            struct claims claims = {0};
            struct err err = {0};
            ok = source.look_up(source.self, affected->ecosystem, affected->name, mem, &claims,
                                &err) &&
                 claims.count > 0;
            arena_reset(mem);
        }
    }
    return ok;
}

static bool open_and_look_up(const struct facts *facts)
{
    struct err err = {0};
    CLEANUP(database_cleanup) struct database *database = NULL;
    return database_open(PATH, &database, &err) && look_up_all(database, facts);
}

static void processes_share_the_file_while_it_is_replaced(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    struct facts facts = {0};
    facts_make(&facts, mem, 5, 60);
    facts_write(&facts, PATH, 0, 1);
    pid_t children[PROCESSES];
    for (size_t i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            bool ok = true;
            for (size_t round = 0; round < ROUNDS && ok; round++)
                ok = open_and_look_up(&facts);
            _exit(ok ? 0 : 1);
        }
    }
    for (unsigned round = 0; round < 10; round++)
        facts_write(&facts, PATH, round, 1 + round % 3);
    for (size_t i = 0; i < PROCESSES; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
}

static void an_open_database_outlives_its_name(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    struct facts facts = {0};
    struct facts other = {0};
    struct err err = {0};
    facts_make(&facts, mem, 5, 60);
    facts_make(&other, mem, 6, 2);
    facts_write(&facts, PATH, 0, 1);
    CLEANUP(database_cleanup) struct database *database = NULL;
    assert_true(database_open(PATH, &database, &err));
    facts_write(&other, PATH, 0, 1);
    assert_true(look_up_all(database, &facts));
    assert_true(os_remove_file(PATH, &err));
    assert_true(look_up_all(database, &facts));
}

struct shared {
    const struct database *database;
    const struct facts *facts;
    bool ok[8];
};

static void look_up_in_thread(void *self, size_t index)
{
    struct shared *shared = self;
    shared->ok[index] = look_up_all(shared->database, shared->facts);
}

static void threads_share_an_open_database(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    struct facts facts = {0};
    struct err err = {0};
    facts_make(&facts, mem, 5, 60);
    facts_write(&facts, PATH, 0, 1);
    CLEANUP(database_cleanup) struct database *database = NULL;
    assert_true(database_open(PATH, &database, &err));
    struct shared shared = {.database = database, .facts = &facts};
    os_parallel(4, 8, look_up_in_thread, &shared);
    for (size_t i = 0; i < 8; i++)
        assert_true(shared.ok[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(processes_share_the_file_while_it_is_replaced),
        cmocka_unit_test(an_open_database_outlives_its_name),
        cmocka_unit_test(threads_share_an_open_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
