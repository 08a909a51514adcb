// Mail by SMTP (RFC 5321), as libcurl speaks it.
#include "net/http_inner.h"

#include <curl/curl.h>

enum { LINE_BYTES = 1024, REQUEST_BYTES = 64 << 10 };

static void session_cleanup(CURL **curl)
{
    curl_easy_cleanup(*curl);
}

static void list_cleanup(struct curl_slist **list)
{
    curl_slist_free_all(*list);
}

static size_t on_read(char *buffer, size_t size, size_t count, void *self)
{
    span *rest = self;
    span part = span_first(*rest, size * count);
    if (part.len)
        memcpy(buffer, part.ptr, part.len);
    *rest = span_from(*rest, part.len);
    return part.len;
}

static size_t on_reply(char *bytes, size_t size, size_t count, void *self)
{
    (void)bytes; // the status says all
    (void)self;
    return size * count;
}

// "smtp://HOST:PORT/DOMAIN": the path is what we call ourselves (RFC 5321 section 4.1.1.1), which
// is the sender's domain, so that no name of the inner network leaves it.
static char *make_url(const struct mail_settings *server, struct arena *mem)
{
    struct text url;
    bool is_v6 = span_find(server->host, ':') != SPAN_NONE;
    size_t at = span_find_last(server->from, '@');
    text_init(&url, mem, LINE_BYTES);
    text_add(&url, server->security == MAIL_TLS ? S("smtps://") : S("smtp://"));
    text_add(&url, is_v6 ? S("[") : S(""));
    text_add(&url, server->host);
    text_add(&url, is_v6 ? S("]:") : S(":"));
    text_add_u64(&url, server->port);
    text_add_byte(&url, '/');
    text_add(&url, at == SPAN_NONE ? S("localhost") : span_from(server->from, at + 1));
    return text_ok(&url) ? arena_text(mem, text_span(&url)) : NULL;
}

static bool set_text(CURL *curl, CURLoption option, span text, struct arena *mem)
{
    char *copy = arena_text(mem, text);
    return copy && curl_easy_setopt(curl, option, copy) == CURLE_OK;
}

// What fails here for want of TLS or memory in libcurl makes the transfer fail as well.
static void set_network(CURL *curl, const struct mail_settings *server, uint64_t seconds)
{
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)seconds);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)seconds);
    (void)curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_reply);
    if (server->ca_file)
        (void)curl_easy_setopt(curl, CURLOPT_CAINFO, server->ca_file);
}

// What carries names, secrets and what must not go out in clear is checked.
static bool set_mail(CURL *curl, const struct mail_settings *server, struct curl_slist *to,
                     span *content, struct arena *mem)
{
    char *url = make_url(server, mem);
    long security = server->security == MAIL_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL;
    bool set = url && to && curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_USE_SSL, security) == CURLE_OK &&
               set_text(curl, CURLOPT_MAIL_FROM, server->from, mem) &&
               curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_READDATA, content) == CURLE_OK;
    if (set && server->user.len)
        set = set_text(curl, CURLOPT_USERNAME, server->user, mem) &&
              set_text(curl, CURLOPT_PASSWORD, server->password, mem);
    return set;
}

// Replies that are about this mail and not about the server's state or our account (RFC 5321
// section 4.2.3).
static bool is_final(unsigned status)
{
    return status >= 550 && status <= 559;
}

static bool fail_mail(CURL *curl, CURLcode code, unsigned *ret_status, struct err *err)
{
    long status = 0;
    const char *why = curl_easy_strerror(code);
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status); // 0 is no answer
    *ret_status = (unsigned)status;
    if (code == CURLE_LOGIN_DENIED)
        return err_set(err, ERR_IO, "does not accept the user or the password");
    if (code == CURLE_USE_SSL_FAILED)
        return err_set(err, ERR_UNTRUSTED, "does not offer TLS");
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR)
        return err_set(err, ERR_UNTRUSTED, "TLS: %s", why);
    if (is_final((unsigned)status))
        return err_set(err, ERR_DENIED, "refuses the mail: %ld", status);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return err_set(err, ERR_TIMEOUT, "no answer in time");
    if (code == CURLE_OUT_OF_MEMORY)
        return err_set(err, ERR_MEMORY, "%s", why);
    return err_set(err, ERR_IO, "%s (status %ld)", why, status);
}

static bool check_server(const struct mail_settings *server, struct err *err)
{
    bool is_v6 = span_find(server->host, ':') != SPAN_NONE;
    struct os_address address = {0};
    if (is_v6 ? !os_address_parse(server->host, &address) : server->host.len == 0)
        return err_set(err, ERR_USAGE, "'%s' is no host", quote(server->host).text);
    bool is_here = span_equal(server->host, S("::1")) || (!is_v6 && http_is_loopback(server->host));
    if (server->security == MAIL_PLAIN && !is_here)
        return err_set(err, ERR_USAGE, "mail without TLS is for this machine alone");
    return true;
}

static bool hand_over(CURL *curl, const struct mail_settings *server, const struct mail *mail,
                      uint64_t seconds, struct arena *mem, unsigned *ret_status, struct err *err)
{
    char *recipient = arena_text(mem, mail->to);
    CLEANUP(list_cleanup)
    struct curl_slist *to = recipient ? curl_slist_append(NULL, recipient) : NULL;
    span content = mail->content;
    set_network(curl, server, seconds);
    if (!set_mail(curl, server, to, &content, mem))
        return err_set(err, ERR_USAGE, "the mail cannot be sent: a name is malformed");
    CURLcode code = curl_easy_perform(curl);
    return code == CURLE_OK || fail_mail(curl, code, ret_status, err);
}

bool mail_send(const struct mail_settings *server, const struct mail *mail, uint64_t seconds,
               unsigned *ret_status, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(REQUEST_BYTES);
    CLEANUP(session_cleanup) CURL *curl = curl_easy_init();
    *ret_status = 0;
    if (!mem || !curl)
        return http_available(err) && err_set(err, ERR_MEMORY, "no memory for a mail");
    return (check_server(server, err) &&
            hand_over(curl, server, mail, seconds, mem, ret_status, err)) ||
           err_add(err, "mail server %s", quote(server->host).text);
}
