#include "model/model.h"

enum {
    OWNER_BYTES = 200,
    NAME_BYTES = 500, // patterns and labels
    URL_BYTES = 2048,
    SECRET_LEAST = 16, // 128 bits, if they are random
    SECRET_MOST = 256,
    FILE_BYTES = 128,
    COMMAND_BYTES = 64,
    LOCAL_BYTES = 64,   // RFC 5321 section 4.5.3.1.1
    DOMAIN_BYTES = 255, // section 4.5.3.1.2
    LABEL_BYTES = 63,   // RFC 1035 section 2.3.4
    ADDRESS_BYTES = 45, // of version 6, with one of version 4 in it
};

static const char *const channels[] = {
    [CHANNEL_WEBHOOK] = "webhook", [CHANNEL_MAIL] = "mail", [CHANNEL_SLACK] = "slack",
    [CHANNEL_TEAMS] = "teams",     [CHANNEL_FILE] = "file", [CHANNEL_COMMAND] = "command",
};

const char *channel_kind_name(enum channel_kind kind)
{
    return channels[kind];
}

bool channel_kind_parse(span text, enum channel_kind *ret)
{
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
        if (span_equal(text, span_of_text(channels[i]))) {
            *ret = (enum channel_kind)i;
            return true;
        }
    }
    return false;
}

// ---------------------------------------------------------------- addresses

static bool is_word(span text, size_t most, const char *besides)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (!ascii_is_alpha(c) && !ascii_is_digit(c) &&
            span_find(span_of_text(besides), c) == SPAN_NONE)
            return false;
    }
    return text.len > 0 && text.len <= most;
}

static bool is_printable(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~')
            return false;
    return true;
}

// A name of the domain name system, or an IPv4 address.
static bool is_domain(span domain)
{
    if (domain.len == 0 || domain.len > DOMAIN_BYTES || domain.ptr[domain.len - 1] == '.')
        return false;
    while (domain.len) {
        span label = span_cut(&domain, '.');
        if (!is_word(label, LABEL_BYTES, "-") || label.ptr[0] == '-' ||
            label.ptr[label.len - 1] == '-')
            return false;
    }
    return true;
}

// RFC 5321 section 4.1.2 without quoted strings and address literals: nothing in it can mean
// anything to a mail server or a header but itself.
static bool is_mail_address(span address)
{
    size_t at = span_find_last(address, '@');
    if (at == SPAN_NONE || at > LOCAL_BYTES)
        return false;
    span local = span_first(address, at);
    if (local.len == 0 || local.ptr[local.len - 1] == '.' || !is_domain(span_from(address, at + 1)))
        return false;
    while (local.len)
        if (!is_word(span_cut(&local, '.'), LOCAL_BYTES, "!#$%&'*+-/=?^_`{|}~"))
            return false;
    return true;
}

// "[v6]" or a name, and ":PORT".
static bool is_authority(span authority)
{
    uint64_t port = 0;
    span host = authority;
    if (span_starts_with(authority, S("["))) {
        bool is_closed = span_find(authority, ']') != SPAN_NONE;
        host = span_cut(&authority, ']');
        if (!is_closed || !is_word(span_from(host, 1), ADDRESS_BYTES, ":."))
            return false;
        return authority.len == 0 ||
               (authority.ptr[0] == ':' && span_to_u64(span_from(authority, 1), &port) && port &&
                port <= UINT16_MAX);
    }
    bool has_port = span_find(authority, ':') != SPAN_NONE;
    host = span_cut(&authority, ':');
    return is_domain(host) &&
           (!has_port || (span_to_u64(authority, &port) && port && port <= UINT16_MAX));
}

// Splits an http or https URL; false for any other.
static bool cut_url(span url, span *ret_scheme, span *ret_authority)
{
    span scheme = span_starts_with(url, S("https://"))  ? S("https://")
                  : span_starts_with(url, S("http://")) ? S("http://")
                                                        : S("");
    span rest = span_from(url, scheme.len);
    size_t len = 0;
    while (len < rest.len && span_find(S("/?#"), rest.ptr[len]) == SPAN_NONE)
        len++;
    *ret_scheme = scheme;
    *ret_authority = span_first(rest, len);
    return scheme.len > 0;
}

static bool is_url(span url)
{
    span scheme = {0};
    span authority = {0};
    return url.len <= URL_BYTES && is_printable(url) && cut_url(url, &scheme, &authority) &&
           is_authority(authority) && span_find(url, '\\') == SPAN_NONE;
}

