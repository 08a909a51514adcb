// Members of zip archives, for the readers of Java, Python and JavaScript.
#ifndef PLIMSOLL_SCAN_CATALOG_MEMBERS_INNER_H
#define PLIMSOLL_SCAN_CATALOG_MEMBERS_INNER_H

#include "format/zip/zip.h"
#include "scan/catalog/catalog_inner.h"
#include "stream/stream.h"

// Where members are read from, and what that may cost.
struct member_source {
    const struct content *content;
    const struct limits *limits;
    struct arena *mem;    // of what is read
    uint64_t *bytes_left; // still to be unpacked: archives in one file share it
};

// What may be unpacked of all archives in a file of `size` bytes. A small file has small claims: it
// is held to the same ratio as anything that is compressed.
uint64_t member_budget(const struct limits *limits, uint64_t size);
// Notes that an archive cannot be opened: a file of such a name that is none is somebody else's, a
// part of one is damage.
void member_note_failure(const struct content *content, struct arena *scratch, struct notes *notes,
                         span location, const struct err *damage);
// Takes the bytes of a member out of the budget. ERR_LIMIT when they are too many, ERR_INPUT for an
// entry that overlaps another or cannot be what it says, ERR_UNSUPPORTED for methods other than
// stored and deflated.
bool member_afford(struct member_source *archive, const struct zip_entry *entry, struct err *err);
// The bytes of a member that member_afford has let pass, as a stream.
bool member_open(struct member_source *archive, const struct zip_entry *entry, struct stream **ret,
                 struct err *err);
// A member whole, of at most `most` bytes: a view of the archive where it is stored in memory.
bool member_read(struct member_source *archive, const struct zip_entry *entry, uint64_t most,
                 span *ret, struct err *err);

// Reads each member that is wanted as if it were a file of the image: `read` sees its content in
// inspection->text, its name in inspection->member, and a scratch memory of its own. Members and
// archives that cannot be read become notes.
bool members_each(struct inspection *inspection, bool (*is_wanted)(span name), inspect_file *read,
                  struct err *err);

#endif
