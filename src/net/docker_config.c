// Docker's config.json and podman's auth.json, which has the same form.
#include "format/json/json.h"
#include "net/auth_inner.h"

// The key under which Docker files the credentials of its own registry.
#define HUB_KEY "https://index.docker.io/v1/"

static span without_scheme(span key)
{
    if (span_starts_with(key, S("https://")))
        return span_from(key, 8);
    return span_starts_with(key, S("http://")) ? span_from(key, 7) : key;
}

// Keys are hosts, old API addresses ("https://HOST/v1/"), or, with podman, HOST/NAMESPACE.
static span normalise(span key)
{
    span name = span_trim_end(without_scheme(key), '/');
    if (span_ends_with(name, S("/v1")) || span_ends_with(name, S("/v2")))
        name = span_first(name, name.len - 3);
    bool hub =
        span_equal(name, S("index.docker.io")) || span_equal(name, S("registry-1.docker.io"));
    return hub ? S("docker.io") : name;
}

// How many bytes of domain and repository the key names; 0 if it names something else.
static size_t rank(span key, const struct reference *reference)
{
    span name = normalise(key);
    span domain = span_cut(&name, '/');
    if (!span_equal_nocase(domain, reference->domain))
        return 0;
    if (name.len == 0)
        return domain.len;
    bool below =
        span_starts_with(reference->repository, name) &&
        (reference->repository.len == name.len || reference->repository.ptr[name.len] == '/');
    return below ? domain.len + name.len : 0;
}

static const struct json *find_best(const struct json *object, const struct reference *reference,
                                    span *ret_key)
{
    const struct json *best = NULL;
    size_t best_rank = 0;
    for (struct json_member m = {0}; json_next(object, &m);) {
        size_t this_rank = rank(m.key, reference);
        if (this_rank <= best_rank)
            continue;
        best = m.value;
        best_rank = this_rank;
        *ret_key = m.key;
    }
    return best;
}

static bool helper_valid(span name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.ptr[i];
        if (!ascii_is_alpha(c) && !ascii_is_digit(c) && c != '-' && c != '_' && c != '.')
            return false;
    }
    return name.len > 0 && name.len <= 64;
}

static bool keep_helper(span name, span server, struct arena *mem, struct docker_config *ret,
                        struct err *err)
{
    if (!helper_valid(name))
        return err_set(err, ERR_INPUT, "'%s' is no credential helper", quote(name).text);
    return (arena_span(mem, name, &ret->helper) && arena_span(mem, server, &ret->server)) ||
           arena_err(mem, err, "credential helper");
}

static bool split_auth(span auth, struct arena *mem, struct credentials *ret, struct err *err)
{
    span pair = {0};
    if (!base64_decode(auth, mem, &pair) || span_find(pair, ':') == SPAN_NONE)
        return err_set(err, ERR_INPUT, "auths: an entry is not base64 of user:password");
    ret->user = span_cut(&pair, ':');
    ret->password = span_trim_end(pair, '\0'); // old versions of Docker padded it
    return true;
}

static bool parse_entry(const struct json *entry, struct arena *mem, struct credentials *ret,
                        struct err *err)
{
    struct credentials found = {0};
    span auth = json_get_text(entry, "auth");
    if (!arena_span(mem, json_get_text(entry, "username"), &found.user) ||
        !arena_span(mem, json_get_text(entry, "password"), &found.password) ||
        !arena_span(mem, json_get_text(entry, "identitytoken"), &found.identity_token))
        return arena_err(mem, err, "credentials");
    if (auth.len && !split_auth(auth, mem, &found, err))
        return false;
    *ret = found;
    return true;
}

bool docker_config_parse(span text, const struct reference *reference, const struct limits *limits,
                         struct arena *mem, struct docker_config *ret, struct err *err)
{
    CLEANUP(json_cleanup) struct json *json = NULL;
    // A message about the text could quote a secret.
    if (!json_parse(text, limits->document_bytes, &json, NULL) || !json_is_object(json))
        return err_set(err, ERR_INPUT, "it is not a JSON object");
    struct docker_config config = {0};
    span key = {0};
    bool hub = span_equal(reference->domain, S("docker.io"));
    span server = hub ? S(HUB_KEY) : reference->domain;
    const struct json *helper = find_best(json_get(json, "credHelpers"), reference, &key);
    span store = json_get_text(json, "credsStore");

    if (json_text(helper).len && !keep_helper(json_text(helper), server, mem, &config, err))
        return false;
    if (!json_text(helper).len && store.len && !keep_helper(store, server, mem, &config, err))
        return false;
    const struct json *entry = find_best(json_get(json, "auths"), reference, &key);
    if (entry && !parse_entry(entry, mem, &config.credentials, err))
        return false;
    *ret = config;
    return true;
}

bool helper_answer_parse(span text, const struct limits *limits, struct arena *mem,
                         struct credentials *ret, struct err *err)
{
    CLEANUP(json_cleanup) struct json *json = NULL;
    if (!json_parse(text, limits->document_bytes, &json, NULL) || !json_is_object(json))
        return err_set(err, ERR_INPUT, "the answer is not a JSON object");
    struct credentials found = {0};
    span user = json_get_text(json, "Username");
    bool token = span_equal(user, S("<token>"));
    if (!arena_span(mem, token ? (span){0} : user, &found.user) ||
        !arena_span(mem, json_get_text(json, "Secret"),
                    token ? &found.identity_token : &found.password))
        return arena_err(mem, err, "credentials");
    *ret = found;
    return true;
}
