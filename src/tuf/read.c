#include "tuf/tuf_inner.h"

#include <string.h>

enum { MOST_KEYS = 64, MOST_TARGETS = 1 << 16 };

// ---------------------------------------------------------------- root (4.3)

// The key of this id. False for one of a kind that is not known here: nothing it signs counts.
static bool find_key(const struct json *keys, span id, struct arena *mem, public_key *ret)
{
    char *name = arena_text(mem, id);
    const struct json *key = name ? json_get(keys, name) : NULL;
    public_key out = {0};
    if (!span_equal(json_get_text(key, "keytype"), S("ed25519")) ||
        !span_equal(json_get_text(key, "scheme"), S("ed25519")) ||
        !hex_parse(json_get_text(json_get(key, "keyval"), "public"), out.bytes, sizeof out.bytes))
        return false;
    *ret = out;
    return true;
}

static bool is_listed(const public_key *keys, size_t count, public_key key)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(keys[i].bytes, key.bytes, sizeof key.bytes) == 0)
            return true;
    return false;
}

// An id that is not the digest of its key would let one key count as several.
static bool check_id(public_key key, span id, struct arena *mem, struct err *err)
{
    span own = {0};
    if (!tuf_key_id(key, mem, &own, err))
        return false;
    return span_equal(own, id) ||
           err_set(err, ERR_INPUT, "keyid '%s' is not its key's", quote(id).text);
}

static bool read_authority(const struct json *body, enum tuf_role role, struct arena *mem,
                           struct tuf_authority *ret, struct err *err)
{
    const struct json *roles = json_get(body, "roles");
    const struct json *entry = json_get(roles, tuf_role_name(role));
    const struct json *ids = json_get(entry, "keyids");
    uint64_t threshold = 0;
    if (!json_get_u64(entry, "threshold", &threshold) || threshold == 0 ||
        json_count(ids) > MOST_KEYS)
        return err_set(err, ERR_INPUT, "no threshold, or more than %d keys", MOST_KEYS);
    public_key *keys = arena_array(mem, json_count(ids), sizeof *keys);
    if (!keys)
        return arena_err(mem, err, "keys");
    size_t count = 0;
    for (size_t i = 0; i < json_count(ids); i++) {
        span id = json_text(json_at(ids, i));
        public_key key = {0};
        if (!find_key(json_get(body, "keys"), id, mem, &key))
            continue;
        if (!check_id(key, id, mem, err))
            return false;
        if (is_listed(keys, count, key))
            return err_set(err, ERR_INPUT, "a key is listed twice");
        keys[count++] = key;
    }
    *ret = (struct tuf_authority){.keys = keys, .count = count, .threshold = threshold};
    return true;
}

bool root_read(const struct envelope *envelope, struct arena *mem, struct tuf_root *ret,
               struct err *err)
{
    struct tuf_root root = {.version = envelope->version, .expires = envelope->expires};
    if (!json_is_true(json_get(envelope->body, "consistent_snapshot")))
        return err_set(err, ERR_UNSUPPORTED, "root: no consistent snapshots");
    for (enum tuf_role role = TUF_ROOT; role < TUF_ROLES; role++)
        if (!read_authority(envelope->body, role, mem, &root.roles[role], err))
            return err_add(err, "root: role %s", tuf_role_name(role));
    *ret = root;
    return true;
}

// ---------------------------------------------------------------- timestamp, snapshot (4.4, 4.6)

bool link_read(const struct envelope *envelope, enum tuf_role next, struct tuf_link *ret,
               struct err *err)
{
    const char *name = next == TUF_SNAPSHOT ? "snapshot.json" : "targets.json";
    const struct json *file = json_get(json_get(envelope->body, "meta"), name);
    struct tuf_link link = {.version = envelope->version, .expires = envelope->expires};
    if (!json_get_u64(file, "version", &link.next_version) || link.next_version == 0 ||
        !json_get_u64(file, "length", &link.next_length) ||
        !get_digest(json_get(file, "hashes"), "sha256", &link.next_digest))
        return err_set(err, ERR_INPUT, "does not say version, length and SHA-256 of %s", name);
    *ret = link;
    return true;
}

// ---------------------------------------------------------------- targets (4.5)

// Paths become parts of file names and URLs.
static bool is_plain(span name)
{
    enum { MOST_NAME = 200 };
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        if (!ascii_is_alpha(c) && !ascii_is_digit(c) && c != '.' && c != '_' && c != '-')
            return false;
    }
    return name.len > 0 && name.len <= MOST_NAME;
}

static bool read_target(span path, const struct json *entry, struct arena *mem,
                        struct tuf_target *ret, struct err *err)
{
    const struct json *custom = json_get(entry, "custom");
    struct tuf_target target = {0};
    if (!is_plain(path) || !is_plain(json_get_text(custom, "segment")) ||
        !json_get_u64(entry, "length", &target.length) ||
        !get_digest(json_get(entry, "hashes"), "sha256", &target.digest) ||
        !json_get_u64(custom, "format", &target.format) ||
        !json_get_u64(custom, "size", &target.size) ||
        !get_digest(custom, "content", &target.content))
        return err_set(err, ERR_INPUT, "target '%s' is not described", quote(path).text);
    target.is_patch = json_get(custom, "base") != NULL;
    if (target.is_patch && !get_digest(custom, "base", &target.base))
        return err_set(err, ERR_INPUT, "target '%s': its base is no SHA-256", quote(path).text);
    if (!arena_span(mem, path, &target.path) ||
        !arena_span(mem, json_get_text(custom, "segment"), &target.segment))
        return arena_err(mem, err, "targets");
    *ret = target;
    return true;
}

static int compare_targets(const void *a, const void *b)
{
    const struct tuf_target *target_a = a;
    const struct tuf_target *target_b = b;
    return span_compare(target_a->path, target_b->path);
}

void tuf_sort_targets(struct tuf_target *items, size_t count)
{
    sort_items(items, count, sizeof *items, compare_targets);
}

bool targets_read(const struct envelope *envelope, struct arena *mem, struct tuf_targets *ret,
                  struct err *err)
{
    const struct json *targets = json_get(envelope->body, "targets");
    struct list items = {0};
    list_init(&items, mem, sizeof(struct tuf_target), MOST_TARGETS);
    if (!json_is_object(targets))
        return err_set(err, ERR_INPUT, "targets: there are none");
    for (struct json_member member = {0}; json_next(targets, &member);) {
        struct tuf_target *target = LIST_ADD(&items, struct tuf_target);
        if (!target)
            return err_set(err, ERR_LIMIT, "targets: more than %d, or no memory", MOST_TARGETS);
        if (!read_target(member.key, member.value, mem, target, err))
            return err_add(err, "targets");
    }
    tuf_sort_targets(items.items, items.count);
    *ret = (struct tuf_targets){
        .version = envelope->version,
        .expires = envelope->expires,
        .items = items.items,
        .count = items.count,
    };
    return true;
}
