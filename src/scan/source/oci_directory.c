// An image layout in a directory (image-spec image-layout.md).
#include "os/os.h"
#include "scan/source/source_inner.h"

struct directory {
    int root_fd;
    const struct limits *limits;
    struct arena *mem;
};

bool blob_path(span digest, struct arena *mem, span *ret, struct err *err)
{
    struct text path = {0};
    text_init(&path, mem, 512);
    span encoded = digest;
    text_add(&path, S("blobs/"));
    text_add(&path, span_cut(&encoded, ':'));
    text_add_byte(&path, '/');
    text_add(&path, encoded);
    if (!text_ok(&path))
        return err_set(err, ERR_LIMIT, "%s: the digest is too long", quote(digest).text);
    *ret = text_span(&path);
    return true;
}

static bool open_regular(int root_fd, span path, int *ret_fd, uint64_t *ret_size, struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    struct os_stat stat = {0};
    if (!os_open_inside(root_fd, path, &fd, err) || !os_stat_fd(fd, &stat, err))
        return false;
    if (stat.kind != OS_FILE)
        return err_set(err, ERR_INPUT, "%s is no regular file", quote(path).text);
    *ret_size = stat.size;
    *ret_fd = os_take_fd(&fd);
    return true;
}

static bool read_file(const struct directory *directory, span path, struct arena *mem, span *ret,
                      struct err *err)
{
    CLEANUP(os_close) int fd = -1;
    uint64_t size = 0;
    if (!open_regular(directory->root_fd, path, &fd, &size, err))
        return false;
    if (size > directory->limits->document_bytes)
        return err_set(err, ERR_LIMIT, "%s: %llu bytes are too many for a document",
                       quote(path).text, (unsigned long long)size);
    return os_read_all(fd, directory->limits->document_bytes, mem, ret, err);
}

static bool directory_read(void *self, const struct descriptor *what, struct arena *mem, span *ret,
                           struct err *err)
{
    span path = {0};
    return blob_path(what->digest, mem, &path, err) && read_file(self, path, mem, ret, err);
}

static bool directory_open_layer(void *self, size_t index, const struct descriptor *what,
                                 struct source_layer *ret, struct err *err)
{
    (void)index; // the digest says it all
    const struct directory *directory = self;
    CLEANUP(os_close) int fd = -1;
    span path = {0};
    uint64_t size = 0;
    if (!blob_path(what->digest, directory->mem, &path, err) ||
        !open_regular(directory->root_fd, path, &fd, &size, err))
        return false;
    if (size != what->size)
        return err_set(err, ERR_UNTRUSTED, "%s: %llu bytes, its descriptor says %llu",
                       quote(what->digest).text, (unsigned long long)size,
                       (unsigned long long)what->size);
    *ret = (struct source_layer){.fd = os_take_fd(&fd), .length = size, .seekable = true};
    return true;
}

static void directory_close(void *self)
{
    struct directory *directory = self;
    os_close(&directory->root_fd);
}

// The file is a marker: without it the directory is still what its index says.
static bool check_marker(struct source *source, const struct directory *directory, struct err *err)
{
    struct err missing = {0};
    span marker = {0};
    if (read_file(directory, S("oci-layout"), source->mem, &marker, &missing))
        return oci_layout_parse(marker, source->options->limits, err);
    if (missing.kind != ERR_MISSING)
        return err_copy(err, &missing);
    notes_add(source->notes, NOTE_INFORMATION, S("oci-layout"), "%s", missing.text);
    return true;
}

bool open_oci_directory(struct source *source, const char *path, span name, struct err *err)
{
    struct directory *directory = ARENA_NEW(source->mem, struct directory);
    if (!directory)
        return arena_err(source->mem, err, "image layout");
    directory->limits = source->options->limits;
    directory->mem = source->mem;
    if (!os_open_directory(path, &directory->root_fd, err))
        return false;
    source->store = (struct store){
        .self = directory,
        .read = directory_read,
        .open_layer = directory_open_layer,
        .close = directory_close,
    };
    source->image.kind = S("oci-dir");
    span index = {0};
    if (!check_marker(source, directory, err) ||
        !read_file(directory, S("index.json"), source->mem, &index, err))
        return err_add(err, "no image layout");
    return resolve_layout(source, index, name, err);
}
