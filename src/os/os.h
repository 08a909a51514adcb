// os: the only door to the kernel: files, threads, processes, the clock, randomness, and the jail
// in which hostile bytes are read. NUL-terminated paths live here and nowhere else.
#ifndef PLIMSOLL_OS_H
#define PLIMSOLL_OS_H

#include "base/base.h"

// ---------------------------------------------------------------- files

// File descriptors are ints; -1 is none. Declare as `CLEANUP(os_close) int fd = -1`.
void os_close(int *fd);
int os_take_fd(int *fd); // moves it out of a CLEANUP variable

bool os_open_read(const char *path, int *ret_fd, struct err *err);
// Opens `path` below the directory `root_fd` as if that were "/": no "..", absolute path or
// symbolic link leaves it. Never blocks on a FIFO.
bool os_open_inside(int root_fd, span path, int *ret_fd, struct err *err);
bool os_open_directory(const char *path, int *ret_fd, struct err *err);

enum os_kind {
    OS_FILE,
    OS_DIRECTORY,
    OS_SYMLINK,
    OS_OTHER,
};
struct os_stat {
    enum os_kind kind;
    uint64_t size;
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    int64_t modified; // seconds since 1970
};
bool os_stat_fd(int fd, struct os_stat *ret, struct err *err);
bool os_stat_path(const char *path, struct os_stat *ret, struct err *err); // follows links
// The same for one name in a directory, which is one component; no link is followed, and opening
// never blocks on a FIFO. ERR_INPUT for what is no name.
bool os_stat_name(int directory_fd, span name, struct os_stat *ret, struct err *err);
bool os_open_name(int directory_fd, span name, int *ret_fd, struct err *err);
bool os_read_link(int directory_fd, span name, struct arena *mem, span *ret, struct err *err);
struct os_names {
    span *items;
    size_t count;
};
// The names in a directory without "." and "..", sorted by bytes.
bool os_list_directory(int directory_fd, size_t most, struct arena *mem, struct os_names *ret,
                       struct err *err);

// One read: *ret_len is 0 only at the end. Interrupted calls are repeated.
bool os_read(int fd, void *buffer, size_t len, size_t *ret_len, struct err *err);
bool os_read_at(int fd, uint64_t offset, void *buffer, size_t len, size_t *ret_len,
                struct err *err);
// All there is, up to `most` bytes; more is ERR_LIMIT.
bool os_read_all(int fd, uint64_t most, struct arena *mem, span *ret, struct err *err);
bool os_read_file(const char *path, uint64_t most, struct arena *mem, span *ret, struct err *err);
bool os_write_all(int fd, span bytes, struct err *err);
bool os_write_at(int fd, uint64_t offset, span bytes, struct err *err); // all of them
bool os_resize(int fd, uint64_t size, struct err *err);                 // what is added is zeros

// A file mapped read-only. A file that somebody shortens meanwhile raises SIGBUS: map only files
// that are replaced, never rewritten (the database).
struct os_map {
    span bytes;
};
bool os_map_file(const char *path, struct os_map *ret, struct err *err);
void os_unmap(struct os_map *map);

// A file that is there whole or not at all: written under a temporary name in the same directory,
// synced, and renamed by os_output_commit. os_output_publish renames without syncing: after a crash
// of the machine the file may be damaged, which is enough for what is checked when it is read.
// os_output_abort (for CLEANUP) removes what was not committed. What is there already and is no
// plain file, such as /dev/null, a pipe or a symbolic link, stays and is written to.
struct os_output {
    int fd;
    bool is_secret; // set before it is put in place: for its owner alone
    char *path;
    char *temporary;
};
bool os_output_open(const char *path, struct os_output *ret, struct err *err);
bool os_output_commit(struct os_output *output, struct err *err);
bool os_output_publish(struct os_output *output, struct err *err);
void os_output_abort(struct os_output *output);

// For reading and writing at any place; made, for its owner alone, if it is missing.
bool os_open_update(const char *path, int *ret_fd, struct err *err);
// A file of which one process at a time holds the lock, until it closes the descriptor or ends.
// ERR_CONFLICT: another one holds it.
bool os_lock_file(const char *path, int *ret_fd, struct err *err);

