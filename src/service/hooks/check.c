// Who speaks? What each kind of registry can be made to send is in doc/decisions/0094-hooks.md.
#include "crypto/crypto.h"
#include "service/hooks/hooks_inner.h"

enum { MOST_HEADER_BYTES = 16 << 10 };

// A request that is to be proved, and what by.
struct proof {
    const struct hook_settings *hook;
    const struct http_request *request;
    uint64_t now;
    const struct limits *limits;
    struct arena *mem;
};

// ---------------------------------------------------------------- secrets as they are

static bool header_is_secret(const struct proof *proof, span name)
{
    span value = http_request_header(proof->request, name);
    return value.len > 0 && secret_equal(value, proof->hook->secret);
}

// The header whose name the settings say.
static bool named_header(const struct proof *proof)
{
    return proof->hook->header.len > 0 && header_is_secret(proof, proof->hook->header);
}

// "?token=SECRET", for senders that can be given nothing but a URL.
static bool query_token(const struct proof *proof)
{
    span value = {0};
    return http_request_parameter(proof->request, S("token"), proof->mem, &value) &&
           value.len > 0 && secret_equal(value, proof->hook->secret);
}

// "USER:PASSWORD" in base64 (RFC 7617). Without a user in the settings any will do.
static bool basic(const struct proof *proof, span encoded)
{
    span password = {0};
    if (!base64_decode(encoded, proof->mem, &password))
        return false;
    span user = span_cut(&password, ':');
    bool same_user = proof->hook->user.len == 0 || secret_equal(user, proof->hook->user);
    return secret_equal(password, proof->hook->secret) && same_user;
}

// Cuts the word of a scheme off the value of Authorization.
static bool cut_scheme(span *value, span scheme)
{
    if (!span_equal_nocase(span_first(*value, scheme.len), scheme))
        return false;
    span rest = span_from(*value, scheme.len);
    if (rest.len == 0 || rest.ptr[0] != ' ')
        return false;
    *value = span_trim(rest);
    return true;
}

// "Basic …", "Bearer SECRET", or the bare secret, as some registries send it. With a user in the
// settings only Basic will do.
static bool authorization(const struct proof *proof)
{
    span value = http_request_header(proof->request, S("authorization"));
    if (value.len > MOST_HEADER_BYTES)
        return false;
    if (cut_scheme(&value, S("basic")))
        return basic(proof, value);
    if (proof->hook->user.len)
        return false;
    if (header_is_secret(proof, S("authorization")))
        return true;
    return cut_scheme(&value, S("bearer")) && secret_equal(value, proof->hook->secret);
}

// ---------------------------------------------------------------- what is computed

// An HMAC of the body in lower-case hex digits, behind `prefix`.
static bool hmac_header(const struct proof *proof, span name, span prefix,
                        enum digest_algorithm algorithm)
{
    span value = http_request_header(proof->request, name);
    digest claimed = {.algorithm = algorithm};
    digest want = {0};
    size_t len = digest_size(algorithm);
    return span_starts_with(value, prefix) &&
           hex_parse(span_from(value, prefix.len), claimed.bytes, len) &&
           hmac_of(algorithm, proof->hook->secret, proof->request->body, &want, NULL) &&
           secret_equal(span_of(claimed.bytes, len), span_of(want.bytes, len));
}

static bool signed_token(const struct proof *proof)
{
    span value = http_request_header(proof->request, S("authorization"));
    return proof->hook->keys.len > 0 && value.len <= MOST_HEADER_BYTES &&
           cut_scheme(&value, S("bearer")) &&
           check_token(value, proof->hook, proof->now, proof->limits, proof->mem, NULL);
}

// ---------------------------------------------------------------- kinds of registries

static bool by_secret(const struct proof *proof, enum registry_kind kind)
{
    switch (kind) {
    case REGISTRY_DISTRIBUTION:
    case REGISTRY_HARBOR:
    case REGISTRY_ECR:
        return authorization(proof) || named_header(proof);
    case REGISTRY_GITLAB:
        return authorization(proof) || header_is_secret(proof, S("x-gitlab-token")) ||
               named_header(proof);
    case REGISTRY_DOCKER_HUB:
    case REGISTRY_MIRANTIS:
    case REGISTRY_QUAY:
    case REGISTRY_GOOGLE:
        return query_token(proof);
    case REGISTRY_ARTIFACTORY:
        return header_is_secret(proof, S("x-jfrog-event-auth")) ||
               hmac_header(proof, S("x-jfrog-event-auth"), (span){0}, DIGEST_SHA256) ||
               named_header(proof);
    case REGISTRY_NEXUS:
        return hmac_header(proof, S("x-nexus-webhook-signature"), (span){0}, DIGEST_SHA1);
    case REGISTRY_AZURE:
        return authorization(proof) || named_header(proof) || query_token(proof);
    case REGISTRY_GITHUB:
        return hmac_header(proof, S("x-hub-signature-256"), S("sha256="), DIGEST_SHA256);
    }
    return false;
}

bool check_sender(const struct registry_settings *registry, const struct http_request *request,
                  uint64_t now, const struct limits *limits, struct arena *mem, struct err *err)
{
    const struct hook_settings *hook = &registry->hook;
    struct proof proof = {
        .hook = hook,
        .request = request,
        .now = now,
        .limits = limits,
        .mem = mem,
    };
    if (!hook->accepted)
        return err_set(err, ERR_DENIED, "notices of this registry are not taken");
    if (hook->insecure)
        return true;
    bool proved =
        (hook->secret.len > 0 && by_secret(&proof, registry->kind)) || signed_token(&proof);
    return proved || err_set(err, ERR_DENIED, "nothing shows that the registry says this");
}
