// What refers to an image in its registry (image-spec 1.1, "subject"), as far as it may be VEX.
#include "scan/source/source_inner.h"

enum { MOST_REFERRERS = 128 };

struct referring {
    struct source *source;
    uint64_t bytes_left; // that may still be read
    struct list found;   // of struct source_referrer
};

// Media and artifact types of VEX and of what it is wrapped in. There is no register of them.
static bool may_be_vex(span type)
{
    const span words[] = {S("vex"),     S("csaf"), S("cyclonedx"),
                          S("in-toto"), S("dsse"), S("sigstore.bundle")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_contains(type, words[i]))
            return true;
    return false;
}

static bool is_json(span type)
{
    return span_contains(type, S("json"));
}

static bool add_layer(struct referring *referring, const struct descriptor *layer, struct err *err)
{
    struct source *source = referring->source;
    struct err failed = {0};
    struct text name;
    span bytes = {0};
    text_init(&name, source->mem, 512);
    text_add(&name, S("referrer "));
    text_add(&name, layer->digest);
    if (layer->size > referring->bytes_left || referring->found.count == MOST_REFERRERS) {
        notes_add(source->notes, NOTE_LIMIT, layer->digest,
                  "it refers to the image, and so do too many others: it was not read");
        return true;
    }
    referring->bytes_left -= layer->size;
    if (!blob_read(source, layer, &bytes, &failed)) {
        notes_add_err(source->notes, layer->digest, &failed);
        return failed.kind != ERR_MEMORY || err_copy(err, &failed);
    }
    struct source_referrer *found = LIST_ADD(&referring->found, struct source_referrer);
    if (!found || !text_ok(&name))
        return arena_err(source->mem, err, "referrers");
    *found = (struct source_referrer){.name = text_span(&name), .bytes = bytes};
    return true;
}

// Of a manifest whose own type says what it holds any JSON counts.
static bool add_manifest(struct referring *referring, span type, span bytes, struct err *err)
{
    struct source *source = referring->source;
    struct oci_manifest manifest = {0};
    struct err failed = {0};
    if (!oci_manifest_parse(bytes, source->options->limits, source->mem, &manifest, &failed)) {
        notes_add_err(source->notes, S("referrers"), &failed);
        return failed.kind != ERR_MEMORY || err_copy(err, &failed);
    }
    if (type.len == 0)
        type = manifest.artifact_type.len ? manifest.artifact_type : manifest.config.media_type;
    for (size_t i = 0; i < manifest.layer_count; i++) {
        const struct descriptor *layer = &manifest.layers[i];
        bool wanted =
            may_be_vex(layer->media_type) || (may_be_vex(type) && is_json(layer->media_type));
        if (wanted && !add_layer(referring, layer, err))
            return false;
    }
    return true;
}

static bool add_descriptor(struct referring *referring, const struct descriptor *what,
                           struct err *err)
{
    struct source *source = referring->source;
    struct err failed = {0};
    span bytes = {0};
    if (what->artifact_type.len && !may_be_vex(what->artifact_type))
        return true;
    if (!blob_read(source, what, &bytes, &failed)) {
        notes_add_err(source->notes, what->digest, &failed);
        return failed.kind != ERR_MEMORY || err_copy(err, &failed);
    }
    return add_manifest(referring, what->artifact_type, bytes, err);
}

static bool add_index(struct referring *referring, span bytes, struct err *err)
{
    struct source *source = referring->source;
    struct oci_index index = {0};
    if (!oci_index_parse(bytes, source->options->limits, source->mem, &index, err))
        return false;
    for (size_t i = 0; i < index.count && i < MOST_REFERRERS; i++)
        if (!add_descriptor(referring, &index.manifests[i], err))
            return false;
    if (index.count > MOST_REFERRERS)
        notes_add(source->notes, NOTE_LIMIT, S("referrers"), "%zu of them: only %d were read",
                  index.count, MOST_REFERRERS);
    return true;
}

// "sha256-….att", where cosign keeps attestations in registries of before 1.1.
static bool attestation_tag(span digest, struct arena *mem, span *ret, struct err *err)
{
    struct text tag;
    text_init(&tag, mem, 512);
    text_add(&tag, span_cut(&digest, ':'));
    text_add_byte(&tag, '-');
    text_add(&tag, digest);
    text_add(&tag, S(".att"));
    *ret = text_span(&tag);
    return text_ok(&tag) || arena_err(mem, err, "referrers");
}

// Nothing there is no error.
static bool missing(struct err *failed, struct err *err)
{
    return failed->kind == ERR_MISSING || err_copy(err, failed);
}

static bool add_referrers(struct referring *referring, span digest, struct err *err)
{
    const struct source *source = referring->source;
    const struct store *store = &source->store;
    struct err failed = {0};
    span bytes = {0};
    span tag = {0};
    bool found = store->referrers(store->self, digest, source->mem, &bytes, &failed);
    if (found ? !add_index(referring, bytes, err) : !missing(&failed, err))
        return err_add(err, "referrers");
    if (!attestation_tag(digest, source->mem, &tag, err))
        return false;
    found = store->tagged(store->self, tag, source->mem, &bytes, &failed);
    if (found ? !add_manifest(referring, (span){0}, bytes, err) : !missing(&failed, err))
        return err_add(err, "attestations");
    return true;
}

bool source_referrers(struct source *source, struct source_referrers *ret, struct err *err)
{
    const struct image *image = &source->image;
    struct referring referring = {
        .source = source,
        .bytes_left = source->options->limits->feed_bytes,
    };
    list_init(&referring.found, source->mem, sizeof(struct source_referrer), SIZE_MAX);
    if (!source->store.referrers || image->manifest_digest.len == 0)
        notes_add(source->notes, NOTE_INFORMATION, S("referrers"),
                  "not brought from a registry: nothing refers to it");
    else if (!add_referrers(&referring, image->manifest_digest, err) ||
             (image->index_digest.len && !add_referrers(&referring, image->index_digest, err)))
        return false;
    *ret = (struct source_referrers){referring.found.items, referring.found.count};
    return true;
}
