// What the kinds of source have in common: a store of blobs behind an image, and the struct that
// holds an open one.
#ifndef PLIMSOLL_SCAN_SOURCE_SOURCE_INNER_H
#define PLIMSOLL_SCAN_SOURCE_SOURCE_INNER_H

#include "scan/source/oci_inner.h"
#include "scan/source/source.h"

// Where blobs come from. What it hands out is not trusted: blob_read checks digests.
struct store {
    void *self;
    // The bytes of a small blob: manifest, configuration.
    bool (*read)(void *self, const struct descriptor *what, struct arena *mem, span *ret,
                 struct err *err);
    bool (*open_layer)(void *self, size_t index, const struct descriptor *what,
                       struct source_layer *ret, struct err *err);
    bool (*finish_layer)(void *self, size_t index, struct err *err); // null: nothing to wait for
    // The index of what refers to a manifest, and the manifest of a tag; null: it cannot know.
    bool (*referrers)(void *self, span digest, struct arena *mem, span *ret, struct err *err);
    bool (*tagged)(void *self, span tag, struct arena *mem, span *ret, struct err *err);
    void (*close)(void *self);
};

struct source {
    const struct source_options *options;
    struct arena *mem;
    struct notes *notes;
    struct image image;
    const struct descriptor *layers; // beside image.layers
    struct store store;
    bool is_document;
    bool is_tree; // image.layers is empty, the store has one layer all the same
};

// The size and the digest that the descriptor names, held against the bytes.
bool blob_check(span bytes, const struct descriptor *what, struct err *err);
// Reads a blob and checks it. ERR_LIMIT beyond limits.document_bytes.
bool blob_read(const struct source *source, const struct descriptor *what, span *ret,
               struct err *err);

// Where an image layout keeps a blob: "blobs/sha256/…".
bool blob_path(span digest, struct arena *mem, span *ret, struct err *err);

// Fills source->image and source->layers from a manifest or an index, following nested indexes to
// the platform that was asked for. `name` is the digest of `document`; `sent_as` is its media type.
bool resolve_document(struct source *source, span document, span name, span sent_as,
                      struct err *err);
// The same from a descriptor, and from several of which the platform decides.
bool resolve_descriptor(struct source *source, struct descriptor at, struct err *err);
bool resolve_index(struct source *source, const struct oci_index *index, struct err *err);
// The same from the index.json of an image layout. `name` is a tag, an image name or a digest;
// empty if there is but one image to choose.
bool resolve_layout(struct source *source, span index, span name, struct err *err);
// Fills source->image from a configuration and its layers, given in image order.
bool resolve_config(struct source *source, span config, const struct descriptor *layers,
                    size_t count, struct err *err);

// The kinds of source. Each fills source->store and resolves the image.
bool open_oci_directory(struct source *source, const char *path, span name, struct err *err);
bool open_registry(struct source *source, span reference, struct err *err);
bool open_tree(struct source *source, const char *path, struct err *err);
bool open_file(struct source *source, const char *path, struct err *err);     // a tree of one file
bool open_document(struct source *source, const char *path, struct err *err); // "-": standard input

enum archive_kind {
    ARCHIVE_ANY, // by its content
    ARCHIVE_DOCKER,
    ARCHIVE_OCI,
};
// A file without a name for what must be kept while it is read.
bool open_spool(const struct source_options *options, int *ret_fd, struct err *err);
// An image archive behind a descriptor, which is taken over. `name` chooses among several images.
bool open_archive(struct source *source, int fd, enum archive_kind kind, span name,
                  struct err *err);
// Asks the engine ("docker" or "podman") for the image. ERR_MISSING: no engine, or no such image.
bool open_engine(struct source *source, span engine, span name, struct err *err);

#endif
