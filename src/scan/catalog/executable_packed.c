// Programs that UPX packed. They unpack themselves when they run; here they are a stub and bytes
// that mean nothing.
#include "scan/catalog/executable_inner.h"

enum {
    LOOKED_AT = 4096, // bytes at each end: the header is behind those of the program, or at its end
    HEADER_BYTES = 32, // since version 10 of the header, of 1998; its last byte is a checksum
    OLDEST_VERSION = 10,
    NO_VERSION = 0xff,
    MODULUS = 251,
};

// The word "UPX!" also stands in UPX itself and in whoever looks for it: the checksum decides.
static bool is_header(span header)
{
    unsigned sum = 0;
    if (header.len < HEADER_BYTES || !span_starts_with(header, S("UPX!")))
        return false;
    for (size_t i = 4; i < HEADER_BYTES - 1; i++)
        sum += header.ptr[i];
    uint8_t version = header.ptr[4];
    return version >= OLDEST_VERSION && version != NO_VERSION && header.ptr[5] != 0 &&
           header.ptr[HEADER_BYTES - 1] == sum % MODULUS;
}

static bool has_header(span bytes)
{
    span rest = bytes;
    for (size_t at = span_find(rest, 'U'); at != SPAN_NONE; at = span_find(rest, 'U')) {
        rest = span_from(rest, at);
        if (is_header(rest))
            return true;
        rest = span_from(rest, 1);
    }
    return false;
}

void executable_note_packed(struct inspection *inspection)
{
    uint64_t size = inspection->content->size;
    uint64_t len = size < LOOKED_AT ? size : LOOKED_AT;
    span head = {0};
    span tail = {0};
    struct err damage = {0};
    if (!executable_bytes(inspection, 0, len, &head, &damage) ||
        !executable_bytes(inspection, size - len, len, &tail, &damage))
        inspection_damaged(inspection, &damage);
    else if (has_header(head) || has_header(tail))
        notes_add(inspection->notes, NOTE_UNSUPPORTED, inspection->path,
                  "is packed by UPX: what is in it cannot be seen");
}
