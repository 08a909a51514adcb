#include "model/model_inner.h"

// ---------------------------------------------------------------- names

static bool is_lower_or_digit(uint8_t c)
{
    return ascii_is_digit(c) || (c >= 'a' && c <= 'z');
}

// component ::= [a-z0-9]+ (separator [a-z0-9]+)*, separator ::= "." | "_" | "__" | "-"+
static bool component_valid(span component)
{
    size_t i = 0;
    bool want_word = true;
    while (i < component.len) {
        size_t start = i;
        while (i < component.len && is_lower_or_digit(component.ptr[i]))
            i++;
        if (i == start)
            return false;
        want_word = false;
        start = i;
        while (i < component.len && !is_lower_or_digit(component.ptr[i]))
            i++;
        span separator = span_slice(component, start, i - start);
        if (separator.len == 0)
            break;
        want_word = true;
        bool dashes = span_trim_end(separator, '-').len == 0;
        if (!dashes && !span_equal(separator, S(".")) && !span_equal(separator, S("_")) &&
            !span_equal(separator, S("__")))
            return false;
    }
    return !want_word;
}

bool repository_is_valid(span repository)
{
    if (repository.len == 0 || repository.len > 255 || span_ends_with(repository, S("/")))
        return false;
    while (repository.len)
        if (!component_valid(span_cut(&repository, '/')))
            return false;
    return true;
}

bool tag_is_valid(span tag)
{
    if (tag.len == 0 || tag.len > 128)
        return false;
    for (size_t i = 0; i < tag.len; i++) {
        uint8_t c = tag.ptr[i];
        bool word = ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
        if (!word && (i == 0 || (c != '.' && c != '-')))
            return false;
    }
    return true;
}

bool manifest_digest_is_valid(span digest)
{
    span encoded = digest;
    span algorithm = span_cut(&encoded, ':');
    size_t len = span_equal(algorithm, S("sha256"))   ? 64
                 : span_equal(algorithm, S("sha512")) ? 128
                                                      : 0;
    return len && encoded.len == len && span_is_lower_hex(encoded);
}

static bool registry_name_valid(span name)
{
    enum { MOST = 100 };
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        if (!ascii_is_alpha(c) && !ascii_is_digit(c) && c != '.' && c != '_' && c != '-')
            return false;
    }
    return name.len > 0 && name.len <= MOST;
}

// ---------------------------------------------------------------- pushes

bool push_check(const struct push *push, struct err *err)
{
    if (!registry_name_valid(push->registry))
        return err_set(err, ERR_INPUT, "push: '%s' is no name of a registry",
                       quote(push->registry).text);
    if (!repository_is_valid(push->repository))
        return err_set(err, ERR_INPUT, "push: '%s' is no repository", quote(push->repository).text);
    if (push->tag.len && !tag_is_valid(push->tag))
        return err_set(err, ERR_INPUT, "push: '%s' is no tag", quote(push->tag).text);
    if (push->digest.len && !manifest_digest_is_valid(push->digest))
        return err_set(err, ERR_INPUT, "push: '%s' is no digest", quote(push->digest).text);
    if (push->tag.len == 0 && push->digest.len == 0)
        return err_set(err, ERR_INPUT, "push: neither a tag nor a digest");
    return true;
}

bool push_key(const struct push *push, struct arena *mem, span *ret)
{
    struct text key = {0};
    text_init(&key, mem, 1024);
    text_add(&key, push->kind == PUSH_IMAGE ? S("push ") : S("delete "));
    text_add(&key, push->registry);
    text_add_byte(&key, '/');
    text_add(&key, push->repository);
    if (push->tag.len) {
        text_add_byte(&key, ':');
        text_add(&key, push->tag);
    }
    if (push->digest.len) {
        text_add_byte(&key, '@');
        text_add(&key, push->digest);
    }
    *ret = text_span(&key);
    return text_ok(&key);
}

enum {
    PUSH_VERSION = 1,
    MOST_DELIVERY_BYTES = 1024,
};

void push_write(const struct push *push, struct text *out)
{
    text_add_u8(out, PUSH_VERSION);
    text_add_u8(out, (uint8_t)push->kind);
    text_add_field(out, push->registry);
    text_add_field(out, push->repository);
    text_add_field(out, push->tag);
    text_add_field(out, push->digest);
    text_add_field(out, push->delivery);
    text_add_u64le(out, push->at);
}

bool push_read(span bytes, const struct limits *limits, struct arena *mem, struct push *ret,
               struct err *err)
{
    struct wire wire = wire_of(bytes, limits, mem);
    uint8_t version = read_u8(&wire.bytes);
    uint8_t kind = read_u8(&wire.bytes);
    struct push push = {.kind = kind == PUSH_IMAGE ? PUSH_IMAGE : PUSH_DELETE};
    push.registry = wire_field(&wire);
    push.repository = wire_field(&wire);
    push.tag = wire_field(&wire);
    push.digest = wire_field(&wire);
    push.delivery = wire_field(&wire);
    push.at = read_u64le(&wire.bytes);
    if (!wire_end(&wire, "push", err))
        return false;
    if (version != PUSH_VERSION || kind > PUSH_DELETE || push.delivery.len > MOST_DELIVERY_BYTES)
        return err_set(err, ERR_INPUT, "push: of another version, or malformed");
    if (!push_check(&push, err))
        return false;
    *ret = push;
    return true;
}
