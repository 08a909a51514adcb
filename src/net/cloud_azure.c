// Azure Container Registry: an application's secret gives a token of Entra, for which the registry
// gives a refresh token, which its token service takes for access tokens.
#include "net/cloud_inner.h"

enum { REFRESH_SECONDS = 3 * 3600 };

static bool azure_url(const struct registry_login *login, struct arena *mem, span *ret)
{
    struct text url = {0};
    text_init(&url, mem, 1024);
    text_add(&url, login->endpoint.len ? login->endpoint : S("https://login.microsoftonline.com"));
    text_add_byte(&url, '/');
    http_escape(&url, login->tenant);
    text_add(&url, S("/oauth2/v2.0/token"));
    *ret = text_span(&url);
    return text_ok(&url);
}

// RFC 6749, section 4.4.
static bool ask_entra(const struct cloud *cloud, struct json **ret, struct err *err)
{
    const struct registry_login *login = &cloud->settings->login;
    struct http_request request = {0};
    struct text form = {0};
    text_init(&form, cloud->mem, MOST_CLOUD_BYTES);
    cloud_field(&form, "grant_type", S("client_credentials"));
    cloud_field(&form, "client_id", login->user);
    cloud_field(&form, "client_secret", login->password);
    cloud_field(&form, "scope", S("https://containerregistry.azure.net/.default"));
    if (!text_ok(&form) || !azure_url(login, cloud->mem, &request.url))
        return arena_err(cloud->mem, err, "token request");
    request.form = text_span(&form);
    return cloud_ask(cloud, &request, ret, err);
}

// The registry's own exchange; its host is the one of the settings.
static bool exchange(const struct cloud *cloud, span access_token, struct json **ret,
                     struct err *err)
{
    const struct registry_settings *settings = cloud->settings;
    struct text url = {0};
    struct text form = {0};
    text_init(&url, cloud->mem, 1024);
    text_init(&form, cloud->mem, MOST_CLOUD_BYTES);
    text_add(&url, settings->plain_http ? S("http://") : S("https://"));
    text_add(&url, settings->host);
    text_add(&url, S("/oauth2/exchange"));
    cloud_field(&form, "grant_type", S("access_token"));
    cloud_field(&form, "service", settings->host);
    cloud_field(&form, "tenant", settings->login.tenant);
    cloud_field(&form, "access_token", access_token);
    if (!text_ok(&url) || !text_ok(&form))
        return arena_err(cloud->mem, err, "token request");
    struct http_request request = {.url = text_span(&url), .form = text_span(&form)};
    return cloud_ask(cloud, &request, ret, err);
}

bool azure_login(const struct cloud *cloud, struct credentials *ret, uint64_t *ret_until,
                 struct err *err)
{
    CLEANUP(json_cleanup) struct json *entra = NULL;
    CLEANUP(json_cleanup) struct json *registry = NULL;
    if (!ask_entra(cloud, &entra, err))
        return false;
    if (json_get_text(entra, "access_token").len == 0)
        return err_set(err, ERR_INPUT, "the token service's answer holds no token");
    if (!exchange(cloud, json_get_text(entra, "access_token"), &registry, err))
        return err_add(err, "exchange");
    if (json_get_text(registry, "refresh_token").len == 0)
        return err_set(err, ERR_INPUT, "exchange: the answer holds no token");
    *ret_until = cloud->now + REFRESH_SECONDS;
    return arena_span(cloud->mem, json_get_text(registry, "refresh_token"), &ret->identity_token) ||
           arena_err(cloud->mem, err, "token");
}
