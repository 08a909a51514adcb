// Inside of unpack/: one layer while it is read.
#ifndef PLIMSOLL_SCAN_UNPACK_INNER_H
#define PLIMSOLL_SCAN_UNPACK_INNER_H

#include "crypto/crypto.h"
#include "format/tar/tar.h"
#include "scan/unpack/unpack.h"

// ---------------------------------------------------------------- maps of paths

// From keyed hashes of paths to numbers. Two paths with one hash are taken for one path: whoever
// makes images does not know the key, and chance does it once in 2^64 pairs.
struct path_map {
    struct arena *mem;
    uint64_t *keys; // 0: free
    uint32_t *values;
    size_t cap; // a power of two, or 0
    size_t count;
};

// The value of a path; null if there is none.
uint32_t *path_map_at(const struct path_map *map, uint64_t key);
// The same, and a new one is 0; null without memory.
uint32_t *path_map_add(struct path_map *map, uint64_t key);

// The hash of a path with room for a bit: the lowest is 0.
uint64_t path_key(span path, hash_key key);

// ---------------------------------------------------------------- covers

// Hashes in the form of struct covers, while they are gathered.
struct hash_block {
    uint8_t *bytes;
    size_t len;
    size_t room;
};
struct hash_blocks {
    struct arena *mem;
    struct list blocks; // of struct hash_block
    uint64_t count;
};

void hash_blocks_init(struct hash_blocks *blocks, struct arena *mem);
bool hash_blocks_add(struct hash_blocks *blocks, uint64_t hash);
bool hash_blocks_spans(const struct hash_blocks *blocks, struct spans *ret);

struct covering {
    struct hash_blocks entries;
    struct hash_blocks parents;
    struct text last_parent; // of the entry before: it and those above it are there already
    bool full;
};

struct unpacking;

bool is_at_or_above(span directory, span path);
void covering_init(struct unpacking *u);
// Remembers an entry that is not kept. Past limits->cover_entries a note, once.
bool covering_add(struct unpacking *u, span path, uint64_t key, bool is_directory, struct err *err);
bool covering_finish(struct unpacking *u, struct err *err);

// ---------------------------------------------------------------- digests of files

// The digests of one file after the other, computed behind the reader's back by idle threads.
struct tape;

bool tape_new(struct crew *crew, struct tape **ret, struct err *err); // ERR_UNSUPPORTED: no digests
void tape_free(struct tape *tape);                                    // null is fine
void tape_add(struct tape *tape, span bytes);
void tape_add_zeros(struct tape *tape, uint64_t count);
uint32_t tape_end(struct tape *tape); // the file is whole: its number
void tape_settle(struct tape *tape);  // waits for all of them
// Once settled. Null: there was no memory.
const struct file_digests *tape_digests(const struct tape *tape, uint32_t number);

// ---------------------------------------------------------------- files that are looked into

// Each is put together in a place of its own, shown to the inspector by whatever thread is idle,
// and kept once its result is taken. When results are taken depends on the archive alone, never on
// the threads, so that the same layer gives the same extract.
struct looking;
struct looked; // one such file

struct unpacking;

void looking_free(struct looking *looking); // null is fine
// Contents up to this size are put together in memory, larger ones in the scratch file.
enum { BUFFER_SIZE = 1 << 20 };
// A place for a content of `size` bytes, which come in order; what is left out of it is zeros.
// Takes the result of the file that was there before.
bool looking_place(struct unpacking *u, uint64_t size, struct looked **ret, struct err *err);
bool looking_put(struct looked *looked, uint64_t offset, span bytes, struct err *err);
// The content is complete: hands it over. `kept`: 1 + the number of its entry in extract.files; 0:
// it is kept if something is seen in it.
bool looking_show(struct unpacking *u, struct looked *looked, const struct tar_entry *entry,
                  span path, uint64_t key, uint32_t kept, struct err *err);
// The same for a content that is kept, where it is.
bool looking_show_kept(struct unpacking *u, span content, uint32_t kept, struct err *err);
// Takes all results if one of them may have to do with what is at `path`, above it or below it.
bool looking_settle_near(struct unpacking *u, span path, struct err *err);
bool looking_settle(struct unpacking *u, struct err *err); // all results
// After that: hands memory and notes over to the extract.
void looking_finish(struct unpacking *u);

