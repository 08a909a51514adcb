// model: the files of layers and images, and what is kept of them.
#ifndef PLIMSOLL_MODEL_FILES_PART_H
#define PLIMSOLL_MODEL_FILES_PART_H

#include "model/notes_part.h"

// ---------------------------------------------------------------- wants, files, extracts, trees

// What the stages behind unpack ask to be kept of an image: patterns over paths that are relative
// to the root, without a leading slash. '*' stands for any run of bytes within one component, a
// component "**" for any number of components, none included.
struct wants {
    const span *patterns;
    size_t count;
};

// `path` is normalised. Neither allocates; the time is at most the length of the path times that
// of the patterns.
bool wants_match(const struct wants *wants, span path);
// Could something at or below `path` be wanted? What hides or replaces such a path matters too.
// What lies below a path that matches is not covered, unless a "**" reaches it.
bool wants_may_cover(const struct wants *wants, span path);

// Patterns made ready for many questions: most end in a name or in "*.suffix", and only those that
// could match are looked at. One question takes tens of nanoseconds, however many patterns there
// are of these two kinds. Constant, so any number of threads may ask.
struct want_index;
#define WANT_NONE SIZE_MAX
// The index lives in `mem`, the patterns stay where they are. ERR_LIMIT when `mem` is full.
bool want_index_new(const struct wants *wants, struct arena *mem, const struct want_index **ret,
                    struct err *err);
// The number of the first pattern that matches, as wants_match says; WANT_NONE if there is none.
size_t want_index_match(const struct want_index *index, span path);

enum file_type {
    FILE_REGULAR,
    FILE_DIRECTORY,
    FILE_SYMLINK,
    FILE_HARDLINK, // `link` is the other name, in the same layer
    FILE_DEVICE,
    FILE_FIFO,
    FILE_WHITEOUT, // removes `path` of the layers below (OCI image-spec, layer.md, "Whiteouts")
    FILE_OPAQUE,   // removes everything below `path` of the layers below, not `path` itself
};

struct insight;

struct file {
    span path; // normalised: relative, no empty, "." or ".." component
    span link; // target of a link, as it stands in the layer (not normalised for symbolic links)
    span content;
    uint64_t size; // of the file, even where the content was not kept
    uint32_t mode; // permission bits with set-id bits
    uint32_t uid;
    uint32_t gid;
    enum file_type type;
    bool has_content; // a wanted regular file was read whole: content.len is `size`
    // Index of the layer that brought it, set by the merge. Layers above that bring the same again,
    // with another owner for instance, have not.
    uint32_t layer;
    const struct insight *insight; // what an inspector saw in it; null: nothing
};

// A regular file in one of the directories that stages asked to know all files of: what it takes
// to say whether it is what a package's record claims, and no more, for there are very many.
struct roster_file {
    span name;              // the last component
    const uint8_t *digests; // ROSTER_DIGESTS bytes: MD5, SHA-1, SHA-256; null: unknown
    uint64_t size;
    uint32_t mode;
    // Indexes of layers, set by the merge: that brought this content, and that gave it this mode.
    // Layers above that only repeat them, as `chown -R` does, have not.
    uint32_t layer;
    uint32_t mode_layer;
    bool is_program; // ELF, or starts with "#!"
};

enum {
    ROSTER_MD5 = 16,
    ROSTER_SHA1 = 20,
    ROSTER_SHA256 = 32,
    ROSTER_DIGESTS = ROSTER_MD5 + ROSTER_SHA1 + ROSTER_SHA256,
};
// The digests one by one; empty where they are unknown.
span roster_md5(const struct roster_file *file);
span roster_sha1(const struct roster_file *file);
span roster_sha256(const struct roster_file *file);

struct roster_directory {
    span path;                       // normalised; the root is empty
    const struct roster_file *files; // sorted by name, one a name
    size_t count;
};

// A path of which a layer took away all that lower layers had put there or below.
struct removal {
    span path;
    uint32_t layer; // the last that did
};

// Directories without files stand in it too: they hide files of their name in lower layers.
struct roster {
    const struct roster_directory *directories; // sorted by path, one a path
    size_t count;
    const struct removal *removals; // the same; made by the merge
    size_t removal_count;
};

// The file at exactly this normalised path, no link followed; null if there is none.
const struct roster_file *roster_at(const struct roster *roster, span path);
// The layer that took away what a lower one had at `path`, where nothing is now; false if none did.
bool roster_removed_by(const struct roster *roster, span path, uint32_t *ret_layer);
// The file of this name in one directory; null if there is none.
const struct roster_file *roster_file_at(const struct roster_directory *directory, span name);

