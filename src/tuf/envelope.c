#include "model/model.h"
#include "tuf/tuf_inner.h"

#include <string.h>

enum { MOST_SIGNATURES = 64 };

const char *tuf_role_name(enum tuf_role role)
{
    switch (role) {
    case TUF_ROOT:
        return "root";
    case TUF_TIMESTAMP:
        return "timestamp";
    case TUF_SNAPSHOT:
        return "snapshot";
    case TUF_TARGETS:
        return "targets";
    case TUF_ROLES:
        break;
    }
    return "";
}

bool get_digest(const struct json *object, const char *key, digest *ret)
{
    digest out = {.algorithm = DIGEST_SHA256};
    if (!hex_parse(json_get_text(object, key), out.bytes, digest_size(DIGEST_SHA256)))
        return false;
    *ret = out;
    return true;
}

// ---------------------------------------------------------------- keys

static void add_key(struct text *out, public_key key)
{
    text_add(out, S("{\"keytype\":\"ed25519\",\"keyval\":{\"public\":\""));
    text_add_hex(out, span_of(key.bytes, sizeof key.bytes));
    text_add(out, S("\"},\"scheme\":\"ed25519\"}"));
}

bool tuf_key_id(public_key key, struct arena *mem, span *ret, struct err *err)
{
    struct text form = {0};
    struct text id = {0};
    text_init(&form, mem, SIZE_MAX);
    text_init(&id, mem, SIZE_MAX);
    add_key(&form, key);
    if (!text_ok(&form))
        return arena_err(mem, err, "key");
    digest value = {0};
    if (!digest_of(DIGEST_SHA256, text_span(&form), &value, err))
        return false;
    text_add_hex(&id, span_of(value.bytes, digest_size(DIGEST_SHA256)));
    if (!text_ok(&id))
        return arena_err(mem, err, "key");
    *ret = text_span(&id);
    return true;
}

// ---------------------------------------------------------------- reading

void envelope_cleanup(struct envelope *envelope)
{
    json_free(envelope->document);
    arena_free(envelope->mem);
}

static bool read_header(struct envelope *envelope, enum tuf_role role, struct err *err)
{
    const struct json *body = envelope->body;
    const char *name = tuf_role_name(role);
    if (!span_equal(json_get_text(body, "_type"), span_of_text(name)))
        return err_set(err, ERR_INPUT, "not %s metadata", name);
    if (!span_starts_with(json_get_text(body, "spec_version"), SPEC_MAJOR))
        return err_set(err, ERR_UNSUPPORTED, "spec_version '%s' is not 1",
                       quote(json_get_text(body, "spec_version")).text);
    if (!json_get_u64(body, "version", &envelope->version) || envelope->version == 0)
        return err_set(err, ERR_INPUT, "no version");
    if (!time_parse(json_get_text(body, "expires"), &envelope->expires))
        return err_set(err, ERR_INPUT, "no expiry date");
    return true;
}

static bool read_envelope(struct envelope *envelope, span bytes, enum tuf_role role,
                          const struct limits *limits, struct err *err)
{
    if (!json_parse_strict(bytes, limits->document_bytes, &envelope->document, err))
        return false;
    envelope->body = json_get(envelope->document, "signed");
    if (!read_header(envelope, role, err))
        return false;
    struct text message = {0};
    text_init(&message, envelope->mem, SIZE_MAX);
    if (!canonical_add(&message, envelope->body))
        return err_set(err, ERR_INPUT, "a value has no canonical form");
    if (!text_ok(&message))
        return arena_err(envelope->mem, err, "canonical form");
    envelope->message = text_span(&message);
    return true;
}

