// A database file of any bytes: opening, walking, searching and looking up return.
#include "database/database_inner.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Offset of the directory and of its checksum from the end of the file.
enum { DIRECTORY_AT = 40, CHECKSUM_AT = 16, SIZE_AT = 24 };

static void put_le(uint8_t *at, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

// Makes size and checksum of the frame right, or nothing behind it would ever be reached.
static void mend_frame(uint8_t *bytes, size_t size)
{
    if (size < FILE_FOOTER_SIZE)
        return;
    reader footer = reader_of(span_of(bytes + size - DIRECTORY_AT, 8));
    uint64_t directory = read_u64le(&footer);
    put_le(bytes + size - SIZE_AT, size);
    if (directory > size - FILE_FOOTER_SIZE)
        return;
    span covered = span_of(bytes + directory, size - FILE_FOOTER_SIZE - (size_t)directory);
    put_le(bytes + size - CHECKSUM_AT, directory_checksum(covered));
}

struct asked {
    struct advisory_source source;
    struct arena *mem;
};

static bool ask_again(void *self, span ecosystem, span name, const struct statements *statements,
                      struct err *err)
{
    struct asked *asked = self;
    (void)statements;
    (void)err;
    struct claims again = {0};
    arena_reset(asked->mem);
    (void)asked->source.look_up(asked->source.self, ecosystem, name, asked->mem, &again, NULL);
    const struct asked_versions versions = {.of_binary = name, .of_source = S("\1")};
    const struct known_ecosystem known =
        asked->source.find_ecosystem(asked->source.self, ecosystem);
    enum outlook outlook = OUTLOOK_SILENT;
    (void)asked->source.look_out(asked->source.self, &known, name, &versions, &outlook, NULL);
    struct spans products = {0};
    (void)asked->source.look_up_products(asked->source.self, ecosystem, name, asked->mem, &products,
                                         NULL);
    struct release release = {0};
    (void)asked->source.look_up_release(asked->source.self, ecosystem, name, asked->mem, &release,
                                        NULL);
    return true;
}

static bool ask_flaw(void *self, const struct flaw *flaw, struct err *err)
{
    struct asked *asked = self;
    (void)err;
    struct flaw again = {0};
    arena_reset(asked->mem);
    (void)asked->source.look_up_flaw(asked->source.self, flaw->id, (span){0}, asked->mem, &again,
                                     NULL);
    return true;
}

static bool ask_weakness(void *self, const struct weakness *weakness, struct err *err)
{
    struct asked *asked = self;
    (void)err;
    span name = {0};
    arena_reset(asked->mem);
    (void)asked->source.look_up_weakness(asked->source.self, weakness->id, asked->mem, &name, NULL);
    return true;
}

// What a segment says gives the segment again, with tables that may be others: these are made.
static void make_tables(const struct database *database, struct arena *mem)
{
    for (size_t i = 0; i < database_segment_count(database); i++) {
        span core = {0};
        span segment = {0};
        span again = {0};
        arena_reset(mem);
        if (!database_segment_core(database, i, mem, &core, NULL) ||
            !database_segment_of_core(core, mem, &segment, NULL))
            continue;
        struct segment view = {0};
        if (!segment_view(segment, &view) || !segment_complete(view.sections, mem, &again, NULL) ||
            !span_equal(segment, again))
            abort();
    }
}

static void use(const struct database *database)
{
    struct limits limits = limits_default();
    limits.build_bytes = 1 << 20;
    struct asked asked = {.source = database_source(database), .mem = arena_new(1 << 20)};
    struct database_visitor visitor = {
        .self = &asked,
        .visit_package = ask_again,
        .visit_flaw = ask_flaw,
        .visit_weakness = ask_weakness,
    };
    struct database_info info = {0};
    (void)database_describe(database, asked.mem, &info, NULL); // any answer is fine
    (void)database_walk(database, &limits, &visitor, NULL);
    (void)database_search(database, S("package-1"), &limits, &visitor, NULL);
    (void)database_search(database, S("CVE-2024-1"), &limits, &visitor, NULL);
    (void)database_verify(database, &limits, NULL);
    make_tables(database, asked.mem);
    arena_free(asked.mem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    uint8_t *bytes = malloc(size);
    if (!bytes)
        abort();
    memcpy(bytes, data, size);
    mend_frame(bytes, size);
    struct database *database = NULL;
    if (database_open_bytes(span_of(bytes, size), "fuzzed", &database, NULL))
        use(database);
    database_close(database);
    free(bytes);
    return 0;
}
