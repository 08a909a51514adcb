// Standard Webhooks 1.0: the id, the time, and HMAC-SHA256 of "ID.TIME.BODY" in base64.
#include "crypto/crypto.h"
#include "service/notify/notify_inner.h"

#define SECRET_PREFIX S("whsec_")

// "whsec_…" holds the key in base64; any other secret is the key.
static bool key_of(span secret, struct arena *mem, span *ret)
{
    if (span_starts_with(secret, SECRET_PREFIX) &&
        base64_decode(span_from(secret, SECRET_PREFIX.len), mem, ret) && ret->len > 0)
        return true;
    *ret = secret;
    return true;
}

static bool add_signature(span secret, const span parts[static 3], struct arena *mem, span *ret,
                          struct err *err)
{
    struct text signed_text;
    struct text value;
    digest mac = {0};
    span key = {0};
    span encoded = {0};
    text_init(&signed_text, mem, SIZE_MAX);
    for (size_t i = 0; i < 3; i++) {
        text_add(&signed_text, i ? S(".") : (span){0});
        text_add(&signed_text, parts[i]);
    }
    if (!text_ok(&signed_text) || !key_of(secret, mem, &key))
        return arena_err(mem, err, "signature");
    if (!hmac_of(DIGEST_SHA256, key, text_span(&signed_text), &mac, err))
        return false;
    text_init(&value, mem, 100);
    text_add(&value, S("v1,"));
    if (!base64_encode(span_of(mac.bytes, digest_size(DIGEST_SHA256)), mem, &encoded))
        return arena_err(mem, err, "signature");
    text_add(&value, encoded);
    *ret = text_span(&value);
    return text_ok(&value) || arena_err(mem, err, "signature");
}

bool sign_delivery(const struct subscription *subscription, span key, uint64_t now,
                   struct arena *mem, struct rendering *rendering, struct err *err)
{
    struct text time;
    text_init(&time, mem, 32);
    text_add_u64(&time, now);
    if (!text_ok(&time))
        return arena_err(mem, err, "headers");
    struct web_header *headers = rendering->headers;
    headers[0] = (struct web_header){"webhook-id", key};
    headers[1] = (struct web_header){"webhook-timestamp", text_span(&time)};
    rendering->header_count = 2;
    if (subscription->secret.len == 0)
        return true;
    span parts[] = {key, text_span(&time), rendering->body};
    headers[2].name = "webhook-signature";
    rendering->header_count = 3;
    return add_signature(subscription->secret, parts, mem, &headers[2].value, err);
}
