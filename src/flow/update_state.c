#include "flow/update_inner.h"
#include "os/os.h"

#include <stdio.h>

const char *file_in(struct arena *mem, const char *directory, const char *name)
{
    struct text path = {0};
    text_init(&path, mem, SIZE_MAX);
    text_add(&path, span_of_text(directory));
    text_add_byte(&path, '/');
    text_add(&path, span_of_text(name));
    return text_ok(&path) ? arena_text(mem, text_span(&path)) : NULL;
}

struct file_name metadata_name(uint64_t version, enum tuf_role role)
{
    struct file_name name = {0};
    int len = snprintf(name.text, sizeof name.text, "%llu.%s.json", (unsigned long long)version,
                       tuf_role_name(role));
    assert(len > 0 && (size_t)len < sizeof name.text);
    return name;
}

// TUF 6.2: with consistent snapshots a target's name begins with its digest.
struct file_name target_name(const struct tuf_target *target)
{
    struct file_name name = {0};
    span hex = span_of_text(digest_text(target->digest).text);
    (void)span_cut(&hex, ':'); // the algorithm is always SHA-256
    int len =
        snprintf(name.text, sizeof name.text, "targets/%.*s.%.*s", (int)hex.len,
                 (const char *)hex.ptr, (int)target->path.len, (const char *)target->path.ptr);
    assert(len > 0 && (size_t)len < sizeof name.text);
    return name;
}

bool update_state_open(const char *database, struct arena *mem, struct update_state *ret,
                       struct err *err)
{
    struct update_state state = {.lock = -1};
    struct text directory = {0};
    text_init(&directory, mem, SIZE_MAX);
    text_add(&directory, span_of_text(database));
    text_add(&directory, S(".update"));
    state.directory = text_ok(&directory) ? arena_text(mem, text_span(&directory)) : NULL;
    const char *lock = state.directory ? file_in(mem, state.directory, "lock") : NULL;
    if (!lock)
        return arena_err(mem, err, "update");
    if (!os_make_directories(state.directory, err) || !os_lock_file(lock, &state.lock, err))
        return err_add(err, "update");
    *ret = state;
    return true;
}

void update_state_close(struct update_state *state)
{
    os_close(&state->lock);
}

bool update_state_read(const struct update_state *state, const char *name, uint64_t most,
                       struct arena *mem, span *ret, struct err *err)
{
    const char *path = file_in(mem, state->directory, name);
    return path ? os_read_file(path, most, mem, ret, err) : arena_err(mem, err, "update");
}

bool update_state_write(const struct update_state *state, const char *name, span bytes,
                        struct arena *mem, struct err *err)
{
    const char *path = file_in(mem, state->directory, name);
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    if (!path)
        return arena_err(mem, err, "update");
    return os_output_open(path, &output, err) && os_write_all(output.fd, bytes, err) &&
           os_output_commit(&output, err);
}

bool update_state_remove(const struct update_state *state, const char *name, struct arena *mem,
                         struct err *err)
{
    const char *path = file_in(mem, state->directory, name);
    return path ? os_remove_file(path, err) : arena_err(mem, err, "update");
}
