// What the user wants: from flags, then the environment, then the configuration file.
#include "app/app_inner.h"

#include <ctype.h>
#include <string.h>

bool settings_init(struct settings *settings, struct arena *mem, struct err *err)
{
    *settings = (struct settings){.mem = mem, .limits = limits_default()};
    return mem || err_set(err, ERR_MEMORY, "out of memory");
}

// --only-fixed is PLIMSOLL_ONLY_FIXED.
static const char *variable_of(const struct option *option, struct arena *mem)
{
    struct text name;
    text_init(&name, mem, 64);
    text_add(&name, S("PLIMSOLL_"));
    for (const char *at = option->name; *at; at++)
        text_add_byte(&name, *at == '-' ? '_' : (uint8_t)toupper((unsigned char)*at));
    return arena_text(mem, text_span(&name));
}

static bool read_environment(struct settings *settings, const struct command *command,
                             struct err *err)
{
    for (size_t i = 0; command->options[i]; i++) {
        const struct option *option = option_find(span_of_text(command->options[i]));
        const char *name = variable_of(option, settings->mem);
        bool is_help = strcmp(option->name, "help") == 0;
        const char *value = name ? environment(name) : NULL;
        if (value && !is_help && !option->set(settings, span_of_text(value), err))
            return err_add(err, "%s", name);
    }
    return true;
}

// One flag at arguments[*at], with its value behind '=' or in the next argument.
static bool read_flag(struct settings *settings, const struct command *command,
                      const struct spans *arguments, size_t *at, struct err *err)
{
    span value = arguments->items[*at];
    bool is_long = span_starts_with(value, S("--"));
    span flag = is_long ? span_cut(&value, '=') : span_first(value, 2);
    bool attached = is_long ? flag.len < arguments->items[*at].len : arguments->items[*at].len > 2;
    if (!is_long)
        value = span_from(arguments->items[*at], 2);
    const struct option *option =
        is_long ? option_find(span_from(flag, 2)) : option_find_letter((char)flag.ptr[1]);
    if (!command_accepts(command, option))
        return err_set(err, ERR_USAGE, "%s does not know %s; see plimsoll %s --help", command->name,
                       quote(flag).text, command->name);
    if (!option->value)
        return attached ? err_set(err, ERR_USAGE, "--%s takes no value", option->name)
                        : option->set(settings, S("true"), err);
    if (!attached) {
        if (*at + 1 == arguments->count)
            return err_set(err, ERR_USAGE, "--%s needs %s", option->name, option->value);
        value = arguments->items[++*at];
    }
    return option->set(settings, value, err) || err_add(err, "--%s", option->name);
}

static bool is_flag(span argument)
{
    return argument.len > 1 && argument.ptr[0] == '-';
}

static bool read_arguments(struct settings *settings, const struct command *command,
                           const struct spans *arguments, struct err *err)
{
    struct list plain;
    bool flags = true;
    list_init(&plain, settings->mem, sizeof(span), arguments->count + 1);
    for (size_t i = 0; i < arguments->count; i++) {
        span argument = arguments->items[i];
        if (flags && span_equal(argument, S("--"))) {
            flags = false;
        } else if (flags && is_flag(argument)) {
            if (!read_flag(settings, command, arguments, &i, err))
                return false;
        } else {
            span *added = LIST_ADD(&plain, span);
            if (!added)
                return arena_err(settings->mem, err, "arguments");
            *added = argument;
        }
    }
    settings->arguments = (struct spans){.items = plain.items, .count = plain.count};
    return true;
}

// What can be given more than once adds up within one source, and replaces that of a weaker one.
static struct settings begin_source(struct settings *settings)
{
    struct settings weaker = *settings;
    settings->output_count = 0;
    settings->output_file = NULL;
    settings->severities = 0;
    settings->checks = 0;
    settings->allow_licenses = (span){0};
    settings->deny_licenses = (span){0};
    settings->ignore_files = (struct spans){0};
    settings->vex = (struct spans){0};
    return weaker;
}

static void end_source(struct settings *settings, const struct settings *weaker)
{
    if (settings->output_count == 0 && !settings->output_file) {
        memcpy(settings->outputs, weaker->outputs, sizeof weaker->outputs);
        settings->output_count = weaker->output_count;
        settings->output_file = weaker->output_file;
    }
    if (settings->severities == 0)
        settings->severities = weaker->severities;
    if (settings->checks == 0)
        settings->checks = weaker->checks;
    if (settings->allow_licenses.len == 0)
        settings->allow_licenses = weaker->allow_licenses;
    if (settings->deny_licenses.len == 0)
        settings->deny_licenses = weaker->deny_licenses;
    if (settings->ignore_files.count == 0)
        settings->ignore_files = weaker->ignore_files;
    if (settings->vex.count == 0)
        settings->vex = weaker->vex;
}

static bool read_strong(struct settings *settings, const struct command *command,
                        const struct spans *arguments, struct err *err)
{
    struct settings before = begin_source(settings);
    if (!read_environment(settings, command, err))
        return false;
    end_source(settings, &before);
    before = begin_source(settings);
    if (!read_arguments(settings, command, arguments, err))
        return false;
    end_source(settings, &before);
    return true;
}

bool settings_read(struct settings *settings, const struct command *command, int argc, char **argv,
                   struct err *err)
{
    span *items = arena_array(settings->mem, (size_t)argc + 1, sizeof(span));
    if (!items)
        return arena_err(settings->mem, err, "arguments");
    for (int i = 0; i < argc; i++)
        items[i] = span_of_text(argv[i]);
    struct spans arguments = {.items = items, .count = (size_t)argc};
    // Flags are read twice: they say which file to read, and win over it.
    struct settings named = *settings;
    if (!read_strong(&named, command, &arguments, err))
        return false;
    settings->config = named.config;
    bool wants_file = !named.help && command_accepts(command, option_find(S("config")));
    if (wants_file && !config_read(settings, command, err))
        return false;
    return read_strong(settings, command, &arguments, err);
}

bool is_part(const struct spans *arguments, const char *name, size_t behind)
{
    return arguments->count == behind + 1 && span_equal(arguments->items[0], span_of_text(name));
}