bool os_make_directories(const char *path, struct err *err); // mode 0700 for each that is missing
bool os_make_public_directories(const char *path, struct err *err); // mode 0755
bool os_rename(const char *from, const char *to, struct err *err);  // replaces what is there
// Another name for a file that nobody writes to any more; a copy where the file system cannot do
// that. ERR_IO with sys EEXIST: the name is taken.
bool os_link(const char *from, const char *to, struct err *err);
bool os_remove_file(const char *path, struct err *err);
bool os_touch(const char *path, struct err *err); // sets the modification time to now
// A file without a name in `directory`, gone when closed.
bool os_spool_file(const char *directory, int *ret_fd, struct err *err);
bool os_memory_file(int *ret_fd, struct err *err); // the same, in memory
// Replaces a descriptor by one that cannot be written to, for handing over; the position is the
// start. Where there is no /proc it stays as it is.
void os_make_read_only(int *fd);

// Standard input, output and error.
enum {
    OS_STDIN = 0,
    OS_STDOUT = 1,
    OS_STDERR = 2,
};
bool os_is_terminal(int fd);
unsigned os_terminal_width(int fd); // columns; 0: no terminal, or it does not say
bool os_duplicate(int fd, int *ret_fd, struct err *err);
// Both ends of a pipe. Writing after the reader has gone is ERR_IO with EPIPE in threads made by
// os_thread_start; elsewhere it raises SIGPIPE.
bool os_pipe(int *ret_read, int *ret_write, struct err *err);

// Appends one line, to which a newline is added: whole or not at all, on the disk before this
// returns, and never into the line of another process. The file is made, for its owner alone, if it
// is missing; ERR_DENIED for what is no plain file. A line that a crash of the machine has cut is
// ended first.
bool os_append_line(const char *path, span line, struct err *err);

// ---------------------------------------------------------------- addresses

// An address of the internet; one of version 4 is ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).
struct os_address {
    uint8_t bytes[16];
};
// Of a struct sockaddr of `len` bytes; false for other families.
bool os_address_of(const void *sockaddr, size_t len, struct os_address *ret);
// "192.0.2.1", "2001:db8::1"; false for all else, leaving *ret in any state.
bool os_address_parse(span text, struct os_address *ret);
bool os_address_is_v4(struct os_address address);
// Addresses that have their first `bits` in common; of version 4 these begin behind ::ffff.
struct os_block {
    struct os_address address;
    unsigned bits;
};
// "192.0.2.1", "10.0.0.0/8", "2001:db8::/32"; false for all else.
bool os_block_parse(span text, struct os_block *ret);
bool os_block_has(const struct os_block *block, struct os_address address);
bool os_blocks_have(const struct os_block *blocks, size_t count, struct os_address address);
int os_socket(int family, int type, int protocol); // socket(2); below 0: errno says why

// ---------------------------------------------------------------- threads

unsigned os_cpu_count(void); // those that this process may use

// Runs work(self, 0 … count-1) on up to `threads` threads, the caller's included, each index once;
// returns when all are done.
void os_parallel(unsigned threads, size_t count, void (*work)(void *self, size_t index),
                 void *self);

struct os_thread;
// All signals are blocked in the new thread: they are the main thread's business.
bool os_thread_start(void (*run)(void *self), void *self, struct os_thread **ret, struct err *err);
void os_thread_join(struct os_thread *thread); // waits and releases; null is fine

struct os_monitor; // a mutex and its condition
bool os_monitor_new(struct os_monitor **ret, struct err *err);
void os_monitor_free(struct os_monitor *monitor);
void os_monitor_enter(struct os_monitor *monitor);
void os_monitor_leave(struct os_monitor *monitor);
void os_monitor_wait(struct os_monitor *monitor);   // inside; may wake without cause
void os_monitor_notify(struct os_monitor *monitor); // inside; wakes all

// ---------------------------------------------------------------- processes

// Runs a program (looked up in PATH, no shell), gives it `input`, collects at most `most` bytes of
// its standard output. *ret_status is its exit status; failing to start it is an error.
bool os_run(const char *const argv[], span input, uint64_t most, uint64_t timeout_seconds,
            struct arena *mem, span *ret_output, int *ret_status, struct err *err);

// A program that runs beside, for a talk in frames: its standard input is the other end of
// `socket`, its standard output goes nowhere.
struct os_companion {
    int socket;
    int pid; // 0: there is none
};
// It gets those variables of the environment that begin with one of `variables`, a list that null
// ends: what else there is may be secret.
bool os_companion_start(const char *const argv[], const char *const variables[],
                        struct os_companion *ret, struct err *err);
// Is there one, and does it still run? One that has ended is collected, and there is none then.
bool os_companion_runs(struct os_companion *companion);
// Ends it if it still runs and collects it; none is fine.
void os_companion_stop(struct os_companion *companion);

// Ends the process with a line on standard error and `status` when so many seconds have passed,
// whatever it is waiting for then. For programs, not for services.
void os_give_up_after(uint64_t seconds, int status);
// SIGTERM and SIGINT, for services: they end nothing any more once os_end_prepare has been called,
// by the main thread before it starts others; os_end_await returns when one of them comes.
bool os_end_prepare(struct err *err);
void os_end_await(void);
// Ends the whole process at once, whatever its threads are doing.
_Noreturn void os_process_end(int status);

