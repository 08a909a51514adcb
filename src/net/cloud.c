// Signing in to registries of the service's configuration.
#include "net/cloud_inner.h"

enum { CLOUD_SECONDS = 60 }; // for one answer of a token service

// ---------------------------------------------------------------- registries of the configuration

struct reference registry_image(const struct registry_settings *settings, span repository, span tag,
                                span digest)
{
    bool hub = span_equal(settings->host, S("docker.io"));
    return (struct reference){
        .domain = settings->host,
        .host = hub ? S("registry-1.docker.io") : settings->host,
        .repository = repository,
        .tag = tag,
        .digest = digest,
    };
}

bool registry_options(const struct registry_settings *settings, const struct net_options *options,
                      struct arena *mem, struct net_options *ret, struct err *err)
{
    struct net_options own = *options;
    if (settings->ca_file)
        own.ca_file = settings->ca_file;
    own.plain_http = NULL; // of the command line, for a host of its own
    if (settings->plain_http) {
        own.plain_http = arena_text(mem, settings->host);
        if (!own.plain_http)
            return arena_err(mem, err, "options");
    }
    *ret = own;
    return true;
}

bool registry_login(const struct registry_settings *settings, const struct net_options *options,
                    uint64_t now, struct arena *mem, struct credentials *ret, uint64_t *ret_until,
                    struct err *err)
{
    const struct registry_login *login = &settings->login;
    struct cloud cloud = {.settings = settings, .options = options, .now = now, .mem = mem};
    struct credentials plain = {0};
    switch (login->kind) {
    case LOGIN_NONE:
        break;
    case LOGIN_BASIC:
        plain = (struct credentials){.user = login->user, .password = login->password};
        break;
    case LOGIN_BEARER:
        plain.bearer = login->password;
        break;
    case LOGIN_REFRESH:
        plain.identity_token = login->password;
        break;
    case LOGIN_ECR:
        return amazon_login(&cloud, ret, ret_until, err) || err_add(err, "ECR");
    case LOGIN_GOOGLE:
        return google_login(&cloud, ret, ret_until, err) || err_add(err, "Google");
    case LOGIN_AZURE:
        return azure_login(&cloud, ret, ret_until, err) || err_add(err, "Azure");
    }
    *ret = plain;
    *ret_until = 0;
    return true;
}

// ---------------------------------------------------------------- requests

void cloud_field(struct text *form, const char *name, span value)
{
    if (form->len)
        text_add_byte(form, '&');
    text_add(form, span_of_text(name));
    text_add_byte(form, '=');
    http_escape(form, value);
}

bool cloud_ask(const struct cloud *cloud, const struct http_request *request, struct json **ret,
               struct err *err)
{
    CLEANUP(http_cleanup) struct http *http = NULL;
    struct http_request own = *request;
    struct http_response response = {0};
    bool sink_failed = false;
    own.accept = S("application/json");
    own.most = MOST_CLOUD_BYTES;
    own.seconds = CLOUD_SECONDS;
    if (!http_open(cloud->options, &http, err) ||
        !http_send(http, &own, cloud->mem, &response, &sink_failed, err))
        return false;
    if (response.status != 200)
        return err_set(err, response.status >= 500 || response.status == 429 ? ERR_IO : ERR_DENIED,
                       "the token service answers with status %u", response.status);
    // Its own words might hold the token.
    return json_parse(response.body, MOST_CLOUD_BYTES, ret, NULL) ||
           err_set(err, ERR_INPUT, "the token service's answer is no JSON");
}
