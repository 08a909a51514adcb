// macho: reads the load commands of Apple's programs and libraries (Mach-O: 32 and 64 bits, both
// byte orders, and universal files of several), never the whole file.
#ifndef PLIMSOLL_FORMAT_MACHO_H
#define PLIMSOLL_FORMAT_MACHO_H

#include "base/base.h"

struct macho {
    uint64_t base; // where it begins: offsets count from here
    uint64_t size;
    bool wide; // 64 bits
    bool big_endian;
    span commands; // as they stand in the file
};

enum macho_protection {
    MACHO_READ = 1,
    MACHO_WRITE = 2,
    MACHO_EXECUTE = 4,
};

// A segment, or one of its sections; those follow it.
struct macho_part {
    bool is_section;
    span segment; // names have at most 16 bytes
    span name;    // of a section
    uint64_t address;
    uint64_t memory_size;
    uint64_t offset; // in the whole file
    uint64_t file_size;
    uint32_t protection; // of a segment, at first
    uint32_t most_protection;
};

// Reads the header; of a universal file that of its first program: the others are the same for
// other processors. ERR_INPUT: no Mach-O, or not all of it is there. ERR_LIMIT past
// limits->document_bytes of load commands.
bool macho_open(const struct content *content, const struct limits *limits, struct arena *mem,
                struct macho *ret, struct err *err);

// Starts as {.rest = macho->commands}.
struct macho_walk {
    span rest;
    span sections; // of the last segment
};
// False at the end, and with err->kind set where the commands are damaged.
bool macho_next(const struct macho *macho, struct macho_walk *walk, struct macho_part *ret,
                struct err *err);

#endif
