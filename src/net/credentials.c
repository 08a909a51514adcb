#include "net/auth_inner.h"
#include "os/os.h"

enum {
    HELPER_SECONDS = 60, // it may ask its user
    MOST_HELPER_BYTES = 1 << 20,
};

static bool is_empty(const struct credentials *credentials)
{
    return credentials->user.len == 0 && credentials->identity_token.len == 0;
}

// docker-credential-helpers' protocol: the server on standard input, JSON on standard output. A
// status other than 0 is how a helper says that it knows nothing.
static bool ask_helper(const struct docker_config *config, const struct net_options *options,
                       struct arena *mem, struct credentials *ret, struct err *err)
{
    struct text program = {0};
    span output = {0};
    int status = 0;
    text_init(&program, mem, 128);
    text_add(&program, S("docker-credential-"));
    text_add(&program, config->helper);
    const char *argv[] = {arena_text(mem, text_span(&program)), "get", NULL};
    if (!text_ok(&program) || !argv[0])
        return arena_err(mem, err, "credential helper");
    if (!os_run(argv, config->server, MOST_HELPER_BYTES, HELPER_SECONDS, mem, &output, &status,
                err))
        return false;
    if (status != 0)
        return true;
    return helper_answer_parse(output, options->limits, mem, ret, err) ||
           err_add(err, "%s", argv[0]);
}

static bool read_config(const char *path, const struct reference *reference,
                        const struct net_options *options, struct arena *mem,
                        struct docker_config *ret, struct err *err)
{
    span text = {0};
    return os_read_file(path, options->limits->document_bytes, mem, &text, err) &&
           (docker_config_parse(text, reference, options->limits, mem, ret, err) ||
            err_add(err, "%s", path));
}

static const char *join(const char *directory, const char *rest, struct arena *mem)
{
    struct text path = {0};
    text_init(&path, mem, 8192);
    text_add(&path, span_of_text(directory));
    text_add(&path, span_of_text(rest));
    return text_ok(&path) ? arena_text(mem, text_span(&path)) : NULL;
}

// Looks into one file. What is wrong with it is noted: the image may be public.
static void look_up(const char *path, const struct reference *reference,
                    const struct net_options *options, struct arena *mem, struct notes *notes,
                    struct credentials *ret)
{
    struct docker_config config = {0};
    struct credentials found = {0};
    struct err failed = {0};
    span place = span_of_text(path);
    if (!path)
        return;
    if (!read_config(path, reference, options, mem, &config, &failed)) {
        if (failed.kind != ERR_MISSING)
            notes_add(notes, NOTE_INFORMATION, place, "no credentials: %s", failed.text);
        return;
    }
    if (config.helper.len && !ask_helper(&config, options, mem, &found, &failed))
        notes_add(notes, NOTE_INFORMATION, place, "no credentials: %s", failed.text);
    *ret = is_empty(&found) ? config.credentials : found;
}

bool credentials_find(const struct reference *reference, const struct net_options *options,
                      struct arena *mem, struct notes *notes, struct credentials *ret,
                      struct err *err)
{
    struct credentials found = {0};
    const char *paths[3] = {0};
    if (options->credentials) {
        bool is_meant = span_equal(reference->host, options->credentials_host);
        *ret = is_meant ? *options->credentials : (struct credentials){0};
        return true;
    }
    if (options->docker_config)
        paths[0] = join(options->docker_config, "/config.json", mem);
    else if (options->home)
        paths[0] = join(options->home, "/.docker/config.json", mem);
    if (options->runtime_directory)
        paths[1] = join(options->runtime_directory, "/containers/auth.json", mem);
    if (options->home)
        paths[2] = join(options->home, "/.config/containers/auth.json", mem);
    for (size_t i = 0; i < 3 && is_empty(&found); i++)
        look_up(paths[i], reference, options, mem, notes, &found);
    if (arena_left(mem) == 0)
        return arena_err(mem, err, "credentials");
    *ret = found;
    return true;
}
