// Bearer tokens: distribution's "Token Authentication Specification" and "OAuth2 Token
// Authentication".
#include "format/json/json.h"
#include "net/auth_inner.h"

enum { MOST_TOKEN_BYTES = 256 << 10 };

bool basic_authorization(const struct credentials *credentials, struct arena *mem, span *ret,
                         struct err *err)
{
    struct text pair = {0};
    struct text header = {0};
    span encoded = {0};
    text_init(&pair, mem, MOST_TOKEN_BYTES);
    text_init(&header, mem, MOST_TOKEN_BYTES);
    text_add(&pair, credentials->user);
    text_add_byte(&pair, ':');
    text_add(&pair, credentials->password);
    if (!text_ok(&pair) || !base64_encode(text_span(&pair), mem, &encoded))
        return arena_err(mem, err, "credentials");
    text_add(&header, S("Basic "));
    text_add(&header, encoded);
    *ret = text_span(&header);
    return text_ok(&header) || arena_err(mem, err, "credentials");
}

static void add_parameter(struct text *out, const char *name, span value)
{
    if (value.len == 0)
        return;
    bool first = out->len == 0 || out->ptr[out->len - 1] == '?' || out->ptr[out->len - 1] == '&';
    text_add(out, first ? S("") : S("&"));
    text_add(out, span_of_text(name));
    text_add_byte(out, '=');
    http_escape(out, value);
}

static bool scope_of(const struct challenge *challenge, span repository, struct arena *mem,
                     span *ret)
{
    struct text scope = {0};
    if (challenge->scope.len) {
        *ret = challenge->scope;
        return true;
    }
    text_init(&scope, mem, 1024);
    text_add(&scope, S("repository:"));
    text_add(&scope, repository);
    text_add(&scope, S(":pull"));
    *ret = text_span(&scope);
    return text_ok(&scope);
}

static span token_url(const struct challenge *challenge, span scope, span user, struct arena *mem)
{
    struct text url = {0};
    text_init(&url, mem, 64 << 10);
    text_add(&url, challenge->realm);
    text_add_byte(&url, span_find(challenge->realm, '?') == SPAN_NONE ? '?' : '&');
    add_parameter(&url, "service", challenge->service);
    add_parameter(&url, "scope", scope);
    add_parameter(&url, "account", user);
    return text_span(&url);
}

static span refresh_form(const struct challenge *challenge, span scope, span identity_token,
                         struct arena *mem)
{
    struct text form = {0};
    text_init(&form, mem, MOST_TOKEN_BYTES);
    add_parameter(&form, "grant_type", S("refresh_token"));
    add_parameter(&form, "service", challenge->service);
    add_parameter(&form, "scope", scope);
    add_parameter(&form, "client_id", S("plimsoll"));
    add_parameter(&form, "refresh_token", identity_token);
    return text_span(&form);
}

static bool parse_token(span body, struct arena *mem, span *ret, struct err *err)
{
    CLEANUP(json_cleanup) struct json *json = NULL;
    struct text header = {0};
    if (!json_parse(body, MOST_TOKEN_BYTES, &json, NULL)) // its words may hold the token
        return err_set(err, ERR_INPUT, "token service: the answer is no JSON");
    span token = json_get_text(json, "token");
    if (token.len == 0)
        token = json_get_text(json, "access_token");
    if (token.len == 0)
        return err_set(err, ERR_INPUT, "token service: the answer holds no token");
    text_init(&header, mem, MOST_TOKEN_BYTES);
    text_add(&header, S("Bearer "));
    text_add(&header, token);
    *ret = text_span(&header);
    return text_ok(&header) || arena_err(mem, err, "token");
}

bool bearer_authorization(struct http *http, const struct challenge *challenge, span repository,
                          const struct credentials *credentials, bool trusted, struct arena *mem,
                          span *ret, struct err *err)
{
    struct credentials shown = trusted ? *credentials : (struct credentials){0};
    struct http_request request = {.most = MOST_TOKEN_BYTES, .accept = S("application/json")};
    struct http_response response = {0};
    span scope = {0};
    bool sink_failed = false;
    if (!scope_of(challenge, repository, mem, &scope))
        return arena_err(mem, err, "token scope");
    if (shown.identity_token.len) {
        request.url = challenge->realm;
        request.form = refresh_form(challenge, scope, shown.identity_token, mem);
    } else {
        request.url = token_url(challenge, scope, shown.user, mem);
        if (shown.user.len && !basic_authorization(&shown, mem, &request.authorization, err))
            return false;
    }
    if (request.url.len == 0 || (shown.identity_token.len && request.form.len == 0))
        return arena_err(mem, err, "token request");
    if (!http_send(http, &request, mem, &response, &sink_failed, err))
        return err_add(err, "token service");
    if (response.status != 200)
        return err_set(err, response.status >= 500 || response.status == 429 ? ERR_IO : ERR_DENIED,
                       "token service: status %u", response.status);
    return parse_token(response.body, mem, ret, err);
}
