// Inside of format/elf: numbers and bytes of a file.
#ifndef PLIMSOLL_FORMAT_ELF_INNER_H
#define PLIMSOLL_FORMAT_ELF_INNER_H

#include "format/elf/elf.h"

// Numbers in the file's byte order; elf_read_word has the width of an address.
uint16_t elf_read_u16(const struct elf *elf, reader *r);
uint32_t elf_read_u32(const struct elf *elf, reader *r);
uint64_t elf_read_u64(const struct elf *elf, reader *r);
uint64_t elf_read_word(const struct elf *elf, reader *r);

uint64_t elf_header_bytes(const struct elf *elf); // of the file's header
// Have two parts of the file a byte in common?
bool elf_overlap(uint64_t a, uint64_t a_len, uint64_t b, uint64_t b_len);

// A part of the file. ERR_INPUT, saying `what`, when it is not there; ERR_LIMIT past
// limits->document_bytes.
bool elf_read_part(const struct elf *elf, uint64_t offset, uint64_t len, const char *what,
                   span *ret, struct err *err);

#endif
