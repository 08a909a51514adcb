// What the worker made of all layers of an image, remembered: it depends on nothing but the layers,
// what was asked of them and the code that answers.
#include "detect/integrity/integrity.h"
#include "flow/session_inner.h"

// The layers' names, and what only the whole depends on. False where a layer has no name.
static bool name_layers(const struct scan_session *session, struct text *out)
{
    const struct image *image = &session->scan.image;
    const struct scan_request *request = session->request;
    text_add(out, S("bom\n"));
    text_add_u8(out, request->all_layers);
    text_add_field(out, request->distro);
    for (size_t i = 0; i < image->layer_count; i++) {
        if (image->layers[i].diff_id.len == 0)
            return false;
        text_add_field(out, image->layers[i].diff_id);
    }
    return text_ok(out) && image->layer_count;
}

bool known_bom_key(const struct scan_session *session, digest *ret)
{
    struct text layers;
    struct text edition;
    text_init(&layers, session->frames, SIZE_MAX);
    text_init(&edition, session->frames, SIZE_MAX);
    if (!session->cache || !name_layers(session, &layers))
        return false;
    text_add(&edition, look_edition);
    text_add(&edition, flow_edition);
    const struct cache_question question = {
        .diff_id = text_span(&layers),
        .wants = session->wants,
        .roster = session->wants_roster ? integrity_wants : (struct wants){0},
        .inspector = text_span(&edition),
    };
    return text_ok(&edition) && cache_key(session->cache, &question, session->frames, ret, NULL);
}

bool known_bom_take(struct scan_session *session, digest key, uint32_t layers)
{
    span answer = {0};
    bool found = false;
    arena_reset(session->frames);
    if (!cache_get(session->cache, key, session->frames, &found, &answer, NULL) || !found)
        return false;
    if (session_take_bom(session, answer, layers, NULL))
        return true;
    cache_drop(session->cache, key);
    return false;
}
