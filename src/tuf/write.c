// Bodies are written in their canonical form: members in the order of their names.
#include "model/model.h"
#include "tuf/tuf_inner.h"

static void add_hex_member(struct text *out, const char *key, digest value, bool first)
{
    canonical_add_key(out, key, first);
    text_add_byte(out, '"');
    text_add_hex(out, span_of(value.bytes, digest_size(value.algorithm)));
    text_add_byte(out, '"');
}

static void add_number(struct text *out, const char *key, uint64_t value, bool first)
{
    canonical_add_key(out, key, first);
    text_add_u64(out, value);
}

static void add_expires(struct text *out, uint64_t expires, bool first)
{
    char date[21] = "";
    time_format(expires, date);
    canonical_add_key(out, "expires", first);
    canonical_add_text(out, span_of_text(date));
}

static void add_spec_version(struct text *out)
{
    canonical_add_key(out, "spec_version", false);
    canonical_add_text(out, SPEC_VERSION);
}

static bool finish(const struct text *body, struct tuf_signers signers, struct arena *mem,
                   span *ret, struct err *err)
{
    if (!text_ok(body))
        return arena_err(mem, err, "metadata");
    return envelope_write(text_span(body), signers, mem, ret, err);
}

// ---------------------------------------------------------------- root

struct named_key {
    span id;
    public_key key;
};

static int compare_keys(const void *a, const void *b)
{
    const struct named_key *key_a = a;
    const struct named_key *key_b = b;
    return span_compare(key_a->id, key_b->id);
}

static bool collect_keys(const struct tuf_authority *authority, struct list *keys, struct err *err)
{
    for (size_t i = 0; i < authority->count; i++) {
        struct named_key *named = LIST_ADD(keys, struct named_key);
        if (!named)
            return arena_err(keys->mem, err, "keys");
        named->key = authority->keys[i];
        if (!tuf_key_id(named->key, keys->mem, &named->id, err))
            return false;
    }
    return true;
}

// One key may stand in several roles, and stands here once.
static void add_keys(struct text *out, const struct list *keys)
{
    const struct named_key *last = NULL;
    for (size_t i = 0; i < keys->count; i++) {
        const struct named_key *named = LIST_AT(keys, struct named_key, i);
        if (last && span_equal(last->id, named->id))
            continue;
        text_add(out, last ? S(",\"") : S("\""));
        text_add(out, named->id);
        text_add(out, S("\":{\"keytype\":\"ed25519\",\"keyval\":{\"public\":\""));
        text_add_hex(out, span_of(named->key.bytes, sizeof named->key.bytes));
        text_add(out, S("\"},\"scheme\":\"ed25519\"}"));
        last = named;
    }
}

static bool add_role(struct text *out, const struct tuf_root *root, enum tuf_role role, bool first,
                     struct err *err)
{
    const struct tuf_authority *authority = &root->roles[role];
    canonical_add_key(out, tuf_role_name(role), first);
    text_add(out, S("{\"keyids\":["));
    for (size_t i = 0; i < authority->count; i++) {
        span id = {0};
        if (!tuf_key_id(authority->keys[i], out->mem, &id, err))
            return false;
        text_add(out, i ? S(",") : S(""));
        canonical_add_text(out, id);
    }
    text_add(out, S("],\"threshold\":"));
    text_add_u64(out, authority->threshold);
    text_add_byte(out, '}');
    return true;
}

static bool add_roles(struct text *out, const struct tuf_root *root, struct err *err)
{
    static const enum tuf_role by_name[] = {TUF_ROOT, TUF_SNAPSHOT, TUF_TARGETS, TUF_TIMESTAMP};
    for (size_t i = 0; i < sizeof by_name / sizeof *by_name; i++)
        if (!add_role(out, root, by_name[i], i == 0, err))
            return false;
    return true;
}

