// Loaded in front of the C library by tools/fault-sweep: counts the calls of one kind in a whole
// tree of processes and lets the one with the number FAULT_AT fail. The count is kept in a mapped
// file, so that a process behind a system call filter can go on counting.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct ledger {
    _Atomic uint64_t calls;
    char failed[32]; // the name of the function that was made to fail
};

enum kind {
    KIND_NONE,
    KIND_MEMORY,
    KIND_SYSTEM,
};

static struct ledger *ledger;
static enum kind swept;
static uint64_t fault_at; // 0: only count

static enum kind kind_of(const char *name)
{
    if (name && strcmp(name, "memory") == 0)
        return KIND_MEMORY;
    if (name && strcmp(name, "system") == 0)
        return KIND_SYSTEM;
    return KIND_NONE;
}

// libseccomp 2.5 loops for ever or frees twice when it gets no memory, in the child that builds its
// walls. That is contained (os/jail.c waits a while, and a child that dies is an error), but not
// ours to mend: its allocations are not counted.
static struct {
    uintptr_t start;
    uintptr_t end;
} seccomp;

static int find_seccomp(struct dl_phdr_info *object, size_t size, void *unused)
{
    (void)size, (void)unused;
    for (int i = 0; strstr(object->dlpi_name, "/libseccomp.so") && i < object->dlpi_phnum; i++) {
        uintptr_t start = object->dlpi_addr + object->dlpi_phdr[i].p_vaddr;
        if (object->dlpi_phdr[i].p_type == PT_LOAD && (object->dlpi_phdr[i].p_flags & PF_X)) {
            seccomp.start = start;
            seccomp.end = start + object->dlpi_phdr[i].p_memsz;
        }
    }
    return 0;
}

static bool is_seccomp(const void *caller)
{
    return (uintptr_t)caller >= seccomp.start && (uintptr_t)caller < seccomp.end;
}

static bool fails_now(enum kind kind, const char *name)
{
    if (!ledger || kind != swept || atomic_fetch_add(&ledger->calls, 1) + 1 != fault_at)
        return false;
    memcpy(ledger->failed, name, strnlen(name, sizeof ledger->failed - 1));
    return true;
}

// ---------------------------------------------------------------- memory

// glibc's own names: dlsym would allocate before there is an allocator.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static bool memory_fails(const char *name, const void *caller)
{
    return !is_seccomp(caller) && fails_now(KIND_MEMORY, name);
}

static void *no_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size)
{
    return memory_fails(__func__, __builtin_return_address(0)) ? no_memory() : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return memory_fails(__func__, __builtin_return_address(0)) ? no_memory()
                                                               : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return memory_fails(__func__, __builtin_return_address(0)) ? no_memory()
                                                               : __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memory_fails(__func__, __builtin_return_address(0)) ? no_memory()
                                                               : __libc_memalign(alignment, size);
}

int posix_memalign(void **ret, size_t alignment, size_t size)
{
    void *memory = memory_fails(__func__, __builtin_return_address(0))
                       ? NULL
                       : __libc_memalign(alignment, size);
    if (!memory)
        return ENOMEM;
    *ret = memory;
    return 0;
}

// ---------------------------------------------------------------- system calls

// Programs call the names with 64 when they are compiled for large files, libraries often the
// others. Defines the function `name` in front of the C library's: fails with `number`, or calls
// on.
#define WRAP(type, failure, number, name, parameters, arguments) \
    type name parameters                                         \
    {                                                            \
        static type(*real) parameters;                           \
        if (fails_now(KIND_SYSTEM, __func__)) {                  \
            errno = number;                                      \
            return failure;                                      \
        }                                                        \
        if (!real)                                               \
            find_next(#name, &real);                             \
        return real arguments;                                   \
    }

// A pointer to a function is no pointer to an object in C, but dlsym says it is.
static void find_next(const char *name, void *ret_function)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    memcpy(ret_function, &found, sizeof found);
}

WRAP(ssize_t, -1, EIO, read, (int fd, void *to, size_t len), (fd, to, len))
WRAP(ssize_t, -1, EIO, pread, (int fd, void *to, size_t len, off_t at), (fd, to, len, at))
WRAP(ssize_t, -1, EIO, pread64, (int fd, void *to, size_t len, off_t at), (fd, to, len, at))
WRAP(ssize_t, -1, ENOSPC, write, (int fd, const void *from, size_t len), (fd, from, len))
WRAP(ssize_t, -1, ENOSPC, pwrite, (int fd, const void *from, size_t len, off_t at),
     (fd, from, len, at))
WRAP(ssize_t, -1, ENOSPC, pwrite64, (int fd, const void *from, size_t len, off_t at),
     (fd, from, len, at))
WRAP(int, -1, EMFILE, memfd_create, (const char *name, unsigned flags), (name, flags))
WRAP(ssize_t, -1, ENOBUFS, send, (int fd, const void *from, size_t len, int flags),
     (fd, from, len, flags))
