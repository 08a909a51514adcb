// Which layers an image was built on, and so who has to see to what is in them.
#include "flow/session_inner.h"

static bool is_digest_list(span base)
{
    return span_starts_with(base, S("sha256:")) || span_starts_with(base, S("sha512:"));
}

static bool list_digests(span base, size_t most, struct arena *mem, struct spans *ret,
                         struct err *err)
{
    struct list digests = {0};
    list_init(&digests, mem, sizeof(span), most);
    while (base.len) {
        span *next = LIST_ADD(&digests, span);
        if (!next)
            return err_set(err, ERR_LIMIT, "more than %zu layers", most);
        *next = span_trim(span_cut(&base, ','));
    }
    *ret = (struct spans){.items = digests.items, .count = digests.count};
    return true;
}

// The diffIDs of another image, of which only the manifest and the configuration are read.
static bool ask_image(struct scan_session *session, struct spans *ret, struct err *err)
{
    CLEANUP(source_close) struct source *source = NULL;
    const struct scan_request *request = session->request;
    if (!source_open(request->base, &session->source_options, session->mem, &session->notes,
                     &source, err))
        return false;
    const struct image *image = source_image(source);
    span *ids = arena_array(session->mem, image->layer_count, sizeof *ids);
    if (!ids)
        return arena_err(session->mem, err, "base");
    for (size_t i = 0; i < image->layer_count; i++)
        ids[i] = image->layers[i].diff_id;
    *ret = (struct spans){.items = ids, .count = image->layer_count};
    return image->layer_count || err_set(err, ERR_USAGE, "has no layers");
}

static bool is_built_on(const struct image *image, struct spans base)
{
    for (size_t i = 0; i < base.count; i++)
        if (i >= image->layer_count || base.items[i].len == 0 ||
            !(span_equal(image->layers[i].diff_id, base.items[i]) ||
              span_equal(image->layers[i].digest, base.items[i])))
            return false;
    return true;
}

bool find_base(struct scan_session *session, struct err *err)
{
    struct image *image = &session->scan.image;
    span name = session->request->base;
    struct spans base = {0};
    if (name.len == 0)
        return true;
    bool listed = is_digest_list(name);
    bool known = listed
                     ? list_digests(name, session->request->limits.layers, session->mem, &base, err)
                     : ask_image(session, &base, err);
    if (!known)
        return err_add(err, "--base");
    bool fits = is_built_on(image, base);
    for (size_t i = 0; i < image->layer_count; i++)
        image->layers[i].base =
            fits && i < base.count ? (listed ? base.items[i] : name) : (span){0};
    if (!fits)
        notes_add(&session->notes, NOTE_INFORMATION, name,
                  "the image is not built on it: every layer counts as the image's own");
    return true;
}
