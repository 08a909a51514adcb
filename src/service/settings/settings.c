#include "service/settings/settings_inner.h"

enum { MOST_COMMANDS = 1000, SHARED_BYTES = 1 << 30 };

#define COUNT(table) (sizeof(table) / sizeof *(table))

// ---------------------------------------------------------------- commands

// The program is named by an absolute path: what PATH says is not the configuration's.
static bool read_argv(const struct reading *reading, const struct yaml *value,
                      const char *const **ret, struct err *err)
{
    struct spans words = {0};
    if (!set_texts(reading, value, &words, err))
        return false;
    if (words.count == 0 || !span_starts_with(words.items[0], S("/")))
        return err_set(err, ERR_USAGE, "line %u: a list that begins with the path of a program",
                       value->line);
    const char **argv = arena_array(reading->mem, words.count + 1, sizeof *argv);
    for (size_t i = 0; argv && i < words.count; i++) {
        argv[i] = arena_text(reading->mem, words.items[i]);
        if (!argv[i])
            return err_set(err, ERR_USAGE, "line %u: too long, or it holds a NUL", value->line);
    }
    *ret = argv;
    return argv || arena_err(reading->mem, err, "command");
}

bool set_commands(const struct reading *reading, const struct yaml *value, void *to,
                  struct err *err)
{
    struct service_settings *settings = to;
    struct list commands = {0};
    list_init(&commands, reading->mem, sizeof(struct command_settings), MOST_COMMANDS);
    if (value->kind != YAML_MAPPING)
        return err_set(err, ERR_USAGE, "line %u: 'NAME: [PROGRAM, ARGUMENT …]' is wanted",
                       value->line);
    for (const struct yaml *each = value->first; each; each = each->next) {
        struct command_settings *command = LIST_ADD(&commands, struct command_settings);
        if (!command)
            return arena_err(reading->mem, err, "commands");
        if (!settings_name(each, &command->name, err) ||
            !read_argv(reading, each, &command->argv, err))
            return err_add(err, "%s", quote(each->key).text);
    }
    settings->commands = commands.items;
    settings->command_count = commands.count;
    return true;
}

// ---------------------------------------------------------------- mail

static bool set_security(const struct reading *reading, const struct yaml *value, void *to,
                         struct err *err)
{
    (void)reading;
    enum mail_security *security = to;
    if (span_equal(value->text, S("starttls")))
        *security = MAIL_STARTTLS;
    else if (span_equal(value->text, S("tls")))
        *security = MAIL_TLS;
    else if (span_equal(value->text, S("plain")))
        *security = MAIL_PLAIN;
    else
        return err_set(err, ERR_USAGE, "line %u: starttls, tls or plain is wanted", value->line);
    return true;
}

// RFC 8314 and RFC 6409.
static uint16_t usual_port(enum mail_security security)
{
    switch (security) {
    case MAIL_STARTTLS:
        return 587;
    case MAIL_TLS:
        return 465;
    case MAIL_PLAIN:
        break;
    }
    return 25;
}

bool set_mail(const struct reading *reading, const struct yaml *value, void *to, struct err *err)
{
    static const struct setting table[] = {
        {"host", set_host, offsetof(struct mail_settings, host)},
        {"port", set_port, offsetof(struct mail_settings, port)},
        {"security", set_security, offsetof(struct mail_settings, security)},
        {"user", set_text, offsetof(struct mail_settings, user)},
        {"password_file", set_file, offsetof(struct mail_settings, password)},
        {"password_env", set_variable, offsetof(struct mail_settings, password)},
        {"from", set_text, offsetof(struct mail_settings, from)},
        {"ca_file", set_path, offsetof(struct mail_settings, ca_file)},
    };
    const struct reading own = reading_for(reading, SECRET_OF_MAIL);
    struct mail_settings mail = {.security = MAIL_STARTTLS};
    if (!setting_text_read(&own, value, table, COUNT(table), &mail, err))
        return false;
    if (mail.host.len == 0 || mail.from.len == 0)
        return err_set(err, ERR_USAGE, "line %u: host and from are needed", value->line);
    if ((mail.user.len == 0) != !mail.password.ptr)
        return err_set(err, ERR_USAGE, "line %u: user and password_file go together", value->line);
    if (mail.port == 0)
        mail.port = usual_port(mail.security);
    *(struct mail_settings *)to = mail;
    return true;
}

// ---------------------------------------------------------------- all of it

static const struct setting service_table[] = {
    {"public_url", set_url, offsetof(struct service_settings, public_url)},
    {"registries", set_registries, 0},
    {"commands", set_commands, 0},
    {"allow", set_texts, offsetof(struct service_settings, allowed)},
    {"trusted_proxies", set_texts, offsetof(struct service_settings, proxies)},
    {"mail", set_mail, offsetof(struct service_settings, mail)},
    {"files", set_path, offsetof(struct service_settings, files)},
    {"shared_layers", set_size, offsetof(struct service_settings, shared_bytes)},
};

bool service_settings_read(span text, const struct secret_source *secrets,
                           const struct limits *limits, struct arena *mem,
                           struct service_settings *ret, struct err *err)
{
    struct reading reading = {.secrets = secrets, .mem = mem};
    struct service_settings settings = {.shared_bytes = SHARED_BYTES};
    const struct yaml *root = NULL;
    if (!yaml_parse(text, limits, mem, &root, err)) {
        if (err && err->kind == ERR_INPUT)
            err->kind = ERR_USAGE; // the user's to mend
        return false;
    }
    if (root &&
        !setting_text_read(&reading, root, service_table, COUNT(service_table), &settings, err))
        return false;
    *ret = settings;
    return true;
}
