// tar: a tar archive as a sequence of events. Pure: the caller brings the bytes in pieces of any
// size and the decoder never asks for a seek.
//
// Reads ustar and pax (POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header Block"), GNU
// long names, base-256 numbers and all four GNU sparse forms, and V7. Where readers differ it does
// what Go's archive/tar does, because that is what unpacks the layer in an engine: a second opinion
// would be a place to hide. So: links, directories and devices have no data whatever their size
// says, global pax headers change nothing, and GNU long names beat pax paths.
#ifndef PLIMSOLL_FORMAT_TAR_H
#define PLIMSOLL_FORMAT_TAR_H

#include "base/base.h"

enum tar_type {
    TAR_REGULAR,
    TAR_HARDLINK,
    TAR_SYMLINK,
    TAR_CHARACTER,
    TAR_BLOCK,
    TAR_DIRECTORY,
    TAR_FIFO,
    TAR_OTHER, // a vendor's type: its data is skipped over by its size
};

// One member. Spans are raw: not normalised, any bytes but NUL; valid until the next entry.
struct tar_entry {
    span path;
    span link;
    enum tar_type type;
    uint64_t size; // of the file; of a sparse file with its holes
    uint32_t mode; // 07777
    uint32_t uid;
    uint32_t gid;
    uint32_t device_major; // of TAR_CHARACTER and TAR_BLOCK
    uint32_t device_minor;
    int64_t modified; // seconds since 1970 as the header block says; 0 where it says nonsense
    bool sparse;
    bool opaque; // a directory with overlayfs's own mark: trusted.overlay.opaque = y
};

enum tar_event {
    TAR_MORE,  // all input is consumed: bring more, or call tar_finish
    TAR_ENTRY, // `entry` is a new member
    TAR_DATA,  // `data` is content of the current member, for `offset` in the file
    TAR_END,   // the end marker; whatever follows is not part of the archive
};

struct tar_reader;

// The reader lives in `mem`; `scratch` is its own from now on and is reset for every member.
// limits: header_bytes, layer_entries.
bool tar_new(struct arena *mem, struct arena *scratch, const struct limits *limits,
             struct tar_reader **ret, struct err *err);
// Consumes from the front of *input up to the next event. ERR_INPUT where the archive is damaged
// (nothing after that can be trusted), ERR_LIMIT for too large a header or too many members.
bool tar_step(struct tar_reader *tar, span *input, enum tar_event *ret, struct err *err);
// The current member's content is not wanted: no TAR_DATA for it.
void tar_skip(struct tar_reader *tar);
// The input has ended: ERR_INPUT if that is in the middle of a member. A missing end marker is
// fine.
bool tar_finish(const struct tar_reader *tar, struct err *err);

const struct tar_entry *tar_entry(const struct tar_reader *tar);
span tar_data(const struct tar_reader *tar, uint64_t *ret_offset);
// Where the current member's content starts in the archive, and how many bytes it takes there.
uint64_t tar_content_offset(const struct tar_reader *tar);
uint64_t tar_content_size(const struct tar_reader *tar);
uint64_t tar_entry_count(const struct tar_reader *tar);

// ---------------------------------------------------------------- writing

// Appends a header block (and a pax header where something does not fit) for a member whose
// `entry->size` bytes of content, padded by tar_write_padding, the caller appends itself. `sparse`
// is not looked at, and TAR_OTHER is written as a regular file.
void tar_write_header(struct text *out, const struct tar_entry *entry);
void tar_write_padding(struct text *out, uint64_t size);
void tar_write_end(struct text *out);

#endif
