// Google: a service account signs a token of its own (RFC 7523), and gets an access token for it.
#include "crypto/crypto.h"
#include "net/cloud_inner.h"

enum { TOKEN_SECONDS = 3600 };

// The one that allows pulling, from Artifact Registry and from Container Registry.
static const char google_scope[] = "https://www.googleapis.com/auth/cloud-platform.read-only";

static bool add_part(struct text *token, const struct text *part, struct arena *mem)
{
    span encoded = {0};
    if (!text_ok(part) || !base64url_encode(text_span(part), mem, &encoded))
        return false;
    text_add(token, encoded);
    return text_ok(token);
}

static bool add_header(struct text *token, const struct json *file, struct arena *mem)
{
    struct text part = {0};
    struct json_out out = {.text = &part};
    text_init(&part, mem, MOST_CLOUD_BYTES);
    json_begin_object(&out);
    json_field_text(&out, "alg", S("RS256"));
    json_field_text(&out, "typ", S("JWT"));
    json_field_text(&out, "kid", json_get_text(file, "private_key_id"));
    json_end_object(&out);
    return add_part(token, &part, mem);
}

static bool add_claims(struct text *token, const struct json *file, span audience, uint64_t now,
                       struct arena *mem)
{
    struct text part = {0};
    struct json_out out = {.text = &part};
    text_init(&part, mem, MOST_CLOUD_BYTES);
    json_begin_object(&out);
    json_field_text(&out, "iss", json_get_text(file, "client_email"));
    json_field_text(&out, "scope", span_of_text(google_scope));
    json_field_text(&out, "aud", audience);
    json_field_u64(&out, "iat", now);
    json_field_u64(&out, "exp", now + TOKEN_SECONDS);
    json_end_object(&out);
    return add_part(token, &part, mem);
}

static bool add_signature(struct text *token, const struct json *file, struct arena *mem,
                          struct err *err)
{
    CLEANUP(rsa_key_cleanup) struct rsa_key *key = NULL;
    span made = {0};
    span encoded = {0};
    if (!rsa_key_parse(json_get_text(file, "private_key"), &key, err) ||
        !rs256_sign(key, text_span(token), mem, &made, err))
        return false;
    if (!base64url_encode(made, mem, &encoded))
        return arena_err(mem, err, "token");
    text_add_byte(token, '.');
    text_add(token, encoded);
    return text_ok(token) || arena_err(mem, err, "token");
}

bool google_assertion(span key_file, span audience, uint64_t now, struct arena *mem, span *ret,
                      span *ret_audience, struct err *err)
{
    CLEANUP(json_cleanup) struct json *file = NULL;
    struct text token = {0};
    span taken_by = audience;
    // Its own words might hold the key.
    if (!json_parse(key_file, MOST_CLOUD_BYTES, &file, NULL) ||
        json_get_text(file, "client_email").len == 0)
        return err_set(err, ERR_INPUT, "it is not the key file of a service account");
    if (taken_by.len == 0 && !arena_span(mem, json_get_text(file, "token_uri"), &taken_by))
        return arena_err(mem, err, "token");
    text_init(&token, mem, MOST_CLOUD_BYTES);
    if (!add_header(&token, file, mem))
        return arena_err(mem, err, "token");
    text_add_byte(&token, '.');
    if (!add_claims(&token, file, taken_by, now, mem))
        return arena_err(mem, err, "token");
    if (!add_signature(&token, file, mem, err))
        return false;
    *ret = text_span(&token);
    *ret_audience = taken_by;
    return true;
}

bool google_login(const struct cloud *cloud, struct credentials *ret, uint64_t *ret_until,
                  struct err *err)
{
    CLEANUP(json_cleanup) struct json *answer = NULL;
    const struct registry_login *login = &cloud->settings->login;
    struct text form = {0};
    struct http_request request = {0};
    span assertion = {0};
    uint64_t seconds = 0;
    if (!google_assertion(login->password, login->endpoint, cloud->now, cloud->mem, &assertion,
                          &request.url, err))
        return false;
    text_init(&form, cloud->mem, MOST_CLOUD_BYTES);
    cloud_field(&form, "grant_type", S("urn:ietf:params:oauth:grant-type:jwt-bearer"));
    cloud_field(&form, "assertion", assertion);
    if (!text_ok(&form))
        return arena_err(cloud->mem, err, "token request");
    request.form = text_span(&form);
    if (!cloud_ask(cloud, &request, &answer, err))
        return false;
    if (json_get_text(answer, "access_token").len == 0 ||
        !json_get_u64(answer, "expires_in", &seconds))
        return err_set(err, ERR_INPUT, "the token service's answer holds no token");
    ret->user = S("oauth2accesstoken");
    *ret_until = cloud->now + (seconds < TOKEN_SECONDS ? seconds : TOKEN_SECONDS);
    return arena_span(cloud->mem, json_get_text(answer, "access_token"), &ret->password) ||
           arena_err(cloud->mem, err, "token");
}
