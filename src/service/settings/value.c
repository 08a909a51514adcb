#include "service/settings/settings_inner.h"

static bool is_word(const struct yaml *value)
{
    return value->kind == YAML_SCALAR && value->text.len > 0;
}

static bool want(const struct yaml *value, const char *what, struct err *err)
{
    return err_set(err, ERR_USAGE, "line %u: %s is wanted", value->line, what);
}

// ---------------------------------------------------------------- mappings

static const struct setting *find_setting(const struct setting *table, size_t count, span key)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(key, span_of_text(table[i].key)))
            return &table[i];
    return NULL;
}

// A secret whose place is "KEY_file" or "KEY_env", and that stands under KEY: is it one?
static bool is_bare_secret(const struct setting *table, size_t count, span key)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].set == set_variable && span_starts_with(span_of_text(table[i].key), key) &&
            span_equal(span_from(span_of_text(table[i].key), key.len), S("_env")))
            return true;
    return false;
}

bool setting_text_read(const struct reading *reading, const struct yaml *mapping,
                       const struct setting *table, size_t count, void *thing, struct err *err)
{
    if (mapping->kind != YAML_MAPPING)
        return want(mapping, "'setting: value'", err);
    for (const struct yaml *each = mapping->first; each; each = each->next) {
        struct quoted key = quote(each->key);
        const struct setting *setting = find_setting(table, count, each->key);
        if (!setting && is_bare_secret(table, count, each->key))
            return err_set(err, ERR_USAGE,
                           "line %u: secrets do not stand here: name a file with %s_file, or a "
                           "variable with %s_env",
                           each->line, key.text, key.text);
        if (!setting)
            return err_set(err, ERR_USAGE, "line %u: there is no setting '%s' here", each->line,
                           key.text);
        if (!setting->set(reading, each, (uint8_t *)thing + setting->offset, err))
            return err_add(err, "%s", key.text);
    }
    return true;
}

// ---------------------------------------------------------------- values

bool set_text(const struct reading *reading, const struct yaml *value, void *to, struct err *err)
{
    (void)reading;
    if (!is_word(value))
        return want(value, "a word", err);
    *(span *)to = value->text;
    return true;
}

bool set_path(const struct reading *reading, const struct yaml *value, void *to, struct err *err)
{
    if (!is_word(value) || span_find(value->text, '\0') != SPAN_NONE)
        return want(value, "a path", err);
    const char *path = arena_text(reading->mem, value->text);
    if (!path)
        return arena_err(reading->mem, err, "path");
    *(const char **)to = path;
    return true;
}

bool set_flag(const struct reading *reading, const struct yaml *value, void *to, struct err *err)
{
    (void)reading;
    bool yes = is_word(value) && span_equal(value->text, S("true"));
    if (!yes && !(is_word(value) && span_equal(value->text, S("false"))))
        return want(value, "true or false", err);
    *(bool *)to = yes;
    return true;
}

static uint64_t seconds_of(span unit)
{
    static const struct {
        const char *unit;
        uint64_t seconds;
    } units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (span_equal(unit, span_of_text(units[i].unit)))
            return units[i].seconds;
    return 0;
}

bool set_duration(const struct reading *reading, const struct yaml *value, void *to,
                  struct err *err)
{
    enum { MOST = 1000000 };
    (void)reading;
    span unit = value->text;
    uint64_t number = 0;
    if (value->kind != YAML_SCALAR || !span_to_u64(span_cut_digits(&unit), &number) ||
        number == 0 || number > MOST || seconds_of(unit) == 0)
        return want(value, "a duration (90, 30s, 5m, 1h, 7d)", err);
    *(uint64_t *)to = number * seconds_of(unit);
    return true;
}

bool set_size(const struct reading *reading, const struct yaml *value, void *to, struct err *err)
{
    (void)reading;
    return (value->kind == YAML_SCALAR && limits_parse_value(value->text, to)) ||
           want(value, "a size (0, 500M, 2G)", err);
}

