// A program to test the sweep on: prints the first bytes of a file. Its first argument says how it
// takes a failure: well, by a crash, in silence with an exit status, or with half an answer.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 64 };

static int fail(const char *manner, const char *what)
{
    if (strcmp(manner, "crash") == 0)
        abort();
    if (strcmp(manner, "half") == 0)
        return puts("half an answer") < 0;
    if (strcmp(manner, "silent") != 0)
        fprintf(stderr, "sample: cannot %s\n", what);
    return strcmp(manner, "odd") == 0 ? 9 : 1;
}

static int print_first_bytes(const char *manner, int fd)
{
    char *bytes = malloc(SIZE);
    if (!bytes)
        return fail(manner, "allocate");
    ssize_t len = read(fd, bytes, SIZE);
    int status = 0;
    if (len < 0)
        status = fail(manner, "read");
    else
        printf("%.*s", (int)len, bytes);
    free(bytes);
    return status;
}

int main(int argc, char **argv)
{
    static char buffer[4096];
    if (argc != 3 || setvbuf(stdout, buffer, _IOFBF, sizeof buffer) != 0)
        return 64;
    int fd = open(argv[2], O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(argv[1], "open");
    int status = print_first_bytes(argv[1], fd);
    (void)close(fd); // read only
    return status;
}
