#include "os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
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
    mode_t mode = output->is_secret ? 0600 : 0644;
    if (fchmod(output->fd, mode) != 0 || rename(output->temporary, output->path) != 0)
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

// ---------------------------------------------------------------- lines

static bool open_for_lines(const char *path, int *ret_fd, struct stat *ret, struct err *err)
{
    // O_NONBLOCK: opening a FIFO would wait for its reader.
    int flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    CLEANUP(os_close) int fd = open(path, flags, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) != 0 || fstat(fd, ret) != 0)
        return err_set_sys(err, errno, "%s", quote(span_of_text(path)).text);
    if (!S_ISREG(ret->st_mode))
        return err_set(err, ERR_DENIED, "%s: is no plain file", quote(span_of_text(path)).text);
    *ret_fd = os_take_fd(&fd);
    return true;
}

static bool write_line(int fd, uint64_t size, span line, struct err *err)
{
    uint8_t last = '\n';
    size_t got = 0;
    if (size && !os_read_at(fd, size - 1, &last, 1, &got, err))
        return false;
    return (last == '\n' || os_write_all(fd, S("\n"), err)) && os_write_all(fd, line, err) &&
           os_write_all(fd, S("\n"), err);
}

bool os_append_line(const char *path, span line, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    struct stat st = {0};
    if (!open_for_lines(path, &fd, &st, err))
        return false;
    if (!write_line(fd, (uint64_t)st.st_size, line, err)) {
        (void)os_resize(fd, (uint64_t)st.st_size, NULL); // else the next line ends what there is
        return err_add(err, "%s", quote(span_of_text(path)).text);
    }
    if (fdatasync(fd) != 0)
        return err_set_sys(err, errno, "%s: sync", quote(span_of_text(path)).text);
    return st.st_size > 0 || sync_directory(path, err);
}
