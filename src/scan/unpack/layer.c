#include "scan/unpack/unpack.h"

#include "format/tar/tar.h"

#include <string.h>

// One layer while it is read.
struct unpacking {
    const struct wants *wants;
    const struct limits *limits;
    struct arena *mem;     // what the extract keeps
    struct arena *scratch; // one path at a time
    struct tar_reader *tar;
    struct extract *extract;
    uint64_t kept; // bytes of contents and names
    // The wanted file whose content is coming; null: none.
    struct file *file;
    uint8_t *content;
    uint64_t missing; // bytes of it still to come from the archive
    bool absolute_noted;
};

static const span whiteout_prefix = {(const uint8_t *)".wh.", 4};

// ---------------------------------------------------------------- names

static bool normalise(struct unpacking *u, span raw, span *ret)
{
    span path = raw;
    while (span_starts_with(path, S("./")))
        path = span_from(path, 2);
    path = span_trim_end(path, '/');
    if (path_is_normal(path) && path.len <= u->limits->path_bytes) {
        *ret = path;
        return true;
    }
    bool escapes = false;
    if (!path_normalise(raw, u->limits, u->scratch, ret, &escapes)) {
        notes_add(&u->extract->notes, NOTE_LIMIT, raw,
                  "the path is too long; the entry is left out");
        return false;
    }
    if (escapes)
        notes_add(&u->extract->notes, NOTE_SUSPICIOUS, raw, "the path climbs out of the root");
    else if (span_starts_with(raw, S("/")) && !u->absolute_noted) {
        notes_add(&u->extract->notes, NOTE_INFORMATION, raw, "the layer has absolute paths");
        u->absolute_noted = true;
    }
    return true;
}

static span join_whiteout(struct unpacking *u, span parent, span name)
{
    struct text path;
    text_init(&path, u->scratch, (size_t)u->limits->path_bytes);
    text_add(&path, parent);
    if (parent.len)
        text_add_byte(&path, '/');
    text_add(&path, name);
    return text_span(&path);
}

// OCI image-spec, layer.md, "Whiteouts". *ret_path is what is hidden; empty: an aufs leftover,
// which means nothing.
static enum file_type whiteout_of(struct unpacking *u, span path, span *ret_path)
{
    span name = span_from(path_name(path), whiteout_prefix.len);
    if (span_equal(name, S(".wh..opq"))) {
        *ret_path = path_parent(path);
        return FILE_OPAQUE;
    }
    if (name.len == 0 || span_equal(name, S(".")) || span_equal(name, S("..")))
        notes_add(&u->extract->notes, NOTE_SUSPICIOUS, path, "a whiteout that names no file");
    else if (!span_starts_with(name, whiteout_prefix))
        *ret_path = join_whiteout(u, path_parent(path), name);
    return FILE_WHITEOUT;
}

// ---------------------------------------------------------------- entries

static enum file_type file_type_of(const struct tar_entry *entry)
{
    switch (entry->type) {
    case TAR_REGULAR:
        return FILE_REGULAR;
    case TAR_HARDLINK:
        return FILE_HARDLINK;
    case TAR_SYMLINK:
        return FILE_SYMLINK;
    case TAR_DIRECTORY:
        return FILE_DIRECTORY;
    case TAR_FIFO:
        return FILE_FIFO;
    case TAR_CHARACTER:
        // overlayfs's own whiteout: a character device 0/0.
        return entry->device_major == 0 && entry->device_minor == 0 ? FILE_WHITEOUT : FILE_DEVICE;
    case TAR_BLOCK:
    case TAR_OTHER:
        return FILE_DEVICE;
    }
    return FILE_DEVICE;
}

static bool add_file(struct unpacking *u, const struct tar_entry *entry, enum file_type type,
                     span path, struct err *err)
{
    u->kept += path.len + entry->link.len;
    if (u->kept > u->limits->kept_bytes)
        return err_set(err, ERR_LIMIT, "names and contents of more than %llu bytes",
                       (unsigned long long)u->limits->kept_bytes);
    struct file *file = LIST_ADD(&u->extract->files, struct file);
    if (!file)
        return err_set(err, ERR_LIMIT,
                       "no room for more than %zu entries; the rest of the layer is left out",
                       u->extract->files.count);
    *file = (struct file){
        .type = type,
        .size = entry->size,
        .mode = entry->mode,
        .uid = entry->uid,
        .gid = entry->gid,
    };
    if (!arena_span(u->mem, path, &file->path) || !arena_span(u->mem, entry->link, &file->link))
        return arena_err(u->mem, err, "layer");
    return true;
}

