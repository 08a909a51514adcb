// The documents of the OCI image specification and their Docker schema 2 forebears, as values:
// index, manifest, configuration. Parsing checks what the specification's schemas check.
#ifndef PLIMSOLL_SCAN_SOURCE_OCI_INNER_H
#define PLIMSOLL_SCAN_SOURCE_OCI_INNER_H

#include "base/base.h"
#include "model/model.h"

enum media {
    MEDIA_INDEX,
    MEDIA_MANIFEST,
    MEDIA_SCHEMA1, // Docker's first manifest format: no digests of what it describes
    MEDIA_CONFIG,
    MEDIA_LAYER,
    MEDIA_ENCRYPTED_LAYER,
    MEDIA_OTHER,
};
enum media media_of(span media_type);

// image-spec descriptor.md.
struct descriptor {
    span media_type;
    span digest; // "algorithm:encoded", its grammar checked
    uint64_t size;
    struct platform platform; // empty where the descriptor names none
    span ref_name;            // annotation org.opencontainers.image.ref.name
    span image_name;          // annotation io.containerd.image.name
    span member;              // its place in a docker archive, which has no descriptors
    span artifact_type;       // of what it describes; empty where it does not say
    bool attestation;         // a statement about an image, not an image
    bool foreign;             // to be fetched from elsewhere (urls)
};

struct oci_index {
    const struct descriptor *manifests;
    size_t count;
};

struct oci_manifest {
    struct descriptor config;
    span artifact_type; // what it is, if it is no image
    const struct descriptor *layers;
    size_t layer_count;
    span base_name; // annotation org.opencontainers.image.base.name
};

struct oci_config {
    struct platform platform;
    span created;
    const span *diff_ids;
    size_t diff_id_count;
    const span *created_by; // of the history lines that made a layer
    size_t created_by_count;
    const struct image_label *labels;
    size_t label_count;
    size_t base_layers; // as far as the history shows where another image ended
};

// What a document is: its own mediaType, else what the sender called it, else its fields.
// ERR_INPUT if it is no JSON object.
bool oci_media(span document, span sent_as, const struct limits *limits, enum media *ret,
               struct err *err);
bool oci_index_parse(span document, const struct limits *limits, struct arena *mem,
                     struct oci_index *ret, struct err *err);
bool oci_manifest_parse(span document, const struct limits *limits, struct arena *mem,
                        struct oci_manifest *ret, struct err *err);
// Fields that no scan needs but that break the schema are noted, not refused.
bool oci_config_parse(span document, const struct limits *limits, struct arena *mem,
                      struct notes *notes, struct oci_config *ret, struct err *err);
// The oci-layout file: ERR_UNSUPPORTED for a version other than 1.0.0.
bool oci_layout_parse(span document, const struct limits *limits, struct err *err);

// "algorithm:encoded" as descriptor.md has it, registered algorithms with the right length.
bool oci_digest_valid(span digest);

#endif
