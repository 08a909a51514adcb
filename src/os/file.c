#include "os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void os_close(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd); // everything that must reach the disk is synced before
    *fd = -1;
}

int os_take_fd(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

static bool open_path(const char *path, int flags, int *ret_fd, struct err *err)
{
    int fd = open(path, flags | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return err_set_sys(err, errno, "%s", quote(span_of_text(path)).text);
    *ret_fd = fd;
    return true;
}

bool os_open_read(const char *path, int *ret_fd, struct err *err)
{
    return open_path(path, O_RDONLY, ret_fd, err);
}

bool os_open_directory(const char *path, int *ret_fd, struct err *err)
{
    return open_path(path, O_RDONLY | O_DIRECTORY, ret_fd, err);
}

// The kernel itself keeps the walk below the root: no race between a check and a use.
static bool open_in_root(int root_fd, span path, uint64_t flags, int *ret_fd, struct err *err)
{
    char text[4096];
    if (path.len >= sizeof text || span_find(path, '\0') != SPAN_NONE)
        return err_set(err, ERR_INPUT, "%s: not a path", quote(path).text);
    memcpy(text, path.len ? (const char *)path.ptr : ".", path.len ? path.len : 1);
    text[path.len ? path.len : 1] = '\0';

    struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    long fd = syscall(SYS_openat2, root_fd, text, &how, sizeof how);
    if (fd < 0)
        return err_set_sys(err, errno, "%s", quote(path).text);
    *ret_fd = (int)fd;
    return true;
}

bool os_open_inside(int root_fd, span path, int *ret_fd, struct err *err)
{
    return open_in_root(root_fd, path, O_RDONLY | O_NOCTTY | O_NONBLOCK, ret_fd, err);
}

static void fill_stat(const struct stat *st, struct os_stat *ret)
{
    *ret = (struct os_stat){
        .kind = S_ISREG(st->st_mode)   ? OS_FILE
                : S_ISDIR(st->st_mode) ? OS_DIRECTORY
                : S_ISLNK(st->st_mode) ? OS_SYMLINK
                                       : OS_OTHER,
        .size = (uint64_t)st->st_size,
        .mode = st->st_mode & 07777,
        .uid = st->st_uid,
        .gid = st->st_gid,
        .modified = st->st_mtime,
    };
}

bool os_stat_fd(int fd, struct os_stat *ret, struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_set_sys(err, errno, "stat");
    fill_stat(&st, ret);
    return true;
}

bool os_stat_path(const char *path, struct os_stat *ret, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return err_set_sys(err, errno, "%s", quote(span_of_text(path)).text);
    fill_stat(&st, ret);
    return true;
}

// ---------------------------------------------------------------- names in a directory

enum { NAME_SIZE = 256 }; // NAME_MAX with its NUL

// One component, so that no walk can leave the directory and openat2 need not watch over it.
static bool is_name(span name)
{
    return name.len && name.len < NAME_SIZE && span_find(name, '\0') == SPAN_NONE &&
           span_find(name, '/') == SPAN_NONE && !span_equal(name, S(".")) &&
           !span_equal(name, S(".."));
}

static bool name_text(span name, char text[NAME_SIZE], struct err *err)
{
    if (!is_name(name))
        return err_set(err, ERR_INPUT, "%s: not a name", quote(name).text);
    memcpy(text, name.ptr, name.len);
    text[name.len] = '\0';
    return true;
}

bool os_stat_name(int directory_fd, span name, struct os_stat *ret, struct err *err)
{
    char text[NAME_SIZE];
    struct stat st;
    if (!name_text(name, text, err))
        return false;
    if (fstatat(directory_fd, text, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return err_set_sys(err, errno, "%s", quote(name).text);
    fill_stat(&st, ret);
    return true;
}

bool os_open_name(int directory_fd, span name, int *ret_fd, struct err *err)
{
    char text[NAME_SIZE];
    if (!name_text(name, text, err))
        return false;
    int fd = openat(directory_fd, text, O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return err_set_sys(err, errno, "%s", quote(name).text);
    *ret_fd = fd;
    return true;
}

bool os_read_link(int directory_fd, span name, struct arena *mem, span *ret, struct err *err)
{
    char text[NAME_SIZE];
    char target[4096];
    if (!name_text(name, text, err))
        return false;
    ssize_t len = readlinkat(directory_fd, text, target, sizeof target);
    if (len < 0)
        return err_set_sys(err, errno, "%s", quote(name).text);
    if ((size_t)len == sizeof target)
        return err_set(err, ERR_LIMIT, "%s: link target is too long", quote(name).text);
    return arena_span(mem, span_of(target, (size_t)len), ret) || arena_err(mem, err, "link target");
}

// ---------------------------------------------------------------- bytes

bool os_read(int fd, void *buffer, size_t len, size_t *ret_len, struct err *err)
{
    ssize_t got = -1;
    do {
        got = read(fd, buffer, len);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return err_set_sys(err, errno, "read");
    *ret_len = (size_t)got;
    return true;
}

bool os_read_at(int fd, uint64_t offset, void *buffer, size_t len, size_t *ret_len, struct err *err)
{
    if (offset > INT64_MAX)
        return err_set(err, ERR_INPUT, "read: offset %llu is out of range",
                       (unsigned long long)offset);
    ssize_t got = -1;
    do {
        got = pread(fd, buffer, len, (off_t)offset);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return err_set_sys(err, errno, "read");
    *ret_len = (size_t)got;
    return true;
}

// The size a regular file claims, so that one read usually does; a guess for all else.
static size_t first_size(int fd, uint64_t most)
{
    struct os_stat st = {0};
    uint64_t size = 65536;
    if (os_stat_fd(fd, &st, NULL) && st.kind == OS_FILE && st.size)
        size = st.size + 1;
    return (size_t)(size < most ? size : most + 1);
}

bool os_read_all(int fd, uint64_t most, struct arena *mem, span *ret, struct err *err)
{
    size_t cap = first_size(fd, most);
    uint8_t *buffer = arena_alloc(mem, cap);
    size_t len = 0;
    while (buffer) {
        size_t got = 0;
        if (!os_read(fd, buffer + len, cap - len, &got, err))
            return false;
        len += got;
        if (len > most)
            return err_set(err, ERR_LIMIT, "more than %llu bytes", (unsigned long long)most);
        if (got == 0) {
            *ret = span_of(buffer, len);
            return true;
        }
        if (len < cap)
            continue;
        uint8_t *larger = arena_array(mem, cap, 2);
        if (larger)
            memcpy(larger, buffer, len);
        buffer = larger;
        cap *= 2;
    }
    return arena_err(mem, err, "file");
}

bool os_read_file(const char *path, uint64_t most, struct arena *mem, span *ret, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    if (!os_open_read(path, &fd, err))
        return false;
    return os_read_all(fd, most, mem, ret, err) ||
           err_add(err, "%s", quote(span_of_text(path)).text);
}

bool os_write_all(int fd, span bytes, struct err *err)
{
    while (bytes.len) {
        ssize_t put = write(fd, bytes.ptr, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return err_set_sys(err, errno, "write");
        bytes = span_from(bytes, (size_t)put);
    }
    return true;
}

bool os_write_at(int fd, uint64_t offset, span bytes, struct err *err)
{
    while (bytes.len) {
        ssize_t put = pwrite(fd, bytes.ptr, bytes.len, (off_t)offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return err_set_sys(err, errno, "write");
        bytes = span_from(bytes, (size_t)put);
        offset += (uint64_t)put;
    }
    return true;
}

bool os_resize(int fd, uint64_t size, struct err *err)
{
    if (size > INT64_MAX || ftruncate(fd, (off_t)size) != 0)
        return err_set_sys(err, size > INT64_MAX ? EFBIG : errno, "resize");
    return true;
}

bool os_map_file(const char *path, struct os_map *ret, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    struct os_stat st = {0};
    if (!os_open_read(path, &fd, err) || !os_stat_fd(fd, &st, err))
        return false;
    if (st.kind != OS_FILE)
        return err_set(err, ERR_INPUT, "%s: not a regular file", quote(span_of_text(path)).text);
    if (st.size == 0) {
        *ret = (struct os_map){0};
        return true;
    }
    void *memory = mmap(NULL, st.size, PROT_READ, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        return err_set_sys(err, errno, "%s: map", quote(span_of_text(path)).text);
    ret->bytes = span_of(memory, st.size);
    return true;
}

void os_unmap(struct os_map *map)
{
    if (map->bytes.len)
        (void)munmap((void *)(uintptr_t)map->bytes.ptr, map->bytes.len); // cannot fail on a map
    *map = (struct os_map){0};
}

bool os_rename(const char *from, const char *to, struct err *err)
{
    return rename(from, to) == 0 ||
           err_set_sys(err, errno, "%s: rename", quote(span_of_text(to)).text);
}

// What another file system holds is copied.
static bool copy_file(const char *from, const char *to, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    CLEANUP(os_output_abort) struct os_output output = {.fd = -1};
    uint8_t buffer[1 << 16];
    size_t len = 0;
    if (!os_open_read(from, &fd, err) || !os_output_open(to, &output, err))
        return false;
    do {
        if (!os_read(fd, buffer, sizeof buffer, &len, err) ||
            !os_write_all(output.fd, span_of(buffer, len), err))
            return false;
    } while (len);
    return os_output_commit(&output, err);
}

bool os_link(const char *from, const char *to, struct err *err)
{
    if (link(from, to) == 0)
        return true;
    if (errno == EXDEV || errno == EPERM || errno == EMLINK)
        return copy_file(from, to, err);
    return err_set_sys(err, errno, "%s: link", quote(span_of_text(to)).text);
}

bool os_remove_file(const char *path, struct err *err)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return err_set_sys(err, errno, "%s", quote(span_of_text(path)).text);
    return true;
}

bool os_touch(const char *path, struct err *err)
{
    if (utimensat(AT_FDCWD, path, NULL, 0) != 0)
        return err_set_sys(err, errno, "%s", quote(span_of_text(path)).text);
    return true;
}

// A name of our own that is taken away at once, where the file system knows no files without one.
static int open_nameless(const char *directory)
{
    char *path = NULL;
    if (asprintf(&path, "%s/spool.XXXXXX", directory) < 0)
        return -1;
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path); // left behind at worst: an empty name, a file of ours
    free(path);
    return fd;
}

bool os_spool_file(const char *directory, int *ret_fd, struct err *err)
{
    int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
        fd = open_nameless(directory);
    if (fd < 0)
        return err_set_sys(err, errno, "%s: unnamed file", quote(span_of_text(directory)).text);
    *ret_fd = fd;
    return true;
}

bool os_memory_file(int *ret_fd, struct err *err)
{
    int fd = memfd_create("plimsoll", MFD_CLOEXEC);
    if (fd < 0)
        return err_set_sys(err, errno, "memory file");
    *ret_fd = fd;
    return true;
}

void os_make_read_only(int *fd)
{
    char path[32] = "";
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", *fd); // ten digits at most
    CLEANUP(os_close) int again = open(path, O_RDONLY | O_CLOEXEC);
    if (again < 0)
        return;
    os_close(fd);
    *fd = os_take_fd(&again);
}

bool os_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

bool os_duplicate(int fd, int *ret_fd, struct err *err)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        return err_set_sys(err, errno, "duplicate a descriptor");
    *ret_fd = copy;
    return true;
}

bool os_pipe(int *ret_read, int *ret_write, struct err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_set_sys(err, errno, "pipe");
    *ret_read = ends[0];
    *ret_write = ends[1];
    return true;
}

unsigned os_terminal_width(int fd)
{
    struct winsize size = {0};
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
