// Image archives: a tar whose members are found by name and read where they lie.
#ifndef PLIMSOLL_SCAN_SOURCE_ARCHIVE_INNER_H
#define PLIMSOLL_SCAN_SOURCE_ARCHIVE_INNER_H

#include "base/base.h"
#include "format/tar/tar.h"
#include "scan/source/source_inner.h"

// Bytes that can be read anywhere; *ret_len is 0 only at the end.
struct bytes_at {
    void *self;
    bool (*read)(void *self, uint64_t offset, void *buffer, size_t len, size_t *ret_len,
                 struct err *err);
};

struct member {
    span path; // normalised
    span link;
    enum tar_type type;
    bool sparse;
    uint64_t offset; // of the content in the archive
    uint64_t size;
};

struct archive_index {
    struct list members; // of struct member, in archive order
};

// Reads the headers only, jumping over contents. limits: index_entries, header_bytes, path_bytes.
bool archive_index_read(const struct bytes_at *bytes, const struct limits *limits,
                        struct arena *mem, struct archive_index *ret, struct err *err);
// The regular file at `path`, links inside the archive followed; of several the last. ERR_MISSING.
bool archive_index_find(const struct archive_index *index, span path, const struct limits *limits,
                        struct arena *mem, const struct member **ret, struct err *err);

struct archive {
    int fd;
    const struct limits *limits;
    struct arena *mem;
    struct archive_index index;
};

// The content of a small member. ERR_LIMIT beyond limits.document_bytes.
bool archive_read_member(const struct archive *archive, span path, struct arena *mem, span *ret,
                         struct err *err);
// Resolves what `docker save` writes (manifest.json). `name` chooses among several images.
bool resolve_docker_archive(struct source *source, const struct archive *archive, span name,
                            struct err *err);

#endif
