// An SQLite database and its log: four bytes say how long the database is (little endian), then
// come both.
#include "fuzz_rpmdb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    reader r = reader_of(span_of(data, size));
    uint32_t len = read_u32le(&r);
    span database = span_first(r.rest, len);
    read_database(database, span_from(r.rest, database.len));
    return 0;
}
