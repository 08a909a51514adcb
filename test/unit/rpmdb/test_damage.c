// Databases cut off and with bits turned, at places that a fixed seed chooses: whatever is read,
// reading ends, stays within its arena, and says why it failed. Without arguments the hand-made
// databases are spoilt; arguments are files of real ones.
#include "build.h"
#include "seen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUTS = 40, ROUNDS = 60, TURNS = 24 };

// xorshift64: the same places on every machine.
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static uint8_t *copy_of(span bytes)
{
    uint8_t *copy = malloc(bytes.len ? bytes.len : 1);
    if (!copy)
        abort();
    if (bytes.len)
        memcpy(copy, bytes.ptr, bytes.len);
    return copy;
}

// An exact copy, so that a sanitizer sees a read past the end.
static bool survives(span database, span log)
{
    uint8_t *copy = copy_of(database);
    struct seen seen = seen_of(span_of(copy, database.len), log, UINT64_C(64) << 20);
    free(copy);
    return seen.ok ? seen.err.kind == ERR_NONE : seen.err.kind != ERR_NONE;
}

static bool survives_cuts(span database, span log)
{
    for (size_t i = 0; i < CUTS; i++)
        if (!survives(span_first(database, database.len / CUTS * i + i % 7), log))
            return false;
    return true;
}

// Half of the turns go into the first pages, where the structure is.
static bool survives_turned_bits(span database, span log)
{
    uint64_t random = 0x706c696d736f6c6c;
    for (size_t round = 0; round < ROUNDS; round++) {
        uint8_t *copy = copy_of(database);
        for (size_t i = 0; i < TURNS; i++) {
            size_t reach = i % 2 && database.len > 8192 ? 8192 : database.len;
            copy[next_random(&random) % reach] ^= (uint8_t)(1U << next_random(&random) % 8);
        }
        bool good = survives(span_of(copy, database.len), log);
        free(copy);
        if (!good)
            return false;
    }
    return true;
}

static int check(const char *name, span database, span log)
{
    struct seen seen = seen_of(database, log, UINT64_C(64) << 20);
    bool sound = seen.ok && seen.damages == 0 && seen.unreadable == 0 && seen.headers > 0;
    bool good = sound && survives_cuts(database, log) && survives_turned_bits(database, log);
    printf("%s: %s\n", name, good ? "ok" : sound ? "FAILED" : "not sound before it was spoilt");
    return good ? 0 : 1;
}

static int check_hand_made(void)
{
    struct arena *mem CLEANUP(arena_cleanup) = arena_new(1 << 20);
    if (!mem)
        return 1;
    struct text little = build_bdb(mem, false);
    struct text big = build_bdb(mem, true);
    struct text ndb = build_ndb(mem);
    struct text sqlite = build_sqlite(mem);
    struct text log = build_sqlite_log(mem, true);
    return check("bdb, little endian", text_span(&little), (span){0}) |
           check("bdb, big endian", text_span(&big), (span){0}) |
           check("ndb", text_span(&ndb), (span){0}) |
           check("sqlite", text_span(&sqlite), (span){0}) |
           check("sqlite with a log", text_span(&sqlite), text_span(&log));
}

static int check_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        printf("SKIP: unit/rpmdb/damage_real: %s is absent\n", path);
        return 77;
    }
    const size_t most = (size_t)8 << 20;
    uint8_t *bytes = malloc(most);
    if (!bytes)
        abort();
    size_t len = fread(bytes, 1, most, file);
    (void)fclose(file); // read only: nothing can be lost
    int result = check(path, span_of(bytes, len), (span){0});
    free(bytes);
    return result;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return check_hand_made();
    int worst = 0;
    for (int i = 1; i < argc; i++) {
        int result = check_file(argv[i]);
        worst = worst == 1 || result == 0 ? worst : result;
    }
    return worst;
}
