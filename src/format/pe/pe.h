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

// What the optional header points to, by its number there.
enum pe_directory {
    PE_RESOURCES = 2,
    PE_SIGNATURES = 4, // not loaded: at the end of the file
    PE_MANAGED = 14,   // the header of .NET's runtime (ECMA-335, II.25.3.3)
};

struct pe {
    uint16_t machine;
    bool wide; // PE32+
    uint64_t image_base;
    span sections; // the table as it stands in the file
    size_t section_count;
    span directories; // the same
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
// Where something is when the program runs, less image_base, and its size; false if there is none.
bool pe_find_directory(const struct pe *pe, enum pe_directory directory, uint32_t *ret_address,
                       uint32_t *ret_size);
// Where in the file the bytes are that are loaded at an address (less image_base), and how many of
// its section follow. ERR_INPUT where nothing of the file is loaded.
bool pe_locate(const struct pe *pe, uint32_t address, uint64_t *ret_offset, uint64_t *ret_len,
               struct err *err);

// ---------------------------------------------------------------- version resources

// The texts of a version resource that are read.
enum pe_text {
    PE_PRODUCT_NAME,
    PE_PRODUCT_VERSION,
    PE_FILE_VERSION,
    PE_INTERNAL_NAME,
    PE_ORIGINAL_NAME, // OriginalFilename
    PE_COMPANY_NAME,
    PE_TEXTS,
};

struct pe_version {
    span texts[PE_TEXTS]; // UTF-8, trimmed; empty: not said
    uint16_t product[4];  // ProductVersion as numbers, most significant first
    uint16_t file[4];     // the same of FileVersion
};

// Reads the version resource (Microsoft, "VS_VERSIONINFO"): of several the first, of several
// languages the first that has a text. What it takes of `mem` is a few times the resource, of at
// most limits->document_bytes. ERR_MISSING: there is none. ERR_INPUT: it is not what it should be.
bool pe_read_version(const struct pe *pe, const struct content *content,
                     const struct limits *limits, struct arena *mem, struct pe_version *ret,
                     struct err *err);

#endif
