// Amazon ECR: GetAuthorizationToken gives what is a password for twelve hours.
#include "net/cloud_inner.h"

// "20150830T123600Z"
static span amazon_date(uint64_t now, char out[static 21])
{
    time_format(now, out); // "2015-08-30T12:36:00Z"
    size_t len = 0;
    for (size_t i = 0; out[i]; i++)
        if (out[i] != '-' && out[i] != ':')
            out[len++] = out[i];
    return span_of(out, len);
}

static bool amazon_url(const struct registry_login *login, struct arena *mem, span *ret)
{
    struct text url = {0};
    text_init(&url, mem, 1024);
    text_add(&url, login->endpoint);
    if (login->endpoint.len == 0) {
        text_add(&url, S("https://api.ecr."));
        text_add(&url, login->region);
        text_add(&url, S(".amazonaws.com"));
        text_add(&url, span_starts_with(login->region, S("cn-")) ? S(".cn") : S(""));
    }
    text_add_byte(&url, '/');
    *ret = text_span(&url);
    return text_ok(&url);
}

// Host as it stands in the URL, which is what libcurl sends.
static span host_of(span url)
{
    span rest = span_from(url, span_find(url, ':') + 3);
    return span_cut(&rest, '/');
}

static bool ask_amazon(const struct cloud *cloud, struct json **ret, struct err *err)
{
    const struct registry_login *login = &cloud->settings->login;
    char date[21] = {0};
    span url = {0};
    if (!amazon_url(login, cloud->mem, &url))
        return arena_err(cloud->mem, err, "token request");
    struct web_header headers[] = {
        {"content-type", S("application/x-amz-json-1.1")},
        {"host", host_of(url)},
        {"x-amz-date", amazon_date(cloud->now, date)},
        {"x-amz-security-token", login->session},
        {"x-amz-target", S("AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken")},
    };
    size_t count = sizeof headers / sizeof *headers;
    if (login->session.len == 0) { // what is not sent is not signed
        headers[3] = headers[4];
        count--;
    }
    struct aws_key key = {login->user, login->password, login->region, S("ecr")};
    struct aws_request signed_request = {
        .method = "POST",
        .path = S("/"),
        .headers = headers,
        .header_count = count,
        .content = S("{}"),
        .date = headers[2].value,
    };
    struct http_request request = {
        .url = url,
        .content = signed_request.content,
        .headers = headers,
        .header_count = count,
    };
    return aws_sign(&key, &signed_request, cloud->mem, &request.authorization, err) &&
           cloud_ask(cloud, &request, ret, err);
}

bool amazon_login(const struct cloud *cloud, struct credentials *ret, uint64_t *ret_until,
                  struct err *err)
{
    CLEANUP(json_cleanup) struct json *answer = NULL;
    span pair = {0};
    double until = 0;
    if (!ask_amazon(cloud, &answer, err))
        return false;
    const struct json *data = json_at(json_get(answer, "authorizationData"), 0);
    if (!base64_decode(json_get_text(data, "authorizationToken"), cloud->mem, &pair) ||
        span_find(pair, ':') == SPAN_NONE || !json_number(json_get(data, "expiresAt"), &until) ||
        until < 1 || until > 1e12)
        return err_set(err, ERR_INPUT, "the token service's answer holds no token");
    ret->user = span_cut(&pair, ':');
    ret->password = pair;
    *ret_until = (uint64_t)until;
    return true;
}