// ---------------------------------------------------------------- the roster

struct rostering {
    struct tape *tape;           // null: no file so far
    struct path_map directories; // by path: 1 + their number
    struct path_map files;       // the same
    struct list directory_list;  // of struct rostered_directory
    struct list file_list;       // of struct rostered_file
    struct text last;            // the directory asked about before, and the answer
    bool asked;
    bool matches;
    bool full;
};

// ---------------------------------------------------------------- one regular file

enum { START_SIZE = 64 };

// Is the file looked into, and where is its content then?
enum look {
    LOOK_UNDECIDED, // the first bytes are still to come
    LOOK_NO,
    LOOK_CONTENT, // where it is kept
    LOOK_PLACE,   // put together in reading.place
};

// The regular file whose content is coming. What is to become of it is decided by its path and its
// first bytes; each piece then goes to whom it concerns.
struct reading {
    bool active;
    const struct tar_entry *entry;
    span path;
    uint64_t key;
    uint64_t missing;  // bytes still to come from the archive
    uint64_t position; // up to here all bytes are known: what is skipped is a hole
    uint8_t start[START_SIZE];
    uint32_t kept;    // 1 + the number of its entry in extract.files; 0: it is not kept
    uint8_t *content; // all of it, to be kept; null: it is not
    bool is_rostered;
    enum look look;
    struct looked *place; // LOOK_PLACE
};

// ---------------------------------------------------------------- all together

struct unpacking {
    const struct unpack_options *options;
    const struct limits *limits;
    struct arena *mem;   // what the extract keeps
    struct arena *work;  // gone with the layer
    struct arena *names; // one entry at a time
    const struct want_index *wants;
    const struct want_index *roster_wants; // null: none
    struct tar_reader *tar;
    struct extract *extract;
    uint64_t kept;        // bytes of contents and names
    uint64_t holes;       // bytes of holes in sparse files that were looked into
    struct path_map seen; // what is kept so far
    struct covering covering;
    struct rostering rostering;
    struct reading reading;
    struct looking *looking; // null: no file so far
    span hard_link;          // of the hard link at hand, normalised
    bool absolute_noted;
};

// What is kept of a path, in `seen`: 1 + the number of its entry in extract.files, above
// SEEN_BITS, 0: none; and whether something below it is kept.
enum { SEEN_BELOW = 1, SEEN_BITS = 1 };

// Takes the member that the tar reader has come to; u->reading.active: its content is wanted.
bool take_entry(struct unpacking *u, struct err *err);
// Keeps an entry as the last of extract.files; its strings are copied.
bool keep_entry(struct unpacking *u, const struct tar_entry *entry, enum file_type type, span path,
                uint64_t key, struct err *err);
// What is left of an entry that is not kept: that it covers what lies below.
bool leave_entry(struct unpacking *u, const struct tar_entry *entry, enum file_type type, span path,
                 uint64_t key, struct err *err);

// Begins a regular file; is_kept: its entry is, as the last of extract.files.
bool reading_begin(struct unpacking *u, const struct tar_entry *entry, span path, uint64_t key,
                   bool is_kept, bool is_wanted, struct err *err);
bool reading_take(struct unpacking *u, struct err *err); // a piece of its content
void rostering_init(struct unpacking *u);
void rostering_close(struct rostering *rostering);
// Is a file right in this directory to be on the roster? Is the directory itself?
bool rostering_wants(struct unpacking *u, span directory);
bool rostering_add_directory(struct unpacking *u, span path, uint64_t key, struct err *err);
// `digests`: the number of its digests on the tape.
bool rostering_add_file(struct unpacking *u, span path, uint64_t key,
                        const struct roster_file *file, uint32_t digests, struct err *err);
// The file that a hard link names: under the link's own name too.
bool rostering_add_link(struct unpacking *u, span path, uint64_t key, uint64_t target,
                        bool *ret_added, struct err *err);
// Something that is no regular file stands at the path from now on.
void rostering_drop(struct unpacking *u, uint64_t key);
bool rostering_finish(struct unpacking *u, struct err *err);

#endif
