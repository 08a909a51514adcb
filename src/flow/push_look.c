// What a pushed name stands for: one image, or an index of several. What is read for that is kept
// for the scan, with the configurations: it need not ask again.
#include "crypto/crypto.h"
#include "flow/service_inner.h"
#include "format/json/json.h"

// More than this is not handed to the scan: it can ask the registry.
enum { KNOWN_BYTES = 8 << 20 };

struct look {
    const struct held_registry *held;
    const struct limits *limits;
    struct arena *mem;
    struct list platforms; // of span
    struct list known;     // of struct source_document
    uint64_t known_bytes;
};

// What is named comes from a pusher, and would be part of a URL.
static bool is_digest(span name)
{
    digest parsed = {0};
    return digest_parse(name, &parsed, NULL);
}

static bool has_room(const struct look *look, uint64_t more)
{
    return look->known_bytes <= KNOWN_BYTES && more <= KNOWN_BYTES - look->known_bytes;
}

static bool keep_document(struct look *look, span name, const struct registry_document *document,
                          struct err *err)
{
    struct source_document *item = LIST_ADD(&look->known, struct source_document);
    if (!item || !arena_span(look->mem, name, &item->digest))
        return arena_err(look->mem, err, "manifest");
    item->bytes = document->bytes;
    item->media_type = document->media_type;
    look->known_bytes += document->bytes.len;
    return true;
}

// What cannot be had is for the scan to say, which asks for it again.
static bool keep_configuration(struct look *look, const struct json *manifest, struct err *err)
{
    const struct json *config = json_get(manifest, "config");
    span name = json_get_text(config, "digest");
    struct registry_document document = {0};
    uint64_t size = 0;
    if (!is_digest(name) || !json_get_u64(config, "size", &size) ||
        size > look->limits->document_bytes || !has_room(look, size) ||
        !registry_blob(look->held->registry, name, size, look->mem, &document.bytes, NULL))
        return true;
    return keep_document(look, name, &document, err);
}

// ---------------------------------------------------------------- an index

static bool name_platform(const struct json *platform, struct arena *mem, span *ret,
                          struct err *err)
{
    struct text name;
    span variant = json_get_text(platform, "variant");
    text_init(&name, mem, SIZE_MAX);
    text_add(&name, json_get_text(platform, "os"));
    text_add_byte(&name, '/');
    text_add(&name, json_get_text(platform, "architecture"));
    if (variant.len)
        text_add_byte(&name, '/');
    text_add(&name, variant);
    *ret = text_span(&name);
    return text_ok(&name) || arena_err(mem, err, "platforms");
}

static bool is_wanted(const struct spans *wanted, span name)
{
    for (size_t i = 0; i < wanted->count; i++)
        if (span_equal(wanted->items[i], name))
            return true;
    return wanted->count == 0;
}

static bool keep_manifest(struct look *look, span name, struct err *err)
{
    CLEANUP(json_cleanup) struct json *json = NULL;
    struct registry_document document = {0};
    if (!is_digest(name) || !has_room(look, 0) ||
        !registry_manifest(look->held->registry, name, look->mem, &document, NULL) ||
        !json_parse(document.bytes, look->limits->document_bytes, &json, NULL))
        return true; // the scan says why
    return keep_document(look, name, &document, err) && keep_configuration(look, json, err);
}

static bool add_platform(struct look *look, const struct json *manifest, struct err *err)
{
    const struct json *platform = json_get(manifest, "platform");
    span os = json_get_text(platform, "os");
    span name = {0};
    if (!name_platform(platform, look->mem, &name, err))
        return false;
    // Attestations stand in an index as images of an unknown system.
    if (os.len == 0 || span_equal(os, S("unknown")) ||
        !is_wanted(&look->held->settings->platforms, name))
        return true;
    span *item = LIST_ADD(&look->platforms, span);
    if (!item)
        return arena_err(look->mem, err, "platforms");
    *item = name;
    return keep_manifest(look, json_get_text(manifest, "digest"), err);
}

// ---------------------------------------------------------------- the whole

static bool read_document(struct look *look, span document, struct err *err)
{
    CLEANUP(json_cleanup) struct json *json = NULL;
    if (!json_parse(document, look->limits->document_bytes, &json, err))
        return err_add(err, "manifest");
    const struct json *manifests = json_get(json, "manifests");
    for (size_t i = 0; i < json_count(manifests); i++)
        if (!add_platform(look, json_at(manifests, i), err))
            return false;
    if (json_count(manifests) == 0)
        return keep_configuration(look, json, err);
    return look->platforms.count ||
           err_set(err, ERR_MISSING, "the index has no image for a platform that is looked at");
}

static bool name_document(span document, struct arena *mem, span *ret, struct err *err)
{
    digest hash = {0};
    if (!digest_of(DIGEST_SHA256, document, &hash, err))
        return false;
    struct digest_text text = digest_text(hash);
    return arena_span(mem, span_of_text(text.text), ret) || arena_err(mem, err, "digest");
}

bool push_look(const struct held_registry *held, const struct limits *limits, struct push *push,
               struct arena *mem, struct push_view *ret, struct err *err)
{
    struct look look = {.held = held, .limits = limits, .mem = mem};
    struct registry_document document = {0};
    list_init(&look.platforms, mem, sizeof(span), PLATFORMS_MOST);
    list_init(&look.known, mem, sizeof(struct source_document), 2 * PLATFORMS_MOST + 2);
    span name = push->digest.len ? push->digest : push->tag;
    // A digest that was named is checked by whoever scans the image.
    if (!registry_manifest(held->registry, name, mem, &document, err) ||
        (push->digest.len == 0 && !name_document(document.bytes, mem, &push->digest, err)) ||
        !keep_document(&look, push->digest, &document, err) ||
        !read_document(&look, document.bytes, err))
        return false;
    ret->platforms = (struct spans){look.platforms.items, look.platforms.count};
    ret->known = (struct source_documents){look.known.items, look.known.count};
    return true;
}

bool push_is_gone(const struct held_registry *held, const struct push *push, struct arena *mem,
                  bool *ret, struct err *err)
{
    span found = {0};
    struct err none = {0};
    span name = push->tag.len ? push->tag : push->digest;
    bool is_there = registry_digest(held->registry, name, mem, &found, &none);
    *ret = !is_there;
    return is_there || none.kind == ERR_MISSING || err_copy(err, &none);
}
