// Image archives in a file, on standard input or from an engine: read in place where they lie in
// an uncompressed file, otherwise spooled, unpacked, to a file without a name.
#include "os/os.h"
#include "scan/source/archive_inner.h"
#include "stream/stream.h"

static bool file_read_at(void *self, uint64_t offset, void *buffer, size_t len, size_t *ret_len,
                         struct err *err)
{
    return os_read_at(*(const int *)self, offset, buffer, len, ret_len, err);
}

static bool read_region(int fd, const struct member *member, struct arena *mem, span *ret,
                        struct err *err)
{
    uint8_t *bytes = arena_alloc(mem, member->size);
    if (!bytes)
        return arena_err(mem, err, "archive member");
    size_t done = 0;
    while (done < member->size) {
        size_t len = 0;
        if (!os_read_at(fd, member->offset + done, bytes + done, member->size - done, &len, err))
            return false;
        if (len == 0)
            return err_set(err, ERR_INPUT, "'%s' is cut short", quote(member->path).text);
        done += len;
    }
    *ret = span_of(bytes, done);
    return true;
}

bool archive_read_member(const struct archive *archive, span path, struct arena *mem, span *ret,
                         struct err *err)
{
    const struct member *member = NULL;
    if (!archive_index_find(&archive->index, path, archive->limits, mem, &member, err))
        return false;
    if (member->size > archive->limits->document_bytes)
        return err_set(err, ERR_LIMIT, "'%s': %llu bytes are too many for a document",
                       quote(path).text, (unsigned long long)member->size);
    return read_region(archive->fd, member, mem, ret, err);
}

// ---------------------------------------------------------------- store

static bool member_name(const struct descriptor *what, struct arena *mem, span *ret,
                        struct err *err)
{
    if (what->member.len == 0)
        return blob_path(what->digest, mem, ret, err);
    *ret = what->member;
    return true;
}

static bool archive_read(void *self, const struct descriptor *what, struct arena *mem, span *ret,
                         struct err *err)
{
    span name = {0};
    return member_name(what, mem, &name, err) && archive_read_member(self, name, mem, ret, err);
}

static bool archive_open_layer(void *self, size_t index, const struct descriptor *what,
                               struct source_layer *ret, struct err *err)
{
    (void)index; // the descriptor says it all
    const struct archive *archive = self;
    const struct member *member = NULL;
    span name = {0};
    struct source_layer layer = {.seekable = true};
    if (!member_name(what, archive->mem, &name, err) ||
        !archive_index_find(&archive->index, name, archive->limits, archive->mem, &member, err))
        return false;
    if (member->size != what->size)
        return err_set(err, ERR_UNTRUSTED, "%s: %llu bytes, its descriptor says %llu",
                       quote(name).text, (unsigned long long)member->size,
                       (unsigned long long)what->size);
    if (!os_duplicate(archive->fd, &layer.fd, err))
        return false;
    layer.offset = member->offset;
    layer.length = member->size;
    *ret = layer;
    return true;
}

static void archive_close(void *self)
{
    struct archive *archive = self;
    os_close(&archive->fd);
}

// ---------------------------------------------------------------- opening

static bool copy_stream(struct stream *stream, int fd, uint64_t most, struct err *err)
{
    for (;;) {
        span chunk = {0};
        if (!stream_next(stream, &chunk, err))
            return false;
        if (chunk.len == 0)
            return true;
        if (stream_position(stream) > most)
            return err_set(err, ERR_LIMIT, "the archive is larger than %llu bytes (spool_bytes)",
                           (unsigned long long)most);
        if (!os_write_all(fd, chunk, err))
            return err_add(err, "spool file");
    }
}

static bool unpack_to(const struct source_options *options, int from, int to, struct err *err)
{
    CLEANUP(stream_cleanup) struct stream *raw = NULL;
    CLEANUP(stream_cleanup) struct stream *plain = NULL;
    span start = {0};
    if (!stream_open_file((struct stream_file){.fd = from}, NULL, &raw, err) ||
        !stream_peek(raw, &start, err) ||
        !stream_open_decompress(compression_detect(start), take(&raw), options->limits, NULL,
                                &plain, err))
        return false;
    return copy_stream(plain, to, options->limits->spool_bytes, err);
}

