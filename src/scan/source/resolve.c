// From an index or a manifest to an image: every step is held against the digest that named it.
#include "scan/source/source_inner.h"

#include "crypto/crypto.h"
#include "scan/source/platform_inner.h"

bool blob_check(span bytes, const struct descriptor *what, struct err *err)
{
    digest expected = {0};
    if (!digest_parse(what->digest, &expected, err))
        return false;
    if (bytes.len != what->size)
        return err_set(err, ERR_UNTRUSTED, "%s: %zu bytes, its descriptor says %llu",
                       quote(what->digest).text, bytes.len, (unsigned long long)what->size);
    return digest_check(bytes, expected, err);
}

bool blob_read(const struct source *source, const struct descriptor *what, span *ret,
               struct err *err)
{
    span bytes = {0};
    digest readable = {0};
    if (!digest_parse(what->digest, &readable, err))
        return false;
    if (what->size > source->options->limits->document_bytes)
        return err_set(err, ERR_LIMIT, "%s: %llu bytes are too many for a document",
                       quote(what->digest).text, (unsigned long long)what->size);
    if (!source->store.read(source->store.self, what, source->mem, &bytes, err) ||
        !blob_check(bytes, what, err))
        return false;
    *ret = bytes;
    return true;
}

// ---------------------------------------------------------------- configuration

static span nth(const span *items, size_t count, size_t index)
{
    return index < count ? items[index] : (span){0};
}

static void note_counts(struct source *source, const struct oci_config *config, size_t layers)
{
    if (config->diff_id_count != layers)
        notes_add(source->notes, NOTE_DAMAGED, S("image configuration"),
                  "%zu diff_ids for %zu layers: the contents cannot be held against them",
                  config->diff_id_count, layers);
}

// An image for another platform than this machine's is only worth a word, unless the user has named
// a platform.
static bool check_platform(struct source *source, struct platform have, struct err *err)
{
    struct platform want = platform_complete(source->options->platform);
    bool named = source->options->platform.architecture.len > 0;
    bool runs = platform_rank(want, platform_normalise(have)) > 0;
    span wanted = {0};
    span there = {0};
    if (runs && span_equal(want.architecture, platform_normalise(have).architecture))
        return true;
    if (!platform_text(want, source->mem, &wanted) || !platform_text(have, source->mem, &there))
        return arena_err(source->mem, err, "platform");
    if (named && !runs)
        return err_set(err, ERR_MISSING, "the image is for %s, not for %s", quote(there).text,
                       quote(wanted).text);
    notes_add(source->notes, NOTE_INFORMATION, S("platform"), "the image is for %s, not for %s",
              quote(there).text, quote(wanted).text);
    return true;
}

bool resolve_config(struct source *source, span document, const struct descriptor *layers,
                    size_t count, struct err *err)
{
    struct oci_config config = {0};
    if (!oci_config_parse(document, source->options->limits, source->mem, source->notes, &config,
                          err))
        return false;
    struct layer *out = arena_array(source->mem, count, sizeof *out);
    if (!out)
        return arena_err(source->mem, err, "layers");
    bool paired = config.diff_id_count == count;
    for (size_t i = 0; i < count; i++)
        out[i] = (struct layer){
            .diff_id = paired ? config.diff_ids[i] : (span){0},
            .digest = layers[i].digest,
            .created_by = nth(config.created_by, config.created_by_count, i),
            .base = i < config.base_layers ? BASE_BY_HISTORY : (span){0},
            .stored_bytes = layers[i].size,
        };
    if (!check_platform(source, config.platform, err))
        return false;
    note_counts(source, &config, count);
    source->image.platform = config.platform;
    source->image.created = config.created;
    source->image.layers = out;
    source->image.layer_count = count;
    source->image.labels = config.labels;
    source->image.label_count = config.label_count;
    source->layers = layers;
    return true;
}

// The manifest may say what its builder called the base.
static void name_base(struct source *source, span name)
{
    for (size_t i = 0; name.len && i < source->image.layer_count; i++)
        if (source->image.layers[i].base.len)
            source->image.layers[i].base = name;
}

static bool resolve_manifest(struct source *source, span document, struct err *err)
{
    struct oci_manifest manifest = {0};
    span config = {0};
    if (!oci_manifest_parse(document, source->options->limits, source->mem, &manifest, err))
        return false;
    if (media_of(manifest.config.media_type) != MEDIA_CONFIG)
        return err_set(err, ERR_UNSUPPORTED, "not a container image: its configuration is '%s'",
                       quote(manifest.config.media_type).text);
    if (!blob_read(source, &manifest.config, &config, err))
        return err_add(err, "image configuration");
    source->image.image_id = manifest.config.digest;
    if (!resolve_config(source, config, manifest.layers, manifest.layer_count, err))
        return false;
    name_base(source, manifest.base_name);
    return true;
}

