// What a pushed name stands for: one image, or an index of several.
#include "crypto/crypto.h"
#include "flow/service_inner.h"
#include "format/json/json.h"

static bool add_platform(const struct json *platform, const struct spans *wanted, struct list *ret,
                         struct err *err)
{
    struct text name;
    span os = json_get_text(platform, "os");
    span variant = json_get_text(platform, "variant");
    text_init(&name, ret->mem, SIZE_MAX);
    text_add(&name, os);
    text_add_byte(&name, '/');
    text_add(&name, json_get_text(platform, "architecture"));
    if (variant.len)
        text_add_byte(&name, '/');
    text_add(&name, variant);
    bool is_wanted = wanted->count == 0;
    for (size_t i = 0; i < wanted->count; i++)
        is_wanted = is_wanted || span_equal(wanted->items[i], text_span(&name));
    // Attestations stand in an index as images of an unknown system.
    if (os.len == 0 || span_equal(os, S("unknown")) || !is_wanted)
        return true;
    span *item = text_ok(&name) ? LIST_ADD(ret, span) : NULL;
    if (!item)
        return arena_err(ret->mem, err, "platforms");
    *item = text_span(&name);
    return true;
}

// Nothing for what is no index.
static bool read_platforms(span document, const struct spans *wanted, const struct limits *limits,
                           struct arena *mem, struct spans *ret, struct err *err)
{
    CLEANUP(json_cleanup) struct json *json = NULL;
    struct list platforms;
    list_init(&platforms, mem, sizeof(span), PLATFORMS_MOST);
    if (!json_parse(document, limits->document_bytes, &json, err))
        return err_add(err, "manifest");
    const struct json *manifests = json_get(json, "manifests");
    for (size_t i = 0; i < json_count(manifests); i++)
        if (!add_platform(json_get(json_at(manifests, i), "platform"), wanted, &platforms, err))
            return false;
    *ret = (struct spans){.items = platforms.items, .count = platforms.count};
    return json_count(manifests) == 0 || platforms.count ||
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

static bool open_registry(const struct service *service, const struct registry_settings *settings,
                          const struct push *push, struct arena *mem, struct registry **ret,
                          struct err *err)
{
    struct reference reference =
        registry_image(settings, push->repository, push->tag, push->digest);
    // Both are looked at as long as the registry is open.
    struct net_options *net = ARENA_NEW(mem, struct net_options);
    struct credentials *credentials = ARENA_NEW(mem, struct credentials);
    uint64_t until = 0;
    if (!net || !credentials)
        return arena_err(mem, err, "registry");
    return registry_options(settings, service->options->net, mem, net, err) &&
           registry_login(settings, net, os_now(), mem, credentials, &until, err) &&
           registry_open(&reference, credentials, net, ret, err);
}

bool push_platforms(const struct service *service, const struct registry_settings *settings,
                    struct push *push, struct arena *mem, struct spans *ret, struct err *err)
{
    CLEANUP(registry_close) struct registry *registry = NULL;
    struct registry_document document = {0};
    span name = push->digest.len ? push->digest : push->tag;
    if (!open_registry(service, settings, push, mem, &registry, err) ||
        !registry_manifest(registry, name, mem, &document, err) ||
        !read_platforms(document.bytes, &settings->platforms, &service->options->limits, mem, ret,
                        err))
        return false;
    // A digest that was named is checked by whoever fetches the image.
    return push->digest.len > 0 || name_document(document.bytes, mem, &push->digest, err);
}

bool push_is_gone(const struct service *service, const struct registry_settings *settings,
                  const struct push *push, struct arena *mem, bool *ret, struct err *err)
{
    CLEANUP(registry_close) struct registry *registry = NULL;
    span found = {0};
    struct err none = {0};
    if (!open_registry(service, settings, push, mem, &registry, err))
        return false;
    bool is_there =
        registry_digest(registry, push->tag.len ? push->tag : push->digest, mem, &found, &none);
    *ret = !is_there;
    return is_there || none.kind == ERR_MISSING || err_copy(err, &none);
}