static bool check_address(const struct subscription *subscription, struct err *err)
{
    span address = subscription->address;
    switch (subscription->channel) {
    case CHANNEL_WEBHOOK:
    case CHANNEL_SLACK:
    case CHANNEL_TEAMS:
        // The URL is not repeated: it may be as good as a password.
        return is_url(address) ||
               err_set(err, ERR_USAGE, "address: not an http or https URL without user name");
    case CHANNEL_MAIL:
        return is_mail_address(address) ||
               err_set(err, ERR_USAGE, "address: '%s' is no mail address", quote(address).text);
    case CHANNEL_FILE:
        return (is_word(address, FILE_BYTES, "-_.") && address.ptr[0] != '.') ||
               err_set(err, ERR_USAGE, "address: '%s' is no name of a file", quote(address).text);
    case CHANNEL_COMMAND:
        return is_word(address, COMMAND_BYTES, "-_") ||
               err_set(err, ERR_USAGE, "address: '%s' is no name of a command",
                       quote(address).text);
    }
    return err_set(err, ERR_USAGE, "channel: there is no kind %d", (int)subscription->channel);
}

bool subscription_shown_address(const struct subscription *subscription, struct arena *mem,
                                span *ret)
{
    span scheme = {0};
    span authority = {0};
    struct text shown;
    if (!cut_url(subscription->address, &scheme, &authority))
        return arena_span(mem, subscription->address, ret);
    text_init(&shown, mem, URL_BYTES);
    text_add(&shown, scheme);
    text_add(&shown, authority);
    *ret = text_span(&shown);
    return text_ok(&shown);
}

// ---------------------------------------------------------------- the whole

static bool is_image_digest(span digest)
{
    enum { HEX = 64 };
    uint64_t number = 0;
    if (!span_starts_with(digest, S("sha256:")) || digest.len != S("sha256:").len + HEX)
        return false;
    for (span hex = span_from(digest, S("sha256:").len); hex.len; hex = span_from(hex, 16))
        if (!span_to_u64_hex(span_first(hex, 16), &number))
            return false;
    return true;
}

static bool check_filter(const struct subscription *subscription, struct err *err)
{
    if (subscription->image.len && !is_image_digest(subscription->image))
        return err_set(err, ERR_USAGE, "image: '%s' is no SHA-256 digest",
                       quote(subscription->image).text);
    if (subscription->repository.len > NAME_BYTES || !is_printable(subscription->repository))
        return err_set(err, ERR_USAGE, "repository: '%s' is no pattern",
                       quote(subscription->repository).text);
    if (subscription->label_key.len > NAME_BYTES || subscription->label_value.len > NAME_BYTES)
        return err_set(err, ERR_USAGE, "label: longer than %d bytes", NAME_BYTES);
    if (subscription->label_value.len && subscription->label_key.len == 0)
        return err_set(err, ERR_USAGE, "label: a value without a key");
    if (subscription->severity > SEVERITY_CRITICAL)
        return err_set(err, ERR_USAGE, "severity: there is no such one");
    return true;
}

static bool check_secret(const struct subscription *subscription, struct err *err)
{
    span secret = subscription->secret;
    if (subscription->channel != CHANNEL_WEBHOOK)
        return secret.len == 0 || err_set(err, ERR_USAGE, "secret: is for webhooks alone");
    if (secret.len < SECRET_LEAST || secret.len > SECRET_MOST)
        return err_set(err, ERR_USAGE, "secret: has to have %d to %d bytes", SECRET_LEAST,
                       SECRET_MOST);
    return true;
}

bool subscription_check(const struct subscription *subscription, struct err *err)
{
    if (subscription->project <= 0)
        return err_set(err, ERR_USAGE, "project: is missing");
    if (subscription->owner.len == 0 || subscription->owner.len > OWNER_BYTES ||
        !utf8_is_valid(subscription->owner))
        return err_set(err, ERR_USAGE, "owner: has to be text of 1 to %d bytes", OWNER_BYTES);
    if (subscription->digest > DIGEST_MOST)
        return err_set(err, ERR_USAGE, "digest: at most %d seconds", DIGEST_MOST);
    return check_filter(subscription, err) && check_address(subscription, err) &&
           check_secret(subscription, err);
}
