#include "os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A file renamed over a device, a pipe or a link would take its place: /dev/null would be gone.
static bool is_written_in_place(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static bool open_in_place(const char *path, struct os_output *ret, struct err *err)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return err_set_sys(err, errno, "%s", quote(span_of_text(path)).text);
    *ret = (struct os_output){.fd = fd};
    return true;
}

bool os_output_open(const char *path, struct os_output *ret, struct err *err)
{
    if (is_written_in_place(path))
        return open_in_place(path, ret, err);
    struct os_output output = {.fd = -1};
    output.path = strdup(path);
    if (asprintf(&output.temporary, "%s.XXXXXX", path) < 0)
        output.temporary = NULL;
    if (output.path && output.temporary)
        output.fd = mkostemp(output.temporary, O_CLOEXEC);
    if (output.fd < 0) {
        int sys = errno;
        free(output.temporary);
        free(output.path);
        return err_set_sys(err, sys, "%s: create", quote(span_of_text(path)).text);
    }
    *ret = output;
    return true;
}

static void forget(struct os_output *output)
{
    os_close(&output->fd);
    free(output->temporary);
    free(output->path);
    *output = (struct os_output){.fd = -1};
}

// The directory entry must reach the disk too, or a crash can undo the rename.
static bool sync_directory(const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    char *parent = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    if (!parent)
        return err_set(err, ERR_MEMORY, "no memory");
    CLEANUP(os_close) int fd = -1;
    bool ok = os_open_directory(parent, &fd, err);
    if (ok && fsync(fd) != 0 && errno != EINVAL)
        ok = err_set_sys(err, errno, "%s: sync", quote(span_of_text(parent)).text);
    free(parent);
    return ok;
}

static bool put_in_place(const struct os_output *output, struct err *err)
{
    if (fchmod(output->fd, 0644) != 0 || rename(output->temporary, output->path) != 0)
        return err_set_sys(err, errno, "%s: rename", quote(span_of_text(output->path)).text);
    return true;
}

bool os_output_commit(struct os_output *output, struct err *err)
{
    if (!output->temporary) {
        forget(output);
        return true;
    }
    if (fsync(output->fd) != 0)
        return err_set_sys(err, errno, "%s: sync", quote(span_of_text(output->path)).text);
    if (!put_in_place(output, err))
        return false;
    bool ok = sync_directory(output->path, err);
    forget(output);
    return ok;
}

bool os_output_publish(struct os_output *output, struct err *err)
{
    if (output->temporary && !put_in_place(output, err))
        return false;
    forget(output);
    return true;
}

void os_output_abort(struct os_output *output)
{
    if (output->fd < 0)
        return;
    if (output->temporary)
        (void)unlink(output->temporary); // best effort: the name is ours alone
    forget(output);
}
