// Writes the seeds of the fuzz targets rpmdb_bdb, rpmdb_ndb, rpmdb_sqlite and rpm_header, sound
// and hostile ones. Usage: rpmdb_seeds test/corpus
#include "build.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAGE = 512, BDB_NEXT = 2 * PAGE + 16, NDB_PAGE = 4096, SQLITE_ROOT = PAGE };

static void write_seed(const char *corpus, const char *name, span bytes)
{
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/%s", corpus, name);
    FILE *file = len > 0 && (size_t)len < sizeof path ? fopen(path, "wb") : NULL;
    if (!file || fwrite(bytes.ptr, 1, bytes.len, file) != bytes.len || fclose(file) != 0) {
        perror(name);
        exit(1);
    }
}

static span with_length(struct arena *mem, span database, span log)
{
    struct text out = {0};
    text_init(&out, mem, 1 << 20);
    text_add_field(&out, database);
    text_add(&out, log);
    return text_span(&out);
}

static void write_bdb(const char *corpus, struct arena *mem)
{
    struct text big = build_bdb(mem, true);
    write_seed(corpus, "rpmdb_bdb/big-endian", text_span(&big));
    struct text little = build_bdb(mem, false);
    write_seed(corpus, "rpmdb_bdb/little-endian", text_span(&little));
    write_seed(corpus, "rpmdb_bdb/cut-off", span_first(text_span(&little), 4 * PAGE + 7));
    little.ptr[BDB_NEXT] = 2;
    write_seed(corpus, "rpmdb_bdb/chain-in-a-circle", text_span(&little));
}

static void write_ndb(const char *corpus, struct arena *mem)
{
    struct text ndb = build_ndb(mem);
    write_seed(corpus, "rpmdb_ndb/sound", text_span(&ndb));
    for (size_t i = 64; i < NDB_PAGE; i++)
        ndb.ptr[i] = ndb.ptr[i - 16];
    write_seed(corpus, "rpmdb_ndb/slots-share-a-blob", text_span(&ndb));
}

static void write_sqlite(const char *corpus, struct arena *mem)
{
    struct text database = build_sqlite(mem);
    struct text log = build_sqlite_log(mem, true);
    span bytes = text_span(&database);
    write_seed(corpus, "rpmdb_sqlite/sound", with_length(mem, bytes, (span){0}));
    write_seed(corpus, "rpmdb_sqlite/with-log", with_length(mem, bytes, text_span(&log)));
    build_put_be(&database, SQLITE_ROOT + 8, 2, 4);
    build_put_be(&database, SQLITE_ROOT + PAGE - 5, 2, 4);
    write_seed(corpus, "rpmdb_sqlite/tree-in-a-circle", with_length(mem, bytes, (span){0}));
}

static void write_headers(const char *corpus, struct arena *mem)
{
    const struct build_entry entries[] = {
        {RPM_TAG_NAME, BUILD_STRING, 1, S("a\0")},
        {RPM_TAG_VERSION, BUILD_STRING, 1, S("1\0")},
        {RPM_TAG_FILE_MODES, BUILD_INT16, 2, S("\x81\xa4\x41\xed")},
        {RPM_TAG_DIR_INDEXES, BUILD_INT32, 2, S("\0\0\0\0\0\0\0\1")},
        {RPM_TAG_BASE_NAMES, BUILD_STRING_ARRAY, 2, S("ls\0cp\0")},
        {RPM_TAG_DIR_NAMES, BUILD_STRING_ARRAY, 2, S("/bin/\0/sbin/\0")},
    };
    struct text header = build_header(mem, entries, sizeof entries / sizeof *entries);
    write_seed(corpus, "rpm_header/files", text_span(&header));
    build_put_be(&header, 8 + 4 * 16 + 12, 0xffffffff, 4);
    write_seed(corpus, "rpm_header/four-billion-names", text_span(&header));
}

int main(int argc, char **argv)
{
    struct arena *mem CLEANUP(arena_cleanup) = arena_new(8 << 20);
    if (argc != 2 || !mem)
        return 64;
    write_bdb(argv[1], mem);
    write_ndb(argv[1], mem);
    write_sqlite(argv[1], mem);
    write_headers(argv[1], mem);
    return 0;
}
