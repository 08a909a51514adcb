#include "flow/publish_inner.h"
#include "os/os.h"

#include <stdio.h>

static const char *key_path(const char *directory, enum tuf_role role, struct arena *mem)
{
    char name[32];
    int len = snprintf(name, sizeof name, "%s.pem", tuf_role_name(role));
    assert(len > 0 && (size_t)len < sizeof name);
    return file_in(mem, directory, name);
}

static bool make_key(const char *path, struct arena *mem, struct err *err)
{
    CLEANUP(signing_key_cleanup) struct signing_key *key = NULL;
    CLEANUP(os_close) int fd = -1;
    struct os_stat st = {0};
    span pem = {0};
    if (!signing_key_new(&key, err) || !signing_key_pem(key, mem, &pem, err) ||
        !os_open_update(path, &fd, err) || !os_stat_fd(fd, &st, err))
        return false;
    if (st.size)
        return err_set(err, ERR_CONFLICT, "%s: there is a key already",
                       quote(span_of_text(path)).text);
    return os_write_all(fd, pem, err);
}

bool make_publish_keys(const char *directory, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *mem = arena_new(1 << 20);
    if (!mem)
        return err_set(err, ERR_MEMORY, "keys: out of memory");
    if (!os_make_directories(directory, err))
        return err_add(err, "keys");
    for (enum tuf_role role = TUF_ROOT; role < TUF_ROLES; role++) {
        const char *path = key_path(directory, role, mem);
        if (!path)
            return arena_err(mem, err, "keys");
        if (!make_key(path, mem, err))
            return false;
    }
    return true;
}

static bool read_key(const char *path, struct arena *mem, struct signing_key **ret, struct err *err)
{
    enum { MOST_PEM = 1 << 16 };
    span pem = {0};
    return os_read_file(path, MOST_PEM, mem, &pem, err) &&
           (signing_key_parse(pem, ret, err) || err_add(err, "%s", path));
}

bool publish_keys_read(const char *directory, struct arena *mem, struct publish_keys *ret,
                       struct err *err)
{
    CLEANUP(publish_keys_cleanup) struct publish_keys keys = {0};
    for (enum tuf_role role = TUF_ROOT; role < TUF_ROLES; role++) {
        struct err failure = {0};
        const char *path = key_path(directory, role, mem);
        if (!path)
            return arena_err(mem, err, "keys");
        if (!read_key(path, mem, &keys.keys[role], &failure) &&
            !(role == TUF_ROOT && failure.kind == ERR_MISSING)) {
            (void)err_copy(err, &failure); // always false
            return err_add(err, "keys");
        }
    }
    *ret = keys;
    keys = (struct publish_keys){0};
    return true;
}

void publish_keys_cleanup(struct publish_keys *keys)
{
    for (enum tuf_role role = TUF_ROOT; role < TUF_ROLES; role++)
        signing_key_free(keys->keys[role]);
}
