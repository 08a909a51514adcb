// source: finds the image that a target names, checks the digests of its manifest and
// configuration, chooses the platform, and hands out each layer as a stream of bytes. It runs in
// the parent process: it has files and the network, and never looks inside a layer.
#ifndef PLIMSOLL_SCAN_SOURCE_H
#define PLIMSOLL_SCAN_SOURCE_H

#include "base/base.h"
#include "model/model.h"
#include "net/net.h"

// Which files of a tree are brought: all else in it is passed over.
struct file_filter {
    const void *self;
    // Could a file of this name, size and mode be wanted, whatever is in it? Asked for every file:
    // to open one takes longer than all else.
    bool (*considers)(const void *self, span path, uint64_t size, uint32_t mode);
    // Is it wanted? `start` is its first 64 bytes, or all there are.
    bool (*wants)(const void *self, span path, uint64_t size, span start);
};

// A manifest, an index or a configuration that need not be fetched any more. It is held against its
// digest like any other.
struct source_document {
    span digest;     // "sha256:…"
    span media_type; // as it was sent with; may be empty
    span bytes;
};
struct source_documents {
    const struct source_document *items;
    size_t count;
};

struct source_options {
    struct platform platform; // empty fields: linux, this machine's architecture
    const struct limits *limits;
    struct file_filter filter;     // of dir:, file: and host; layers are not filtered here
    const char *spool_directory;   // for archives that cannot be read in place; null: none
    const char *docker_host;       // DOCKER_HOST; null: /var/run/docker.sock
    const char *container_host;    // CONTAINER_HOST; null: podman's usual sockets
    const char *runtime_directory; // XDG_RUNTIME_DIR, where podman keeps its socket
    struct net_options net;
    struct source_documents known; // of what is in registries
};

// Where the bytes of one layer, as stored, can be read. The caller closes `fd`.
struct source_layer {
    int fd;
    uint64_t offset; // into a seekable file; 0 for a pipe
    uint64_t length; // as the manifest says; a pipe may end before it
    bool seekable;   // read with os_read_at; `fd` may share its position with others
};

struct source;

// Opens a target (DESIGN section 5). Doubts that do not end the scan go to `notes`. Everything
// behind *ret lives in `mem` but for handles, which source_close releases. ERR_USAGE: the target
// means nothing or more than one thing; ERR_MISSING: it is not there, or not for that platform;
// ERR_UNTRUSTED: a digest does not hold; ERR_UNSUPPORTED: a kind that is not read.
bool source_open(span target, const struct source_options *options, struct arena *mem,
                 struct notes *notes, struct source **ret, struct err *err);
// For CLEANUP; null inside is fine. Waits for downloads: whoever reads their pipes must have gone.
void source_close(struct source **source);

const struct image *source_image(const struct source *source);

// Opens layer `index`, lowest first. A pipe is filled by a thread of its own; the reader checks the
// digest. ERR_UNSUPPORTED for what is no plain layer (encrypted, unknown media type).
bool source_layer_open(struct source *source, size_t index, struct source_layer *ret,
                       struct err *err);
// To be called for every opened layer once `fd` is closed: waits for the thread and tells whether
// all bytes were delivered.
bool source_layer_finish(struct source *source, size_t index, struct err *err);

// Documents that were pushed beside the image and name it as their subject: attestations, VEX,
// bills of materials. Nothing holds them to a signature.
struct source_referrer {
    span name; // "referrer sha256:…"
    span bytes;
};
struct source_referrers {
    const struct source_referrer *items;
    size_t count;
};
// Those that may be VEX by their media types; none of what was not brought from a registry. What
// cannot be read becomes a note. ERR_IO and the like: the registry failed.
bool source_referrers(struct source *source, struct source_referrers *ret, struct err *err);

// Is it a bill of materials, whose bytes are its one layer? It says itself what image it is of.
bool source_is_document(const struct source *source);
// Is it a tree of files (dir:, file:, host)? Only of these are files chosen by the filter.
bool source_is_tree(const struct source *source);
// How many layers there are to open: those of the image; a tree of files is
// one, a tar archive without digests that is made on the way. What of a tree could not be read
// becomes a note when its layer is finished.
size_t source_layer_count(const struct source *source);

#endif