// The link of a hard link is a path in the layer, not a text like a symbolic link's.
static bool normalise_hard_link(struct unpacking *u, struct file *file, struct err *err)
{
    span link = {0};
    bool escapes = false;
    arena_reset(u->scratch);
    if (!path_normalise(file->link, u->limits, u->scratch, &link, &escapes)) {
        notes_add(&u->extract->notes, NOTE_LIMIT, file->path, "the link is too long");
        link = (span){0};
    }
    if (escapes)
        notes_add(&u->extract->notes, NOTE_SUSPICIOUS, file->path,
                  "a hard link to outside of the root");
    return arena_span(u->mem, link, &file->link) || arena_err(u->mem, err, "layer");
}

// The content counts only once it is complete.
static void finish_file(struct unpacking *u)
{
    if (!u->file || u->missing)
        return;
    u->file->content = span_of(u->content, (size_t)u->file->size);
    u->file->has_content = true;
    u->file = NULL;
}

static void want_content(struct unpacking *u, struct file *file)
{
    uint64_t left = u->limits->kept_bytes > u->kept ? u->limits->kept_bytes - u->kept : 0;
    if (file->size > u->limits->file_bytes || file->size > left) {
        notes_add(&u->extract->notes, NOTE_LIMIT, file->path,
                  "%llu bytes are more than is kept of a file", (unsigned long long)file->size);
        return;
    }
    u->content = arena_alloc(u->mem, (size_t)file->size); // zeroed: holes need nothing else
    if (!u->content) {
        notes_add(&u->extract->notes, NOTE_LIMIT, file->path, "no memory left for the file");
        return;
    }
    u->kept += file->size;
    u->file = file;
    u->missing = tar_content_size(u->tar);
    finish_file(u); // an empty file is whole already
}

static bool take_entry(struct unpacking *u, struct err *err)
{
    const struct tar_entry *entry = tar_entry(u->tar);
    u->file = NULL;
    arena_reset(u->scratch);
    span path = {0};
    if (!normalise(u, entry->path, &path))
        return true;
    enum file_type type = file_type_of(entry);
    if (span_starts_with(path_name(path), whiteout_prefix)) {
        span hidden = {0};
        type = whiteout_of(u, path, &hidden);
        path = hidden;
        if (path.len == 0 && type != FILE_OPAQUE)
            return true;
    }
    if (!wants_may_cover(u->wants, path) || (path.len == 0 && type != FILE_OPAQUE))
        return true;
    if (entry->opaque && type == FILE_DIRECTORY && !add_file(u, entry, FILE_OPAQUE, path, err))
        return false;
    if (!add_file(u, entry, type, path, err))
        return false;
    struct file *file = LIST_AT(&u->extract->files, struct file, u->extract->files.count - 1);
    if (type == FILE_HARDLINK)
        return normalise_hard_link(u, file, err);
    if (type == FILE_REGULAR && wants_match(u->wants, path))
        want_content(u, file);
    return true;
}

static void take_data(struct unpacking *u)
{
    uint64_t offset = 0;
    span data = tar_data(u->tar, &offset);
    assert(u->file && offset + data.len <= u->file->size); // the reader checks the sizes
    memcpy(u->content + offset, data.ptr, data.len);
    u->missing -= data.len;
    finish_file(u);
}

// ---------------------------------------------------------------- the pass

static bool read_chunk(struct unpacking *u, span chunk, bool *ret_end, struct err *err)
{
    for (;;) {
        enum tar_event event = TAR_MORE;
        if (!tar_step(u->tar, &chunk, &event, err))
            return false;
        switch (event) {
        case TAR_MORE:
            return true;
        case TAR_ENTRY:
            if (!take_entry(u, err))
                return false;
            if (!u->file)
                tar_skip(u->tar);
            break;
        case TAR_DATA:
            take_data(u);
            break;
        case TAR_END:
            *ret_end = true;
            return true;
        }
    }
}

static bool read_tar(struct unpacking *u, struct stream *stream, struct err *err)
{
    bool end = false;
    span chunk = {0};
    do {
        if (!stream_next(stream, &chunk, err))
            return false;
        if (stream_position(stream) > u->limits->layer_bytes)
            return err_set(err, ERR_LIMIT, "more than %llu bytes",
                           (unsigned long long)u->limits->layer_bytes);
        if (!end && chunk.len && !read_chunk(u, chunk, &end, err))
            return false;
    } while (chunk.len);
    return tar_finish(u->tar, err);
}

// Whatever the tar reader left, so that the digests cover all bytes. False when the end is not
// reached within `most` bytes: a failure is one of the bytes and shows in the digest.
static bool drain(struct stream *stream, uint64_t most)
{
    span chunk = {0};
    do {
        if (stream_position(stream) > most || !stream_next(stream, &chunk, NULL))
            return false;
    } while (chunk.len);
    return true;
}

// ---------------------------------------------------------------- digests

struct digesting {
    struct lane *stored;   // of the blob
    struct lane *unpacked; // of the tar; null where the blob is the tar
    uint8_t *room[2];      // for their texts, set aside before hostile bytes fill the arena
};

static void digesting_close(struct digesting *digesting)
{
    lane_free(digesting->stored);
    lane_free(digesting->unpacked);
}

