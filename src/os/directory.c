#include "os/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_directory(DIR **directory)
{
    if (*directory)
        (void)closedir(*directory); // read only
}

static int compare_names(const void *a, const void *b)
{
    return span_compare(*(const span *)a, *(const span *)b);
}

static bool is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

bool os_list_directory(int directory_fd, size_t most, struct arena *mem, struct os_names *ret,
                       struct err *err)
{
    // A descriptor of its own: the stream takes it over, and reading must begin at the start.
    int fd = openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_set_sys(err, errno, "directory");
    CLEANUP(close_directory) DIR *directory = fdopendir(fd);
    if (!directory) {
        os_close(&fd);
        return err_set_sys(err, errno, "directory");
    }

    struct list names;
    list_init(&names, mem, sizeof(span), most);
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(directory);
        if (!entry && errno)
            return err_set_sys(err, errno, "directory");
        if (!entry)
            break;
        if (is_dot(entry->d_name))
            continue;
        span *name = LIST_ADD(&names, span);
        if (!name || !arena_span(mem, span_of_text(entry->d_name), name))
            return err_set(err, ERR_LIMIT, "directory: more than %zu names", most);
    }
    if (names.count)
        sort_items(names.items, names.count, sizeof(span), compare_names);
    *ret = (struct os_names){.items = names.items, .count = names.count};
    return true;
}

static bool make_directories(const char *path, mode_t mode, struct err *err)
{
    char prefix[4096];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof prefix)
        return err_set(err, ERR_INPUT, "%s: not a path", quote(span_of_text(path)).text);
    memcpy(prefix, path, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (prefix[i] != '/' && prefix[i] != '\0')
            continue;
        prefix[i] = '\0';
        if (mkdir(prefix, mode) != 0 && errno != EEXIST)
            return err_set_sys(err, errno, "%s", quote(span_of_text(prefix)).text);
        prefix[i] = path[i];
    }
    return true;
}

bool os_make_directories(const char *path, struct err *err)
{
    return make_directories(path, 0700, err);
}

bool os_make_public_directories(const char *path, struct err *err)
{
    return make_directories(path, 0755, err);
}