WRAP(ssize_t, -1, ENOBUFS, sendmsg, (int fd, const struct msghdr *m, int flags), (fd, m, flags))
WRAP(ssize_t, -1, ECONNRESET, recvmsg, (int fd, struct msghdr *m, int flags), (fd, m, flags))
WRAP(int, -1, EIO, fsync, (int fd), (fd))
WRAP(int, -1, EIO, fdatasync, (int fd), (fd))
WRAP(int, -1, ENOSPC, ftruncate, (int fd, off_t len), (fd, len))
WRAP(int, -1, ENOSPC, ftruncate64, (int fd, off_t len), (fd, len))
WRAP(off_t, -1, EIO, lseek, (int fd, off_t at, int from), (fd, at, from))
WRAP(off_t, -1, EIO, lseek64, (int fd, off_t at, int from), (fd, at, from))
WRAP(int, -1, EIO, fstat, (int fd, struct stat *to), (fd, to))
WRAP(int, -1, EIO, fstat64, (int fd, struct stat64 *to), (fd, to))
WRAP(int, -1, EACCES, stat, (const char *path, struct stat *to), (path, to))
WRAP(int, -1, EACCES, stat64, (const char *path, struct stat64 *to), (path, to))
WRAP(int, -1, EACCES, lstat, (const char *path, struct stat *to), (path, to))
WRAP(int, -1, EACCES, lstat64, (const char *path, struct stat64 *to), (path, to))
WRAP(int, -1, EACCES, fstatat, (int fd, const char *path, struct stat *to, int flags),
     (fd, path, to, flags))
WRAP(int, -1, EACCES, fstatat64, (int fd, const char *path, struct stat64 *to, int flags),
     (fd, path, to, flags))
WRAP(ssize_t, -1, EIO, readlinkat, (int fd, const char *path, char *to, size_t len),
     (fd, path, to, len))
WRAP(int, -1, ENOSPC, rename, (const char *from, const char *to), (from, to))
WRAP(int, -1, ENOSPC, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP(int, -1, ENOLCK, flock, (int fd, int operation), (fd, operation))
WRAP(void *, MAP_FAILED, ENOMEM, mmap,
     (void *where, size_t len, int access, int flags, int fd, off_t at),
     (where, len, access, flags, fd, at))
WRAP(void *, MAP_FAILED, ENOMEM, mmap64,
     (void *where, size_t len, int access, int flags, int fd, off_t at),
     (where, len, access, flags, fd, at))
WRAP(int, -1, EMFILE, socket, (int domain, int type, int protocol), (domain, type, protocol))
WRAP(int, -1, EMFILE, socketpair, (int domain, int type, int protocol, int to[2]),
     (domain, type, protocol, to))
WRAP(int, -1, EMFILE, pipe2, (int to[2], int flags), (to, flags))
WRAP(int, -1, EMFILE, dup, (int fd), (fd))
WRAP(int, -1, ECONNREFUSED, connect, (int fd, const struct sockaddr *to, socklen_t len),
     (fd, to, len))
WRAP(pid_t, -1, EAGAIN, fork, (void), ())
WRAP(int, EAGAIN, EAGAIN, pthread_create,
     (pthread_t * to, const pthread_attr_t *attributes, void *(*run)(void *), void *self),
     (to, attributes, run, self))
WRAP(ssize_t, -1, EIO, getrandom, (void *to, size_t len, unsigned flags), (to, len, flags))

// The mode is there only if a file may be made (open(2)).
#define WRAP_OPEN(name, parameters, arguments)    \
    int name(parameters, int flags, ...)          \
    {                                             \
        static int (*real)(parameters, int, ...); \
        mode_t mode = 0;                          \
        if (flags & (O_CREAT | O_TMPFILE)) {      \
            va_list list;                         \
            va_start(list, flags);                \
            mode = va_arg(list, mode_t);          \
            va_end(list);                         \
        }                                         \
        if (fails_now(KIND_SYSTEM, __func__)) {   \
            errno = EMFILE;                       \
            return -1;                            \
        }                                         \
        if (!real)                                \
            find_next(#name, &real);              \
        return real(arguments, flags, mode);      \
    }
#define TWO(a, b) a, b
WRAP_OPEN(open, const char *path, path)
WRAP_OPEN(open64, const char *path, path)
WRAP_OPEN(openat, TWO(int fd, const char *path), TWO(fd, path))
WRAP_OPEN(openat64, TWO(int fd, const char *path), TWO(fd, path))

// ---------------------------------------------------------------- start

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("FAULT_LEDGER");
    const char *number = getenv("FAULT_AT");
    if (!path || !number || sscanf(number, "%" SCNu64, &fault_at) != 1)
        return;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return;
    void *map = mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd); // the mapping stays
    if (map == MAP_FAILED)
        return;
    (void)dl_iterate_phdr(find_seccomp, NULL); // gives what the function gives: 0
    swept = kind_of(getenv("FAULT_KIND"));
    ledger = map;
}
