// JSON web tokens (RFC 7519, 7515, 7517) of senders that prove themselves by a signature.
#include "crypto/crypto.h"
#include "service/hooks/hooks_inner.h"

enum {
    SKEW_SECONDS = 60, // clocks differ
    MOST_TOKEN_BYTES = 16 << 10,
};

static bool refuse(struct err *err)
{
    return err_set(err, ERR_DENIED, "the token does not hold");
}

static bool decode_json(span text, struct arena *mem, struct json **ret)
{
    span bytes = {0};
    return base64url_decode(text, mem, &bytes) &&
           json_parse_strict(bytes, MOST_TOKEN_BYTES, ret, NULL);
}

static bool decode_member(const struct json *key, const char *name, struct arena *mem, span *ret)
{
    return base64url_decode(json_get_text(key, name), mem, ret);
}

// ---------------------------------------------------------------- signature

static bool key_checks(const struct json *key, span algorithm, span message, span claimed,
                       struct arena *mem)
{
    span kind = json_get_text(key, "kty");
    span a = {0};
    span b = {0};
    if (span_equal(algorithm, S("RS256")) && span_equal(kind, S("RSA")))
        return decode_member(key, "n", mem, &a) && decode_member(key, "e", mem, &b) &&
               rs256_check(a, b, message, claimed, NULL);
    if (span_equal(algorithm, S("ES256")) && span_equal(kind, S("EC")) &&
        span_equal(json_get_text(key, "crv"), S("P-256")))
        return decode_member(key, "x", mem, &a) && decode_member(key, "y", mem, &b) &&
               es256_check(a, b, message, claimed, NULL);
    return false;
}

// Only the key that the token names, and only if its publisher says that it is for signatures. What
// the token brings itself (jwk, jku, x5u) is not looked at.
static bool signature_holds(span head, span message, span claimed, span keys,
                            const struct limits *limits, struct arena *mem)
{
    CLEANUP(json_cleanup) struct json *header = NULL;
    CLEANUP(json_cleanup) struct json *set = NULL;
    if (!decode_json(head, mem, &header) || !json_parse(keys, limits->document_bytes, &set, NULL))
        return false;
    span name = json_get_text(header, "kid");
    span algorithm = json_get_text(header, "alg");
    const struct json *list = json_get(set, "keys");
    if (name.len == 0 || json_get(header, "crit"))
        return false;
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *key = json_at(list, i);
        span use = json_get_text(key, "use");
        if (span_equal(json_get_text(key, "kid"), name) &&
            (use.len == 0 || span_equal(use, S("sig"))))
            return key_checks(key, algorithm, message, claimed, mem);
    }
    return false;
}

// ---------------------------------------------------------------- claims

static bool audience_is(const struct json *claims, span audience)
{
    const struct json *said = json_get(claims, "aud");
    if (json_is_string(said))
        return span_equal(json_text(said), audience);
    for (size_t i = 0; i < json_count(said); i++)
        if (span_equal(json_text(json_at(said, i)), audience))
            return true;
    return false;
}

static bool issuer_is(const struct json *claims, span issuer)
{
    span said = json_get_text(claims, "iss");
    if (issuer.len)
        return span_equal(said, issuer);
    return span_equal(said, S("https://accounts.google.com")) ||
           span_equal(said, S("accounts.google.com"));
}

static bool is_valid_at(const struct json *claims, uint64_t now)
{
    uint64_t expires = 0;
    uint64_t from = 0;
    uint64_t issued = 0;
    if (!json_get_u64(claims, "exp", &expires))
        return false;
    (void)json_get_u64(claims, "nbf", &from); // need not be there
    (void)json_get_u64(claims, "iat", &issued);
    return expires > now - (now < SKEW_SECONDS ? now : SKEW_SECONDS) &&
           from <= now + SKEW_SECONDS && issued <= now + SKEW_SECONDS;
}

static bool email_is(const struct json *claims, span email)
{
    return email.len == 0 || (span_equal(json_get_text(claims, "email"), email) &&
                              json_is_true(json_get(claims, "email_verified")));
}

bool check_token(span token, const struct hook_settings *hook, uint64_t now,
                 const struct limits *limits, struct arena *mem, struct err *err)
{
    CLEANUP(json_cleanup) struct json *claims = NULL;
    size_t dot = span_find_last(token, '.');
    if (token.len > MOST_TOKEN_BYTES || dot == SPAN_NONE)
        return refuse(err);
    span message = span_first(token, dot);
    span payload = message;
    span head = span_cut(&payload, '.');
    span claimed = {0};
    if (!base64url_decode(span_from(token, dot + 1), mem, &claimed) ||
        !signature_holds(head, message, claimed, hook->keys, limits, mem) ||
        !decode_json(payload, mem, &claims))
        return refuse(err);
    bool holds = issuer_is(claims, hook->issuer) && audience_is(claims, hook->audience) &&
                 is_valid_at(claims, now) && email_is(claims, hook->email);
    return holds || refuse(err);
}
