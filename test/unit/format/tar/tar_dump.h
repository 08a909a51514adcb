// What a tar archive says, as text, so that two readings can be compared as a whole.
#ifndef PLIMSOLL_TEST_TAR_DUMP_H
#define PLIMSOLL_TEST_TAR_DUMP_H

#include "format/tar/tar.h"

// A digest of a file's content that depends neither on the pieces in which it comes nor on whether
// zeros are stored or a hole.
uint64_t content_digest(uint64_t digest, uint64_t offset, span data);

// Reads `archive` in pieces of `piece` bytes and writes a line for each member: type, path, link,
// size, mode, owner, device, digest of the content. The last line is "end" or the error.
void tar_dump(span archive, size_t piece, const struct limits *limits, struct text *out);

#endif
