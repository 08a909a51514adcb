#include "app/app_inner.h"

#include "os/os.h"

#include <stdlib.h>

const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

static const char *join(struct arena *mem, const char *directory, const char *rest)
{
    struct text path;
    text_init(&path, mem, 4096);
    text_add(&path, span_of_text(directory));
    text_add_byte(&path, '/');
    text_add(&path, span_of_text(rest));
    return text_ok(&path) ? arena_text(mem, text_span(&path)) : NULL;
}

// XDG Base Directory Specification 0.8: relative paths in these variables are ignored.
static const char *xdg(struct arena *mem, const char *variable, const char *below_home)
{
    const char *value = environment(variable);
    if (value && value[0] == '/')
        return value;
    const char *home = environment("HOME");
    return home ? join(mem, home, below_home) : NULL;
}

const char *cache_directory(struct arena *mem, const char *name)
{
    const char *base = xdg(mem, "XDG_CACHE_HOME", ".cache");
    const char *own = base ? join(mem, base, "plimsoll") : NULL;
    return own ? join(mem, own, name) : NULL;
}

bool place_is_file(const char *path)
{
    struct os_stat st = {0};
    return path && os_stat_path(path, &st, NULL) && st.kind == OS_FILE;
}

const char *data_directory(struct arena *mem)
{
    const char *base = xdg(mem, "XDG_DATA_HOME", ".local/share");
    return base ? join(mem, base, "plimsoll") : NULL;
}

const char *config_file(struct arena *mem, const char *name)
{
    const char *base = xdg(mem, "XDG_CONFIG_HOME", ".config");
    const char *own = base ? join(mem, base, "plimsoll") : NULL;
    return own ? join(mem, own, name) : NULL;
}

// Beside the program: installed (bin/../share/plimsoll) or where it was built (src/app/../../data).
static const char *shipped_database(struct arena *mem, const char *below)
{
    span program = {0};
    if (!os_program_path(mem, &program, NULL))
        return NULL;
    const char *directory = arena_text(mem, path_parent(program));
    return directory ? join(mem, directory, below) : NULL;
}

bool find_database(const struct settings *settings, const char **ret, struct err *err)
{
    struct arena *mem = settings->mem;
    const char *own = data_directory(mem);
    const char *places[] = {
        settings->database,
        own ? join(mem, own, "plimsoll.db") : NULL,
        shipped_database(mem, "../share/plimsoll/plimsoll.db"),
        shipped_database(mem, "../../data/plimsoll.db"),
    };
    if (settings->database) {
        *ret = settings->database;
        return true;
    }
    for (size_t i = 1; i < sizeof places / sizeof *places; i++)
        if (place_is_file(places[i])) {
            *ret = places[i];
            return true;
        }
    return err_set(err, ERR_MISSING,
                   "there is no advisory database: make one with plimsoll db "
                   "build --from DIR -o FILE and name it with --db FILE");
}

// As curl and Go do: both spellings are in use.
static const char *either(const char *name, const char *other)
{
    const char *value = environment(name);
    return value ? value : environment(other);
}

// Whoever has no home, such as a service, still has a place for large files.
static const char *spool_directory(struct arena *mem)
{
    const char *own = cache_directory(mem, "spool");
    const char *temporary = environment("TMPDIR");
    if (own)
        return own;
    return temporary ? temporary : "/var/tmp";
}

bool find_store(const struct settings *settings, span *ret, struct err *err)
{
    if (settings->store.len) {
        *ret = settings->store;
        return true;
    }
    const char *own = data_directory(settings->mem);
    if (!own)
        return err_set(err, ERR_USAGE, "there is no home: --store URL says where the store is");
    if (!os_make_directories(own, err))
        return false;
    struct text url;
    text_init(&url, settings->mem, 4096);
    text_add(&url, S("sqlite:"));
    text_add(&url, span_of_text(own));
    text_add(&url, S("/store.sqlite"));
    *ret = text_span(&url);
    return text_ok(&url) || arena_err(settings->mem, err, "the place of the store");
}

void fill_net_options(const struct settings *settings, struct net_options *ret)
{
    *ret = (struct net_options){
        .user_agent = "plimsoll/" PLIMSOLL_VERSION,
        .ca_file = settings->ca_file,
        .plain_http = settings->plain_http,
        .proxy = either("https_proxy", "HTTPS_PROXY"),
        .plain_proxy = either("http_proxy", "HTTP_PROXY"),
        .no_proxy = either("no_proxy", "NO_PROXY"),
        .docker_config = environment("DOCKER_CONFIG"),
        .home = environment("HOME"),
        .runtime_directory = environment("XDG_RUNTIME_DIR"),
        .limits = &settings->limits,
    };
}

void fill_source_options(const struct settings *settings, struct source_options *ret)
{
    *ret = (struct source_options){
        .platform = settings->platform,
        .spool_directory = spool_directory(settings->mem),
        .docker_host = environment("DOCKER_HOST"),
        .container_host = environment("CONTAINER_HOST"),
        .runtime_directory = environment("XDG_RUNTIME_DIR"),
    };
    fill_net_options(settings, &ret->net);
}