bool tuf_write_root(const struct tuf_root *root, struct tuf_signers signers, struct arena *mem,
                    span *ret, struct err *err)
{
    struct text body = {0};
    struct list keys = {0};
    text_init(&body, mem, SIZE_MAX);
    list_init(&keys, mem, sizeof(struct named_key), SIZE_MAX);
    for (enum tuf_role role = TUF_ROOT; role < TUF_ROLES; role++)
        if (!collect_keys(&root->roles[role], &keys, err))
            return false;
    sort_items(keys.items, keys.count, keys.item_size, compare_keys);
    text_add(&body, S("{\"_type\":\"root\",\"consistent_snapshot\":true"));
    add_expires(&body, root->expires, false);
    text_add(&body, S(",\"keys\":{"));
    add_keys(&body, &keys);
    text_add(&body, S("},\"roles\":{"));
    if (!add_roles(&body, root, err))
        return false;
    text_add_byte(&body, '}');
    add_spec_version(&body);
    add_number(&body, "version", root->version, false);
    text_add_byte(&body, '}');
    return finish(&body, signers, mem, ret, err);
}

// ---------------------------------------------------------------- timestamp, snapshot

static bool write_link(const struct tuf_link *link, const char *type, const char *next,
                       struct tuf_signers signers, struct arena *mem, span *ret, struct err *err)
{
    struct text body = {0};
    text_init(&body, mem, SIZE_MAX);
    text_addf(&body, "{\"_type\":\"%s\"", type);
    add_expires(&body, link->expires, false);
    text_addf(&body, ",\"meta\":{\"%s\":{\"hashes\":{", next);
    add_hex_member(&body, "sha256", link->next_digest, true);
    text_add_byte(&body, '}');
    add_number(&body, "length", link->next_length, false);
    add_number(&body, "version", link->next_version, false);
    text_add(&body, S("}}"));
    add_spec_version(&body);
    add_number(&body, "version", link->version, false);
    text_add_byte(&body, '}');
    return finish(&body, signers, mem, ret, err);
}

bool tuf_write_timestamp(const struct tuf_link *timestamp, struct tuf_signers signers,
                         struct arena *mem, span *ret, struct err *err)
{
    return write_link(timestamp, "timestamp", "snapshot.json", signers, mem, ret, err);
}

bool tuf_write_snapshot(const struct tuf_link *snapshot, struct tuf_signers signers,
                        struct arena *mem, span *ret, struct err *err)
{
    return write_link(snapshot, "snapshot", "targets.json", signers, mem, ret, err);
}

// ---------------------------------------------------------------- targets

static void add_target(struct text *out, const struct tuf_target *target, bool first)
{
    if (!first)
        text_add_byte(out, ',');
    canonical_add_text(out, target->path);
    text_add(out, S(":{\"custom\":{"));
    if (target->is_patch)
        add_hex_member(out, "base", target->base, true);
    add_hex_member(out, "content", target->content, !target->is_patch);
    add_number(out, "format", target->format, false);
    canonical_add_key(out, "segment", false);
    canonical_add_text(out, target->segment);
    add_number(out, "size", target->size, false);
    text_add(out, S("},\"hashes\":{"));
    add_hex_member(out, "sha256", target->digest, true);
    text_add_byte(out, '}');
    add_number(out, "length", target->length, false);
    text_add_byte(out, '}');
}

bool tuf_write_targets(const struct tuf_targets *targets, struct tuf_signers signers,
                       struct arena *mem, span *ret, struct err *err)
{
    struct text body = {0};
    text_init(&body, mem, SIZE_MAX);
    text_add(&body, S("{\"_type\":\"targets\""));
    add_expires(&body, targets->expires, false);
    add_spec_version(&body);
    text_add(&body, S(",\"targets\":{"));
    for (size_t i = 0; i < targets->count; i++)
        add_target(&body, &targets->items[i], i == 0);
    text_add_byte(&body, '}');
    add_number(&body, "version", targets->version, false);
    text_add_byte(&body, '}');
    return finish(&body, signers, mem, ret, err);
}