// What a layer holds besides the files that are kept of it, as far as it takes to know what of the
// layers below it hides or replaces: hashes of paths as they stand in the layer, under a key that
// is kept secret from whoever makes images.
struct covers {
    hash_key key;
    struct spans entries; // blocks of u64le: the hash of each entry; lowest bit: a directory
    struct spans parents; // the same of each directory above one, each at least once
};

// What unpack keeps of one layer. Also what a directory or the host looks like to later stages.
struct extract {
    // Of struct file, in the order of the archive: the wanted files, those that an inspector saw
    // something in, all symbolic links, hard links to kept files, and all whiteouts. What is there
    // for an inspector's sake may come a little later, but before whatever replaces it.
    struct list files;
    struct roster roster;
    struct covers covers;
    span diff_id; // "sha256:…" of the uncompressed tar, computed
    span digest;  // "sha256:…" of the blob as stored, computed; empty if it was not read
    uint64_t stored_bytes;
    uint64_t unpacked_bytes;
    uint64_t entries;
    struct notes notes;
};

// The extract as bytes (doc/formats/extract.md) and back; for the layer cache and for the pipe out
// of the worker. Reading checks every field and trusts none; the extract's texts, contents
// and digests are views of `bytes`, which must live as long, and the rest of it is in `mem`: there
// is much of it, and a copy would take longer than reading. ERR_INPUT for bytes that no
// extract_write has made, ERR_LIMIT past kept_entries, kept_bytes, notes or the arena's budget.
void extract_write(const struct extract *extract, struct text *out);
bool extract_read(span bytes, const struct limits *limits, struct arena *mem, struct extract *ret,
                  struct err *err);

// The files of an image after the layers are merged, as far as a stage asked for them. Sorted by
// path, one file a path, no whiteouts.
struct tree {
    struct file *files;
    size_t count;
};

// The file at `path` (in any form) with every symbolic link on the way and at the end resolved
// inside the root, and hard links followed; null if there is none. A directory need not be in the
// tree to be walked through. `ret_real`, if not null, gets the path reached, also when nothing is
// there: the caller can ask for that in a second pass. It is empty where the way leads nowhere:
// through more than limits->depth links, a file that is no directory, a path longer than
// limits->path_bytes, or when the arena is full.
const struct file *tree_find(const struct tree *tree, span path, const struct limits *limits,
                             struct arena *mem, span *ret_real);
// What many such questions in a row remember of each other, zeroed before the first: paths that
// come in order mostly lie beside the one before. The same tree, limits and arena belong to all of
// them.
struct tree_way {
    span plain; // a directory that no link led to
};
// tree_find for one of many paths.
const struct file *tree_find_next(const struct tree *tree, span path, const struct limits *limits,
                                  struct arena *mem, struct tree_way *way, span *ret_real);
// Does the way to one of many paths lead nowhere, for one of the reasons of tree_find but a full
// arena?
bool tree_leads_nowhere(const struct tree *tree, span path, const struct limits *limits,
                        struct arena *mem, struct tree_way *way);
// The file at exactly this path, no link followed.
const struct file *tree_at(const struct tree *tree, span path);
// All regular files with content that match the pattern, in path order; hard links to such files
// too, as views with their own path and layer. Links in the pattern's leading components without a
// '*' are followed (a pattern without any '*' is a path for tree_find), others are not. False when
// the arena is full.
bool tree_match(const struct tree *tree, span pattern, struct arena *mem,
                const struct file ***ret_files, size_t *ret_count);

// Joins `link`, found in the directory of `path`, to a normalised path inside the root: absolute
// targets start at the root, ".." stops there. By names alone: links on the way are tree_find's
// business. False when a part or the whole is longer than limits->path_bytes or the arena is full.
bool path_resolve(span path, span link, const struct limits *limits, struct arena *mem, span *ret);
// Removes leading "/" and "./", empty and "." components; ".." climbs but never out of the root,
// which *ret_escapes reports. The root itself is the empty path. *ret is a copy in `mem`. False
// when `path` is longer than limits->path_bytes or the arena is full.
bool path_normalise(span path, const struct limits *limits, struct arena *mem, span *ret,
                    bool *ret_escapes);
bool path_is_normal(span path); // already as path_normalise would leave it
span path_parent(span path);    // empty at the top
span path_name(span path);      // the last component

#endif