static bool check(const char *what, digest found, span expected, uint8_t *room, span *ret,
                  struct err *err)
{
    struct digest_text text = digest_text(found);
    span value = span_of_text(text.text);
    memcpy(room, value.ptr, value.len);
    *ret = span_of(room, value.len);
    if (expected.len == 0 || span_equal(value, expected))
        return true;
    return err_set(err, ERR_UNTRUSTED, "%s is %s, not %s", what, text.text, quote(expected).text);
}

static enum digest_algorithm algorithm_of(span text)
{
    return span_starts_with(text, S("sha512:")) ? DIGEST_SHA512 : DIGEST_SHA256;
}

// `unpacked_whole`: the blob decompresses to its end. One that does not, and yet has the right
// digest, was made like that: it has no diffID, so nothing may be remembered under the one that it
// claims.
static bool check_digests(struct digesting *digesting, const struct layer_input *input,
                          struct extract *extract, bool unpacked_whole, struct err *err)
{
    digest stored = lane_finish(digesting->stored);
    digest unpacked = digesting->unpacked ? lane_finish(digesting->unpacked) : stored;
    if (!check("the digest", stored, input->digest, digesting->room[0], &extract->digest, err))
        return false;
    return !unpacked_whole || check("the diffID", unpacked, input->diff_id, digesting->room[1],
                                    &extract->diff_id, err);
}

// ---------------------------------------------------------------- all together

static bool open_layer(const struct layer_input *input, const struct limits *limits,
                       struct crew *crew, struct digesting *digesting, struct stream **ret,
                       struct stream **ret_blob, struct err *err)
{
    if (!lane_new(crew, algorithm_of(input->digest), &digesting->stored, err))
        return false;
    CLEANUP(stream_cleanup) struct stream *blob = NULL;
    span start = {0};
    if (!stream_open_file(input->file, digesting->stored, &blob, err) ||
        !stream_peek(blob, &start, err))
        return false;
    enum compression compression = compression_detect(start);
    bool same = compression == COMPRESSION_NONE &&
                algorithm_of(input->digest) == algorithm_of(input->diff_id);
    if (!same && !lane_new(crew, algorithm_of(input->diff_id), &digesting->unpacked, err))
        return false;
    *ret_blob = blob;
    return stream_open_decompress(compression, take(&blob), limits, digesting->unpacked, ret, err);
}

static bool begin(struct unpacking *u, struct digesting *digesting, struct arena *headers,
                  struct err *err)
{
    struct extract *extract = u->extract;
    *extract = (struct extract){0};
    notes_init(&extract->notes, u->mem, u->limits);
    list_init(&extract->files, u->mem, sizeof(struct file), (size_t)u->limits->kept_entries);
    for (size_t i = 0; i < 2; i++) {
        digesting->room[i] = arena_alloc(u->mem, DIGEST_TEXT_MAX);
        if (!digesting->room[i])
            return arena_err(u->mem, err, "layer");
    }
    return tar_new(u->mem, headers, u->limits, &u->tar, err);
}

// What a stream or the tar says of bad bytes is a note; what the machine says is an error.
static bool is_content(const struct err *err)
{
    return err->kind == ERR_INPUT || err->kind == ERR_LIMIT || err->kind == ERR_UNSUPPORTED;
}

bool unpack_layer(const struct layer_input *input, const struct wants *wants,
                  const struct limits *limits, struct crew *crew, struct arena *mem,
                  struct extract *ret, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new(4 * limits->path_bytes + 65536);
    CLEANUP(arena_cleanup) struct arena *headers = arena_new(8 * limits->header_bytes + 65536);
    CLEANUP(digesting_close) struct digesting digesting = {0};
    CLEANUP(stream_cleanup) struct stream *stream = NULL;
    struct stream *blob = NULL;
    if (!scratch || !headers)
        return err_set(err, ERR_MEMORY, "no memory for a layer");

    struct unpacking u = {
        .wants = wants, .limits = limits, .mem = mem, .scratch = scratch, .extract = ret};
    if (!begin(&u, &digesting, headers, err) ||
        !open_layer(input, limits, crew, &digesting, &stream, &blob, err))
        return false;

    struct err damage = {0};
    bool read = read_tar(&u, stream, &damage);
    if (!read && !is_content(&damage))
        return err_set(err, damage.kind, "%s", damage.text);
    bool whole = drain(stream, limits->layer_bytes);
    if (blob != stream)
        (void)drain(blob, UINT64_MAX); // a blob that cannot be read has another digest
    ret->entries = tar_entry_count(u.tar);
    ret->unpacked_bytes = stream_position(stream);
    ret->stored_bytes = stream_position(blob);
    if (!check_digests(&digesting, input, ret, whole, err))
        return false;
    if (!read)
        notes_add_err(&ret->notes, ret->digest, &damage);
    return true;
}
