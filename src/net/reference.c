#include "net/net.h"

static bool port_valid(span port)
{
    uint64_t number = 0;
    return span_to_u64(port, &number) && number > 0 && number < 65536;
}

// A host name, an IPv4 address or an IPv6 address in brackets, with or without a port.
static bool domain_valid(span domain)
{
    span host = domain;
    size_t colon = span_find_last(domain, ':');
    bool bracketed = span_starts_with(domain, S("["));
    if (colon != SPAN_NONE && !span_ends_with(domain, S("]"))) {
        if (!port_valid(span_from(domain, colon + 1)))
            return false;
        host = span_first(domain, colon);
    }
    if (bracketed != span_ends_with(host, S("]")) || host.len < (bracketed ? 4 : 1))
        return false;
    span inner = bracketed ? span_slice(host, 1, host.len - 2) : host;
    for (size_t i = 0; i < inner.len; i++) {
        uint8_t c = inner.ptr[i];
        bool fine = ascii_is_alpha(c) || ascii_is_digit(c) || c == '.' || c == '-';
        if (bracketed ? !(ascii_is_hex(c) || c == ':') : !fine)
            return false;
    }
    return inner.ptr[0] != '-' && inner.ptr[0] != '.';
}

static bool has_upper(span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (ascii_lower(s.ptr[i]) != s.ptr[i])
            return true;
    return false;
}

// "a/b" is a repository of Docker Hub unless `a` can only be a host.
static span cut_domain(span *rest)
{
    size_t slash = span_find(*rest, '/');
    if (slash == SPAN_NONE)
        return S("docker.io");
    span first = span_first(*rest, slash);
    bool host = span_find(first, '.') != SPAN_NONE || span_find(first, ':') != SPAN_NONE ||
                span_equal(first, S("localhost")) || has_upper(first);
    if (!host)
        return S("docker.io");
    *rest = span_from(*rest, slash + 1);
    bool hub =
        span_equal(first, S("index.docker.io")) || span_equal(first, S("registry-1.docker.io"));
    return hub ? S("docker.io") : first;
}

static bool prefix_library(struct reference *reference, struct arena *mem, struct err *err)
{
    struct text text = {0};
    text_init(&text, mem, 512);
    text_add(&text, S("library/"));
    text_add(&text, reference->repository);
    if (!text_ok(&text))
        return err_set(err, ERR_USAGE, "the reference is too long");
    reference->repository = text_span(&text);
    return true;
}

static bool check(const struct reference *r, span text, struct err *err)
{
    if (!domain_valid(r->domain))
        return err_set(err, ERR_USAGE, "'%s': '%s' is no host", quote(text).text,
                       quote(r->domain).text);
    if (!repository_is_valid(r->repository))
        return err_set(err, ERR_USAGE, "'%s': '%s' is no repository name (lower case only)",
                       quote(text).text, quote(r->repository).text);
    if (r->tag.len && !tag_is_valid(r->tag))
        return err_set(err, ERR_USAGE, "'%s': '%s' is no tag", quote(text).text,
                       quote(r->tag).text);
    if (r->digest.len && !manifest_digest_is_valid(r->digest))
        return err_set(err, ERR_USAGE, "'%s': '%s' is no digest", quote(text).text,
                       quote(r->digest).text);
    return true;
}

bool reference_parse(span text, struct arena *mem, struct reference *ret, struct err *err)
{
    struct reference r = {0};
    span name = text;
    size_t at = span_find(text, '@');
    if (at != SPAN_NONE) {
        name = span_first(text, at);
        r.digest = span_from(text, at + 1);
        if (r.digest.len == 0)
            return err_set(err, ERR_USAGE, "'%s': no digest behind '@'", quote(text).text);
    }
    r.domain = cut_domain(&name);
    size_t colon = span_find(name, ':');
    if (colon != SPAN_NONE && colon + 1 == name.len)
        return err_set(err, ERR_USAGE, "'%s': no tag behind ':'", quote(text).text);
    r.repository = span_cut(&name, ':');
    r.tag = name;
    if (r.tag.len == 0 && r.digest.len == 0)
        r.tag = S("latest");
    if (!check(&r, text, err))
        return false;
    bool hub = span_equal(r.domain, S("docker.io"));
    r.host = hub ? S("registry-1.docker.io") : r.domain;
    if (hub && span_find(r.repository, '/') == SPAN_NONE && !prefix_library(&r, mem, err))
        return false;
    *ret = r;
    return true;
}

bool reference_text(const struct reference *reference, struct arena *mem, span *ret,
                    struct err *err)
{
    struct text text = {0};
    text_init(&text, mem, 1024);
    text_add(&text, reference->domain);
    text_add_byte(&text, '/');
    text_add(&text, reference->repository);
    if (reference->tag.len) {
        text_add_byte(&text, ':');
        text_add(&text, reference->tag);
    }
    if (reference->digest.len) {
        text_add_byte(&text, '@');
        text_add(&text, reference->digest);
    }
    if (!text_ok(&text))
        return err_set(err, ERR_USAGE, "the reference is too long");
    *ret = text_span(&text);
    return true;
}
