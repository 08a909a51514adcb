// What `docker save` and its imitators write: manifest.json names, for each image, the member that
// is its configuration and those that are its layers, lowest first.
#include "crypto/crypto.h"
#include "format/json/json.h"
#include "scan/source/archive_inner.h"

static bool same_reference(span a, span b, struct arena *mem)
{
    struct reference x = {0};
    struct reference y = {0};
    span full_x = {0};
    span full_y = {0};
    return reference_parse(a, mem, &x, NULL) && reference_parse(b, mem, &y, NULL) &&
           reference_text(&x, mem, &full_x, NULL) && reference_text(&y, mem, &full_y, NULL) &&
           span_equal(full_x, full_y);
}

// The hexadecimal SHA-256 in "<hex>.json" or "blobs/sha256/<hex>"; empty for other names.
static span named_hash(span path)
{
    span name = path_name(path);
    if (span_ends_with(name, S(".json")))
        name = span_first(name, name.len - 5);
    return name.len == 64 ? name : (span){0};
}

static bool prefixed(span hash, struct arena *mem, span *ret)
{
    struct text text = {0};
    text_init(&text, mem, 128);
    text_add(&text, S("sha256:"));
    text_add(&text, hash);
    *ret = text_span(&text);
    return text_ok(&text);
}

static bool answers_to(const struct json *image, span name, struct arena *mem)
{
    const struct json *tags = json_get(image, "RepoTags");
    for (size_t i = 0; i < json_count(tags); i++)
        if (same_reference(json_text(json_at(tags, i)), name, mem))
            return true;
    span hash = named_hash(json_get_text(image, "Config"));
    span wanted = span_starts_with(name, S("sha256:")) ? span_from(name, 7) : name;
    return wanted.len >= 12 && span_starts_with(hash, wanted);
}

static bool fail_listing(const struct json *images, struct arena *mem, enum err_kind kind,
                         const char *what, struct err *err)
{
    struct text text = {0};
    text_init(&text, mem, 4096);
    for (size_t i = 0; i < json_count(images) && text.len < 512; i++) {
        const struct json *image = json_at(images, i);
        span tag = json_text(json_at(json_get(image, "RepoTags"), 0));
        text_add(&text, text.len ? S(", ") : S(""));
        text_add(&text, span_first(tag.len ? tag : json_get_text(image, "Config"), 128));
    }
    span names = text_span(&text);
    return err_set(err, kind, "%s; there is: %s", what, names.len ? quote(names).text : "none");
}

static bool choose(const struct json *images, span name, struct arena *mem, const struct json **ret,
                   struct err *err)
{
    if (!json_is_array(images))
        return err_set(err, ERR_INPUT, "manifest.json is not an array");
    size_t count = json_count(images);
    if (name.len == 0 && count == 1) {
        *ret = json_at(images, 0);
        return true;
    }
    if (name.len == 0)
        return fail_listing(images, mem, ERR_USAGE, "name one of several images", err);
    for (size_t i = 0; i < count; i++) {
        if (!answers_to(json_at(images, i), name, mem))
            continue;
        *ret = json_at(images, i);
        return true;
    }
    return fail_listing(images, mem, ERR_MISSING, "no such image in the archive", err);
}

// The digest of the configuration is the image's id; where the member is named for it, it must
// hold.
static bool check_config(struct source *source, span path, span config, struct err *err)
{
    digest computed = {0};
    if (!digest_of(DIGEST_SHA256, config, &computed, err))
        return false;
    span id = {0};
    if (!arena_span(source->mem, span_of_text(digest_text(computed).text), &id))
        return arena_err(source->mem, err, "image id");
    span hash = named_hash(path);
    if (hash.len && !span_ends_with(id, hash))
        return err_set(err, ERR_UNTRUSTED, "image configuration '%s' has the digest %s",
                       quote(path).text, quote(id).text);
    source->image.image_id = id;
    return true;
}

static bool describe_layer(struct source *source, const struct archive *archive, span path,
                           struct descriptor *ret, struct err *err)
{
    const struct member *member = NULL;
    struct descriptor layer = {0};
    if (path.len == 0)
        return err_set(err, ERR_INPUT, "manifest.json: a layer has no name");
    if (!archive_index_find(&archive->index, path, archive->limits, source->mem, &member, err) ||
        !arena_span(source->mem, path, &layer.member))
        return err_add(err, "layer");
    layer.size = member->size;
    bool addressed = span_starts_with(member->path, S("blobs/sha256/"));
    if (addressed && !prefixed(named_hash(member->path), source->mem, &layer.digest))
        return arena_err(source->mem, err, "layer digest");
    *ret = layer;
    return true;
}

static bool describe_layers(struct source *source, const struct archive *archive,
                            const struct json *paths, struct descriptor **ret, struct err *err)
{
    size_t count = json_count(paths);
    if (count > archive->limits->layers)
        return err_set(err, ERR_LIMIT, "manifest.json: %zu layers", count);
    struct descriptor *layers = arena_array(source->mem, count, sizeof *layers);
    if (!layers)
        return arena_err(source->mem, err, "layers");
    for (size_t i = 0; i < count; i++)
        if (!describe_layer(source, archive, json_text(json_at(paths, i)), &layers[i], err))
            return false;
    *ret = layers;
    return true;
}

bool resolve_docker_archive(struct source *source, const struct archive *archive, span name,
                            struct err *err)
{
    CLEANUP(json_cleanup) struct json *images = NULL;
    const struct json *image = NULL;
    span text = {0};
    source->image.kind = S("docker-archive");
    if (!archive_read_member(archive, S("manifest.json"), source->mem, &text, err) ||
        !json_parse(text, archive->limits->document_bytes, &images, err) ||
        !choose(images, name, source->mem, &image, err))
        return false;
    span path = json_get_text(image, "Config");
    const struct json *paths = json_get(image, "Layers");
    span config = {0};
    struct descriptor *layers = NULL;
    if (path.len == 0)
        return err_set(err, ERR_INPUT, "manifest.json: the image names no configuration");
    return archive_read_member(archive, path, source->mem, &config, err) &&
           check_config(source, path, config, err) &&
           describe_layers(source, archive, paths, &layers, err) &&
           resolve_config(source, config, layers, json_count(paths), err);
}