bool set_texts(const struct reading *reading, const struct yaml *value, void *to, struct err *err)
{
    enum { MOST = 10000 };
    struct list texts = {0};
    list_init(&texts, reading->mem, sizeof(span), MOST);
    if (value->kind != YAML_SEQUENCE)
        return want(value, "a list", err);
    for (const struct yaml *each = value->first; each; each = each->next) {
        span *text = LIST_ADD(&texts, span);
        if (!text)
            return arena_err(reading->mem, err, "list");
        if (!set_text(reading, each, text, err))
            return false;
    }
    *(struct spans *)to = (struct spans){.items = texts.items, .count = texts.count};
    return true;
}

bool set_port(const struct reading *reading, const struct yaml *value, void *to, struct err *err)
{
    (void)reading;
    uint64_t port = 0;
    if (value->kind != YAML_SCALAR || !span_to_u64(value->text, &port) || port == 0 ||
        port > UINT16_MAX)
        return want(value, "a port", err);
    *(uint16_t *)to = (uint16_t)port;
    return true;
}

// ---------------------------------------------------------------- secrets

struct reading reading_for(const struct reading *reading, enum secret_use use)
{
    struct reading ret = *reading;
    ret.use = use;
    return ret;
}

bool reading_leaves_out(const struct reading *reading)
{
    return reading->secrets->left_out & reading->use;
}

// Files end with a line break that is none of the secret's.
static bool set_secret(const struct reading *reading, enum secret_place place,
                       const struct yaml *value, span *to, struct err *err)
{
    span secret = {0};
    if (!is_word(value))
        return want(value, "a name", err);
    if (reading_leaves_out(reading)) {
        *to = (span){.ptr = (const uint8_t *)"", .len = 0};
        return true;
    }
    if (!reading->secrets->read(reading->secrets->self, place, value->text, reading->mem, &secret,
                                err))
        return err_add(err, "line %u: %s", value->line, quote(value->text).text);
    secret = span_trim_end(span_trim_end(secret, '\n'), '\r');
    if (secret.len == 0)
        return err_set(err, ERR_USAGE, "line %u: '%s' is empty", value->line,
                       quote(value->text).text);
    *to = secret;
    return true;
}

bool set_file(const struct reading *reading, const struct yaml *value, void *to, struct err *err)
{
    return set_secret(reading, SECRET_FILE, value, to, err);
}

bool set_variable(const struct reading *reading, const struct yaml *value, void *to,
                  struct err *err)
{
    return set_secret(reading, SECRET_VARIABLE, value, to, err);
}

// ---------------------------------------------------------------- names, hosts, URLs

static bool is_name_byte(uint8_t c, bool first)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || (!first && (c == '.' || c == '_' || c == '-'));
}

bool settings_name(const struct yaml *value, span *ret, struct err *err)
{
    enum { MOST = 100 };
    bool good = value->key.len > 0 && value->key.len <= MOST;
    for (size_t i = 0; i < value->key.len && good; i++)
        good = is_name_byte(value->key.ptr[i], i == 0);
    if (!good)
        return err_set(err, ERR_USAGE,
                       "line %u: '%s' is no name: letters, digits, '.', '_' and '-'",
                       value->key_line, quote(value->key).text);
    *ret = value->key;
    return true;
}

// Only what no URL could take for anything but a host.
static bool is_host(span text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (!is_name_byte(c, false) && c != ':' && c != '[' && c != ']')
            return false;
    }
    return text.len > 0;
}

bool set_host(const struct reading *reading, const struct yaml *value, void *to, struct err *err)
{
    (void)reading;
    if (value->kind != YAML_SCALAR || !is_host(value->text))
        return want(value, "HOST or HOST:PORT", err);
    *(span *)to = value->text;
    return true;
}

bool set_url(const struct reading *reading, const struct yaml *value, void *to, struct err *err)
{
    (void)reading;
    span url = value->text;
    span rest = url;
    if (span_starts_with(rest, S("https://")))
        rest = span_from(rest, 8);
    else if (span_starts_with(rest, S("http://")))
        rest = span_from(rest, 7);
    bool good = value->kind == YAML_SCALAR && rest.len < url.len && is_host(span_cut(&rest, '/'));
    for (size_t i = 0; i < url.len && good; i++)
        good = url.ptr[i] > ' ' && url.ptr[i] < 0x7f && url.ptr[i] != '#' && url.ptr[i] != '@';
    if (!good)
        return want(value, "a URL (https://HOST/…)", err);
    *(span *)to = span_trim_end(url, '/');
    return true;
}
