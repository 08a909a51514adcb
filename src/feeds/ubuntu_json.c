#include "feeds/ubuntu_inner.h"

// The tracker's records rendered as JSON: `packages` is release, then package, then its state.

static void add_release(struct ubuntu_record *record, span release, const struct json *packages)
{
    struct json_member package = {0};
    while (json_next(packages, &package)) {
        span status = json_get_text(package.value, "status");
        struct ubuntu_state *state = ubuntu_add(record, release, package.key, status);
        if (!state)
            continue;
        state->note = span_trim(json_get_text(package.value, "note"));
        state->priority = json_get_text(package.value, "priority");
    }
}

bool ubuntu_read_json(const struct json *document, struct arena *mem, struct ubuntu_record *ret,
                      struct err *err)
{
    ubuntu_init(ret, mem);
    ret->id = json_get_text(document, "candidate");
    ret->published = json_get_text(document, "public_date");
    ret->priority = json_get_text(document, "priority");
    ret->cvss = json_get_text(json_get(document, "cvss"), "nvd");
    struct json_member release = {0};
    while (json_next(json_get(document, "packages"), &release))
        add_release(ret, release.key, release.value);
    return list_ok(&ret->states) || arena_err(mem, err, "ubuntu");
}
