// Inside of format/tar: the pieces of the decoder.
#ifndef PLIMSOLL_FORMAT_TAR_INNER_H
#define PLIMSOLL_FORMAT_TAR_INNER_H

#include "format/tar/tar.h"

enum { BLOCK_SIZE = 512 };

// A run of bytes that a sparse file really has.
struct sparse_run {
    uint64_t offset;
    uint64_t length;
};

// What extension headers say of the member that follows them.
struct tar_extension {
    span gnu_path;
    span gnu_link;
    span path;
    span link;
    bool has_size;
    bool has_uid;
    bool has_gid;
    bool opaque;
    uint64_t size;
    uint32_t uid;
    uint32_t gid;
    span sparse_name; // the records GNU.sparse.* as they stand: they count only together
    span sparse_major;
    span sparse_minor;
    span sparse_size;
    span sparse_real_size;
    struct list sparse_runs; // of struct sparse_run
};

// How a member's pax headers say that it is sparse.
enum sparse_form {
    SPARSE_NONE,
    SPARSE_MAP, // 0.0 and 0.1: the map is in the headers
    SPARSE_1_0, // the map stands in front of the content
};

// One header block, fields as they stand.
struct tar_header {
    uint8_t type_flag;
    bool gnu; // old GNU magic: no prefix, perhaps sparse fields
    span path;
    span link;
    uint64_t size;
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    uint32_t device_major;
    uint32_t device_minor;
    int64_t modified;
};

// Checks the checksum and reads the fields; a joined path lives in `mem`.
bool header_read(span block, struct arena *mem, struct tar_header *ret, struct err *err);
bool header_number(span field, uint64_t *ret);

// Adds the records of a pax header (pax, "pax Extended Header") to `ext`.
bool pax_read(span records, struct tar_extension *ext, struct err *err);

// Which of GNU's pax forms do the headers make up? Versions that nobody knows are no form.
enum sparse_form pax_sparse_form(const struct tar_extension *ext);
// The size with all holes that they give; `stored` where they give none.
bool pax_sparse_size(const struct tar_extension *ext, uint64_t stored, uint64_t *ret,
                     struct err *err);

// Reads `count` old GNU sparse descriptors of 24 bytes each; an empty one ends them.
bool sparse_read_gnu(span descriptors, size_t count, struct list *runs, struct err *err);
// A pax 1.0 map: decimal numbers, a line each: how many runs, then offset and length of each. It
// stands in front of the content, so its end is only known by counting its lines.
bool sparse_count_1_0(span text, uint64_t *ret_lines, struct err *err);
bool sparse_read_1_0(span text, struct list *runs, struct err *err);
// Runs must be in order, disjoint and inside the file.
bool sparse_check(const struct list *runs, uint64_t size, uint64_t stored, struct err *err);

#endif
