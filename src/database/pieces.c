#include "database/database_inner.h"

size_t database_piece_count(const struct database *database)
{
    return database->segment_count + 2;
}

static size_t offset_of(const struct database *database, const struct segment *segment)
{
    return (size_t)(segment->bytes.ptr - database->bytes.ptr);
}

// Where the segment after the `count` first ones begins; SPAN_NONE if they do not lie one behind
// the other.
static size_t end_of(const struct database *database, size_t count)
{
    size_t end = FILE_HEADER_SIZE;
    for (size_t i = 0; i < count; i++) {
        const struct segment *segment = &database->segments[i];
        if (offset_of(database, segment) != end)
            return SPAN_NONE;
        end += segment->bytes.len;
    }
    return end;
}

bool database_piece_at(const struct database *database, size_t index, struct database_piece *ret,
                       struct err *err)
{
    assert(index < database_piece_count(database));
    size_t end = end_of(database, database->segment_count);
    if (end == SPAN_NONE)
        return database_damaged(database, NULL, "order of segments", err);
    if (index == 0)
        *ret = (struct database_piece){S("_head"), span_first(database->bytes, FILE_HEADER_SIZE)};
    else if (index > database->segment_count)
        *ret = (struct database_piece){S("_tail"), span_from(database->bytes, end)};
    else
        *ret = (struct database_piece){database->segments[index - 1].name,
                                       database->segments[index - 1].bytes};
    return true;
}
