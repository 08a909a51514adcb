// elf: reads the tables of ELF files (System V ABI, "Object Files"; 32 and 64 bits, both byte
// orders) and the parts that are asked for, never the whole file: an executable may have hundreds
// of megabytes. Nothing is decompressed here.
#ifndef PLIMSOLL_FORMAT_ELF_H
#define PLIMSOLL_FORMAT_ELF_H

#include "base/base.h"

// e_type
enum {
    ELF_RELOCATABLE = 1, // .o and kernel modules
    ELF_EXECUTABLE = 2,
    ELF_DYNAMIC = 3, // shared libraries and position-independent executables
};

// p_type and p_flags
enum {
    ELF_SEGMENT_LOAD = 1,
    ELF_SEGMENT_DYNAMIC = 2,
    ELF_SEGMENT_INTERPRETER = 3,
    ELF_SEGMENT_NOTE = 4,
    ELF_SEGMENT_EXECUTE = 1,
    ELF_SEGMENT_WRITE = 2,
};

// sh_type and sh_flags
enum {
    ELF_SECTION_SYMBOLS = 2,
    ELF_SECTION_NOTE = 7,
    ELF_SECTION_NOBITS = 8, // takes no room in the file
    ELF_SECTION_DYNAMIC_SYMBOLS = 11,
    ELF_SECTION_COMPRESSED = 0x800,
};

struct elf {
    const struct content *content;
    const struct limits *limits;
    struct arena *mem; // for what is read
    span start;        // the first bytes of the file, where most of what is asked for lies
    uint16_t type;
    uint16_t machine;
    bool wide;       // 64 bits
    bool big_endian; // most significant byte first
    // Where the tables are; the file's word.
    uint64_t segment_offset;
    uint64_t section_offset;
    uint16_t segment_size; // of one header
    uint16_t section_size;
    uint16_t segment_number; // 0xffff: see elf_read_segments
    uint16_t section_number;
    uint16_t names_index; // the section that holds the names of sections
    // The tables as they stand in the file: filled by the functions below.
    span segments;
    size_t segment_count;
    span sections;
    size_t section_count;
    span names; // of the sections
};

struct elf_segment {
    uint32_t type;
    uint32_t flags;
    uint64_t offset; // in the file
    uint64_t file_size;
    uint64_t address; // in memory
    uint64_t memory_size;
    uint64_t alignment;
};

struct elf_section {
    uint32_t name; // offset in elf->names
    uint32_t type;
    uint64_t flags;
    uint64_t address;
    uint64_t offset; // in the file
    uint64_t size;
    uint32_t link;
    uint32_t info;
    uint64_t alignment;
};

// Reads the file's header. `content` and `limits` outlive *ret. ERR_INPUT: no ELF file, or shorter
// than its header.
bool elf_open(const struct content *content, const struct limits *limits, struct arena *mem,
              struct elf *ret, struct err *err);

// ---------------------------------------------------------------- tables

// Read the tables; a file need not have them. After an error, ERR_INPUT where a table does not lie
// in the file or covers another, ERR_LIMIT past limits->index_entries headers, there are none.
bool elf_read_segments(struct elf *elf, struct err *err);
bool elf_read_sections(struct elf *elf, struct err *err);

// index < segment_count, section_count
struct elf_segment elf_segment(const struct elf *elf, size_t index);
struct elf_section elf_section(const struct elf *elf, size_t index);
// The first of this name; false if there is none.
bool elf_find_section(const struct elf *elf, span name, struct elf_section *ret);

// ---------------------------------------------------------------- contents

// The bytes of a section as they stand in the file. ERR_INPUT when they are not in the file or are
// those of the header, a table or another section too; ERR_LIMIT past limits->document_bytes.
bool elf_section_bytes(const struct elf *elf, const struct elf_section *section, span *ret,
                       struct err *err);
// Where in the file the bytes are that are loaded at an address, and how many of its segment
// follow. ERR_MISSING where nothing is loaded.
bool elf_locate(const struct elf *elf, uint64_t address, uint64_t *ret_offset, uint64_t *ret_len,
                struct err *err);

// The address of a symbol, of those for dynamic linking or else of all; ERR_MISSING if there is
// none or it has no address, other errors as above.
bool elf_find_symbol(const struct elf *elf, span name, uint64_t *ret, struct err *err);

// What stands before the data of a section with ELF_SECTION_COMPRESSED (Elf64_Chdr).
enum elf_compression {
    ELF_COMPRESSION_ZLIB = 1,
    ELF_COMPRESSION_ZSTD = 2,
};
struct elf_compressed {
    enum elf_compression type;
    uint64_t size; // uncompressed, as the file says
    span data;
};
// Cuts the header off the section's bytes. ERR_UNSUPPORTED for another compression.
bool elf_compressed(const struct elf *elf, span bytes, struct elf_compressed *ret, struct err *err);

// ---------------------------------------------------------------- notes

struct elf_note {
    span name; // without the NUL at its end
    uint32_t type;
    span value;
};

// All notes: of the segments, or without any segments of the sections. Starts as {0}.
struct elf_notes {
    size_t next; // segment or section
    span rest;   // of the one before that
    uint64_t alignment;
    uint64_t bytes; // of all so far
};
// False at the end, and with *err set (err->kind) where notes are damaged, or all together longer
// than limits->document_bytes; the next call goes on with the next segment.
bool elf_next_note(const struct elf *elf, struct elf_notes *notes, struct elf_note *ret,
                   struct err *err);

// ---------------------------------------------------------------- dynamic linking

// PT_INTERP: the program that loads this one; empty if there is none.
bool elf_interpreter(const struct elf *elf, span *ret, struct err *err);

// Calls take_name(self, name) for each DT_NEEDED in its order; names are found by address, as the
// program loader does, so that no section is needed. ERR_INPUT when one is not there, ERR_LIMIT
// past limits->index_entries; whatever `take_name` fails with.
bool elf_needed(const struct elf *elf, bool (*take_name)(void *self, span name, struct err *err),
                void *self, struct err *err);

#endif
