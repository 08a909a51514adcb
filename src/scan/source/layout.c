// Choosing an image in the index.json of an image layout (image-spec image-layout.md), by tag, by
// name, by digest, or because there is only one.
#include "scan/source/source_inner.h"

static bool answers_to(const struct descriptor *d, span name)
{
    if (name.len == 0)
        return true;
    return span_equal(d->ref_name, name) || span_equal(d->image_name, name) ||
           span_equal(d->digest, name);
}

static bool could_be_image(const struct descriptor *d)
{
    enum media media = media_of(d->media_type);
    return !d->attestation && (media == MEDIA_INDEX || media == MEDIA_MANIFEST);
}

static bool list_names(const struct oci_index *index, struct arena *mem, span *ret)
{
    struct text text = {0};
    text_init(&text, mem, index->count * 256 + 1);
    for (size_t i = 0; i < index->count; i++) {
        const struct descriptor *d = &index->manifests[i];
        if (!could_be_image(d))
            continue;
        text_add(&text, text.len ? S(", ") : S(""));
        text_add(&text, d->ref_name.len ? span_first(d->ref_name, 128) : d->digest);
    }
    *ret = text_span(&text);
    return text_ok(&text);
}

static bool fail_listing(const struct source *source, const struct oci_index *index,
                         enum err_kind kind, const char *what, struct err *err)
{
    span names = {0};
    if (!list_names(index, source->mem, &names))
        return arena_err(source->mem, err, "image names");
    return err_set(err, kind, "%s; there is: %s", what, names.len ? quote(names).text : "none");
}

static bool named_alike(const struct descriptor *a, const struct descriptor *b)
{
    return span_equal(a->ref_name, b->ref_name) && span_equal(a->image_name, b->image_name);
}

// Entries of one name that tell their platforms apart are one image for several platforms.
static bool are_one_image(const struct descriptor *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!named_alike(&items[i], &items[0]) || items[i].platform.architecture.len == 0)
            return false;
    }
    return true;
}

static bool same_digest(const struct descriptor *items, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (!span_equal(items[i].digest, items[0].digest))
            return false;
    return true;
}

bool resolve_layout(struct source *source, span document, span name, struct err *err)
{
    struct oci_index index = {0};
    if (!oci_index_parse(document, source->options->limits, source->mem, &index, err))
        return err_add(err, "index.json");
    struct descriptor *fits = arena_array(source->mem, index.count, sizeof *fits);
    if (!fits)
        return arena_err(source->mem, err, "index.json");
    size_t count = 0;
    for (size_t i = 0; i < index.count; i++)
        if (could_be_image(&index.manifests[i]) && answers_to(&index.manifests[i], name))
            fits[count++] = index.manifests[i];

    if (count == 0)
        return fail_listing(source, &index, ERR_MISSING, "no such image in the layout", err);
    if (count == 1 || same_digest(fits, count))
        return resolve_descriptor(source, fits[0], err);
    if (are_one_image(fits, count))
        return resolve_index(source, &(struct oci_index){fits, count}, err);
    return fail_listing(source, &index, ERR_USAGE, "name one of several images", err);
}
