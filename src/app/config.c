#include "app/app_inner.h"

#include "format/yaml/yaml.h"
#include "os/os.h"

#include <string.h>

static const char file_name[] = "plimsoll.yaml";

// ---------------------------------------------------------------- where it is

// *ret is null if there is none.
static void find_config(const struct settings *settings, const char **ret)
{
    const char *own = config_file(settings->mem, file_name);
    if (settings->config)
        *ret = settings->config;
    else if (place_is_file(file_name))
        *ret = file_name;
    else
        *ret = place_is_file(own) ? own : NULL;
}

// A checkout, or a directory where anybody may write, can hold settings of somebody else, and
// settings name files to write and certificates to trust.
static bool check_owner(const char *path, int fd, struct err *err)
{
    struct os_stat st = {0};
    if (!os_stat_fd(fd, &st, err))
        return false;
    if (st.uid != 0 && st.uid != os_user_id())
        return err_set(err, ERR_DENIED, "it belongs to somebody else; if you trust it: --config %s",
                       path);
    return true;
}

static bool read_text(const struct settings *settings, const char *path, uint64_t most, span *ret,
                      struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    if (!os_open_read(path, &fd, err))
        return false;
    if (path == file_name && !check_owner(path, fd, err))
        return false;
    return os_read_all(fd, most, settings->mem, ret, err);
}

// ---------------------------------------------------------------- what it says

static bool set_value(struct settings *settings, const struct option *option,
                      const struct yaml *value, struct err *err)
{
    if (value->kind != YAML_SCALAR || value->text.len == 0)
        return err_set(err, ERR_USAGE, "line %u: %s takes a word or a list of words", value->line,
                       option->name);
    if (!option->value && !span_equal(value->text, S("true")) &&
        !span_equal(value->text, S("false")))
        return err_set(err, ERR_USAGE, "line %u: %s is true or false", value->line, option->name);
    return option->set(settings, value->text, err) ||
           err_add(err, "line %u: %s", value->line, option->name);
}

static bool set_member(struct settings *settings, const struct command *command,
                       const struct yaml *member, struct err *err)
{
    const struct option *option = option_find(member->key);
    if (!option || !option_is_setting(option))
        return err_set(err, ERR_USAGE, "line %u: there is no setting '%s'", member->line,
                       quote(member->key).text);
    if (!command_accepts(command, option))
        return true; // it is for others
    if (member->kind != YAML_SEQUENCE)
        return set_value(settings, option, member, err);
    for (const struct yaml *each = member->first; each; each = each->next)
        if (!set_value(settings, option, each, err))
            return false;
    return true;
}

static bool set_members(struct settings *settings, const struct command *command,
                        const struct yaml *root, struct err *err)
{
    if (root && root->kind != YAML_MAPPING)
        return err_set(err, ERR_USAGE, "line %u: 'option: value' is wanted", root->line);
    for (const struct yaml *each = root ? root->first : NULL; each; each = each->next)
        if (!set_member(settings, command, each, err))
            return false;
    return true;
}

// What is wrong with the text is the user's to mend, so it is wrong usage.
static bool parse(span text, const struct limits *limits, struct arena *mem,
                  const struct yaml **ret, struct err *err)
{
    if (yaml_parse(text, limits, mem, ret, err))
        return true;
    if (err->kind != ERR_MEMORY)
        err->kind = ERR_USAGE;
    return false;
}

bool config_read(struct settings *settings, const struct command *command, struct err *err)
{
    struct limits limits = limits_default();
    const char *path = NULL;
    const struct yaml *root = NULL;
    span text = {0};
    find_config(settings, &path);
    if (!path)
        return true;
    return (read_text(settings, path, limits.document_bytes, &text, err) &&
            parse(text, &limits, settings->mem, &root, err) &&
            set_members(settings, command, root, err)) ||
           err_add(err, "%s", path);
}
