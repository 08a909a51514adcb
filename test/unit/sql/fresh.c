#include "fresh.h"
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum sql_kind kind;
static const char *server;

int fresh_start(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "sqlite";
    kind = strcmp(word, "postgresql") == 0 ? SQL_POSTGRESQL : SQL_SQLITE;
    server = getenv("PLIMSOLL_TEST_POSTGRESQL");
    if (kind == SQL_SQLITE || server)
        return 0;
    printf("SKIP: %s: PLIMSOLL_TEST_POSTGRESQL is not set\n", argv[0]);
    return 77;
}

enum sql_kind fresh_kind(void)
{
    return kind;
}

static span text_of(struct text *text)
{
    assert_true(text_ok(text));
    return text_span(text);
}

// What an earlier run left is removed with its logs.
static span fresh_file(const char *name, struct arena *mem)
{
    struct text url;
    text_init(&url, mem, 4096);
    text_addf(&url, "sqlite:test_%s.sqlite", name);
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char path[256];
        assert_true(snprintf(path, sizeof path, "test_%s.sqlite%s", name, endings[i]) <
                    (int)sizeof path);
        (void)os_remove_file(path, NULL); // mostly it is not there
    }
    return text_of(&url);
}

// The server's URL ends in the name of a database: "…/postgres?host=…" or "…/postgres".
static span url_with(struct arena *mem, const char *database)
{
    span rest = span_of_text(server);
    size_t query = span_find(rest, '?');
    span before = span_first(rest, query == SPAN_NONE ? rest.len : query);
    struct text url;
    text_init(&url, mem, 4096);
    text_add(&url, span_first(before, span_find_last(before, '/') + 1));
    text_add(&url, span_of_text(database));
    text_add(&url, span_from(rest, before.len));
    return text_of(&url);
}

static void run_on_server(const char *format, const char *database)
{
    struct err err = {0};
    char statement[256];
    assert_true(snprintf(statement, sizeof statement, format, database) < (int)sizeof statement);
    CLEANUP(sql_cleanup) struct sql *sql = NULL;
    if (!sql_open(span_of_text(server), false, &sql, &err) ||
        !sql_run(sql, statement, NULL, 0, &err))
        fail_msg("%s", err.text);
}

span fresh_url(const char *name, struct arena *mem)
{
    if (kind == SQL_SQLITE)
        return fresh_file(name, mem);
    char database[128];
    assert_true(snprintf(database, sizeof database, "test_%s", name) < (int)sizeof database);
    run_on_server("DROP DATABASE IF EXISTS %s WITH (FORCE)", database);
    run_on_server("CREATE DATABASE %s", database);
    return url_with(mem, database);
}
