#include "os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

bool os_open_update(const char *path, int *ret_fd, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set_sys(err, errno, "%s", quote(span_of_text(path)).text);
    *ret_fd = fd;
    return true;
}

bool os_lock_file(const char *path, int *ret_fd, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    if (!os_open_update(path, &fd, err))
        return false;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return err_set(err, ERR_CONFLICT, "%s: another process holds it",
                           quote(span_of_text(path)).text);
        return err_set_sys(err, errno, "%s: lock", quote(span_of_text(path)).text);
    }
    *ret_fd = os_take_fd(&fd);
    return true;
}
