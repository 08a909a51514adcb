// zip: the directory of a zip archive (PKWARE's APPNOTE.TXT 6.3.10, zip64 included) over bytes that
// can be read at any place. It says what is where; unpacking is stream's business.
#ifndef PLIMSOLL_FORMAT_ZIP_H
#define PLIMSOLL_FORMAT_ZIP_H

#include "base/base.h"

enum {
    ZIP_STORED = 0,
    ZIP_DEFLATED = 8,
};

struct zip_entry {
    span name;       // as it stands: anything, "..", NUL and the names of other entries included
    uint64_t header; // of the local header in the content
    uint64_t packed_size;
    uint64_t size; // as declared: nothing makes it true
    uint32_t crc32;
    uint16_t method; // APPNOTE 4.4.5
    bool encrypted;
    bool streamed; // the sizes stand behind the data, not in the local header
    // Shares bytes with another entry or with the directory. No tool writes that; it is how a small
    // archive claims petabytes.
    bool overlaps;
};

struct zip {
    const struct zip_entry *entries; // in the order of the directory
    size_t count;
    uint64_t declared; // how many there should be, as far as the end record can say
    uint64_t prefix;   // bytes in front of the archive: a script or a program that unpacks it
    // Why the rest of the directory could not be read; ERR_NONE: all of it was.
    struct err damage;
};

// Could this be a zip archive, by its first bytes? Those with a prefix say no.
bool zip_detect(span start);
// Reads the directory. Takes memory of `mem` for at most limits->archive_entries entries, and for
// the directory's bytes where `content` is not in memory. ERR_INPUT: there is no directory, or what
// ends the archive contradicts itself. ERR_UNSUPPORTED: a part of an archive of several volumes.
bool zip_open(const struct content *content, const struct limits *limits, struct arena *mem,
              struct zip *ret, struct err *err);
// Where the packed_size bytes of an entry begin. ERR_INPUT when the local header is not there or
// says something else than the directory; ERR_UNSUPPORTED for an encrypted entry.
bool zip_locate(const struct content *content, const struct zip_entry *entry, struct arena *mem,
                uint64_t *ret_offset, struct err *err);
// The last entry of this name, which is the one that readers take; null if there is none.
const struct zip_entry *zip_find(const struct zip *zip, span name);

#endif
