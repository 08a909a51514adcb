#include "service/settings/settings_inner.h"

enum { MOST_REGISTRIES = 1000 };

#define COUNT(table) (sizeof(table) / sizeof *(table))

// ---------------------------------------------------------------- how to sign in

static bool set_login_kind(const struct reading *reading, const struct yaml *value, void *to,
                           struct err *err)
{
    (void)reading;
    return login_kind_parse(value->text, to) ||
           err_set(err, ERR_USAGE,
                   "line %u: none, basic, bearer, refresh, ecr, google or azure is wanted",
                   value->line);
}

// What a way of signing in cannot do without.
static const char *missing_of(const struct registry_login *login)
{
    bool user = login->user.len > 0;
    switch (login->kind) {
    case LOGIN_NONE:
        return NULL;
    case LOGIN_BASIC:
        return user ? NULL : "user";
    case LOGIN_BEARER:
    case LOGIN_REFRESH:
    case LOGIN_GOOGLE:
        return NULL;
    case LOGIN_ECR:
        return !user ? "user" : login->region.len == 0 ? "region" : NULL;
    case LOGIN_AZURE:
        return !user ? "user" : login->tenant.len == 0 ? "tenant" : NULL;
    }
    return NULL;
}

static bool set_login(const struct reading *reading, const struct yaml *value, void *to,
                      struct err *err)
{
    static const struct setting table[] = {
        {"kind", set_login_kind, offsetof(struct registry_login, kind)},
        {"user", set_text, offsetof(struct registry_login, user)},
        {"password_file", set_file, offsetof(struct registry_login, password)},
        {"password_env", set_variable, offsetof(struct registry_login, password)},
        {"session_file", set_file, offsetof(struct registry_login, session)},
        {"session_env", set_variable, offsetof(struct registry_login, session)},
        {"region", set_text, offsetof(struct registry_login, region)},
        {"tenant", set_text, offsetof(struct registry_login, tenant)},
        {"endpoint", set_url, offsetof(struct registry_login, endpoint)},
    };
    const struct reading own = reading_for(reading, SECRET_OF_LOGIN);
    struct registry_login login = {.kind = LOGIN_BASIC};
    if (!setting_text_read(&own, value, table, COUNT(table), &login, err))
        return false;
    const char *missing = missing_of(&login);
    if (!missing && login.kind != LOGIN_NONE && !login.password.ptr)
        missing = "password_file or password_env";
    if (missing)
        return err_set(err, ERR_USAGE, "line %u: %s needs %s", value->line,
                       login_kind_name(login.kind), missing);
    *(struct registry_login *)to = login;
    return true;
}

// ---------------------------------------------------------------- how notices are checked

static bool check_hook(const struct hook_settings *hook, unsigned line, struct err *err)
{
    bool checked = hook->secret.ptr || hook->keys.ptr;
    if (!checked && !hook->insecure)
        return err_set(err, ERR_USAGE,
                       "line %u: notices that nothing vouches for: secret_file or keys_file is "
                       "wanted, or insecure: true",
                       line);
    if (checked && hook->insecure)
        return err_set(err, ERR_USAGE, "line %u: insecure beside what is checked", line);
    if (hook->keys.ptr && hook->audience.len == 0)
        return err_set(err, ERR_USAGE, "line %u: keys_file needs audience", line);
    return true;
}

static bool set_hook(const struct reading *reading, const struct yaml *value, void *to,
                     struct err *err)
{
    enum { DAYS = 7, DAY_SECONDS = 86400 };
    static const struct setting table[] = {
        {"insecure", set_flag, offsetof(struct hook_settings, insecure)},
        {"secret_file", set_file, offsetof(struct hook_settings, secret)},
        {"secret_env", set_variable, offsetof(struct hook_settings, secret)},
        {"user", set_text, offsetof(struct hook_settings, user)},
        {"header", set_text, offsetof(struct hook_settings, header)},
        {"keys_file", set_file, offsetof(struct hook_settings, keys)},
        {"issuer", set_text, offsetof(struct hook_settings, issuer)},
        {"audience", set_text, offsetof(struct hook_settings, audience)},
        {"email", set_text, offsetof(struct hook_settings, email)},
        {"age", set_duration, offsetof(struct hook_settings, age)},
    };
    const struct reading own = reading_for(reading, SECRET_OF_HOOK);
    struct hook_settings hook = {.accepted = !reading_leaves_out(&own), .age = DAYS * DAY_SECONDS};
    if (!setting_text_read(&own, value, table, COUNT(table), &hook, err) ||
        !check_hook(&hook, value->line, err))
        return false;
    *(struct hook_settings *)to = hook;
    return true;
}

// ---------------------------------------------------------------- registries

static bool set_kind(const struct reading *reading, const struct yaml *value, void *to,
                     struct err *err)
{
    (void)reading;
    return registry_kind_parse(value->text, to) ||
           err_set(err, ERR_USAGE, "line %u: '%s' is no kind of registry", value->line,
                   quote(value->text).text);
}

static bool read_registry(const struct reading *reading, const struct yaml *value,
                          struct registry_settings *ret, struct err *err)
{
    static const struct setting table[] = {
        {"kind", set_kind, offsetof(struct registry_settings, kind)},
        {"host", set_host, offsetof(struct registry_settings, host)},
        {"login", set_login, offsetof(struct registry_settings, login)},
        {"hook", set_hook, offsetof(struct registry_settings, hook)},
        {"poll", set_duration, offsetof(struct registry_settings, poll)},
        {"repositories", set_texts, offsetof(struct registry_settings, repositories)},
        {"platforms", set_texts, offsetof(struct registry_settings, platforms)},
        {"ca_file", set_path, offsetof(struct registry_settings, ca_file)},
        {"plain_http", set_flag, offsetof(struct registry_settings, plain_http)},
    };
    struct registry_settings registry = {.kind = REGISTRY_DISTRIBUTION};
    if (!settings_name(value, &registry.name, err) ||
        !setting_text_read(reading, value, table, COUNT(table), &registry, err))
        return false;
    if (registry.host.len == 0 && registry.kind == REGISTRY_DOCKER_HUB)
        registry.host = S("docker.io");
    if (registry.host.len == 0)
        return err_set(err, ERR_USAGE, "line %u: host is missing", value->line);
    *ret = registry;
    return true;
}

bool set_registries(const struct reading *reading, const struct yaml *value, void *to,
                    struct err *err)
{
    struct service_settings *settings = to;
    struct list registries = {0};
    list_init(&registries, reading->mem, sizeof(struct registry_settings), MOST_REGISTRIES);
    if (value->kind != YAML_MAPPING)
        return err_set(err, ERR_USAGE, "line %u: 'NAME: settings' is wanted", value->line);
    for (const struct yaml *each = value->first; each; each = each->next) {
        struct registry_settings *registry = LIST_ADD(&registries, struct registry_settings);
        if (!registry)
            return arena_err(reading->mem, err, "registries");
        if (!read_registry(reading, each, registry, err))
            return err_add(err, "%s", quote(each->key).text);
    }
    settings->registries = registries.items;
    settings->registry_count = registries.count;
    return true;
}
