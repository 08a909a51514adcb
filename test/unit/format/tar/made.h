// Archives made by hand, block by block, so that every oddity can be.
#ifndef PLIMSOLL_TEST_TAR_MADE_H
#define PLIMSOLL_TEST_TAR_MADE_H

#include "format/tar/tar.h"

enum { BLOCK = 512 };

// One header block under construction. `magic` is 8 bytes: the magic and the version.
struct block {
    uint8_t bytes[BLOCK];
};
extern const span magic_ustar;
extern const span magic_gnu;
extern const span magic_v7;

struct block block_of(span magic, char flag, const char *name, uint64_t size);
void block_set(struct block *block, size_t at, span value);
void block_set_octal(struct block *block, size_t at, size_t digits, uint64_t value);
// Computes the checksum and appends the block.
void add_block(struct text *out, struct block block);
// A header, its content and the padding.
void add_member(struct text *out, span magic, char flag, const char *name, span content);
// One record "length key=value\n".
void add_record(struct text *records, const char *key, span value);
void add_padding(struct text *out);
void add_end(struct text *out);

#endif
