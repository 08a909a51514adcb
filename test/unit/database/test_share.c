// One file, many processes and threads, while it is being replaced.
#include "facts.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

// ---------------------------------------------------------------- pages

enum { SHARERS = 64 };

// What the kernel says of the mappings of one file in one process.
struct mapping {
    uint64_t pages_kib; // resident, each page divided by the number of those who have it
    uint64_t dirty_kib; // changed by the process
    bool is_writable;
    bool is_there;
};

static uint64_t kib_of(const char *line, const char *name)
{
    size_t len = strlen(name);
    return strncmp(line, name, len) == 0 ? strtoull(line + len, NULL, 10) : 0;
}

static struct mapping read_mapping(pid_t pid, const char *file)
{
    char path[64];
    char line[4096];
    struct mapping mapping = {0};
    bool is_it = false;
    (void)snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
    FILE *smaps = fopen(path, "re");
    assert_non_null(smaps);
    while (fgets(line, sizeof line, smaps)) {
        char permissions[5] = "";
        if (sscanf(line, "%*x-%*x %4s", permissions) == 1) {
            is_it = strstr(line, file) != NULL;
            mapping.is_there = mapping.is_there || is_it;
            mapping.is_writable = mapping.is_writable || (is_it && strchr(permissions, 'w'));
        } else if (is_it) {
            mapping.pages_kib += kib_of(line, "Pss:");
            mapping.dirty_kib += kib_of(line, "Private_Dirty:");
        }
    }
    (void)fclose(smaps); // it was only read
    return mapping;
}

// A child that has looked everything up says so, and stays until its input ends.
static void look_up_and_wait(const struct facts *facts, int ready, int stay)
{
    struct err err = {0};
    struct database *database = NULL;
    char byte = 'x';
    bool ok = database_open(PATH, &database, &err) && look_up_all(database, facts) &&
              write(ready, &byte, 1) == 1 && read(stay, &byte, 1) == 0;
    _exit(ok ? 0 : 1);
}

static void many_processes_share_the_pages(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 26);
    struct facts facts = {0};
    struct err err = {0};
    span bytes = {0};
    facts_make(&facts, mem, 5, 1000);
    facts_write(&facts, PATH, 0, 1);
    assert_true(os_read_file(PATH, 1 << 24, mem, &bytes, &err));
    int ready[2];
    int stay[2];
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(stay), 0);
    pid_t children[SHARERS];
    for (size_t i = 0; i < SHARERS; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            (void)close(stay[1]); // or the input would never end
            look_up_and_wait(&facts, ready[1], stay[0]);
        }
    }
    for (size_t i = 0; i < SHARERS; i++) {
        char byte = 0;
        assert_int_equal(read(ready[0], &byte, 1), 1);
    }
    uint64_t pages = 0;
    for (size_t i = 0; i < SHARERS; i++) {
        struct mapping mapping = read_mapping(children[i], PATH);
        assert_true(mapping.is_there && !mapping.is_writable);
        assert_int_equal(mapping.dirty_kib, 0);
        pages += mapping.pages_kib;
    }
    // Once for all of them; each share is rounded up by less than a page.
    assert_true(pages > 0 && pages <= bytes.len / 1024 + SHARERS * 4);
    assert_int_equal(close(stay[1]), 0);
    for (size_t i = 0; i < SHARERS; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    (void)close(stay[0]); // nobody is left at the other ends
    (void)close(ready[0]);
    (void)close(ready[1]);
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
        cmocka_unit_test(many_processes_share_the_pages),
        cmocka_unit_test(an_open_database_outlives_its_name),
        cmocka_unit_test(threads_share_an_open_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
