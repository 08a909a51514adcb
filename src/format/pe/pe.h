// pe: reads the tables of Windows programs and libraries (Microsoft, "PE Format"), never the whole
// file.
#ifndef PLIMSOLL_FORMAT_PE_H
#define PLIMSOLL_FORMAT_PE_H

#include "base/base.h"

// Characteristics of sections.
enum pe_section_flags {
    PE_INITIALISED_DATA = 0x00000040,
    PE_ALIGNMENT = 0x00f00000, // a number, not flags
    PE_READ = 0x40000000,
};
#define PE_WRITE UINT32_C(0x80000000)

struct pe {
    uint16_t machine;
    bool wide; // PE32+
    uint64_t image_base;
    span sections; // the table as it stands in the file
    size_t section_count;
};

struct pe_section {
    span name;        // at most 8 bytes; "/123" stands for a longer one elsewhere
    uint64_t address; // in memory, image_base included
    uint32_t memory_size;
    uint32_t offset; // in the file
    uint32_t file_size;
    uint32_t flags;
};

// Reads the headers. ERR_MISSING: a DOS program or another successor of it. ERR_INPUT: a PE file
// whose headers are not all there. ERR_LIMIT past limits->index_entries sections.
bool pe_open(const struct content *content, const struct limits *limits, struct arena *mem,
             struct pe *ret, struct err *err);
struct pe_section pe_section(const struct pe *pe, size_t index); // index < section_count
// The first of this name; false if there is none.
bool pe_find_section(const struct pe *pe, span name, struct pe_section *ret);

#endif