// The absolute path of the program that runs.
bool os_program_path(struct arena *mem, span *ret, struct err *err);

uint32_t os_user_id(void); // effective

// ---------------------------------------------------------------- clock, randomness

uint64_t os_now(void);          // seconds since 1970-01-01 UTC
uint64_t os_monotonic_ns(void); // for durations only
void os_sleep_ms(uint64_t milliseconds);
bool os_random(void *buffer, size_t len, struct err *err);

// ---------------------------------------------------------------- sockets

// An address to listen at: "127.0.0.1:8080", "[::]:8443", "localhost:80", "unix:PATH". Does it take
// connections of this machine alone? ERR_USAGE: it is no address.
bool os_listens_locally(span address, bool *ret, struct err *err);
// A socket that does not block and listens there; port 0 is any that is free. The file of a unix
// socket is for its owner and its group; one that nobody listens at any more is replaced.
// ERR_USAGE: it is no address; ERR_CONFLICT: somebody listens there.
bool os_listen(span address, int *ret_fd, struct err *err);
unsigned os_socket_port(int fd); // that a socket has; 0: none, as unix sockets
// Ends a connection, whoever has it open: reading meets its end, writing fails.
void os_socket_shut(int fd);

// Who is on the other side of a connection; empty texts for unix sockets.
struct os_peer {
    char address[48]; // without the port
    char network[48]; // the same, or for IPv6 its first 64 bits: what one customer has
};
struct os_peer os_peer_of(const void *socket_address, size_t size); // a struct sockaddr_…
struct os_peer os_peer_at(struct os_address address);
struct os_peer os_socket_peer(int fd);

// A descriptor that another thread makes readable, and who waits makes silent again.
bool os_bell_new(int *ret_fd, struct err *err);
void os_bell_ring(int fd);
void os_bell_silence(int fd);
// Waits until one of the descriptors can be read, or so long.
void os_await_any(const int fds[], size_t count, uint64_t milliseconds);

// ---------------------------------------------------------------- jail

// A child process for hostile bytes. It is forked before anything is read, so that no credential
// is in its memory; it has no network, no file system, no new privileges, no new processes and
// only the system calls it needs to compute, to read the descriptors it is handed and to answer
// (seccomp, Landlock, namespaces, rlimits: see doc/decisions). The two sides talk in frames over
// one socket pair.
struct os_jail {
    int socket;
    int pid;
    uint64_t deadline_ns; // on the monotonic clock: limits.seconds after os_jail_ready
    bool landlock;        // which of the optional walls the kernel gave: see os_jail_ready
    bool namespaces;
};

// In the child: `run` answers frames on `socket` until it ends; `threads` helper threads that call
// help(self) exist before the walls go up, since no thread can be made after.
struct os_jail_work {
    void (*run)(void *self, int socket);
    void (*help)(void *self);
    unsigned threads;
    void *self;
};
bool os_jail_start(const struct os_jail_work *work, const struct limits *limits,
                   struct os_jail *ret, struct err *err);
// The child builds its walls while the parent goes on; this waits until they stand, and from then
// on the time counts. To be called once, before the first frame. Seccomp is demanded: without it
// this fails, and the child has gone.
bool os_jail_ready(struct os_jail *jail, const struct limits *limits, struct err *err);
// Waits for the child to say something. ERR_TIMEOUT at the deadline.
bool os_jail_await(const struct os_jail *jail, struct err *err);
// Ends the child if it still runs and collects it. ERR_INPUT naming the signal if it died of one.
bool os_jail_stop(struct os_jail *jail, struct err *err);

// Frames: a kind, a payload and at most one descriptor (-1: none). Receiving allocates from `mem`;
// more than `most` bytes is ERR_LIMIT; ERR_MISSING when the other side has gone.
bool os_send_frame(int socket, uint32_t kind, span payload, int fd, struct err *err);
// One frame without a descriptor, whose payload is `start` and then `rest`: nobody has to copy what
// is large to put what is small in front of it.
bool os_send_frame_parts(int socket, uint32_t kind, span start, span rest, struct err *err);
bool os_receive_frame(int socket, uint64_t most, struct arena *mem, uint32_t *ret_kind,
                      span *ret_payload, int *ret_fd, struct err *err);
// From now on sending and receiving end with ERR_TIMEOUT when nothing happens for so long.
bool os_socket_patience(int socket, uint64_t seconds, struct err *err);

#endif