// ---------------------------------------------------------------- index

static bool is_no_image(const struct descriptor *d)
{
    return d->attestation || (span_equal(d->platform.os, S("unknown")) &&
                              span_equal(d->platform.architecture, S("unknown")));
}

static bool list_platforms(const struct oci_index *index, struct arena *mem, span *ret)
{
    struct text text = {0};
    text_init(&text, mem, 4096);
    for (size_t i = 0; i < index->count; i++) {
        span platform = {0};
        if (is_no_image(&index->manifests[i]))
            continue;
        if (!platform_text(index->manifests[i].platform, mem, &platform))
            return false;
        text_add(&text, text.len ? S(", ") : S(""));
        text_add(&text, platform);
    }
    *ret = text_span(&text);
    return text_ok(&text);
}

// The best of an index for the platform; the first of equals.
static bool choose(const struct source *source, const struct oci_index *index,
                   const struct descriptor **ret, struct err *err)
{
    struct platform want = platform_complete(source->options->platform);
    const struct descriptor *best = NULL;
    unsigned best_rank = 0;
    for (size_t i = 0; i < index->count; i++) {
        const struct descriptor *d = &index->manifests[i];
        unsigned rank = is_no_image(d) ? 0 : platform_rank(want, platform_normalise(d->platform));
        if (rank > best_rank) {
            best = d;
            best_rank = rank;
        }
    }
    if (best) {
        *ret = best;
        return true;
    }
    span wanted = {0};
    span there = {0};
    if (!platform_text(want, source->mem, &wanted) || !list_platforms(index, source->mem, &there))
        return arena_err(source->mem, err, "platforms");
    return err_set(err, ERR_MISSING, "the image is not there for %s, only for: %s",
                   quote(wanted).text, there.len ? quote(there).text : "nothing");
}

// One step down. *ret_next is where to go on; its digest stays empty at the manifest.
static bool resolve_step(struct source *source, span document, span sent_as,
                         struct descriptor *ret_next, struct err *err)
{
    enum media media = MEDIA_OTHER;
    if (!oci_media(document, sent_as, source->options->limits, &media, err))
        return err_add(err, "image manifest");
    if (media == MEDIA_MANIFEST)
        return resolve_manifest(source, document, err);
    if (media == MEDIA_SCHEMA1)
        return err_set(err, ERR_UNSUPPORTED,
                       "a Docker schema 1 manifest: push the image again with a current tool");
    if (media != MEDIA_INDEX)
        return err_set(err, ERR_UNSUPPORTED, "not an image manifest");

    struct oci_index index = {0};
    const struct descriptor *chosen = NULL;
    if (!oci_index_parse(document, source->options->limits, source->mem, &index, err) ||
        !choose(source, &index, &chosen, err))
        return false;
    *ret_next = *chosen;
    return true;
}

bool resolve_descriptor(struct source *source, struct descriptor at, struct err *err)
{
    // Digests make a true cycle impossible; the limit ends a chain that is merely long.
    for (uint64_t depth = 0; depth < source->options->limits->depth; depth++) {
        span document = {0};
        struct descriptor next = {0};
        if (!blob_read(source, &at, &document, err) ||
            !resolve_step(source, document, at.media_type, &next, err))
            return err_add(err, "manifest %s", quote(at.digest).text);
        if (next.digest.len == 0) {
            source->image.manifest_digest = at.digest;
            return true;
        }
        if (source->image.index_digest.len == 0)
            source->image.index_digest = at.digest;
        at = next;
    }
    return err_set(err, ERR_LIMIT, "indexes are nested deeper than %llu",
                   (unsigned long long)source->options->limits->depth);
}

bool resolve_index(struct source *source, const struct oci_index *index, struct err *err)
{
    const struct descriptor *chosen = NULL;
    return choose(source, index, &chosen, err) && resolve_descriptor(source, *chosen, err);
}

bool resolve_document(struct source *source, span document, span name, span sent_as,
                      struct err *err)
{
    struct descriptor next = {0};
    if (!resolve_step(source, document, sent_as, &next, err))
        return false;
    if (next.digest.len) {
        source->image.index_digest = name;
        return resolve_descriptor(source, next, err);
    }
    source->image.manifest_digest = name;
    return true;
}
