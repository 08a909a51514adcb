#include "app/app_inner.h"

#include "os/os.h"

#include <errno.h>
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

static const char *find_shipped_database(struct arena *mem)
{
    const char *installed = shipped_database(mem, "../share/plimsoll/plimsoll.db");
    const char *built = shipped_database(mem, "../../data/plimsoll.db");
    if (place_is_file(installed))
        return installed;
    return place_is_file(built) ? built : NULL;
}

static const char *own_database(struct arena *mem)
{
    const char *own = data_directory(mem);
    return own ? join(mem, own, "plimsoll.db") : NULL;
}

static bool lacks_database(struct err *err)
{
    return err_set(err, ERR_MISSING,
                   "there is no advisory database: make one with plimsoll db "
                   "build --from DIR -o FILE and name it with --db FILE");
}

bool find_database(const struct settings *settings, const char **ret, struct err *err)
{
    const char *own = own_database(settings->mem);
    const char *shipped = find_shipped_database(settings->mem);
    if (settings->database)
        *ret = settings->database;
    else if (place_is_file(own))
        *ret = own;
    else if (shipped)
        *ret = shipped;
    else
        return lacks_database(err);
    return true;
}

static bool keep_database(const char *from, const char *path, struct arena *mem, struct err *err)
{
    const char *directory = arena_text(mem, path_parent(span_of_text(path)));
    struct err failure = {0};
    if (!directory)
        return arena_err(mem, err, "path");
    // Another process of the service may just have done the same.
    return os_make_directories(directory, err) &&
           (os_link(from, path, &failure) || failure.sys == EEXIST || err_copy(err, &failure));
}

bool find_live_database(const struct settings *settings, const char **ret, struct err *err)
{
    const char *own = own_database(settings->mem);
    const char *shipped = find_shipped_database(settings->mem);
    if (settings->database) {
        *ret = settings->database;
        return true;
    }
    if (!own)
        return err_set(err, ERR_USAGE, "there is no home: --db FILE says where the database is");
    if (!place_is_file(own) && !shipped)
        return lacks_database(err);
    if (!place_is_file(own) && !keep_database(shipped, own, settings->mem, err))
        return false;
    *ret = own;
    return true;
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

// A URL with a password in it belongs in a file: command lines and environments can be seen.
static bool read_store_url(const struct settings *settings, span *ret, struct err *err)
{
    enum { URL_BYTES = 4096 };
    const char *path = arena_text(settings->mem, span_from(settings->store, 1));
    span text = {0};
    if (!path)
        return err_set(err, ERR_USAGE, "--store @FILE: that is no file name");
    if (!os_read_file(path, URL_BYTES, settings->mem, &text, err))
        return err_add(err, "--store");
    *ret = span_trim(text);
    return true;
}

bool find_store(const struct settings *settings, span *ret, struct err *err)
{
    if (span_starts_with(settings->store, S("@")))
        return read_store_url(settings, ret, err);
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