bool envelope_open(span bytes, enum tuf_role role, const struct limits *limits,
                   struct envelope *ret, struct err *err)
{
    enum { COPIES = 8 }; // a growing text is copied as it doubles; members are sorted
    CLEANUP(envelope_cleanup)
    struct envelope envelope = {.mem = arena_new(COPIES * limits->document_bytes)};
    if (!envelope.mem)
        return err_set(err, ERR_MEMORY, "%s: out of memory", tuf_role_name(role));
    if (!read_envelope(&envelope, bytes, role, limits, err))
        return err_add(err, "%s", tuf_role_name(role));
    *ret = envelope;
    envelope = (struct envelope){0};
    return true;
}

// ---------------------------------------------------------------- believing

// A signature by a key that is none of the role's, or of a kind that is not known, does not count
// and does no harm: keys come and go.
static bool is_signed_by(const struct envelope *envelope, span id, public_key key, bool *ret,
                         struct err *err)
{
    const struct json *signatures = json_get(envelope->document, "signatures");
    bool seen = false;
    bool valid = false;
    for (size_t i = 0; i < json_count(signatures); i++) {
        const struct json *entry = json_at(signatures, i);
        signature claimed = {0};
        struct err why = {0};
        if (!span_equal(json_get_text(entry, "keyid"), id))
            continue;
        if (seen)
            return err_set(err, ERR_UNTRUSTED, "two signatures by one key");
        seen = true;
        if (!hex_parse(json_get_text(entry, "sig"), claimed.bytes, sizeof claimed.bytes))
            continue;
        valid = signature_check(key, envelope->message, claimed, &why);
        if (!valid && why.kind != ERR_UNTRUSTED)
            return err_copy(err, &why);
    }
    *ret = valid;
    return true;
}

bool envelope_check(const struct envelope *envelope, enum tuf_role role,
                    const struct tuf_authority *authority, struct err *err)
{
    const char *name = tuf_role_name(role);
    if (json_count(json_get(envelope->document, "signatures")) > MOST_SIGNATURES)
        return err_set(err, ERR_LIMIT, "%s: more than %d signatures", name, MOST_SIGNATURES);
    uint64_t valid = 0;
    for (size_t i = 0; i < authority->count; i++) {
        span id = {0};
        bool is_signed = false;
        if (!tuf_key_id(authority->keys[i], envelope->mem, &id, err) ||
            !is_signed_by(envelope, id, authority->keys[i], &is_signed, err))
            return err_add(err, "%s", name);
        valid += is_signed;
    }
    if (authority->threshold == 0 || valid < authority->threshold)
        return err_set(err, ERR_UNTRUSTED, "%s: %llu of its keys have signed it, %llu must", name,
                       (unsigned long long)valid, (unsigned long long)authority->threshold);
    return true;
}

// ---------------------------------------------------------------- writing

static bool add_signature(struct text *out, span body, const struct signing_key *key, bool first,
                          struct err *err)
{
    public_key signer = {0};
    signature made = {0};
    span id = {0};
    if (!signing_key_public(key, &signer, err) || !tuf_key_id(signer, out->mem, &id, err) ||
        !signing_key_sign(key, body, &made, err))
        return false;
    text_add(out, first ? S("{\"keyid\":\"") : S(",{\"keyid\":\""));
    text_add(out, id);
    text_add(out, S("\",\"sig\":\""));
    text_add_hex(out, span_of(made.bytes, sizeof made.bytes));
    text_add(out, S("\"}"));
    return true;
}

bool envelope_write(span body, struct tuf_signers signers, struct arena *mem, span *ret,
                    struct err *err)
{
    struct text out = {0};
    text_init(&out, mem, SIZE_MAX);
    text_add(&out, S("{\"signatures\":["));
    for (size_t i = 0; i < signers.count; i++)
        if (!add_signature(&out, body, signers.keys[i], i == 0, err))
            return false;
    text_add(&out, S("],\"signed\":"));
    text_add(&out, body);
    text_add(&out, S("}\n"));
    if (!text_ok(&out))
        return arena_err(mem, err, "metadata");
    *ret = text_span(&out);
    return true;
}