bool open_spool(const struct source_options *options, int *ret_fd, struct err *err)
{
    if (!options->spool_directory)
        return err_set(err, ERR_MISSING, "there is no directory to keep the archive in");
    return os_make_directories(options->spool_directory, err) &&
           os_spool_file(options->spool_directory, ret_fd, err);
}

// Replaces *fd by a file that can be read anywhere and is not compressed.
static bool make_seekable(const struct source_options *options, int *fd, struct err *err)
{
    uint8_t start[512];
    size_t len = 0;
    struct os_stat stat = {0};
    if (!os_stat_fd(*fd, &stat, err))
        return false;
    if (stat.kind == OS_FILE) {
        if (!os_read_at(*fd, 0, start, sizeof start, &len, err))
            return false;
        if (compression_detect(span_of(start, len)) == COMPRESSION_NONE)
            return true;
    }
    CLEANUP(os_close) int spool = -1;
    if (!open_spool(options, &spool, err) || !unpack_to(options, *fd, spool, err))
        return err_add(err, "archive");
    os_close(fd);
    os_make_read_only(&spool); // the worker gets it
    *fd = os_take_fd(&spool);
    return true;
}

static bool holds(const struct archive *archive, span path)
{
    const struct member *ignored = NULL;
    return archive_index_find(&archive->index, path, archive->limits, archive->mem, &ignored, NULL);
}

static bool resolve_oci_archive(struct source *source, const struct archive *archive, span name,
                                struct err *err)
{
    span index = {0};
    span marker = {0};
    source->image.kind = S("oci-archive");
    if (holds(archive, S("oci-layout")) &&
        !(archive_read_member(archive, S("oci-layout"), source->mem, &marker, err) &&
          oci_layout_parse(marker, source->options->limits, err)))
        return false;
    return archive_read_member(archive, S("index.json"), source->mem, &index, err) &&
           resolve_layout(source, index, name, err);
}

// What Docker saves today is both: its own manifest.json knows the names, so that comes first.
static bool resolve_archive(struct source *source, const struct archive *archive,
                            enum archive_kind kind, span name, struct err *err)
{
    switch (kind) {
    case ARCHIVE_DOCKER:
        return resolve_docker_archive(source, archive, name, err);
    case ARCHIVE_OCI:
        return resolve_oci_archive(source, archive, name, err);
    case ARCHIVE_ANY:
        break;
    }
    if (holds(archive, S("manifest.json")))
        return resolve_docker_archive(source, archive, name, err);
    if (holds(archive, S("index.json")))
        return resolve_oci_archive(source, archive, name, err);
    return err_set(err, ERR_UNSUPPORTED,
                   "no image archive: neither manifest.json nor index.json is in it");
}

bool open_archive(struct source *source, int fd, enum archive_kind kind, span name, struct err *err)
{
    CLEANUP(os_close) int own = fd;
    struct archive *archive = ARENA_NEW(source->mem, struct archive);
    if (!archive)
        return arena_err(source->mem, err, "archive");
    if (!make_seekable(source->options, &own, err))
        return false;
    *archive = (struct archive){.fd = os_take_fd(&own), .mem = source->mem};
    archive->limits = source->options->limits;
    source->store = (struct store){
        .self = archive,
        .read = archive_read,
        .open_layer = archive_open_layer,
        .close = archive_close,
    };
    struct bytes_at bytes = {.self = &archive->fd, .read = file_read_at};
    if (!archive_index_read(&bytes, archive->limits, source->mem, &archive->index, err))
        return false;
    if (archive->index.members.count == 0)
        return err_set(err, ERR_UNSUPPORTED, "no image archive: it is empty");
    return resolve_archive(source, archive, kind, name, err);
}
