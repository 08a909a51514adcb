#include "crypto/crypto.h"
#include "net/cloud_inner.h"

enum {
    DATE_BYTES = 8,       // "20150830"
    DATE_TIME_BYTES = 16, // "20150830T123600Z"
    MOST_SIGNED_BYTES = 1 << 16,
};

static bool add_sha256(struct text *out, span bytes, struct err *err)
{
    digest value = {0};
    if (!digest_of(DIGEST_SHA256, bytes, &value, err))
        return false;
    text_add_hex(out, span_of(value.bytes, digest_size(value.algorithm)));
    return true;
}

static void add_signed_names(struct text *out, const struct aws_request *request)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (i > 0)
            text_add_byte(out, ';');
        text_add(out, span_of_text(request->headers[i].name));
    }
}

// Step 1: the canonical request.
static bool canonical(const struct aws_request *request, struct arena *mem, span *ret,
                      struct err *err)
{
    struct text out = {0};
    text_init(&out, mem, MOST_SIGNED_BYTES);
    text_add(&out, span_of_text(request->method));
    text_add_byte(&out, '\n');
    text_add(&out, request->path);
    text_add_byte(&out, '\n');
    text_add(&out, request->query);
    text_add_byte(&out, '\n');
    for (size_t i = 0; i < request->header_count; i++) {
        text_add(&out, span_of_text(request->headers[i].name));
        text_add_byte(&out, ':');
        text_add(&out, span_trim(request->headers[i].value));
        text_add_byte(&out, '\n');
    }
    text_add_byte(&out, '\n');
    add_signed_names(&out, request);
    text_add_byte(&out, '\n');
    if (!add_sha256(&out, request->content, err))
        return false;
    *ret = text_span(&out);
    return text_ok(&out) || err_set(err, ERR_USAGE, "the request cannot be signed: it is too long");
}

static void add_scope(struct text *out, const struct aws_key *key, span date)
{
    text_add(out, span_first(date, DATE_BYTES));
    text_add_byte(out, '/');
    text_add(out, key->region);
    text_add_byte(out, '/');
    text_add(out, key->service);
    text_add(out, S("/aws4_request"));
}

// Steps 2 and 3: the string to sign.
static bool string_to_sign(const struct aws_key *key, const struct aws_request *request,
                           struct arena *mem, span *ret, struct err *err)
{
    struct text out = {0};
    span whole = {0};
    text_init(&out, mem, MOST_SIGNED_BYTES);
    text_add(&out, S("AWS4-HMAC-SHA256\n"));
    text_add(&out, request->date);
    text_add_byte(&out, '\n');
    add_scope(&out, key, request->date);
    text_add_byte(&out, '\n');
    if (!canonical(request, mem, &whole, err) || !add_sha256(&out, whole, err))
        return false;
    *ret = text_span(&out);
    return text_ok(&out) || arena_err(mem, err, "signature");
}

static bool next_key(digest *key, span message, struct err *err)
{
    return hmac_of(DIGEST_SHA256, span_of(key->bytes, digest_size(DIGEST_SHA256)), message, key,
                   err);
}

// Step 4: the key of the day, the region and the service, and the signature with it.
static bool sign(const struct aws_key *key, span date, span message, struct arena *mem, digest *ret,
                 struct err *err)
{
    struct text first = {0};
    digest made = {0};
    text_init(&first, mem, MOST_SIGNED_BYTES);
    text_add(&first, S("AWS4"));
    text_add(&first, key->secret);
    if (!text_ok(&first))
        return arena_err(mem, err, "signature");
    if (!hmac_of(DIGEST_SHA256, text_span(&first), span_first(date, DATE_BYTES), &made, err) ||
        !next_key(&made, key->region, err) || !next_key(&made, key->service, err) ||
        !next_key(&made, S("aws4_request"), err) || !next_key(&made, message, err))
        return false;
    *ret = made;
    return true;
}

bool aws_sign(const struct aws_key *key, const struct aws_request *request, struct arena *mem,
              span *ret, struct err *err)
{
    struct text out = {0};
    span message = {0};
    digest made = {0};
    assert(request->date.len == DATE_TIME_BYTES);
    if (!string_to_sign(key, request, mem, &message, err) ||
        !sign(key, request->date, message, mem, &made, err))
        return false;
    text_init(&out, mem, MOST_SIGNED_BYTES);
    text_add(&out, S("AWS4-HMAC-SHA256 Credential="));
    text_add(&out, key->id);
    text_add_byte(&out, '/');
    add_scope(&out, key, request->date);
    text_add(&out, S(", SignedHeaders="));
    add_signed_names(&out, request);
    text_add(&out, S(", Signature="));
    text_add_hex(&out, span_of(made.bytes, digest_size(DIGEST_SHA256)));
    *ret = text_span(&out);
    return text_ok(&out) || arena_err(mem, err, "signature");
}
